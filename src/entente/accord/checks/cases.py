"""Boolean and interval reasoning: which cases conditions take, decided exactly or not at all.

A condition becomes a list of cases, each a set of facts that hold together. Parts that are not
compared with constants are taken as free, so "no case is possible" is always right, and "some case
is possible" is right unless such parts are tied to each other.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import product
from math import inf
from typing import Any, Final, TypeAlias, final

from entente.accord.expression.said import said
from entente.accord.expression.tree import (
    Call,
    Choose,
    Compare,
    Constant,
    ListOf,
    Logic,
    Member,
    Name,
    Named,
    Node,
    Not,
)

MOST: Final = 512  # cases; a condition with more is left undecided
_CONTRARY: Final = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "=="}
_FLIP: Final = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}
_STATES: Final = {
    "in_force": "state", "suspended": "state", "lapsed": "state", "void": "state",
    "met": "verdict", "breached": "verdict",
}  # fmt: skip


class Undecided(Exception):  # noqa: N818 - says what is not known, no fault
    """A condition has too many cases to decide here."""


@final
@dataclass(frozen=True, slots=True)
class Bound:
    """`subject sign limit`, over numbers or over dates (as day numbers)."""

    subject: str
    sign: str
    limit: float
    said: str

    def __str__(self) -> str:
        return f"{self.subject} {self.sign} {self.said}"


@final
@dataclass(frozen=True, slots=True)
class Among:
    """`subject` is one of some codes, or none of them."""

    subject: str
    values: frozenset[str]
    inside: bool

    def __str__(self) -> str:
        values = ", ".join(f"'{value}'" for value in sorted(self.values))
        if len(self.values) == 1:
            return f"{self.subject} {'==' if self.inside else '!='} {values}"
        return f"{self.subject} {'' if self.inside else 'not '}in [{values}]"


@final
@dataclass(frozen=True, slots=True)
class Fact:
    """Anything else that is so or not so."""

    subject: str
    so: bool

    def __str__(self) -> str:
        return self.subject if self.so else f"not ({self.subject})"


Demand: TypeAlias = tuple[Node, bool]  # a condition, and whether it is to hold or not to


@final
@dataclass(frozen=True, slots=True)
class Answered:
    """Whether demands can be fulfilled together; None: not decided, for want of what `why` says.

    words   the facts of a case in which they are, where one was found
    case    that case, as expressions read it, where it is whole
    clash   the numbers of the demands that clash, where none can be
    """

    possible: bool | None
    words: tuple[str, ...] = ()
    clash: tuple[int, ...] = ()
    why: str = ""
    case: Any = None  # a Scope


Literal: TypeAlias = Bound | Among | Fact
Case: TypeAlias = frozenset[Literal]


def possible(cases: Iterable[Case]) -> Case | None:
    """Return the first case that can be, or None."""
    return next((case for case in cases if not clash(case)), None)


def both(first: Iterable[Case], second: Iterable[Case]) -> list[Case]:
    """Return the cases that fulfil both conditions."""
    return _few(a | b for a, b in product(list(first), list(second)))


def cases_of(node: Node, so: bool = True) -> list[Case]:
    """Return the cases in which a condition holds, or (`so` false) does not."""
    match node:
        case Constant(value=bool() as value):
            return [frozenset()] if value is so else []
        case Not(part=part):
            return cases_of(part, not so)
        case Named(part=part):
            return cases_of(part, so)
        case Logic(word=word, parts=parts):
            inner = [cases_of(part, so) for part in parts]
            if (word == "and") is so:
                whole: list[Case] = [frozenset()]
                for cases in inner:
                    whole = both(whole, cases)
                return whole
            return _few(case for cases in inner for case in cases)
        case Choose(condition=condition, then=then, otherwise=otherwise):
            yes = both(cases_of(condition), cases_of(then, so))
            return yes + both(cases_of(condition, False), cases_of(otherwise, so))
        case _:
            return _literal(node, so)


def _few(cases: Iterable[Case]) -> list[Case]:
    kept: dict[Case, None] = {}
    for case in cases:
        if not clash(case):
            kept[case] = None
        if len(kept) > MOST:
            raise Undecided
    return list(kept)


def _literal(node: Node, so: bool) -> list[Case]:
    match node:
        case Compare(sign=sign, left=Constant() as left, right=right) if not isinstance(
            right, Constant
        ):
            return _compared(right, _FLIP[sign], left, so)
        case Compare(sign=sign, left=left, right=right):
            return _compared(left, sign, right, so)
        case Member(item=item, items=ListOf(items=items)) if _codes(items) and not isinstance(
            item, Constant
        ):
            return [frozenset({Among(said(item), _codes(items), so)})]
        case Call(function=function, arguments=(Name(id=clause),)) if function in _STATES:
            subject = f"{_STATES[function]}({clause})"
            return [frozenset({Among(subject, frozenset({function}), so)})]
        case _:
            return [frozenset({Fact(said(node), so)})]


def _codes(items: tuple[Node, ...]) -> frozenset[str]:
    values = [item.value for item in items if isinstance(item, Constant)]
    texts = frozenset(value for value in values if isinstance(value, str))
    return texts if len(values) == len(items) and len(texts) == len(set(values)) else frozenset()


def _compared(left: Node, sign: str, right: Node, so: bool) -> list[Case]:
    sign = sign if so else _CONTRARY[sign]
    if isinstance(left, Constant) and isinstance(right, Constant):
        return [frozenset()] if _holds(left, sign, right) else []
    if isinstance(right, Constant):
        value = right.value
        equal = sign in ("==", "!=")
        if isinstance(value, bool) and equal:
            return [frozenset({Fact(said(left), value is (sign == "=="))})]
        if isinstance(value, str) and equal:
            return [frozenset({Among(said(left), frozenset({value}), sign == "==")})]
        limit = _number(value)
        if limit is not None:
            return [frozenset({Bound(said(left), sign, limit, said(right))})]
    return [frozenset({_between(said(left), sign, said(right))})]


def _between(left: str, sign: str, right: str) -> Fact:
    """Write a comparison of two unknowns in one way, so that its contrary is seen."""
    if sign in (">", "<="):
        left, right, sign = right, left, _FLIP[sign]
    if sign in ("==", "!="):
        left, right = sorted((left, right))
        return Fact(f"{left} == {right}", sign == "==")
    return Fact(f"{left} < {right}", sign == "<")


def _holds(left: Constant, sign: str, right: Constant) -> bool:
    one, two = _number(left.value), _number(right.value)
    if one is None or two is None:
        return (left.value == right.value) is (sign == "==")
    results = {"<": one < two, "<=": one <= two, ">": one > two, ">=": one >= two,
               "==": one == two, "!=": one != two}  # fmt: skip
    return results[sign]


def _number(value: object) -> float | None:
    match value:
        case bool():
            return None
        case float():
            return value
        case datetime():
            return value.toordinal() + (value.hour * 60 + value.minute) / 1440
        case date():
            return float(value.toordinal())
        case _:
            return None


def clash(case: Case) -> tuple[Literal, ...]:
    """Return facts of a case that cannot hold together, or nothing."""
    subjects: dict[str, list[Literal]] = {}
    for literal in case:
        subjects.setdefault(literal.subject, []).append(literal)
    for literals in subjects.values():
        if len(literals) > 1 and _impossible(literals):
            return tuple(sorted(literals, key=str))
    return ()


def _impossible(literals: list[Literal]) -> bool:
    facts = {literal.so for literal in literals if isinstance(literal, Fact)}
    among = [literal for literal in literals if isinstance(literal, Among)]
    inside = [literal.values for literal in among if literal.inside]
    outside = frozenset[str]().union(*(a.values for a in among if not a.inside))
    no_code = bool(inside) and not frozenset.intersection(*inside) - outside
    return len(facts) > 1 or no_code or _empty(b for b in literals if isinstance(b, Bound))


def _empty(bounds: Iterable[Bound]) -> bool:
    low, high, open_low, open_high = -inf, inf, False, False
    barred: set[float] = set()
    for bound in bounds:
        if bound.sign == "!=":
            barred.add(bound.limit)
        if bound.sign in (">", ">=", "=="):
            tighter = bound.limit > low or (bound.limit == low and bound.sign == ">")
            if tighter:
                low, open_low = bound.limit, bound.sign == ">"
        if bound.sign in ("<", "<=", "=="):
            tighter = bound.limit < high or (bound.limit == high and bound.sign == "<")
            if tighter:
                high, open_high = bound.limit, bound.sign == "<"
    point = low == high
    return low > high or (point and (open_low or open_high or low in barred))


def parts(case: Case) -> Iterator[str]:
    """Say the facts of a case in a fixed order."""
    yield from sorted(map(str, case))
