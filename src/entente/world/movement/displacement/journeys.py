"""The default rules as counts: people choose a camp, make their way, and choose anew if cut off."""

from dataclasses import replace
from statistics import NormalDist

import numpy as np

from entente.evidence import FloatArray, IntArray
from entente.luck import Luck
from entente.world.movement.dice import Hand, Key, deal, hand, kernel
from entente.world.movement.displacement.atlas import Atlas, chart
from entente.world.movement.displacement.day import Appeals, Entries, Map, People, Room, one_day
from entente.world.movement.displacement.folder import Folder
from entente.world.movement.displacement.inflow import Inflow, postponed
from entente.world.movement.displacement.network import Network
from entente.world.movement.displacement.rules import EntenteRules


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
    newcomers = postponed(inflow.newcomers, atlas.origin)
    counts = _run(
        hand(),
        np.stack([luck.of("journeys", day).key() for day in range(folder.days)]),
        luck.first,
        _map(folder, network, atlas, rules),
        Entries(newcomers, atlas.origin, inflow.opening),
        _appeals(folder, rules, luck),
        _room(folder, rules, use_capacity=use_capacity),
    )
    return *counts, inflow.opening.sum() + newcomers.cumsum()


def _map(folder: Folder, network: Network, atlas: Atlas, rules: EntenteRules) -> Map:
    countries = _countries(folder)
    names = list(dict.fromkeys(countries))
    return Map(
        network.tail,
        network.head,
        network.open,
        np.ceil(network.km / rules.speed).astype(np.int64),
        np.ceil(network.km / rules.speed_on_foot).astype(np.int64),
        np.array(folder.camps, dtype=np.int64),
        np.array([names.index(country) for country in countries], dtype=np.int64),
        atlas.state,
        atlas.pull,
        atlas.onward,
    )


def _countries(folder: Folder) -> list[str]:
    return [folder.spots[camp].country for camp in folder.camps]


def _appeals(folder: Folder, rules: EntenteRules, luck: Luck) -> Appeals:
    camps = [folder.spots[camp].name for camp in folder.camps]
    places = [spot.name for spot in folder.spots]
    countries = list(dict.fromkeys(_countries(folder)))
    return Appeals(
        _spread(luck, "country", countries, rules.doubt_country),
        _spread(luck, "camp", camps, rules.doubt_camp),
        _spread(luck, "origin", places, rules.doubt_origin),
    )


def _room(folder: Folder, rules: EntenteRules, *, use_capacity: bool) -> Room:
    limit = np.array([folder.spots[camp].population for camp in folder.camps]) * rules.scaling
    is_limited = (limit > 0) & use_capacity
    return Room(
        np.where(is_limited, limit, np.inf),
        float(rules.kin),
        float(rules.balance),
        float(rules.buffer),
    )


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
def _run(
    dealt: Hand,
    keys: Key,
    first_draw: int,
    ways: Map,
    entries: Entries,
    appeals: Appeals,
    camps: Room,
) -> tuple[IntArray, IntArray, IntArray]:
    """Run the days of each draw: arrive, set out, choose, depart."""
    draws, days = appeals.camp.shape[0], entries.newcomers.shape[0]
    goals, arcs, places = ways.goals.shape[0], ways.tail.shape[0], entries.origin.shape[1]
    in_camp = np.zeros((draws, days, goals), dtype=np.int64)
    on_road = np.zeros((draws, days), dtype=np.int64)
    waiting = np.zeros((draws, days), dtype=np.int64)
    horizon = max(ways.ride.max(), ways.walk.max()) + 1
    for draw in range(draws):
        people = People(
            entries.opening.copy(),
            np.zeros(goals, dtype=np.int64),
            np.zeros((horizon, arcs, goals), dtype=np.int64),
            np.zeros((places, goals + 1), dtype=np.int64),
        )
        moving = 0
        for day in range(days):
            deal(dealt[0], keys[day], first_draw + draw)
            moving += one_day(dealt[0], day, draw, ways, entries, appeals, camps, people)
            on_road[draw, day] = moving
            waiting[draw, day] = people.here.sum()
            in_camp[draw, day] = people.stock
    return in_camp, on_road, waiting
