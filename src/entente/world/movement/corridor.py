"""One month of the corridor in whole people: every draw, every cell, and nobody lost.

A cell holds people of one group, demographic and past (met by US officers before, or not) in one
stage. They are exchangeable, so the moves out of a cell are one multinomial. Detentions and claims
follow the people on the way, who by Little's law number the arrivals times the months of the
journey; departures are what the forecast of arrivals needs after both, so that more interdiction
shows as detentions and the rest of a fall as fewer departures. People who enter the United States
undetected have no data row and are not modelled.
"""

from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from entente.luck import Luck
from entente.places import Demographic, Group
from entente.world.measures import RECEIVING
from entente.world.movement.dice import (
    Dice,
    FloatArray,
    IntArray,
    binomial,
    drift,
    inner,
    kernel,
    scatter,
    seat,
    take,
    uniform,
)
from entente.world.movement.stages import FLOWS, STAGES, Flow, Stage

_G: Final = len(Group)
_D: Final = len(Demographic)
_S: Final = len(RECEIVING)

# What one month asks of the corridor, one row a draw. "Share" is a chance for each person.
RATES: Final = np.dtype(
    [
        ("arrivals", "f8", _G),  # people apprehended between ports, expected
        ("to_ports", "f8", _G),  # people who join the ports' lists, expected
        ("journey", "f8", _G),  # mean time on the way, months
        ("detention", "f8", _G),  # Mexican detentions for each arrival
        ("claims", "f8", _G),  # Mexican asylum claims for each arrival
        ("family", "f8", (_G, _D)),  # shares of those who set out
        ("places", "f8"),  # most people held in Mexican detention
        ("held_still", "f8"),  # share of those held at the start who are held at the end
        ("held_new", "f8"),  # share of the month's detained who are held at the end
        ("returned", "f8"),  # share of those leaving detention who are returned
        ("again", "f8", _G),  # chance that a returned person tries again
        ("decisions", "i8"),  # asylum cases closed in Mexico
        ("granted", "f8", _G),  # share of those cases
        ("refused", "f8", _G),  # share of those cases; the rest withdrew
        ("quota", "i8"),  # people admitted from the ports' lists
        ("leaves_list", "f8"),  # share of those left on the lists who leave it
        ("transfer", "f8", (_G, _D, _S)),  # share for whom each receiving state is responsible
        ("may_transfer", "f8", (_G, _D, _S)),  # share whom each state may be sent, none owed
        ("transfer_places", "i8", _S),  # people each state receives
        ("transfer_access", "f8"),  # share of those transferred who begin an application
        ("wait_places", "f8"),  # people returned to wait, at most
        ("wait_share", "f8"),  # the same, as a share of those eligible
        ("wait_ending", "f8"),  # share of waiting cases that end
        ("wait_relief", "f8"),  # share of those, with relief
        ("sent_home", "f8", (_G, _D)),  # share of the others returned at once
        ("barred", "f8", (_G, _D)),  # share of those released not eligible for asylum
        ("court_closed", "f8"),  # share of pending US cases that are completed
        ("court_granted", "f8"),  # share of those, where not barred, granted
    ]
)
Rates: TypeAlias = NDArray[np.void]  # [draw] of RATES
Rate: TypeAlias = Any  # one row of it, its fields as attributes

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
(_ON_COURT, _ON_WAIT, _ON_ASYLUM, _ON_RELEASE, _ON_PLAN, _ON_JOURNEY, _ON_PORTS, _ON_OWED,
 _ON_ALLOWED, _ON_RETURN) = range(10)  # fmt: skip
_ON_OWED_PLACES: Final = 16  # and one more for each state
_ON_ALLOWED_PLACES: Final = 24


