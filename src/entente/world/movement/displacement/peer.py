"""Flee's rules as counts: people wander arc by arc, by weights of what lies at the other end."""

from typing import Final, NamedTuple

import numpy as np

from entente.evidence import FloatArray, IntArray
from entente.luck import Luck
from entente.world.movement.dice import Dice, Hand, Key, deal, hand, kernel, scatter, seat
from entente.world.movement.displacement.folder import Folder, Kind
from entente.world.movement.displacement.inflow import Inflow, decay, postponed, spells
from entente.world.movement.displacement.legs import (
    RECENT,
    STEP,
    Draws,
    People,
    Roads,
    Shelter,
    View,
    crowded,
    decide,
    end_legs,
    go_on,
    weigh,
)
from entente.world.movement.displacement.network import Network
from entente.world.movement.displacement.rules import FleeRules

BLOCKS: Final = 16  # parts into which a day is cut when a camp is nearly full


def origins(folder: Folder, rules: FleeRules) -> FloatArray:
    """Weigh places as origins: population times intensity times wear [day, place]."""
    people = np.array([max(spot.population, 1) for spot in folder.spots], dtype=np.float64)
    sheltering = np.array([spot.kind.shelters for spot in folder.spots])
    worn = decay(spells(folder.intensity), rules.spawning.decay, rules.spawning.interval)
    weights: FloatArray = np.where(sheltering, 0.0, people * folder.intensity * worn)
    return weights


def scores(folder: Folder, rules: FleeRules) -> FloatArray:
    """Score places as destinations [day, place]: a camp more than 1, a place in conflict less."""
    camps = np.array([spot.kind.shelters for spot in folder.spots])
    weights: FloatArray = (
        np.where(camps, rules.camp_weight, 1.0) * rules.conflict_weight**folder.intensity
    )
    return weights


def chances(folder: Folder, rules: FleeRules) -> FloatArray:
    """Give the daily chance of moving on [day, place]; a place in conflict keeps nobody."""
    usual = {
        Kind.CAMP: rules.camp_chance,
        Kind.IDP_CAMP: rules.idp_camp_chance,
        Kind.HUB: 1.0,
        Kind.MARKER: 1.0,
    }
    calm = np.array([usual.get(spot.kind, rules.town_chance) for spot in folder.spots])
    sheltering = np.array([spot.kind.shelters for spot in folder.spots])
    moving: FloatArray = np.where((folder.intensity > 0) & ~sheltering, 1.0, calm)
    return moving


class Entries(NamedTuple):
    """Who enters: people a day [day], their origins [day, place]; those in camps [camp] already."""

    newcomers: IntArray
    origin: FloatArray
    camps: IntArray
    opening: IntArray


def wander(
    folder: Folder,
    network: Network,
    inflow: Inflow,
    rules: FleeRules,
    luck: Luck,
    *,
    use_capacity: bool,
) -> tuple[IntArray, IntArray, IntArray, IntArray]:
    """Let every draw run its days under Flee's rules.

    Returns, in persons, the people in each camp at the end of each day [draw, day, camp], those on
    a road [draw, day], those elsewhere [draw, day], and all who entered so far [day].
    """
    entries = _entries(folder, inflow, rules)
    counts = _run(
        hand(len(folder.spots) + 1),
        np.stack([luck.of("wander", day).key() for day in range(folder.days)]),
        luck.first,
        luck.draws,
        entries,
        _draws(folder, network, rules),
        Roads(
            network.tail, network.head, network.km, network.first, network.open,
            float(rules.speed), float(rules.speed_on_foot),
        ),
        _shelter(folder, rules, use_capacity=use_capacity),
    )  # fmt: skip
    return *counts, inflow.opening.sum() + entries.newcomers.cumsum()


def _entries(folder: Folder, inflow: Inflow, rules: FleeRules) -> Entries:
    weights = origins(folder, rules)
    total = weights.sum(axis=1, keepdims=True)
    shares = np.divide(weights, total, out=np.zeros_like(weights), where=total > 0)
    camps = np.array(folder.camps, dtype=np.int64)
    return Entries(postponed(inflow.newcomers, weights), shares, camps, inflow.opening)


