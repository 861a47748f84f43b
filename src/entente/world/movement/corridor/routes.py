"""How far it is: shortest ways over the corridor's links, and the months a journey takes."""

import heapq
from collections.abc import Iterable, Mapping
from typing import Final

import numpy as np

from entente.evidence import FloatArray
from entente.places import GROUPS, SECTORS, Group, Sector

# Where each group's way begins; others enter the corridor at Guatemala's border with Mexico.
ORIGINS: Final[Mapping[Group, str]] = {
    Group.GTM: "GUA",
    Group.HND: "SPS",
    Group.SLV: "SAL",
    Group.MEX: "MEX",
    Group.OTHER: "TEC",
}

_DAYS_A_MONTH: Final = 30.4375


def shortest(links: Iterable[tuple[str, str, float]], origin: str) -> dict[str, float]:
    """Return the shortest way from a node to every node it reaches, km (Dijkstra 1959).

    links   two nodes and the kilometres between them, either way

    >>> shortest([("a", "b", 3.0), ("b", "c", 4.0), ("a", "c", 9.0)], "a")["c"]
    7.0
    """
    near: dict[str, list[tuple[str, float]]] = {}
    for one, other, km in links:
        near.setdefault(one, []).append((other, km))
        near.setdefault(other, []).append((one, km))
    way: dict[str, float] = {}
    front = [(0.0, origin)]
    while front:
        km, node = heapq.heappop(front)
        if node not in way:
            way[node] = km
            for onward, length in near.get(node, []):
                heapq.heappush(front, (km + length, onward))
    return way


def distances(
    links: Iterable[tuple[str, str, float]], crossings: Mapping[str, Sector]
) -> FloatArray:
    """Return the shortest way from each group's origin to each sector, km [group, sector].

    crossings   the sector of each node at the border
    """
    links = tuple(links)
    ways = [shortest(links, ORIGINS[group]) for group in GROUPS]
    nodes = {s: [node for node, sector in crossings.items() if sector == s] for s in SECTORS}
    return np.array([[min(way[node] for node in nodes[s]) for s in SECTORS] for way in ways])


def journey_months(km: FloatArray, sectors: FloatArray, speed: FloatArray) -> FloatArray:
    """Return the mean time on the way for each group, months.

    km        shortest ways                     [group, sector]
    sectors   shares of arrivals                [sector]
    speed     km a day                          [draw]
    returns                                     [draw, group]
    """
    return np.asarray((km @ sectors)[None, :] / speed[:, None] / _DAYS_A_MONTH)
