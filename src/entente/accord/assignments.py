"""What allocations give each cohort, averaged over the days of a month."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import reduce
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from entente.accord.calendar import DateArray, Duration
from entente.accord.clauses import Allocate, Suspend
from entente.accord.expression import Expression
from entente.accord.expression.faults import Truth
from entente.accord.expression.scope import Known
from entente.accord.standing import Moment, Standing, World
from entente.evidence import Assignment, Cohorts, FloatArray
from entente.problems import InputProblemsError, Problem

MISSING: Final = "MISSING"
NONE: Final = "none"  # no clause says anything, and none says what holds otherwise
Numbers: TypeAlias = NDArray[np.int64]

_NONE, _MISSING = 0, 1
_NO_DAYS: Final = np.zeros((1, 1))
_NO_DATE: Final = np.datetime64("1970-01-01", "D")


@dataclass(frozen=True, slots=True)
class _Facts:
    """An instant with the facts of cohorts: draws down, cohorts across   [draw, cohort]."""

    moment: Moment
    cohorts: Cohorts

    @property
    def today(self) -> DateArray:
        return self.moment.today

    def value(self, name: str) -> Known:
        column = self.cohorts.columns.get(name)
        if column is None or all(value is None for value in column):
            values, known = self.moment.value(name)
            return Known(_down(values), _down(known))
        known = np.array([value is not None for value in column])
        return Known(_column(column)[None, :], known[None, :])

    def state(self, function: str, clause: str) -> Truth:
        state: Truth = _down(self.moment.state(function, clause))
        return state

    def date(self, function: str, clause: str) -> Known:
        return self.moment.date(function, clause)

    def series(self, function: str, metric: str, other: "Duration | str | None") -> Known:
        values, known = self.moment.series(function, metric, other)
        return Known(_down(values), _down(known))


def _down(values: Any) -> Any:
    """Turn [draw] into [draw, 1]."""
    return values[:, None] if values.ndim else values


def _column(column: tuple[object, ...]) -> Any:
    """Return a column as an array of its own type; what is not known holds a neutral value."""
    sample = next((value for value in column if value is not None), None)
    if isinstance(sample, bool):
        return np.array([bool(value) for value in column])
    if isinstance(sample, int | float):
        return np.array([0.0 if value is None else value for value in column], np.float64)
    if hasattr(sample, "isoformat"):
        return np.array([value or _NO_DATE for value in column], "datetime64[D]")
    values = np.empty(len(column), object)
    neutral: object = () if isinstance(sample, tuple) else ""
    values[:] = [neutral if value is None else value for value in column]
    return values


@dataclass(slots=True)
class Shares:
    """Running shares by quantity: how many days each outcome held for each cohort.

    Outcomes are numbered in `words` as they are met; arrays keep one row where all draws agree.

    days   quantity -> outcome's number -> [draw or 1, cohort]
    """

    world: World
    cohorts: Cohorts
    draws: int
    words: list[str] = field(default_factory=lambda: [NONE, MISSING])
    days: dict[str, dict[int, FloatArray]] = field(default_factory=dict)

    def add(self, standing: Standing, days: float) -> None:
        """Add what every allocation gives from an instant on, for some days."""
        if not self.cohorts.names:
            return
        facts = _Facts(Moment(self.world, standing.now, standing.codes), self.cohorts)
        groups: dict[str, list[Allocate]] = {}
        for clause in self.world.plan.accord.clauses.values():
            if isinstance(clause, Allocate):
                groups.setdefault(clause.sets, []).append(clause)
        for quantity, group in groups.items():
            outcome = self._outcome(group, standing, facts)
            rows = self.days.setdefault(quantity, {})
            for number in np.unique(outcome).tolist():
                rows[number] = rows.get(number, _NO_DAYS) + (outcome == number) * days

    def assignments(self, month: float) -> dict[str, Assignment]:
        """Return the shares of a month's days; each cohort's sum to 1."""
        found = {}
        for quantity, rows in self.days.items():
            numbers = sorted(rows, key=lambda number: self.words[number])
            shares = np.empty((self.draws, len(self.cohorts.names), len(numbers)))
            for index, number in enumerate(numbers):
                shares[:, :, index] = rows[number] / month
            found[quantity] = Assignment(tuple(self.words[number] for number in numbers), shares)
        return found

    def _outcome(self, group: list[Allocate], standing: Standing, facts: _Facts) -> Numbers:
        """Return the outcome of one quantity by number   [draw or 1, cohort]."""
        found: Numbers = np.full((1, len(self.cohorts.names)), _NONE)
        for clause in group:
            if clause.otherwise is not None:
                found = np.where(found == _NONE, self._said(clause.otherwise, facts), found)
        applies = {clause.common.id: self._applies(clause, standing) for clause in group}
        taken: Truth = np.zeros((1, 1), np.bool_)
        for clause in group:
            here = applies[clause.common.id] & ~self._beaten(clause, applies)
            if not here.any():
                continue
            said = self._ruled(clause, facts)
            if (here & taken & (said != found)).any():
                raise InputProblemsError([_clash(clause)])
            found, taken = np.where(here, said, found), taken | here
        return found

    def _beaten(self, clause: Allocate, applies: Mapping[str, Truth]) -> Truth:
        beats = self.world.plan.beats
        over = [there for id_, there in applies.items() if clause.common.id in beats[id_]]
        return reduce(np.logical_or, over, np.zeros((1, 1), np.bool_))

    def _applies(self, clause: Allocate, standing: Standing) -> Truth:
        """Return where a clause acts: in force, in its places, and not suspended there."""
        plan, acts = self.world.plan, standing.acts()
        here = _lean(acts[:, plan.index(clause.common.id)])
        if clause.common.where_places:
            here = here & self._in(clause.common.where_places)
        for id_, other in plan.accord.clauses.items():
            places = other.common.where_places
            if isinstance(other, Suspend) and clause.common.id in other.what and places:
                here = here & ~(_lean(acts[:, plan.index(id_)]) & self._in(places))
        return np.asarray(here)

    def _in(self, places: tuple[str, ...]) -> Truth:
        """Return which cohorts are met in some places; an unknown place is in none  [cohort]."""
        column = self.cohorts.columns.get("place", (None,) * len(self.cohorts.names))
        return np.array([place in places for place in column])

    def _ruled(self, clause: Allocate, facts: _Facts) -> Numbers:
        """Try the rules in order: the first that holds decides; a missing fact stops there."""
        found: Numbers = np.full((1, len(self.cohorts.names)), _NONE)
        open_: Truth = np.ones(found.shape, np.bool_)
        for rule in clause.rules:
            asked = rule.if_.answer(facts)
            stops = open_ & (asked.fault != 0)
            holds = open_ & (asked.fault == 0) & asked.values.astype(np.bool_)
            found = np.where(stops, _MISSING, found)
            if holds.any():
                found = np.where(holds, self._said(rule.to, facts), found)
            open_ = open_ & ~stops & ~holds
        return found

    def _said(self, outcome: Expression, facts: _Facts) -> Numbers:
        """Return the number of an outcome's word   [draw or 1, cohort or 1]."""
        said = outcome.answer(facts)
        words, numbers = np.unique(said.values.astype(str), return_inverse=True)
        self.words += [word for word in words.tolist() if word not in self.words]
        known = np.array([self.words.index(word) for word in words.tolist()])
        return np.where(said.fault != 0, _MISSING, known[numbers.reshape(said.values.shape)])


def _lean(mask: Truth) -> Truth:
    """Turn [draw] into [draw, 1], or into one row where all draws agree."""
    agreed = mask.all() or not mask.any()
    return mask[:1, None] if agreed else mask[:, None]


def _clash(clause: Allocate) -> Problem:
    message = f"another clause gives {clause.sets} otherwise for the same case"
    mend = "let one stand over the other"
    return Problem("E105", clause.common.where, clause.common.id, message, mend)
