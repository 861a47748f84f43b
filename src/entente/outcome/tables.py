"""From draws to tidy tables: means and quantiles, with cells too small to publish left out."""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from entente.evidence import FloatArray
from entente.lab.blocks import by_block, reading
from entente.outcome.store import months_together
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
_SORTERS: Final = min(4, os.cpu_count() or 1)
_COLUMNS: Final = 2_000_000  # numbers sorted at once
_DECIMALS: Final = {"USD": 0, "percent": 4}


def monthly(dataset: xr.Dataset) -> pd.DataFrame:
    """Summarise every measure by month and cell.

    Columns: month (YYYY-MM), measure, place, group, mean, p05 ... p95. Counts of people follow the
    minimum-cell rule (`publishable`); a cell left out is empty, not zero.
    """
    present = [measure for measure in MEASURES if measure.name in dataset]
    return pd.concat([_measure_table(dataset, measure) for measure in present], ignore_index=True)


def _measure_table(dataset: xr.Dataset, measure: Measure) -> pd.DataFrame:
    cells = measure.cells()
    statistics, total = _statistics(dataset[measure.name])
    if measure.counts_people:
        statistics = publishable(statistics)
    if measure.axes:
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


def _statistics(variable: xr.DataArray) -> tuple[FloatArray, FloatArray]:
    """Reduce [draw, month, *axes] to cells and to their total, [month, cell, statistic] each.

    Quantiles are exact order statistics, so no split of the draws can move them. Only as many
    months as fit into `SLAB` are in memory at once; the draws may be anywhere.
    """
    months = variable.sizes["month"]
    step = months_together(months, variable.nbytes // months)
    cells, totals = [], []
    for first in range(0, months, step):
        with reading(str(variable.name)):
            slab = variable.isel(month=slice(first, first + step)).to_numpy()
        by_cell = slab.reshape(*slab.shape[:2], -1)
        cells.append(summary(by_cell))
        totals.append(summary(by_cell.sum(axis=2, keepdims=True, dtype=np.float64)))
    return np.concatenate(cells), np.concatenate(totals)


def summary(draws: NDArray[Any]) -> FloatArray:
    """Reduce [draw, ...] to [..., statistic] in the order of STATISTICS, some columns at a time."""
    columns = draws.reshape(len(draws), -1)
    step = max(1, _COLUMNS // len(draws))
    slices = [columns[:, first : first + step] for first in range(0, columns.shape[1], step)]
    with ThreadPoolExecutor(_SORTERS) as sorters:  # selection lets other threads go on
        parts = list(sorters.map(_few, slices))
    return np.concatenate(parts).reshape(*draws.shape[1:], len(STATISTICS))


def _few(draws: NDArray[Any]) -> FloatArray:
    """Reduce [draw, column] to [column, statistic]: sorted as they are, then read as `np.quantile`.

    Between the two draws next to a quantile it lies on the straight line (Hyndman and Fan 1996,
    definition 7).
    """
    columns = np.array(draws.T, order="C")
    mean = columns.mean(axis=1, dtype=np.float64)
    columns.sort(axis=1)  # NaN last
    place = np.array(list(QUANTILES.values())) * (len(draws) - 1)
    low = place.astype(np.int64)
    share = place - low
    below = columns[:, low].astype(np.float64)
    above = columns[:, np.minimum(low + 1, len(draws) - 1)].astype(np.float64)
    with np.errstate(invalid="ignore"):  # waits may be infinite
        step = above - below
        quantiles = np.where(share < 0.5, below + step * share, above - step * (1 - share))
    quantiles[np.isnan(columns[:, -1])] = np.nan
    return np.concatenate([mean[:, None], quantiles], axis=1)


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
    by_state = [
        np.stack([(block == code).sum(axis=0) for code in range(len(states))], axis=-1)
        for block in by_block(dataset, "clause_state")
    ]
    counts = np.sum(by_state, axis=0)  # [month, clause, state]
    rows = [
        (months[i], clause, states[code], counts[i, j, code] / codes.sizes["draw"])
        for i in range(len(months))
        for j, clause in enumerate(map(str, dataset["clause"].to_numpy()))
        for code in np.flatnonzero(counts[i, j])
    ]
    return pd.DataFrame(rows, columns=["month", "clause", "state", "share"])


def as_csv(table: pd.DataFrame) -> str:
    """Write the monthly table as CSV."""
    return rounded(table, KEYS).to_csv(index=False, lineterminator="\n")


def from_csv(path: Path, keys: Sequence[str]) -> pd.DataFrame:
    """Read a table that was written as CSV, number for number; a cell left out is NaN.

    keys   the columns of words
    """
    words = dict.fromkeys(keys, str)
    table = pd.read_csv(path, dtype=words, keep_default_na=False, na_values=[""])
    return table.fillna(dict.fromkeys(keys, ""))


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
