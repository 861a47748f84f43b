"""The default rules as counts: people choose a camp, make their way, and choose anew if cut off."""

from dataclasses import replace
from statistics import NormalDist
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from entente.evidence import FloatArray, IntArray
from entente.luck import Luck
from entente.world.movement.dice import Dice, Hand, Key, deal, hand, kernel, scatter, seat
from entente.world.movement.displacement.atlas import chart
from entente.world.movement.displacement.folder import Folder
from entente.world.movement.displacement.inflow import Inflow, postponed
from entente.world.movement.displacement.network import Network
from entente.world.movement.displacement.rules import EntenteRules

BoolArray: TypeAlias = NDArray[np.bool_]


def travel(
    folder: Folder,
    network: Network,
    inflow: Inflow,
    rules: EntenteRules,
    luck: Luck,
    *,
    use_capacity: bool,
) -> tuple[IntArray, IntArray, IntArray, IntArray]:
    """Let every draw run its days.

    Returns, in persons, the people in each camp at the end of each day [draw, day, camp], those on
    a road [draw, day], those waiting elsewhere [draw, day], and all who entered so far [day].
    """
    atlas = chart(folder, network, inflow, rules)
    camps = np.array(folder.camps, dtype=np.int64)
    countries = [folder.spots[camp].country for camp in camps]
    names = list(dict.fromkeys(countries))
    keys = np.stack([luck.of("journeys", day).key() for day in range(folder.days)])
    limit = np.array([folder.spots[camp].population for camp in camps]) * rules.scaling
    newcomers = postponed(inflow.newcomers, atlas.origin)
    counts = _run(
        hand(),
        keys,
        luck.first,
        newcomers,
        inflow.opening,
        camps,
        atlas.state,
        atlas.pull,
        atlas.onward,
        atlas.origin,
        network.tail,
        network.head,
        network.open,
        np.ceil(network.km / rules.speed).astype(np.int64),
        np.ceil(network.km / rules.speed_on_foot).astype(np.int64),
        np.array([names.index(country) for country in countries], dtype=np.int64),
        _spread(luck, "country", names, rules.doubt_country),
        _spread(luck, "camp", [folder.spots[camp].name for camp in camps], rules.doubt_camp),
        _spread(luck, "origin", [spot.name for spot in folder.spots], rules.doubt_origin),
        np.where(limit > 0, limit, np.inf) if use_capacity else np.full(len(camps), np.inf),
        np.array([rules.kin, rules.balance, rules.buffer]),
        int(np.ceil(network.km.max() / rules.speed_on_foot)) + 1,
    )
    return *counts, inflow.opening.sum() + newcomers.cumsum()


def _spread(luck: Luck, what: str, names: list[str], doubt: float) -> FloatArray:
    """Draw lognormal factors [draw, name]; a name keeps its luck on any map that holds it.

    Draw 0 is the middle course, all factors 1; draws 2k - 1 and 2k mirror each other (antithetic),
    which steadies the mean over draws.
    """
    numbers = luck.first + np.arange(luck.draws)
    pair = (numbers + 1) // 2
    pairs = replace(luck, first=int(pair[0]), draws=int(pair[-1] - pair[0]) + 1)
    uniform = np.stack([pairs.of("appeal", what, name).uniform() for name in names], axis=1)
    normal = np.vectorize(NormalDist().inv_cdf)(uniform)
    sign = np.where(numbers == 0, 0.0, np.where(numbers % 2 == 0, 1.0, -1.0))[:, None]
    factors: FloatArray = np.exp(doubt * sign * normal[pair - pair[0]])
    return factors


@kernel
def _choose(
    pull: FloatArray,
    country: IntArray,
    of_country: FloatArray,
    of_camp: FloatArray,
    room: FloatArray,
    shares: FloatArray,
) -> bool:
    """Fill the chances of each camp for people at one place [camp]: country first, then camp.

    A country weighs the summed pull of its camps; within it a camp weighs pull times room, where
    `room` [camp] falls with the people there. Returns whether any camp can be chosen.
    """
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
def _arrive(
    due: IntArray,
    is_open: BoolArray,
    tail: IntArray,
    head: IntArray,
    goals: IntArray,
    stock: IntArray,
    bound: IntArray,
    here: IntArray,
) -> int:
    """End the legs that are due today; who finds the road shut is back at its start.

    due     [arc, camp], emptied;  stock, bound [camp];  here [place, camp]
    Returns the people who left the roads.
    """
    ended = 0
    for arc in range(due.shape[0]):
        for camp in range(due.shape[1]):
            people = due[arc, camp]
            if people == 0:
                continue
            due[arc, camp] = 0
            ended += people
            place = head[arc] if is_open[arc] else tail[arc]
            if place == goals[camp]:
                stock[camp] += people
                bound[camp] -= people
            else:
                here[place, camp] += people
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
def _depart(
    people: IntArray,
    onward: IntArray,
    legs: IntArray,
    day: int,
    due: IntArray,
    stock: IntArray,
    bound: IntArray,
) -> int:
    """Put people who have chosen [camp, ...] on the next arc of their way; empties `people`.

    Who is at the chosen camp already stays. Returns the people now on a road.
    """
    departed = 0
    for camp in range(stock.shape[0]):
        if people[camp] == 0:
            continue
        if onward[camp] < 0:
            stock[camp] += people[camp]
            bound[camp] -= people[camp]
        else:
            due[(day + legs[onward[camp]]) % due.shape[0], onward[camp], camp] += people[camp]
            departed += people[camp]
        people[camp] = 0
    return departed


