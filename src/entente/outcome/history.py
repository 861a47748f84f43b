"""What truly happened in a run's months, where a shipped table knows it."""

import re
from collections.abc import Iterator
from typing import Any, Final

import numpy as np
import pandas as pd

from entente.places import ALL, GROUPS
from entente.world import sources
from entente.world.measures import BY_NAME

COLUMNS: Final = ("month", "measure", "group", "value", "source")
_MONTH: Final = re.compile(r"\d{4}-\d{2}")
_BORDER: Final = {
    "apprehensions": "usbp_apprehensions_sw",
    "port_encounters": "ofo_inadmissibles_sw",
}
_CBP: Final = "CBP, Southwest Land Border Encounters"
_CENSUS: Final = "US Census Bureau, imports for consumption"


def history(months: np.ndarray) -> pd.DataFrame:
    """Return the counted figures of these months: month (YYYY-MM), measure, group, value, source.

    months   datetime64[M]    [month]
    """
    rows = [*_border(), *_imports(), *_returned(), *_reported()]
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    wanted = set(np.datetime_as_string(months.astype("datetime64[M]")))
    return table[table["month"].isin(wanted)].reset_index(drop=True)


def _border() -> Iterator[tuple[Any, ...]]:
    """Give encounters at and between ports; their sum where both are published."""
    totals: dict[str, dict[str, int]] = {}
    for measure, series in _BORDER.items():
        counts = sources.border_counts(series)
        for month, by_group in zip(map(str, counts.months), counts.counts, strict=True):
            totals.setdefault(month, {})[measure] = int(by_group.sum())
            yield month, measure, ALL, int(by_group.sum()), _CBP
            if BY_NAME[measure].axes:
                for group, count in zip(GROUPS, by_group, strict=True):
                    yield month, measure, str(group), int(count), _CBP
    for month, parts in totals.items():
        if len(parts) == len(_BORDER):
            yield month, "encounters", ALL, sum(parts.values()), _CBP


def _imports() -> Iterator[tuple[Any, ...]]:
    imports = sources.imports_from_mexico()
    for index, value in enumerate(imports.value.sum(axis=1)):
        yield str(imports.first + index), "imports", ALL, float(value), _CENSUS


def _returned() -> Iterator[tuple[Any, ...]]:
    for month, count in sources.return_to_wait().items():
        yield str(month), "return_to_wait", ALL, count, "CBP, Migrant Protection Protocols"


def _reported() -> Iterator[tuple[Any, ...]]:
    """Give the figures of single months that public bodies counted, by the run's own measures."""
    for row in sources.rows("reported-figures"):
        counted = row["basis"] == "counted" and _MONTH.fullmatch(row["period"])
        if counted and row["measure"] in BY_NAME and row["group"] == ALL:
            yield row["period"], row["measure"], ALL, float(row["value"]), row["source"]
