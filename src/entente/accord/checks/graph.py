"""How clauses hang together: E113, E121 restoring in vain, E115 circles, W206 off-ramps."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Final

from entente.accord.checks.subject import Subject, calls
from entente.accord.clauses import (
    Clause,
    Exempt,
    Obligation,
    Procedure,
    Restore,
    Suspend,
    Trigger,
)
from entente.accord.expression import Expression, Role
from entente.accord.expression.tree import Call, Name
from entente.accord.plan import opening
from entente.accord.schema import Path
from entente.problems import Problem

_RESTING: Final = ("suspended", "reserved", "draft", "announced")
_GONE: Final = ("void_from", "void_ab_initio", "lapsed")


def check(subject: Subject) -> Iterator[Problem]:
    """Give E113, E115, E121 and W206."""
    for clause in subject.clauses():
        if isinstance(clause, Restore):
            targets = [(("what", index), id_) for index, id_ in enumerate(clause.what)]
            yield from _restored(subject, clause, targets)
        elif isinstance(clause, Trigger | Procedure):
            yield from _restored(
                subject,
                clause,
                [
                    (("then", index), effect.clause)
                    for index, effect in enumerate(clause.then)
                    if effect.state == "in_force"
                ],
            )
            yield from _effects(subject, clause)
        if clause.common.until is not None:
            yield from _off_ramp(subject, clause, clause.common.until)
    over = {id_: clause.common.over for id_, clause in subject.accord.clauses.items()}
    yield from _circles(subject, over, "over", "each is put over the other")
    message = "each sets off the other, and none has latch = true"
    yield from _circles(subject, _set_off(subject), "when", message)


def _effects(subject: Subject, clause: Trigger | Procedure) -> Iterator[Problem]:
    """Give E111 for states into which nothing can put a clause."""
    for index, effect in enumerate(clause.then):
        judged = effect.state in ("met", "breached")
        owed = isinstance(subject.accord.clauses.get(effect.clause), Obligation)
        if effect.state in ("draft", "announced", "triggered"):
            message = f"nothing can make '{effect.clause}' {effect.state}"
            mend = f'write "in_force({effect.clause})" or "suspended({effect.clause})"'
            yield subject.problem("E111", clause, ("then", index), message, mend)
        elif judged and effect.clause in subject.accord.clauses and not owed:
            message = f"'{effect.clause}' is no obligation, and is not {effect.state}"
            yield subject.problem("E111", clause, ("then", index), message)


def _restored(
    subject: Subject, restore: Restore | Trigger | Procedure, targets: Sequence[tuple[Path, str]]
) -> Iterator[Problem]:
    for path, id_ in targets:
        clause = subject.accord.clauses.get(id_)
        if clause is None:
            continue
        if (gone := _gone(subject, restore, clause)) is not None:
            message = f"'{id_}' {gone}, and cannot be restored"
            yield subject.problem("E121", restore, path, message, "write a new clause")
        elif not _rests(subject, clause) and not subject.broken_ids("clause"):
            message = f"nothing suspends or relieves '{id_}'"
            mend = "restore a clause that is suspended, or remove this"
            yield subject.problem("E113", restore, path, message, mend)


def _rests(subject: Subject, clause: Clause) -> bool:
    """Whether anything may put a clause to rest; what has lapsed or is void does not rest."""
    id_ = clause.common.id
    if opening(subject.accord, id_) in _RESTING:
        return True
    return any(
        (isinstance(other, Suspend) and id_ in other.what)
        or (isinstance(other, Exempt) and id_ in other.from_clauses)
        or (
            isinstance(other, Trigger | Procedure)
            and any(e.clause == id_ and e.state in _RESTING for e in other.then)
        )
        for other in subject.clauses()
    )


def _gone(subject: Subject, restore: Restore | Trigger | Procedure, clause: Clause) -> str | None:
    """Say how a clause is gone for good before it is restored, if it is."""
    id_, common = clause.common.id, restore.common
    for _, call in calls(restore, "void", "lapsed", "triggered"):
        if id_ in _ended_by(subject, call):
            return "is void or lapsed by then"
    start = common.effective or common.applied
    day = subject.day(start) if start else subject.fixed(common.from_)
    expires = clause.common.expires
    if expires is not None and day is not None and day >= subject.day(expires):
        return f"lapsed on {subject.day(expires)}"
    end = subject.day(common.expires) if common.expires else date.max
    for other in subject.clauses(Procedure):
        if isinstance(other, Procedure) and other.decided is not None and other.is_sure:
            decided = subject.day(other.decided)
            lost = any(e.clause == id_ and e.state in _GONE for e in other.then)
            if lost and decided < end and (day is None or day >= decided):
                return f"is void or lapsed from {decided} by '{other.common.id}'"
    return None


def _ended_by(subject: Subject, call: Call) -> frozenset[str]:
    """Return the clauses that are gone for good once a state function holds."""
    names = {argument.id for argument in call.arguments if isinstance(argument, Name)}
    if call.function != "triggered":
        return frozenset(names)
    fired = [subject.accord.clauses.get(name) for name in names]
    return frozenset(
        effect.clause
        for trigger in fired
        if isinstance(trigger, Trigger)
        for effect in trigger.then
        if effect.state in _GONE
    )


def _set_off(subject: Subject) -> Mapping[str, tuple[str, ...]]:
    """Map each trigger without latch to the others that it may set off."""
    loose = [c for c in subject.clauses() if isinstance(c, Trigger) and not c.latch]
    asks = {t.common.id: {n.id for n in t.when.names() if n.role is Role.CLAUSE} for t in loose}
    return {
        t.common.id: tuple(
            other
            for other, asked in asks.items()
            if asked & {t.common.id, *(effect.clause for effect in t.then)}
        )
        for t in loose
    }


def _circles(
    subject: Subject, edges: Mapping[str, tuple[str, ...]], field: str, why: str
) -> Iterator[Problem]:
    """Report each circle once, at the member that stands first in the file."""
    told: set[str] = set()
    for id_ in sorted(edges, key=lambda i: subject.accord.clauses[i].common.where):
        circle = _circle(edges, id_)
        if circle and told.isdisjoint(circle):
            told |= set(circle)
            message = f"a circle: {' > '.join((*circle, id_))}; {why}"
            clause = subject.accord.clauses[id_]
            yield subject.problem("E115", clause, (field,), message, "break it at one clause")


def _circle(edges: Mapping[str, tuple[str, ...]], start: str) -> tuple[str, ...]:
    """Find the shortest way from a clause back to itself."""
    ways: list[tuple[str, ...]] = [(start,)]
    seen: set[str] = set()
    while ways:
        way = ways.pop(0)
        for after in edges.get(way[-1], ()):
            if after == start:
                return way
            if after not in seen:
                seen.add(after)
                ways.append((*way, after))
    return ()


def _off_ramp(subject: Subject, clause: Clause, until: Expression) -> Iterator[Problem]:
    choices, measured = _rests_on(subject, until, set())
    if choices and not measured:
        who = ", ".join(f"'{choice}'" for choice in sorted(choices))
        message = f"ends by the choice {who} alone; no metric enters"
        mend = "name a measure, or leave it to discretion knowingly"
        yield subject.problem("W206", clause, ("until",), message, mend)


def _rests_on(
    subject: Subject, expression: Expression, seen: set[str]
) -> tuple[frozenset[str], bool]:
    """Return the choices a condition rests on, and whether anything measured enters."""
    accord = subject.accord
    choices: frozenset[str] = frozenset()
    measured = False
    for name in expression.names():
        if name.role is Role.CLAUSE:
            if name.id not in seen and name.id in accord.clauses:
                seen.add(name.id)
                more, known = _rests_of(subject, accord.clauses[name.id], seen)
                choices, measured = choices | more, measured or known
        elif name.id in accord.choices:
            choices |= {name.id}
        else:
            measured = True
    return choices, measured


def _rests_of(subject: Subject, clause: Clause, seen: set[str]) -> tuple[frozenset[str], bool]:
    if isinstance(clause, Obligation):
        if clause.must is not None:
            return _rests_on(subject, clause.must, seen)
        return frozenset({clause.judged} if clause.judged else ()), False
    if isinstance(clause, Trigger):
        return _rests_on(subject, clause.when, seen)
    return frozenset(), True
