"""One month of law: the accord reads the evidence and sets the levers, averaged over the days."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, final

import numpy as np

from entente.accord.assignments import Allocations, Shares
from entente.accord.calendar import as_date, days_in, month_days
from entente.accord.choices import Choices
from entente.accord.clauses import Exempt, Obligation, Schedule
from entente.accord.course import walk
from entente.accord.document import Accord
from entente.accord.expression.tree import Compare, Constant, Name
from entente.accord.plan import Plan, fixed_day
from entente.accord.published import Published
from entente.accord.quantities import (
    Part,
    by_chapter,
    carried,
    finer_than_chapters,
    folded,
    levers_of,
    parts,
)
from entente.accord.standing import Codes, Moment, Standing, World
from entente.evidence import COURSES, Evidence, FloatArray, IntArray, Lever, Levers, Pledge
from entente.luck import Luck
from entente.places import CHAPTERS
from entente.problems import Problem

DUTY: Final = "duty"
_PAST: Final = np.timedelta64(1, "s")


@final
@dataclass(frozen=True, slots=True)
class Ledger:
    """What the law remembers between months: how every clause stands in every draw, and why.

    plan       the accord as prepared when the ledger was opened
    allocations   its allocations, with what they have said so far
    standing   states, since when, what fired, what was judged   [draw, clause]
    decided    each choice as taken by the month's end            id -> [draw]
    """

    plan: Plan
    allocations: Allocations
    standing: Standing
    decided: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def opening(cls, accord: Accord, draws: int) -> "Ledger":
        """Open the ledger of an accord before its first month."""
        plan = Plan.of(accord)
        return cls(plan, Allocations.among(accord), Standing.opening(plan, draws))

    @property
    def codes(self) -> Codes:
        """Return each clause's state at the month's end, an index into STATES [draw, clause]."""
        return self.standing.codes

    @property
    def since(self) -> np.ndarray:
        """Return when each clause came to its state   [draw, clause] datetime64[s]."""
        return self.standing.since

    @property
    def undecided(self) -> tuple[Problem, ...]:
        """Return what could not be judged for want of a value published by then."""
        return self.standing.undecided

    @property
    def not_carried(self) -> tuple[str, ...]:
        """Name the clauses that ask facts of single entries, which a month cannot hold."""
        return tuple(
            id_
            for id_, clause in self.plan.accord.clauses.items()
            if (isinstance(clause, Schedule | Exempt) and not carried(clause))
            or (isinstance(clause, Schedule) and finer_than_chapters(clause))
        )

    @property
    def readings(self) -> tuple[str, ...]:
        """Name the open points that nobody settled; the clauses are read as the file writes them.

        `readings.variants` gives the accord under each reading, to be run beside this one.
        """
        return tuple(id_ for id_, point in self.plan.accord.opens.items() if point.chosen is None)


def govern(
    accord: Accord,
    seen: Evidence,
    usual: Levers,
    ledger: Ledger,
    choices: Choices | None = None,
    luck: Luck | None = None,
) -> tuple[Levers, Ledger]:
    """Apply an accord for one month and return what it sets, and the ledger after it.

    seen      evidence of the months before; publication lags are applied here
    usual     what holds where the accord sets nothing
    luck      draws the choices that have odds; without it odds stay silent

    Raises InputProblemsError where a metric names a series that the world does not report, or two
    clauses set one quantity and neither gives way (E105).
    """
    plan, allocations = ledger.plan, ledger.allocations
    if plan.accord is not accord:
        plan, allocations = Plan.of(accord), Allocations.among(accord)
    world = World(plan, Published(accord, seen), choices or Choices(), luck)
    first, last = month_days(seen.month)
    standing = ledger.standing
    if np.isnat(standing.now) and plan.begin < first:
        standing = walk(standing, world, plan.begin, first)
    visited: list[Standing] = []
    standing = walk(standing, world, first, last, visited.append)
    levers = _averaged(world, allocations, visited, last, seen, usual)
    moment = Moment(world, standing.now, standing.codes)
    decided = {id_: moment.choice(id_)[0].values for id_ in accord.choices}
    return levers, Ledger(plan, allocations, standing, decided)


def _averaged(
    world: World,
    allocations: Allocations,
    visited: list[Standing],
    last: np.datetime64,
    seen: Evidence,
    usual: Levers,
) -> Levers:
    """Average what is set over the month's days, each instant weighing until the next."""
    ends = [*(standing.now for standing in visited[1:]), last]
    weights = [days_in(standing.now, end) for standing, end in zip(visited, ends, strict=True)]
    sums = _Sums(seen.draws)
    shares = Shares(world, allocations, seen.cohorts, seen.draws)
    for standing, days in zip(visited, weights, strict=True):
        _add(sums, world, standing, days)
        shares.add(standing, days)
    return Levers(
        rates={**usual.rates, **sums.rates(sum(weights))},
        levels={**usual.levels, **sums.levels(sum(weights), usual)},
        pledges={**usual.pledges, **_pledges(world, visited[-1])},
        assignments={**usual.assignments, **shares.assignments(sum(weights))},
    )


