"""The way through Mexico: who sets out, who is held, who asks for asylum, who arrives.

Detentions and claims follow the people on the way, who by Little's law number the arrivals times
the months of the journey; departures are what the forecast of arrivals needs after both, so that
more interdiction shows as detentions and the rest of a fall as fewer departures.
"""

from typing import Final

import numpy as np

from entente.evidence import FloatArray, IntArray
from entente.world.movement.corridor.cells import (
    ON_JOURNEY,
    ON_PLAN,
    ON_RELEASE,
    SEATS,
    D,
    G,
    Rate,
    go_home,
    group_in,
    people_in,
    seat_for,
)
from entente.world.movement.corridor.stages import Flow, Stage
from entente.world.movement.dice import Dice, binomial, inner, scatter, seat, uniform

_LEAVE: Final = 4  # ways out of the journey: apprehended, to a port, detained, claims asylum


@inner
def set_out_again(stock: IntArray, flow: IntArray) -> None:
    """Put those whose month has come back on the way; the others come a month nearer."""
    for g in range(G):
        for d in range(D):
            for m in range(2):
                flow[Flow.TRIED_AGAIN, g, d] += stock[Stage.TRIES_NEXT, g, d, m]
                stock[Stage.IN_TRANSIT, g, d, m] += stock[Stage.TRIES_NEXT, g, d, m]
                stock[Stage.TRIES_NEXT, g, d, m] = stock[Stage.TRIES_NEXT + 1, g, d, m]
                stock[Stage.TRIES_NEXT + 1, g, d, m] = stock[Stage.TRIES_NEXT + 2, g, d, m]
                stock[Stage.TRIES_NEXT + 2, g, d, m] = 0


@inner
def leave_detention(dice: Dice, rate: Rate, stock: IntArray, freed: IntArray) -> None:
    """End the stay of most who were held at the start."""
    for g in range(G):
        for d in range(D):
            for m in range(2):
                seat_for(dice, ON_RELEASE, g, d, m)
                held = stock[Stage.DETAINED, g, d, m]
                freed[g, d, m] = held - binomial(dice, held, rate.held_still)
                stock[Stage.DETAINED, g, d, m] -= freed[g, d, m]


@inner
def plan(
    dice: Dice, rate: Rate, before: IntArray, freed: IntArray, stock: IntArray, flow: IntArray
) -> FloatArray:
    """Let people set out so that arrivals are expected as forecast; return the ways on.

    With A arrivals and Q who go to a port, X people are on the way at the start and tau (A + Q) at
    the end (Little's law, tau months of journey). Detentions and claims are odds h and a of an
    arrival in a steady flow, spread over the time on the way:

        N = h / tau x mean of X,   C = a / tau x mean of X.                              (4)

    Departures are A + Q + N + C and the people on the way at the end, less those already there and
    those whom detention lets go within the month.

    returns   share of those on the way who leave it by each way      [group, way]
    """
    ways = _ways_on(rate, before, stock)
    parts = np.zeros(D, dtype=np.int64)
    for g in range(G):
        seat(dice, ON_PLAN * SEATS + g)
        onward = rate.arrivals[g] + rate.to_ports[g]
        there = group_in(stock[Stage.IN_TRANSIT], g)
        let_go = (1 - rate.returned) * (group_in(freed, g) + (1 - rate.held_new) * ways[g, 2])
        staying = max(rate.journey[g] * onward - let_go, 0.0)
        needed = ways[g, 0] + ways[g, 1] + ways[g, 2] + ways[g, 3] + staying - there
        departing = int(np.floor(max(needed, 0.0) + uniform(dice)))
        left = scatter(dice, departing, rate.family[g], parts)
        parts[0] += left
        for d in range(D):
            stock[Stage.IN_TRANSIT, g, d, 0] += parts[d]
            flow[Flow.DEPARTED, g, d] += parts[d]
        for way in range(_LEAVE):
            ways[g, way] /= max(there + departing, 1)
    return ways


@inner
def _ways_on(rate: Rate, before: IntArray, stock: IntArray) -> FloatArray:
    """Return how many would leave the way by each way; detentions as far as there is room.

    Equation (2) of `plan`.   [group, way]
    """
    ways = np.zeros((G, _LEAVE))
    for g in range(G):
        onward = rate.arrivals[g] + rate.to_ports[g]
        mean = (group_in(before[Stage.IN_TRANSIT], g) + rate.journey[g] * onward) / 2
        ways[g, 0] = rate.arrivals[g]
        ways[g, 1] = rate.to_ports[g]
        ways[g, 2] = rate.detention[g] / rate.journey[g] * mean
        ways[g, 3] = rate.claims[g] / rate.journey[g] * mean
    room = max(rate.places - people_in(stock[Stage.DETAINED]), 0.0) / max(rate.held_new, 1e-9)
    wanted = 0.0
    for g in range(G):
        wanted += ways[g, 2]
    fits = min(1.0, room / max(wanted, 1e-9))
    for g in range(G):
        ways[g, 2] *= fits
    return ways


@inner
def travel(
    dice: Dice,
    rate: Rate,
    leaving: FloatArray,
    stock: IntArray,
    flow: IntArray,
    met: IntArray,
    freed: IntArray,
) -> None:
    """Take people off the way: apprehended, to a port's list, detained, or claiming asylum.

    Of those whose stay in detention ends, some are returned and the others travel on.
    """
    room = int(rate.places) - people_in(stock[Stage.DETAINED])
    out = np.zeros(_LEAVE, dtype=np.int64)
    for g in range(G):
        for d in range(D):
            for m in range(2):
                seat_for(dice, ON_JOURNEY, g, d, m)
                stock[Stage.IN_TRANSIT, g, d, m] = scatter(
                    dice, stock[Stage.IN_TRANSIT, g, d, m], leaving[g], out
                )
                met[g, d, m] = out[0]
                stock[Stage.METERED, g, d, m] += out[1]
                stock[Stage.ASYLUM, g, d, m] += out[3]
                held = min(binomial(dice, out[2], rate.held_new), max(room, 0))
                room -= held
                stock[Stage.DETAINED, g, d, m] += held
                over = freed[g, d, m] + out[2] - held
                returned = binomial(dice, over, rate.returned)
                stock[Stage.IN_TRANSIT, g, d, m] += over - returned
                go_home(dice, rate.again[g], returned, Stage.RETURNED_BY_MEXICO, stock, g, d, m)
                flow[Flow.RETURNED_BY_MEXICO, g, d] += returned
                flow[Flow.APPREHENDED, g, d] += out[0]
                flow[Flow.DETAINED, g, d] += out[2]
                flow[Flow.CLAIMED, g, d] += out[3]
