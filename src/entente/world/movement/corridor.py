"""One month of the corridor in whole people: every draw, every cell, and nobody lost.

A cell holds people of one group, demographic and past (met by US officers before, or not) in one
stage. They are exchangeable, so the moves out of a cell are one multinomial. Detentions and claims
follow the people on the way, who by Little's law number the arrivals times the months of the
journey; departures are what the forecast of arrivals needs after both, so that more interdiction
shows as detentions and the rest of a fall as fewer departures. People who enter the United States
undetected have no data row and are not modelled.
"""

from typing import Final, NamedTuple

import numpy as np

from entente.luck import Luck
from entente.places import Demographic, Group
from entente.world.movement.dice import (
    Dice,
    FloatArray,
    IntArray,
    binomial,
    drift,
    kernel,
    scatter,
    seat,
    take,
    uniform,
)
from entente.world.movement.stages import FLOWS, Flow, Stage, lost


class Rates(NamedTuple):
    """What one month asks of the corridor.

    arrivals         people apprehended between ports, expected             [draw, group]
    to_ports         people who join the ports' lists, expected             [draw, group]
    journey          mean time on the way, months                           [draw, group]
    detention        Mexican detentions for each arrival                    [draw, group]
    claims           Mexican asylum claims for each arrival                 [draw, group]
    family           shares of those who set out             [draw, group, demographic]
    places           most people held in Mexican detention                  [draw]
    held_still       share of those held at the start who are held at the end       [draw]
    held_new         share of the month's detained who are held at the end          [draw]
    returned         share of those leaving detention who are returned      [draw]
    again            chance that a returned person tries again              [draw, group]
    decisions        asylum cases closed in Mexico                          [draw]
    granted, refused shares of those cases                                  [draw, group]
    quota            people admitted from the ports' lists                  [draw]
    leaves_list      share of those on the lists who leave it               [draw]
    transfer         responsible receiving state       [draw, group, demographic, state]
    transfer_places  people each state receives                             [draw, state]
    transfer_access  share of those transferred who begin an application    [draw]
    wait_places      people returned to wait, at most                       [draw]
    wait_share       the same, as a share of those eligible                 [draw]
    wait_ending, wait_relief     share of waiting cases that end; of those, with relief  [draw]
    sent_home        share of the others returned at once    [draw, group, demographic]
    barred           share not eligible for asylum           [draw, group, demographic]
    court_closed     share of pending US cases that are completed           [draw]
    court_granted    share of those, where not barred, granted              [draw]
    """

    arrivals: FloatArray
    to_ports: FloatArray
    journey: FloatArray
    detention: FloatArray
    claims: FloatArray
    family: FloatArray
    places: FloatArray
    held_still: FloatArray
    held_new: FloatArray
    returned: FloatArray
    again: FloatArray
    decisions: IntArray
    granted: FloatArray
    refused: FloatArray
    quota: IntArray
    leaves_list: FloatArray
    transfer: FloatArray
    transfer_places: IntArray
    transfer_access: FloatArray
    wait_places: FloatArray
    wait_share: FloatArray
    wait_ending: FloatArray
    wait_relief: FloatArray
    sent_home: FloatArray
    barred: FloatArray
    court_closed: FloatArray
    court_granted: FloatArray


_GROUPS: Final = len(Group)
_DEMOGRAPHICS: Final = len(Demographic)
_MEXICANS: Final = list(Group).index(Group.MEX)
_ALONE: Final = list(Demographic).index(Demographic.UNACCOMPANIED_CHILD)
_LEAVE: Final = 4  # ways out of the journey: apprehended, to a port, detained, claims asylum

