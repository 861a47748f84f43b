"""A figure: a chart drawn wide and narrow, the finding it shows, its words and its table."""

from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, Final, final

import altair as alt
import numpy as np
import pandas as pd
from altair.utils.schemapi import debug_mode

from entente.language import phrase
from entente.report import charts, theme, words
from entente.report.reading import Reading
from entente.report.tables import Table, Value

STATISTICS: Final = ("p05", "p10", "p25", "p50", "p75", "p90", "p95")
PERCENTILES: Final = tuple(f"{int(name[1:])} %" for name in STATISTICS)


@final
@dataclass(frozen=True, slots=True)
class Figure:
    """A chart ready for the page; `title` says the finding, `note` what the marks are."""

    name: str
    title: str
    note: str
    drawings: tuple[Future[str], Future[str]]
    table: Table

    @property
    def wide(self) -> str:
        """Return the chart for a wide window, once it is drawn."""
        return self.drawings[0].result()

    @property
    def narrow(self) -> str:
        """Return the chart for a narrow window, once it is drawn."""
        return self.drawings[1].result()

    @property
    def file(self) -> str:
        """Return the wide chart as an SVG file."""
        return theme.standing_alone(self.wide)

    @property
    def href(self) -> str:
        """Return that file inside a link."""
        return theme.link(self.file)


def figure(
    name: str,
    title: str,
    note: str,
    alternative: str,
    table: Table,
    chart: Callable[[int], alt.TopLevelMixin],
) -> Figure:
    """Draw a chart at both widths; its specification is tested, so it is not checked again."""
    with debug_mode(False):
        wide, narrow = (
            theme.draw(chart(width), f"{name}-{width}", alternative)
            for width in (charts.WIDE, charts.NARROW)
        )
    return Figure(name, title, note, (wide, narrow), table)


def percentiles(row: Mapping[str, Any], unit: str) -> tuple[Value, ...]:
    """Take the percentiles of a row of the monthly table."""
    return tuple(Value(float(row[name]), unit) for name in STATISTICS)


def series_breaks() -> tuple[tuple[pd.Timestamp, str], ...]:
    """Say where a series changes its meaning: shown on every chart of border counts."""
    told = phrase("from March 2020 counts|include Title 42|expulsions")
    return ((pd.Timestamp("2020-03-01"), told),)


def all_values(title: str) -> str:
    """Say a chart by its title, and where its figures stand."""
    return phrase("{title}. The table below holds every value.", title=title)


def span(reading: Reading) -> str:
    """Name the first and the last month of a run."""
    return words.span(words.month(reading.months[0]), words.month(reading.months[-1]))


def month_of(when: Any) -> np.datetime64:
    """Cut a date to its month."""
    return np.datetime64(pd.Timestamp(when), "M")


def spaced(name: str) -> str:
    """Write an id of a file as words."""
    return name.replace("_", " ")


def wrapped(rows: pd.DataFrame, column: str, width: int) -> pd.DataFrame:
    """Break long names into lines that fit beside a chart of this width."""
    room = 36 if width >= charts.WIDE else 18
    return rows.assign(**{column: [words.wrapped(str(v), room) for v in rows[column]]})
