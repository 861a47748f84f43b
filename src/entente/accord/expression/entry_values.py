"""Lists read entry by entry, over arrays: `some`, `count`, `best` and `alike`.

Three-valued throughout: what is not known of an entry makes the whole not known only where no other
entry settles it.
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias, final

import numpy as np

from entente.accord.expression.facts import BESIDE, FACTS
from entente.accord.expression.faults import (
    NO,
    SOUND,
    Array,
    Faults,
    Truth,
    any_of,
    both,
    either,
    lacking,
    only,
    unless,
)
from entente.accord.expression.lists import Entry, Lists
from entente.accord.expression.scope import unknown as absent
from entente.accord.expression.symbols import Kind
from entente.accord.expression.tree import Call, Name, Node, elements

if TYPE_CHECKING:
    from entente.accord.expression.arrays import Evaluator

Read: TypeAlias = tuple[Any, Faults]


@final
class Each(NamedTuple):
    """What a node reads for every entry: whether there is one, its value, its fault   [...]."""

    there: list[Truth]
    values: list[Array]
    faults: list[Faults]
    unlisted: Faults

    @property
    def sound(self) -> bool:
        """Tell whether nothing is lacking in any entry."""
        return all(faults is SOUND for faults in self.faults)

    def unknown(self, index: int) -> Truth:
        """Return where an entry is there and its value is not known."""
        return both(self.there[index], lacking(self.faults[index]))

    def fits(self, index: int) -> Truth:
        """Return where an entry is there and its condition is known to hold."""
        holds = self.there[index] & self.values[index].astype(np.bool_, copy=False)
        return unless(holds, lacking(self.faults[index]))

    def lacks(self) -> Faults:
        """Return the fault of the lists, else of the first entry that is not known."""
        found = self.unlisted
        for index, faults in enumerate(self.faults):
            found = either(found, only(self.unknown(index), faults))
        return found


def some(reader: "Evaluator", node: Call) -> Read:
    """Read whether some entry fulfils a condition."""
    each = _each(reader, node.arguments[0], node.arguments[0])
    found = NO
    for index in range(len(each.there)):
        found = any_of(found, each.fits(index))
    return found, only(~found, each.lacks())


def number(reader: "Evaluator", node: Call) -> Read:
    """Read how many entries fulfil a condition."""
    each = _each(reader, node.arguments[0], node.arguments[0])
    return _sum([each.fits(index) for index in range(len(each.there))]), each.lacks()


def alike(reader: "Evaluator", node: Call) -> Read:
    """Read how many entries fulfil a condition and share this entry's value."""
    value, condition = node.arguments
    own, fault = reader.of(value)
    each, others = _each(reader, condition, value), _each(reader, value, value)
    count = range(len(each.there))
    same = [np.asarray(others.values[index] == own) for index in count]
    found = _sum([both(each.fits(index), same[index]) for index in count])
    lacks = either(each.unlisted, fault)
    for index in count:
        # An entry that is known to differ does not matter, nor does one known not to fit.
        either_of = either(each.faults[index], others.faults[index])
        if either_of is SOUND:
            continue
        doubt = any_of(lacking(others.faults[index]), lacking(fault))
        matters = any_of(each.fits(index), each.unknown(index)) & any_of(same[index], doubt)
        lacks = either(lacks, only(matters, either_of))
    return found, lacks


def best(reader: "Evaluator", node: Call) -> Read:
    """Rank the entries that fit by each key in turn; tell each value of the best once.

    An entry is beaten by one of another value that ranks higher: keys matter only between values.
    """
    wanted, condition, *keys = node.arguments
    fits, values = _each(reader, condition, wanted), _each(reader, wanted, wanted)
    ranks = [_each(reader, key, wanted) for key in keys]
    count = range(len(fits.there))
    sure = [fits.fits(index) for index in count]
    sound = all(each.sound for each in (fits, values, *ranks))
    maybe = sure if sound else [any_of(sure[index], fits.unknown(index)) for index in count]
    kept, unknown = [], lacking(fits.unlisted)
    for index in count:
        beaten, perhaps = NO, NO
        for rival in count:
            if rival != index:
                higher = _and(_differ(values, rival, index), _higher(ranks, rival, index))
                beaten = any_of(beaten, both(sure[rival], higher[0]))
                perhaps = any_of(perhaps, both(maybe[rival], any_of(*higher)))
        kept.append(unless(sure[index], perhaps))
        if not sound:
            unknown = any_of(unknown, unless(unless(maybe[index], beaten), kept[index]))
            unknown = any_of(unknown, both(kept[index], lacking(values.faults[index])))
    lacks = fits.lacks()
    for each in (values, *ranks):
        for index in count:
            lacks = either(lacks, only(maybe[index], each.faults[index]))
    return _told(kept, values, _stand_in(wanted)), only(unknown, lacks)


