"""Cells of the ledger, as kernels hold them: the month's rates, and moves that all steps share.

A cell holds people of one group, demographic and past (met by US officers before, or not) in one
stage. They are exchangeable, so the moves out of a cell are one multinomial.
"""

from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from entente.evidence import IntArray
from entente.places import Demographic, Group
from entente.world.measures import RECEIVING
from entente.world.movement.corridor.stages import STAGES, Flow, Stage
from entente.world.movement.dice import Dice, binomial, inner, seat

G: Final = len(Group)
D: Final = len(Demographic)
S: Final = len(RECEIVING)

# What one month asks of the corridor, one row a draw. "Share" is a chance for each person.
RATES: Final = np.dtype(
    [
        ("arrivals", "f8", G),  # people apprehended between ports, expected
        ("to_ports", "f8", G),  # people who join the ports' lists, expected
        ("journey", "f8", G),  # mean time on the way, months
        ("detention", "f8", G),  # Mexican detentions for each arrival
        ("claims", "f8", G),  # Mexican asylum claims for each arrival
        ("family", "f8", (G, D)),  # shares of those who set out
        ("places", "f8"),  # most people held in Mexican detention
        ("held_still", "f8"),  # share of those held at the start who are held at the end
        ("held_new", "f8"),  # share of the month's detained who are held at the end
        ("returned", "f8"),  # share of those leaving detention who are returned
        ("again", "f8", G),  # chance that a returned person tries again
        ("closed_mexico", "i8", G),  # asylum cases closed in Mexico
        ("granted", "f8", G),  # share of those cases
        ("refused", "f8", G),  # share of those cases; the rest withdrew
        ("quota", "i8"),  # people admitted from the ports' lists
        ("leaves_list", "f8"),  # share of those left on the lists who leave it
        ("transfer", "f8", (G, D, S)),  # share for whom each receiving state is responsible
        ("may_transfer", "f8", (G, D, S)),  # share whom each state may be sent, none owed
        ("transfer_places", "i8", S),  # people each state receives
        ("transfer_access", "f8"),  # share of those transferred who begin an application
        ("wait_places", "f8"),  # people returned to wait, at most
        ("wait_share", "f8"),  # the same, as a share of those eligible
        ("wait_ending", "f8"),  # share of waiting cases that end
        ("wait_relief", "f8"),  # share of those, with relief
        ("sent_home", "f8", (G, D)),  # share of the others returned at once
        ("barred", "f8", (G, D)),  # share of those released not eligible for asylum
        ("closed_usa", "i8", G),  # US cases of those released that are completed
        ("court_granted", "f8"),  # share of those, where not barred, granted
    ]
)
Rates: TypeAlias = NDArray[np.void]  # [draw] of RATES
Rate: TypeAlias = Any  # one row of it, its fields as attributes

MEXICANS: Final = list(Group).index(Group.MEX)
ALONE: Final = list(Demographic).index(Demographic.UNACCOMPANIED_CHILD)

# What the dice are thrown for: each process owns a seat for each cell.
SEATS: Final = 32
(ON_COURT, ON_WAIT, ON_ASYLUM, ON_RELEASE, ON_PLAN, ON_JOURNEY, ON_PORTS, ON_OWED,
 ON_ALLOWED, ON_RETURN) = range(10)  # fmt: skip
ON_OWED_PLACES: Final = 16  # and one more for each state
ON_ALLOWED_PLACES: Final = 24


@inner
def seat_for(dice: Dice, process: int, group: int, demographic: int, met: int) -> None:
    """Put the dice at the stretch of numbers that a process owns for a cell."""
    cell = (group * D + demographic) * 2 + met
    seat(dice, process * SEATS + cell)


@inner
def people_in(cells: IntArray) -> int:
    """Count people over cells [group, demographic, met]."""
    count = 0
    for g in range(G):
        count += group_in(cells, g)
    return count


@inner
def group_in(cells: IntArray, group: int) -> int:
    """Count the people of one group over cells [group, demographic, met]."""
    count = 0
    for d in range(D):
        count += cells[group, d, 0] + cells[group, d, 1]
    return count


@inner
def missing_people(before: IntArray, after: IntArray, flow: IntArray) -> int:
    """Count people missing or counted twice in one draw, and any stage below zero.

    It is 0 where equation (6) holds.
    """
    missing = 0
    for g in range(G):
        for d in range(D):
            gap = flow[Flow.DEPARTED, g, d]
            for stage in range(STAGES):
                for m in range(2):
                    gap += before[stage, g, d, m] - after[stage, g, d, m]
                    missing += max(-after[stage, g, d, m], 0)
            missing += abs(gap)
    return missing


@inner
def share_out(dice: Dice, count: int, places: int, rivals: int) -> int:
    """Give a cell of `count` its part of `places`, of which all the cells left claim `rivals`.

    Taken cell by cell, the parts fill the places exactly, and no cell has priority in the mean.
    """
    if rivals <= places:
        return count
    part = binomial(dice, count, places / rivals)
    least = places - (rivals - count)
    return min(max(part, least, 0), count, places)


@inner
def go_home(
    dice: Dice, again: float, count: int, home: int, stock: IntArray, g: int, d: int, m: int
) -> None:
    """Return people to their country; some will set out again in one to three months."""
    trying = binomial(dice, count, again)
    soon = binomial(dice, trying, 1 / 3)
    later = binomial(dice, trying - soon, 1 / 2)
    stock[Stage.TRIES_NEXT, g, d, m] += soon
    stock[Stage.TRIES_NEXT + 1, g, d, m] += later
    stock[Stage.TRIES_NEXT + 2, g, d, m] += trying - soon - later
    stock[home, g, d, m] += count - trying
