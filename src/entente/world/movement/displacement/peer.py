"""Flee's rules as counts: people wander arc by arc, by weights of what lies at the other end."""

from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from entente.evidence import FloatArray, IntArray
from entente.luck import Luck
from entente.world.movement.dice import Hand, Key, deal, hand, kernel, scatter, seat
from entente.world.movement.displacement.folder import Folder, Kind
from entente.world.movement.displacement.inflow import Inflow, decay, postponed, spells
from entente.world.movement.displacement.legs import (
    RECENT,
    STEP,
    crowded,
    decide,
    end_legs,
    go_on,
    weigh,
)
from entente.world.movement.displacement.network import Network
from entente.world.movement.displacement.rules import FleeRules

BoolArray: TypeAlias = NDArray[np.bool_]

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
    weights = origins(folder, rules)
    newcomers = postponed(inflow.newcomers, weights)
    total = weights.sum(axis=1, keepdims=True)
    kinds = np.array([spot.kind in (Kind.TOWN, Kind.ZONE, Kind.FLOOD) for spot in folder.spots])
    through = kinds & (folder.intensity == 0) & rules.avoid_short_stints
    limit = np.array([s.population * rules.scaling if s.kind.shelters else 0 for s in folder.spots])
    counts = _run(
        hand(len(folder.spots) + 1),
        np.stack([luck.of("wander", day).key() for day in range(folder.days)]),
        luck.first,
        luck.draws,
        newcomers,
        np.divide(weights, total, out=np.zeros_like(weights), where=total > 0),
        inflow.opening,
        np.array(folder.camps, dtype=np.int64),
        scores(folder, rules)[:, network.head]
        / (rules.softening + network.km) ** rules.distance_power,
        chances(folder, rules),
        through,
        network.tail,
        network.head,
        network.km,
        network.first,
        network.open,
        np.where(limit > 0, limit, np.inf) if use_capacity else np.full(len(limit), np.inf),
        np.array([rules.speed, rules.speed_on_foot, rules.buffer]),
    )
    return *counts, inflow.opening.sum() + newcomers.cumsum()


@kernel
def _run(
    dice: Hand,
    keys: Key,
    first_draw: int,
    draws: int,
    newcomers: IntArray,
    origin: FloatArray,
    opening: IntArray,
    camps: IntArray,
    weight: FloatArray,
    moving: FloatArray,
    through: BoolArray,
    tail: IntArray,
    head: IntArray,
    km: FloatArray,
    first: IntArray,
    is_open: BoolArray,
    limit: FloatArray,
    speeds: FloatArray,
) -> tuple[IntArray, IntArray, IntArray]:
    """Run the days of each draw: spawn, decide, travel and decide again until the day is spent."""
    days, arcs, places = newcomers.shape[0], tail.shape[0], moving.shape[1]
    horizon = int(km.max() / speeds.min()) + 2
    in_camp = np.zeros((draws, days, camps.shape[0]), dtype=np.int64)
    on_road = np.zeros((draws, days), dtype=np.int64)
    elsewhere = np.zeros((draws, days), dtype=np.int64)
    room, chance = np.ones(places), np.zeros(arcs)
    chosen, started = np.zeros(arcs, dtype=np.int64), np.zeros(places, dtype=np.int64)
    pool = np.zeros((int(speeds[0] / STEP), places, RECENT), dtype=np.int64)
    todo = np.zeros((int(speeds[0] / STEP), places * RECENT + 1), dtype=np.int64)
    for draw in range(draws):
        at = np.zeros((places, 2, RECENT), dtype=np.int64)  # [place, on first leg, recent]
        due = np.zeros((horizon, arcs, 2, RECENT), dtype=np.int64)
        for camp in range(camps.shape[0]):
            at[camps[camp], 0, 0] = opening[camp]
        moved = 0
        for day in range(days):
            for place in range(places + 1):  # a place keeps its luck whatever happens elsewhere
                deal(dice[place], keys[day], first_draw + draw)
                seat(dice[place], place)
            left = scatter(dice[places], newcomers[day], origin[day], started)
            started[np.argmax(origin[day])] += left
            at[:, 1, 0] += started
            weigh(day, weight, head, first, is_open, limit, speeds[2], at, room, chance)
            boarding = decide(dice, moving[day], first, head, room, chance, chosen, speeds[0], at)
            today = due[day % horizon]
            moved -= today.sum()
            is_crowded = crowded(at, today.sum() + boarding.sum(), limit, speeds[2])
            blocks = BLOCKS if is_crowded else 1
            for block in range(blocks):
                if block > 0:
                    weigh(day, weight, head, first, is_open, limit, speeds[2], at, room, chance)
                moved += end_legs(
                    block,
                    blocks,
                    day,
                    boarding,
                    today,
                    is_open[day],
                    tail,
                    head,
                    km,
                    speeds,
                    at,
                    due,
                    pool,
                    todo,
                )
                moved += go_on(
                    day,
                    dice,
                    moving[day],
                    through[day],
                    first,
                    tail,
                    head,
                    km,
                    is_open[day],
                    room,
                    chance,
                    chosen,
                    speeds,
                    at,
                    due,
                    pool,
                    todo,
                )
            due[day % horizon] = 0
            on_road[draw, day] = moved
            elsewhere[draw, day] = at.sum()
            for camp in range(camps.shape[0]):
                in_camp[draw, day, camp] = at[camps[camp]].sum()
                elsewhere[draw, day] -= in_camp[draw, day, camp]
    return in_camp, on_road, elsewhere
