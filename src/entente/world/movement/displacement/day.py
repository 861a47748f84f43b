"""One day under the default rules, compiled: people arrive, set out, choose a camp and depart."""

from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from entente.evidence import FloatArray, IntArray
from entente.world.movement.dice import Dice, kernel, scatter, seat

BoolArray: TypeAlias = NDArray[np.bool_]


class Map(NamedTuple):
    """The arcs, what is known of them by day, and the ways to the camps.

    tail, head    [arc];  is_open [day, arc]
    ride, walk    days that an arc takes, later or on the first leg [arc]
    goals         the places of camps [camp];  country [camp]
    state         the number of the day's state [day]
    pull          of a camp on people at a place [state, place, camp]
    onward        the next arc towards a camp [state, place, camp], -1 at the end
    """

    tail: IntArray
    head: IntArray
    is_open: BoolArray
    ride: IntArray
    walk: IntArray
    goals: IntArray
    country: IntArray
    state: IntArray
    pull: FloatArray
    onward: IntArray


class Entries(NamedTuple):
    """Who enters: people a day [day], weights of origins [day, place]; in camps already [camp]."""

    newcomers: IntArray
    origin: FloatArray
    opening: IntArray


class Appeals(NamedTuple):
    """How a draw differs from the middle course: factors [draw, country], [draw, camp], ..."""

    country: FloatArray
    camp: FloatArray
    origin: FloatArray


class Room(NamedTuple):
    """How camps fill up: limits [camp], the share `buffer` from which one turns people away.

    `kin` and `balance` say how many people already there make a camp less of a goal.
    """

    limit: FloatArray
    kin: float
    balance: float
    buffer: float


class People(NamedTuple):
    """Where people are.

    stock    in each camp [camp];  bound    on their way to it [camp]
    due      on the roads, by day of arrival in turn [day, arc, camp]: a cohort is the people on one
             arc who make for one camp and arrive on one day
    here     at places, by camp chosen [place, camp + 1]; the last column without a choice
    """

    stock: IntArray
    bound: IntArray
    due: IntArray
    here: IntArray


@kernel
def one_day(
    dice: Dice,
    day: int,
    draw: int,
    ways: Map,
    entries: Entries,
    appeals: Appeals,
    camps: Room,
    people: People,
) -> int:
    """Let a day pass, each place with luck of its own; return the change on the roads."""
    change = -_arrive(day, ways, people)
    places, goals = people.here.shape[0], people.stock.shape[0]
    room, shares = np.zeros(goals), np.zeros(goals)
    started = np.zeros(places, dtype=np.int64)
    _make_room(people, camps, room)
    if entries.newcomers[day] > 0:
        seat(dice, places)
        _start(dice, entries.newcomers[day], entries.origin[day], appeals.origin[draw], started)
    for place in range(places):
        here, pull = people.here[place], ways.pull[ways.state[day], place]
        onward = ways.onward[ways.state[day], place]
        fresh, undecided = started[place], _recall(here, onward, people.bound)
        if fresh + undecided > 0:
            if _choose(pull, ways.country, appeals, draw, room, shares):
                seat(dice, place)
                change += _send(dice, fresh, shares, onward, ways.walk, day, people)
                seat(dice, places + 1 + place)
                change += _send(dice, undecided, shares, onward, ways.ride, day, people)
            else:
                here[goals] = fresh + undecided
        change += _depart(here, onward, ways.ride, day, people)
    return change


@kernel
def _choose(
    pull: FloatArray,
    country: IntArray,
    appeals: Appeals,
    draw: int,
    room: FloatArray,
    shares: FloatArray,
) -> bool:
    """Fill the chances of each camp for people at one place [camp]: country first, then camp.

    A country weighs the summed pull of its camps; within it a camp weighs pull times room, where
    `room` [camp] falls with the people there. Returns whether any camp can be chosen.
    """
    of_country, of_camp = appeals.country[draw], appeals.camp[draw]
    nation, within = np.zeros(of_country.shape[0]), np.zeros(of_country.shape[0])
    total = 0.0
    for camp in range(pull.shape[0]):
        shares[camp] = 0.0
        if room[camp] > 0:
            shares[camp] = pull[camp] * of_camp[camp] * room[camp]
            nation[country[camp]] += pull[camp] * of_country[country[camp]]
            within[country[camp]] += shares[camp]
            total += pull[camp] * of_country[country[camp]]
    if total <= 0:
        return False
    for camp in range(pull.shape[0]):
        if shares[camp] > 0:
            shares[camp] *= nation[country[camp]] / within[country[camp]] / total
    return True


