"""What drives the answer: one assumption at a time, elementary effects, shares of variance.

Every point meets the same luck, so what differs between two points is the assumption's doing. A
point is a row of the unit cube; a parameter's own distribution turns it into values. Sampling and
indices are SALib's: Morris 1991 with Campolongo, Cariboni and Saltelli 2007; Sobol' 2001 with
Saltelli et al. 2010.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from entente.evidence import FloatArray
from entente.lab.experiment import Point, Sensitivity
from entente.lab.record import accord_digest
from entente.world.parameters import table

COLUMNS: Final = (
    "parameter", "title", "unit", "low", "high", "answer_low", "answer", "answer_high", "flips",
    "morris_mean", "morris_spread", "sobol_first", "sobol_first_half_width",
    "sobol_total", "sobol_total_half_width", "measure", "month", "at_most",
)  # fmt: skip
_MAY_LACK: Final = {
    name: [""] for name in COLUMNS if name.startswith(("sobol", "morris", "at_most"))
}
_LEVELS: Final = 4
_EVEN: Final = 0.5


def base_of(point: Point) -> dict[str, Any]:
    """Name the run whose assumptions were tried, in columns of its own."""
    return {
        "accord": point.accord.label,
        "digest": accord_digest(point.accord.text),
        "choices": _written(point.settings.choices.told()),
        "seed": point.settings.seed,
        "draws": point.settings.draws,
    }


def beside(file: Path, made_of: Mapping[str, Any]) -> pd.DataFrame | None:
    """Read what an experiment found of the text of a run under the same choices.

    made_of   the run's record. The run's own seed comes before others; None where nothing fits.
    """
    found: pd.DataFrame = pd.read_csv(file, keep_default_na=False, na_values=_MAY_LACK)
    if "digest" not in found:
        return None
    same = found["digest"].eq(made_of["digest"])
    same &= found["choices"].eq(_written(made_of["choices"]))
    found = found.loc[same]
    seeds = found["seed"].unique()
    if not len(seeds):
        return None
    seed = made_of["seed"] if made_of["seed"] in seeds else seeds[0]
    mine: pd.DataFrame = found.loc[found["seed"] == seed].reset_index(drop=True)
    return mine


def _written(choices: Mapping[str, Any]) -> str:
    return json.dumps(dict(choices), sort_keys=True, default=str)


def points(asked: Sensitivity, seed: int) -> Mapping[str, list[dict[str, float]]]:
    """List the values to run, by method; the tornado's first point fixes nothing."""
    found = {"tornado": [{}, *_ends(asked.parameters)]}
    for method in asked.methods:
        if method != "tornado":
            found[method] = [_values(asked, row) for row in _cube(method, asked, seed)]
    return found


def _ends(names: Sequence[str]) -> list[dict[str, float]]:
    """Hold each parameter at the low and then at the high end of its range."""
    rows = table()
    return [{name: end} for name in names for end in (rows[name].low, rows[name].high)]


def _problem(asked: Sensitivity) -> dict[str, Any]:
    names = list(asked.parameters)
    return {"num_vars": len(names), "names": names, "bounds": [[0.0, 1.0]] * len(names)}


def _cube(method: str, asked: Sensitivity, seed: int) -> FloatArray:
    """Sample the unit cube [point, parameter]."""
    from SALib.sample import morris, sobol

    if method == "morris":
        cube = morris.sample(_problem(asked), asked.samples, num_levels=_LEVELS, seed=seed)
    else:
        cube = sobol.sample(_problem(asked), asked.samples, calc_second_order=False, seed=seed)
    return np.asarray(cube, dtype=np.float64)


def _values(asked: Sensitivity, row: FloatArray) -> dict[str, float]:
    """Turn a point of the cube into values within each parameter's range."""
    rows = table()
    return {
        name: float(rows[name].at(np.array([share]))[0])
        for name, share in zip(asked.parameters, row, strict=True)
    }


def answer(asked: Sensitivity, months: np.ndarray, totals: FloatArray) -> float:
    """Reduce a run to one number: see `Sensitivity`.

    totals   of the measure   [draw, month];   months   datetime64[M]   [month]
    """
    chosen = (
        months == np.datetime64(asked.month, "M") if asked.month else np.ones(len(months), bool)
    )
    whole = totals[:, chosen].sum(axis=1)
    return float(np.median(whole) if asked.at_most is None else (whole <= asked.at_most).mean())


def indices(asked: Sensitivity, answers: Mapping[str, Sequence[float]], seed: int) -> pd.DataFrame:
    """Set the indices of every parameter beside each other, widest swing first.

    answers   one for each of `points`, by method. An assumption `flips` the answer where a share of
              draws lies on different sides of one half at the two ends of its range.
    """
    rows, (base, *ends) = table(), answers["tornado"]
    low, high = np.array(ends[::2]), np.array(ends[1::2])
    names = list(asked.parameters)
    found = pd.DataFrame(
        {
            "parameter": names,
            "title": [rows[name].title for name in names],
            "unit": [rows[name].unit for name in names],
            "low": [rows[name].low for name in names],
            "high": [rows[name].high for name in names],
            "answer_low": low,
            "answer": base,
            "answer_high": high,
            "flips": (asked.at_most is not None) & ((low > _EVEN) != (high > _EVEN)),
            "measure": asked.measure,
            "month": asked.month,
            "at_most": np.nan if asked.at_most is None else asked.at_most,
        }
    )
    for column, values in _sampled(asked, answers, seed).items():
        found[column] = values
    widest = np.argsort(-np.abs(high - low), kind="stable")
    return found.reindex(columns=list(COLUMNS)).iloc[widest].reset_index(drop=True)


def _sampled(
    asked: Sensitivity, answers: Mapping[str, Sequence[float]], seed: int
) -> dict[str, FloatArray]:
    """Return the indices of the methods that sample; none where every answer is the same."""
    from SALib.analyze import morris, sobol

    found: dict[str, FloatArray] = {}
    for method in ("morris", "sobol"):
        given = np.array(answers.get(method, ()))
        if not given.size or np.ptp(given) == 0:
            continue
        if method == "morris":
            cube = _cube(method, asked, seed)
            told = morris.analyze(_problem(asked), cube, given, num_levels=_LEVELS, seed=seed)
            found |= {"morris_mean": told["mu_star"], "morris_spread": told["sigma"]}
        else:
            told = sobol.analyze(_problem(asked), given, calc_second_order=False, seed=seed)
            found |= {
                "sobol_first": told["S1"],
                "sobol_first_half_width": told["S1_conf"],
                "sobol_total": told["ST"],
                "sobol_total_half_width": told["ST_conf"],
            }
    return found
