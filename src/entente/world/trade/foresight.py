"""Buying ahead of a duty: what buyers believe of later months, and what they do about it.

A belief is the mean of what the law did in draws that looked alike: months are cut into cells of
draws under the same duties and the same state of the law, and a chain of their transitions gives

    E_t[rate_(t+h)] = P_t P_(t+1) ... P_(t+h-1) mean rate of each cell of t+h          (B1)

so today's belief is the mean of tomorrow's (a martingale), exactly so over the draws it was
learned from. A unit to be used h months ahead is bought now if that is cheaper than the belief,

    (1 + rate_t)(1 + carrying cost x h) < E_t[1 + rate_(t+h)]                           (B2)

(Riker, USITC working paper 2019-05-A; Khan and Khederlarian, JIE 2021). Buyers are spread over
carrying costs from none to twice the mean, and each can bring forward no more than freight, notice
and warehouses let through; so twice the odds move twice the goods.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Self, TypeAlias, final

import numpy as np
from numpy.typing import NDArray

from entente.evidence import FloatArray
from entente.places import CHAPTERS

AHEAD: Final = 6  # months: beyond it carrying costs outweigh any step of a ladder
_FEWEST: Final = 10  # draws in a cell, so that no belief rests on one draw's future
_FRESH: Final = 8  # chapters 01 to 08, live animals and fresh food, do not keep
_KEEPS: Final = np.array([int(chapter) > _FRESH for chapter in CHAPTERS], float)

Keys: TypeAlias = NDArray[np.int64]


@final
@dataclass(frozen=True, slots=True)
class Course:
    """One month of law as buyers of goods see it.

    rates      added duty at the month's mean, a fraction            [draw, chapter]
    standing   codes of the clauses that set it, at the month's end  [draw, clause]
    """

    rates: FloatArray
    standing: NDArray[np.int8]

    @property
    def keys(self) -> Keys:
        """Return what tells cells apart: duties in hundredths of a point, and the codes."""
        rates = np.rint(self.rates * 1e4).astype(np.int64)
        return np.concatenate([rates, self.standing.astype(np.int64)], axis=1)


@final
@dataclass(frozen=True, slots=True)
class Beliefs:
    """The cells of each month and the odds of passing from one to another.

    keys         by which a draw finds its cell                   [month][cell, column]
    rates        mean added duty of a cell, a fraction            [month][cell, chapter]
    transition   odds of next month's cells                       [month][cell, next cell]
    """

    keys: tuple[Keys, ...]
    rates: tuple[FloatArray, ...]
    transition: tuple[FloatArray, ...]

    @classmethod
    def learn(cls, courses: Sequence[Course]) -> Self:
        """Learn from the courses of a set of draws, month by month."""
        cells = [_cells(course.keys) for course in courses]
        both = zip(cells, courses, strict=True)
        rates = tuple(_means(at, course.rates) for (_, at), course in both)
        pairs = pairwise(cells)
        odds = tuple(_means(at, np.eye(len(keys))[next_at]) for (_, at), (keys, next_at) in pairs)
        return cls(tuple(keys for keys, _ in cells), rates, odds)

    @classmethod
    def held(cls, path: FloatArray, odds: FloatArray) -> Self:
        """Take someone's own belief: that each month's duty comes with given odds.

        path   added duty if it comes, a fraction   [month, chapter];   odds   [month]
        """
        none = np.zeros((1, path.shape[1] + 1), np.int64)
        rates = tuple((path * odds[:, None])[:, None])
        return cls((none,) * len(path), rates, (np.ones((1, 1)),) * (len(path) - 1))

    def at_odds(self, odds: float) -> Self:
        """Hold one chance, for every later month, of the highest duty known of it."""
        path = np.stack([cells.max(axis=0) for cells in self.rates])
        return self.held(path, np.full(len(path), odds))

    def cell(self, month: int, course: Course) -> NDArray[np.int64]:
        """Find the cell of each draw, the nearest where it looks like none [draw]."""
        if len(self.keys[month]) == 1:
            return np.zeros(len(course.rates), np.int64)
        rows, at = _distinct(course.keys)
        return _nearest(rows, self.keys[month])[at]

    def expected(self, month: int, ahead: int) -> FloatArray:
        """Return the mean of the duty so many months ahead, by cell; equation (B1) [cell, chapter].

        >>> path = np.array([[0.0], [0.2]])
        >>> Beliefs.held(path, np.array([1.0, 0.5])).expected(0, 1).tolist()
        [[0.1]]
        """
        mean = self.rates[month + ahead]
        for between in reversed(range(month, month + ahead)):
            mean = self.transition[between] @ mean
        return mean


def bought_ahead(
    beliefs: Beliefs, courses: Sequence[Course], carrying: FloatArray, most: FloatArray
) -> Iterator[FloatArray]:
    """Give purchases over what would be bought for the month itself, by month [draw, chapter].

    Above 1 while buyers stock up, below it while they use up what they hold; over all months the
    sum differs from their number only by what is still held at the end.

    carrying   mean cost of holding, share of value a month      [draw]
    most       largest share of a month's purchases bought ahead [draw]
    """
    flat = all((course.rates == course.rates[:, :1]).all() for course in courses)
    width = 1 if flat else len(CHAPTERS)
    held: dict[int, FloatArray] = {}
    for month, course in enumerate(courses):
        room = most[:, None]
        now, cell = course.rates[:, :width], beliefs.cell(month, course)
        bought = np.zeros_like(now)
        for ahead in range(1, min(AHEAD, len(beliefs.keys) - 1 - month) + 1):
            expected = beliefs.expected(month, ahead)[cell, :width]
            willing = _willing(now, expected, carrying * ahead)
            wish = np.minimum(willing * room, willing - held.get(month + ahead, 0.0))
            more = np.clip(wish, 0.0, room - bought)
            if more.any():
                held[month + ahead] = held.get(month + ahead, 0.0) + more
                bought = bought + more
        yield 1.0 + (bought - held.pop(month, 0.0)) * _KEEPS


def _willing(now: FloatArray, expected: FloatArray, cost: FloatArray) -> FloatArray:
    """Return the share of buyers for whom equation (B2) holds.

    Costs are spread from 0 to twice their mean.
    """
    gain = (1.0 + expected) / (1.0 + now) - 1.0
    share: FloatArray = np.clip(gain / (2.0 * cost[:, None]), 0.0, 1.0)
    return share


def _cells(keys: Keys) -> tuple[Keys, NDArray[np.int64]]:
    """Cut draws into cells by their keys; one with few draws joins the nearest with enough."""
    rows, at, count = np.unique(keys, axis=0, return_inverse=True, return_counts=True)
    large = np.flatnonzero(count >= min(_FEWEST, count.max()))
    return rows[large], _nearest(rows, rows[large])[at.ravel()]


def _distinct(keys: Keys) -> tuple[Keys, NDArray[np.int64]]:
    """Return the different rows, in order of appearance, and which of them each row is.

    Rows of a hundred columns, nearly all alike: found by hash, many times sooner than by sorting.
    """
    known: dict[bytes, int] = {}
    at = np.array([known.setdefault(row.tobytes(), len(known)) for row in keys], np.int64)
    _, first = np.unique(at, return_index=True)
    return keys[first], at


def _nearest(rows: Keys, among: Keys) -> NDArray[np.int64]:
    """Find for each row the nearest of others, by the sum of distances [row]."""
    return np.array([int(np.abs(among - row).sum(axis=1).argmin()) for row in rows], np.int64)


def _means(cell: NDArray[np.int64], values: FloatArray) -> FloatArray:
    """Average the draws of each cell [cell, column]."""
    member = np.eye(int(cell.max()) + 1)[cell]  # [draw, cell]
    mean: FloatArray = (member.T @ values) / member.sum(axis=0)[:, None]
    return mean