# Stages and flows as plain numbers, which kernels read faster.
_TRIES: Final = int(Stage.TRIES_NEXT)
_TRANSIT: Final = int(Stage.IN_TRANSIT)
_HELD: Final = int(Stage.DETAINED)
_ASYLUM: Final = int(Stage.ASYLUM)
_LIST: Final = int(Stage.METERED)
_WAIT: Final = int(Stage.SENT_TO_WAIT)
_COURT: Final = int(Stage.IN_COURT)
_BARRED: Final = int(Stage.IN_COURT_BARRED)
_SAFE_MEXICO: Final = int(Stage.PROTECTED_MEXICO)
_HOME_MEXICO: Final = int(Stage.RETURNED_BY_MEXICO)
_HOME_USA: Final = int(Stage.RETURNED_BY_USA)
_REFUSED: Final = int(Stage.REFUSED)
_SAFE_USA: Final = int(Stage.PROTECTED_USA)
_MOVED: Final = int(Stage.TRANSFERRED)
_F_DEPARTED: Final = int(Flow.DEPARTED)
_F_AGAIN: Final = int(Flow.TRIED_AGAIN)
_F_DETAINED: Final = int(Flow.DETAINED)
_F_HOME_MEXICO: Final = int(Flow.RETURNED_BY_MEXICO)
_F_CLAIMED: Final = int(Flow.CLAIMED)
_F_SAFE_MEXICO: Final = int(Flow.PROTECTED_MEXICO)
_F_APPREHENDED: Final = int(Flow.APPREHENDED)
_F_PORT: Final = int(Flow.AT_PORT)
_F_FIRST: Final = int(Flow.FIRST_MET)
_F_WAIT: Final = int(Flow.SENT_TO_WAIT)
_F_MOVED: Final = int(Flow.TRANSFERRED)
_F_SHORT: Final = int(Flow.TRANSFER_SHORTFALL)
_F_RELEASED: Final = int(Flow.RELEASED)
_F_HOME_USA: Final = int(Flow.RETURNED_BY_USA)
_F_SAFE_USA: Final = int(Flow.PROTECTED_USA)
_F_REFUSED: Final = int(Flow.REFUSED)
_F_ACCESS: Final = int(Flow.BEGAN_APPLICATION)
_F_COURT: Final = int(Flow.CLOSED_IN_COURT)

# What the dice are thrown for: each process owns a seat for each cell.
_SEATS: Final = 32
(_ON_COURT, _ON_WAIT, _ON_ASYLUM, _ON_RELEASE, _ON_PLAN, _ON_JOURNEY, _ON_PORTS, _ON_TRANSFER,
 _ON_PLACES, _ON_RETURN) = range(10)  # fmt: skip


def moved(luck: Luck, rates: Rates, people: IntArray) -> tuple[IntArray, IntArray, IntArray]:
    """Move everyone through one month; raises RuntimeError if the ledger lost anybody.

    people    at the start                          [draw, stage, group, demographic, met]
    returns   people at the end, same axes; events [draw, flow, group, demographic];
              people transferred [draw, state]
    """
    after = np.empty_like(people)
    flows = np.empty((len(people), FLOWS, _GROUPS, _DEMOGRAPHICS), dtype=np.int64)
    transferred = np.empty((len(people), rates.transfer.shape[3]), dtype=np.int64)
    month(luck.key(), luck.first, rates, people, after, flows, transferred)
    if lost(people, after, flows).any() or (after < 0).any():
        raise RuntimeError("the corridor's ledger does not add up")
    return after, flows, transferred


def wandered(luck: Luck, closeness: FloatArray, shares: FloatArray) -> FloatArray:
    """Return shares a month later; closeness [draw], shares [draw, row, place]."""
    later = shares.copy()
    wander(luck.key(), luck.first, closeness, later)
    return later


def spread_over(luck: Luck, shares: FloatArray, people: IntArray) -> IntArray:
    """Spread people [draw] over places by shares [draw, place], in whole numbers."""
    out = np.empty(shares.shape, dtype=np.int64)
    spread(luck.key(), luck.first, np.ascontiguousarray(shares), people, out)
    return out


@kernel
def month(
    key: Dice,
    first: int,
    rates: Rates,
    before: IntArray,
    after: IntArray,
    flows: IntArray,
    transferred: IntArray,
) -> None:
    """Move everyone through one month, one draw after another.

    key, first    of the month's luck; `first` is the number of the block's first draw
    before        people at the start, unchanged        [draw, stage, group, demographic, met]
    after         people at the end, written            same axes
    flows         events of the month, written          [draw, flow, group, demographic]
    transferred   people transferred, written           [draw, state]
    """
    met = np.zeros((_GROUPS, _DEMOGRAPHICS, 2), dtype=np.int64)
    for i in range(before.shape[0]):
        dice = take(key, first + i)
        stock, flow = after[i], flows[i]
        stock[:] = before[i]
        flow[:] = 0
        _set_out_again(stock, flow)
        _decide_in_usa(dice, i, rates, stock, flow)
        _decide_in_mexico(dice, i, rates, stock, flow)
        _leave_detention(dice, i, rates, stock, flow)
        leaving = _plan(dice, i, rates, before[i], stock, flow)
        _travel(dice, i, rates, leaving, stock, flow, met)
        _admit_at_ports(dice, i, rates, stock, flow, met)
        _transfer(dice, i, rates, stock, flow, met, transferred[i])
        _receive(dice, i, rates, stock, flow, met)


