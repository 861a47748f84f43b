"""Fourth reading: an expression as terms of a solver, exactly or not at all.

Every part gives its value and, beside it, when a case has no answer, as the array reading does: a
missing value counts only where it is needed. What has no exact form raises `NoExactForm`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import reduce
from typing import Any, Final, final

import z3

from entente.accord.calendar import Duration, add
from entente.accord.clauses.common import ASKED, STATES
from entente.accord.expression import entry_terms
from entente.accord.expression.months import id_of, series
from entente.accord.expression.said import said
from entente.accord.expression.signs import ARITHMETIC, COMPARE
from entente.accord.expression.solving import (
    SOUND,
    Ground,
    NoExactForm,
    Term,
    Truth,
    all_of,
    any_of,
    none_of,
)
from entente.accord.expression.symbols import Kind, Role
from entente.accord.expression.tree import (
    DATE_FUNCTIONS,
    ENTRY_FUNCTIONS,
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
    counts_entries,
)


@final
@dataclass(frozen=True, slots=True)
class Terms:
    """Reads nodes on a ground; `entry` is the entry for which lists stand, None outside of entries.

    together   weighs the parts of `and` and `or` together, as rules ask and entries always do
    """

    ground: Ground
    together: bool = False
    entry: int | None = None

    def holds(self, node: Node, so: bool = True) -> Truth:
        """Return the condition that an expression is answered, by yes or (`so` false) by no."""
        value, fault = self.term(node)
        return all_of(value if so else none_of(value), none_of(fault))

    def term(self, node: Node) -> Term:
        """Read a node, once for all that ask for it."""
        ground = self.ground
        entry = self.entry if id(node) in ground.entrywise else None
        key = id(node), entry, self.together
        if key not in ground.read:
            outer, ground.met = ground.met, {}
            found: Term = _READERS[type(node)](self, node)
            ground.read[key] = found, ground.met, node
            ground.met = outer
        found, met, _ = ground.read[key]
        ground.met.update(met)
        return found

    def at(self, entry: int | None) -> "Terms":
        """Return what reads one entry, where parts are always weighed together."""
        return Terms(self.ground, True, entry)

    def _constant(self, node: Constant) -> Term:
        return Term(self.ground.literal(node.value), SOUND)

    def _meant(self, node: Named) -> Term:
        return self.at(self.entry).term(node.part)

    def _named(self, node: Name) -> Term:
        ground, symbol = self.ground, self.ground.symbols.values.get(node.id)
        if symbol is None:
            raise NoExactForm(f"'{node.id}'")
        if symbol.type.kind is Kind.LIST:
            if self.entry is None:
                raise NoExactForm(f"'{node.id}' as a whole")
            return ground.entry(node.id, self.entry)
        metric = symbol.role is Role.METRIC
        key, kind = (("month", node.id, "0"), Kind.NUMBER) if metric else (
            ("value", node.id), symbol.type.kind)  # fmt: skip
        return Term(ground.variable(key, kind), ground.unknown(node.id))

    def _listing(self, node: ListOf) -> Term:
        raise NoExactForm("a list by itself")

    def _compare(self, node: Compare) -> Term:
        left, right = self.term(node.left), self.term(node.right)
        return Term(COMPARE[node.sign](left.value, right.value), any_of(left.fault, right.fault))

    def _member(self, node: Member) -> Term:
        item = self.term(node.item)
        if isinstance(node.items, ListOf):
            parts = [self.term(part) for part in node.items.items]
            found = any_of(*(item.value == part.value for part in parts))
            return Term(found, any_of(item.fault, *(part.fault for part in parts)))
        return entry_terms.contains(self, node.items, item)

    def _logic(self, node: Logic) -> Term:
        ends = node.word == "or"
        parts = [self.term(part) for part in node.parts]
        if self.together:
            return entry_terms.weighed(parts, ends)
        value, fault = parts[0]
        for part in parts[1:]:
            settled = any_of(value if ends else none_of(value), fault)
            value = z3.If(settled, value, part.value)
            fault = fault if part.fault is fault else z3.If(settled, fault, part.fault)
        return Term(value, fault)

    def _contrary(self, node: Not) -> Term:
        part = self.term(node.part)
        return Term(none_of(part.value), part.fault)

    def _negative(self, node: Negative) -> Term:
        part = self.term(node.part)
        return Term(-part.value, part.fault)

    def _arithmetic(self, node: Arithmetic) -> Term:
        for this, other in ((node.right, node.left), (node.left, node.right)):
            if isinstance(this, Constant) and isinstance(this.value, Duration):
                return self._shifted(other, this.value, node.sign)
        left, right = self.term(node.left), self.term(node.right)
        fault = any_of(left.fault, right.fault)
        if node.sign == "/":
            return Term(left.value / right.value, any_of(fault, right.value == 0))
        return Term(ARITHMETIC[node.sign](left.value, right.value), fault)

    def _shifted(self, node: Node, by: Duration, sign: str) -> Term:
        length = -by.count if sign == "-" else by.count
        if by.unit in ("d", "w"):
            days = self.term(node)
            return Term(days.value + length * (7 if by.unit == "w" else 1), days.fault)
        fixed = self._fixed(node)
        if fixed is not None and (by.unit != "bd" or by.rest is not None):
            return Term(self.ground.literal(add(fixed, replace(by, count=length))), SOUND)
        if by.unit == "bd":
            raise NoExactForm(f"'{by}' added to a day")
        return self._some_months(node, Duration(length, by.unit).months)

    def _some_months(self, node: Node, months: int) -> Term:
        """Add months to a day that is not fixed: no more is said than 28 to 31 days for each.

        Among the first 28 days of a January the number of days is always the same.
        """
        day, ground = self.term(node), self.ground
        later = z3.ToReal(z3.FreshInt("later"))
        ends = (28 * months, 31 * months) if months >= 0 else (31 * months, 28 * months)
        ground.ties += [later - day.value >= ends[0], later - day.value <= ends[1]]
        first, last = (ground.literal(ground.january + timedelta(days)) for days in (0, 27))
        days = (add(ground.january, Duration(months, "m")) - ground.january).days
        exact = (day.value >= first, day.value <= last, later == day.value + days)
        ground.loose("months added to a day that is not fixed", later, *exact)
        return Term(later, day.fault)

    def _fixed(self, node: Node) -> date | None:
        """Return a day that the text itself fixes."""
        match node:
            case Constant(value=date() as day) if not isinstance(day, datetime):
                return day
            case Call(function="date", arguments=(inner,)):
                return self._fixed(inner)
            case Call(function=function, arguments=(Name(id=id_),)) if function in DATE_FUNCTIONS:
                return self.ground.fixed.get(("date", function, id_))
            case Name(id=id_):
                return self.ground.fixed.get(("date", "source", id_))
        return None

    def _choose(self, node: Choose) -> Term:
        condition, then, otherwise = map(self.term, (node.condition, node.then, node.otherwise))
        value = z3.If(condition.value, then.value, otherwise.value)
        if then.fault is otherwise.fault:
            return Term(value, any_of(condition.fault, then.fault))
        side = z3.If(condition.value, then.fault, otherwise.fault)
        return Term(value, any_of(condition.fault, side))

    def _call(self, node: Call) -> Term:
        if node.function in STATE_FUNCTIONS:
            return Term(self._in_state(node.function, id_of(node.arguments[0])), SOUND)
        if node.function in DATE_FUNCTIONS:
            key = ("date", node.function, id_of(node.arguments[0]))
            if key in self.ground.fixed:
                return Term(self.ground.literal(self.ground.fixed[key]), SOUND)
            raise NoExactForm(f"{node.function}({key[2]}), which the text does not state")
        if node.function in SERIES_FUNCTIONS:
            return series(self.ground, node)
        if node.function in ENTRY_FUNCTIONS or counts_entries(node):
            return self._by_entry(node)
        reader = _CALLS.get(node.function)
        if reader is None:
            raise NoExactForm(f"{node.function}()")
        return reader(self, node)

    def _by_entry(self, node: Call) -> Term:
        reader = entry_terms.READERS.get(node.function)
        if reader is None:
            raise NoExactForm(said(node))
        return reader(self, node)

    def _in_state(self, function: str, clause: str) -> Truth:
        state = self.ground.choice_of(("state", clause), len(STATES))
        codes = [STATES.index(state) for state in ASKED.get(function, (function,))]
        return any_of(*(state == code for code in codes))

    def _extreme(self, node: Call) -> Term:
        parts = [self.term(part) for part in node.arguments]

        def choose(a: Any, b: Any) -> Any:
            return z3.If(a <= b if node.function == "min" else a >= b, a, b)

        return Term(reduce(choose, (p.value for p in parts)), any_of(*(p.fault for p in parts)))

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
        months = z3.ToReal(z3.FreshInt("months"))
        self.ground.loose("months_since()", months)
        self.ground.ties += [
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
        return Term(self._today(), SOUND)

    def _today(self) -> Any:
        return self.ground.variable(("today",), Kind.DATE)

    def _known(self, node: Call) -> Term:
        known = self.ground.variable(("known", id_of(node.arguments[0])), Kind.TRUTH)
        return Term(known, SOUND)

    def _count(self, node: Call) -> Term:
        return entry_terms.length(self, node.arguments[0])

    def _first(self, node: Call) -> Term:
        return entry_terms.first(self, node.arguments[0])


def _length(node: Node) -> Duration:
    assert isinstance(node, Constant)
    assert isinstance(node.value, Duration)
    return node.value


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
    "first": Terms._first,
}
