"""The figure of played choices: the tree of decisions, with odds and what each end is worth."""

from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple

import altair as alt
import pandas as pd

from entente.language import counted, phrase
from entente.outcome.play import Play
from entente.report import amounts, charts, naming, theme, words
from entente.report.figures.figure import Figure, figure
from entente.report.playing import discounted, dollars, said
from entente.report.tables import Cell, Table, Value
from entente.world.politics.tree import Leaf, Made, Solved

_MOST_ENDS: Final = 24
_ROW: Final = 36


class _Place(NamedTuple):
    """Where a node is drawn: its level from the left, and its height among the ends."""

    level: int
    height: float


def tree(play: Play, name: str = "decisions", where: str = "") -> Figure:
    """Draw the tree, each branch as wide as its odds; of many ends the likeliest are shown.

    where   in which text it was played, if a page shows several
    """
    ends = _ends(play)
    shown = sorted(sorted(ends, key=lambda made: -ends[made])[:_MOST_ENDS], key=list(ends).index)
    likeliest = max(ends, key=lambda made: ends[made])
    title = phrase(
        "{course}: the likeliest course, with a chance of {share}",
        course=_course(likeliest),
        share=amounts.percentage(ends[likeliest]),
    )
    left = len(ends) - len(shown)
    if where:
        title = f"{words.capital(where)}: {title}"
    note = [phrase("A branch is as wide as its odds; what follows it comes after it.")]
    if left:
        note.append(
            counted(
                "The least likely end is left out.",
                "The {count} least likely ends are left out.",
                left,
            )
        )
    return figure(
        name,
        words.capital(title),
        " ".join(note),
        f"{title}. " + " ".join(f"{_course(m)}: {amounts.percentage(ends[m])}." for m in shown),
        _table(play, name, ends),
        lambda width: _picture(play, shown, width),
    )


def _ends(play: Play) -> dict[Made, float]:
    """Return the chance of every whole course, in the order of the tree."""
    return dict(_walk(play.tree, (), 1.0))


def _walk(node: Solved | Leaf, made: Made, chance: float) -> Iterator[tuple[Made, float]]:
    if isinstance(node, Leaf):
        yield made, chance
        return
    decision = node.decision
    for answer, odds, branch in zip(decision.answers, node.odds, node.branches, strict=True):
        then = (*made, (decision.choice, decision.day, answer))
        yield from _walk(branch, then, chance * float(odds))


def _course(made: Made) -> str:
    return ", ".join(f"{choice.replace('_', ' ')} {said(answer)}" for choice, _, answer in made)


def _table(play: Play, name: str, ends: dict[Made, float]) -> Table:
    sides = list(play.accord.players)
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            _course(made),
            Value(chance, "share"),
            *(Value(discounted(play, made, side), "USD") for side in sides),
        )
        for made, chance in ends.items()
    )
    worth = (phrase("Worth to {party}", party=naming.label(side)) for side in sides)
    head = (phrase("Course"), phrase("Chance"), *worth)
    caption = phrase("Every course of decisions: its chance and its worth")
    return Table(f"{name}-courses", caption, head, rows)


def _picture(play: Play, shown: Sequence[Made], width: int) -> charts.Picture:
    places, branches = _laid_out(play, shown)
    levels = max(place.level for place in places.values()) + 1
    wide = width >= charts.WIDE
    room = 190 if wide else 70
    lines = pd.DataFrame(branches)
    x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[0, levels - 1]))
    y = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[len(shown) - 0.5, -0.9]))
    breadth = alt.Scale(domain=[0, 1], range=[0.6, 9])
    wider = alt.StrokeWidth("odds:Q", scale=breadth, legend=None)
    branch = (
        alt.Chart(lines)
        .mark_rule(color=theme.BLUE, opacity=1)
        .encode(x=x, y=y, x2=alt.X2("x2:Q"), y2=alt.Y2("y2:Q"), strokeWidth=wider)
    )
    label = alt.Chart(lines).encode(x=alt.X("x2:Q"), y=alt.Y("y2:Q"), text=alt.Text("told:N"))
    style: dict[str, Any] = {"align": "right", "dx": -4, "dy": -9, "fontSize": 12 if wide else 10}
    behind = label.mark_text(color=theme.PAPER, stroke=theme.PAPER, strokeWidth=5, **style)
    word = label.mark_text(color=theme.INK, **style)
    ends = pd.DataFrame(
        [{"x": places[made].level, "y": places[made].height, "told": _worth(play, made, wide)}
         for made in shown]
    )  # fmt: skip
    worth = (
        alt.Chart(ends)
        .mark_text(align="left", dx=6, fontSize=12 if wide else 10, lineBreak="|")
        .encode(x=alt.X("x:Q"), y=alt.Y("y:Q"), text=alt.Text("told:N"))
    )
    heads = pd.DataFrame(_heads(play, levels, wide))
    head = (
        alt.Chart(heads)
        .mark_text(
            align="left", dx=0, color=theme.MUTED, fontSize=12 if wide else 10, lineBreak="|"
        )
        .encode(x=alt.X("x:Q"), y=alt.YDatum(-0.8), text=alt.Text("told:N"))
    )
    return alt.layer(branch, behind, word, worth, head).properties(
        width=width - room, height=max(len(shown), 2) * _ROW + 30
    )


def _laid_out(
    play: Play, shown: Sequence[Made]
) -> tuple[dict[Made, _Place], list[dict[str, float | str]]]:
    """Place every node that leads to an end shown, and give every branch between two of them."""
    rows = {made: float(number) for number, made in enumerate(shown)}
    places: dict[Made, _Place] = {}
    nodes = dict.fromkeys(end[:n] for end in shown for n in range(len(end) + 1))  # keeps its order
    for made in sorted(nodes, key=len):
        under = [rows[end] for end in shown if end[: len(made)] == made]
        places[made] = _Place(len(made), sum(under) / len(under))
    odds = {
        (*s.decision.after, (s.decision.choice, s.decision.day, answer)): float(p)
        for s in play.decisions
        for answer, p in zip(s.decision.answers, s.odds, strict=True)
    }
    branches: list[dict[str, float | str]] = [
        {
            "x": places[made[:-1]].level, "y": places[made[:-1]].height,
            "x2": place.level, "y2": place.height, "odds": odds[made],
            "told": f"{said(made[-1][2])} {amounts.percentage(odds[made])}",
        }
        for made, place in places.items()
        if made
    ]  # fmt: skip
    return places, branches


def _heads(play: Play, levels: int, wide: bool) -> list[dict[str, float | str]]:
    """Head each level with the decision that is taken there, where it is one for all."""
    heads: list[dict[str, float | str]] = []
    for level in range(levels - 1):
        here = {(s.decision.choice, s.decision.day, s.decision.party)
                for s in play.decisions if len(s.decision.after) == level}  # fmt: skip
        if len(here) == 1:
            choice, day, party = here.pop()
            when = words.day(day) if wide else day.isoformat()
            who = naming.label(party) if wide else party
            heads.append({"x": level, "told": f"{who}: {choice.replace('_', ' ')}|{when}"})
    return heads or [{"x": 0, "told": ""}]


def _worth(play: Play, made: Made, wide: bool) -> str:
    sides = play.accord.players
    return "|".join(
        f"{naming.label(side) if wide else side} {dollars(discounted(play, made, side))}"
        for side in sides
    )
