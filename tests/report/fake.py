"""A finished run made up from dice: the shape of a real one, with none of its meaning."""

from dataclasses import dataclass, field, replace
from datetime import date
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from entente.outcome.tables import monthly
from entente.world.measures import AXES, BY_NAME

STATES = "draft announced in_force suspended reserved triggered met breached lapsed void_from void_ab_initio"
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
}  # fmt: skip
CLAUSES = {
    "ladder": ("schedule", "text", ("statement",)),
    "standstill": ("suspend", "text", ("declaration",)),
    "guard": ("obligation", "reported", ("press",)),
    "target_50": ("obligation", "reported", ("press",)),
    "target_20": ("obligation", "reported", ("press",)),
    "review45": ("review", "text", ("supplement",)),
    "first_country": ("allocate", "unspecified", ("supplement",)),
    "transit_bar": ("allocate", "text", ("rule",)),
}


@dataclass(frozen=True)
class FakeRun:
    """What `entente.report.reading.FinishedRun` asks for."""

    accord: Any
    dataset: xr.Dataset
    record: dict[str, Any]
    history: pd.DataFrame
    targets: pd.DataFrame
    past: pd.DataFrame
    label: str = "fake"
    monthly: pd.DataFrame = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "monthly", monthly(self.dataset))

    def without(self, *names: str) -> "FakeRun":
        """Drop measures, and the targets on them."""
        kept = self.targets[~self.targets["measure"].isin(names)]
        dataset = self.dataset.drop_vars([n for n in names if n in self.dataset])
        return replace(self, dataset=dataset, targets=kept)


def fake_run(*, duty: bool = True, seed: int = 1) -> FakeRun:
    """Make a run of all measures; `duty=False` charges none in any draw."""
    dice = np.random.default_rng(seed)
    months = pd.date_range("2019-06-01", periods=MONTHS, freq="MS")
    return FakeRun(
        _accord(), _dataset(dice, months, duty), _record(), _history(), _targets(), _past()
    )


def _dataset(dice: np.random.Generator, months: pd.DatetimeIndex, duty: bool) -> xr.Dataset:
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
    codes = np.full((DRAWS, MONTHS, len(CLAUSES)), 2, np.int8)
    codes[:, :, 1] = np.where(charged[:, None] & (np.arange(MONTHS) > 1), 8, 2)
    codes[:, :, 0] = np.where(codes[:, :, 1] == 2, 3, 2)
    codes[:, 3:, 3] = np.where(shock[:, 3:] < 1.0, 6, 7)
    codes[:, 3:, 4] = 7
    codes[:, :3, 6] = 4
    variables["clause_state"] = (("draw", "month", "clause"), codes, {"states": STATES})
    coords = {a: list(AXES[a]) for a in AXES} | {"clause": list(CLAUSES), "month": months}
    return xr.Dataset(variables, coords | {"draw": np.arange(DRAWS)})


def _accord() -> Any:
    day = date(2019, 6, 7)
    clauses = {
        name: SimpleNamespace(
            common=SimpleNamespace(
                id=name, kind=kind, by="USA", on="MEX", basis=basis, source=source,
                note="the text gives no hour" if name == "transit_bar" else "",
            ),
            must=SimpleNamespace(text={"target_20": "apprehensions < 20000"}.get(name, "")),
        )
        for name, (kind, basis, source) in CLAUSES.items()
    }  # fmt: skip
    sources = {
        s: SimpleNamespace(id=s, date=day, title=f"Title of {s} <1>", url=url)
        for s, url in {
            "statement": "https://example.org/statement", "declaration": "", "press": None,
            "supplement": "javascript:alert(1)", "rule": "https://example.org/rule?a=1&b=2",
        }.items()
    }  # fmt: skip
    choice = SimpleNamespace(
        id="resumed", by=("USA",), asks="Does the ladder resume?", silence=False, odds=None, options=None
    )
    opening = SimpleNamespace(
        id="clock", about="Does the calendar run while suspended?", readings=("runs", "stops"), chosen=None
    )
    return SimpleNamespace(
        name="fake-accord", title="A made-up accord <of 2019>", parties=("USA", "MEX"),
        clauses=clauses, sources=sources, choices={"resumed": choice}, opens={"clock": opening},
        metrics={}, text="", sentence="The sentence of {}".format,
    )  # fmt: skip


def _record() -> dict[str, Any]:
    return {
        "accord": "fake-accord", "digest": "0f" * 32, "data": {"usbp.csv": "ab" * 32}, "seed": 1,
        "draws": DRAWS, "months": MONTHS, "start": "2019-06-01", "version": "0.1.0",
        "seconds": 12.5, "choices": {"resumed": "true"},
    }  # fmt: skip


def _history() -> pd.DataFrame:
    counts = [99273, 132856, 94902, 71978, 50684, 40507, 35402, 33524, 32853, 29205, 30077, 30389,
              16182, 21593, 30836, 38536, 47283, 54771, 69032, 69134]  # fmt: skip
    months = pd.date_range("2019-04-01", periods=len(counts), freq="MS")
    return pd.DataFrame(
        {"month": months, "measure": "apprehensions", "group": "ALL", "value": counts, "source": "CBP"}
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
        "2014-06": [40808, 31374, 26829, 26226, 24636, 24801], "2019-05": [94902, 71978, 50684, 40507, 35402, 33524],
    }  # fmt: skip
    rows = [
        (origin, str(np.datetime64(origin) + h + 1), "ALL", 0.7 * v, v * (1.1 + 0.02 * h), 1.5 * v, v)
        for origin, values in actual.items()
        for h, v in enumerate(values)
    ]
    return pd.DataFrame(rows, columns=["origin", "month", "group", "p10", "p50", "p90", "actual"])
