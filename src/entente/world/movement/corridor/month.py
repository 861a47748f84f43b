"""One month of the corridor in whole people: every draw, every cell, and nobody lost.

People who enter the United States undetected have no data row and are not modelled.
"""

import numpy as np

from entente.evidence import FloatArray, IntArray
from entente.luck import Luck
from entente.world.movement.corridor.border import admit_at_ports, receive, transfer
from entente.world.movement.corridor.cells import D, G, Rates, S, missing_people
from entente.world.movement.corridor.decisions import decide_in_mexico, decide_in_usa
from entente.world.movement.corridor.journey import leave_detention, plan, set_out_again, travel
from entente.world.movement.corridor.stages import FLOWS
from entente.world.movement.dice import Hand, Key, deal, drift, hand, kernel, scatter, seat


def moved(luck: Luck, rates: Rates, people: IntArray) -> tuple[IntArray, IntArray, IntArray]:
    """Move everyone through one month; raises RuntimeError if the ledger lost anybody.

    people    at the start                          [draw, stage, group, demographic, met]
    returns   people at the end, same axes; events [draw, flow, group, demographic];
              people transferred [draw, state]
    """
    after = people.copy()
    flows = np.zeros((len(people), FLOWS, G, D), dtype=np.int64)
    transferred = np.zeros((len(people), S), dtype=np.int64)
    missing = month(hand(), luck.key(), luck.first, rates, people, after, flows, transferred)
    if missing:
        raise RuntimeError(f"the corridor's ledger does not add up: {missing} people")
    return after, flows, transferred


def wandered(luck: Luck, closeness: FloatArray, shares: FloatArray) -> FloatArray:
    """Return shares a month later; closeness [draw], shares [draw, row, place]."""
    later = shares.copy()
    wander(hand(), luck.key(), luck.first, closeness, later)
    return later


def spread_over(luck: Luck, shares: FloatArray, people: IntArray) -> IntArray:
    """Spread people [draw] over places by shares [draw, place], in whole numbers."""
    out = np.empty(shares.shape, dtype=np.int64)
    spread(hand(), luck.key(), luck.first, np.ascontiguousarray(shares), people, out)
    return out


@kernel
def month(
    dealt: Hand,
    key: Key,
    first: int,
    rates: Rates,
    before: IntArray,
    after: IntArray,
    flows: IntArray,
    transferred: IntArray,
) -> int:
    """Move everyone through one month, one draw after another.

    key, first    of the month's luck; `first` is the number of the block's first draw
    before        people at the start, unchanged        [draw, stage, group, demographic, met]
    after         the same on entry; people at the end on return
    flows         zero on entry; events of the month    [draw, flow, group, demographic]
    transferred   zero on entry; people transferred     [draw, state]
    returns       people missing from the ledger or in it twice: zero, or the model is wrong
    """
    met = np.zeros((G, D, 2), dtype=np.int64)  # people encountered in the month
    freed = np.zeros((G, D, 2), dtype=np.int64)  # people whose stay in detention ends
    missing = 0
    dice = dealt[0]
    for i in range(before.shape[0]):
        deal(dice, key, first + i)
        rate, stock, flow = rates[i], after[i], flows[i]
        set_out_again(stock, flow)
        decide_in_usa(dice, rate, stock, flow)
        decide_in_mexico(dice, rate, stock, flow)
        leave_detention(dice, rate, stock, freed)
        leaving = plan(dice, rate, before[i], freed, stock, flow)
        travel(dice, rate, leaving, stock, flow, met, freed)
        admit_at_ports(dice, rate, stock, flow, met)
        transfer(dice, rate, stock, flow, met, transferred[i])
        receive(dice, rate, stock, flow, met)
        missing += missing_people(before[i], stock, flow)
    return missing


@kernel
def wander(dealt: Hand, key: Key, first: int, closeness: FloatArray, shares: FloatArray) -> None:
    """Let shares wander for a month, in place: Dirichlet around themselves.

    closeness   concentration                       [draw]
    shares      each row of places sums to 1        [draw, row, place]
    """
    dice = dealt[0]
    for i in range(shares.shape[0]):
        deal(dice, key, first + i)
        for row in range(shares.shape[1]):
            seat(dice, row)
            drift(dice, shares[i, row], closeness[i])


@kernel
def spread(
    dealt: Hand, key: Key, first: int, shares: FloatArray, people: IntArray, out: IntArray
) -> None:
    """Spread people over places by shares, a multinomial that adds up.

    shares   rows sum to 1           [draw, place]
    people   counts                  [draw]
    out      written                 [draw, place]
    """
    dice = dealt[0]
    for i in range(shares.shape[0]):
        deal(dice, key, first + i)
        left = scatter(dice, people[i], shares[i], out[i])
        out[i, -1] += left