@kernel
def _make_room(
    stock: IntArray, bound: IntArray, limit: FloatArray, habits: FloatArray, room: FloatArray
) -> None:
    """Fill the room [camp] that newcomers find: less where many are, none where a limit is reached.

    Between `buffer` and the whole of its limit a camp turns away a growing share; those on their
    way to it count against the limit.
    """
    kin, balance, buffer = habits[0], habits[1], habits[2]
    for camp in range(stock.shape[0]):
        taken = (stock[camp] + bound[camp]) / limit[camp]
        left = min(1.0, max(0.0, (1 - taken) / (1 - buffer)))
        room[camp] = left * (1 + stock[camp] / kin) ** -balance


@kernel
def _start(
    dice: Dice,
    newcomers: int,
    origin: FloatArray,
    appeal: FloatArray,
    shares: FloatArray,
    started: IntArray,
) -> None:
    """Scatter newcomers over origins by weight times appeal [place], into `started` [place]."""
    total, most = 0.0, 0
    for place in range(origin.shape[0]):
        shares[place] = origin[place] * appeal[place]
        total += shares[place]
        if shares[place] > shares[most]:
            most = place
    for place in range(origin.shape[0]):
        shares[place] /= total
    left = scatter(dice, newcomers, shares, started)
    started[most] += left  # what rounding of the shares leaves


@kernel
def _send(
    dice: Dice,
    people: int,
    shares: FloatArray,
    onward: IntArray,
    legs: IntArray,
    day: int,
    due: IntArray,
    stock: IntArray,
    bound: IntArray,
    chosen: IntArray,
) -> int:
    """Let people choose camps by shares [camp] and depart; return those now on a road."""
    if people == 0:
        return 0
    left = scatter(dice, people, shares, chosen)
    chosen[np.argmax(shares)] += left
    for camp in range(chosen.shape[0]):
        bound[camp] += chosen[camp]
    return _depart(chosen, onward, legs, day, due, stock, bound)


@kernel
def _run(
    dealt: Hand,
    keys: Key,
    first_draw: int,
    newcomers: IntArray,
    opening: IntArray,
    goals: IntArray,
    state: IntArray,
    pull: FloatArray,
    onward: IntArray,
    origin: FloatArray,
    tail: IntArray,
    head: IntArray,
    is_open: BoolArray,
    ride: IntArray,
    walk: IntArray,
    country: IntArray,
    of_country: FloatArray,
    of_camp: FloatArray,
    of_origin: FloatArray,
    limit: FloatArray,
    habits: FloatArray,
    horizon: int,
) -> tuple[IntArray, IntArray, IntArray]:
    """Run the days of each draw: arrive, set out, choose, depart.

    Legs end at the start of a day, `ride` or (on the first leg) `walk` days [arc] after they began.
    A cohort is the people on one arc who make for one camp and arrive on one day, less than
    `horizon` days ahead. Each place has its own dice each day, so what happens elsewhere does not
    shift its luck.
    """
    draws, days, camps = of_camp.shape[0], newcomers.shape[0], opening.shape[0]
    places, arcs = origin.shape[1], tail.shape[0]
    in_camp = np.zeros((draws, days, camps), dtype=np.int64)
    on_road = np.zeros((draws, days), dtype=np.int64)
    waiting = np.zeros((draws, days), dtype=np.int64)
    shares, origins, room = np.zeros(camps), np.zeros(places), np.zeros(camps)
    chosen = np.zeros(camps, dtype=np.int64)
    started = np.zeros(places, dtype=np.int64)
    dice = dealt[0]
    for draw in range(draws):
        stock, bound = opening.copy(), np.zeros(camps, dtype=np.int64)
        due = np.zeros((horizon, arcs, camps), dtype=np.int64)
        here = np.zeros((places, camps + 1), dtype=np.int64)  # last column: no camp chosen
        moving = 0
        for day in range(days):
            deal(dice, keys[day], first_draw + draw)
            now = state[day]
            moving -= _arrive(
                due[day % horizon], is_open[day], tail, head, goals, stock, bound, here
            )
            _make_room(stock, bound, limit, habits, room)
            if newcomers[day] > 0:
                seat(dice, places)
                _start(dice, newcomers[day], origin[day], of_origin[draw], origins, started)
            for place in range(places):
                way = onward[now, place]
                undecided = _recall(here[place], way, bound)
                fresh = started[place]
                started[place] = 0
                if fresh + undecided > 0:
                    if _choose(
                        pull[now, place], country, of_country[draw], of_camp[draw], room, shares
                    ):
                        seat(dice, place)
                        moving += _send(
                            dice, fresh, shares, way, walk, day, due, stock, bound, chosen
                        )
                        seat(dice, places + 1 + place)
                        moving += _send(
                            dice, undecided, shares, way, ride, day, due, stock, bound, chosen
                        )
                    else:
                        here[place, camps] = fresh + undecided
                moving += _depart(here[place], way, ride, day, due, stock, bound)
                for camp in range(camps + 1):
                    waiting[draw, day] += here[place, camp]
            on_road[draw, day] = moving
            for camp in range(camps):
                in_camp[draw, day, camp] = stock[camp]
    return in_camp, on_road, waiting
