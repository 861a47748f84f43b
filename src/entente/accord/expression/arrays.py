"""First reading: an expression over arrays of draws or cohorts, in numpy.

Every part gives its values and, beside them, which cases lack something. A missing value counts
only where it is needed: `and`, `or` and `if` drop the faults of the side they do not ask. In a
rule the parts of `and` and `or` are weighed together: one that settles the whole does so.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias, final

import numpy as np
from numpy.typing import NDArray

from entente.accord.calendar import Duration, months_between, shift
from entente.accord.expression import entry_values
from entente.accord.expression.coded import Combined, OfCombinations, combined, is_one
from entente.accord.expression.faults import SOUND, Array, Faults, Truth, either, lacking, only
from entente.accord.expression.lists import Entry, Lists, listed
from entente.accord.expression.scope import Answer, Fault, Known, Scope, as_array, missing
from entente.accord.expression.sharing import Sharing
from entente.accord.expression.signs import ARITHMETIC, COMPARE
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
from entente.problems import InputProblemsError, Place


def answer(tree: Node, scope: Scope, *, together: bool = False) -> Answer:
    """Evaluate a tree over a scope; faults are told by case.

    `together` weighs the parts of `and` and `or` together, as rules ask.
    """
    reader = _Evaluator(scope, together=together)
    values, fault = reader.of(tree)
    whole = values.tuples() if isinstance(values, Lists) else values
    whole, fault = np.broadcast_arrays(whole, fault)
    return Answer(whole, fault, tuple(reader.faults))


def evaluator(
    scope: Scope, shared: Sharing, kept: dict[tuple[str, ...], Combined | None]
) -> "Evaluator":
    """Return what reads trees that share their parts, each part once.

    kept   combinations of facts that were numbered before for the same cases, and may be again
    """
    return _Evaluator(scope, shared=shared, kept=kept)


def over(tree: Node, scope: Scope, *, together: bool = False) -> Array:
    """Evaluate a tree over a scope; raise InputProblemsError where any case has a fault."""
    found = answer(tree, scope, together=together)
    if found.fault.any():
        raise InputProblemsError(missing(found))
    return found.values


_Read: TypeAlias = tuple[Any, Faults]


@final
@dataclass(slots=True)
class _Evaluator:
    """Reads nodes; `entry` is the entry for which lists stand, None outside of entries.

    shared   where given, trees that share parts: each part is read once
    kept     combinations of facts that are numbered, by name
    """

    scope: Scope
    faults: list[Fault] = field(default_factory=list)
    together: bool = False
    entry: int | None = None
    shared: Sharing | None = None
    read: dict[object, Any] = field(default_factory=dict)
    kept: dict[tuple[str, ...], Combined | None] = field(default_factory=dict)

    def of(self, node: Node) -> _Read:
        """Return a node's values, or lists, and what cases lack."""
        if self.shared is None or isinstance(node, Constant):
            return _READERS[type(node)](self, node)
        entry = self.entry if id(node) in self.shared.entrywise else None
        key = id(node), entry, self.together
        if key not in self.read:
            by_codes = self._by_combination(node) if id(node) in self.shared.coded else None
            self.read[key] = by_codes or _READERS[type(node)](self, node)
        found: _Read = self.read[key]
        return found

    def _by_combination(self, node: Node) -> _Read | None:
        """Read a part once for each combination of codes; None where it asks more than codes."""
        assert self.shared is not None
        facts = {name: self.scope.value(name) for name in self.shared.coded[id(node)]}
        several = {name: fact for name, fact in facts.items() if not is_one(fact)}
        names = tuple(several)
        if names not in self.kept:
            self.kept[names] = combined(several)
        table = self.kept[names]
        if table is None:
            return None
        alone = tuple(
            (facts[n].values.item(), bool(facts[n].known)) for n in facts.keys() - several
        )
        key = id(node), self.together, table.sizes, alone
        if key not in self.shared.answered:
            scope = OfCombinations(self.scope, table.columns)
            self.shared.answered[key] = answer(node, scope, together=self.together)
        found = self.shared.answered[key]
        if not found.faults:
            return table.spread(found.values), SOUND
        before = np.int16(len(self.faults))
        self.faults += found.faults
        return table.spread(found.values), table.spread(found.fault + before * (found.fault > 0))

    def at(self, index: int | None) -> "_Evaluator":
        """Return what reads one entry, where parts are always weighed together."""
        return _Evaluator(self.scope, self.faults, True, index, self.shared, self.read, self.kept)

    def fault(self, where: Truth, reason: str, at: Place) -> Faults:
        """Mark the cases of `where` with a reason."""
        if not np.any(where):
            return SOUND
        self.faults.append(Fault(reason, at))
        return np.where(where, np.int16(len(self.faults)), SOUND)

    def listed(self, name: str) -> bool:
        """Tell whether a name stands for lists."""
        return listed(self.scope.value(name).values)

    def counts(self, names: Sequence[str], node: Node) -> tuple[NDArray[np.int64], Faults]:
        """Return how many entries there are: the first known length of lists side by side."""
        if names not in self.read:
            counts = self._lists(names[0]).counts
            for name in names[1:]:
                if np.any(counts < 0):
                    counts = np.where(counts < 0, self._lists(name).counts, counts)
            unlisted = self.fault(counts < 0, f"{names[0]} is not known", node.at)
            self.read[names] = counts, unlisted
        found: tuple[NDArray[np.int64], Faults] = self.read[names]
        return found

    def _lists(self, name: str) -> Lists:
        values, known = self.scope.value(name)
        return values if isinstance(values, Lists) else Lists.of_tuples(values, known)

    def constant(self, node: Constant) -> _Read:
        return as_array(node.value), SOUND

    def name(self, node: Name) -> _Read:
        values, known = self.scope.value(node.id)
        if listed(values):
            values = self._lists(node.id)
            if self.entry is not None:
                values, known = self._entry(values)
        return values, self.fault(~known, f"{node.id} is not known", node.at)

    def named(self, node: Named) -> _Read:
        return self.at(self.entry).of(node.part)

    def _entry(self, lists: Lists) -> Known:
        """Return the entry at which lists stand; one that is not there is not known."""
        assert self.entry is not None
        if self.entry >= len(lists.entries):
            return Known(lists.blank, np.zeros((), np.bool_))
        entry = lists.entries[self.entry]
        return Known(entry.values, entry.known)

    def listing(self, node: ListOf) -> _Read:
        raise AssertionError(f"{node.at}: a list stands only after 'in', or in count and first")

    def compare(self, node: Compare) -> _Read:
        (left, fault_left), (right, fault_right) = self.of(node.left), self.of(node.right)
        return np.asarray(COMPARE[node.sign](left, right)), either(fault_left, fault_right)

    def member(self, node: Member) -> _Read:
        item, fault = self.of(node.item)
        if isinstance(node.items, ListOf):
            found = np.zeros(item.shape, np.bool_)
            for part in node.items.items:
                value, fault_part = self.of(part)
                found, fault = found | (item == value), either(fault, fault_part)
            return found, fault
        items, fault_items = self._list(node.items)
        return items.contains(item), either(fault, fault_items)

    def logic(self, node: Logic) -> _Read:
        ends = node.word == "or"  # the value that stops the reading
        if self.together:
            return self._weighed([self.of(part) for part in node.parts], ends)
        value, fault = self.of(node.parts[0])
        for part in node.parts[1:]:
            settled = (value == ends) | lacking(fault)
            following, fault_following = self.of(part)
            value = np.where(settled, value, following)
            fault = either(fault, only(~settled, fault_following))
        return value, fault

    @staticmethod
    def _weighed(parts: list[_Read], ends: bool) -> _Read:
        """Join parts of which one that is known and settles the whole makes the rest idle."""
        settled: Truth | None = None
        fault = SOUND
        for value, lacks in parts:
            holds = np.asarray(value, np.bool_)
            settles = holds if ends else ~holds
            if lacks is not SOUND:
                settles = settles & (lacks == 0)
            settled = settles if settled is None else settled | settles
            fault = either(fault, lacks)
        assert settled is not None
        return settled if ends else ~settled, only(~settled, fault)

    def contrary(self, node: Not) -> _Read:
        value, fault = self.of(node.part)
        return ~value.astype(np.bool_, copy=False), fault

    def negative(self, node: Negative) -> _Read:
        value, fault = self.of(node.part)
        return -value, fault

    def arithmetic(self, node: Arithmetic) -> _Read:
        for this, other in ((node.right, node.left), (node.left, node.right)):
            if isinstance(this, Constant) and isinstance(this.value, Duration):
                days, fault = self.of(other)
                return shift(days, this.value, -1 if node.sign == "-" else 1), fault
        (left, fault_left), (right, fault_right) = self.of(node.left), self.of(node.right)
        fault = either(fault_left, fault_right)
        if left.dtype.kind == "M":
            return _days(left, right), fault
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            result = np.asarray(ARITHMETIC[node.sign](left, right))
            sound = np.isfinite(result.sum())  # one pass; a number that is not finite makes it so
        if node.sign == "/":
            zero = np.broadcast_to(right == 0, result.shape)
            fault = either(fault, self.fault(zero, "division by zero", node.at))
        if sound:
            return result, fault
        endless = ~np.isfinite(result)
        return result, either(fault, self.fault(endless, "the number overflows", node.at))

    def choose(self, node: Choose) -> _Read:
        condition, fault = self.of(node.condition)
        (then, fault_then), (otherwise, fault_otherwise) = (
            self.of(node.then),
            self.of(node.otherwise),
        )
        side = either(only(condition, fault_then), only(~condition, fault_otherwise))
        return np.where(condition, then, otherwise), either(fault, side)

    def call(self, node: Call) -> _Read:
        function = node.function
        names = [part.id for part in node.arguments if isinstance(part, Name)]
        if function in STATE_FUNCTIONS:
            return self.scope.state(function, names[0]), SOUND
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
            value, fault = choose(value, other), either(fault, fault_other)
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
        return np.asarray(np.rint(scaled) / scale), either(fault, overflow)

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
        return self.scope.today, SOUND

    def known(self, node: Call) -> _Read:
        part = node.arguments[0]
        assert isinstance(part, Name)
        return self.scope.value(part.id).known, SOUND

    def count(self, node: Call) -> _Read:
        items, fault = self._list(node.arguments[0])
        return items.counts.astype(np.float64), fault

    def first(self, node: Call) -> _Read:
        items, fault = self._list(node.arguments[0])
        empty = (items.counts == 0) & ~lacking(fault)
        reason = "no entry fits" if is_best(node.arguments[0]) else "an empty list has no first"
        value, known = items.first()
        name = node.arguments[0].id if isinstance(node.arguments[0], Name) else "the first entry"
        unknown = self.fault(~(known | empty | lacking(fault)), f"{name} is not known", node.at)
        return value, either(fault, either(self.fault(empty, reason, node.at), unknown))

    def _list(self, node: Node) -> tuple[Lists, Faults]:
        if not isinstance(node, ListOf):
            whole = _Evaluator(
                self.scope, self.faults, self.together, None, self.shared, self.read, self.kept
            )
            found: tuple[Lists, Faults] = whole.of(node)
            return found
        yes = np.ones((), np.bool_)
        entries = tuple(Entry(yes, self.of(part)[0], yes) for part in node.items)
        return Lists(np.asarray(len(entries)), entries, np.asarray("", object)), SOUND


Evaluator: TypeAlias = _Evaluator


def _period(node: Call) -> Duration | None:
    part = node.arguments[-1]
    return part.value if isinstance(part, Constant) and isinstance(part.value, Duration) else None


def _days(later: Array, earlier: Array) -> Array:
    whole = later.astype("datetime64[D]") - earlier.astype("datetime64[D]")
    return np.asarray(whole.astype(np.float64))


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
