"""One day under Flee's rules, compiled: people board arcs by weight, ride, land and decide again.

A cohort is the people at one place, or on one arc and due on one day, who share whether they are
still on their first leg and how far they travelled of late (in steps of 1 / RECENT).
"""

from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from entente.evidence import FloatArray, IntArray
from entente.world.movement.dice import Dice, Hand, binomial, kernel, scatter

BoolArray: TypeAlias = NDArray[np.bool_]

RECENT: Final = 16  # steps in which the recent distance, 0 to 1 or a little more, is kept
STEP: Final = 5  # km in which the distance of the day is kept


@kernel
def remember(recent: float, km: float, speed: float) -> int:
    """Fold a day's km into the recent distance and give the step it falls on."""
    return min(RECENT - 1, int((recent + km / speed) / 2 * RECENT + 0.5))


@kernel
def weigh(
    day: int,
    weight: FloatArray,
    head: IntArray,
    first: IntArray,
    is_open: BoolArray,
    limit: FloatArray,
    buffer: float,
    at: IntArray,
    room: FloatArray,
    chance: FloatArray,
) -> None:
    """Fill each arc's chance among the open arcs of its place [arc] and the room of places [place].

    A camp takes all below `buffer` of its limit and none at it; where every weight is 0, arcs are
    equal; where no arc is open, all chances are 0.
    """
    for place in range(limit.shape[0]):
        taken = 0.0
        if limit[place] < np.inf:
            taken = at[place].sum() / limit[place]
        room[place] = min(1.0, max(0.0, (1 - taken) / (1 - buffer)))
    for place in range(limit.shape[0]):
        total, ways = 0.0, 0
        for arc in range(first[place], first[place + 1]):
            chance[arc] = 0.0
            if is_open[day, arc]:
                chance[arc] = weight[day, arc] * room[head[arc]]
                total += chance[arc]
                ways += 1
        for arc in range(first[place], first[place + 1]):
            if is_open[day, arc]:
                chance[arc] = chance[arc] / total if total > 0 else 1.0 / ways


@kernel
def board(
    dice: Dice,
    people: int,
    place: int,
    first: IntArray,
    head: IntArray,
    room: FloatArray,
    chance: FloatArray,
    chosen: IntArray,
) -> int:
    """Send people from a place down its arcs into `chosen` [arc]; return how many must stay.

    Who has chosen a camp that is over half closed, or has no arc, loses the day.
    """
    low, high = first[place], first[place + 1]
    shut = True
    for arc in range(low, high):
        shut = shut and chance[arc] == 0.0
    if shut:
        return people
    left = scatter(dice, people, chance[low:high], chosen[low:high])
    chosen[low + np.argmax(chance[low:high])] += left
    stay = 0
    for arc in range(low, high):
        if room[head[arc]] < 0.5:
            stay += chosen[arc]
            chosen[arc] = 0
    return stay


@kernel
def ride(
    people: int,
    arc: int,
    on_foot: int,
    recent: int,
    gone: int,
    day: int,
    km: FloatArray,
    speeds: FloatArray,
    due: IntArray,
) -> int:
    """Advance people on an arc by one day's speed.

    `gone` is the distance of the day so far in steps of STEP km; a leg is at least one step.
    Returns the same on arrival, or -1 where they are put down as due on a later day.
    """
    speed = speeds[1] if on_foot else speeds[0]
    if speed > km[arc]:
        return gone + max(1, int(km[arc] / STEP + 0.5))
    days = int(km[arc] / speed)  # further days; strictly more km than the length are needed
    past = recent / RECENT
    past = (past + (gone * STEP + speed) / speeds[0]) / 2
    for _ in range(days - 1):
        past = (past + speed / speeds[0]) / 2
    due[(day + days) % due.shape[0], arc, on_foot, min(RECENT - 1, int(past * RECENT + 0.5))] += (
        people
    )
    return -1


@kernel
def crowded(at: IntArray, coming: int, limit: FloatArray, buffer: float) -> bool:
    """Say whether some camp could pass its buffer today, so that order matters."""
    for place in range(limit.shape[0]):
        people = at[place].sum()
        if people < limit[place] < people / buffer + coming / buffer:
            return True
    return False


@kernel
def decide(
    dice: Hand,
    moving: FloatArray,
    first: IntArray,
    head: IntArray,
    room: FloatArray,
    chance: FloatArray,
    chosen: IntArray,
    speed: float,
    at: IntArray,
) -> IntArray:
    """Let everyone at a place decide; return who boards [arc, on first leg, recent]."""
    boarding = np.zeros((chance.shape[0], 2, RECENT), dtype=np.int64)
    for place in range(at.shape[0]):
        for on_foot in range(2):
            for recent in range(RECENT):
                people = at[place, on_foot, recent]
                if people == 0:
                    continue
                going = binomial(dice[place], people, moving[place])
                stay = people - going
                stay += board(dice[place], going, place, first, head, room, chance, chosen)
                at[place, on_foot, recent] = 0
                at[place, on_foot, remember(recent / RECENT, 0.0, speed)] += stay
                for arc in range(first[place], first[place + 1]):
                    boarding[arc, on_foot, recent] += chosen[arc]
                    chosen[arc] = 0
    return boarding


