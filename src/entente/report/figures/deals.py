"""The figure of a negotiation: what both sides gain, with people's outcomes always drawn."""

from itertools import pairwise
from typing import Any, Final

import altair as alt
import numpy as np
import pandas as pd

from entente.plan.deals.negotiation import Negotiation
from entente.report import charts, theme, words
from entente.report.figures.figure import Figure, figure
from entente.report.tables import Cell, Table, Value

_BILLION: Final = 1e9
_CLASSES: Final = 5


def frontier(found: Negotiation) -> Figure:
    """Draw every deal by both sides' gains, coloured by how long people wait, and the frontier."""
    rows = _rows(found)
    names = [words.label(side) for side in found.sides]
    inside = int(((rows["first"] > 0) & (rows["second"] > 0)).sum())
    title = (
        f"{inside} of {len(rows)} deals tried are better than none for both"
        if inside
        else "No deal tried is better than none for both: the bargaining zone is empty"
    )
    seen = _sees_none(rows["first"]) and _sees_none(rows["second"])
    where = (
        "No deal is where the dark lines cross."
        if seen
        else "No deal, at zero for both, lies outside the picture."
    )
    points = [point.name for point in found.points]
    told = f" The points named are those of {words.listing(points)}." if points else ""
    return figure(
        "frontier",
        title,
        f"Each dot is a deal that was run. {where} The colour says how long people wait or are "
        "held, in person-months over the run. The blue line is the frontier, as the emulator has "
        f"it.{told}",
        f"{title}. Gains of {names[0]} across, of {names[1]} upward, in billions of dollars.",
        _table(found, names),
        lambda width: _picture(found, rows, names, width),
    )


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
        return [f"{edges[0]:,.0f}"]
    spread = float(edges[-1] - edges[0])
    told = [f"{words.rounded(float(edge), spread):,.0f}" for edge in edges]
    return [f"{a} to {b}" for a, b in pairwise(told)]


def _picture(
    found: Negotiation, rows: pd.DataFrame, names: list[str], width: int
) -> charts.Picture:
    order = list(rows.sort_values("class")["people"].unique())
    scale = alt.Scale(domain=order, range=list(theme.STEPS[1 : len(order) + 1]))
    legend = alt.Legend(
        title="person-months waiting", columns=1 if width < charts.WIDE else 3, offset=26
    )
    close = alt.Scale(zero=False, nice=True)
    grid = alt.Axis(grid=True, tickCount=5)
    x = alt.X("first:Q", title=f"gain of {names[0]}, $ bn", axis=grid, scale=close)
    y = alt.Y("second:Q", title=f"gain of {names[1]}, $ bn", axis=grid, scale=close)
    rule = alt.Chart(pd.DataFrame({"zero": [0.0]})).mark_rule(color=theme.INK, strokeWidth=1)
    layers: list[alt.Chart] = [
        *([rule.encode(x="zero:Q")] if _sees_none(rows["first"]) else []),
        *([rule.encode(y="zero:Q")] if _sees_none(rows["second"]) else []),
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
            .encode(x="first:Q", y="second:Q", order="first:Q")
        )
    layers += _named(found)
    return alt.layer(*layers).properties(width=width - 20, height=min(width - 20, 420))


def _named(found: Negotiation) -> list[alt.Chart]:
    if not found.points:
        return []
    rows = pd.DataFrame(
        [
            {"first": p.gains[0] / _BILLION, "second": p.gains[1] / _BILLION, "name": p.name}
            for p in found.points
        ]
    )
    rows = rows.groupby(["first", "second"]).agg({"name": " = ".join}).reset_index()
    rows["row"] = np.arange(len(rows)) * 14 - 14
    base = alt.Chart(rows).encode(x="first:Q", y="second:Q")
    mark = base.mark_point(shape="diamond", color=theme.INK, fill=theme.PAPER, size=110, opacity=1)
    halo: dict[str, Any] = {"color": theme.PAPER, "stroke": theme.PAPER, "strokeWidth": 5}
    texts = [
        alt.Chart(rows[rows.index == index])
        .mark_text(align="right", dx=-9, dy=float(row["row"]), fontSize=12, **style)
        .encode(x="first:Q", y="second:Q", text="name:N")
        for style in (halo, {"color": theme.INK})
        for index, row in rows.iterrows()
    ]
    return [mark, *texts]


def _table(found: Negotiation, names: list[str]) -> Table:
    terms = [term.name for term in found.terms]
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            f"deal {number + 1}",
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
        "Deal", *terms, f"{names[0]} gains", f"{names[1]} gains",
        f"draws in which {names[0]} gains", f"draws in which {names[1]} gains",
        "Waiting, person-months", "Protected",
    )  # fmt: skip
    return Table("deals", "Every deal that was run, mean over draws", head, rows)