def moved(luck: Luck, rates: Rates, people: IntArray) -> tuple[IntArray, IntArray, IntArray]:
    """Move everyone through one month; raises RuntimeError if the ledger lost anybody.

    people    at the start                          [draw, stage, group, demographic, met]
    returns   people at the end, same axes; events [draw, flow, group, demographic];
              people transferred [draw, state]
    """
    after = people.copy()
    flows = np.zeros((len(people), FLOWS, _G, _D), dtype=np.int64)
    transferred = np.zeros((len(people), _S), dtype=np.int64)
    missing = month(luck.key(), luck.first, rates, people, after, flows, transferred)
    if missing:
        raise RuntimeError(f"the corridor's ledger does not add up: {missing} people")
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
) -> int:
    """Move everyone through one month, one draw after another.

    key, first    of the month's luck; `first` is the number of the block's first draw
    before        people at the start, unchanged        [draw, stage, group, demographic, met]
    after         the same on entry; people at the end on return
    flows         zero on entry; events of the month    [draw, flow, group, demographic]
    transferred   zero on entry; people transferred     [draw, state]
    returns       people missing from the ledger or in it twice: zero, or the model is wrong
    """
    met = np.zeros((_G, _D, 2), dtype=np.int64)  # people encountered in the month
    freed = np.zeros((_G, _D, 2), dtype=np.int64)  # people whose stay in detention ends
    missing = 0
    for i in range(before.shape[0]):
        dice = take(key, first + i)
        rate, stock, flow = rates[i], after[i], flows[i]
        _set_out_again(stock, flow)
        _decide_in_usa(dice, rate, stock, flow)
        _decide_in_mexico(dice, rate, stock, flow)
        _leave_detention(dice, rate, stock, freed)
        leaving = _plan(dice, rate, before[i], freed, stock, flow)
        _travel(dice, rate, leaving, stock, flow, met, freed)
        _admit_at_ports(dice, rate, stock, flow, met)
        _transfer(dice, rate, stock, flow, met, transferred[i])
        _receive(dice, rate, stock, flow, met)
        missing += _missing(before[i], stock, flow)
    return missing


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


@inner
def _seat(dice: Dice, process: int, group: int, demographic: int, met: int) -> None:
    cell = (group * _D + demographic) * 2 + met
    seat(dice, process * _SEATS + cell)


@inner
def _people(cells: IntArray) -> int:
    """Count people over cells [group, demographic, met]."""
    count = 0
    for g in range(_G):
        count += _of_group(cells, g)
    return count


@inner
def _of_group(cells: IntArray, group: int) -> int:
    count = 0
    for d in range(_D):
        count += cells[group, d, 0] + cells[group, d, 1]
    return count


@inner
def _share_out(dice: Dice, count: int, places: int, rivals: int) -> int:
    """Give a cell of `count` its part of `places`, of which all the cells left claim `rivals`.

    Taken cell by cell, the parts fill the places exactly, and no cell has priority in the mean.
    """
    if rivals <= places:
        return count
    part = binomial(dice, count, places / rivals)
    least = places - (rivals - count)
    return min(max(part, least, 0), count, places)


@inner
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


@inner
def _decide_in_usa(dice: Dice, rate: Rate, stock: IntArray, flow: IntArray) -> None:
    """Complete US cases: of those released, any pending case is as likely as another."""
    for g in range(_G):
        for d in range(_D):
            for m in range(2):
                _seat(dice, _ON_COURT, g, d, m)
                heard = binomial(dice, stock[_COURT, g, d, m], rate.court_closed)
                safe = binomial(dice, heard, rate.court_granted)
                barred = binomial(dice, stock[_BARRED, g, d, m], rate.court_closed)
                stock[_COURT, g, d, m] -= heard
                stock[_BARRED, g, d, m] -= barred
                flow[_F_COURT, g, d] += heard + barred
                _seat(dice, _ON_WAIT, g, d, m)
                ended = binomial(dice, stock[_WAIT, g, d, m], rate.wait_ending)
                relieved = binomial(dice, ended, rate.wait_relief)
                stock[_WAIT, g, d, m] -= ended
                protected = safe + relieved
                refused = heard + barred + ended - protected
                stock[_SAFE_USA, g, d, m] += protected
                stock[_REFUSED, g, d, m] += refused
                flow[_F_SAFE_USA, g, d] += protected
                flow[_F_REFUSED, g, d] += refused


@inner
def _decide_in_mexico(dice: Dice, rate: Rate, stock: IntArray, flow: IntArray) -> None:
    """Close asylum cases in Mexico; those who withdrew travel on."""
    places, rivals = rate.decisions, _people(stock[_ASYLUM])
    for g in range(_G):
        for d in range(_D):
            for m in range(2):
                _seat(dice, _ON_ASYLUM, g, d, m)
                count = stock[_ASYLUM, g, d, m]
                closed = _share_out(dice, count, places, rivals)
                places -= closed
                rivals -= count
                granted = binomial(dice, closed, rate.granted[g])
                odds = rate.refused[g] / max(1 - rate.granted[g], 1e-9)
                refused = binomial(dice, closed - granted, odds)
                stock[_ASYLUM, g, d, m] -= closed
                stock[_SAFE_MEXICO, g, d, m] += granted
                stock[_REFUSED, g, d, m] += refused
                stock[_TRANSIT, g, d, m] += closed - granted - refused
                flow[_F_SAFE_MEXICO, g, d] += granted


