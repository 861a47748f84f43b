"""One day under Flee's rules, compiled: people board arcs by weight, ride, land and decide again.

A cohort is the people at one place, or on one arc and due on one day, who share whether they are
still on their first leg and how far they travelled of late (in steps of 1 / RECENT).
"""

from typing import Final, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from entente.evidence import FloatArray, IntArray
from entente.world.movement.dice import Dice, Hand, binomial, kernel, scatter

BoolArray: TypeAlias = NDArray[np.bool_]

RECENT: Final = 16  # steps in which the recent distance, 0 to 1 or a little more, is kept
STEP: Final = 5  # km in which the distance of the day is kept


class Roads(NamedTuple):
    """The map, and how fast people are on it.

    tail, head, km    [arc]
    first             [place + 1]; arcs first[i] to first[i + 1] leave place i
    is_open           [day, arc]
    speed, on_foot    km a day, on foot during the first leg
    """

    tail: IntArray
    head: IntArray
    km: FloatArray
    first: IntArray
    is_open: BoolArray
    speed: float
    on_foot: float


class Shelter(NamedTuple):
    """How many a place can take [place], infinite for all; from `buffer` of it on, a share."""

    limit: FloatArray
    buffer: float


class Draws(NamedTuple):
    """What draws people on, day by day.

    weight     of an arc [day, arc]
    moving     the chance of moving on from a place [day, place]
    through    whether people who came a short way pass through a place [day, place]
    """

    weight: FloatArray
    moving: FloatArray
    through: BoolArray


class View(NamedTuple):
    """What people see now: room at a place [place], the chance of an arc [arc]; the arcs chosen."""

    room: FloatArray
    chance: FloatArray
    chosen: IntArray


class People(NamedTuple):
    """Where people are.

    at      at places [place, on first leg, recent]
    due     on the roads, by day of arrival in turn [day, arc, on first leg, recent]
    pool    people who may decide again today [steps gone, place, recent]
    todo    the cells of the pool in use [steps gone, ...]; its last column counts them
    """

    at: IntArray
    due: IntArray
    pool: IntArray
    todo: IntArray


@kernel
def remember(recent: float, km: float, speed: float) -> int:
    """Fold a day's km into the recent distance and give the step it falls on."""
    return min(RECENT - 1, int((recent + km / speed) / 2 * RECENT + 0.5))


@kernel
def weigh(day: int, draws: Draws, roads: Roads, shelter: Shelter, at: IntArray, view: View) -> None:
    """Fill each arc's chance among the open arcs of its place and the room of places.

    A camp takes all below `buffer` of its limit and none at it; where every weight is 0, arcs are
    equal; where no arc is open, all chances are 0.
    """
    limit, first = shelter.limit, roads.first
    for place in range(limit.shape[0]):
        taken = 0.0
        if limit[place] < np.inf:
            taken = at[place].sum() / limit[place]
        view.room[place] = min(1.0, max(0.0, (1 - taken) / (1 - shelter.buffer)))
    for place in range(limit.shape[0]):
        total, ways = 0.0, 0
        for arc in range(first[place], first[place + 1]):
            view.chance[arc] = 0.0
            if roads.is_open[day, arc]:
                view.chance[arc] = draws.weight[day, arc] * view.room[roads.head[arc]]
                total += view.chance[arc]
                ways += 1
        for arc in range(first[place], first[place + 1]):
            if roads.is_open[day, arc]:
                view.chance[arc] = view.chance[arc] / total if total > 0 else 1.0 / ways


@kernel
def board(dice: Dice, people: int, place: int, roads: Roads, view: View) -> int:
    """Send people from a place down its arcs into `chosen`; return how many must stay.

    Who has chosen a camp that is over half closed, or has no arc, loses the day.
    """
    low, high = roads.first[place], roads.first[place + 1]
    chance, chosen = view.chance[low:high], view.chosen[low:high]
    shut = True
    for arc in range(high - low):
        shut = shut and chance[arc] == 0.0
    if shut:
        return people
    left = scatter(dice, people, chance, chosen)
    chosen[np.argmax(chance)] += left
    stay = 0
    for arc in range(high - low):
        if view.room[roads.head[low + arc]] < 0.5:
            stay += chosen[arc]
            chosen[arc] = 0
    return stay


@kernel
def ride(
    people: int, arc: int, first_leg: int, recent: int, gone: int, day: int, roads: Roads,
    due: IntArray,
) -> int:  # fmt: skip
    """Advance people on an arc by one day's speed.

    `gone` is the distance of the day so far in steps of STEP km; a leg is at least one step.
    Returns the same on arrival, or -1 where they are put down as due on a later day.
    """
    speed = roads.on_foot if first_leg else roads.speed
    if speed > roads.km[arc]:
        return gone + max(1, int(roads.km[arc] / STEP + 0.5))
    days = int(roads.km[arc] / speed)  # further days; strictly more km than the length are needed
    past = recent / RECENT
    past = (past + (gone * STEP + speed) / roads.speed) / 2
    for _ in range(days - 1):
        past = (past + speed / roads.speed) / 2
    step = min(RECENT - 1, int(past * RECENT + 0.5))
    due[(day + days) % due.shape[0], arc, first_leg, step] += people
    return -1


