"""Decisions on pending cases: US immigration court, and Mexico's asylum office."""

from entente.evidence import IntArray
from entente.world.movement.corridor.cells import (
    ON_ASYLUM,
    ON_COURT,
    ON_WAIT,
    D,
    G,
    Rate,
    group_in,
    seat_for,
    share_out,
)
from entente.world.movement.corridor.stages import Flow, Stage
from entente.world.movement.dice import Dice, binomial, inner


@inner
def decide_in_usa(dice: Dice, rate: Rate, stock: IntArray, flow: IntArray) -> None:
    """Complete the US cases whose turn has come, and end those of people sent to wait."""
    for g in range(G):
        places = rate.closed_usa[g]
        rivals = group_in(stock[Stage.IN_COURT], g) + group_in(stock[Stage.IN_COURT_BARRED], g)
        for d in range(D):
            for m in range(2):
                seat_for(dice, ON_COURT, g, d, m)
                count = stock[Stage.IN_COURT, g, d, m]
                heard = share_out(dice, count, places, rivals)
                places -= heard
                rivals -= count
                safe = binomial(dice, heard, rate.court_granted)
                count = stock[Stage.IN_COURT_BARRED, g, d, m]
                barred = share_out(dice, count, places, rivals)
                places -= barred
                rivals -= count
                stock[Stage.IN_COURT, g, d, m] -= heard
                stock[Stage.IN_COURT_BARRED, g, d, m] -= barred
                flow[Flow.CLOSED_IN_COURT, g, d] += heard + barred
                seat_for(dice, ON_WAIT, g, d, m)
                ended = binomial(dice, stock[Stage.SENT_TO_WAIT, g, d, m], rate.wait_ending)
                relieved = binomial(dice, ended, rate.wait_relief)
                stock[Stage.SENT_TO_WAIT, g, d, m] -= ended
                protected = safe + relieved
                refused = heard + barred + ended - protected
                stock[Stage.PROTECTED_USA, g, d, m] += protected
                stock[Stage.REFUSED, g, d, m] += refused
                flow[Flow.PROTECTED_USA, g, d] += protected
                flow[Flow.REFUSED, g, d] += refused


@inner
def decide_in_mexico(dice: Dice, rate: Rate, stock: IntArray, flow: IntArray) -> None:
    """Close the asylum cases in Mexico whose turn has come; those who withdrew travel on."""
    for g in range(G):
        places, rivals = rate.closed_mexico[g], group_in(stock[Stage.ASYLUM], g)
        odds = rate.refused[g] / max(1 - rate.granted[g], 1e-9)
        for d in range(D):
            for m in range(2):
                seat_for(dice, ON_ASYLUM, g, d, m)
                count = stock[Stage.ASYLUM, g, d, m]
                closed = share_out(dice, count, places, rivals)
                places -= closed
                rivals -= count
                granted = binomial(dice, closed, rate.granted[g])
                refused = binomial(dice, closed - granted, odds)
                stock[Stage.ASYLUM, g, d, m] -= closed
                stock[Stage.PROTECTED_MEXICO, g, d, m] += granted
                stock[Stage.REFUSED, g, d, m] += refused
                stock[Stage.IN_TRANSIT, g, d, m] += closed - granted - refused
                flow[Flow.PROTECTED_MEXICO, g, d] += granted
