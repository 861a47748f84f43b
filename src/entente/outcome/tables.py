"""From draws to tidy tables: means and quantiles, with cells too small to publish left out."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd
import xarray as xr

from entente.evidence import FloatArray
from entente.places import ALL
from entente.world.measures import BY_NAME, MEASURES, Measure

QUANTILES: Final = {
    "p05": 0.05,
    "p10": 0.10,
    "p25": 0.25,
    "p50": 0.50,
    "p75": 0.75,
    "p90": 0.90,
    "p95": 0.95,
}
STATISTICS: Final = ("mean", *QUANTILES)
KEYS: Final = ("month", "measure", "place", "group")

MINIMUM_CELL: Final = 10
_DECIMALS: Final = {"USD": 0, "percent": 4}


def monthly(dataset: xr.Dataset) -> pd.DataFrame:
    """Summarise every measure by month and cell.

    Columns: month (YYYY-MM), measure, place, group, mean, p05 ... p95. Counts of people follow the
    minimum-cell rule (`publishable`); a cell left out is empty, not zero.
    """
    present = [measure for measure in MEASURES if measure.name in dataset]
    return pd.concat([_measure_table(dataset, measure) for measure in present], ignore_index=True)


def _measure_table(dataset: xr.Dataset, measure: Measure) -> pd.DataFrame:
    draws = dataset[measure.name].to_numpy().astype(np.float64)  # [draw, month, *axes]
    cells = measure.cells()
    by_cell = draws.reshape(*draws.shape[:2], -1)
    statistics = summary(by_cell)  # [month, cell, statistic]
    if measure.counts_people:
        statistics = publishable(statistics)
    if measure.axes:
        total = summary(by_cell.sum(axis=2, keepdims=True))
        total = publishable(total) if measure.counts_people else total
        statistics = np.concatenate([total, statistics], axis=1)
        cells = [(measure.place, ALL), *cells]
    months = np.datetime_as_string(dataset["month"].to_numpy().astype("datetime64[M]"))
    table = pd.DataFrame(statistics.reshape(-1, len(STATISTICS)), columns=list(STATISTICS))
    table.insert(0, "month", np.repeat(months, len(cells)))
    table.insert(1, "measure", measure.name)
    table.insert(2, "place", [place for place, _ in cells] * len(months))
    table.insert(3, "group", [group for _, group in cells] * len(months))
    return table


def summary(draws: FloatArray) -> FloatArray:
    """Reduce [draw, ...] to [..., statistic] in the order of STATISTICS."""
    quantiles = np.quantile(draws, list(QUANTILES.values()), axis=0)
    return np.moveaxis(np.concatenate([draws.mean(axis=0, keepdims=True), quantiles]), 0, -1)


def publishable(statistics: FloatArray) -> FloatArray:
    """Leave out cells of people between 0 and 10, and one more where a total would reveal one.

    Zero may be published, 1 to 9 may not. Where a single cell of a month is left out, the next
    smallest goes with it.

    statistics   [month, cell, statistic]; cells left out become NaN
    """
    held_back = (statistics > 0) & (statistics < MINIMUM_CELL)
    small = np.asarray(held_back.any(axis=2))  # [month, cell]
    alone = (small.sum(axis=1) == 1) & (small.shape[1] > 1)
    means = np.where(small | (statistics[..., 0] == 0), np.inf, statistics[..., 0])
    next_smallest = means.argmin(axis=1)
    small[alone, next_smallest[alone]] = True
    return np.where(small[..., None], np.nan, statistics)


def clauses(dataset: xr.Dataset) -> pd.DataFrame:
    """Give the share of draws in which each clause stands in each state at each month's end.

    Columns: month, clause, state, share; a state that no draw is in has no row.
    """
    codes = dataset["clause_state"]
    states = codes.attrs["states"].split()
    months = np.datetime_as_string(dataset["month"].to_numpy().astype("datetime64[M]"))
    rows = [
        (month, clause, states[code], count / codes.sizes["draw"])
        for i, month in enumerate(months)
        for j, clause in enumerate(map(str, dataset["clause"].to_numpy()))
        for code, count in zip(
            *np.unique(codes.to_numpy()[:, i, j], return_counts=True), strict=True
        )
    ]
    return pd.DataFrame(rows, columns=["month", "clause", "state", "share"])


def as_csv(table: pd.DataFrame) -> str:
    """Write the monthly table as CSV."""
    return rounded(table, KEYS).to_csv(index=False, lineterminator="\n")


def rounded(table: pd.DataFrame, keys: Sequence[str]) -> pd.DataFrame:
    """Round the numbers of a table: people to one decimal, rates to four, dollars whole.

    keys   the columns to leave as they are
    """
    numbers = table.columns.difference(list(keys), sort=False)
    places = table["measure"].map(lambda name: _DECIMALS.get(BY_NAME[name].unit, 1))
    out = table.copy()
    for digits in places.unique():
        rows = places == digits
        out.loc[rows, numbers] = table.loc[rows, numbers].round(digits)
    return out
