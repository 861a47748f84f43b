"""Axes of charts: months, dollars, counts and names, each for a given width."""

from collections.abc import Iterable, Sequence
from typing import Final, TypeAlias

import altair as alt
import pandas as pd

from entente.language import phrase
from entente.report import theme, words

Picture: TypeAlias = alt.LayerChart | alt.FacetChart
WIDE: Final = 660
NARROW: Final = 262


def month_axis(months: "pd.Series[pd.Timestamp]", width: int, field: str = "month") -> alt.X:
    """Label months by name, and the year where it begins; fewer labels where it is narrow."""
    first, last = months.min(), months.max()
    span = (last.year - first.year) * 12 + last.month - first.month + 1
    every = next(n for n in (1, 2, 3, 6, 12, 24, 600) if span / n <= width / 46)
    dates = pd.date_range(first, last, freq="MS")
    shown = [d for d in dates if (d.month - 1) % every == 0] or [first]
    stamps = [alt.DateTime(year=d.year, month=d.month, date=1) for d in shown]
    year_at = {shown[0].year: shown[0].month} | {d.year: d.month for d in reversed(shown)}
    first_of_year = " || ".join(
        f"(year(datum.value) == {year} && month(datum.value) == {month - 1})"
        for year, month in year_at.items()
    )
    text = "timeFormat(datum.value, '%b')"
    expression = f"({first_of_year}) ? [{text}, timeFormat(datum.value, '%Y')] : {text}"
    return alt.X(
        f"{field}:T",
        title=None,
        axis=alt.Axis(values=stamps, labelExpr=expression, labelAlign="center"),
    )


def dollars() -> str:
    """Write dollars on an axis: `$3 bn`."""
    scaled = (
        ("datum.value >= 1e9", "format(datum.value / 1e9, '~g')", phrase("${amount} bn")),
        ("datum.value >= 1e6", "format(datum.value / 1e6, '~g')", phrase("${amount} m")),
        ("true", "format(datum.value, ',d')", phrase("${amount}")),
    )
    choices = []
    for condition, amount, template in scaled:
        before, _, after = template.partition("{amount}")
        choices.append(f"{condition} ? '{before}' + {amount} + '{after}'")
    return " : ".join((*choices, "''"))


def counts() -> alt.Axis:
    """Write whole numbers with separators."""
    return alt.Axis(format=",d", tickCount=5)


def room_for(names: Iterable[str], width: int) -> int:
    """Leave room on the left for the longest line of the names, up to a third of the width."""
    longest = max(len(line) for name in names for line in name.split("\n"))
    return min(245 if width >= WIDE else 124, 24 + round(6.4 * longest))


def step_for(names: "pd.Series[str]", least: int) -> alt.Step:
    """Leave each name the height of its lines."""
    return alt.Step(max(least, 14 * int(names.str.count("\n").max() + 1) + 10))


def names_axis(names: Iterable[str], width: int) -> alt.Axis:
    """Write names on the left, in lines, within the room that `room_for` gives them."""
    room = room_for(names, width)
    return alt.Axis(
        grid=False,
        labelColor=theme.INK,
        labelLimit=room - 12,
        labelLineHeight=14,
        labelExpr="split(datum.label, '\\n')",
        labelBaseline="middle",
        labelPadding=12,
        minExtent=room,
        maxExtent=room,
    )


def ordinal_months(rows: pd.DataFrame, width: int) -> alt.Axis:
    """Label ordinal months `2019-06` as `Jun`, with the year under the first of each year."""
    labels = list(dict.fromkeys(rows["label"]))
    every = next(n for n in (1, 2, 3, 6, 12, 24, 600) if len(labels) / n <= width / 40)
    shown = labels[::every]
    firsts = [next(label for label in shown if label[:4] == year) for year in _years(shown)]
    year_too = " || ".join(f"datum.value == '{first}'" for first in firsts)
    name = "timeFormat(toDate(datum.value + '-15'), '%b')"
    return alt.Axis(
        values=shown,
        labelAngle=0,
        labelExpr=f"({year_too}) ? [{name}, slice(datum.value, 0, 4)] : {name}",
    )


def _years(labels: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(label[:4] for label in labels))


def wrapped_names(rows: pd.DataFrame, width: int) -> pd.DataFrame:
    """Break the names of clauses into lines that fit beside a chart of this width."""
    room = 36 if width >= WIDE else 18
    return rows.assign(clause=[words.wrapped(name, room) for name in rows["clause"]])
