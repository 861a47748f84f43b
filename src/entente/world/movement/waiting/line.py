"""A line kept by how long people have waited: who is served first, and how long waits are.

Waits are kept whole, in cells of a month of which the last holds all longer ones, so that their
quantiles are exact and a wait with no end in sight is never averaged away. People of one class and
age are exchangeable.
"""

import numpy as np

from entente.evidence import FloatArray, IntArray
from entente.luck import Luck
from entente.world.movement.dice import Dice, Hand, Key, deal, hand, inner, kernel, seat, uniform


def serve(
    luck: Luck, waiting: IntArray, capacity: IntArray, oldest: FloatArray, newest: FloatArray
) -> IntArray:
    """Serve a line for a month and return who is left in it; the others were served.

    A class that goes before others is a line of its own, served first; what capacity it leaves
    serves the next.

    waiting    people                                             [draw, class, age]
    capacity   people served at most                              [draw]
    oldest     share of it for those who have waited longest      [draw]
    newest     share of it for those who came last; what is left meets any as likely as another
    returns    with the axes of `waiting`
    """
    left = waiting.copy()
    _serve(hand(), luck.key(), luck.first, capacity, oldest, newest, left)
    return left


def joined(waiting: IntArray, newcomers: IntArray) -> IntArray:
    """Let a month pass and newcomers [draw, class] join at its end; axes as in `serve`."""
    later = np.empty_like(waiting)
    later[:, :, 0] = newcomers
    later[:, :, 1:] = waiting[:, :, :-1]
    later[:, :, -1] += waiting[:, :, -1]
    return later


def waited(people: IntArray, *shares: float) -> list[FloatArray]:
    """Return for each share the months within which that share of people have waited [draw].

    Infinite where it reaches into the last cell, whose waits are known from below only;
    zero where nobody waits.

    people   of all classes together   [draw, age]

    >>> [float(months[0]) for months in waited(np.array([[6, 2, 2]]), 0.5, 0.9)]
    [0.5, inf]
    """
    reached = people.cumsum(axis=1)
    total = reached[:, -1]
    found = []
    for share in shares:
        age = (reached >= share * total[:, None]).argmax(axis=1)
        months = np.where(age == people.shape[1] - 1, np.inf, age + 0.5)
        found.append(np.where(total > 0, months, 0.0))
    return found


@kernel
def _serve(
    dealt: Hand,
    key: Key,
    first: int,
    capacity: IntArray,
    oldest: FloatArray,
    newest: FloatArray,
    waiting: IntArray,
) -> None:
    """Serve every draw's line in place."""
    dice = dealt[0]
    ages = waiting.shape[2]
    for i in range(waiting.shape[0]):
        deal(dice, key, first + i)
        seat(dice, 0)
        places = min(capacity[i], waiting[i].sum())
        last = min(int(newest[i] * places + 0.5), places)
        early = min(int(oldest[i] * places + 0.5), places - last)
        _in_order(dice, early, ages - 1, -1, waiting[i])
        _in_order(dice, last, 0, 1, waiting[i])
        _evenly(dice, places - early - last, 0, ages, waiting[i])


@inner
def _in_order(dice: Dice, places: int, age: int, step: int, waiting: IntArray) -> None:
    """Serve age by age, from one end of the line, as many as there are places."""
    while places > 0:
        there = 0
        for c in range(waiting.shape[0]):
            there += waiting[c, age]
        taken = min(there, places)
        _evenly(dice, taken, age, age + 1, waiting)
        places -= taken
        age += step


@inner
def _evenly(dice: Dice, places: int, low: int, high: int, waiting: IntArray) -> None:
    """Fill places from the cells of ages low to high, each in proportion: systematic sampling.

    One throw decides which cells round up; a cell's part is within one of its due and exact in the
    mean.
    """
    if places <= 0:
        return
    there = 0
    for c in range(waiting.shape[0]):
        for age in range(low, high):
            there += waiting[c, age]
    share, offset = places / there, uniform(dice)
    passed, done = 0, 0
    for c in range(waiting.shape[0]):
        for age in range(low, high):
            count = waiting[c, age]
            if count == 0:
                continue
            passed += count
            due = places if passed == there else int(np.floor(passed * share + offset))
            part = min(max(due - done, 0), count)
            done += part
            waiting[c, age] -= part