@dataclass(slots=True)
class _Sums:
    """Running sums over days: what was set, and for how many days anything was."""

    draws: int
    total: dict[Lever, FloatArray] = field(default_factory=dict)
    days: dict[Lever, FloatArray] = field(default_factory=dict)

    def add(self, lever: Lever, values: FloatArray, days: float) -> None:
        """Add a value for some days; NaN is nothing set."""
        none = np.isnan(values)
        known = self.total.get(lever, np.zeros_like(values))
        self.total[lever] = known + np.where(none, 0.0, values) * days
        self.days[lever] = self.days.get(lever, np.zeros_like(values)) + ~none * days

    def rates(self, month: float) -> dict[Lever, FloatArray]:
        """Return added duties; a day on which none is set counts as zero   [draw, chapter]."""
        return {
            lever: np.repeat(total / month, len(CHAPTERS) // total.shape[1], axis=1)
            for lever, total in self.total.items()
            if total.ndim == 2
        }

    def levels(self, month: float, usual: Levers) -> dict[Lever, FloatArray]:
        """Return other quantities; days on which nothing is set keep to the usual level  [draw].

        Where no usual level is known the average is over the days on which one is set: NaN in a
        draw without such a day, and left out where no draw has one.
        """
        found = {}
        for lever, total in self.total.items():
            if total.ndim == 2:
                continue
            days = self.days[lever]
            if lever in usual.levels:
                found[lever] = (total + usual.levels[lever] * (month - days)) / month
            elif (days > 0).any():
                found[lever] = np.divide(total, days, np.full_like(total, np.nan), where=days > 0)
        return found


def _add(sums: _Sums, world: World, standing: Standing, days: float) -> None:
    groups: dict[Lever, list[Part]] = {}
    found = [part for part in parts(standing, world) if carried(part.clause)]
    for lever in dict.fromkeys(lever for p in found for lever in _reached(p, world.plan.accord)):
        groups[lever] = [p for p in found if lever in _reached(p, world.plan.accord)]
    for lever, group in groups.items():
        if lever.quantity == DUTY:
            sums.add(lever, by_chapter(world.plan, group), days)
        else:
            sums.add(lever, folded(world.plan, group), days)


def _reached(part: Part, accord: Accord) -> tuple[Lever, ...]:
    """Return the levers a part moves; a duty on nobody in particular is on every other party."""
    own = levers_of(part.clause)
    everyone = [
        lever._replace(on=party)
        for lever in own
        if lever.quantity == DUTY and not lever.on
        for party in accord.parties
        if party != lever.by
    ]
    return (*own, *everyone)


def _pledges(world: World, standing: Standing) -> dict[str, Pledge]:
    """Return the measured promises in force at the month's end, the highest for each series."""
    accord, acts = world.plan.accord, standing.acts()
    found: dict[str, Pledge] = {}
    for index, (id_, clause) in enumerate(accord.clauses.items()):
        promised = _promised(clause) if isinstance(clause, Obligation) else None
        if promised is None or not isinstance(clause, Obligation):
            continue
        metric, number = promised
        series = accord.metrics[metric].series if metric in accord.metrics else metric
        start, due = world.plan.lives[id_].start, fixed_day(accord, clause.due)
        if np.isnat(start) or np.isnat(due) or start > standing.now + _PAST:
            continue
        level = np.where(acts[:, index], number, 0.0)
        pledge = Pledge(level, as_date(start), as_date(due), _course(world, standing, clause))
        found[series] = _higher(found.get(series), pledge)
    return found


def _course(world: World, standing: Standing, clause: Obligation) -> IntArray | None:
    """Return how a promise is kept, as its choice says   [draw]."""
    if clause.kept is None:
        return None
    answers = Moment(world, standing.now, standing.codes).choice(clause.kept)[0].values
    codes = np.array([COURSES.index(answer) for answer in answers.reshape(-1)], np.int64)
    return np.broadcast_to(codes, standing.codes.shape[:1])


def _higher(known: Pledge | None, pledge: Pledge) -> Pledge:
    """Join two promises of one series: the higher level binds, and is kept as it is kept."""
    if known is None:
        return pledge
    course = known.course if pledge.course is None else pledge.course
    if known.course is not None and pledge.course is not None:
        course = np.where(pledge.level > known.level, pledge.course, known.course)
    return Pledge(
        np.maximum(known.level, pledge.level),
        min(known.since, pledge.since),
        min(known.due, pledge.due),
        course,
    )


def _promised(clause: Obligation) -> tuple[str, float] | None:
    """Read `metric >= number` (or `number <= metric`) in an obligation's `must`."""
    tree = clause.must.tree if clause.must is not None else None
    match tree:
        case Compare(sign=">=", left=Name(id=metric), right=Constant(value=float(number))):
            return metric, number
        case Compare(sign="<=", left=Constant(value=float(number)), right=Name(id=metric)):
            return metric, number
    return None
