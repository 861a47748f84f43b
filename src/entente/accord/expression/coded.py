"""Parts of a rule that ask codes and truths alone: read once for each combination of them.

A table of cases numbers its codes, so a part that asks only them has as many answers as there are
combinations. It is read for those, as a small table, and each case takes its own by number.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple, final

import numpy as np
from numpy.typing import NDArray

from entente.accord.expression.scope import Known, Within
from entente.accord.expression.tree import Call, Constant, ListOf, Name, Node, children

MOST: Final = 4_096  # combinations
_LEAST: Final = 4  # cases for each combination; below that nothing is saved
_WORTH: Final = 3  # constants that a part compares or chooses; fewer are read as fast by themselves
_PLAIN: Final = frozenset({"min", "max", "abs", "round_half_even", "date"})  # ask their parts alone


@final
@dataclass(frozen=True, slots=True)
class Combined:
    """Combinations of facts, and which of them each case has.

    columns   the values of each fact by combination   name -> [combination]
    sizes     how many values each fact may have, and of which kind: what the combinations are
    place     the combination of each case             [case]
    """

    columns: Mapping[str, Known]
    sizes: tuple[tuple[str, int, str, bool], ...]
    place: NDArray[np.int64]

    def spread(self, values: NDArray[Any]) -> NDArray[Any]:
        """Give each case what its combination has; what is the same for all stays one   [case]."""
        return values if values.ndim == 0 else values[self.place]


def asked(node: Node) -> tuple[str, ...]:
    """Return the names that a part asks where it is worth reading by combination; else none."""
    names, constants = set[str](), 0
    waiting = [node]
    while waiting:
        part = waiting.pop()
        if isinstance(part, Call) and part.function not in _PLAIN:
            return ()
        names |= {part.id} if isinstance(part, Name) else set()
        constants += isinstance(part, Constant)
        constants += len(part.items) if isinstance(part, ListOf) else 0
        waiting += children(part)
    return tuple(sorted(names)) if constants >= _WORTH else ()


def is_one(fact: Known) -> bool:
    """Tell whether a fact is the same in every case."""
    alone = isinstance(fact.values, np.ndarray) and fact.values.ndim == 0
    return alone and fact.known.ndim == 0


def combined(columns: Mapping[str, Known]) -> Combined | None:
    """Give combinations of facts numbers; None where there are too many, or a fact is no code."""
    digits = {name: _Digit.of(fact) for name, fact in columns.items()}
    found = [digit for digit in digits.values() if digit is not None]
    if not found or len(found) < len(digits):
        return None
    sizes = [digit.size for digit in found]
    cases = len(found[0].of_case)
    if np.prod(sizes, dtype=np.float64) > min(MOST, cases / _LEAST):
        return None
    place = _placed(found)
    every = np.unravel_index(np.arange(np.prod(sizes)), sizes)
    table = {
        name: digit.values(numbers)
        for name, digit, numbers in zip(digits, found, every, strict=True)
    }
    kinds = tuple(
        (name, digit.size, digit.kind.str, digit.unknown)
        for name, digit in zip(digits, found, strict=True)
    )
    return Combined(table, kinds, place)


def _placed(digits: Sequence["_Digit"]) -> NDArray[np.int64]:
    """Return the number that each case's digits make   [case]."""
    place = digits[0].of_case.astype(np.int64)
    for digit in digits[1:]:
        place *= digit.size
        place += digit.of_case
    return place


class _Digit(NamedTuple):
    """One fact's share of a combination: its code, after a 0 that is not known where some are not.

    of_case   [case]
    """

    of_case: NDArray[Any]
    size: int
    kind: np.dtype[Any]
    unknown: bool

    @classmethod
    def of(cls, fact: Known) -> "_Digit | None":
        """Take a fact whose values are codes or truths; None of others, or of too many."""
        values, known = fact
        if not isinstance(values, np.ndarray) or values.dtype.kind not in "ib":
            return None
        if not values.ndim or not values.size:
            return None
        most = 1 if values.dtype.kind == "b" else int(values.max())
        if most >= MOST or values.min() < 0:
            return None
        if known.ndim == 0 and known:
            return cls(values, most + 1, values.dtype, unknown=False)
        return cls(np.where(known, values.astype(np.int64) + 1, 0), most + 2, values.dtype, True)

    def values(self, numbers: NDArray[np.int64]) -> Known:
        """Return what the fact is for each of some combinations."""
        if not self.unknown:
            return Known(numbers.astype(self.kind), np.ones((), np.bool_))
        return Known(np.maximum(numbers - 1, 0).astype(self.kind), numbers > 0)


@final
@dataclass(frozen=True, slots=True)
class OfCombinations(Within):
    """A scope in which some facts have a value for each combination."""

    columns: Mapping[str, Known]

    def value(self, name: str) -> Known:
        """Return a fact by combination, or what is the same for all."""
        return self.columns[name] if name in self.columns else self.scope.value(name)