@kernel
def _arrive(day: int, ways: Map, people: People) -> int:
    """End the legs that are due today; who finds the road shut is back at its start.

    Legs end at the start of a day, `ride` or (on the first leg) `walk` days after they began.
    Returns the people who left the roads.
    """
    ended = 0
    due = people.due[day % people.due.shape[0]]
    for arc in range(due.shape[0]):
        for camp in range(due.shape[1]):
            count = due[arc, camp]
            if count == 0:
                continue
            due[arc, camp] = 0
            ended += count
            place = ways.head[arc] if ways.is_open[day, arc] else ways.tail[arc]
            if place == ways.goals[camp]:
                people.stock[camp] += count
                people.bound[camp] -= count
            else:
                people.here[place, camp] += count
    return ended


@kernel
def _recall(here: IntArray, onward: IntArray, bound: IntArray) -> int:
    """Take back the choices of those at a place who are cut off from their camp.

    here    people by camp chosen [camp + 1], the last without a choice; emptied of the recalled
    onward  the next arc to each camp [camp];  bound    people on their way [camp]
    Returns the people who must choose.
    """
    camps = bound.shape[0]
    undecided = int(here[camps])
    here[camps] = 0
    for camp in range(camps):
        if onward[camp] < 0:
            undecided += here[camp]
            bound[camp] -= here[camp]
            here[camp] = 0
    return undecided


@kernel
def _depart(chosen: IntArray, onward: IntArray, legs: IntArray, day: int, people: People) -> int:
    """Put people who have chosen [camp, ...] on the next arc of their way; empties `chosen`.

    Who is at the chosen camp already stays. Returns the people now on a road.
    """
    departed = 0
    due = people.due
    for camp in range(people.stock.shape[0]):
        if chosen[camp] == 0:
            continue
        if onward[camp] < 0:
            people.stock[camp] += chosen[camp]
            people.bound[camp] -= chosen[camp]
        else:
            due[(day + legs[onward[camp]]) % due.shape[0], onward[camp], camp] += chosen[camp]
            departed += chosen[camp]
        chosen[camp] = 0
    return departed


@kernel
def _make_room(people: People, camps: Room, room: FloatArray) -> None:
    """Fill the room [camp] that newcomers find: less where many are, none where a limit is reached.

    Between `buffer` and the whole of its limit a camp turns away a growing share; those on their
    way to it count against the limit.
    """
    for camp in range(room.shape[0]):
        stock = people.stock[camp]
        taken = (stock + people.bound[camp]) / camps.limit[camp]
        left = min(1.0, max(0.0, (1 - taken) / (1 - camps.buffer)))
        room[camp] = left * (1 + stock / camps.kin) ** -camps.balance


@kernel
def _start(
    dice: Dice, newcomers: int, origin: FloatArray, appeal: FloatArray, started: IntArray
) -> None:
    """Scatter newcomers over origins by weight times appeal [place], into `started` [place]."""
    shares = origin * appeal
    total = 0.0
    for place in range(shares.shape[0]):
        total += shares[place]
    most = np.argmax(shares)
    for place in range(shares.shape[0]):
        shares[place] /= total
    left = scatter(dice, newcomers, shares, started)
    started[most] += left  # what rounding of the shares leaves


@kernel
def _send(
    dice: Dice,
    count: int,
    shares: FloatArray,
    onward: IntArray,
    legs: IntArray,
    day: int,
    people: People,
) -> int:
    """Let people choose camps by shares [camp] and depart; return those now on a road."""
    if count == 0:
        return 0
    chosen = np.zeros(shares.shape[0], dtype=np.int64)
    left = scatter(dice, count, shares, chosen)
    chosen[np.argmax(shares)] += left
    for camp in range(chosen.shape[0]):
        people.bound[camp] += chosen[camp]
    return _depart(chosen, onward, legs, day, people)
