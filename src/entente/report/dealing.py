"""What a negotiation found, in words: for the terminal, for machines and for its page."""

from typing import Any

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table as Grid
from rich.text import Text

from entente.advice.deals.negotiation import Concession, Negotiation, Point
from entente.evidence import FloatArray
from entente.lab.record import versions
from entente.language import ENGLISH, figures, phrase, speaking
from entente.report import amounts, naming, words
from entente.report.figures.choosing import tree
from entente.report.figures.deals import frontier
from entente.report.figures.figure import Figure
from entente.report.playing import dollars, reasons, signed
from entente.report.tables import Cell, Table, Value
from entente.world.measures import BY_NAME


def content(found: Negotiation) -> dict[str, Any]:
    """Gather what the page of a negotiation says."""
    return {
        "title": phrase(
            "{accord}: deals",
            accord=phrase(found.accord.title) if found.accord.title else found.accord.name,
        ),
        "headline": headline(found),
        "caution": phrase(
            "{deals} deals of {draws} draws each, run with the same luck as no deal ({against}), "
            "so what differs is the deal\N{RIGHT SINGLE QUOTATION MARK}s doing.",
            deals=amounts.number(len(found.shares)),
            draws=amounts.number(found.draws),
            against=found.against,
        ),
        "figure": frontier(found),
        "points": points_table(found) if found.points else None,
        "trees": trees(found),
        "reasons": {told: reasons(play) for told, play in found.played.items()},
        "unplayed": _unplayed(found),
        "sentences": [*sentences(found), *error_sentences(found)],
        "stakes": stakes_table(found),
        "version": versions()["entente"],
    }


def trees(found: Negotiation) -> list[Figure]:
    """Draw what the parties would choose, in each text in which they were asked to."""
    return [
        tree(play, f"decisions-{number}", told)
        for number, (told, play) in enumerate(found.played.items(), 1)
    ]


def _unplayed(found: Negotiation) -> str:
    """Say how to have the parties' choices reckoned, where none was; else nothing."""
    threats = [id_ for id_, choice in found.accord.choices.items() if choice.threatens is not None]
    if found.played or not threats:
        return ""
    return phrase(
        "No choice was played here: each was supplied, drawn by its odds, or silent. To have one "
        "reckoned in every deal, and the tree drawn, add --choose {choice}=played.",
        choice=threats[-1],
    )


def headline(found: Negotiation) -> str:
    """Say in a sentence whether there is a deal."""
    tried = len(found.shares)
    if found.empty:
        return phrase(
            "The bargaining zone is empty: none of {count} deals tried is better for both sides",
            count=tried,
        )
    return phrase(
        "{count} of {all} deals tried are better than no deal for both sides, on average",
        count=int((found.outcomes[:, :2] > 0).all(axis=1).sum()),
        all=tried,
    )


def sentences(found: Negotiation) -> list[str]:
    """Say what each side could concede most cheaply, or how near an empty zone is to a deal."""
    first, second = (naming.label(side) for side in found.sides)
    if found.empty:
        best = found.outcomes[:, :2].min(axis=1).argmax()
        a, b = (signed(float(gain)) for gain in found.outcomes[best, :2])
        said = phrase(
            "The deal nearest to one both prefer gives {first} {gain} and {second} {other_gain}.",
            first=first,
            gain=a,
            second=second,
            other_gain=b,
        )
        return [said]
    told = []
    both = [c for c in found.concessions if c.cost <= 0]
    if both:
        told.append(_concession(found, max(both, key=lambda c: c.gain)))
    for side in found.sides:
        mine = [c for c in found.concessions if c.by == side and c.cost > 0]
        told.append(_concession(found, mine[0]) if mine else
                    phrase("{party} has nothing to concede on these terms.",
                           party=naming.label(side)))  # fmt: skip
    waiting, protected = found.base
    told.append(
        phrase(
            "Without a deal people wait or are held for {waiting} person-months over the run, and "
            "{protected} are granted protection.",
            waiting=amounts.number(waiting),
            protected=amounts.number(protected),
        )
    )
    return told


def _concession(found: Negotiation, concession: Concession) -> str:
    term = next(term for term in found.terms if term.name == concession.term)
    side = naming.label(concession.by)
    other = next(naming.label(s) for s in found.sides if s != concession.by)
    if concession.cost <= 0:
        return phrase(
            "From the Nash deal, moving {term} to {level} gains {party} {amount} and {other} "
            "{gain}.",
            term=concession.term,
            level=term.told(concession.to),
            party=side,
            amount=dollars(-concession.cost),
            other=other,
            gain=dollars(concession.gain),
        )
    return phrase(
        "Cheapest for {party} to concede is {term}: at {level} it gives up {amount} and {other} "
        "gains {gain}.",
        party=side,
        term=concession.term,
        level=term.told(concession.to),
        amount=dollars(concession.cost),
        other=other,
        gain=dollars(concession.gain),
    )


def error_sentences(found: Negotiation) -> list[str]:
    """Say how far the emulator is off, and what all rests on."""
    errors = [
        phrase(
            "gain of {party} {error} (the deals themselves spread by {spread})",
            party=naming.label(side),
            error=dollars(float(found.error[i])),
            spread=dollars(float(found.spread[i])),
        )
        for i, side in enumerate(found.sides)
    ]
    return [
        phrase("The emulator's leave-one-out error: {errors}.", errors=words.listing(errors)),
        phrase(
            "What each side gains rests on the stakes below, which a person typed; they are "
            "weights, not findings."
        ),
    ]