@inner
def _missing(before: IntArray, after: IntArray, flow: IntArray) -> int:
    """Count people missing or counted twice in one draw, and any stage below zero."""
    missing = 0
    for g in range(_G):
        for d in range(_D):
            gap = flow[_F_DEPARTED, g, d]
            for stage in range(STAGES):
                for m in range(2):
                    gap += before[stage, g, d, m] - after[stage, g, d, m]
                    missing += max(-after[stage, g, d, m], 0)
            missing += abs(gap)
    return missing


@inner
def _leave_detention(dice: Dice, rate: Rate, stock: IntArray, freed: IntArray) -> None:
    """End the stay of most who were held at the start."""
    for g in range(_G):
        for d in range(_D):
            for m in range(2):
                _seat(dice, _ON_RELEASE, g, d, m)
                held = stock[_HELD, g, d, m]
                freed[g, d, m] = held - binomial(dice, held, rate.held_still)
                stock[_HELD, g, d, m] -= freed[g, d, m]


@inner
def _set_out_again(stock: IntArray, flow: IntArray) -> None:
    """Put those whose month has come back on the way; the others come a month nearer."""
    for g in range(_G):
        for d in range(_D):
            for m in range(2):
                flow[_F_AGAIN, g, d] += stock[_TRIES, g, d, m]
                stock[_TRANSIT, g, d, m] += stock[_TRIES, g, d, m]
                stock[_TRIES, g, d, m] = stock[_TRIES + 1, g, d, m]
                stock[_TRIES + 1, g, d, m] = stock[_TRIES + 2, g, d, m]
                stock[_TRIES + 2, g, d, m] = 0


@inner
def _plan(
    dice: Dice, rate: Rate, before: IntArray, freed: IntArray, stock: IntArray, flow: IntArray
) -> FloatArray:
    """Let people set out so that arrivals are expected as forecast; return the ways on.

    With A arrivals and Q who go to a port, X people are on the way at the start and tau (A + Q) at
    the end (Little's law, tau months of journey). Detentions and claims are odds h and a of an
    arrival in a steady flow, spread over the time on the way:

        N = h / tau x mean of X,   C = a / tau x mean of X.                              (2)

    Departures are A + Q + N + C and the people on the way at the end, less those already there and
    those whom detention lets go within the month.

    returns   share of those on the way who leave it by each way      [group, way]
    """
    ways = np.zeros((_G, _LEAVE))
    for g in range(_G):
        onward = rate.arrivals[g] + rate.to_ports[g]
        mean = (_of_group(before[_TRANSIT], g) + rate.journey[g] * onward) / 2
        ways[g, 0] = rate.arrivals[g]
        ways[g, 1] = rate.to_ports[g]
        ways[g, 2] = rate.detention[g] / rate.journey[g] * mean
        ways[g, 3] = rate.claims[g] / rate.journey[g] * mean
    room = max(rate.places - _people(stock[_HELD]), 0.0) / max(rate.held_new, 1e-9)
    wanted = 0.0
    for g in range(_G):
        wanted += ways[g, 2]
    fits = min(1.0, room / max(wanted, 1e-9))
    parts = np.zeros(_D, dtype=np.int64)
    for g in range(_G):
        seat(dice, _ON_PLAN * _SEATS + g)
        onward = rate.arrivals[g] + rate.to_ports[g]
        there = _of_group(stock[_TRANSIT], g)
        ways[g, 2] *= fits
        let_go = (1 - rate.returned) * (_of_group(freed, g) + (1 - rate.held_new) * ways[g, 2])
        staying = max(rate.journey[g] * onward - let_go, 0.0)
        needed = ways[g, 0] + ways[g, 1] + ways[g, 2] + ways[g, 3] + staying - there
        departing = int(np.floor(max(needed, 0.0) + uniform(dice)))
        left = scatter(dice, departing, rate.family[g], parts)
        parts[0] += left
        for d in range(_D):
            stock[_TRANSIT, g, d, 0] += parts[d]
            flow[_F_DEPARTED, g, d] += parts[d]
        for way in range(_LEAVE):
            ways[g, way] /= max(there + departing, 1)
    return ways


