"""What changes month by month without a band: paths, stacks and steps."""

from collections.abc import Sequence

import altair as alt
import pandas as pd

from entente.language import phrase
from entente.report import theme
from entente.report.charts.axes import WIDE, Picture, counts, dollars, month_axis, ordinal_months


def paths(rows: pd.DataFrame, width: int) -> Picture:
    """Draw a few paths of dollars by month, and what is needed as a dashed line.

    rows   month, name, value; the name `need` is the dashed one
    """
    names = [name for name in dict.fromkeys(rows["name"]) if name != "need"]
    x = month_axis(rows["month"], width)
    y = alt.Y("value:Q", title=None, axis=alt.Axis(labelExpr=dollars(), tickCount=5))
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
            y=alt.Y("value:Q", title=unit, stack="zero", axis=counts()),
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
            x=alt.X("label:O", title=None, sort=None, axis=ordinal_months(rows, width)),
            y=alt.Y("share:Q", title=None, scale=alt.Scale(domain=[0, 1]), axis=percent),
            color=alt.Color(
                "rate:N", scale=alt.Scale(domain=list(rates), range=colours), legend=legend
            ),
            order=alt.Order("order:Q"),
        )
    )
    return alt.layer(bars).properties(width=width, height=240)
