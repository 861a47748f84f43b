"""The map as arcs between places, which of them are open each day, and the ways to every camp."""

from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from entente.evidence import FloatArray, IntArray
from entente.world.movement.dice import kernel
from entente.world.movement.displacement.folder import Closure, Folder, Kind

BoolArray: TypeAlias = NDArray[np.bool_]

SHORTEST_KM: Final = 1.0  # places closer than this still lie apart


@dataclass(frozen=True, slots=True)
class Network:
    """Directed arcs between places, sorted by tail; markers are passed through, never reached.

    tail, head, km    [arc]; km is at least SHORTEST_KM
    first             [place + 1]; arcs first[i] to first[i + 1] leave place i
    open              [day, arc]
    sent_on           [day, place]; everyone who reaches the place is sent on elsewhere
    """

    tail: IntArray
    head: IntArray
    km: FloatArray
    first: IntArray
    open: BoolArray
    sent_on: BoolArray


def lay_out(folder: Folder) -> Network:
    """Turn the roads of a folder into arcs; a chain through markers is one arc of its whole length.

    An arc is shut while a closure covers any of its roads; a closed camp shuts only what leads in.
    """
    arcs = sorted(
        (arc for place, spot in enumerate(folder.spots) if spot.kind is not Kind.MARKER
         for arc in _arcs_from(folder, place)),
        key=lambda arc: arc[0],
    )  # fmt: skip
    tail = np.array([arc[0] for arc in arcs], dtype=np.int64)
    is_open = np.ones((folder.days, len(arcs)), dtype=np.bool_)
    for closure in folder.closures:
        if not closure.frees:
            shut = [n for n, arc in enumerate(arcs) if _shuts(closure, arc[3])]
            is_open[closure.first : closure.last, shut] = False
    return Network(
        tail=tail,
        head=np.array([arc[1] for arc in arcs], dtype=np.int64),
        km=np.array([max(arc[2], SHORTEST_KM) for arc in arcs], dtype=np.float64),
        first=np.searchsorted(tail, np.arange(len(folder.spots) + 1)).astype(np.int64),
        open=is_open,
        sent_on=_sent_on(folder),
    )


_Step: TypeAlias = tuple[int, int]  # a road and the place that it leads into
_Arc: TypeAlias = tuple[int, int, float, tuple[_Step, ...]]


def _arcs_from(folder: Folder, start: int) -> list[_Arc]:
    """Follow every road out of a place, through markers, to the first place that is none."""
    arcs: list[_Arc] = []
    ends: list[tuple[int, float, tuple[_Step, ...]]] = [(start, 0.0, ())]
    while ends:
        here, km, steps = ends.pop()
        seen = {start, *(place for _, place in steps)}
        for number, road in enumerate(folder.roads):
            if here not in (road.start, road.end):
                continue
            there = road.end if road.start == here else road.start
            if there in seen:
                continue
            further = (there, km + road.km, (*steps, (number, there)))
            if folder.spots[there].kind is Kind.MARKER:
                ends.append(further)
            else:
                arcs.append((start, *further))
    return sorted(arcs)


def _shuts(closure: Closure, steps: tuple[_Step, ...]) -> bool:
    return any(road in closure.roads and closure.into in (-1, place) for road, place in steps)


def _sent_on(folder: Folder) -> BoolArray:
    """Mark the places that forced redirection empties, until a row of closures ends it."""
    sent_on = np.zeros((folder.days, len(folder.spots)), dtype=np.bool_)
    for number, road in enumerate(folder.roads):
        if road.forced >= 0:
            source = road.start if road.forced == road.end else road.end
            ends = [c.first for c in folder.closures if c.frees and number in c.roads]
            sent_on[: min(ends, default=folder.days), source] = True
    return sent_on


@kernel
def ways(
    tail: IntArray, head: IntArray, cost: FloatArray, goals: IntArray, places: int
) -> tuple[FloatArray, IntArray]:
    """Find the cheapest way from every place to every goal by repeated relaxation (Bellman 1958).

    tail, head, cost    [arc]; an infinite cost shuts the arc
    goals               [goal], places by number
    Returns the cost [place, goal], infinite where there is no way, and the next arc
    [place, goal], -1 at the goal and where there is no way.
    """
    reach = np.full((places, goals.shape[0]), np.inf)
    onward = np.full((places, goals.shape[0]), -1)
    for goal in range(goals.shape[0]):
        reach[goals[goal], goal] = 0.0
        changed = True
        while changed:
            changed = False
            for arc in range(tail.shape[0]):
                through = cost[arc] + reach[head[arc], goal]
                if through < reach[tail[arc], goal]:
                    reach[tail[arc], goal] = through
                    onward[tail[arc], goal] = arc
                    changed = True
    return reach, onward
