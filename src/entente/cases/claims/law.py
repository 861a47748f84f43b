"""Which allocation governs on which day: the law's course, cut into stretches of equal days."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final, TypeAlias, final

import numpy as np

from entente.accord import readings as open_points
from entente.accord.choices import Choices
from entente.accord.clauses import Allocate, Clause, Exempt
from entente.accord.clauses.common import STATES
from entente.accord.course import Course, course, resting_places
from entente.accord.document import Accord, expressions
from entente.accord.expression import Role
from entente.accord.expression.tree import DATE_FUNCTIONS, STATE_FUNCTIONS
from entente.accord.standing import Moment, Standing
from entente.problems import InputProblemsError, Problem

Given: TypeAlias = tuple[tuple[str, Any], ...]

_DAY: Final = np.timedelta64(1, "D")
_FIRST: Final = np.datetime64("0001-01-01", "D")
_LAST: Final = np.datetime64("9999-12-31", "D")


@final
@dataclass(frozen=True, slots=True)
class Acting:
    """A clause that acts at an instant, with all that its rules may read besides the claim.

    inside    the places where alone it acts; empty: everywhere
    resting   the places where it rests
    given     choices, source dates, and states and dates of clauses, by the call that asks
    """

    clause: Allocate
    inside: tuple[str, ...]
    resting: tuple[str, ...]
    exempts: tuple[Exempt, ...]
    given: Given


@final
@dataclass(frozen=True, slots=True)
class Regime:
    """What governs one quantity at an instant: the acting clauses, those that beat others first.

    idle   clauses that do not act, with their state and since when, to say why
    """

    acting: tuple[Acting, ...]
    idle: tuple[tuple[str, str, str], ...]


@final
@dataclass(frozen=True, slots=True)
class Stretch:
    """Days [first, end) on which the law is the same: a regime, or several inside each day."""

    first: np.datetime64
    end: np.datetime64
    regimes: tuple[tuple[str, Regime], ...]  # from which time of the day, and what governs then


@final
@dataclass(frozen=True, slots=True)
class Reading:
    """The law of one quantity under one reading of the open points that matter to it."""

    settled: Mapping[str, Any]
    stretches: tuple[Stretch, ...]

    @property
    def label(self) -> str:
        """Name the reading."""
        return ", ".join(f"{point} = {value}" for point, value in self.settled.items())


def quantity(accord: Accord, choices: Choices, wanted: str | None) -> str:
    """Return the quantity to answer: the one asked for, or the one that the accord brings to bear.

    That is responsibility where one of its clauses is ever in force, else eligibility, else the
    first of the file. Raises InputProblemsError where there is none, or not the one asked for.
    """
    allocations = [c for c in accord.clauses.values() if isinstance(c, Allocate)]
    sets = list(dict.fromkeys(clause.sets for clause in allocations))
    if wanted in sets:
        return wanted
    if wanted is not None or not sets:
        message = f"{accord.name} allocates no {wanted or 'claims'}"
        mend = f"use one of: {', '.join(sets)}" if sets else "choose an accord that does"
        raise InputProblemsError([Problem("E103", accord.at("accord"), "", message, mend)])
    if len(sets) > 1 and "responsibility" in sets:
        group = {c.common.id for c in allocations if c.sets == "responsibility"}
        run = course(accord, choices)
        indexes = [run.plan.index(id_) for id_ in group]
        if any(standing.acts()[0, indexes].any() for standing in run.standings):
            return "responsibility"
    return next((s for s in ("eligibility", "responsibility") if s in sets), sets[0])


def readings(
    accord: Accord, choices: Choices, sets: str, days: tuple[date, date]
) -> tuple[Reading, ...]:
    """Return the law of a quantity over some days, under each reading of what is open.

    Open points that never change what governs are left out. The law's course is followed as far
    as the days ask, also beyond the accord's horizon.
    """
    first, last = accord.horizon
    wide = replace(accord, horizon=(min(first, days[0]), max(last, days[1])))
    found = [
        Reading(read.settled, tuple(_stretches(read.run, sets)))
        for read in open_points.readings(wide, choices)
    ]
    return _distinct(found)


def _distinct(found: Sequence[Reading]) -> tuple[Reading, ...]:
    """Drop the open points on which nothing turns."""
    points = list(found[0].settled)
    for point in tuple(points):
        rest = [other for other in points if other != point]
        by_rest: dict[tuple[str, ...], set[tuple[Stretch, ...]]] = {}
        for reading in found:
            key = tuple(str(reading.settled[other]) for other in rest)
            by_rest.setdefault(key, set()).add(reading.stretches)
        if all(len(stretches) == 1 for stretches in by_rest.values()):
            points = rest
    kept: dict[tuple[str, ...], Reading] = {}
    for reading in found:
        settled = {point: reading.settled[point] for point in points}
        key = tuple(str(value) for value in settled.values())
        kept.setdefault(key, Reading(settled, reading.stretches))
    return tuple(kept.values())


def _stretches(run: Course, sets: str) -> Iterator[Stretch]:
    """Cut the course into stretches of days that are alike."""
    changes: list[tuple[np.datetime64, Regime]] = []
    for standing in (Standing.opening(run.plan, 1), *run.standings):
        regime = _regime(run, standing, sets)
        if not changes or regime != changes[-1][1]:
            now = _FIRST.astype("datetime64[s]") if np.isnat(standing.now) else standing.now
            changes.append((now, regime))
    days = {moment.astype("datetime64[D]") for moment, _ in changes}
    days |= {moment.astype("datetime64[D]") + _DAY for moment, _ in changes if _within(moment)}
    edges = sorted(days)
    for first, end in zip(edges, [*edges[1:], _LAST], strict=True):
        midnight = [regime for moment, regime in changes if moment <= first][-1]
        inside = [
            (str(moment)[11:16], regime)
            for moment, regime in changes
            if _within(moment) and moment.astype("datetime64[D]") == first
        ]
        yield Stretch(first, end, (("00:00", midnight), *inside))


def _within(moment: np.datetime64) -> bool:
    return bool(moment != moment.astype("datetime64[D]"))


def _regime(run: Course, standing: Standing, sets: str) -> Regime:
    accord, plan = run.plan.accord, run.plan
    group = {i: c for i, c in accord.clauses.items() if isinstance(c, Allocate) and c.sets == sets}
    acts = standing.acts()[0]
    strongest = sorted(group, key=lambda id_: (-len(plan.beats[id_]), id_))
    acting = [
        _acting(run, standing, group[id_], acts) for id_ in strongest if acts[plan.index(id_)]
    ]
    _refuse_clash(run, acting)
    idle = []
    for id_ in strongest:
        index = plan.index(id_)
        if not acts[index]:
            since = standing.since[0, index]
            state = STATES[standing.codes[0, index]]
            idle.append((id_, state, "" if np.isnat(since) else str(since)[:10]))
    return Regime(tuple(acting), tuple(idle))


def _acting(run: Course, standing: Standing, clause: Allocate, acts: Any) -> Acting:
    accord, id_ = run.plan.accord, clause.common.id
    exempts = tuple(
        other
        for other_id, other in accord.clauses.items()
        if isinstance(other, Exempt)
        and id_ in other.from_clauses
        and acts[run.plan.index(other_id)]
    )
    given: dict[str, Any] = {}
    parts: tuple[Clause, ...] = (clause, *exempts)
    for expression in (e for part in parts for e in expressions(part)):
        for reference in expression.names():
            if reference.role is Role.CLAUSE:
                given |= _of_clause(run, standing, reference.id)
            elif reference.id in accord.choices or reference.id in accord.sources:
                given[reference.id] = _value(run, standing, reference.id)
    resting = resting_places(run.plan, standing, id_)
    return Acting(
        clause, clause.common.where_places, resting, exempts, tuple(sorted(given.items()))
    )


def _value(run: Course, standing: Standing, name: str) -> Any:
    return Moment(run.world, standing.now, standing.codes).value(name).values.item()


def _of_clause(run: Course, standing: Standing, clause: str) -> dict[str, Any]:
    moment = Moment(run.world, standing.now, standing.codes)
    states = {f"{f}({clause})": bool(moment.state(f, clause)[0]) for f in STATE_FUNCTIONS}
    dates = {f"{f}({clause})": moment.date(f, clause) for f in DATE_FUNCTIONS}
    return states | {
        call: known.values.item() if known.known else None for call, known in dates.items()
    }


def _refuse_clash(run: Course, acting: Sequence[Acting]) -> None:
    """Two clauses on one quantity for the same place need one to stand over the other."""
    for index, one in enumerate(acting):
        for other in acting[index + 1 :]:
            ids = one.clause.common.id, other.clause.common.id
            apart = one.inside and other.inside and set(one.inside).isdisjoint(other.inside)
            if ids[1] not in run.plan.beats[ids[0]] and not apart:
                message = f"{ids[0]} gives {one.clause.sets} too, for the same cases"
                mend = "let one stand over the other"
                where = other.clause.common.where
                raise InputProblemsError([Problem("E105", where, ids[1], message, mend)])
