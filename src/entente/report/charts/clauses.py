"""Clauses over time: in which state most draws have each, or how each stands in the text."""

from collections.abc import Mapping

import altair as alt
import pandas as pd

from entente.report import theme
from entente.report.charts.axes import (
    WIDE,
    Picture,
    month_axis,
    names_axis,
    ordinal_months,
    room_for,
    step_for,
    wrapped_names,
)


def clause_states(rows: pd.DataFrame, spells: pd.DataFrame, width: int) -> Picture:
    """Draw which clause is in which state when: the commonest state, fainter where draws differ.

    rows     clause, label (the month), family, order, colour, share; clauses in order
    spells   clause, label (its first month), text, months: a state is named where it begins,
             if it lasts long enough for the word
    """
    clauses = list(dict.fromkeys(rows["clause"]))
    across = width - room_for(clauses, width)
    step = across / rows["label"].nunique()
    x = alt.X("label:O", title=None, sort=None, axis=ordinal_months(rows, across))
    y = alt.Y("clause:N", title=None, sort=clauses, axis=names_axis(clauses, width))
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


def courses(rows: pd.DataFrame, colours: Mapping[str, str], width: int) -> Picture:
    """Draw a bar for each stretch of time in which a clause stands one way.

    rows   clause, from, to, family;   colours   of each family
    """
    shown = wrapped_names(rows, width)
    present = [family for family in colours if family in set(rows["family"])]
    names = list(dict.fromkeys(shown["clause"]))
    across = width - room_for(names, width)
    days = pd.concat([shown["from"], shown["to"]]).str[:10]
    moments = pd.to_datetime(days)
    bars = (
        alt.Chart(shown)
        .mark_bar(height=14)
        .encode(
            x=month_axis(moments, across, "from"),
            x2=alt.X2("to:T"),
            y=alt.Y("clause:N", title=None, sort=names, axis=names_axis(names, width)),
            color=alt.Color(
                "family:N",
                title=None,
                scale=alt.Scale(domain=present, range=[colours[family] for family in present]),
                legend=alt.Legend(columns=0 if width >= WIDE else 2),
            ),
        )
    )
    return alt.layer(bars).properties(width=across, height=step_for(shown["clause"], 24))
