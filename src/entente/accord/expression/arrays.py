"""First reading: an expression over arrays of draws or cohorts, in numpy.

Every part gives its values and, beside them, which cases lack something. A missing value counts
only where it is needed: `and`, `or` and `if` drop the faults of the side they do not ask. In a
rule the parts of `and` and `or` are weighed together: one that settles the whole does so.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final, NamedTuple, Protocol, TypeAlias, final

import numpy as np
from numpy.typing import NDArray

from entente.accord.calendar import DateArray, Duration, months_between, shift
from entente.accord.expression import entry_values
from entente.accord.expression.entry_values import element, listed, typed
from entente.accord.expression.symbols import Kind
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
    is_best,
)
from entente.problems import InputProblemsError, Place, Problem

Array: TypeAlias = NDArray[Any]
Truth: TypeAlias = NDArray[np.bool_]


class Known(NamedTuple):
    """Values and where they are known; both broadcast over the scope's axes."""

    values: Array
    known: Truth


class Scope(Protocol):
    """Where names get their values: the evidence of a month, a timeline, a case."""

    @property
    def today(self) -> DateArray:
        """Return the date for which the expression is read   [...]."""

    def value(self, name: str) -> Known:
        """Return the value of a metric, choice, fact or source."""

    def state(self, function: str, clause: str) -> Truth:
        """Return whether a clause is in the state that `in_force`, `met` ... asks for."""

    def date(self, function: str, clause: str) -> Known:
        """Return one of a clause's four dates."""

    def series(self, function: str, metric: str, other: "Duration | str | None") -> Known:
        """Return a metric over time: `last`, `lag`, `mean`, ...; `share` takes two metrics."""


class Fault(NamedTuple):
    """Why a case has no answer, and where in the text."""

    reason: str
    at: Place


@final
@dataclass(frozen=True, slots=True)
class Answer:
    """An expression's values by case.

    values   anything where a case has a fault                       [...]
    fault    0, or one more than the index into `faults`             [...]
    """

    values: Array
    fault: NDArray[np.int16]
    faults: tuple[Fault, ...]

    def reason(self, index: int) -> Fault | None:
        """Return the fault of one case by its flat index, or None."""
        code = int(self.fault.flat[index])
        return self.faults[code - 1] if code else None


def answer(tree: Node, scope: Scope, *, together: bool = False) -> Answer:
    """Evaluate a tree over a scope; faults are told by case.

    `together` weighs the parts of `and` and `or` together, as rules ask.
    """
    evaluator = _Evaluator(scope, together=together)
    values, fault = np.broadcast_arrays(*evaluator.of(tree))
    return Answer(values, fault, tuple(evaluator.faults))


def over(tree: Node, scope: Scope, *, together: bool = False) -> Array:
    """Evaluate a tree over a scope; raise InputProblemsError where any case has a fault."""
    found = answer(tree, scope, together=together)
    if found.fault.any():
        raise InputProblemsError(missing(found))
    return found.values


def joined(found: Answer) -> Answer:
    """Turn lists of codes into texts, joined by ';'; an empty list is a fault."""
    empty = (_length(found.values) == 0) & (found.fault == 0)
    reason = Fault("no entry fits", Place(""))
    fault = np.where(empty, len(found.faults) + 1, found.fault).astype(np.int16)
    return Answer(_text(found.values), fault, (*found.faults, reason))


def missing(found: Answer) -> list[Problem]:
    """Name what the cases of an answer lack, one problem for each missing thing."""
    problems = []
    for code, fault in enumerate(found.faults, 1):
        cases = np.flatnonzero(found.fault == code)
        if cases.size:
            of = f" in {cases.size} of {found.fault.size} cases" if found.fault.size > 1 else ""
            problems.append(Problem("MISSING", fault.at, "", f"{fault.reason}{of}"))
    return problems


_Read: TypeAlias = tuple[Array, NDArray[np.int16]]
_SOUND: Final = np.zeros((), np.int16)