@kernel
def wander(key: Dice, first: int, closeness: FloatArray, shares: FloatArray) -> None:
    """Let shares wander for a month, in place: Dirichlet around themselves.

    closeness   concentration                       [draw]
    shares      each row of places sums to 1        [draw, row, place]
    """
    for i in range(shares.shape[0]):
        dice = take(key, first + i)
        for row in range(shares.shape[1]):
            seat(dice, row)
            drift(dice, shares[i, row], closeness[i])


@kernel
def spread(key: Dice, first: int, shares: FloatArray, people: IntArray, out: IntArray) -> None:
    """Spread people over places by shares, a multinomial that adds up.

    shares   rows sum to 1           [draw, place]
    people   counts                  [draw]
    out      written                 [draw, place]
    """
    for i in range(shares.shape[0]):
        dice = take(key, first + i)
        left = scatter(dice, people[i], shares[i], out[i])
        out[i, -1] += left


@kernel
def _seat(dice: Dice, process: int, group: int, demographic: int, met: int) -> None:
    cell = (group * _DEMOGRAPHICS + demographic) * 2 + met
    seat(dice, process * _SEATS + cell)


@kernel
def _share_out(dice: Dice, count: int, places: int, rivals: int) -> int:
    """Give a cell of `count` its part of `places`, of which all the cells left claim `rivals`.

    Taken cell by cell, the parts fill the places exactly, and no cell has priority in the mean.
    """
    if rivals <= places:
        return count
    part = binomial(dice, count, places / rivals)
    least = places - (rivals - count)
    return min(max(part, least, 0), count, places)


@kernel
def _go_home(
    dice: Dice, again: float, count: int, home: int, stock: IntArray, g: int, d: int, m: int
) -> None:
    """Return people to their country; some will set out again in one to three months."""
    trying = binomial(dice, count, again)
    soon = binomial(dice, trying, 1 / 3)
    later = binomial(dice, trying - soon, 1 / 2)
    stock[_TRIES, g, d, m] += soon
    stock[_TRIES + 1, g, d, m] += later
    stock[_TRIES + 2, g, d, m] += trying - soon - later
    stock[home, g, d, m] += count - trying


@kernel
def _decide_in_usa(dice: Dice, i: int, rates: Rates, stock: IntArray, flow: IntArray) -> None:
    """Complete US cases: of those released, any pending case is as likely as another."""
    for g in range(_GROUPS):
        for d in range(_DEMOGRAPHICS):
            for m in range(2):
                _seat(dice, _ON_COURT, g, d, m)
                heard = binomial(dice, stock[_COURT, g, d, m], rates.court_closed[i])
                safe = binomial(dice, heard, rates.court_granted[i])
                barred = binomial(dice, stock[_BARRED, g, d, m], rates.court_closed[i])
                stock[_COURT, g, d, m] -= heard
                stock[_BARRED, g, d, m] -= barred
                flow[_F_COURT, g, d] += heard + barred
                _seat(dice, _ON_WAIT, g, d, m)
                ended = binomial(dice, stock[_WAIT, g, d, m], rates.wait_ending[i])
                relieved = binomial(dice, ended, rates.wait_relief[i])
                stock[_WAIT, g, d, m] -= ended
                protected = safe + relieved
                refused = heard + barred + ended - protected
                stock[_SAFE_USA, g, d, m] += protected
                stock[_REFUSED, g, d, m] += refused
                flow[_F_SAFE_USA, g, d] += protected
                flow[_F_REFUSED, g, d] += refused


@kernel
def _decide_in_mexico(dice: Dice, i: int, rates: Rates, stock: IntArray, flow: IntArray) -> None:
    """Close asylum cases in Mexico; those who withdrew travel on."""
    places, rivals = rates.decisions[i], stock[_ASYLUM].sum()
    for g in range(_GROUPS):
        for d in range(_DEMOGRAPHICS):
            for m in range(2):
                _seat(dice, _ON_ASYLUM, g, d, m)
                count = stock[_ASYLUM, g, d, m]
                closed = _share_out(dice, count, places, rivals)
                places -= closed
                rivals -= count
                granted = binomial(dice, closed, rates.granted[i, g])
                odds = rates.refused[i, g] / max(1 - rates.granted[i, g], 1e-9)
                refused = binomial(dice, closed - granted, odds)
                stock[_ASYLUM, g, d, m] -= closed
                stock[_SAFE_MEXICO, g, d, m] += granted
                stock[_REFUSED, g, d, m] += refused
                stock[_TRANSIT, g, d, m] += closed - granted - refused
                flow[_F_SAFE_MEXICO, g, d] += granted