def points_table(found: Negotiation) -> Table:
    """Return a column for each point, so that it can be read on a narrow screen."""
    rows: list[tuple[Cell, ...]] = [
        (term.name, *(term.told(point.terms[term.name]) for point in found.points))
        for term in found.terms
    ]
    for index, side in enumerate(found.sides):
        who = naming.label(side)
        gains = (Value(float(p.gains[index]), "USD") for p in found.points)
        rows.append((phrase("{party} gains", party=who), *gains))
        shares = (Value(float(p.better[index]), "share") for p in found.points)
        rows.append((phrase("{party} gains, in draws", party=who), *shares))
    waiting = (Value(p.waiting, "person-months") for p in found.points)
    rows.append((phrase("Waiting or held, person-months"), *waiting))
    protected = (Value(p.protected, "persons") for p in found.points)
    rows.append((phrase("Granted protection"), *protected))
    head = ("", *(phrase(point.name) for point in found.points))
    caption = phrase("Where the two may settle: each deal was run")
    return Table("points", caption, head, tuple(rows))


def stakes_table(found: Negotiation) -> Table:
    """Return every stake with what a unit of its measure is worth, and what that rests on."""
    rows = tuple(
        (
            stake.id,
            naming.label(stake.by),
            naming.title(BY_NAME[stake.measure]),
            figures(stake.worth),
            phrase(stake.basis),
            stake.note,
        )
        for stake in found.accord.stakes.values()
    )
    head = (
        phrase("Stake"),
        phrase("Of"),
        phrase("Measure"),
        phrase("US dollars a unit"),
        phrase("Basis"),
        phrase("Note"),
    )
    verbatim = frozenset({len(head) - 1})
    return Table("stakes", phrase("What each side weighs"), head, rows, verbatim=verbatim)


def summary(found: Negotiation) -> RenderableType:
    """Give the headline, a block for each point, and what may be conceded."""
    said = phrase("{headline}, against {accord}", headline=headline(found), accord=found.against)
    parts: list[RenderableType] = [Text(said, "bold")]
    if found.points:
        parts.append(_grid(found))
    parts += [Text(sentence) for sentence in (*sentences(found), *error_sentences(found))]
    return Group(*parts)


def _grid(found: Negotiation) -> Grid:
    grid = Grid(box=box.SIMPLE_HEAD, pad_edge=False)
    grid.add_column("")
    for point in found.points:
        grid.add_column(phrase(point.name), justify="right", overflow="fold")
    for term in found.terms:
        grid.add_row(term.name, *(term.told(p.terms[term.name]) for p in found.points))
    for index, side in enumerate(found.sides):
        who = naming.label(side)
        gains = phrase("{party} gains", party=who)
        grid.add_row(gains, *(signed(float(p.gains[index])) for p in found.points))
        grid.add_row(
            f"  {phrase('in draws')}",
            *(amounts.percentage(float(p.better[index])) for p in found.points),
        )
    waiting = (amounts.number(p.waiting) for p in found.points)
    grid.add_row(phrase("person-months waiting"), *waiting)
    grid.add_row(phrase("protected"), *(amounts.number(p.protected) for p in found.points))
    return grid


def as_json(found: Negotiation) -> dict[str, Any]:
    """Give the record that `entente negotiate --json` prints, the same in every language."""
    with speaking(ENGLISH):
        return {
            "accord": found.accord.label,
            "against": found.against,
            "sides": list(found.sides),
            "draws": found.draws,
            "deals": len(found.shares),
            "empty": found.empty,
            "both_prefer": int((found.outcomes[:, :2] > 0).all(axis=1).sum()),
            "points": {point.name: _point(found, point) for point in found.points},
            "concessions": [
                {"term": c.term, "by": c.by, "to": c.to, "cost_usd": c.cost, "gain_usd": c.gain}
                for c in found.concessions
            ],
            "emulator": _errors(found),
            "frontier": [_corner(found, row) for row in found.frontier],
        }


def _errors(found: Negotiation) -> dict[str, dict[str, float]]:
    names = (*(f"gain_{side}_usd" for side in found.sides), "waiting", "protected")
    rows = zip(names, found.error, found.spread, strict=True)
    return {name: {"error": float(error), "spread": float(spread)} for name, error, spread in rows}


def _corner(found: Negotiation, row: FloatArray) -> dict[str, float]:
    gains = dict(zip(found.sides, map(float, row[:2]), strict=True))
    return gains | {"waiting_person_months": float(row[2])}


def _point(found: Negotiation, point: Point) -> dict[str, Any]:
    sides = found.sides
    return {
        "terms": {term.name: term.told(point.terms[term.name]) for term in found.terms},
        "gains_usd": dict(zip(sides, map(float, point.gains), strict=True)),
        "foreseen_usd": dict(zip(sides, map(float, point.foreseen), strict=True)),
        "share_of_draws": dict(zip(sides, map(float, point.better), strict=True)),
        "waiting_person_months": point.waiting,
        "protected_persons": point.protected,
    }
