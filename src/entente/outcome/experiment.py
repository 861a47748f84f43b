"""A plan carried out: every run once, kept by digest, then tables, draws and what drives them."""

import io
import json
import shutil
import time
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, Final, final

import numpy as np
import pandas as pd
import xarray as xr

from entente.accord.document import Accord
from entente.evidence import FloatArray
from entente.files import whole, write_whole
from entente.grid import Grid, Tabled
from entente.lab import record
from entente.lab.blocks import blocks, run_block
from entente.lab.crew import Hands
from entente.lab.experiment import Plan, Point, Sensitivity
from entente.lab.settings import Settings
from entente.lab.shelf import Files, Shelf, digest_of
from entente.lab.work import Job, Progress, work
from entente.outcome import sensitivity, tables
from entente.outcome.run import SENSITIVITY
from entente.outcome.simulate import require_covered
from entente.outcome.targets import counted, targets

KEPT: Final = "kept"  # the folder of finished runs, by digest
DRAWS: Final = "experiment.zarr"  # total of every measure kept, [run, draw, month]


@final
@dataclass(frozen=True)
class Experiment(Tabled):
    """A finished experiment.

    runs          run, key, accord, seed, then a column for each choice and parameter
    monthly       run, then the columns of monthly.csv, of the measures kept
    planned       how many of the runs are the plan's combinations; the rest are a sensitivity's
    sensitivity   of each base run, in order, with the columns of `base_of`; empty where the plan
                  asks for none
    """

    runs: pd.DataFrame
    monthly: pd.DataFrame
    planned: int
    sensitivity: Sequence[pd.DataFrame] = ()

    def table(self) -> pd.DataFrame:
        """Return the monthly figures of every run."""
        return self.monthly

    def grid(self) -> Grid:
        """Lay out every run of the plan."""
        return Grid.of("runs of the plan", self.runs.head(self.planned))


def experiment(
    plan: Plan, folder: Path, hands: Hands | None = None, progress: Progress = lambda done: None
) -> Experiment:
    """Do every run of a plan that `folder` does not hold, and write its tables and draws there.

    Raises StoppedError, CrewLostError or OutputError where it is cut short.
    """
    began = time.monotonic()
    for accord in plan.accords:
        require_covered(accord)
    points, samples = _all_points(plan)
    keys = [_key(point, plan.measures) for point in points]
    shelf = Shelf(folder / KEPT)
    jobs = [
        Job(key, partial(_run_files, key, point.accord, point.settings, tuple(plan.measures)))
        for key, point in zip(keys, points, strict=True)
    ]
    work(jobs, shelf, hands, progress)
    found = _gathered(plan, points, keys, shelf.folder, samples)
    _write(plan, found, keys, folder, round(time.monotonic() - began, 2))
    return found


def size(plan: Plan) -> int:
    """Count the distinct runs of a plan."""
    return len({_key(point, plan.measures) for point in _all_points(plan)[0]})


def _all_points(plan: Plan) -> tuple[list[Point], list[Mapping[str, list[int]]]]:
    """List every run; for each base also the numbers of the runs that answer each method."""
    points = list(plan.points())
    samples: list[Mapping[str, list[int]]] = []
    if plan.sensitivity is None:
        return points, samples
    for base in plan.bases():
        numbers: dict[str, list[int]] = {}
        for method, values in sensitivity.points(plan.sensitivity, plan.seeds[0]).items():
            numbers[method] = list(range(len(points), len(points) + len(values)))
            points += [Point(base.accord, replace(base.settings, fixed=fixed)) for fixed in values]
        samples.append(numbers)
    return points, samples


def _key(point: Point, measures: Sequence[str]) -> str:
    made_of = record.made_of(point.accord, point.settings)
    return digest_of(made_of | {"measures": list(measures)})


def _run_files(key: str, accord: Accord, settled: Settings, measures: Sequence[str]) -> Files:
    """Do one run, a block at a time, keeping the measures asked; this is what a worker is sent."""
    kept, met = [], []
    for block in blocks(settled.draws):
        found, _ = run_block(accord, settled, block)
        kept.append(found.dataset[list(measures)])
        met.append(counted(found))
    dataset = xr.concat(kept, "draw") if len(kept) > 1 else kept[0]
    totals = {name: _total(dataset[name]) for name in measures}
    content = io.BytesIO()
    np.savez(content, **totals)  # type: ignore[arg-type]
    return {
        f"{key}.npz": content.getvalue(),
        f"{key}.monthly.parquet": tables.monthly(dataset).to_parquet(),
        f"{key}.targets.parquet": targets(met, settled.draws).to_parquet(),
    }


