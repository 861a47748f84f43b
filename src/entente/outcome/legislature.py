"""Will a legislature or a court stop it? The chance of each step of an accord's procedures."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, final

from entente.accord.calendar import add
from entente.accord.choices import Choices
from entente.accord.clauses import Procedure
from entente.accord.document import Accord
from entente.accord.timeline import Interval, timeline
from entente.grid import Grid, Tabled
from entente.language import phrase, phrase_for
from entente.problems import InputProblemsError, Place, Problem, did_you_mean
from entente.world.parameters import table
from entente.world.politics.bodies import Body, Outcome, Step, called_by, follow
from entente.world.politics.members import Fit, Members
from entente.world.politics.precedents import (
    Frequency,
    Precedent,
    Question,
    Score,
    before,
    frequency,
    from_totals,
    precedents,
    scores,
    vetoes,
)
from entente.world.politics.tally import Threshold, shocks

if TYPE_CHECKING:
    import pandas as pd

_CORRELATION = "politics.vote_correlation"


@final
@dataclass(frozen=True, slots=True)
class Passage:
    """One procedure: its steps, the chance that its effects come, and what they would reach.

    becomes   the chance that the body decides so
    rates     how often votes of each step's kind were agreed to; None: none is on record
    holds     when the clauses it would reach are in force, under the choices made
    """

    clause: str
    body: str
    effects: tuple[str, ...]
    outcomes: tuple[Outcome, ...]
    rates: tuple[Frequency | None, ...]
    becomes: float
    holds: tuple[str, ...]


@final
@dataclass(frozen=True, slots=True)
class _Past:
    """The votes and vetoes on record, and the chance of a veto where the user gives one."""

    votes: Sequence[Precedent]
    vetoes: Frequency
    supplied: float | None


@final
@dataclass(frozen=True, slots=True)
class Legislature(Tabled):
    """What the bodies of an accord may do, told from votes before `day`, and how well that tells.

    scores   of the same reckoning on every recorded vote, each told from the votes before it
    fits     of a user's table of members
    """

    accord: Accord
    day: date
    passages: tuple[Passage, ...]
    scores: tuple[Score, ...]
    fits: tuple[Fit, ...]

    def table(self) -> "pd.DataFrame":
        """Return a row for each step of each procedure; chances are shares."""
        import pandas as pd

        return pd.DataFrame(
            {
                "procedure": passage.clause,
                "step": number,
                "who": outcome.step.who,
                "question": outcome.step.question,
                "succeeds": outcome.succeeds,
                "becomes": passage.becomes,
            }
            for passage in self.passages
            for number, outcome in enumerate(passage.outcomes, 1)
        )

    def grid(self) -> Grid:
        """Lay out the chance of each procedure and of its steps."""
        rows = [
            (p.clause, f"{o.step.who}: {o.step.question}", f"{o.succeeds:.0%}", f"{p.becomes:.0%}")
            for p in self.passages
            for o in p.outcomes
        ]
        head = ("procedure", "step", "chance if reached", "chance of all")
        return Grid(f"{self.accord.label}, from votes before {self.day}", head, rows)

    def as_json(self) -> dict[str, Any]:
        """Give the record that `entente legislature NAME --json` prints."""
        return {
            "accord": self.accord.label,
            "day": self.day.isoformat(),
            "correlation": table()[_CORRELATION].value,
            "procedures": [_passage_json(passage) for passage in self.passages],
            "scores": [_fields(score) for score in self.scores],
            "fits": [_fields(fit) for fit in self.fits],
        }


def legislature(
    accord: Accord,
    choices: Choices | None = None,
    members: Members | None = None,
    veto: float | None = None,
    day: date | None = None,
) -> Legislature:
    """Tell the chance of every step of an accord's votes and courts.

    members   a user's bodies, which beat those told from recorded totals
    veto      the chance of a veto; without it, Laplace's rule on the vetoes on record
    day       votes before it are used; by default the accord's as-of date, or its horizon's start

    Raises InputProblemsError where nothing is known of a chamber that must vote, or a member sits
    in one that does not.
    """
    on = day or accord.as_of or accord.horizon[0]
    votes = before(on)
    supplied = {} if members is None else dict(members.bodies)
    found = [c for c in accord.clauses.values() if isinstance(c, Procedure)]
    if not found:
        message = "no procedure: no body votes or judges"
        problem = Problem("E304", accord.at("clause"), "", message, 'add kind = "procedure"')
        raise InputProblemsError([problem])
    bodies = {name: _body(name, supplied, votes) for clause in found for name in clause.chambers}
    unknown = [_unknown(accord, c, name) for c in found for name in c.chambers if not bodies[name]]
    unknown += _strangers(supplied, found)
    if unknown:
        raise InputProblemsError(unknown)
    known = {name: body for name, body in bodies.items() if body is not None}
    past = _Past(votes, vetoes(votes, on), veto)
    holds = _in_force(timeline(accord, choices))
    passages = tuple(_passage(accord, clause, known, past, holds) for clause in found)
    fits = () if members is None else members.fits
    return Legislature(accord, on, passages, scores(precedents()), fits)


def _body(name: str, supplied: Mapping[str, Body], votes: Sequence[Precedent]) -> Body | None:
    return supplied[name] if name in supplied else from_totals(votes, name)


def _unknown(accord: Accord, clause: Procedure, name: str) -> Problem:
    message = f"no vote of '{name}' is on record before that day, and no member is supplied"
    mend = "give --members with its members, or a later --as-of"
    return Problem("E304", accord.at("clause", clause.common.id, "chambers"),
                   clause.common.id, message, mend)  # fmt: skip


def _strangers(supplied: Mapping[str, Body], procedures: Sequence[Procedure]) -> list[Problem]:
    """List the chambers of a user's table that vote in none of the procedures."""
    voting = {name for clause in procedures for name in (*clause.chambers, clause.veto) if name}
    return [
        Problem("E103", Place("--members"), name, "no such chamber votes in the accord",
                did_you_mean(name, voting))
        for name in supplied
        if name not in voting
    ]  # fmt: skip