def _draws(folder: Folder, network: Network, rules: FleeRules) -> Draws:
    towns = np.array([spot.kind in (Kind.TOWN, Kind.ZONE, Kind.FLOOD) for spot in folder.spots])
    through = towns & (folder.intensity == 0) & rules.avoid_short_stints
    farness = (rules.softening + network.km) ** rules.distance_power
    weight = scores(folder, rules)[:, network.head] / farness
    return Draws(weight, chances(folder, rules), through)


def _shelter(folder: Folder, rules: FleeRules, *, use_capacity: bool) -> Shelter:
    limit = np.array(
        [float(s.population * rules.scaling if s.kind.shelters else 0) for s in folder.spots]
    )
    is_limited = (limit > 0) & use_capacity
    return Shelter(np.where(is_limited, limit, np.inf), float(rules.buffer))


@kernel
def _run(
    dice: Hand,
    keys: Key,
    first_draw: int,
    draws: int,
    entries: Entries,
    drawn: Draws,
    roads: Roads,
    shelter: Shelter,
) -> tuple[IntArray, IntArray, IntArray]:
    """Run the days of each draw, each place with dice of its own."""
    days, camps = entries.newcomers.shape[0], entries.camps.shape[0]
    places, arcs = drawn.moving.shape[1], roads.tail.shape[0]
    in_camp = np.zeros((draws, days, camps), dtype=np.int64)
    on_road = np.zeros((draws, days), dtype=np.int64)
    elsewhere = np.zeros((draws, days), dtype=np.int64)
    view = View(np.ones(places), np.zeros(arcs), np.zeros(arcs, dtype=np.int64))
    horizon = int(roads.km.max() / min(roads.speed, roads.on_foot)) + 2
    steps = int(roads.speed / STEP)
    pool = np.zeros((steps, places, RECENT), dtype=np.int64)
    todo = np.zeros((steps, places * RECENT + 1), dtype=np.int64)
    for draw in range(draws):
        at = np.zeros((places, 2, RECENT), dtype=np.int64)
        due = np.zeros((horizon, arcs, 2, RECENT), dtype=np.int64)
        people = People(at, due, pool, todo)
        for camp in range(camps):
            at[entries.camps[camp], 0, 0] = entries.opening[camp]
        moved = 0
        for day in range(days):
            for place in range(places + 1):  # a place keeps its luck whatever happens elsewhere
                deal(dice[place], keys[day], first_draw + draw)
                seat(dice[place], place)
            _enter(dice[places], day, entries, at)
            moved += _one_day(day, dice, drawn, roads, shelter, view, people)
            on_road[draw, day] = moved
            elsewhere[draw, day] = at.sum()
            for camp in range(camps):
                in_camp[draw, day, camp] = at[entries.camps[camp]].sum()
                elsewhere[draw, day] -= in_camp[draw, day, camp]
    return in_camp, on_road, elsewhere


@kernel
def _enter(dice: Dice, day: int, entries: Entries, at: IntArray) -> None:
    """Scatter the day's newcomers over their origins, on foot."""
    origin = entries.origin[day]
    started = np.zeros(origin.shape[0], dtype=np.int64)
    left = scatter(dice, entries.newcomers[day], origin, started)
    started[np.argmax(origin)] += left  # what rounding of the shares leaves
    at[:, 1, 0] += started


@kernel
def _one_day(
    day: int,
    dice: Hand,
    drawn: Draws,
    roads: Roads,
    shelter: Shelter,
    view: View,
    people: People,
) -> int:
    """Decide, travel and decide again until the day is spent; return the change on the roads.

    Where a camp is nearly full the day is cut into blocks, so that it fills in order.
    """
    weigh(day, drawn, roads, shelter, people.at, view)
    boarding = decide(dice, drawn.moving[day], roads, view, people.at)
    today = people.due[day % people.due.shape[0]]
    change = -int(today.sum())
    blocks = BLOCKS if crowded(people.at, today.sum() + boarding.sum(), shelter) else 1
    for block in range(blocks):
        if block > 0:
            weigh(day, drawn, roads, shelter, people.at, view)
        change += end_legs(block, blocks, day, boarding, roads, people)
        change += go_on(day, dice, drawn, roads, view, people)
    today[:] = 0
    return change