@kernel
def _leave_detention(dice: Dice, i: int, rates: Rates, stock: IntArray, flow: IntArray) -> None:
    """End the stay of most who were held at the start: returned, or let go to travel on."""
    for g in range(_GROUPS):
        for d in range(_DEMOGRAPHICS):
            for m in range(2):
                _seat(dice, _ON_RELEASE, g, d, m)
                held = stock[_HELD, g, d, m]
                out = held - binomial(dice, held, rates.held_still[i])
                stock[_HELD, g, d, m] -= out
                _end_stay(dice, i, rates, out, stock, flow, g, d, m)


@kernel
def _end_stay(
    dice: Dice,
    i: int,
    rates: Rates,
    out: int,
    stock: IntArray,
    flow: IntArray,
    g: int,
    d: int,
    m: int,
) -> None:
    returned = binomial(dice, out, rates.returned[i])
    flow[_F_HOME_MEXICO, g, d] += returned
    stock[_TRANSIT, g, d, m] += out - returned
    _go_home(dice, rates.again[i, g], returned, _HOME_MEXICO, stock, g, d, m)


@kernel
def _set_out_again(stock: IntArray, flow: IntArray) -> None:
    """Put those whose month has come back on the way; the others come a month nearer."""
    for g in range(_GROUPS):
        for d in range(_DEMOGRAPHICS):
            for m in range(2):
                flow[_F_AGAIN, g, d] += stock[_TRIES, g, d, m]
                stock[_TRANSIT, g, d, m] += stock[_TRIES, g, d, m]
                stock[_TRIES, g, d, m] = stock[_TRIES + 1, g, d, m]
                stock[_TRIES + 1, g, d, m] = stock[_TRIES + 2, g, d, m]
                stock[_TRIES + 2, g, d, m] = 0


@kernel
def _plan(
    dice: Dice, i: int, rates: Rates, before: IntArray, stock: IntArray, flow: IntArray
) -> FloatArray:
    """Let people set out so that arrivals are expected as forecast; return the ways on.

    With A arrivals and Q who go to a port, X people are on the way at the start and tau (A + Q) at
    the end (Little's law, tau months of journey). Detentions and claims are odds h and a of an
    arrival in a steady flow, spread over the time on the way:

        N = h / tau x mean of X,   C = a / tau x mean of X.                              (2)

    Departures are A + Q + N + C and the people on the way at the end, less those already there.

    returns   share of those on the way who leave it by each way      [group, way]
    """
    ways = np.zeros((_GROUPS, _LEAVE))
    for g in range(_GROUPS):
        onward = rates.arrivals[i, g] + rates.to_ports[i, g]
        mean = (before[_TRANSIT, g].sum() + rates.journey[i, g] * onward) / 2
        ways[g, 0] = rates.arrivals[i, g]
        ways[g, 1] = rates.to_ports[i, g]
        ways[g, 2] = rates.detention[i, g] / rates.journey[i, g] * mean
        ways[g, 3] = rates.claims[i, g] / rates.journey[i, g] * mean
    room = max(rates.places[i] - stock[_HELD].sum(), 0.0) / max(rates.held_new[i], 1e-9)
    wanted = ways[:, 2].sum()
    if wanted > room:
        ways[:, 2] *= room / wanted
    parts = np.zeros(_DEMOGRAPHICS, dtype=np.int64)
    for g in range(_GROUPS):
        seat(dice, _ON_PLAN * _SEATS + g)
        onward = rates.arrivals[i, g] + rates.to_ports[i, g]
        there = stock[_TRANSIT, g].sum()
        needed = ways[g].sum() + rates.journey[i, g] * onward - there
        departing = int(np.floor(max(needed, 0.0) + uniform(dice)))
        left = scatter(dice, departing, rates.family[i, g], parts)
        parts[0] += left
        for d in range(_DEMOGRAPHICS):
            stock[_TRANSIT, g, d, 0] += parts[d]
            flow[_F_DEPARTED, g, d] += parts[d]
        ways[g] /= max(there + departing, 1.0)
    return ways


