"""Which duties reach which classes of entries by goods and origin: a few for each class, not all.

An accord may hold thousands of duties, each on a few tariff numbers, so each class has as many
slots as the class that most duties reach; a slot holds a duty's place in the program.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple, final

import numpy as np
from numpy.typing import NDArray

from entente.accord.clauses import Schedule
from entente.accord.expression.faults import Truth
from entente.cases.duties.facts import Facts
from entente.cases.duties.program import Program

NO_DUTY: Final = -1
_EVERYTHING: Final = "*"


@final
@dataclass(frozen=True, slots=True)
class Reach:
    """The duties that may reach each class, in the order of the accord.

    duty     the place of a duty among the program's, NO_DUTY in a slot left over   [slot, class]
    length   how many digits of its goods match: 0 where it is on everything, -1 not known   [same]
    origin_unknown, goods_unknown   where it is not known whether the duty reaches   [slot, class]
    listed   whether an exemption is on the goods                                [exempt, class]
    """

    duty: NDArray[np.int64]
    length: NDArray[np.int64]
    origin_unknown: Truth
    goods_unknown: Truth
    listed: Truth

    @classmethod
    def of(cls, program: Program, facts: Facts) -> "Reach":
        """Find what reaches each class; classes of the same number and origin are found once."""
        index, empty = _Index.of(program.duties), (None,) * facts.size
        pairs = list(
            zip(facts.columns.get("hts", empty), facts.columns.get("origin", empty), strict=True)
        )
        each = {pair: place for place, pair in enumerate(dict.fromkeys(pairs))}
        found = [list(index.reaching(*pair)) for pair in each]
        slots = np.full((max(map(len, found), default=0), len(found), 4), NO_DUTY)
        for place, reaching in enumerate(found):
            slots[: len(reaching), place] = np.reshape(reaching, (-1, 4))
        listed = [
            [longest(exempt.goods, hts) >= 0 for hts, _ in each] for exempt in program.exempts
        ]
        of_class = [each[pair] for pair in pairs]
        duty, length, origin, goods = np.moveaxis(slots[:, of_class], 2, 0)
        held = np.array(listed, np.bool_).reshape(len(listed), len(each))
        return cls(duty, length, origin > 0, goods > 0, held[:, of_class])

    def take(self, places: Sequence[int]) -> "Reach":
        """Return some of the classes."""
        if len(places) == self.duty.shape[1]:
            return self
        return Reach(
            self.duty[:, places],
            self.length[:, places],
            self.origin_unknown[:, places],
            self.goods_unknown[:, places],
            self.listed[:, places],
        )


def longest(goods: Sequence[str], digits: str | None) -> int:
    """Return the length of the longest goods prefix of a number; -1 where none is.

    >>> longest(("72", "7208"), "72081015"), longest(("*",), None), longest(("87",), "72081015")
    (4, 0, -1)
    """
    everything = 0 if not goods or _EVERYTHING in goods else -1
    lengths = (len(p) for p in goods if p != _EVERYTHING and digits and digits.startswith(p))
    return max(lengths, default=everything)


class _Reaching(NamedTuple):
    """One duty in one slot: its place, its goods' length, and whether either is not known."""

    duty: int
    length: int
    origin_unknown: bool
    goods_unknown: bool


@final
@dataclass(frozen=True, slots=True)
class _Index:
    """Duties by the goods prefixes that name them, so that a number asks only its beginnings."""

    duties: Sequence[Schedule]
    everything: tuple[int, ...]
    prefixes: Mapping[str, list[int]] = field(default_factory=dict)

    @classmethod
    def of(cls, duties: Sequence[Schedule]) -> "_Index":
        everything, prefixes = [], dict[str, list[int]]()
        for place, duty in enumerate(duties):
            if longest(duty.goods, None) == 0:
                everything.append(place)
            for prefix in duty.goods:
                prefixes.setdefault(prefix, []).append(place)
        return cls(duties, tuple(everything), prefixes)

    def reaching(self, digits: str | None, origin: str | None) -> Iterator[_Reaching]:
        """Yield the duties that reach a number and an origin, or may."""
        for place, length in sorted(self._lengths(digits).items()):
            common = self.duties[place].common
            asks = bool(common.on)
            if origin is None and asks:
                yield _Reaching(place, length, True, length < 0)
            elif (origin in common.on) if asks else (origin not in common.by):
                yield _Reaching(place, length, False, length < 0)

    def _lengths(self, digits: str | None) -> dict[int, int]:
        """Return the longest match of each duty; where no number is known, -1 of each on some."""
        found = dict.fromkeys(self.everything, 0)
        if digits is None:
            return dict.fromkeys(range(len(self.duties)), -1) | found
        for length in range(1, len(digits) + 1):
            found |= dict.fromkeys(self.prefixes.get(digits[:length], ()), length)
        return found


def first_of(codes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the first code that is not 0 of each class, from its slots   [class]."""
    if not len(codes):
        return np.zeros(codes.shape[1], np.int64)
    first: NDArray[np.int64] = codes[(codes != 0).argmax(axis=0), np.arange(codes.shape[1])]
    return first
