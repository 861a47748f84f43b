"""At the US border: admission at ports, transfer to other states, return or release."""

import numpy as np

from entente.evidence import FloatArray, IntArray
from entente.world.movement.corridor.cells import (
    ALONE,
    MEXICANS,
    ON_ALLOWED,
    ON_ALLOWED_PLACES,
    ON_OWED,
    ON_OWED_PLACES,
    ON_PORTS,
    ON_RETURN,
    D,
    G,
    Rate,
    S,
    go_home,
    people_in,
    seat_for,
    share_out,
)
from entente.world.movement.corridor.stages import Flow, Stage
from entente.world.movement.dice import Dice, binomial, inner, scatter


@inner
def admit_at_ports(dice: Dice, rate: Rate, stock: IntArray, flow: IntArray, met: IntArray) -> None:
    """Admit people from the ports' lists up to the quota; some of the others leave the list."""
    places, rivals = rate.quota, people_in(stock[Stage.METERED])
    for g in range(G):
        for d in range(D):
            for m in range(2):
                seat_for(dice, ON_PORTS, g, d, m)
                count = stock[Stage.METERED, g, d, m]
                admitted = share_out(dice, count, places, rivals)
                places -= admitted
                rivals -= count
                left = binomial(dice, count - admitted, rate.leaves_list)
                stock[Stage.METERED, g, d, m] -= admitted + left
                stock[Stage.IN_TRANSIT, g, d, m] += left
                met[g, d, m] += admitted
                flow[Flow.AT_PORT, g, d] += admitted
                if m == 0:
                    flow[Flow.FIRST_MET, g, d] += met[g, d, m]


@inner
def transfer(
    dice: Dice,
    rate: Rate,
    stock: IntArray,
    flow: IntArray,
    met: IntArray,
    transferred: IntArray,
) -> None:
    """Send people to the states an accord names, as far as those have places.

    Transfers that are owed go first, and their shortfall is counted; those only allowed fill what
    places are left.
    """
    due = np.zeros((S, G, D, 2), dtype=np.int64)
    _draw_due(dice, ON_OWED, rate.transfer, met, due)
    for s in range(S):
        _send(dice, rate, ON_OWED_PLACES + s, s, due[s], stock, flow, met, transferred)
    for g in range(G):
        for d in range(D):
            for m in range(2):
                for s in range(S):
                    flow[Flow.TRANSFER_SHORTFALL, g, d] += due[
                        s, g, d, m
                    ]  # what `_send` left there
    _draw_due(dice, ON_ALLOWED, rate.may_transfer, met, due)
    for s in range(S):
        _send(dice, rate, ON_ALLOWED_PLACES + s, s, due[s], stock, flow, met, transferred)


@inner
def _draw_due(dice: Dice, process: int, shares: FloatArray, met: IntArray, due: IntArray) -> None:
    """Draw how many of those met fall to each state; due [state, group, demographic, met]."""
    out = np.zeros(S, dtype=np.int64)
    for g in range(G):
        for d in range(D):
            for m in range(2):
                seat_for(dice, process, g, d, m)
                scatter(dice, met[g, d, m], shares[g, d], out)
                for s in range(S):
                    due[s, g, d, m] = out[s]


@inner
def _send(
    dice: Dice,
    rate: Rate,
    process: int,
    s: int,
    due: IntArray,
    stock: IntArray,
    flow: IntArray,
    met: IntArray,
    transferred: IntArray,
) -> None:
    """Send those due [group, demographic, met] to a state; leave in `due` who found no place."""
    places, rivals = rate.transfer_places[s] - transferred[s], people_in(due)
    if rivals == 0:
        return
    for g in range(G):
        for d in range(D):
            for m in range(2):
                seat_for(dice, process, g, d, m)
                count = due[g, d, m]
                moved = share_out(dice, count, places, rivals)
                places -= moved
                rivals -= count
                due[g, d, m] = count - moved
                met[g, d, m] -= moved
                stock[Stage.TRANSFERRED, g, d, 1] += moved
                transferred[s] += moved
                flow[Flow.TRANSFERRED, g, d] += moved
                flow[Flow.BEGAN_APPLICATION, g, d] += binomial(dice, moved, rate.transfer_access)


@inner
def receive(dice: Dice, rate: Rate, stock: IntArray, flow: IntArray, met: IntArray) -> None:
    """Return to wait, return at once or release those encountered and not transferred."""
    eligible = 0
    for g in range(G):
        for d in range(D):
            if g != MEXICANS and d != ALONE:
                eligible += met[g, d, 0] + met[g, d, 1]
    waiting = min(rate.wait_share, rate.wait_places / max(eligible, 1))
    for g in range(G):
        for d in range(D):
            for m in range(2):
                seat_for(dice, ON_RETURN, g, d, m)
                may_wait = g != MEXICANS and d != ALONE
                wait = binomial(dice, met[g, d, m], waiting) if may_wait else 0
                rest = met[g, d, m] - wait
                home = binomial(dice, rest, rate.sent_home[g, d])
                released = rest - home
                barred = binomial(dice, released, rate.barred[g, d])
                stock[Stage.SENT_TO_WAIT, g, d, 1] += wait
                stock[Stage.IN_COURT, g, d, 1] += released - barred
                stock[Stage.IN_COURT_BARRED, g, d, 1] += barred
                go_home(dice, rate.again[g], home, Stage.RETURNED_BY_USA, stock, g, d, 1)
                flow[Flow.SENT_TO_WAIT, g, d] += wait
                flow[Flow.RETURNED_BY_USA, g, d] += home
                flow[Flow.RELEASED, g, d] += released