Maybe: TypeAlias = tuple[Truth, Truth]  # where it holds, and where that is not known


def _and(one: Maybe, other: Maybe) -> Maybe:
    holds = both(one[0], other[0])
    return holds, unless(both(any_of(*one), any_of(*other)), holds) if _open(one, other) else NO


def _or(one: Maybe, other: Maybe) -> Maybe:
    holds = any_of(one[0], other[0])
    return holds, unless(any_of(one[1], other[1]), holds) if _open(one, other) else NO


def _open(one: Maybe, other: Maybe) -> bool:
    return one[1] is not NO or other[1] is not NO


def _compared(holds: Array, each: Each, one: int, other: int) -> Maybe:
    unknown = any_of(lacking(each.faults[one]), lacking(each.faults[other]))
    return unless(np.asarray(holds, np.bool_), unknown), unknown


def _differ(values: Each, one: int, other: int) -> Maybe:
    return _compared(values.values[one] != values.values[other], values, one, other)


def _higher(ranks: list[Each], one: int, other: int) -> Maybe:
    """Tell whether one entry ranks higher than another, by each key in turn."""
    found: Maybe = (NO, NO)
    for each in reversed(ranks):
        left, right = each.values[one], each.values[other]
        more = _compared(left > right, each, one, other)
        if found[0] is not NO or found[1] is not NO:
            more = _or(more, _and(_compared(left == right, each, one, other), found))
        found = more
    return found


def _each(reader: "Evaluator", node: Node, beside: Node) -> Each:
    """Read a node for every entry of the lists that `beside` names."""
    name = next(n for n in elements(beside) if reader.listed(n))
    counts, unlisted = reader.counts(BESIDE_OF.get(name, (name,)), beside)
    reads = [reader.at(index).of(node) for index in range(int(counts.max(initial=0)))]
    there = [np.asarray(counts > index) for index in range(len(reads))]
    return Each(there, [value for value, _ in reads], [fault for _, fault in reads], unlisted)


def _sum(truths: list[Truth]) -> Array:
    total: Array = np.zeros((), np.int16)
    for truth in truths:
        total = total + truth
    return np.asarray(total, np.float64)


def _stand_in(wanted: Node) -> Array:
    """Return a value of the type of what is wanted, for lists that nobody gave."""
    kind = FACTS[wanted.id].type.of if isinstance(wanted, Name) and wanted.id in FACTS else None
    stand_in: Array = absent(kind or Kind.TEXT).values
    return stand_in


def _told(kept: list[Truth], values: Each, stand_in: Array) -> Lists:
    """Return the values of the entries kept, each once."""
    entries, counts = [], np.zeros((), np.int64)
    for index, (keep, value) in enumerate(zip(kept, values.values, strict=True)):
        before = NO
        for earlier in range(index):
            same = np.asarray(values.values[earlier] == value)
            before = any_of(before, both(kept[earlier], same))
        there = unless(keep, before)
        counts = counts + there
        entries.append(Entry(there, value, ~lacking(values.faults[index])))
    blank = np.zeros((), values.values[0].dtype) if entries else stand_in
    return Lists(counts, tuple(entries), blank)


BESIDE_OF: Final = {name: names for names in BESIDE.values() for name in names}
READERS: Final[Mapping[str, Callable[..., Read]]] = {
    "some": some, "count": number, "best": best, "alike": alike,
}  # fmt: skip
