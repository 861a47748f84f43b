"""A station with several desks: Erlang's formula for its waits, and the same person by person."""

import math

import numpy as np

from entente.evidence import FloatArray
from entente.luck import Luck
from entente.world.movement.dice import Hand, Key, deal, hand, kernel, seat, uniform


def erlang_c(load: float, desks: int) -> float:
    """Return the chance that a newcomer must wait (Erlang 1917; M/M/c).

    load   arrivals over what one desk serves in the same time; below `desks`, or all wait

    >>> erlang_c(0.5, 1)
    0.5
    """
    if load >= desks:
        return 1.0
    blocked = 1.0  # Erlang B, by its recursion
    for desk in range(1, desks + 1):
        blocked = load * blocked / (desk + load * blocked)
    return blocked / (1 - (load / desks) * (1 - blocked))


def mean_wait(arrivals: float, pace: float, desks: int) -> float:
    """Return the mean wait before service, in the unit of time of the two rates; infinite if full.

    arrivals   people a unit of time;   pace   people that one desk serves in it

    >>> mean_wait(1.0, 2.0, 1)
    0.5
    """
    spare = desks * pace - arrivals
    return erlang_c(arrivals / pace, desks) / spare if spare > 0 else math.inf


def waits(luck: Luck, people: int, arrivals: float, pace: float, desks: int) -> FloatArray:
    """Let people come at random, first come first served, and return their waits [draw, person].

    Times between arrivals and of service are exponential; all desks are free at first.
    """
    found = np.empty((luck.draws, people))
    _waits(hand(2), luck.key(), luck.first, arrivals, pace, desks, found)
    return found


@kernel
def _waits(
    dealt: Hand, key: Key, first: int, arrivals: float, pace: float, desks: int, found: FloatArray
) -> None:
    """Fill the waits of each draw; a heap holds when each desk will be free, the soonest on top."""
    coming, serving = dealt[0], dealt[1]
    for draw in range(found.shape[0]):
        deal(coming, key, first + draw)
        deal(serving, key, first + draw)
        seat(serving, 1 << 15)
        free = np.zeros(desks)
        now = 0.0
        for person in range(found.shape[1]):
            now -= math.log(uniform(coming)) / arrivals
            start = max(now, free[0])
            found[draw, person] = start - now
            until = start - math.log(uniform(serving)) / pace
            at, child = 0, 1
            while child < desks:
                if child + 1 < desks and free[child + 1] < free[child]:
                    child += 1
                if free[child] >= until:
                    break
                free[at] = free[child]
                at, child = child, 2 * child + 1
            free[at] = until
