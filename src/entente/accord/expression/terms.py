"""Fourth reading: an expression as terms of a solver, exactly or not at all.

Every part gives its value and, beside it, when a case has no answer, as the array reading does: a
missing value counts only where it is needed. What has no exact form raises `NoExactForm`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import reduce
from typing import Any, Final, final

import z3

from entente.accord.calendar import Duration, add
from entente.accord.clauses.common import ASKED, STATES
from entente.accord.expression.facts import INTEGERS
from entente.accord.expression.months import id_of, series
from entente.accord.expression.said import said
from entente.accord.expression.solving import CodeList, Key, NoExactForm, Term, Variable
from entente.accord.expression.symbols import Kind, Symbols
from entente.accord.expression.tree import (
    DATE_FUNCTIONS,
    SERIES_FUNCTIONS,
    STATE_FUNCTIONS,
    Arithmetic,
    Call,
    Choose,
    Compare,
    Constant,
    ListOf,
    Logic,
    Member,
    Name,
    Named,
    Negative,
    Node,
    Not,
    Value,
)

_JANUARY: Final = date(2019, 1, 1)
_SOUND: Final = z3.BoolVal(False)


@final
@dataclass(slots=True)
class Terms:
    """The variables and codes that several expressions share.

    fixed   the dates of clauses that the text states   ("date", function, clause) -> day
    lists   the lists of codes, by the fact that holds one
    loose   the parts of which less is said than is so: what cannot be then cannot be, and a case
            that is found may not be one
    ties    what ties variables to one another whatever a case is
    strict  what may be asked of a case beside, so that all of it is said exactly
    """

    symbols: Symbols
    fixed: Mapping[Key, date] = field(default_factory=dict)
    variables: dict[Key, Variable] = field(default_factory=dict)
    codes: dict[str, int] = field(default_factory=dict)
    lists: dict[str, CodeList] = field(default_factory=dict)
    ties: list[Any] = field(default_factory=list)
    loose: list[str] = field(default_factory=list)
    strict: list[Any] = field(default_factory=list)

    def holds(self, node: Node, so: bool = True) -> Any:
        """Return the condition that an expression is answered, by yes or (`so` false) by no."""
        value, fault = self.term(node)
        return z3.And(value if so else z3.Not(value), z3.Not(fault))

    def term(self, node: Node) -> Term:
        """Read a node."""
        found: Term = _READERS[type(node)](self, node)
        return found

    def _constant(self, node: Constant) -> Term:
        return Term(self.literal(node.value), _SOUND)

    def literal(self, value: Value) -> Any:
        """Write a literal: a date as its day's number, a code as a number of its own."""
        match value:
            case bool():
                return z3.BoolVal(value)
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
            name = " ".join(key)
            if kind is Kind.TRUTH:
                self.variables[key] = z3.Bool(name)
            elif kind is Kind.DATE or (kind is Kind.NUMBER and key[1:] and key[1] in INTEGERS):
                self.variables[key] = z3.ToReal(z3.Int(name))
            elif kind is Kind.NUMBER:
                self.variables[key] = z3.Real(name)
            elif kind in (Kind.CODE, Kind.TEXT):
                self.variables[key] = z3.Int(name)
                self.ties.append(self.variables[key] >= 0)
            else:
                raise NoExactForm(f"'{name}', whose type is not known")
        return self.variables[key]

    def _meant(self, node: Named) -> Term:
        return self.term(node.part)

    def _named(self, node: Name) -> Term:
        symbol = self.symbols.values.get(node.id)
        if symbol is None or symbol.type.kind is Kind.LIST:
            raise NoExactForm(f"'{node.id}' as a whole")
        known = self.variable(("known", node.id), Kind.TRUTH)
        if symbol.role == "metric":
            return Term(self.variable(("month", node.id, "0"), Kind.NUMBER), z3.Not(known))
        return Term(self.variable(("value", node.id), symbol.type.kind), z3.Not(known))

    def _listing(self, node: ListOf) -> Term:
        raise NoExactForm("a list by itself")

    def _compare(self, node: Compare) -> Term:
        left, right = self.term(node.left), self.term(node.right)
        return Term(_COMPARE[node.sign](left.value, right.value), z3.Or(left.fault, right.fault))

    def _member(self, node: Member) -> Term:
        item = self.term(node.item)
        if isinstance(node.items, ListOf):
            parts = [self.term(part).value for part in node.items.items]
            return Term(z3.Or(*(item.value == part for part in parts)), item.fault)
        if not isinstance(node.items, Name):
            return Term(self._opaque(node), item.fault)
        list_ = self._list(node.items)
        self._place(list_, item.value)
        return Term(list_.inside(item.value), z3.Or(item.fault, z3.Not(list_.known)))

    def _list(self, node: Node) -> "CodeList":
        """Return a list of codes, made when it is first asked for."""
        id_ = id_of(node)
        symbol = self.symbols.values.get(id_)
        if symbol is None or symbol.type.of is not Kind.CODE:
            raise NoExactForm(f"the list '{id_}'")
        if id_ not in self.lists:
            found = self.lists[id_] = CodeList.named(id_, self.variable(("known", id_), Kind.TRUTH))
            self.ties.append(found.count >= 0)
            first = found.at(0)
            self.ties += [first >= 0, z3.Implies(found.count >= 1, found.inside(first))]
            self._place(found, first)
        return self.lists[id_]

    def _place(self, list_: "CodeList", code: Any) -> None:
        """Give a code that is in a list its place there."""
        place = list_.place(code)
        where = z3.And(place >= 0, place < list_.count, list_.at(place) == code)
        self.ties.append(z3.Implies(list_.inside(code), where))
        list_.asked.append(code)

    def _logic(self, node: Logic) -> Term:
        ends = node.word == "or"
        first, *rest = [self.term(part) for part in node.parts]
        value, fault = first
        for part in rest:
            settled = z3.Or(value if ends else z3.Not(value), fault)
            value = z3.If(settled, value, part.value)
            fault = z3.If(settled, fault, part.fault)
        return Term(value, fault)

    def _contrary(self, node: Not) -> Term:
        part = self.term(node.part)
        return Term(z3.Not(part.value), part.fault)

    def _negative(self, node: Negative) -> Term:
        part = self.term(node.part)
        return Term(-part.value, part.fault)

    def _arithmetic(self, node: Arithmetic) -> Term:
        for this, other in ((node.right, node.left), (node.left, node.right)):
            if isinstance(this, Constant) and isinstance(this.value, Duration):
                return self._shifted(other, this.value, node.sign)
        left, right = self.term(node.left), self.term(node.right)
        fault = z3.Or(left.fault, right.fault)
        if node.sign == "/":
            return Term(left.value / right.value, z3.Or(fault, right.value == 0))
        return Term(_ARITHMETIC[node.sign](left.value, right.value), fault)

    def _shifted(self, node: Node, by: Duration, sign: str) -> Term:
        length = -by.count if sign == "-" else by.count
        if by.unit in ("d", "w"):
            days = self.term(node)
            return Term(days.value + length * (7 if by.unit == "w" else 1), days.fault)
        fixed = self._fixed(node)
        if by.unit == "bd":
            raise NoExactForm(f"'{by}' added to a day")
        if fixed is not None:
            return Term(self.literal(add(fixed, Duration(length, by.unit))), _SOUND)
        return self._some_months(node, Duration(length, by.unit).months)

    def _some_months(self, node: Node, months: int) -> Term:
        """Add months to a day that is not fixed: no more is said than 28 to 31 days for each.

        Among the first 28 days of January the number of days is always the same.
        """
        day = self.term(node)
        later = self._loose("months added to a day that is not fixed")
        ends = (28 * months, 31 * months) if months >= 0 else (31 * months, 28 * months)
        self.ties += [later - day.value >= ends[0], later - day.value <= ends[1]]
        first, last = self.literal(_JANUARY), self.literal(_JANUARY + timedelta(27))
        days = (add(_JANUARY, Duration(months, "m")) - _JANUARY).days
        self.strict += [day.value >= first, day.value <= last, later == day.value + days]
        return Term(later, day.fault)

    def _loose(self, what: str) -> Any:
        """Return a whole number of which less is said than is so; what is found must be tried."""
        self.loose.append(what)
        return z3.ToReal(z3.Int(f"loose {len(self.loose)}"))

    def _fixed(self, node: Node) -> date | None:
        """Return a day that the text itself fixes."""
        match node:
            case Constant(value=date() as day) if not isinstance(day, datetime):
                return day
            case Call(function="date", arguments=(inner,)):
                return self._fixed(inner)
            case Call(function=function, arguments=(Name(id=id_),)) if function in DATE_FUNCTIONS:
                return self.fixed.get(("date", function, id_))
            case Name(id=id_):
                return self.fixed.get(("date", "source", id_))
        return None

    def _choose(self, node: Choose) -> Term:
        condition, then, otherwise = map(self.term, (node.condition, node.then, node.otherwise))
        side = z3.If(condition.value, then.fault, otherwise.fault)
        value = z3.If(condition.value, then.value, otherwise.value)
        return Term(value, z3.Or(condition.fault, side))

    def _call(self, node: Call) -> Term:
        if node.function in STATE_FUNCTIONS:
            return Term(self._in_state(node.function, id_of(node.arguments[0])), _SOUND)
        if node.function in DATE_FUNCTIONS:
            key = ("date", node.function, id_of(node.arguments[0]))
            if key in self.fixed:
                return Term(self.literal(self.fixed[key]), _SOUND)
            raise NoExactForm(f"{node.function}({key[2]}), which the text does not state")
        if node.function in SERIES_FUNCTIONS:
            return series(self, node)
        reader = _CALLS.get(node.function)
        if reader is None:
            raise NoExactForm(f"{node.function}()")
        return reader(self, node)

    def _in_state(self, function: str, clause: str) -> Any:
        key = ("state", clause)
        if key not in self.variables:
            self.variables[key] = z3.Int(" ".join(key))
            self.ties += [self.variables[key] >= 0, self.variables[key] < len(STATES)]
        codes = [STATES.index(state) for state in ASKED.get(function, (function,))]
        return z3.Or(*(self.variables[key] == code for code in codes))

    def _extreme(self, node: Call) -> Term:
        parts = [self.term(part) for part in node.arguments]

        def choose(a: Any, b: Any) -> Any:
            return z3.If(a <= b if node.function == "min" else a >= b, a, b)

        return Term(reduce(choose, (p.value for p in parts)), z3.Or(*(p.fault for p in parts)))

    def _absolute(self, node: Call) -> Term:
        part = self.term(node.arguments[0])
        return Term(z3.If(part.value >= 0, part.value, -part.value), part.fault)

    def _rounded(self, node: Call) -> Term:
        part, places = self.term(node.arguments[0]), node.arguments[1]
        assert isinstance(places, Constant)
        scale = 10 ** int(float(str(places.value)))
        floor = z3.ToInt(part.value * scale)
        rest = part.value * scale - floor
        up = z3.Or(rest > z3.Q(1, 2), z3.And(rest == z3.Q(1, 2), floor % 2 == 1))
        return Term((z3.ToReal(floor) + z3.If(up, 1, 0)) / scale, part.fault)

    def _since(self, node: Call) -> Term:
        day = self.term(node.arguments[0])
        days = self._today() - day.value
        if node.function == "days_since":
            return Term(days, day.fault)
        months = self._loose("months_since()")
        self.ties += [
            z3.If(months >= 0, 28 * months, 31 * months) <= days,
            days <= z3.If(months >= -1, 31 * (months + 1), 28 * (months + 1)),
        ]
        return Term(months, day.fault)

    def _within(self, node: Call) -> Term:
        start, period = self.term(node.arguments[0]), node.arguments[1]
        last = self._shifted(node.arguments[0], _length(period), "+")
        today = self._today()
        return Term(z3.And(start.value <= today, today <= last.value), start.fault)

    def _date(self, node: Call) -> Term:
        return self.term(node.arguments[0])

    def _this_day(self, _node: Call) -> Term:
        return Term(self._today(), _SOUND)

    def _today(self) -> Any:
        return self.variable(("today",), Kind.DATE)

    def _known(self, node: Call) -> Term:
        return Term(self.variable(("known", id_of(node.arguments[0])), Kind.TRUTH), _SOUND)

    def _opaque(self, node: Node) -> Any:
        """Return a truth of which is said only that it is not so where all lists are empty."""
        key = ("entries", said(node))
        found = self.variable(key, Kind.TRUTH)
        if z3.is_bool(found) and key[1] not in self.loose:
            self.loose.append(key[1])
            self.strict.append(z3.Not(found))
        return found

    def _entries(self, node: Call) -> Term:
        return Term(self._opaque(node), _SOUND)

    def _count(self, node: Call) -> Term:
        if not isinstance(node.arguments[0], Name):
            found = self._loose(said(node))
            self.ties.append(found >= 0)
            self.strict.append(found == 0)
            return Term(found, _SOUND)
        list_ = self._list(node.arguments[0])
        return Term(z3.ToReal(list_.count), z3.Not(list_.known))

    def _first(self, node: Call) -> Term:
        list_ = self._list(node.arguments[0])
        return Term(list_.at(0), z3.Or(z3.Not(list_.known), list_.count < 1))


