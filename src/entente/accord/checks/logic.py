"""Conditions: never true (E106), always true (W204), rules and clauses that never get a turn."""

from collections.abc import Iterator
from datetime import date
from itertools import combinations

from entente.accord.checks.cases import (
    Case,
    Undecided,
    both,
    cases_of,
    clash,
    parts,
    possible,
)
from entente.accord.checks.subject import Subject
from entente.accord.checks.values import beats, span
from entente.accord.clauses import (
    Allocate,
    Clause,
    Exempt,
    Obligation,
    Procedure,
    Restore,
    Schedule,
    Suspend,
    Trigger,
)
from entente.accord.clauses.allocate import Rule
from entente.accord.expression import Expression
from entente.accord.expression.tree import Logic, Node
from entente.accord.plan import opening
from entente.accord.schema import Path
from entente.problems import Problem


def check(subject: Subject) -> Iterator[Problem]:
    """Give E106, E107, E108, E116, W204 and W209, where simple reasoning decides."""
    for clause in subject.clauses():
        for path, condition in _conditions(clause):
            yield from _truth(subject, clause, path, condition)
        if isinstance(clause, Allocate):
            yield from _rules(subject, clause)
    owed = [clause for clause in subject.clauses() if isinstance(clause, Obligation)]
    for first, second in combinations(owed, 2):
        yield from _together(subject, first, second)
    yield from _losers(subject)


def _conditions(clause: Clause) -> Iterator[tuple[Path, Expression]]:
    """Give the conditions of a clause; rules are looked at together."""
    asked: list[tuple[Path, Expression | None]] = [
        (("from",), clause.common.from_),
        (("until",), clause.common.until),
    ]
    match clause:
        case Trigger(when=when):
            asked.append((("when",), when))
        case Obligation(must=must, stages=stages):
            asked.append((("must",), must))
            asked += [(("stages", i, "must"), stage.must) for i, stage in enumerate(stages)]
        case Restore(when=when_, unless=unless):
            asked += [(("when",), when_), (("unless",), unless)]
        case Exempt(if_=if_):
            asked.append((("if",), if_))
        case Allocate(clocks=clocks):
            asked += [(("clocks", i, "extend"), clock.extend) for i, clock in enumerate(clocks)]
        case _:
            pass
    for path, condition in asked:
        if condition is not None and condition.use != "date":
            yield path, condition


def _truth(
    subject: Subject, clause: Clause, path: Path, condition: Expression
) -> Iterator[Problem]:
    if _never(condition.tree):
        yield _never_true(subject, clause, path, condition.tree)
    elif _always(condition.tree):
        message = f"'{condition.text}' is always true"
        yield subject.problem("W204", clause, path, message, "remove it, or mend its limits")


def _never(node: Node) -> bool:
    try:
        return possible(cases_of(node)) is None
    except Undecided:
        return False


def _always(node: Node) -> bool:
    try:
        return possible(cases_of(node, so=False)) is None
    except Undecided:
        return False


def _never_true(subject: Subject, clause: Clause, path: Path, node: Node) -> Problem:
    clashing = _clashing(node)
    message = (
        f"can never be true: {' clashes with '.join(clashing)}" if clashing else "is never true"
    )
    return subject.problem("E106", clause, path, message, "mend one of these parts")


def _clashing(node: Node) -> tuple[str, ...]:
    """Name the parts that clash, of the first `and` in which some do."""
    if isinstance(node, Logic) and node.word == "and":
        seen: Case = frozenset()
        for part in node.parts:
            for case in cases_of(part)[:1]:
                if both_of := clash(seen | case):
                    return tuple(map(str, both_of))
                seen |= case
    if isinstance(node, Logic):
        return next((found for part in node.parts if (found := _clashing(part))), ())
    return ()


def _rules(subject: Subject, clause: Allocate) -> Iterator[Problem]:
    """Walk the rules in order, with what the earlier ones leave over."""
    left: list[Case] | None = [frozenset()]
    for index, rule in enumerate(clause.rules):
        if _never(rule.if_.tree):
            yield _never_true(subject, clause, ("rules", index, "if"), rule.if_.tree)
            continue
        if left is not None and _nothing(left, rule):
            taker = _taker(clause.rules[:index], rule)
            message = f"rule '{rule.id}' is never reached: {taker} takes its cases"
            yield subject.problem(
                "E107", clause, ("rules", index), message, "move it up, or remove it"
            )
            continue
        left = _leave(left, rule)
    last = clause.rules[-1]
    if last.catches_all or left is None or possible(left) is None:
        if not (last.catches_all or (left is not None and possible(left) is None)):
            yield _no_catch_all(subject, clause, None)
        return
    yield _no_catch_all(subject, clause, possible(left))


def _nothing(left: list[Case], rule: Rule) -> bool:
    try:
        return possible(both(left, cases_of(rule.if_.tree))) is None
    except Undecided:
        return False


def _leave(left: list[Case] | None, rule: Rule) -> list[Case] | None:
    try:
        return None if left is None else both(left, cases_of(rule.if_.tree, so=False))
    except Undecided:
        return None