@kernel
def _travel(
    dice: Dice,
    i: int,
    rates: Rates,
    leaving: FloatArray,
    stock: IntArray,
    flow: IntArray,
    met: IntArray,
) -> None:
    """Take people off the way: apprehended, to a port's list, detained, or claiming asylum."""
    room = int(rates.places[i]) - stock[_HELD].sum()
    out = np.zeros(_LEAVE, dtype=np.int64)
    for g in range(_GROUPS):
        for d in range(_DEMOGRAPHICS):
            for m in range(2):
                _seat(dice, _ON_JOURNEY, g, d, m)
                stock[_TRANSIT, g, d, m] = scatter(dice, stock[_TRANSIT, g, d, m], leaving[g], out)
                met[g, d, m] = out[0]
                stock[_LIST, g, d, m] += out[1]
                stock[_ASYLUM, g, d, m] += out[3]
                held = min(binomial(dice, out[2], rates.held_new[i]), max(room, 0))
                room -= held
                stock[_HELD, g, d, m] += held
                _end_stay(dice, i, rates, out[2] - held, stock, flow, g, d, m)
                flow[_F_APPREHENDED, g, d] += out[0]
                flow[_F_DETAINED, g, d] += out[2]
                flow[_F_CLAIMED, g, d] += out[3]


@kernel
def _admit_at_ports(
    dice: Dice, i: int, rates: Rates, stock: IntArray, flow: IntArray, met: IntArray
) -> None:
    """Admit people from the ports' lists up to the quota; some of the others leave the list."""
    places, rivals = rates.quota[i], stock[_LIST].sum()
    for g in range(_GROUPS):
        for d in range(_DEMOGRAPHICS):
            for m in range(2):
                _seat(dice, _ON_PORTS, g, d, m)
                count = stock[_LIST, g, d, m]
                admitted = _share_out(dice, count, places, rivals)
                places -= admitted
                rivals -= count
                left = binomial(dice, count - admitted, rates.leaves_list[i])
                stock[_LIST, g, d, m] -= admitted + left
                stock[_TRANSIT, g, d, m] += left
                met[g, d, m] += admitted
                flow[_F_PORT, g, d] += admitted
                if m == 0:
                    flow[_F_FIRST, g, d] += met[g, d, m]


@kernel
def _transfer(
    dice: Dice,
    i: int,
    rates: Rates,
    stock: IntArray,
    flow: IntArray,
    met: IntArray,
    transferred: IntArray,
) -> None:
    """Send people to the state an accord makes responsible, as far as it has places."""
    states = rates.transfer.shape[3]
    transferred[:] = 0
    if rates.transfer[i].sum() <= 0:
        return
    due = np.zeros((_GROUPS, _DEMOGRAPHICS, 2, states), dtype=np.int64)
    for g in range(_GROUPS):
        for d in range(_DEMOGRAPHICS):
            for m in range(2):
                _seat(dice, _ON_TRANSFER, g, d, m)
                scatter(dice, met[g, d, m], rates.transfer[i, g, d], due[g, d, m])
    for s in range(states):
        places, rivals = rates.transfer_places[i, s], due[:, :, :, s].sum()
        for g in range(_GROUPS):
            for d in range(_DEMOGRAPHICS):
                for m in range(2):
                    _seat(dice, _ON_PLACES + s * 16, g, d, m)
                    count = due[g, d, m, s]
                    moved = _share_out(dice, count, places, rivals)
                    places -= moved
                    rivals -= count
                    met[g, d, m] -= moved
                    stock[_MOVED, g, d, 1] += moved
                    transferred[s] += moved
                    flow[_F_MOVED, g, d] += moved
                    flow[_F_ACCESS, g, d] += binomial(dice, moved, rates.transfer_access[i])
                    flow[_F_SHORT, g, d] += count - moved


@kernel
def _receive(
    dice: Dice, i: int, rates: Rates, stock: IntArray, flow: IntArray, met: IntArray
) -> None:
    """Return to wait, return at once or release those encountered and not transferred."""
    eligible = 0
    for g in range(_GROUPS):
        for d in range(_DEMOGRAPHICS):
            if g != _MEXICANS and d != _ALONE:
                eligible += met[g, d, 0] + met[g, d, 1]
    waiting = min(rates.wait_share[i], rates.wait_places[i] / max(eligible, 1))
    for g in range(_GROUPS):
        for d in range(_DEMOGRAPHICS):
            for m in range(2):
                _seat(dice, _ON_RETURN, g, d, m)
                may_wait = g != _MEXICANS and d != _ALONE
                wait = binomial(dice, met[g, d, m], waiting) if may_wait else 0
                rest = met[g, d, m] - wait
                home = binomial(dice, rest, rates.sent_home[i, g, d])
                released = rest - home
                barred = binomial(dice, released, rates.barred[i, g, d])
                stock[_WAIT, g, d, 1] += wait
                stock[_COURT, g, d, 1] += released - barred
                stock[_BARRED, g, d, 1] += barred
                _go_home(dice, rates.again[i, g], home, _HOME_USA, stock, g, d, 1)
                flow[_F_WAIT, g, d] += wait
                flow[_F_HOME_USA, g, d] += home
                flow[_F_RELEASED, g, d] += released