def _length(node: Node) -> Duration:
    assert isinstance(node, Constant)
    assert isinstance(node.value, Duration)
    return node.value


_COMPARE: Final[Mapping[str, Callable[[Any, Any], Any]]] = {
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}
_ARITHMETIC: Final[Mapping[str, Callable[[Any, Any], Any]]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
}
_READERS: Final[Mapping[type[Node], Callable[..., Term]]] = {
    Constant: Terms._constant,
    Name: Terms._named,
    ListOf: Terms._listing,
    Compare: Terms._compare,
    Member: Terms._member,
    Logic: Terms._logic,
    Not: Terms._contrary,
    Negative: Terms._negative,
    Arithmetic: Terms._arithmetic,
    Choose: Terms._choose,
    Call: Terms._call,
    Named: Terms._meant,
}
_CALLS: Final[Mapping[str, Callable[..., Term]]] = {
    "min": Terms._extreme,
    "max": Terms._extreme,
    "abs": Terms._absolute,
    "round_half_even": Terms._rounded,
    "days_since": Terms._since,
    "months_since": Terms._since,
    "within": Terms._within,
    "date": Terms._date,
    "today": Terms._this_day,
    "known": Terms._known,
    "count": Terms._count,
    "some": Terms._entries,
    "first": Terms._first,
}
