"""Second reading: an expression as a table column, through Ibis, on whatever engine has the table.

A part that is missing where it is needed names itself in a second column, so that the two readings
agree case by case. In a rule, parts are weighed together, as SQL has it: `null AND false` is false.
Elsewhere they are read from the left. What reads entries (`some`, `best`) is written out entry by
entry, so that every engine can do it and no row is taken apart.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Any, Final

import ibis

from entente.accord.calendar import Duration
from entente.accord.expression import entries
from entente.accord.expression.signs import ARITHMETIC, COMPARE
from entente.accord.expression.table import (
    Column,
    Columns,
    Expr,
    OfTable,
    all_of,
    any_of,
    fault,
    first_of,
    literal,
    told,
    weighed,
)
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
    counts_entries,
    is_best,
)
from entente.problems import InputProblemsError, Problem


def column(tree: Node, columns: "Columns | Expr", *, together: bool = False) -> Column:
    """Read a tree over columns, or straight over an Ibis table; a missing row's value is null.

    `together` weighs the parts of `and` and `or` together: one that settles the whole does so
    whatever else is not known. Several best entries give their values joined by ';'.
    """
    scope = OfTable(columns) if isinstance(columns, ibis.Table) else columns
    reader = _Reader(scope, together)
    found = entries.joined(reader, tree) if is_best(tree) else reader.of(tree)
    if found.missing is None or together:
        return found
    empty = ibis.null(found.value.type())
    return Column(found.missing.notnull().ifelse(empty, found.value), found.missing)


@dataclass(slots=True)
class _Reader:
    """Reads nodes; `entry` is the entry for which lists stand, None outside of entries."""

    scope: Columns
    together: bool = False
    entry: int | None = None

    def of(self, node: Node) -> Column:
        return _READERS[type(node)](self, node)

    def constant(self, node: Constant) -> Column:
        return Column(literal(node.value), None)

    def _asked(self, value: Expr, reason: str) -> Column:
        return Column(value, fault(value.isnull(), reason))

    def name(self, node: Name) -> Column:
        value = self.scope.value(node.id)
        if self.entry is not None and value.type().is_array():
            value = self.scope.element(node.id, self.entry)
        return self._asked(value, f"{node.id} is not known")

    def named(self, node: Named) -> Column:
        return _Reader(self.scope, True, self.entry).of(node.part)

    def at(self, index: int) -> "_Reader":
        """Return the reader of one entry, where parts are always weighed together."""
        return _Reader(self.scope, True, index)

    def _whole(self, node: Node) -> Column:
        """Read a list that stands for itself, also where entries are read."""
        return _Reader(self.scope, self.together).of(node)

    def listing(self, node: ListOf) -> Column:
        parts = [self.of(part).value for part in node.items]
        return Column(ibis.array(parts), None)

    def compare(self, node: Compare) -> Column:
        left, right = self.of(node.left), self.of(node.right)
        return Column(COMPARE[node.sign](left.value, right.value), _either(left, right))

    def member(self, node: Member) -> Column:
        item = self.of(node.item)
        if isinstance(node.items, ListOf):
            parts = [item.value == self.of(part).value for part in node.items.items]
            found = reduce(lambda a, b: a | b, parts) if parts else ibis.literal(value=False)
            return Column(found, item.missing)
        if is_best(node.items):
            return entries.among(self, item, node.items)
        items = self._whole(node.items)
        found = items.value.contains(item.value)
        lacks = item.value.isnull() | items.value.isnull()
        return Column(lacks.ifelse(ibis.null("boolean"), found), _either(item, items))

    def logic(self, node: Logic) -> Column:
        if self.together:
            parts = [self.of(part) for part in node.parts]
            join = all_of if node.word == "and" else any_of
            return weighed(join([part.value for part in parts]), [p.missing for p in parts])
        found = self.of(node.parts[-1])
        for part in reversed(node.parts[:-1]):
            found = _stopping(self.of(part), found, ends=node.word == "or")
        return found

    def contrary(self, node: Not) -> Column:
        part = self.of(node.part)
        return Column(~part.value, part.missing)

    def negative(self, node: Negative) -> Column:
        part = self.of(node.part)
        return Column(-part.value, part.missing)

    def arithmetic(self, node: Arithmetic) -> Column:
        found, may_overflow = self._computed(node)
        return _bounded(found) if may_overflow else found

    def _computed(self, node: Node) -> tuple[Column, bool]:
        """Compute without asking for an overflow; say whether there may be one.

        Sums and products keep an overflow, so that the last of them asks for all: asked at every
        step, the query's text would double with each. Dividing by infinity would hide it, so a
        divisor is asked by itself.
        """
        if not isinstance(node, Arithmetic):
            return self.of(node), False
        for this, other in ((node.right, node.left), (node.left, node.right)):
            if isinstance(this, Constant) and isinstance(this.value, Duration):
                days = self.of(other)
                if this.value.unit == "bd":
                    message = "no engine of tables counts business days"
                    raise InputProblemsError([Problem("E111", this.at, "", message)])
                return Column(_shifted(days.value, this.value, node.sign), days.missing), False
        left, _ = self._computed(node.left)
        right = self.of(node.right) if node.sign == "/" else self._computed(node.right)[0]
        missing = _either(left, right)
        if left.value.type().is_temporal():
            return Column(_days(left.value, right.value), missing), False
        value = left.value.cast("float64"), right.value.cast("float64")
        if node.sign == "/":
            zero = fault(value[1] == 0, "division by zero")
            missing = first_of(missing, zero)
            value = value[0], (value[1] == 0).ifelse(ibis.null("float64"), value[1])
        return Column(ARITHMETIC[node.sign](*value), missing), True

    def choose(self, node: Choose) -> Column:
        condition, then = self.of(node.condition), self.of(node.then)
        otherwise = self.of(node.otherwise)
        value = ibis.cases((condition.value, then.value), (~condition.value, otherwise.value))
        side = condition.value.ifelse(told(then.missing), told(otherwise.missing))
        return Column(value, first_of(condition.missing, side))

    def call(self, node: Call) -> Column:
        function = node.function
        names = [part.id for part in node.arguments if isinstance(part, Name)]
        if function in STATE_FUNCTIONS:
            return Column(self.scope.state(function, names[0]), None)
        if function in DATE_FUNCTIONS:
            day = self.scope.date(function, names[0])
            return self._asked(day, f"{names[0]} has no date '{function}'")
        if counts_entries(node):
            return entries.number(self, node)
        if function in SERIES_FUNCTIONS:
            other = names[1] if len(names) > 1 else _period(node)
            value = self.scope.series(function, names[0], other)
            return self._asked(value, f"{function}({', '.join(names)}) is not known")
        return _CALLS[function](self, node)

    def extreme(self, node: Call) -> Column:
        parts = [self.of(part) for part in node.arguments]
        choose = ibis.least if node.function == "min" else ibis.greatest
        missing = reduce(first_of, [part.missing for part in parts])
        values = [part.value for part in parts]
        lacks = any_of([value.isnull() for value in values])
        return Column(lacks.ifelse(ibis.null(values[0].type()), choose(*values)), missing)

    def absolute(self, node: Call) -> Column:
        part = self.of(node.arguments[0])
        return Column(part.value.abs(), part.missing)

    def rounded(self, node: Call) -> Column:
        part, places = self.of(node.arguments[0]), node.arguments[1]
        assert isinstance(places, Constant)
        assert isinstance(places.value, float)
        scale = 10.0**places.value
        scaled = part.value.cast("float64") * scale
        # Engines cast floor() to an integer, which overflows; the remainder stays a float.
        part_of_one = scaled % 1.0
        rest = (part_of_one < 0).ifelse(part_of_one + 1.0, part_of_one)
        floor = scaled - rest
        up = (rest > 0.5) | ((rest == 0.5) & (floor % 2.0 != 0.0))
        rounded = up.ifelse(floor + 1.0, floor) / scale
        overflow = fault(scaled.isinf(), "the number overflows")
        return Column(rounded, first_of(part.missing, overflow))

    def since(self, node: Call) -> Column:
        day = self.of(node.arguments[0])
        measure = _months if node.function == "months_since" else _days
        return Column(measure(self.scope.today, day.value), day.missing)

    def within(self, node: Call) -> Column:
        start, period = self.of(node.arguments[0]), _period(node)
        assert period is not None
        first, today = start.value.cast("date"), self.scope.today.cast("date")
        last = _shifted(first, period, "+")
        return Column((first <= today) & (today <= last), start.missing)

    def date(self, node: Call) -> Column:
        return self.of(node.arguments[0])

    def today(self, _node: Call) -> Column:
        return Column(self.scope.today, None)

    def known(self, node: Call) -> Column:
        part = node.arguments[0]
        assert isinstance(part, Name)
        return Column(self.scope.value(part.id).notnull(), None)

    def count(self, node: Call) -> Column:
        if is_best(node.arguments[0]):
            return entries.length(self, node.arguments[0])
        items = self._whole(node.arguments[0])
        return Column(items.value.length().cast("float64"), items.missing)

    def first(self, node: Call) -> Column:
        if is_best(node.arguments[0]):
            return entries.first(self, node.arguments[0])
        items = self._whole(node.arguments[0])
        empty = fault(items.value.length() == 0, "an empty list has no first")
        return Column(items.value[0], first_of(items.missing, empty))


def _bounded(found: Column) -> Column:
    """Take what is infinite, or became no number by it, as missing."""
    finite = found.value.abs() < float("inf")  # engines hold NaN to be greater than infinity
    missing = first_of(found.missing, fault(~finite, "the number overflows"))
    return Column(finite.ifelse(found.value, ibis.null("float64")), missing)


def _either(left: Column, right: Column) -> Expr | None:
    return first_of(left.missing, right.missing)


def _stopping(part: Column, rest: Column, *, ends: bool) -> Column:
    """Join a part with what follows it, which is asked only where the part does not end it."""
    settled = part.value if ends else ~part.value
    value = settled.fill_null(ibis.literal(value=False)).ifelse(ibis.literal(ends), rest.value)
    if rest.missing is None:
        return Column(value, part.missing)
    following = settled.fill_null(ibis.literal(value=False)).ifelse(
        ibis.null("string"), rest.missing
    )
    return Column(value, first_of(part.missing, following))


def _period(node: Call) -> Duration | None:
    part = node.arguments[-1]
    return part.value if isinstance(part, Constant) and isinstance(part.value, Duration) else None


def _shifted(day: Expr, by: Duration, sign: str) -> Expr:
    """Add a duration; months clamp to the last day of a shorter month, as the engines do."""
    units: dict[str, Any] = {
        "d": {"days": by.count},
        "w": {"days": 7 * by.count},
        "m": {"months": by.count},
        "y": {"months": 12 * by.count},
    }
    length = ibis.interval(**units[by.unit])
    moved = day - length if sign == "-" else day + length
    return moved.cast(day.type().copy(nullable=True))


def _days(later: Expr, earlier: Expr) -> Expr:
    return later.cast("date").delta(earlier.cast("date"), unit="day").cast("float64")


def _months(later: Expr, earlier: Expr) -> Expr:
    """Count whole months as `calendar.months_between` does."""
    first, second = earlier.cast("date"), later.cast("date")
    months = (second.year() - first.year()) * 12 + (second.month() - first.month())
    ends = (second + ibis.interval(days=1)).cast("date").day() == 1
    short = (second.day() < first.day()) & ~ends
    return (months - short.ifelse(1, 0)).cast("float64")


_READERS: Final[Mapping[type[Node], Callable[..., Column]]] = {
    Constant: _Reader.constant,
    Name: _Reader.name,
    ListOf: _Reader.listing,
    Compare: _Reader.compare,
    Member: _Reader.member,
    Logic: _Reader.logic,
    Not: _Reader.contrary,
    Negative: _Reader.negative,
    Arithmetic: _Reader.arithmetic,
    Choose: _Reader.choose,
    Call: _Reader.call,
    Named: _Reader.named,
}
_CALLS: Final[Mapping[str, Callable[..., Column]]] = {
    "min": _Reader.extreme,
    "max": _Reader.extreme,
    "abs": _Reader.absolute,
    "round_half_even": _Reader.rounded,
    "days_since": _Reader.since,
    "months_since": _Reader.since,
    "within": _Reader.within,
    "date": _Reader.date,
    "today": _Reader.today,
    "known": _Reader.known,
    "count": _Reader.count,
    "first": _Reader.first,
    "some": entries.some,
    "alike": entries.alike,
}
