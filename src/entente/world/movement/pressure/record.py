"""The model's own record: what it would have said before two great falls, beside what came."""

from typing import TYPE_CHECKING, Final

import numpy as np

from entente.luck import Luck
from entente.world.movement.pressure.forecast import LEVELS, SERIES_ORDER, forecast
from entente.world.movement.pressure.outlook import TRANSIT_ENFORCEMENT
from entente.world.sources import BorderCounts, border_counts

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

MONTHS: Final = 7
_DRAWS: Final = Luck(seed=1, draws=2000, name=("record",))

# The first fall came before any episode was on record, so nothing could be assumed of it; the
# second after an agreement that pledged enforcement in June 2019.
ORIGINS: "Final[tuple[tuple[str, Mapping[str, np.datetime64]], ...]]" = (
    ("2014-06", {}),
    ("2019-05", {TRANSIT_ENFORCEMENT: np.datetime64("2019-06", "M")}),
)


def record(counts: BorderCounts | None = None) -> "pd.DataFrame":
    """Forecast from each origin with the months up to it, and set what came beside.

    Columns: origin, month (YYYY-MM), group, p10, p50, p90, actual; counts are events.
    """
    import pandas as pd

    counts = counts or border_counts()
    tables = [
        _from(counts, np.datetime64(origin, "M"), begun)
        for origin, begun in ORIGINS
        if counts.last >= np.datetime64(origin, "M")
    ]
    return pd.concat(tables, ignore_index=True)


def _from(
    counts: BorderCounts, origin: np.datetime64, begun: "Mapping[str, np.datetime64]"
) -> "pd.DataFrame":
    import pandas as pd

    told = forecast(counts, origin, MONTHS, _DRAWS, begun)
    low, middle, high = told.quantiles()[[LEVELS.index(level) for level in (0.1, 0.5, 0.9)]]
    every = np.column_stack([counts.total, counts.counts])
    row = int((origin - counts.first).astype(int)) + 1
    came = np.full(middle.shape, np.nan)
    known = every[row : row + MONTHS]
    came[: len(known)] = known
    months = np.repeat(told.months.astype(str), len(SERIES_ORDER))
    return pd.DataFrame(
        {
            "origin": str(origin),
            "month": months,
            "group": [str(group) for group in SERIES_ORDER] * MONTHS,
            "p10": low.ravel(),
            "p50": middle.ravel(),
            "p90": high.ravel(),
            "actual": came.ravel(),
        }
    )
