"""Values: days on which a schedule gives none (E104), and quantities that are set twice (E105)."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import combinations, pairwise

from entente.accord.checks.cases import Answered
from entente.accord.checks.reason import is_sound, settle
from entente.accord.checks.subject import Subject
from entente.accord.clauses import Allocate, Clause, Exempt, Schedule
from entente.accord.document import expressions
from entente.problems import Problem

DAY = timedelta(days=1)


def check(subject: Subject) -> Iterator[Problem]:
    """Give E104 and E105."""
    for clause in subject.clauses(Schedule):
        if isinstance(clause, Schedule):
            yield from _steps(subject, clause)
    setters = [c for c in subject.clauses() if isinstance(c, Schedule | Allocate)]
    for first, second in combinations(setters, 2):
        yield from _clash(subject, first, second)


def _steps(subject: Subject, clause: Schedule) -> Iterator[Problem]:
    """Walk the steps in order of their dates: each ends where the next begins."""
    order = sorted(range(len(clause.steps)), key=lambda i: subject.day(clause.steps[i].first))
    for index in order:
        step = clause.steps[index]
        if step.last is not None and subject.day(step.last) < subject.day(step.first):
            message = f"the step of {step.first} ends before it begins"
            yield subject.problem("E117", clause, ("steps", index), message, "swap its dates")
    for here, there in pairwise(order):
        step, after = clause.steps[here], clause.steps[there]
        begins = subject.day(after.first)
        if step.first == after.first:
            message = f"two steps begin on {begins}"
            yield subject.problem("E105", clause, ("steps", there), message, "keep one")
        if step.last is None:
            continue
        ends = subject.day(step.last)
        if ends + DAY < begins:
            message = f"no value on {ends + DAY} (step ends {ends}, next begins {begins})"
            mend = f"end the step on {begins - DAY} or add a step"
            yield subject.problem("E104", clause, ("steps", here), message, mend)
        elif ends >= begins and step.first != after.first:
            message = f"two values on {begins} (step ends {ends}, next begins {begins})"
            mend = f"end the step on {begins - DAY}"
            yield subject.problem("E105", clause, ("steps", here), message, mend)


def _clash(
    subject: Subject, first: Schedule | Allocate, second: Schedule | Allocate
) -> Iterator[Problem]:
    same = type(first) is type(second) and first.sets == second.sets
    if not same or not _meet(subject, first, second) or _ranked(subject, first, second):
        return
    met = _in_one_case(subject, first, second)
    if met.possible is False:
        return
    combines = {first.common.combine, second.common.combine}
    if len(combines) == 1 and combines <= {"add", "max"}:
        return
    on = max(span(subject, first)[0], span(subject, second)[0])
    when = "" if on == date.min else f" on {on}"
    when += f" for {', '.join(met.words)}" if met.words else ""
    message = f"sets '{second.sets}'{when} as '{first.common.id}' does, and neither is put first"
    mend = f'add over = "{first.common.id}", or one combine to both'
    if len(combines) == 2 and None not in combines:
        message = f"combines '{second.sets}' otherwise than '{first.common.id}' does"
        mend = "give both the same combine"
    yield subject.problem("E105", second, (), message, mend)


def _in_one_case(subject: Subject, first: Clause, second: Clause) -> Answered:
    """Decide whether exemptions leave a case that is under both clauses."""
    spared = [
        exempt.if_
        for exempt in subject.clauses(Exempt)
        if isinstance(exempt, Exempt) and exempt.to is None and not exempt.goods
        for clause in (first, second)
        if clause.common.id in exempt.from_clauses and _throughout(subject, exempt, clause)
    ]
    if not spared or not is_sound(subject, *spared):
        return Answered(None)
    return settle(subject, [(condition.tree, False) for condition in spared], example=True)


def _throughout(subject: Subject, exempt: Exempt, clause: Clause) -> bool:
    """Whether an exemption holds on every day of a clause, whatever happens."""
    common = exempt.common
    if common.from_ is not None or common.until is not None or common.where_places:
        return False
    (start, end), (begin, stop) = span(subject, exempt), span(subject, clause)
    return start <= begin and stop <= end


def _meet(subject: Subject, first: Schedule | Allocate, second: Schedule | Allocate) -> bool:
    """Whether some case on some day may be under both clauses."""
    one, two = first.common, second.common
    if not _share(_goods(first), _goods(second)):
        return False
    if not (_share(one.by, two.by) and _share(one.on, two.on)):
        return False
    if not _share(one.where_places, two.where_places):
        return False
    (start, end), (begin, stop) = span(subject, first), span(subject, second)
    return start < stop and begin < end and not _exclude(first, second)


def _goods(clause: Schedule | Allocate) -> tuple[str, ...]:
    """Return the goods prefixes; the longest prefix wins, so only equal ones meet."""
    return (clause.goods or ("*",)) if isinstance(clause, Schedule) else ()


def _share(first: tuple[str, ...], second: tuple[str, ...]) -> bool:
    """Whether two lists have something in common; an empty list is everything."""
    return not first or not second or not set(first).isdisjoint(second)


def _exclude(first: Clause, second: Clause) -> bool:
    """Whether a clause's own words ask about the other's state: then the text ranks them."""
    return any(
        other.common.id in {name.id for e in expressions(one) for name in e.names()}
        for one, other in ((first, second), (second, first))
    )


def span(subject: Subject, clause: Clause) -> tuple[date, date]:
    """Return the first day a clause may set anything and the first day it certainly does not."""
    start, end = subject.begins(clause), subject.ends(clause)
    if isinstance(clause, Schedule) and clause.steps:
        start = max(start, min(subject.day(step.first) for step in clause.steps))
        lasts = [step.last for step in clause.steps]
        if all(lasts):
            end = min(end, max(subject.day(last) for last in lasts if last is not None) + DAY)
    return start, end


def _ranked(subject: Subject, first: Clause, second: Clause) -> bool:
    """Whether one clause beats the other through `over`, however many steps away."""
    return beats(subject, first, second) or beats(subject, second, first)


def beats(subject: Subject, winner: Clause, loser: Clause) -> bool:
    """Whether `winner` is over `loser`, transitively."""
    waiting, seen = list(winner.common.over), set[str]()
    while waiting:
        id_ = waiting.pop()
        if id_ == loser.common.id:
            return True
        if id_ not in seen and id_ in subject.accord.clauses:
            seen.add(id_)
            waiting.extend(subject.accord.clauses[id_].common.over)
    return False
