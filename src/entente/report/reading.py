"""Reading a finished run: totals over axes, and the middle and ends of its draws."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol, final

import numpy as np
import pandas as pd
import xarray as xr

from entente.evidence import FloatArray
from entente.language import marked, phrase
from entente.places import ALL
from entente.report import amounts, naming, words
from entente.report.tables import Value
from entente.world.measures import BY_NAME, Measure

if TYPE_CHECKING:
    from entente.accord.document import Accord
    from entente.advice.deals.negotiation import Negotiation
    from entente.outcome.play import Play

_LEVELS: Final = {
    "<=": marked("at most {level}"),
    "<": marked("fewer than {level}"),
    ">=": marked("at least {level}"),
    ">": marked("more than {level}"),
}


class FinishedRun(Protocol):
    """What a page needs of a run; months in tables are anything that pandas reads as a date."""

    @property
    def accord(self) -> "Accord":
        """Return the accord that was run."""

    @property
    def dataset(self) -> xr.Dataset:
        """Return the measures [draw, month, *axes] and `clause_state`."""

    @property
    def record(self) -> Mapping[str, Any]:
        """Return what the run was made of."""

    @property
    def monthly(self) -> pd.DataFrame:
        """Return the table of monthly.csv."""

    @property
    def history(self) -> pd.DataFrame:
        """Return what truly happened: month, measure, group, value, source."""

    @property
    def targets(self) -> pd.DataFrame:
        """Return each target and test: clause, party, threshold, measure, by_date, ..."""

    @property
    def past(self) -> pd.DataFrame:
        """Return earlier forecasts: origin, month, group, p10, p50, p90, actual."""

    @property
    def played(self) -> "Play | None":
        """Return what the parties would choose, where the run was asked to reckon it."""

    @property
    def swings(self) -> pd.DataFrame | None:
        """Return what each assumption does to an answer, where an experiment has found it."""


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a table, each by the names of its columns."""
    return [{str(name): value for name, value in row.items()} for row in table.to_dict("records")]


class Ends(NamedTuple):
    """The middle of the draws and their 90 % interval."""

    low: float
    middle: float
    high: float

    @classmethod
    def of(cls, draws: FloatArray) -> "Ends":
        """Reduce [draw] to the 5th, 50th and 95th percentiles."""
        low, middle, high = np.quantile(draws, (0.05, 0.5, 0.95))
        return cls(float(low), float(middle), float(high))

    def words(self, unit: str, noun: str = "") -> str:
        """Say the value with its interval."""
        return amounts.interval(self.low, self.middle, self.high, unit, noun)

    def value(self, unit: str) -> Value:
        """Give the cell of a table that shows the middle and the interval."""
        return Value(self.middle, unit, (self.low, self.high))

    def about(self, unit: str) -> str:
        """Say the value alone, as coarsely as its interval is wide."""
        return amounts.approximately(self.low, self.middle, self.high, unit)


def measured(draws: FloatArray, unit: str) -> Value:
    """Give the cell of a table for [draw]: the middle and the interval, or how many draws have any.

    >>> some = measured(np.array([0.0] * 9 + [2e9]), "USD")
    >>> some.shown, some.spread
    ('mostly none', '$2 billion in the other 10 %')
    """
    some = draws != 0
    ends = Ends.of(draws)
    if ends.middle or not some.any():
        return ends.value(unit)
    seldom = (float(some.mean()), float(np.median(draws[some])))
    return Value(ends.middle, unit, (ends.low, ends.high), seldom)