def _in_force(course: Sequence[Interval]) -> dict[str, list[str]]:
    """Return the stretches in which each clause acts, neighbours joined."""
    stretches: dict[str, list[tuple[Any, Any]]] = {}
    for row in course:
        if row.state in ("in_force", "triggered", "met", "breached") and not row.places:
            own = stretches.setdefault(row.clause, [])
            first = own.pop()[0] if own and own[-1][1] == row.from_ else row.from_
            own.append((first, row.to))
    return {
        id_: [phrase("{low} to {high}", low=low, high=high) for low, high in rows]
        for id_, rows in stretches.items()
    }


def _passage(
    accord: Accord,
    clause: Procedure,
    bodies: Mapping[str, Body],
    past: _Past,
    holds: Mapping[str, Sequence[str]],
) -> Passage:
    correlation = table()[_CORRELATION].value
    steps = tuple(_steps(accord, clause, past))
    outcomes, path = follow(steps, bodies, correlation)
    weights = shocks(correlation)[1]
    becomes = float(weights @ path)
    if clause.veto and clause.chambers:
        # Without a veto the measure is law as passed; with one it needs the override.
        passed = [o for o in outcomes if o.step.question == "passage"][-1].both
        becomes += passed * (1 - next(o.succeeds for o in outcomes if o.step.question == "veto"))
    return Passage(
        clause.common.id,
        clause.body,
        tuple(effect.plain() for effect in clause.then),
        outcomes,
        tuple(_rate(outcome.step, past) for outcome in outcomes),
        becomes,
        tuple(
            f"{e.clause}: {', '.join(holds.get(e.clause, ())) or phrase('at no time')}"
            for e in clause.then
        ),
    )  # fmt: skip


def _steps(accord: Accord, clause: Procedure, past: _Past) -> Iterator[Step]:
    """Give the steps in their order: the chamber of origin votes first, and again on a veto."""
    if not clause.chambers:
        yield _judgement(clause)
        return
    first = clause.first or clause.chambers[0]
    order = [first, *(name for name in clause.chambers if name != first)]
    start = clause.introduced
    for name in order:
        due, stopped = _due(accord, clause, name, start)
        yield Step(name, "passage", _threshold(clause.pass_), due=due, stopped=stopped)
        start = due or start
    if clause.veto:
        odds, origin = (
            past.vetoes.odds,
            phrase(
                "{part} of {whole} on record, by Laplace's rule",
                part=past.vetoes.agreed,
                whole=past.vetoes.of,
            ),
        )
        if past.supplied is not None:
            odds, origin = past.supplied, phrase_for("where an answer comes from", "supplied")
        yield Step(clause.veto, "veto", odds=odds, origin=origin)
        for name in order if clause.override else ():
            yield Step(name, "override", _threshold(clause.override))


def _judgement(clause: Procedure) -> Step:
    """Return what a court does: on record, by the odds in the file, or not decided."""
    if clause.decided is None and clause.silence is True:
        odds: float | None = 1.0
        origin = phrase("silence is assent, says the text")
    elif clause.decided is None:
        odds, origin = 0.0, phrase("no decision in the file")
    elif clause.is_sure:
        odds, origin = 1.0, phrase("on record: {sources}", sources=", ".join(clause.common.source))
    else:
        odds, origin = clause.odds, phrase("odds written in the file")
    return Step(clause.body, "decision", odds=odds, origin=origin)


def _due(
    accord: Accord, clause: Procedure, chamber: str, start: date | None
) -> tuple[date | None, bool]:
    """Return the day by which a chamber's clock calls it, and whether a stop keeps it from that."""
    for clock in clause.clocks:
        if clock.chamber == chamber and start is not None:
            days = (add(start, clock.length) - start).days
            found = called_by(start, days, clock.stopped, accord.horizon[1])
            return found, found is None
    return None, False


def _threshold(rule: Any) -> Threshold | None:
    return None if rule is None else Threshold.parse(rule.text)


def _rate(step: Step, past: _Past) -> Frequency | None:
    if step.question == "veto":
        return past.vetoes
    if step.rule is None:
        return None
    question: Question = "override" if step.question == "override" else "passage"
    found = frequency(past.votes, step.who, question)
    return found if found.of else None


def _passage_json(passage: Passage) -> dict[str, Any]:
    rows = zip(passage.outcomes, passage.rates, strict=True)
    return {
        "clause": passage.clause,
        "body": passage.body,
        "then": list(passage.effects),
        "chance": passage.becomes,
        "in_force": list(passage.holds),
        "steps": [
            {
                "who": outcome.step.who,
                "question": outcome.step.question,
                "rule": outcome.step.rule and outcome.step.rule.words,
                "needed": outcome.needed,
                "due": outcome.step.due and outcome.step.due.isoformat(),
                "reached": outcome.reached,
                "chance": outcome.succeeds,
                "base_rate": rate and {"agreed": rate.agreed, "of": rate.of},
                "origin": outcome.origin,
            }
            for outcome, rate in rows
        ],
    }


def _fields(row: Score | Fit) -> dict[str, Any]:
    return {name: getattr(row, name) for name in row.__dataclass_fields__}
