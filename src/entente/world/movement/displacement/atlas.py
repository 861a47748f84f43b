"""What the map says of every day: the ways to each camp, its pull, and who sets out from where."""

from dataclasses import dataclass

import numpy as np

from entente.evidence import FloatArray, IntArray
from entente.world.movement.displacement.folder import Folder, Kind
from entente.world.movement.displacement.inflow import Inflow, decay, spells
from entente.world.movement.displacement.network import Network, ways
from entente.world.movement.displacement.rules import EntenteRules


@dataclass(frozen=True, slots=True)
class Atlas:
    """What the map says of every day, in as few states as it takes.

    state       [day], the number of the day's state
    pull        of a camp on people at a place [state, place, camp]; 0 where there is no way
    onward      the next arc towards a camp [state, place, camp], -1 at the end
    origin      weight of a place as an origin [day, place]
    """

    state: IntArray
    pull: FloatArray
    onward: IntArray
    origin: FloatArray


def chart(folder: Folder, network: Network, inflow: Inflow, rules: EntenteRules) -> Atlas:
    """Work out ways, pulls and origins for each state of closures and conflict.

    The weight of an origin uses ways as if nothing were closed: a closure changes where its people
    go, and when, but not how many set out elsewhere.
    """
    camps = np.array(folder.camps, dtype=np.int64)
    state, days = _states(folder, network)
    size = (len(days), len(folder.spots), len(camps))
    pull, onward, access = np.zeros(size), np.zeros(size, dtype=np.int64), np.zeros(size[:2])
    known = (1 + inflow.published / rules.kin) ** rules.kin_power  # [camp]
    for number, day in enumerate(days):
        peril = np.minimum(folder.intensity[day], 1.0)[network.head]
        cost = network.km * (1 + rules.peril * peril)
        shut = np.where(network.open[day], cost, np.inf)
        offered = known * ~network.sent_on[day, camps]
        reach, onward[number] = ways(network.tail, network.head, shut, camps, size[1])
        pull[number] = offered * (rules.softening + reach) ** -rules.distance_power
        reach, _ = ways(network.tail, network.head, cost, camps, size[1])
        access[number] = (offered * (rules.softening + reach) ** -rules.distance_power).sum(axis=1)
    origin = _sending(folder, rules) * access[state] ** rules.access_power
    return Atlas(state, pull, onward, origin)


def _states(folder: Folder, network: Network) -> tuple[IntArray, list[int]]:
    """Sort days by what is open, struck and redirected: each day's number, one day a number."""
    numbers: dict[bytes, int] = {}
    days: list[int] = []
    state = np.zeros(folder.days, dtype=np.int64)
    for day in range(folder.days):
        rows = (network.open[day], folder.intensity[day], network.sent_on[day])
        key = b"".join(row.tobytes() for row in rows)
        if key not in numbers:
            numbers[key] = len(days)
            days.append(day)
        state[day] = numbers[key]
    return state, days


def _sending(folder: Folder, rules: EntenteRules) -> FloatArray:
    """Weigh places as origins by population and conflict [day, place]; only home places send."""
    home = np.array([spot.country == folder.spots[0].country for spot in folder.spots])
    lived_in = np.array([spot.kind in (Kind.ZONE, Kind.TOWN, Kind.HUB) for spot in folder.spots])
    people = np.array([spot.population for spot in folder.spots], dtype=np.float64)
    counted = people[home & lived_in & (people > 0)]
    typical = float(np.median(counted)) if counted.size else 1.0
    people = np.where(people > 0, people, typical)
    age = spells(folder.intensity)
    struck = folder.intensity * decay(age, rules.spawning.decay, rules.spawning.interval)
    quiet = np.where(home & lived_in, rules.unrest, 0.0)
    sheltering = np.array([spot.kind.shelters for spot in folder.spots])
    sending = np.where(age >= 0, struck, quiet) * people**rules.population_power
    weights: FloatArray = np.where(sheltering, 0.0, sending)
    return weights
