"""Lists of values by entry: how many entries each case has, and each entry over all cases."""

from datetime import date, datetime
from typing import Any, NamedTuple, final

import numpy as np
from numpy.typing import NDArray

from entente.accord.expression.faults import NO, Array, Truth, any_of, both


@final
class Entry(NamedTuple):
    """One entry over all cases.

    there   which cases have it                             [...]
    values  its value, a stand-in where it is not known     [...]
    known   where it is known; anything where it is not there   [...]
    """

    there: Truth
    values: Array
    known: Truth


@final
class Lists(NamedTuple):
    """A list for each case.

    counts   how many entries each has; -1 where the list is not known   [...]
    entries  in their order; those of a case need not be next to each other
    blank    a stand-in for a value of its type   []
    """

    counts: NDArray[np.int64]
    entries: tuple[Entry, ...]
    blank: Array

    @classmethod
    def of_tuples(cls, values: Array, known: Truth) -> "Lists":
        """Part an array of tuples."""
        counts = np.where(known, np.asarray(_measure(values), np.int64), -1)
        entries = [_entry(values, index) for index in range(int(counts.max(initial=0)))]
        listed = tuple(Entry(counts > n, value, ok) for n, (value, ok) in enumerate(entries))
        blank = np.zeros((), listed[0].values.dtype) if listed else np.asarray("", object)
        return cls(counts, listed, blank)

    def first(self) -> tuple[Array, Truth]:
        """Return the first entry of each list, and whether it is there and known   [...]."""
        value, known = self.blank, NO
        for entry in reversed(self.entries):
            value = np.where(entry.there, entry.values, value)
            known = np.where(entry.there, entry.known, known)
        return value, known

    def contains(self, item: Array) -> Truth:
        """Return whether a list has a known entry equal to an item   [...]."""
        found = NO
        for entry in self.entries:
            found = any_of(found, both(entry.there & entry.known, np.asarray(entry.values == item)))
        return found

    def tuples(self) -> Array:
        """Return each list as a tuple; a value that is not known is None   [...]."""
        shape = np.broadcast_shapes(
            self.counts.shape, *(part.shape for entry in self.entries for part in entry)
        )
        told = np.empty(shape, object)
        whole = [[np.broadcast_to(part, shape) for part in entry] for entry in self.entries]
        for case in np.ndindex(shape):
            told[case] = tuple(
                _plain(values[case]) if known[case] else None
                for there, values, known in whole
                if there[case]
            )
        return told


def listed(values: object) -> bool:
    """Tell whether values are lists, by entry or as tuples."""
    if isinstance(values, Lists):
        return True
    assert isinstance(values, np.ndarray)
    return values.dtype == object and any(isinstance(value, tuple) for value in values.flat)


def _entry(values: Array, index: int) -> tuple[Array, Truth]:
    """Return one entry of each tuple, and where it is known."""
    take = np.frompyfunc(lambda items: items[index] if len(items) > index else None, 1, 1)
    found = np.asarray(take(values), object)
    known = np.asarray(np.frompyfunc(lambda value: value is not None, 1, 1)(found), np.bool_)
    return _typed(found), known


def _typed(values: Array) -> Array:
    """Turn objects into dates or numbers where they are; what is not known holds a stand-in."""
    sample = next((value for value in values.flat if value is not None and value != ""), None)
    if isinstance(sample, date) and not isinstance(sample, datetime):
        days = np.frompyfunc(lambda value: value or date(1970, 1, 1), 1, 1)(values)
        return np.asarray(days, "datetime64[D]")
    if isinstance(sample, int | float):
        return np.asarray(np.frompyfunc(lambda value: value or 0.0, 1, 1)(values), np.float64)
    return np.asarray(np.frompyfunc(lambda value: value or "", 1, 1)(values), object)


def _plain(value: Any) -> Any:
    return value.item() if hasattr(value, "item") else value


_measure = np.frompyfunc(lambda items: len(items or ()), 1, 1)