@final
@dataclass(frozen=True)
class Reading:
    """A run as the page asks it: by measure, in total, at a month, over the whole period.

    deals   a finished negotiation over the run's accord, where one is shown beside it
    """

    run: FinishedRun
    deals: "Negotiation | None" = None

    @cached_property
    def months(self) -> np.ndarray:
        """Return the months of the run, datetime64[M]."""
        return self.run.dataset["month"].to_numpy().astype("datetime64[M]")

    @property
    def draws(self) -> int:
        """Count the draws."""
        return int(self.run.dataset.sizes["draw"])

    def has(self, *names: str) -> bool:
        """Say whether the run reports every one of these measures."""
        return all(name in self.run.dataset for name in names)

    def present(self, *names: str) -> tuple[Measure, ...]:
        """Return those of the named measures that the run reports, in the order asked."""
        return tuple(BY_NAME[name] for name in names if self.has(name))

    def total(self, name: str) -> FloatArray:
        """Sum a measure over its axes: [draw, month]."""
        if name not in self._totals:
            array = self.run.dataset[name]
            cells = array.to_numpy().reshape(*array.shape[:2], -1)
            self._totals[name] = cells.sum(axis=2).astype(np.float64)
        return self._totals[name]

    @cached_property
    def _totals(self) -> dict[str, FloatArray]:
        """Hold what was summed: a page asks for the same total many times."""
        return {}

    def sum(self, *names: str) -> tuple[FloatArray, tuple[str, ...]] | None:
        """Add up those of the named measures that the run reports, [draw, month], and name them."""
        present = tuple(name for name in names if self.has(name))
        if not present:
            return None
        return np.sum([self.total(name) for name in present], axis=0), present

    def at(self, name: str, index: int) -> Ends:
        """Give a measure's total in the month numbered `index`."""
        return Ends.of(self.total(name)[:, index])

    def over_all(self, name: str) -> Ends:
        """Give a measure's total over all months, draw by draw."""
        return Ends.of(self.total(name).sum(axis=1))

    def bands(self, name: str, group: str = ALL, place: str | None = None) -> pd.DataFrame:
        """Cut the monthly table to one cell; `month` becomes a date; withheld months are NaN."""
        table = self.run.monthly
        rows = (table["measure"] == name) & (table["group"] == group)
        rows &= table["place"] == (place or BY_NAME[name].place)
        cut = table[rows].drop(columns=["measure", "place", "group"]).reset_index(drop=True)
        return cut.assign(month=pd.to_datetime(cut["month"]))

    def observed(self, name: str, group: str = ALL) -> pd.DataFrame:
        """Give what truly happened within the run's months: month, value, source."""
        table = self.run.history
        if table.empty:
            return pd.DataFrame(columns=["month", "value", "source"])
        rows = (table["measure"] == name) & (table["group"] == group)
        cut = table.loc[rows, ["month", "value", "source"]]
        cut = cut.assign(month=pd.to_datetime(cut["month"]))
        first, last = pd.Timestamp(self.months[0]), pd.Timestamp(self.months[-1])
        return cut[cut["month"].between(first, last)].sort_values("month", ignore_index=True)

    def before(self, name: str) -> tuple[np.datetime64, float] | None:
        """Give the last observed month before the run and its value, where known."""
        table = self.run.history
        if table.empty:
            return None
        rows = (table["measure"] == name) & (table["group"] == ALL)
        cut = table[rows].assign(month=pd.to_datetime(table.loc[rows, "month"]))
        cut = cut[cut["month"] < pd.Timestamp(self.months[0])].sort_values("month")
        if cut.empty:
            return None
        return np.datetime64(cut["month"].iloc[-1], "M"), float(cut["value"].iloc[-1])

    @cached_property
    def tested(self) -> int:
        """Number the month in which a target is last tested; the last month where none is."""
        dates = pd.to_datetime(self.run.targets.get("by_date", pd.Series(dtype=str)))
        inside = [int(i) for day in dates for i in np.flatnonzero(self.months == _month(day))]
        return max(inside, default=len(self.months) - 1)

    @cached_property
    def counted(self) -> str | None:
        """Name the border count that the page follows: the one promised, else the widest."""
        promised = [name for name in self.run.targets.get("measure", ()) if self.has(name)]
        for name in ("apprehensions", "encounters"):
            if name in promised:
                return name
        return next((n for n in ("encounters", "apprehensions") if self.has(n)), None)

    @property
    def title(self) -> str:
        """Name the accord as its file does."""
        accord = self.run.accord
        return phrase(accord.title) if accord.title else accord.name

    @property
    def tests(self) -> pd.DataFrame:
        """Return the targets in the order of their tests."""
        targets = self.run.targets
        return targets.assign(by_date=pd.to_datetime(targets["by_date"])).sort_values("by_date")

    @property
    def last_test(self) -> dict[str, Any]:
        """Return the target tested last; of several that day, the one met least often."""
        rows = self.tests.sort_values(["by_date", "probability"], ascending=[False, True])
        return records(rows)[0]

    @property
    def ever_charged(self) -> float | None:
        """Return the share of draws with an added duty at some time; None without a duty."""
        return float(self.charged.mean()) if self.has("duty_rate") else None

    def where_charged(self, name: str) -> Ends | None:
        """Give a measure over the run in the draws with an added duty only."""
        if not self.charged.any() or not self.has(name):
            return None
        return Ends.of(self.total(name)[self.charged].sum(axis=1))

    @cached_property
    def charged(self) -> np.ndarray:
        """Say in which draws an added duty is charged at some time: bool [draw]."""
        if not self.has("duty_rate"):
            return np.zeros(self.draws, np.bool_)
        return np.asarray((self.total("duty_rate") > 0).any(axis=1))

    def target(self, row: Mapping[str, Any], *, dated: bool = True) -> str:
        """Name a target: `at most 50,000 apprehensions a month by 22 July 2019`."""
        noun = naming.noun(str(row["measure"]))
        what = phrase("{level} {counted}", level=self.level(row), counted=noun)
        if BY_NAME[str(row["measure"])].kind == "flow":
            what = phrase("{count} a month", count=what)
        day = words.day(pd.Timestamp(row["by_date"]).date())
        return phrase("{target} by {day}", target=what, day=day) if dated else what

    def rate(self, row: Mapping[str, Any]) -> str:
        """Name the level of a target with its rate: `at most 50,000 a month`."""
        level = self.level(row)
        is_flow = BY_NAME[str(row["measure"])].kind == "flow"
        return phrase("{count} a month", count=level) if is_flow else level

    def level(self, row: Mapping[str, Any]) -> str:
        """Name the level of a target: `at most 50,000`."""
        return phrase(_LEVELS[self.relation(row)], level=amounts.number(float(row["threshold"])))

    def relation(self, target: Mapping[str, Any]) -> str:
        """Say how a promised level binds: `<=`, `<`, `>=` or `>`.

        The clause's own condition says it; where it has none, a count of the border is a ceiling.
        """
        clause = self.run.accord.clauses.get(str(target["clause"]))
        text = getattr(getattr(clause, "must", None), "text", "")
        sign = re.search(r"(<=|>=|<|>)\s*[\d_.]", text)
        if sign:
            return sign[1]
        return ">=" if target["measure"] == "guard_south" else "<="

    @cached_property
    def states(self) -> tuple[str, ...]:
        """Name the clause states by code."""
        names = self.run.dataset["clause_state"].attrs["states"]
        return tuple(names.split() if isinstance(names, str) else names)


def _month(day: pd.Timestamp) -> np.datetime64:
    return np.datetime64(day, "M")