@kernel
def crowded(at: IntArray, coming: int, shelter: Shelter) -> bool:
    """Say whether some camp could pass its buffer today, so that order matters."""
    limit, buffer = shelter.limit, shelter.buffer
    for place in range(limit.shape[0]):
        people = at[place].sum()
        if people < limit[place] < people / buffer + coming / buffer:
            return True
    return False


@kernel
def decide(dice: Hand, moving: FloatArray, roads: Roads, view: View, at: IntArray) -> IntArray:
    """Let everyone at a place decide; return who boards [arc, on first leg, recent]."""
    boarding = np.zeros((view.chance.shape[0], 2, RECENT), dtype=np.int64)
    for place in range(at.shape[0]):
        for first_leg in range(2):
            for recent in range(RECENT):
                people = at[place, first_leg, recent]
                if people == 0:
                    continue
                going = binomial(dice[place], people, moving[place])
                stay = people - going
                stay += board(dice[place], going, place, roads, view)
                at[place, first_leg, recent] = 0
                at[place, first_leg, remember(recent / RECENT, 0.0, roads.speed)] += stay
                for arc in range(roads.first[place], roads.first[place + 1]):
                    boarding[arc, first_leg, recent] += view.chosen[arc]
                    view.chosen[arc] = 0
    return boarding


@kernel
def land(
    count: int, arc: int, recent: int, gone: int, day: int, roads: Roads, people: People
) -> None:
    """Put people who end a leg where they belong: back at its start, at its end, or in the pool.

    A negative `gone` (steps of STEP km today) says that they are still on the road.
    """
    if gone < 0 or count == 0:
        return
    head = roads.head[arc]
    is_open = roads.is_open[day, arc]
    if not is_open or gone >= people.pool.shape[0]:
        place = head if is_open else roads.tail[arc]
        step = remember(recent / RECENT, float(gone * STEP), roads.speed)
        people.at[place, 0, step] += count
        return
    if people.pool[gone, head, recent] == 0:
        used = people.todo[gone, -1]
        people.todo[gone, used] = head * RECENT + recent
        people.todo[gone, -1] = used + 1
    people.pool[gone, head, recent] += count


@kernel
def part(people: int, block: int, blocks: int) -> int:
    """Cut a block from a cohort; the blocks add up to it."""
    return people * (block + 1) // blocks - people * block // blocks


@kernel
def end_legs(
    block: int, blocks: int, day: int, boarding: IntArray, roads: Roads, people: People
) -> int:
    """Advance a block of those who boarded [arc, on first leg, recent] and of those due today.

    Returns the people who ended the day on a road.
    """
    moved = 0
    today = people.due[day % people.due.shape[0]]
    for arc in range(roads.tail.shape[0]):
        for first_leg in range(2):
            speed = roads.on_foot if first_leg else roads.speed
            whole_days = int(roads.km[arc] / speed) * speed
            rest = int((roads.km[arc] - whole_days) / STEP + 0.5)  # of the last day
            for recent in range(RECENT):
                count = part(boarding[arc, first_leg, recent], block, blocks)
                if count > 0:
                    gone = ride(count, arc, first_leg, recent, 0, day, roads, people.due)
                    moved += count if gone < 0 else 0
                    land(count, arc, recent, gone, day, roads, people)
                count = part(today[arc, first_leg, recent], block, blocks)
                land(count, arc, recent, rest, day, roads, people)
    return moved


@kernel
def go_on(day: int, dice: Hand, draws: Draws, roads: Roads, view: View, people: People) -> int:
    """Let arrivals decide again, in order of the distance of their day, until the pool is empty.

    Onward travel through towns is forced while recent and present distances are short. A new leg is
    given a full day's speed, as the peer does. Returns the people who ended the day on a road.
    """
    moved = 0
    pool, todo = people.pool, people.todo
    for gone in range(pool.shape[0]):
        for turn in range(todo[gone, -1]):
            place, recent = todo[gone, turn] // RECENT, todo[gone, turn] % RECENT
            arrived = pool[gone, place, recent]
            pool[gone, place, recent] = 0
            short = (recent / RECENT + gone * STEP / roads.speed) / 2 < 0.5
            going = arrived
            if not (draws.through[day, place] and short):
                going = binomial(dice[place], arrived, draws.moving[day, place])
            stay = arrived - going
            stay += board(dice[place], going, place, roads, view)
            step = remember(recent / RECENT, float(gone * STEP), roads.speed)
            people.at[place, 0, step] += stay
            moved += _set_off(place, recent, gone, day, roads, view, people)
        todo[gone, -1] = 0
    return moved


@kernel
def _set_off(
    place: int, recent: int, gone: int, day: int, roads: Roads, view: View, people: People
) -> int:
    """Start the legs chosen at a place; return the people who ended the day on a road."""
    moved = 0
    for arc in range(roads.first[place], roads.first[place + 1]):
        count = view.chosen[arc]
        view.chosen[arc] = 0
        if count == 0:
            continue
        arrival = ride(count, arc, 0, recent, gone, day, roads, people.due)
        moved += count if arrival < 0 else 0
        land(count, arc, recent, arrival, day, roads, people)
    return moved
