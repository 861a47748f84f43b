"""Things set under each other: chances, ranges of an answer, costs."""

import altair as alt
import pandas as pd

from entente.language import phrase
from entente.report import theme, words
from entente.report.charts.axes import WIDE, Picture, dollars, names_axis, room_for, step_for


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
    y = alt.Y(
        "label:N", title=None, sort=list(rows["label"]), axis=names_axis(rows["label"], width)
    )
    base = spot.encode(y=y)
    stem = base.mark_rule(color=theme.GREEN, strokeWidth=3).encode(x=x, x2=alt.X2Datum(0))
    dot = base.mark_circle(color=theme.GREEN, size=150, opacity=1).encode(x=x)
    word = base.mark_text(dx=11, align="left").encode(x=x, text=alt.Text("shown:N"))
    return alt.layer(stem, dot, word).properties(
        width=width - room_for(rows["label"], width), height=step_for(rows["label"], 34)
    )


def swings(rows: pd.DataFrame, base: float, title: str, share: bool, width: int) -> Picture:
    """Draw a tornado: how far each assumption's range moves the answer from where it stands.

    rows   label, answer_low, answer_high, widest first;   share   whether the answer is one
    """
    axis = alt.Axis(format=".0%" if share else "~s", titleAnchor="start", tickCount=5)
    names = list(rows["label"])
    y = alt.Y("label:N", title=None, sort=names, axis=names_axis(rows["label"], width))
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
        width=width - room_for(rows["label"], width), height=step_for(rows["label"], 30)
    )


def ranked(rows: pd.DataFrame, unit: str, width: int) -> Picture:
    """Rank names by the middle of the draws, with 90 % of draws as a line.

    rows   name, low, middle, high; already sorted
    """
    base = alt.Chart(rows).encode(
        y=alt.Y("name:N", title=None, sort=list(rows["name"]), axis=names_axis(rows["name"], width))
    )
    money = alt.Axis(labelExpr=dollars(), grid=True, tickCount=4, titleAnchor="start")
    bar = base.mark_bar(color=theme.RED, opacity=0.75, height=14).encode(
        x=alt.X("middle:Q", title=unit, axis=money)
    )
    line = base.mark_rule(color=theme.INK, strokeWidth=1.6).encode(
        x=alt.X("low:Q"), x2=alt.X2("high:Q")
    )
    return alt.layer(bar, line).properties(
        width=width - room_for(rows["name"], width), height=step_for(rows["name"], 30)
    )