@kernel
def land(
    people: int,
    arc: int,
    recent: int,
    gone: int,
    is_open: BoolArray,
    tail: IntArray,
    head: IntArray,
    speed: float,
    at: IntArray,
    pool: IntArray,
    todo: IntArray,
) -> None:
    """Put people who end a leg where they belong: back at its start, at its end, or in the pool.

    pool    people who may decide again today [steps gone, place, recent]
    todo    the cells of the pool in use [steps gone, ...]; its last column counts them
    A negative `gone` (steps of STEP km today) says that they are still on the road.
    """
    if gone < 0 or people == 0:
        return
    if not is_open[arc]:
        at[tail[arc], 0, remember(recent / RECENT, float(gone * STEP), speed)] += people
    elif gone >= pool.shape[0]:
        at[head[arc], 0, remember(recent / RECENT, float(gone * STEP), speed)] += people
    else:
        if pool[gone, head[arc], recent] == 0:
            used = todo[gone, -1]
            todo[gone, used] = head[arc] * RECENT + recent
            todo[gone, -1] = used + 1
        pool[gone, head[arc], recent] += people


@kernel
def end_legs(
    block: int,
    blocks: int,
    day: int,
    boarding: IntArray,
    today: IntArray,
    is_open: BoolArray,
    tail: IntArray,
    head: IntArray,
    km: FloatArray,
    speeds: FloatArray,
    at: IntArray,
    due: IntArray,
    pool: IntArray,
    todo: IntArray,
) -> int:
    """Advance a block of those who boarded and of those due today [arc, on first leg, recent].

    The blocks of a cohort add up to it. Returns the people who ended the day on a road.
    """
    moved = 0
    for arc in range(tail.shape[0]):
        for on_foot in range(2):
            speed = speeds[1] if on_foot else speeds[0]
            rest = int((km[arc] - int(km[arc] / speed) * speed) / STEP + 0.5)  # of the last day
            for recent in range(RECENT):
                people = boarding[arc, on_foot, recent]
                if people > 0:
                    people = people * (block + 1) // blocks - people * block // blocks
                    arrival = ride(people, arc, on_foot, recent, 0, day, km, speeds, due)
                    moved += people if arrival < 0 else 0
                    land(
                        people,
                        arc,
                        recent,
                        arrival,
                        is_open,
                        tail,
                        head,
                        speeds[0],
                        at,
                        pool,
                        todo,
                    )
                people = today[arc, on_foot, recent]
                if people > 0:
                    people = people * (block + 1) // blocks - people * block // blocks
                    land(people, arc, recent, rest, is_open, tail, head, speeds[0], at, pool, todo)
    return moved


@kernel
def go_on(
    day: int,
    dice: Hand,
    moving: FloatArray,
    through: BoolArray,
    first: IntArray,
    tail: IntArray,
    head: IntArray,
    km: FloatArray,
    is_open: BoolArray,
    room: FloatArray,
    chance: FloatArray,
    chosen: IntArray,
    speeds: FloatArray,
    at: IntArray,
    due: IntArray,
    pool: IntArray,
    todo: IntArray,
) -> int:
    """Let arrivals decide again, in order of the distance of their day, until the pool is empty.

    Onward travel through towns is forced while recent and present distances are short. A new leg is
    given a full day's speed, as the peer does. Returns the people who ended the day on a road.
    """
    moved = 0
    for gone in range(pool.shape[0]):
        for turn in range(todo[gone, -1]):
            place, recent = todo[gone, turn] // RECENT, todo[gone, turn] % RECENT
            people = pool[gone, place, recent]
            pool[gone, place, recent] = 0
            short = (recent / RECENT + gone * STEP / speeds[0]) / 2 < 0.5
            going = people
            if not (through[place] and short):
                going = binomial(dice[place], people, moving[place])
            stay = people - going
            stay += board(dice[place], going, place, first, head, room, chance, chosen)
            at[place, 0, remember(recent / RECENT, float(gone * STEP), speeds[0])] += stay
            for arc in range(first[place], first[place + 1]):
                count = chosen[arc]
                chosen[arc] = 0
                if count == 0:
                    continue
                arrival = ride(count, arc, 0, recent, gone, day, km, speeds, due)
                moved += count if arrival < 0 else 0
                land(count, arc, recent, arrival, is_open, tail, head, speeds[0], at, pool, todo)
        todo[gone, -1] = 0
    return moved