@inner
def _travel(
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
    room = int(rate.places) - _people(stock[_HELD])
    out = np.zeros(_LEAVE, dtype=np.int64)
    for g in range(_G):
        for d in range(_D):
            for m in range(2):
                _seat(dice, _ON_JOURNEY, g, d, m)
                stock[_TRANSIT, g, d, m] = scatter(dice, stock[_TRANSIT, g, d, m], leaving[g], out)
                met[g, d, m] = out[0]
                stock[_LIST, g, d, m] += out[1]
                stock[_ASYLUM, g, d, m] += out[3]
                held = min(binomial(dice, out[2], rate.held_new), max(room, 0))
                room -= held
                stock[_HELD, g, d, m] += held
                over = freed[g, d, m] + out[2] - held
                returned = binomial(dice, over, rate.returned)
                stock[_TRANSIT, g, d, m] += over - returned
                _go_home(dice, rate.again[g], returned, _HOME_MEXICO, stock, g, d, m)
                flow[_F_HOME_MEXICO, g, d] += returned
                flow[_F_APPREHENDED, g, d] += out[0]
                flow[_F_DETAINED, g, d] += out[2]
                flow[_F_CLAIMED, g, d] += out[3]


@inner
def _admit_at_ports(dice: Dice, rate: Rate, stock: IntArray, flow: IntArray, met: IntArray) -> None:
    """Admit people from the ports' lists up to the quota; some of the others leave the list."""
    places, rivals = rate.quota, _people(stock[_LIST])
    for g in range(_G):
        for d in range(_D):
            for m in range(2):
                _seat(dice, _ON_PORTS, g, d, m)
                count = stock[_LIST, g, d, m]
                admitted = _share_out(dice, count, places, rivals)
                places -= admitted
                rivals -= count
                left = binomial(dice, count - admitted, rate.leaves_list)
                stock[_LIST, g, d, m] -= admitted + left
                stock[_TRANSIT, g, d, m] += left
                met[g, d, m] += admitted
                flow[_F_PORT, g, d] += admitted
                if m == 0:
                    flow[_F_FIRST, g, d] += met[g, d, m]


@inner
def _transfer(
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
    due = np.zeros((_S, _G, _D, 2), dtype=np.int64)
    _draw_due(dice, _ON_OWED, rate.transfer, met, due)
    for s in range(_S):
        _send(dice, rate, _ON_OWED_PLACES + s, s, due[s], stock, flow, met, transferred)
    for g in range(_G):
        for d in range(_D):
            for m in range(2):
                for s in range(_S):
                    flow[_F_SHORT, g, d] += due[s, g, d, m]  # what `_send` left there
    _draw_due(dice, _ON_ALLOWED, rate.may_transfer, met, due)
    for s in range(_S):
        _send(dice, rate, _ON_ALLOWED_PLACES + s, s, due[s], stock, flow, met, transferred)


@inner
def _draw_due(dice: Dice, process: int, shares: FloatArray, met: IntArray, due: IntArray) -> None:
    """Draw how many of those met fall to each state; due [state, group, demographic, met]."""
    out = np.zeros(_S, dtype=np.int64)
    for g in range(_G):
        for d in range(_D):
            for m in range(2):
                _seat(dice, process, g, d, m)
                scatter(dice, met[g, d, m], shares[g, d], out)
                for s in range(_S):
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
    places, rivals = rate.transfer_places[s] - transferred[s], _people(due)
    for g in range(_G):
        for d in range(_D):
            for m in range(2):
                _seat(dice, process, g, d, m)
                count = due[g, d, m]
                moved = _share_out(dice, count, places, rivals)
                places -= moved
                rivals -= count
                due[g, d, m] = count - moved
                met[g, d, m] -= moved
                stock[_MOVED, g, d, 1] += moved
                transferred[s] += moved
                flow[_F_MOVED, g, d] += moved
                flow[_F_ACCESS, g, d] += binomial(dice, moved, rate.transfer_access)


@inner
def _receive(dice: Dice, rate: Rate, stock: IntArray, flow: IntArray, met: IntArray) -> None:
    """Return to wait, return at once or release those encountered and not transferred."""
    eligible = 0
    for g in range(_G):
        for d in range(_D):
            if g != _MEXICANS and d != _ALONE:
                eligible += met[g, d, 0] + met[g, d, 1]
    waiting = min(rate.wait_share, rate.wait_places / max(eligible, 1))
    for g in range(_G):
        for d in range(_D):
            for m in range(2):
                _seat(dice, _ON_RETURN, g, d, m)
                may_wait = g != _MEXICANS and d != _ALONE
                wait = binomial(dice, met[g, d, m], waiting) if may_wait else 0
                rest = met[g, d, m] - wait
                home = binomial(dice, rest, rate.sent_home[g, d])
                released = rest - home
                barred = binomial(dice, released, rate.barred[g, d])
                stock[_WAIT, g, d, 1] += wait
                stock[_COURT, g, d, 1] += released - barred
                stock[_BARRED, g, d, 1] += barred
                _go_home(dice, rate.again[g], home, _HOME_USA, stock, g, d, 1)
                flow[_F_WAIT, g, d] += wait
                flow[_F_HOME_USA, g, d] += home
                flow[_F_RELEASED, g, d] += released
