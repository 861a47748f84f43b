"""A finished run made up from dice: the shape of a real one, with none of its meaning."""

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from entente.accord.document import Accord
from entente.accord.text import read
from entente.outcome.tables import monthly
from entente.world.measures import AXES, BY_NAME

STATES = (
    "draft announced in_force suspended reserved triggered met breached lapsed void_from "
    "void_ab_initio"
)
DRAWS, MONTHS = 400, 18
_LEVELS = {
    "departures": 24000, "in_transit": 9000, "detentions_mexico": 3000, "detained_mexico": 7000,
    "returns_mexico": 2400, "asylum_claims_mexico": 1100, "asylum_pending_mexico": 48000,
    "protected_mexico": 700, "apprehensions": 12000, "apprehensions_sector": 7000,
    "apprehensions_demographic": 20000, "port_encounters": 9000, "encounters": 69000,
    "distinct_persons": 52000, "return_to_wait": 1000, "waiting_returned": 21000,
    "waiting_metered": 19000, "transferred": 12, "transfer_shortfall": 80, "released": 6000,
    "court_queue": 1020000, "protected_usa": 1600, "returned_usa": 3800, "guard_south": 6000,
    "imports": 3.1e8, "duty_revenue": 1.4e7, "buyers_cost": 1.5e7, "deadweight": 4e5,
    "consumers_cost": 5e6, "diverted": 8e6,
}  # fmt: skip
HERE = Path(__file__).parent


@dataclass(frozen=True)
class MadeUpRun:
    """What `entente.report.reading.FinishedRun` asks for."""

    accord: Accord
    dataset: xr.Dataset
    record: dict[str, Any]
    history: pd.DataFrame
    targets: pd.DataFrame
    past: pd.DataFrame
    played: None = None
    swings: None = None
    label: str = "made-up"
    monthly: pd.DataFrame = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "monthly", monthly(self.dataset))

    def without(self, *names: str) -> "MadeUpRun":
        """Drop measures, and the targets on them."""
        kept = self.targets[~self.targets["measure"].isin(names)]
        dataset = self.dataset.drop_vars([n for n in names if n in self.dataset])
        return replace(self, dataset=dataset, targets=kept)


def made_up_run(*, duty: bool = True, seed: int = 1) -> MadeUpRun:
    """Make a run of all measures; `duty=False` charges none in any draw."""
    dice = np.random.default_rng(seed)
    months = pd.date_range("2019-06-01", periods=MONTHS, freq="MS")
    accord = read(HERE / "made-up.toml")
    dataset = _dataset(dice, months, duty, list(accord.clauses))
    return MadeUpRun(accord, dataset, _record(), _history(), _targets(), _past())


def _dataset(
    dice: np.random.Generator, months: pd.DatetimeIndex, duty: bool, clauses: list[str]
) -> xr.Dataset:
    fall = np.exp(-np.minimum(np.arange(MONTHS), 6) * 0.16)  # [month]
    shock = np.exp(np.cumsum(dice.normal(0, 0.11, (DRAWS, MONTHS)), axis=1))  # [draw, month]
    charged = (dice.random(DRAWS) < 0.27) & duty  # [draw]
    ladder = np.minimum(25, np.maximum(0, 5 * (np.arange(MONTHS) - 1)))  # [month]
    rate = charged[:, None] * ladder
    variables: dict[str, Any] = {}
    for name, level in _LEVELS.items():
        measure = BY_NAME[name]
        sizes = [len(AXES[a]) for a in measure.axes]
        path = (shock * fall).reshape(DRAWS, MONTHS, *[1] * len(sizes))
        weight = np.exp(dice.normal(0, 0.7, sizes))
        values = level * path * weight
        if measure.unit == "USD" and name != "imports":
            values = values * rate[:, :, None] / 5
        kind = np.int64 if measure.counts_people else np.float64
        variables[name] = (("draw", "month", *measure.axes), values.astype(kind))
    variables["duty_rate"] = (("draw", "month"), rate.astype(float))
    variables["detention_occupancy"] = (("draw", "month"), 130 * shock * fall)
    codes = np.full((DRAWS, MONTHS, len(clauses)), 2, np.int8)  # in_force
    resumed = charged[:, None] & (np.arange(MONTHS) > 2)
    codes[:, :, clauses.index("ladder")] = np.where(resumed, 2, 3)
    codes[:, :, clauses.index("standstill")] = np.where(resumed, 8, 2)
    codes[:, 3:, clauses.index("target_50")] = np.where(shock[:, 3:] < 1.02, 6, 7)
    codes[:, 3:, clauses.index("target_20")] = 7
    codes[:, :3, clauses.index("review90")] = 1
    variables["clause_state"] = (("draw", "month", "clause"), codes, {"states": STATES})
    coords = {a: list(AXES[a]) for a in AXES} | {"clause": clauses, "month": months}
    return xr.Dataset(variables, coords | {"draw": np.arange(DRAWS)})


def _record() -> dict[str, Any]:
    return {
        "accord": "made-up", "digest": "0f" * 32, "data": {"usbp.csv": "ab" * 32}, "seed": 1,
        "draws": DRAWS, "months": MONTHS, "start": "2019-06-01", "version": "0.1.0",
        "seconds": 12.5, "choices": {}, "as_of": None,
    }  # fmt: skip


def _history() -> pd.DataFrame:
    counts = [99273, 132856, 94902, 71978, 50684, 40507, 35402, 33524, 32853, 29205, 30077, 30389,
              16182, 21593, 30836, 38536, 47283, 54771, 69032, 69134]  # fmt: skip
    months = pd.date_range("2019-04-01", periods=len(counts), freq="MS")
    return pd.DataFrame(
        {
            "month": months,
            "measure": "apprehensions",
            "group": "ALL",
            "value": counts,
            "source": "CBP",
        }
    )


def _targets() -> pd.DataFrame:
    rows = [
        ("target_50", "MEX", 50000, "2019-07-22", "2019-06", 0.02),
        ("target_50", "MEX", 50000, "2019-09-05", "2019-08", 0.61),
        ("target_20", "MEX", 20000, "2019-07-22", "2019-06", 0.0),
        ("target_20", "MEX", 20000, "2019-09-05", "2019-08", 0.0025),
    ]
    table = pd.DataFrame(
        rows, columns=["clause", "party", "threshold", "by_date", "month_read", "probability"]
    )
    return table.assign(measure="apprehensions", basis="reported")


def _past() -> pd.DataFrame:
    actual = {
        "2014-06": [40808, 31374, 26829, 26226, 24636, 24801],
        "2019-05": [94902, 71978, 50684, 40507, 35402, 33524],
    }  # fmt: skip
    rows = [
        (
            origin,
            str(np.datetime64(origin) + h + 1),
            "ALL",
            0.7 * v,
            v * (1.1 + 0.02 * h),
            1.5 * v,
            v,
        )
        for origin, values in actual.items()
        for h, v in enumerate(values)
    ]
    return pd.DataFrame(rows, columns=["origin", "month", "group", "p10", "p50", "p90", "actual"])
