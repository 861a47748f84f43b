"""Two or more runs set beside each other, paired draw by draw."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, final

import numpy as np
import pandas as pd

from entente.evidence import FloatArray
from entente.grid import Grid, Tabled
from entente.outcome.run import Run
from entente.outcome.tables import KEYS, MINIMUM_CELL
from entente.places import ALL
from entente.problems import InputProblemsError, Place, Problem
from entente.world.measures import MEASURES, Measure

WHOLE_PERIOD: Final = "all"
_INTERVAL: Final = (0.05, 0.50, 0.95)
COLUMNS: Final = (
    *KEYS,
    "base",
    "other",
    "base_mean",
    "other_mean",
    "difference",
    "p05",
    "p50",
    "p95",
    "share_of_draws_that_differ",
)


@final
@dataclass(frozen=True)
class Comparison(Tabled):
    """The first run is the base; every other is set against it.

    differences   one row for each measure, cell, month (and the whole period), and other run;
                  `difference` is the mean of other minus base over the same draws
    """

    runs: tuple[Run, ...]
    differences: pd.DataFrame

    def table(self) -> pd.DataFrame:
        """Return every difference, as differences.csv has them."""
        return self.differences

    def grid(self) -> Grid:
        """Lay out the totals over the whole period, middle and 90 % of draws."""
        whole = self.differences[self.differences["month"] == WHOLE_PERIOD]
        totals = whole[whole["group"] == ALL].drop_duplicates(["other", "measure"])
        columns = ["other", "measure", "p05", "p50", "p95"]
        return Grid.of(f"against {self.runs[0].label}, the whole period", totals[columns].round())


def compare(runs: Sequence[Run]) -> Comparison:
    """Pair runs draw by draw; an empty amendment gives exactly zero everywhere.

    Raises InputProblemsError when the runs do not share seed, draws and months.
    """
    _require_pairs(runs)
    base, *others = runs
    tables = [_differences(base, other) for other in others]
    return Comparison(tuple(runs), pd.concat(tables, ignore_index=True))


def _require_pairs(runs: Sequence[Run]) -> None:
    """List every run whose luck or months are not those of the first."""
    shared = ("seed", "draws", "start", "months")
    base = runs[0]
    problems = [
        Problem(
            "E301",
            Place(run.accord.name),
            "",
            f"{key} is {run.record[key]} here and {base.record[key]} in {base.accord.name}",
            "run both with the same seed, draws, start and months",
        )
        for run in runs[1:]
        for key in shared
        if run.record[key] != base.record[key]
    ]
    if problems:
        raise InputProblemsError(problems)


def _differences(base: Run, other: Run) -> pd.DataFrame:
    present = [m for m in MEASURES if m.name in base.dataset and m.name in other.dataset]
    table = pd.concat([_measure(base, other, measure) for measure in present], ignore_index=True)
    table.insert(4, "base", base.label)
    table.insert(5, "other", other.label)
    return table


def _measure(base: Run, other: Run, measure: Measure) -> pd.DataFrame:
    """Compare one measure in every month and over the whole period."""
    ours, theirs = (_cells(run, measure) for run in (base, other))  # [draw, period, cell]
    gap = theirs - ours
    numbers = np.stack(
        [
            ours.mean(axis=0),
            theirs.mean(axis=0),
            gap.mean(axis=0),
            *np.quantile(gap, _INTERVAL, axis=0),
            (gap != 0).mean(axis=0),
        ],
        axis=-1,
    )  # [period, cell, statistic]
    if measure.counts_people:
        numbers = _publishable(numbers)
    months = np.datetime_as_string(base.dataset["month"].to_numpy().astype("datetime64[M]"))
    periods = [*months, WHOLE_PERIOD]
    cells = [(measure.place, ALL), *measure.cells()] if measure.axes else measure.cells()
    table = pd.DataFrame(numbers.reshape(-1, numbers.shape[-1]), columns=list(COLUMNS[6:]))
    table.insert(0, "month", np.repeat(periods, len(cells)))
    table.insert(1, "measure", measure.name)
    table.insert(2, "place", [place for place, _ in cells] * len(periods))
    table.insert(3, "group", [group for _, group in cells] * len(periods))
    return table


def _cells(run: Run, measure: Measure) -> FloatArray:
    """Return [draw, period, cell]: the months, then the whole period; the total, then the cells.

    Over the whole period a flow is summed, a stock is that of the last month, a rate is averaged.
    """
    draws = run.dataset[measure.name].to_numpy().astype(np.float64)
    cells = draws.reshape(*draws.shape[:2], -1)
    if measure.axes:
        cells = np.concatenate([cells.sum(axis=2, keepdims=True), cells], axis=2)
    whole = {
        "flow": cells.sum(axis=1, keepdims=True),
        "stock": cells[:, -1:],
        "rate": cells.mean(axis=1, keepdims=True),
    }[measure.kind]
    return np.concatenate([cells, whole], axis=1)


def _publishable(numbers: FloatArray) -> FloatArray:
    """Leave out rows in which either side counts between 1 and 9 people."""
    sides = numbers[..., :2]
    small = ((sides > 0) & (sides < MINIMUM_CELL)).any(axis=-1, keepdims=True)
    return np.where(small, np.nan, numbers)


def as_csv(differences: pd.DataFrame) -> str:
    """Write the differences as CSV, whole dollars and people to one decimal."""
    from entente.outcome.tables import rounded

    keys = (*KEYS, "base", "other", "share_of_draws_that_differ")
    return rounded(differences, keys).to_csv(index=False, lineterminator="\n")