@dataclass(slots=True)
class _Evaluator:
    """Reads nodes; `entry` is the entry for which lists stand, None outside of entries."""

    scope: Scope
    faults: list[Fault] = field(default_factory=list)
    together: bool = False
    entry: int | None = None

    def of(self, node: Node) -> _Read:
        return _READERS[type(node)](self, node)

    def at(self, index: int) -> "_Evaluator":
        """Return what reads one entry, where parts are always weighed together."""
        return _Evaluator(self.scope, self.faults, True, index)

    def fault(self, where: Truth, reason: str, at: Place) -> NDArray[np.int16]:
        """Mark the cases of `where` with a reason."""
        if not np.any(where):
            return _SOUND
        self.faults.append(Fault(reason, at))
        return np.where(where, len(self.faults), 0).astype(np.int16)

    def constant(self, node: Constant) -> _Read:
        return as_array(node.value), _SOUND

    def name(self, node: Name) -> _Read:
        values, known = self.scope.value(node.id)
        if self.entry is not None and listed(values):
            values, known = element(values, known, self.entry)
        return values, self.fault(~known, f"{node.id} is not known", node.at)

    def named(self, node: Named) -> _Read:
        return _Evaluator(self.scope, self.faults, True, self.entry).of(node.part)

    def listing(self, node: ListOf) -> _Read:
        raise AssertionError(f"{node.at}: a list stands only after 'in', or in count and first")

    def compare(self, node: Compare) -> _Read:
        (left, fault_left), (right, fault_right) = self.of(node.left), self.of(node.right)
        return np.asarray(_COMPARE[node.sign](left, right)), _either(fault_left, fault_right)

    def member(self, node: Member) -> _Read:
        item, fault = self.of(node.item)
        if isinstance(node.items, ListOf):
            found = np.zeros(item.shape, np.bool_)
            for part in node.items.items:
                value, fault_part = self.of(part)
                found, fault = found | (item == value), _either(fault, fault_part)
            return found, fault
        items, fault_items = self._list(node.items)
        found = np.asarray(_contained(item, items), np.bool_)
        return found, _either(fault, fault_items)

    def logic(self, node: Logic) -> _Read:
        ends = node.word == "or"  # the value that stops the reading
        if self.together:
            return self._weighed([self.of(part) for part in node.parts], ends)
        value, fault = self.of(node.parts[0])
        for part in node.parts[1:]:
            settled = (value == ends) | (fault != 0)
            following, fault_following = self.of(part)
            value = np.where(settled, value, following)
            fault = np.where(settled, fault, fault_following)
        return value, fault

    @staticmethod
    def _weighed(parts: list[_Read], ends: bool) -> _Read:
        """Join parts of which one that is known and settles the whole makes the rest idle."""
        settled: Truth = np.zeros((), np.bool_)
        fault = _SOUND
        for value, lacks in parts:
            settled = settled | ((lacks == 0) & (value == ends))
            fault = _either(fault, lacks)
        return np.where(settled, ends, not ends), np.where(settled, 0, fault)

    def contrary(self, node: Not) -> _Read:
        value, fault = self.of(node.part)
        return ~value.astype(np.bool_), fault

    def negative(self, node: Negative) -> _Read:
        value, fault = self.of(node.part)
        return -value, fault

    def arithmetic(self, node: Arithmetic) -> _Read:
        for this, other in ((node.right, node.left), (node.left, node.right)):
            if isinstance(this, Constant) and isinstance(this.value, Duration):
                days, fault = self.of(other)
                return shift(days, this.value, -1 if node.sign == "-" else 1), fault
        (left, fault_left), (right, fault_right) = self.of(node.left), self.of(node.right)
        fault = _either(fault_left, fault_right)
        if left.dtype.kind == "M":
            return _days(left, right), fault
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            result = np.asarray(_ARITHMETIC[node.sign](left, right))
        if node.sign == "/":
            zero = np.broadcast_to(right == 0, result.shape)
            fault = _either(fault, self.fault(zero, "division by zero", node.at))
        endless = ~np.isfinite(result)
        return result, _either(fault, self.fault(endless, "the number overflows", node.at))

    def choose(self, node: Choose) -> _Read:
        condition, fault = self.of(node.condition)
        (then, fault_then), (otherwise, fault_otherwise) = (
            self.of(node.then),
            self.of(node.otherwise),
        )
        side = np.where(condition, fault_then, fault_otherwise)
        return np.where(condition, then, otherwise), _either(fault, side)

    def call(self, node: Call) -> _Read:
        function = node.function
        names = [part.id for part in node.arguments if isinstance(part, Name)]
        if function in STATE_FUNCTIONS:
            return self.scope.state(function, names[0]), _SOUND
        if function in DATE_FUNCTIONS:
            days, known = self.scope.date(function, names[0])
            return days, self.fault(~known, f"{names[0]} has no date '{function}'", node.at)
        if function in ENTRY_FUNCTIONS or counts_entries(node):
            return entry_values.READERS[function](self, node)
        if function in SERIES_FUNCTIONS:
            other = names[1] if len(names) > 1 else _period(node)
            values, known = self.scope.series(function, names[0], other)
            reason = f"{function}({', '.join(names)}) is not known"
            return values, self.fault(~known, reason, node.at)
        return _CALLS[function](self, node)

    def extreme(self, node: Call) -> _Read:
        choose = np.minimum if node.function == "min" else np.maximum
        value, fault = self.of(node.arguments[0])
        for part in node.arguments[1:]:
            other, fault_other = self.of(part)
            value, fault = choose(value, other), _either(fault, fault_other)
        return np.asarray(value), fault

    def absolute(self, node: Call) -> _Read:
        value, fault = self.of(node.arguments[0])
        return np.abs(value), fault

    def rounded(self, node: Call) -> _Read:
        (value, fault), (places, _) = self.of(node.arguments[0]), self.of(node.arguments[1])
        scale = 10.0**places
        with np.errstate(over="ignore", invalid="ignore"):
            scaled = value * scale
        overflow = self.fault(~np.isfinite(scaled), "the number overflows", node.at)
        return np.asarray(np.rint(scaled) / scale), _either(fault, overflow)

    def since(self, node: Call) -> _Read:
        day, fault = self.of(node.arguments[0])
        if node.function == "months_since":
            return months_between(day, self.scope.today).astype(np.float64), fault
        return _days(self.scope.today, day), fault

    def within(self, node: Call) -> _Read:
        start, fault = self.of(node.arguments[0])
        start, today = start.astype("datetime64[D]"), self.scope.today.astype("datetime64[D]")
        period = _period(node)
        assert period is not None
        return np.asarray((start <= today) & (today <= shift(start, period))), fault

    def date(self, node: Call) -> _Read:
        return self.of(node.arguments[0])

    def today(self, _node: Call) -> _Read:
        return self.scope.today, _SOUND

    def known(self, node: Call) -> _Read:
        part = node.arguments[0]
        assert isinstance(part, Name)
        return self.scope.value(part.id).known, _SOUND

    def count(self, node: Call) -> _Read:
        items, fault = self._list(node.arguments[0])
        return _length(items).astype(np.float64), fault

    def first(self, node: Call) -> _Read:
        items, fault = self._list(node.arguments[0])
        empty = (_length(items) == 0) & (fault == 0)
        reason = "no entry fits" if is_best(node.arguments[0]) else "an empty list has no first"
        return typed(_head(items)), _either(fault, self.fault(empty, reason, node.at))

    def _list(self, node: Node) -> _Read:
        if not isinstance(node, ListOf):
            return _Evaluator(self.scope, self.faults, self.together).of(node)
        whole = np.empty((), object)
        whole[()] = tuple(self.of(part)[0].item() for part in node.items)
        return whole, _SOUND