def _total(variable: xr.DataArray) -> FloatArray:
    """Sum a measure over its axes: [draw, month]."""
    axes = [axis for axis in variable.dims if axis not in ("draw", "month")]
    return variable.sum(axes, dtype=np.float64).to_numpy()


def _gathered(
    plan: Plan,
    points: Sequence[Point],
    keys: Sequence[str],
    kept: Path,
    samples: Sequence[Mapping[str, list[int]]],
) -> Experiment:
    """Read the tables of every run, and reduce those that a sensitivity asked for."""
    monthly = [pd.read_parquet(kept / f"{key}.monthly.parquet") for key in keys]
    for number, table in enumerate(monthly):
        table.insert(0, "run", number)
    asked = plan.sensitivity
    indices = []
    if asked is not None:
        for base, sample in zip(plan.bases(), samples, strict=True):
            answers = {
                method: [_answer(asked, points[n], kept / f"{keys[n]}.npz") for n in numbers]
                for method, numbers in sample.items()
            }
            table = sensitivity.indices(asked, answers, plan.seeds[0])
            indices.append(table.assign(**sensitivity.base_of(base)))
    return Experiment(
        _runs(points, keys), pd.concat(monthly, ignore_index=True), len(plan.points()), indices
    )


def _answer(asked: Sensitivity, point: Point, file: Path) -> float:
    months = point.settings.first_month + np.arange(point.settings.months or 0)
    with np.load(file) as totals:
        return sensitivity.answer(asked, months, totals[asked.measure])


def _runs(points: Sequence[Point], keys: Sequence[str]) -> pd.DataFrame:
    rows = [
        {
            "run": number,
            "key": key,
            "accord": point.accord.label,
            "seed": point.settings.seed,
            **point.settings.choices.told(),
            **point.settings.fixed,
        }
        for number, (key, point) in enumerate(zip(keys, points, strict=True))
    ]
    return pd.DataFrame(rows)


def _write(
    plan: Plan, found: Experiment, keys: Sequence[str], folder: Path, seconds: float
) -> None:
    """Write the tables and draws; the record comes last and vouches for the rest."""
    kept = folder / KEPT
    reached = [pd.read_parquet(kept / f"{key}.targets.parquet") for key in keys]
    for number, table in enumerate(reached):
        table.insert(0, "run", number)
    _parquet(found.runs, folder / "tables" / "runs.parquet")
    _parquet(found.monthly, folder / "tables" / "monthly.parquet")
    _parquet(pd.concat(reached, ignore_index=True), folder / "tables" / "targets.parquet")
    _draws(plan, keys, folder)
    if found.sensitivity:
        every = pd.concat(found.sensitivity, ignore_index=True)
        write_whole(folder / SENSITIVITY, every.to_csv(index=False, lineterminator="\n"))
    write_whole(folder / "plan.toml", plan.text)
    told = {
        "experiment": plan.name,
        "plan": record.accord_digest(plan.text),
        "runs": len(keys),
        "distinct": len(set(keys)),
        "versions": dict(record.versions()),
        "seconds": seconds,
    }
    write_whole(folder / "experiment.json", json.dumps(told, indent=2) + "\n")


def _parquet(table: pd.DataFrame, path: Path) -> None:
    with whole(path) as scratch:
        table.to_parquet(scratch, index=False)


def _draws(plan: Plan, keys: Sequence[str], folder: Path) -> None:
    """Keep every run's totals in one Zarr store, [run, draw, month], a chunk for each run."""
    import zarr

    making = folder / f"making-{DRAWS}"
    shutil.rmtree(making, ignore_errors=True)
    group = zarr.open_group(str(making), mode="w")
    for name in plan.measures:
        array: Any = None
        for number, key in enumerate(keys):
            with np.load(folder / KEPT / f"{key}.npz") as totals:
                values = totals[name]
            if array is None:
                array = group.create_array(
                    name,
                    shape=(len(keys), *values.shape),
                    dtype=np.float64,
                    chunks=(1, *values.shape),
                    dimension_names=("run", "draw", "month"),
                )
            array[number] = values
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        zarr.consolidate_metadata(str(making))
    home = folder / DRAWS
    shutil.rmtree(home, ignore_errors=True)
    making.rename(home)
