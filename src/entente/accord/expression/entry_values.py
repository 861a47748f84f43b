"""Lists read entry by entry, over arrays: `some`, `count`, `best` and `alike`.

Three-valued throughout: what is not known of an entry makes the whole not known only where no other
entry settles it.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias, final

import numpy as np
from numpy.typing import NDArray

from entente.accord.expression.facts import BESIDE
from entente.accord.expression.tree import Call, Node, elements

if TYPE_CHECKING:
    from entente.accord.expression.arrays import _Evaluator

Array: TypeAlias = NDArray[Any]
Truth: TypeAlias = NDArray[np.bool_]
Faults: TypeAlias = NDArray[np.int16]
Read: TypeAlias = tuple[Array, Faults]


@final
class Each(NamedTuple):
    """What a node reads for every entry: whether there is one, its value, its fault   [...]."""

    there: list[Truth]
    values: list[Array]
    faults: list[Faults]
    unlisted: Faults

    def unknown(self, index: int) -> Truth:
        """Return where an entry is there and its value is not known."""
        return np.asarray(self.there[index] & (self.faults[index] != 0))

    def fits(self, index: int) -> Truth:
        """Return where an entry is there and its condition is known to hold."""
        sure = self.there[index] & (self.faults[index] == 0)
        return np.asarray(sure & self.values[index].astype(np.bool_))

    def lacks(self) -> Faults:
        """Return the fault of the lists, else of the first entry that is not known."""
        found = self.unlisted
        for index, faults in enumerate(self.faults):
            found = _either(found, np.where(self.unknown(index), faults, 0))
        return found


def some(reader: "_Evaluator", node: Call) -> Read:
    """Read whether some entry fulfils a condition."""
    each = _each(reader, node.arguments[0], node.arguments[0])
    found = _any([each.fits(index) for index in range(len(each.there))], each)
    return found, np.where(found, 0, each.lacks())


def number(reader: "_Evaluator", node: Call) -> Read:
    """Read how many entries fulfil a condition."""
    each = _each(reader, node.arguments[0], node.arguments[0])
    return _sum([each.fits(index) for index in range(len(each.there))], each), each.lacks()


def alike(reader: "_Evaluator", node: Call) -> Read:
    """Read how many entries fulfil a condition and share this entry's value."""
    value, condition = node.arguments
    own, fault = reader.of(value)
    each, others = _each(reader, condition, value), _each(reader, value, value)
    count = range(len(each.there))
    same = [others.values[index] == own for index in count]
    matters = [each.fits(index) | each.unknown(index) for index in count]
    found = _sum([each.fits(index) & same[index] for index in count], each)
    lacks = _either(each.unlisted, fault)
    for index in count:
        # An entry that is known to differ does not matter, nor does one known not to fit.
        off = (others.faults[index] == 0) & (fault == 0) & ~same[index]
        faults = _either(each.faults[index], others.faults[index])
        lacks = _either(lacks, np.where(each.there[index] & matters[index] & ~off, faults, 0))
    return found, lacks


def best(reader: "_Evaluator", node: Call) -> Read:
    """Rank the entries that fit by each key in turn; tell each value of the best once.

    An entry is beaten by one of another value that ranks higher: keys matter only between values.
    """
    wanted, condition, *keys = node.arguments
    fits, values = _each(reader, condition, wanted), _each(reader, wanted, wanted)
    ranks = [_each(reader, key, wanted) for key in keys]
    count = range(len(fits.there))
    sure = [fits.fits(index) for index in count]
    maybe = [fits.there[index] & (sure[index] | fits.unknown(index)) for index in count]
    kept, unknown = [], fits.unlisted != 0
    for index in count:
        beaten, perhaps = np.zeros((), np.bool_), np.zeros((), np.bool_)
        for rival in count:
            if rival != index:
                higher = _and(_differ(values, rival, index), _higher(ranks, rival, index))
                beaten = beaten | (sure[rival] & higher[0])
                perhaps = perhaps | (maybe[rival] & (higher[0] | higher[1]))
        kept.append(sure[index] & ~perhaps)
        unknown = unknown | (maybe[index] & ~beaten & ~kept[index])
        unknown = unknown | (kept[index] & (values.faults[index] != 0))
    lacks = fits.lacks()
    for each in (values, *ranks):
        for index in count:
            lacks = _either(lacks, np.where(maybe[index], each.faults[index], 0))
    return _told(kept, values), np.where(unknown, lacks, 0).astype(np.int16)


Maybe: TypeAlias = tuple[Truth, Truth]  # where it holds, and where that is not known


def _and(one: Maybe, other: Maybe) -> Maybe:
    could = (one[0] | one[1]) & (other[0] | other[1])
    return one[0] & other[0], could & ~(one[0] & other[0])


