"""Conditions: never true (E106), always true (W204), rules and clauses that never get a turn."""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import combinations

from entente.accord.checks.cases import Answered, Case, Demand, cases_of, clash
from entente.accord.checks.reason import Reasoner, is_sound, settle
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
from entente.accord.expression.said import said
from entente.accord.expression.tree import Compare, Constant, Logic, Node
from entente.accord.plan import opening
from entente.accord.schema import Path
from entente.problems import Problem


def check(subject: Subject) -> Iterator[Problem]:
    """Give E106, E107, E108, E116, W204 and W209, and what of them could not be decided."""
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
    if not is_sound(subject, condition):
        return
    reasoner = Reasoner.about(subject, condition)
    may_hold = reasoner.settle([(part, True) for part in _conjuncts(condition.tree)])
    if may_hold.possible is False:
        yield _never_true(subject, clause, path, condition.tree, may_hold)
        return
    may_fail = reasoner.settle([(condition.tree, False)])
    if may_fail.possible is False:
        message = f"'{condition.text}' is always true"
        yield subject.problem("W204", clause, path, message, "remove it, or mend its limits")
    for code, found in (("E106", may_hold), ("W204", may_fail)):
        if found.possible is None:
            yield subject.open(code, clause, path, found.why)


def _conjuncts(node: Node) -> list[Node]:
    """Return the parts that must all hold."""
    if isinstance(node, Logic) and node.word == "and":
        return [inner for part in node.parts for inner in _conjuncts(part)]
    return [node]


def _never_true(
    subject: Subject, clause: Clause, path: Path, node: Node, found: Answered
) -> Problem:
    wanted = _conjuncts(node)
    clashing = tuple(said(wanted[index]) for index in found.clash) or _clashing(node)
    told = f"can never be true: {' clashes with '.join(clashing)}"
    message = told if len(clashing) > 1 else "is never true"
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
    """Ask of each rule whether the earlier ones leave it a case, and whether all leave one over.

    Rules that are no conditions are told already and left out; the last may be one, or take all.
    """
    rules = [(n, rule) for n, rule in enumerate(clause.rules) if is_sound(subject, rule.if_)]
    if not rules:
        return
    reasoner = Reasoner.about(subject, *(rule.if_ for _, rule in rules))
    passed: list[Rule] = []
    for index, rule in rules:
        found = list(_reached(subject, reasoner, clause, index, passed))
        yield from found
        if not any(problem.is_error for problem in found):
            passed.append(rule)
    if len(rules) == len(clause.rules) and not clause.rules[-1].catches_all:
        left = reasoner.settle(_failing(passed), example=True)
        if left.possible is not False:
            yield _no_catch_all(subject, clause, left)


def _reached(
    subject: Subject, reasoner: Reasoner, clause: Allocate, index: int, passed: Sequence[Rule]
) -> Iterator[Problem]:
    """Give what keeps a rule from ever taking a case, or that this is not decided."""
    rule, mend = clause.rules[index], "move it up, or remove it"
    wanted = [(part, True) for part in _conjuncts(rule.if_.tree)]
    reached = reasoner.settle([*_failing(passed), *wanted])
    if reached.possible is True:
        return
    alone = reasoner.settle(wanted)
    if alone.possible is False:
        yield _never_true(subject, clause, ("rules", index, "if"), rule.if_.tree, alone)
    elif reached.possible is False:
        taker = _taker(reasoner, passed, rule, reached)
        message = f"rule '{rule.id}' is never reached: {taker}"
        yield subject.problem("E107", clause, ("rules", index), message, mend)
    elif not rule.catches_all:
        yield subject.open("E107", clause, ("rules", index), reached.why)


def _failing(rules: Sequence[Rule]) -> list[Demand]:
    return [(rule.if_.tree, False) for rule in rules]


def _taker(reasoner: Reasoner, earlier: Sequence[Rule], rule: Rule, found: Answered) -> str:
    """Name the earlier rules that take a rule's cases, with one such case."""
    takers = [
        other
        for other in earlier
        if reasoner.settle([(other.if_.tree, False), (rule.if_.tree, True)]).possible is False
    ][:1]
    if not takers:
        takers = [earlier[index] for index in found.clash if index < len(earlier)] or list(earlier)
    names = " and ".join(f"'{other.id}'" for other in takers)
    told = f"rule {names} takes its cases" if len(takers) == 1 else f"rules {names} take its cases"
    case = reasoner.settle([(rule.if_.tree, True)], example=True)
    return f"{told}, such as {', '.join(case.words)}" if case.words else told


def _no_catch_all(subject: Subject, clause: Allocate, left: Answered) -> Problem:
    example = f", such as {', '.join(left.words)}" if left.words else ""
    message = f"no rule takes every case that is left{example}"
    mend = 'end with { id = "else", if = "true", to = ... }'
    return subject.problem("E108", clause, ("rules",), message, mend)


def _together(subject: Subject, first: Obligation, second: Obligation) -> Iterator[Problem]:
    """Give E116 for two demands on one party on one day that no figure can fulfil."""
    one, two = first.must, second.must
    same_party = not set(first.common.by).isdisjoint(second.common.by)
    if one is None or two is None or not same_party or not _same_day(subject, first, second):
        return
    if not is_sound(subject, one, two):
        return
    reasoner = Reasoner.about(subject, one, two)
    alone = [reasoner.settle([(must.tree, True)]).possible for must in (one, two)]
    found = reasoner.settle([(one.tree, True), (two.tree, True)])
    if found.possible is False and False not in alone:
        day = subject.fixed(second.due)
        when = f" on {day}" if day else ""
        message = f"'{two.text}' and '{one.text}' of '{first.common.id}' cannot both be met{when}"
        yield subject.problem("E116", second, ("must",), message, "mend one of the two")
    elif found.possible is None:
        yield subject.open("E116", second, ("must",), found.why)


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
    """Whether `combine = "max"` always takes the other value, at each breakpoint of the steps."""
    if not isinstance(winner, Schedule) or not isinstance(loser, Schedule):
        return False
    if {winner.common.combine, loser.common.combine} != {"max"}:
        return False
    if winner.quota or loser.quota or winner.cap is not None or loser.cap is not None:
        return False
    formulas = [c.formula for c in (winner, loser) if c.formula is not None]
    if not is_sound(subject, *formulas):
        return False
    starts = {subject.day(step.first) for step in (*winner.steps, *loser.steps)}
    days: list[date | None] = [*sorted(starts)] or [None]
    pairs = [(_value(subject, winner, day), _value(subject, loser, day)) for day in days]
    above = all(low is None or (high is not None and _never_less(subject, high, low))
                for high, low in pairs)  # fmt: skip
    return above and any(high != low for high, low in pairs)


def _never_less(subject: Subject, high: Node, low: Node) -> bool:
    """Whether one amount is at least another in every case."""
    return settle(subject, [(Compare("<", high, low, high.at), True)]).possible is False


def _value(subject: Subject, clause: Schedule, day: date | None) -> Node | None:
    """Return what a clause sets on a day, as an amount or a formula; None where nothing."""
    if clause.formula is not None or day is None:
        return None if clause.formula is None else clause.formula.tree
    steps = sorted(clause.steps, key=lambda step: subject.day(step.first))
    held = [step for step in steps if subject.day(step.first) <= day]
    if not held or (held[-1].last is not None and subject.day(held[-1].last) < day):
        return None
    return Constant(held[-1].value, clause.common.where)