def _taker(earlier: tuple[Rule, ...], rule: Rule) -> str:
    """Name the earlier rule that takes a rule's cases, or say that several do."""
    for other in earlier:
        try:
            rest = both(cases_of(rule.if_.tree), cases_of(other.if_.tree, so=False))
        except Undecided:
            continue
        if possible(rest) is None:
            return f"rule '{other.id}'"
    return f"{' and '.join(repr(other.id) for other in earlier)} together"


def _no_catch_all(subject: Subject, clause: Allocate, case: Case | None) -> Problem:
    example = f", such as {' and '.join(parts(case))}" if case else ""
    message = f"no rule takes every case that is left{example}"
    mend = 'end with { id = "else", if = "true", to = ... }'
    return subject.problem("E108", clause, ("rules",), message, mend)


def _together(subject: Subject, first: Obligation, second: Obligation) -> Iterator[Problem]:
    """Give E116 for two demands on one party on one day that no figure can fulfil."""
    one, two = first.must, second.must
    same_party = not set(first.common.by).isdisjoint(second.common.by)
    if one is None or two is None or not same_party or not _same_day(subject, first, second):
        return
    try:
        demands = cases_of(one.tree), cases_of(two.tree)
        impossible = all(demands) and possible(both(*demands)) is None
    except Undecided:
        return
    if impossible:
        message = f"'{two.text}' and '{one.text}' of '{first.common.id}' cannot both be met"
        yield subject.problem("E116", second, ("must",), message, "mend one of the two")


def _same_day(subject: Subject, first: Obligation, second: Obligation) -> bool:
    one, two = subject.fixed(first.due), subject.fixed(second.due)
    return one == two if one and two else first.due == second.due


def _losers(subject: Subject) -> Iterator[Problem]:
    """Give W209 for clauses that another one beats on every day and in every case."""
    setters = [c for c in subject.clauses() if isinstance(c, Schedule | Allocate)]
    for loser in setters:
        for winner in setters:
            if winner is not loser and _covers(subject, winner, loser):
                how = "is over it" if beats(subject, winner, loser) else "is never below it"
                message = f"can never win: '{winner.common.id}' {how} throughout"
                yield subject.problem("W209", loser, (), message, "remove it, or mend the order")
                break


def _covers(subject: Subject, winner: Schedule | Allocate, loser: Schedule | Allocate) -> bool:
    if type(winner) is not type(loser) or winner.sets != loser.sets:
        return False
    if beats(subject, loser, winner) or not _certain(subject, winner) or not _wider(winner, loser):
        return False
    (start, end), (begin, stop) = span(subject, winner), span(subject, loser)
    if not (start <= begin and stop <= end):
        return False
    return beats(subject, winner, loser) or _dominates(subject, winner, loser)


def _certain(subject: Subject, clause: Schedule | Allocate) -> bool:
    """Whether a clause is in force from its first day to its last whatever happens."""
    common = clause.common
    loose = common.from_ is not None or common.until is not None
    begins = opening(subject.accord, common.id) != "in_force"
    return not (loose or begins or any(_touches(other, common.id) for other in subject.clauses()))


def _touches(other: Clause, id_: str) -> bool:
    if isinstance(other, Suspend):
        return id_ in other.what
    if isinstance(other, Exempt):
        return id_ in other.from_clauses
    return isinstance(other, Trigger | Procedure) and any(e.clause == id_ for e in other.then)


def _wider(winner: Schedule | Allocate, loser: Schedule | Allocate) -> bool:
    one, two = winner.common, loser.common
    pairs = [(one.by, two.by), (one.on, two.on), (one.where_places, two.where_places)]
    if isinstance(winner, Schedule) and isinstance(loser, Schedule):
        everything: tuple[tuple[str, ...], ...] = ((), ("*",))
        goods = () if winner.goods in everything else winner.goods
        pairs.append((goods, () if loser.goods in everything else loser.goods))
    return all(not wide or (bool(narrow) and set(narrow) <= set(wide)) for wide, narrow in pairs)


def _dominates(subject: Subject, winner: Schedule | Allocate, loser: Schedule | Allocate) -> bool:
    """Whether `combine = "max"` always takes the other value: steps compared at each breakpoint."""
    if not isinstance(winner, Schedule) or not isinstance(loser, Schedule):
        return False
    if {winner.common.combine, loser.common.combine} != {"max"}:
        return False
    if not winner.steps or not loser.steps or winner.quota or loser.quota:
        return False
    days = sorted({subject.day(step.first) for step in (*winner.steps, *loser.steps)})
    values = [(_value(subject, winner, day), _value(subject, loser, day)) for day in days]
    above = all(low is None or (high is not None and high >= low) for high, low in values)
    return above and any(high != low for high, low in values)


def _value(subject: Subject, clause: Schedule, day: date) -> float | None:
    steps = sorted(clause.steps, key=lambda step: subject.day(step.first))
    held = [step for step in steps if subject.day(step.first) <= day]
    if not held or (held[-1].last is not None and subject.day(held[-1].last) < day):
        return None
    return held[-1].value
