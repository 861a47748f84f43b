"""The course of an accord: from one instant to the next at which anything may change."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import final

import numpy as np

from entente.accord.calendar import DateArray, local64, shift
from entente.accord.choices import Choices
from entente.accord.clauses import Suspend, Trigger
from entente.accord.document import Accord
from entente.accord.expression.faults import Truth
from entente.accord.plan import NEVER, Plan
from entente.accord.published import Published
from entente.accord.standing import CODE, Standing, World
from entente.accord.step import Step
from entente.evidence import Evidence
from entente.problems import NoSolutionError


def advance(standing: Standing, world: World, now: np.datetime64) -> Standing:
    """Move every draw to an instant; nothing may change between the last one and this.

    Raises NoSolutionError where clauses switch one another on and off without end.
    """
    origin = _aged(standing, world.plan, now)
    step, passes = origin, len(world.plan.ids) + 3
    for count in range(2 * passes):
        # What happens is judged from before this instant, so that states passed through on the way
        # leave no trace; only where that never settles does what happened first stand.
        origin = (
            replace(step, codes=origin.codes, since=origin.since) if count == passes else origin
        )
        found = Step(origin, step, world, now).settled()
        since = np.where(found.codes == origin.codes, origin.since, now)
        last, step = step, replace(found, since=since)
        if np.array_equal(step.codes, last.codes) and _same(step.fired, last.fired):
            return step
    changing = (step.codes != last.codes) | ~_equal(step.fired, last.fired)
    names = ", ".join(np.array(world.plan.ids)[changing.any(axis=0)].tolist())
    raise NoSolutionError(f"on {now} the clauses {names} switch one another on and off without end")


def _equal(one: DateArray, other: DateArray) -> Truth:
    return np.asarray((one == other) | (np.isnat(one) & np.isnat(other)))


def _same(one: DateArray, other: DateArray) -> bool:
    return bool(_equal(one, other).all())


def _aged(standing: Standing, plan: Plan, now: np.datetime64) -> Standing:
    """Let the time since the last instant pass: clocks that a suspension stops stand still."""
    if np.isnat(standing.now):
        return replace(standing, now=now)
    passed = int((now - standing.now) / np.timedelta64(1, "s"))
    return replace(standing, now=now, paused=standing.paused + _stopped(standing, plan) * passed)


def _stopped(standing: Standing, plan: Plan) -> Truth:
    """Return which clauses' calendars stand still: a suspension with such a clock rests them."""
    stopped = np.zeros_like(standing.codes, np.bool_)
    acts = standing.acts()
    for suspension, target in plan.stops:
        held = standing.codes[:, target] == CODE["suspended"]
        stopped[:, target] |= acts[:, suspension] & held
    return stopped


def _due_next(standing: Standing, plan: Plan) -> np.datetime64:
    """Return the next instant that some draw's own past brings: effects, rests, shifted days."""
    waiting: list[DateArray] = [standing.cooling.reshape(-1)]
    for index, clause in enumerate(plan.accord.clauses.values()):
        if isinstance(clause, Trigger) and clause.within is not None:
            waiting.append(shift(standing.fired[:, index], clause.within))
    if standing.paused.any():
        # A calendar that stands still brings nothing; what lets it go on is an instant of its own.
        runs = np.where(_stopped(standing, plan), 0, standing.paused)
        for index, days in enumerate(plan.own):
            shifts = np.unique(runs[:, index])
            shifted = days[:, None] + shifts[shifts > 0].astype("timedelta64[s]")
            waiting.append(shifted.reshape(-1))
    later = np.concatenate(waiting)
    later = later[~np.isnat(later) & (later > standing.now)]
    return later.min() if later.size else NEVER


def instants(world: World, first: np.datetime64, last: np.datetime64) -> DateArray:
    """Return the instants in (first, last) at which the text, a choice or a release may change."""
    plan, choices = world.plan, world.choices
    dated = [
        day
        for table in (choices.supplied, choices.history)
        for rows in table.values()
        for day, _ in rows
        if day is not None
    ]
    points = [
        plan.breakpoints,
        world.published.releases().astype("datetime64[s]"),
        np.array(dated, "datetime64[s]"),
    ]
    if plan.daily:
        points.append(np.arange(first, last, np.timedelta64(1, "D")))
    whole = np.unique(np.concatenate(points))
    inside: DateArray = whole[(whole > first) & (whole < last)]
    return inside


@final
@dataclass(frozen=True, slots=True)
class Course:
    """The whole run of one accord without chance: how everything stands at each instant."""

    plan: Plan
    world: World
    standings: tuple[Standing, ...]

    def at(self, moment: np.datetime64) -> Standing:
        """Return how things stand at an instant."""
        known = [standing for standing in self.standings if standing.now <= moment]
        return known[-1] if known else Standing.opening(self.plan, 1)


def course(
    accord: Accord,
    choices: Choices | None = None,
    seen: Evidence | None = None,
    *,
    lawful: bool = False,
    through: date | datetime | None = None,
) -> Course:
    """Run an accord once over its horizon, or through a day; odds stay silent.

    Figures are known only as far as `seen` has them.
    """
    plan = Plan.of(accord, lawful=lawful)
    published = Published(accord, seen)
    world = World(plan, published, choices or Choices(), None)
    standings: list[Standing] = []
    end = plan.end
    if through is not None:
        end = min(end, local64(through, accord.zone) + np.timedelta64(1, "D"))
    walk(Standing.opening(plan, 1), world, plan.begin, end, standings.append)
    return Course(plan, world, tuple(standings))


def walk(
    standing: Standing,
    world: World,
    first: np.datetime64,
    last: np.datetime64,
    visit: Callable[[Standing], None] = lambda standing: None,
) -> Standing:
    """Move through every instant of [first, last) at which anything may change; visit each."""
    plan = world.plan
    waiting = instants(world, first, last)
    now = first
    while True:
        standing = advance(standing, world, now)
        visit(standing)
        following = waiting[waiting > now]
        own = _due_next(standing, plan)
        times = [*following[:1], *([own] if not np.isnat(own) else [])]
        now = min(times, default=last)
        if now >= last:
            return standing


def resting_places(plan: Plan, standing: Standing, clause: str) -> tuple[str, ...]:
    """Return the places where suspensions of a clause act, in the first draw."""
    found: set[str] = set()
    for id_, other in plan.accord.clauses.items():
        rests = isinstance(other, Suspend) and clause in other.what
        if rests and standing.acts()[0, plan.index(id_)]:
            found |= set(other.common.where_places)
    return tuple(sorted(found))
