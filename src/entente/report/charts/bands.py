"""Bands of draws month by month, about their middle."""

from collections.abc import Sequence
from typing import Any, Final

import altair as alt
import pandas as pd

from entente.report import theme
from entente.report.charts.axes import WIDE, Picture, counts, month_axis

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


def _fields(base: alt.Chart, x: alt.X, unit: str) -> list[alt.Chart]:
    """Draw the bands from the widest to the narrowest."""
    first = alt.Y(
        "p05:Q", title=unit or None, axis=counts(), scale=alt.Scale(zero=True, nice=False)
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
