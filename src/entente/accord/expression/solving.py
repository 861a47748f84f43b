"""What solver terms stand on: variables by what they stand for, codes, lists and their ties."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final, NamedTuple, TypeAlias, final

import z3

from entente.accord.expression.facts import INTEGERS
from entente.accord.expression.symbols import Kind, Symbols
from entente.accord.expression.tree import Node, Value

Key: TypeAlias = tuple[str, ...]  # what a variable stands for, such as ("value", "age")
Variable: TypeAlias = Any  # a z3 constant; z3 gives no types to check against
Truth: TypeAlias = Any  # a z3 condition

# What is never so, as that something is lacking, and what is always so; told by identity.
SOUND: Final[Truth] = z3.BoolVal(False)
ALWAYS: Final[Truth] = z3.BoolVal(True)
_DAYS: Final = (date(1900, 1, 1), date(2200, 1, 1))  # the days that a case may hold


class NoExactForm(Exception):  # noqa: N818 - says what is not decided, no fault
    """A part of an expression has no exact form for the solver; the message names it."""


class Term(NamedTuple):
    """A value, and the condition under which a case has none."""

    value: Any
    fault: Truth


def any_of(*conditions: Truth) -> Truth:
    """Join by `or`, leaving out what is never so."""
    left = [condition for condition in conditions if condition is not SOUND]
    if any(condition is ALWAYS for condition in left):
        return ALWAYS
    return z3.Or(*left) if len(left) > 1 else (left[0] if left else SOUND)


def all_of(*conditions: Truth) -> Truth:
    """Join by `and`, leaving out what is always so."""
    left = [condition for condition in conditions if condition is not ALWAYS]
    if any(condition is SOUND for condition in left):
        return SOUND
    return z3.And(*left) if len(left) > 1 else (left[0] if left else ALWAYS)


def none_of(*conditions: Truth) -> Truth:
    """Return that no condition holds."""
    found = any_of(*conditions)
    if found is SOUND or found is ALWAYS:
        return ALWAYS if found is SOUND else SOUND
    return z3.Not(found)


@final
@dataclass(frozen=True, slots=True)
class CodeList:
    """A list of codes: how many, what stands at a place, what is inside and at which place.

    asked   the codes of which something was asked
    """

    count: Variable
    at: Variable
    inside: Variable
    place: Variable
    asked: list[Any] = field(default_factory=list)

    @classmethod
    def named(cls, id_: str) -> "CodeList":
        """Make the functions of a list of codes."""
        code, truth = z3.IntSort(), z3.BoolSort()
        return cls(
            z3.Int(f"count {id_}"), z3.Function(f"at {id_}", code, code),
            z3.Function(f"in {id_}", code, truth), z3.Function(f"place {id_}", code, code),
        )  # fmt: skip


@final
@dataclass(slots=True)
class Ground:
    """What the terms of several expressions share.

    fixed    the dates of clauses that the text states   ("date", function, clause) -> day
    doubted  the names of which some part asks whether they are known; all others are taken as
             known, since what a case without them answers it answers whatever they are
    rooms    for lists whose entries are read: how many entries there may be, by list or, where
             lists run side by side, by what they list
    entrywise  the nodes, by identity, whose value depends on the entry that is read
    january  the first of the month whose days months are added to exactly
    lists    the other lists, of codes, by the fact that holds one
    ties     what ties variables to one another whatever a case is
    met      what the parts being read turn on: variables, lists, and the parts of which less is
             said than is so, with what may be asked of a case beside so that all is said exactly
    """

    symbols: Symbols
    fixed: Mapping[Key, date] = field(default_factory=dict)
    doubted: frozenset[str] = frozenset()
    rooms: Mapping[str, int] = field(default_factory=dict)
    entrywise: AbstractSet[int] = frozenset()
    january: date = date(2019, 1, 1)
    variables: dict[Key, Variable] = field(default_factory=dict)
    codes: dict[str, int] = field(default_factory=dict)
    lists: dict[str, CodeList] = field(default_factory=dict)
    ties: list[Truth] = field(default_factory=list)
    met: dict[Key, tuple[Truth, ...]] = field(default_factory=dict)
    read: dict[object, tuple[Term, dict[Key, tuple[Truth, ...]], Node]] = field(
        default_factory=dict
    )

    def literal(self, value: Value) -> Any:
        """Write a literal: a date as its day's number, a code as a number of its own."""
        match value:
            case bool():
                return ALWAYS if value else SOUND
            case float():
                return z3.RealVal(repr(value))
            case datetime():
                seconds = (value.hour * 60 + value.minute) * 60 + value.second
                return z3.RealVal(value.toordinal()) + z3.Q(seconds, 86400)
            case date():
                return z3.RealVal(value.toordinal())
            case str():
                return z3.IntVal(self.codes.setdefault(value, len(self.codes)))
        raise NoExactForm("a duration by itself")

    def variable(self, key: Key, kind: Kind) -> Variable:
        """Return the variable that stands for something, made when it is first asked for."""
        if key not in self.variables:
            self.variables[key] = self._made(key, kind)
        self.met.setdefault(key, ())
        return self.variables[key]

    def _made(self, key: Key, kind: Kind) -> Variable:
        name = " ".join(key)
        if kind is Kind.TRUTH:
            return z3.Bool(name)
        if kind is Kind.DATE:
            day = z3.Int(name)
            first, last = (bound.toordinal() for bound in _DAYS)
            self.ties += [day >= first, day <= last]
            return z3.ToReal(day)
        if kind is Kind.NUMBER and key[1] in INTEGERS:
            whole = z3.Int(name)
            self.ties.append(whole >= 0)
            return z3.ToReal(whole)
        if kind is Kind.NUMBER:
            return z3.Real(name)
        if kind in (Kind.CODE, Kind.TEXT):
            code = z3.Int(name)
            self.ties.append(code >= 0)
            return code
        raise NoExactForm(f"'{name}', whose type is not known")

    def unknown(self, name: str) -> Truth:
        """Return that a fact, metric or choice is not known."""
        if name not in self.doubted:
            return SOUND
        return z3.Not(self.variable(("known", name), Kind.TRUTH))

    def choice_of(self, key: Key, count: int) -> Variable:
        """Return a whole number below a count, such as a clause's state."""
        if key not in self.variables:
            self.variables[key] = z3.Int(" ".join(key))
            self.ties += [self.variables[key] >= 0, self.variables[key] < count]
        self.met.setdefault(key, ())
        return self.variables[key]

    def loose(self, what: str, value: Variable, *strict: Truth) -> None:
        """Note a value of which less is said than is so; in cases as `strict` asks, all is."""
        self.met["loose", what, str(value)] = strict

    def entries(self, list_: str) -> Variable:
        """Return how many entries a list has whose entries are read."""
        self.met.setdefault(("list", list_), ())
        group = self.symbols.group(list_)
        return self.choice_of(("entries", group), self.rooms[group] + 1)

    def entry(self, list_: str, index: int) -> Term:
        """Return one entry of a list."""
        self.met.setdefault(("list", list_), ())
        kind = self.symbols.values[list_].type.of or Kind.CODE
        value = self.variable(("entry", list_, str(index)), kind)
        return Term(value, self.unknown(list_))

    def codes_in(self, list_: str) -> CodeList:
        """Return a list of codes whose entries are not read, made when it is first asked for."""
        if list_ not in self.lists:
            found = self.lists[list_] = CodeList.named(list_)
            first = found.at(0)
            self.ties += [found.count >= 0, first >= 0]
            self.ties.append(z3.Implies(found.count >= 1, found.inside(first)))
            self.place(found, first)
        self.met.setdefault(("list", list_), ())
        return self.lists[list_]

    def place(self, list_: CodeList, code: Variable) -> None:
        """Give a code that is in a list its place there."""
        place = list_.place(code)
        where = z3.And(place >= 0, place < list_.count, list_.at(place) == code)
        self.ties.append(z3.Implies(list_.inside(code), where))
        list_.asked.append(code)


def day_of(number: float) -> date | datetime:
    """Turn a day's number back into a day, or an instant within it."""
    whole = int(number // 1)
    day = date.fromordinal(min(max(whole, 1), date.max.toordinal()))
    seconds = round((number - whole) * 86400)
    if not seconds:
        return day
    return datetime(day.year, day.month, day.day) + timedelta(seconds=seconds)  # noqa: DTZ001