def _or(one: Maybe, other: Maybe) -> Maybe:
    holds = one[0] | other[0]
    return holds, (one[1] | other[1]) & ~holds


def _compared(holds: Array, each: Each, one: int, other: int) -> Maybe:
    unknown = (each.faults[one] != 0) | (each.faults[other] != 0)
    return np.asarray(holds & ~unknown, np.bool_), unknown


def _differ(values: Each, one: int, other: int) -> Maybe:
    return _compared(values.values[one] != values.values[other], values, one, other)


def _higher(ranks: list[Each], one: int, other: int) -> Maybe:
    """Tell whether one entry ranks higher than another, by each key in turn."""
    found: Maybe = (np.zeros((), np.bool_), np.zeros((), np.bool_))
    for each in reversed(ranks):
        left, right = each.values[one], each.values[other]
        same = _compared(left == right, each, one, other)
        found = _or(_compared(left > right, each, one, other), _and(same, found))
    return found


def _each(reader: "_Evaluator", node: Node, beside: Node) -> Each:
    """Read a node for every entry of the lists that `beside` names."""
    name = next(n for n in elements(beside) if listed(reader.scope.value(n).values))
    counts, unlisted = _counts(reader, name, beside)
    reads = [reader.at(index).of(node) for index in range(int(counts.max(initial=0)))]
    there = [np.asarray(counts > index) for index in range(len(reads))]
    values = [np.broadcast_to(v, np.broadcast_shapes(v.shape, counts.shape)) for v, _ in reads]
    faults = [np.broadcast_to(f, v.shape) for v, (_, f) in zip(values, reads, strict=True)]
    return Each(there, values, faults, unlisted)


def _counts(reader: "_Evaluator", name: str, node: Node) -> tuple[NDArray[np.int64], Faults]:
    """Return how many entries there are: the first known length of the lists side by side."""
    names = next((names for names in BESIDE.values() if name in names), (name,))
    counts = np.full((), -1)
    for other in names:
        values, known = reader.scope.value(other)
        lengths = np.where(known, np.asarray(_measure(values), np.int64), -1)
        counts = np.where(counts < 0, lengths, counts)
    unlisted = reader.fault(counts < 0, f"{names[0]} is not known", node.at)
    return counts, unlisted


def _any(truths: list[Truth], each: Each) -> Truth:
    found: Truth = np.zeros(each.unlisted.shape, np.bool_)
    for truth in truths:
        found = found | truth
    return found


def _sum(truths: list[Truth], each: Each) -> Array:
    total: Array = np.zeros(each.unlisted.shape)
    for truth in truths:
        total = total + truth
    return total


def _told(kept: list[Truth], values: Each) -> Array:
    """Return the values of the entries kept, each once, as tuples."""
    shape = np.broadcast_shapes(values.unlisted.shape, *(keep.shape for keep in kept))
    told = np.empty(shape, object)
    kept = [np.broadcast_to(keep, shape) for keep in kept]
    own = [np.broadcast_to(value, shape) for value in values.values]
    for case in np.ndindex(shape):
        found: dict[Any, None] = {}
        for keep, value in zip(kept, own, strict=True):
            if keep[case]:
                found[getattr(value[case], "item", lambda v=value[case]: v)()] = None
        told[case] = tuple(found)
    return told


def listed(values: Array) -> bool:
    """Tell whether an array holds lists."""
    return values.dtype == object and any(isinstance(value, tuple) for value in values.flat)


def element(values: Array, known: Truth, index: int) -> tuple[Array, Truth]:
    """Return one entry of each list, and where it is known."""
    take = np.frompyfunc(lambda items: items[index] if len(items) > index else None, 1, 1)
    found = np.asarray(take(values), object)
    there = np.asarray(np.frompyfunc(lambda value: value is not None, 1, 1)(found), np.bool_)
    return typed(found), known & there


def typed(values: Array) -> Array:
    """Turn objects into dates or numbers where they are; what is not known holds a stand-in."""
    sample = next((value for value in values.flat if value is not None and value != ""), None)
    if isinstance(sample, date) and not isinstance(sample, datetime):
        days = np.frompyfunc(lambda value: value or date(1970, 1, 1), 1, 1)(values)
        return np.asarray(days, "datetime64[D]")
    if isinstance(sample, int | float):
        return np.asarray(np.frompyfunc(lambda value: value or 0.0, 1, 1)(values), np.float64)
    return np.asarray(np.frompyfunc(lambda value: value or "", 1, 1)(values), object)


_measure = np.frompyfunc(lambda items: len(items or ()), 1, 1)


def _either(first: Faults, second: Faults) -> Faults:
    return np.where(first != 0, first, second).astype(np.int16)


READERS: Final[Mapping[str, Callable[..., Read]]] = {
    "some": some, "count": number, "best": best, "alike": alike,
}  # fmt: skip