def as_array(value: object) -> Array:
    """Return one value as an array without axes; a code stays an object, a date a datetime64."""
    match value:
        case datetime():
            return np.asarray(np.datetime64(value, "s"))
        case date():
            return np.asarray(np.datetime64(value, "D"))
        case bool() | float():
            return np.asarray(value)
    whole = np.empty((), object)
    whole[()] = value
    return whole


def unknown(kind: Kind) -> Known:
    """Return a value that is not known, with a stand-in that its type can be read with   []."""
    stand_in: object = {
        Kind.TRUTH: False,
        Kind.NUMBER: 0.0,
        Kind.DATE: date(1970, 1, 1),
        Kind.LIST: (),
    }.get(kind, "")
    return Known(as_array(stand_in), np.zeros((), np.bool_))


def _period(node: Call) -> Duration | None:
    part = node.arguments[-1]
    return part.value if isinstance(part, Constant) and isinstance(part.value, Duration) else None


def _either(first: NDArray[np.int16], second: NDArray[np.int16]) -> NDArray[np.int16]:
    return np.where(first != 0, first, second)


def _days(later: Array, earlier: Array) -> Array:
    whole = later.astype("datetime64[D]") - earlier.astype("datetime64[D]")
    return np.asarray(whole.astype(np.float64))


_contained = np.frompyfunc(lambda item, items: item in (items or ()), 2, 1)
_measure = np.frompyfunc(lambda items: len(items or ()), 1, 1)
_text = np.frompyfunc(lambda items: ";".join(map(str, items or ())), 1, 1)
_top = np.frompyfunc(lambda items: items[0] if items else "", 1, 1)


def _length(items: Array) -> Array:
    return np.asarray(_measure(items), dtype=np.int64)


def _head(items: Array) -> Array:
    return np.asarray(_top(items), dtype=object)


_COMPARE: Final[Mapping[str, Callable[[Array, Array], Any]]] = {
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}
_ARITHMETIC: Final[Mapping[str, Callable[[Array, Array], Any]]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
}
_READERS: Final[Mapping[type[Node], Callable[..., _Read]]] = {
    Constant: _Evaluator.constant,
    Name: _Evaluator.name,
    ListOf: _Evaluator.listing,
    Compare: _Evaluator.compare,
    Member: _Evaluator.member,
    Logic: _Evaluator.logic,
    Not: _Evaluator.contrary,
    Negative: _Evaluator.negative,
    Arithmetic: _Evaluator.arithmetic,
    Choose: _Evaluator.choose,
    Call: _Evaluator.call,
    Named: _Evaluator.named,
}
_CALLS: Final[Mapping[str, Callable[..., _Read]]] = {
    "min": _Evaluator.extreme,
    "max": _Evaluator.extreme,
    "abs": _Evaluator.absolute,
    "round_half_even": _Evaluator.rounded,
    "days_since": _Evaluator.since,
    "months_since": _Evaluator.since,
    "within": _Evaluator.within,
    "date": _Evaluator.date,
    "today": _Evaluator.today,
    "known": _Evaluator.known,
    "count": _Evaluator.count,
    "first": _Evaluator.first,
}
