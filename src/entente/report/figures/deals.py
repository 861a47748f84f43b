"""The figure of a negotiation: what both sides gain, with people's outcomes always drawn."""

from itertools import pairwise
from typing import Any, Final

import altair as alt
import numpy as np
import pandas as pd

from entente.advice.deals.negotiation import Negotiation
from entente.language import decimal, phrase
from entente.report import amounts, charts, naming, theme, words
from entente.report.figures.figure import Figure, figure
from entente.report.tables import Cell, Table, Value

_BILLION: Final = 1e9
_CLASSES: Final = 5


def frontier(found: Negotiation) -> Figure:
    """Draw every deal by both sides' gains, coloured by how long people wait, and the frontier."""
    rows = _rows(found)
    names = [naming.label(side) for side in found.sides]
    inside = int(((rows["first"] > 0) & (rows["second"] > 0)).sum())
    title = (
        phrase(
            "{count} of {all} deals tried are better than none for both",
            count=inside,
            all=len(rows),
        )
        if inside
        else phrase("No deal tried is better than none for both: the bargaining zone is empty")
    )
    seen = _sees_none(rows["first"]) and _sees_none(rows["second"])
    where = (
        phrase("No deal is where the dark lines cross.")
        if seen
        else phrase("No deal, at zero for both, lies outside the picture.")
    )
    return figure(
        "frontier",
        title,
        _note(found, where),
        phrase(
            "{title}. Gains of {first} across, of {second} upward, in billions of dollars.",
            title=title,
            first=names[0],
            second=names[1],
        ),
        _table(found, names),
        lambda width: _picture(found, rows, names, width),
    )


def _note(found: Negotiation, where: str) -> str:
    """Say what the marks are."""
    marks = phrase(
        "Each dot is a deal that was run. {where} The colour says how long people wait or are "
        "held, in person-months over the run. The blue line is the frontier, as the emulator has "
        "it.",
        where=where,
    )
    if not found.points:
        return marks
    points = words.listing([phrase(point.name) for point in found.points])
    named = phrase("The points named are those of {points}.", points=points)
    return f"{marks} {named}"


def _rows(found: Negotiation) -> pd.DataFrame:
    waiting = found.outcomes[:, 2]
    edges = np.unique(np.linspace(waiting.min(), waiting.max(), _CLASSES + 1))
    index = np.clip(np.searchsorted(edges, waiting, "right") - 1, 0, max(len(edges) - 2, 0))
    labels = _labels(edges)
    return pd.DataFrame(
        {
            "first": found.outcomes[:, 0] / _BILLION,
            "second": found.outcomes[:, 1] / _BILLION,
            "people": [labels[i] for i in index],
            "class": index,
        }
    )


def _sees_none(gains: "pd.Series[float]") -> bool:
    """Tell whether zero is near enough to the gains to be drawn among them."""
    low, high = float(gains.min()), float(gains.max())
    room = 0.3 * (high - low)
    return low - room <= 0 <= high + room


def _labels(edges: np.ndarray) -> list[str]:
    if len(edges) < 2:
        return [decimal(float(edges[0]))]
    spread = float(edges[-1] - edges[0])
    told = [decimal(amounts.rounded(float(edge), spread)) for edge in edges]
    return [words.span(a, b) for a, b in pairwise(told)]


def _picture(
    found: Negotiation, rows: pd.DataFrame, names: list[str], width: int
) -> charts.Picture:
    order = list(rows.sort_values("class")["people"].unique())
    scale = alt.Scale(domain=order, range=list(theme.STEPS[1 : len(order) + 1]))
    legend = alt.Legend(
        title=phrase("person-months waiting"), columns=1 if width < charts.WIDE else 3, offset=26
    )
    close = alt.Scale(zero=False, nice=True)
    grid = alt.Axis(grid=True, tickCount=5)
    across, upward = (phrase("gain of {party}, $ bn", party=name) for name in names)
    x = alt.X("first:Q", title=across, axis=grid, scale=close)
    y = alt.Y("second:Q", title=upward, axis=grid, scale=close)
    rule = alt.Chart(pd.DataFrame({"zero": [0.0]})).mark_rule(color=theme.INK, strokeWidth=1)
    layers: list[alt.Chart] = [
        *([rule.encode(x=alt.X("zero:Q"))] if _sees_none(rows["first"]) else []),
        *([rule.encode(y=alt.Y("zero:Q"))] if _sees_none(rows["second"]) else []),
        alt.Chart(rows)
        .mark_circle(size=46, opacity=1, stroke=theme.SLATE, strokeWidth=0.6)
        .encode(x=x, y=y, color=alt.Color("people:N", scale=scale, legend=legend)),
    ]
    line = found.frontier
    if len(line) > 1:
        path = pd.DataFrame({"first": line[:, 0] / _BILLION, "second": line[:, 1] / _BILLION})
        layers.append(
            alt.Chart(path)
            .mark_line(color=theme.BLUE, strokeWidth=2.2)
            .encode(x=alt.X("first:Q"), y=alt.Y("second:Q"), order=alt.Order("first:Q"))
        )
    layers += _named(found)
    return alt.layer(*layers).properties(width=width - 20, height=min(width - 20, 420))


def _named(found: Negotiation) -> list[alt.Chart]:
    if not found.points:
        return []
    rows = pd.DataFrame(
        [
            {
                "first": p.gains[0] / _BILLION,
                "second": p.gains[1] / _BILLION,
                "name": phrase(p.name),
            }
            for p in found.points
        ]
    )
    rows = rows.groupby(["first", "second"]).agg({"name": " = ".join}).reset_index()
    rows["row"] = np.arange(len(rows)) * 14 - 14
    base = alt.Chart(rows).encode(x=alt.X("first:Q"), y=alt.Y("second:Q"))
    mark = base.mark_point(shape="diamond", color=theme.INK, fill=theme.PAPER, size=110, opacity=1)
    halo: dict[str, Any] = {"color": theme.PAPER, "stroke": theme.PAPER, "strokeWidth": 5}
    texts = [
        alt.Chart(rows[rows.index == index])
        .mark_text(align="right", dx=-9, dy=float(row["row"]), fontSize=12, **style)
        .encode(x=alt.X("first:Q"), y=alt.Y("second:Q"), text=alt.Text("name:N"))
        for style in (halo, {"color": theme.INK})
        for index, row in rows.iterrows()
    ]
    return [mark, *texts]


def _table(found: Negotiation, names: list[str]) -> Table:
    terms = [term.name for term in found.terms]
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            phrase("deal {number}", number=number + 1),
            *(
                t.told(t.at(float(s)))
                for t, s in zip(found.terms, found.shares[number], strict=True)
            ),
            Value(float(outcome[0]), "USD"),
            Value(float(outcome[1]), "USD"),
            Value(float(found.better[number, 0]), "share"),
            Value(float(found.better[number, 1]), "share"),
            Value(float(outcome[2]), "person-months"),
            Value(float(outcome[3]), "persons"),
        )
        for number, outcome in enumerate(found.outcomes)
    )
    head = (
        phrase("Deal"),
        *terms,
        *(phrase("{party} gains", party=name) for name in names),
        *(phrase("draws in which {party} gains", party=name) for name in names),
        phrase("Waiting, person-months"),
        phrase("Protected"),
    )
    return Table("deals", phrase("Every deal that was run, mean over draws"), head, rows)
