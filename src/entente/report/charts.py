"""Charts of the page: Altair specifications in the house theme, each for a given width.

Every function takes tidy tables and returns a chart; none computes a result.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, TypeAlias

import altair as alt
import pandas as pd

from entente.language import phrase
from entente.report import theme, words

Picture: TypeAlias = alt.LayerChart | alt.FacetChart

WIDE: Final = 660
NARROW: Final = 262

# Outer to inner: the columns that bound 90, 80 and 50 % of draws, and how dark the band is.
_BANDS: Final = (("p05", "p95", 0.16), ("p10", "p90", 0.2), ("p25", "p75", 0.34))


def fan(
    bands: pd.DataFrame,
    observed: pd.DataFrame,
    lines: Sequence[tuple[float, str]],
    breaks: Sequence[tuple[pd.Timestamp, str]],
    unit: str,
    width: int,
    height: int = 300,
) -> Picture:
    """Draw bands of 50, 80 and 90 % of draws around their median, against lines and the actual.

    bands      month, p05, p10, p25, p50, p75, p90, p95
    observed   month, value; may be empty
    lines      (level, label): horizontal, such as a promised number
    breaks     (month, label): vertical, where a series changes its meaning
    """
    x = month_axis(bands["month"], width)
    layers: list[alt.Chart] = _fields(alt.Chart(bands), x, unit)
    middle = alt.Chart(bands).encode(x=x, y=alt.Y("p50:Q"))
    layers.append(middle.mark_line(color=theme.BLUE, strokeWidth=2.2))
    layers += _breaks(breaks, bands["month"])
    if len(observed):
        actual = alt.Chart(observed).encode(x=x, y=alt.Y("value:Q"))
        layers.append(actual.mark_line(color=theme.INK, strokeWidth=2, strokeDash=[5, 3]))
        layers.append(actual.mark_point(color=theme.INK, fill=theme.INK, size=26, opacity=1))
    layers += _levels(lines, bands)
    return alt.layer(*layers).properties(width=width, height=height)


def gap(rows: pd.DataFrame, unit: str, width: int) -> Picture:
    """Draw a paired difference and its 90 % band about zero.

    rows   month, p05, p50, p95
    """
    x, base = month_axis(rows["month"], width), alt.Chart(rows)
    axis = alt.Axis(format=",d", tickCount=5)
    band = base.mark_area(color=theme.BLUE, opacity=0.25)
    line = base.mark_line(color=theme.BLUE, strokeWidth=2.2)
    none = alt.Chart(pd.DataFrame({"none": [0]})).mark_rule(color=theme.INK, strokeWidth=1.2)
    return alt.layer(
        band.encode(x=x, y=alt.Y("p05:Q", title=unit, axis=axis), y2=alt.Y2("p95:Q")),
        none.encode(y=alt.Y("none:Q")),
        line.encode(x=x, y=alt.Y("p50:Q")),
    ).properties(width=width, height=240)


def paths(rows: pd.DataFrame, width: int) -> Picture:
    """Draw a few paths of dollars by month, and what is needed as a dashed line.

    rows   month, name, value; the name `need` is the dashed one
    """
    names = [name for name in dict.fromkeys(rows["name"]) if name != "need"]
    x = month_axis(rows["month"], width)
    y = alt.Y("value:Q", title=None, axis=alt.Axis(labelExpr=_dollars(), tickCount=5))
    color = alt.Color(
        "name:N",
        title=None,
        scale=alt.Scale(domain=names, range=[theme.BLUE, theme.RED][: len(names)]),
        legend=alt.Legend(columns=1 if width < WIDE else 0),
    )
    made = alt.Chart(rows[rows["name"] != "need"]).encode(x=x, y=y, color=color)
    need = alt.Chart(rows[rows["name"] == "need"]).encode(x=x, y=y)
    return alt.layer(
        made.mark_line(strokeWidth=2.2, interpolate="step-after"),
        made.mark_point(size=26, filled=True, opacity=1),
        need.mark_line(color=theme.INK, strokeWidth=1.6, strokeDash=[5, 3]),
    ).properties(width=width, height=240)


def panels(bands: pd.DataFrame, width: int) -> Picture:
    """Set small fans side by side, each on its own scale.

    bands   name, month, p05 ... p95, and `actual` where known (else NaN); names in order
    """
    columns = 3 if width >= WIDE else 1
    each = (width - 150) // columns if columns > 1 else width - 10
    names = list(dict.fromkeys(bands["name"]))
    x = month_axis(bands["month"], each)
    base = alt.Chart(bands)
    layers = _fields(base, x, "")
    layers.append(base.mark_line(color=theme.BLUE, strokeWidth=2).encode(x=x, y=alt.Y("p50:Q")))
    if bands["actual"].notna().any():
        line = base.mark_line(color=theme.INK, strokeWidth=1.6, strokeDash=[4, 3])
        layers.append(line.encode(x=x, y=alt.Y("actual:Q")))
    facet = alt.Facet("name:N", sort=names, title=None, header=alt.Header(labelPadding=4))
    small = alt.layer(*layers).properties(width=each, height=120)
    panes: Picture = small.facet(facet=facet, columns=columns).resolve_scale(
        x="independent", y="independent"
    )
    return panes


def chances(rows: pd.DataFrame, width: int) -> Picture:
    """Draw each chance as a dot on a line from 0 to 100 %.

    rows   label, probability (a share), order
    """
    spot = alt.Chart(rows)
    x = alt.X(
        "probability:Q",
        title=phrase("share of draws in which it is met"),
        scale=alt.Scale(domain=[0, 1]),
        axis=alt.Axis(format=".0%", grid=True, values=[0, 0.25, 0.5, 0.75, 1], titleAnchor="start"),
    )
    y = alt.Y("label:N", title=None, sort=list(rows["label"]), axis=_names(rows["label"], width))
    base = spot.encode(y=y)
    stem = base.mark_rule(color=theme.GREEN, strokeWidth=3).encode(x=x, x2=alt.X2Datum(0))
    dot = base.mark_circle(color=theme.GREEN, size=150, opacity=1).encode(x=x)
    word = base.mark_text(dx=11, align="left").encode(x=x, text=alt.Text("shown:N"))
    return alt.layer(stem, dot, word).properties(
        width=width - _room(rows["label"], width), height=_step(rows["label"], 34)
    )


def swings(rows: pd.DataFrame, base: float, title: str, share: bool, width: int) -> Picture:
    """Draw a tornado: how far each assumption's range moves the answer from where it stands.

    rows   label, answer_low, answer_high, widest first;   share   whether the answer is one
    """
    axis = alt.Axis(format=".0%" if share else "~s", titleAnchor="start", tickCount=5)
    names = list(rows["label"])
    y = alt.Y("label:N", title=None, sort=names, axis=_names(rows["label"], width))
    ends = alt.Chart(rows).encode(y=y)
    scale = alt.Scale(domain=[0, 1]) if share else alt.Scale(zero=False)
    lines = words.wrapped(title, 60 if width >= WIDE else 28).splitlines()
    low = alt.X("answer_low:Q", title=lines, axis=axis, scale=scale)
    line = ends.mark_rule(color=theme.GRID, strokeWidth=9).encode(x=low, x2=alt.X2("answer_high:Q"))
    first = ends.mark_circle(color=theme.GOLD, size=110, opacity=1).encode(x=low)
    last = ends.mark_circle(color=theme.PURPLE, size=110, opacity=1).encode(
        x=alt.X("answer_high:Q")
    )
    still = alt.Chart(pd.DataFrame({"base": [base]})).mark_rule(color=theme.INK, strokeWidth=1.2)
    return alt.layer(still.encode(x=alt.X("base:Q")), line, first, last).properties(
        width=width - _room(rows["label"], width), height=_step(rows["label"], 30)
    )


def stacked(rows: pd.DataFrame, names: Sequence[str], unit: str, width: int) -> Picture:
    """Stack the means of stocks of people, month by month.

    rows   month, name, value
    """
    x = month_axis(rows["month"], width)
    colours = [theme.BLUE, theme.GOLD, theme.PURPLE, theme.GREEN, theme.RED, theme.SLATE]
    scale = alt.Scale(domain=list(names), range=colours[: len(names)])
    across = 3 * 6.0 * max(map(len, names)) + 90  # of three columns: letters, squares and gaps
    columns = (3 if across <= width else 2) if width >= WIDE else 1
    legend = alt.Legend(title=None, columns=columns)
    area = (
        alt.Chart(rows)
        .transform_calculate(order=f"indexof({list(names)!r}, datum.name)")
        .mark_area(opacity=0.85, stroke=theme.PAPER, strokeWidth=1)
        .encode(
            x=x,
            y=alt.Y("value:Q", title=unit, stack="zero", axis=_counts()),
            color=alt.Color("name:N", scale=scale, legend=legend),
            order=alt.Order("order:Q"),
        )
    )
    return alt.layer(area).properties(width=width, height=280)


def steps(rows: pd.DataFrame, rates: Sequence[str], width: int) -> Picture:
    """Stack the share of draws at each rate of duty, month by month.

    rows   label (the month), rate, share, order; the first rate is none
    """
    last = len(theme.STEPS) - 1
    colours = [theme.STEPS[round(i * last / max(1, len(rates) - 1))] for i in range(len(rates))]
    legend = alt.Legend(title=phrase("added duty"), columns=3 if width < WIDE else 0)
    percent = alt.Axis(format=".0%", values=[0, 0.25, 0.5, 0.75, 1])
    bars = (
        alt.Chart(rows)
        .mark_bar(stroke=theme.PAPER, strokeWidth=0.5)
        .encode(
            x=alt.X("label:O", title=None, sort=None, axis=_ordinal_months(rows, width)),
            y=alt.Y("share:Q", title=None, scale=alt.Scale(domain=[0, 1]), axis=percent),
            color=alt.Color(
                "rate:N", scale=alt.Scale(domain=list(rates), range=colours), legend=legend
            ),
            order=alt.Order("order:Q"),
        )
    )
    return alt.layer(bars).properties(width=width, height=240)


def ranked(rows: pd.DataFrame, unit: str, width: int) -> Picture:
    """Rank names by the middle of the draws, with 90 % of draws as a line.

    rows   name, low, middle, high; already sorted
    """
    base = alt.Chart(rows).encode(
        y=alt.Y("name:N", title=None, sort=list(rows["name"]), axis=_names(rows["name"], width))
    )
    money = alt.Axis(labelExpr=_dollars(), grid=True, tickCount=4, titleAnchor="start")
    bar = base.mark_bar(color=theme.RED, opacity=0.75, height=14).encode(
        x=alt.X("middle:Q", title=unit, axis=money)
    )
    line = base.mark_rule(color=theme.INK, strokeWidth=1.6).encode(
        x=alt.X("low:Q"), x2=alt.X2("high:Q")
    )
    return alt.layer(bar, line).properties(
        width=width - _room(rows["name"], width), height=_step(rows["name"], 30)
    )


def clause_states(rows: pd.DataFrame, spells: pd.DataFrame, width: int) -> Picture:
    """Draw which clause is in which state when: the commonest state, fainter where draws differ.

    rows     clause, label (the month), family, order, colour, share; clauses in order
    spells   clause, label (its first month), text, months: a state is named where it begins,
             if it lasts long enough for the word
    """
    clauses = list(dict.fromkeys(rows["clause"]))
    across = width - _room(clauses, width)
    step = across / rows["label"].nunique()
    x = alt.X("label:O", title=None, sort=None, axis=_ordinal_months(rows, across))
    y = alt.Y("clause:N", title=None, sort=clauses, axis=_names(clauses, width))
    families = rows.drop_duplicates("family").sort_values("order")
    scale = alt.Scale(domain=list(families["family"]), range=list(families["colour"]))
    legend = alt.Legend(title=None, columns=2 if width < WIDE else 0)
    faint = alt.Scale(domain=[0, 1], range=[0.1, 1])
    field = (
        alt.Chart(rows)
        .mark_rect(stroke=theme.PAPER, strokeWidth=1)
        .encode(
            x=x,
            y=y,
            color=alt.Color("family:N", scale=scale, legend=legend),
            opacity=alt.Opacity("share:Q", scale=faint, legend=None),
        )
    )
    fits = spells["months"] * step > spells["text"].str.len() * 5.6 + 6
    word = (
        alt.Chart(spells[fits])
        .mark_text(align="left", dx=4 - step / 2, fontSize=11)
        .encode(x=x, y=y, text=alt.Text("text:N"))
    )
    return alt.layer(field, word).properties(width=across, height=alt.Step(26))


def month_axis(months: "pd.Series[pd.Timestamp]", width: int) -> alt.X:
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
        "month:T",
        title=None,
        axis=alt.Axis(values=stamps, labelExpr=expression, labelAlign="center"),
    )


def _fields(base: alt.Chart, x: alt.X, unit: str) -> list[alt.Chart]:
    """Draw the bands from the widest to the narrowest."""
    first = alt.Y(
        "p05:Q", title=unit or None, axis=_counts(), scale=alt.Scale(zero=True, nice=False)
    )
    return [
        base.mark_area(color=theme.BLUE, opacity=opacity).encode(
            x=x, y=first if low == "p05" else alt.Y(f"{low}:Q"), y2=alt.Y2(f"{high}:Q")
        )
        for low, high, opacity in _BANDS
    ]


def _levels(lines: Sequence[tuple[float, str]], bands: pd.DataFrame) -> list[alt.Chart]:
    table = pd.DataFrame(
        [{"level": level, "text": text, "month": bands["month"].iloc[-1]} for level, text in lines]
    )
    if table.empty:
        return []
    rule = alt.Chart(table).mark_rule(color=theme.RED, strokeWidth=1.4).encode(y=alt.Y("level:Q"))
    place: dict[str, Any] = {"align": "right", "dy": -8, "fontSize": 12, "fontWeight": "bold"}
    word = alt.Chart(table).encode(x=alt.X("month:T"), y=alt.Y("level:Q"), text=alt.Text("text:N"))
    halo = word.mark_text(color=theme.PAPER, stroke=theme.PAPER, strokeWidth=4, **place)
    return [rule, halo, word.mark_text(color=theme.RED, **place)]


def _breaks(
    breaks: Sequence[tuple[pd.Timestamp, str]], months: "pd.Series[pd.Timestamp]"
) -> list[alt.Chart]:
    inside = [(when, text) for when, text in breaks if months.min() < when <= months.max()]
    if not inside:
        return []
    table = pd.DataFrame([{"month": when, "text": text} for when, text in inside])
    rule = (
        alt.Chart(table)
        .mark_rule(color=theme.MUTED, strokeWidth=1.2, strokeDash=[2, 3])
        .encode(x=alt.X("month:T"))
    )
    word = (
        alt.Chart(table)
        .mark_text(
            color=theme.MUTED, align="left", dx=5, baseline="top", fontSize=11, lineBreak="|"
        )
        .encode(x=alt.X("month:T"), y=alt.value(2), text=alt.Text("text:N"))
    )
    return [rule, word]


def _dollars() -> str:
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


def _counts() -> alt.Axis:
    return alt.Axis(format=",d", tickCount=5)


def _room(names: Iterable[str], width: int) -> int:
    """Leave room on the left for the longest line of the names, up to a third of the width."""
    longest = max(len(line) for name in names for line in name.split("\n"))
    return min(245 if width >= WIDE else 124, 24 + round(6.4 * longest))


def _step(names: "pd.Series[str]", least: int) -> alt.Step:
    """Leave each name the height of its lines."""
    return alt.Step(max(least, 14 * int(names.str.count("\n").max() + 1) + 10))


def _names(names: Iterable[str], width: int) -> alt.Axis:
    room = _room(names, width)
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


def _ordinal_months(rows: pd.DataFrame, width: int) -> alt.Axis:
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


def courses(rows: pd.DataFrame, colours: Mapping[str, str], width: int) -> Picture:
    """Draw a bar for each stretch of time in which a clause stands one way.

    rows   clause, from, to, family;   colours   of each family
    """
    shown = wrapped_names(rows, width)
    present = [family for family in colours if family in set(rows["family"])]
    names = list(dict.fromkeys(shown["clause"]))
    bars = (
        alt.Chart(shown)
        .mark_bar(height=14)
        .encode(
            x=alt.X("from:T", title=None),
            x2=alt.X2("to:T"),
            y=alt.Y("clause:N", title=None, sort=names, axis=_names(names, width)),
            color=alt.Color(
                "family:N",
                title=None,
                scale=alt.Scale(domain=present, range=[colours[family] for family in present]),
                legend=alt.Legend(columns=0 if width >= WIDE else 2),
            ),
        )
    )
    room = _room(names, width)
    return alt.layer(bars).properties(width=width - room, height=_step(shown["clause"], 24))


def wrapped_names(rows: pd.DataFrame, width: int) -> pd.DataFrame:
    """Break the names of clauses into lines that fit beside a chart of this width."""
    room = 36 if width >= WIDE else 18
    return rows.assign(clause=[words.wrapped(name, room) for name in rows["clause"]])


def _years(labels: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(label[:4] for label in labels))
