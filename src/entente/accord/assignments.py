"""What allocations give each cohort, averaged over the days of a month."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from typing import Any, Final, Self, TypeAlias, final

import numpy as np
from numpy.typing import NDArray

from entente.accord.calendar import DateArray, Duration
from entente.accord.clauses import Allocate, Suspend
from entente.accord.document import Accord
from entente.accord.expression import Expression, Role
from entente.accord.expression.faults import Truth
from entente.accord.expression.scope import Known
from entente.accord.plan import reads_today
from entente.accord.standing import Moment, Standing, World
from entente.evidence import Assignment, Cohorts, FloatArray
from entente.problems import InputProblemsError, Problem

MISSING: Final = "MISSING"
NONE: Final = "none"  # no clause says anything, and none says what holds otherwise
Numbers: TypeAlias = NDArray[np.int64]
Given: TypeAlias = tuple[int, Truth]  # an outcome's number, and where it holds

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


@final
@dataclass(frozen=True, slots=True)
class Allocations:
    """The allocations of an accord, and what they have said so far in the months of one run.

    Rules that read facts of people alone say the same wherever the same clauses act; so each such
    pattern is read once and kept. Outcomes are numbered in `words` as they are met.

    groups   the clauses that set each quantity
    rests    what rests each of them in some places: (clause, places)
    read     by quantity and pattern, what each cohort is given: (number, [draw or 1, cohort])
    of       the cohorts they were read for
    """

    groups: Mapping[str, tuple[Allocate, ...]]
    by_facts: Mapping[str, bool]
    rests: Mapping[str, tuple[tuple[int, tuple[str, ...]], ...]]
    words: list[str] = field(default_factory=lambda: [NONE, MISSING])
    read: dict[tuple[object, ...], "tuple[Given, ...]"] = field(default_factory=dict)
    of: list[Cohorts] = field(default_factory=list)

    @classmethod
    def among(cls, accord: Accord) -> Self:
        """Gather the allocations of an accord."""
        groups: dict[str, list[Allocate]] = {}
        for clause in accord.clauses.values():
            if isinstance(clause, Allocate):
                groups.setdefault(clause.sets, []).append(clause)
        rests = {
            clause.common.id: _rests(accord, clause)
            for group in groups.values()
            for clause in group
        }
        return cls(
            {quantity: tuple(group) for quantity, group in groups.items()},
            {quantity: _asks_facts_alone(group, accord) for quantity, group in groups.items()},
            rests,
        )

    def kept(self, quantity: str, masks: Iterable[Truth], cohorts: Cohorts) -> tuple[object, ...]:
        """Return the key of a pattern; what was read for other cohorts is forgotten."""
        if not self.of or self.of[0] is not cohorts:
            self.read.clear()
            self.of[:] = [cohorts]
        return quantity, *((mask.shape, mask.tobytes()) for mask in masks)


def _rests(accord: Accord, clause: Allocate) -> tuple[tuple[int, tuple[str, ...]], ...]:
    """Name what rests a clause in some places: the suspension's index, and the places."""
    return tuple(
        (index, other.common.where_places)
        for index, other in enumerate(accord.clauses.values())
        if isinstance(other, Suspend)
        and clause.common.id in other.what
        and other.common.where_places
    )


def _asks_facts_alone(group: Sequence[Allocate], accord: Accord) -> bool:
    """Tell whether what clauses say depends on people's facts, and on no figure, choice or day."""
    asked = [part for clause in group for rule in clause.rules for part in (rule.if_, rule.to)]
    asked += [clause.otherwise for clause in group if clause.otherwise is not None]
    named = {reference for expression in asked for reference in expression.names()}
    return not any(reads_today(expression.tree) for expression in asked) and all(
        reference.role is Role.NAME
        and reference.id not in accord.metrics
        and reference.id not in accord.choices
        for reference in named
    )


@dataclass(slots=True)
class Shares:
    """Running shares by quantity: how many days each outcome held for each cohort.

    Arrays keep one row where all draws agree.

    days   quantity -> outcome's number -> [draw or 1, cohort]
    """

    world: World
    allocations: Allocations
    cohorts: Cohorts
    draws: int
    days: dict[str, dict[int, FloatArray]] = field(default_factory=dict)

    def add(self, standing: Standing, days: float) -> None:
        """Add what every allocation gives from an instant on, for some days."""
        if not self.cohorts.names:
            return
        acts = standing.acts()
        for quantity, group in self.allocations.groups.items():
            applies = {clause.common.id: self._applies(clause, acts) for clause in group}
            rows = self.days.setdefault(quantity, {})
            for number, there in self._given(quantity, applies, standing):
                rows[number] = rows.get(number, _NO_DAYS) + there * days

    def assignments(self, month: float) -> dict[str, Assignment]:
        """Return the shares of a month's days; each cohort's sum to 1."""
        found, words = {}, self.allocations.words
        for quantity, rows in self.days.items():
            numbers = sorted(rows, key=lambda number: words[number])
            shares = np.empty((self.draws, len(self.cohorts.names), len(numbers)))
            for index, number in enumerate(numbers):
                shares[:, :, index] = rows[number] / month
            found[quantity] = Assignment(tuple(words[number] for number in numbers), shares)
        return found

    def _given(
        self, quantity: str, applies: Mapping[str, Truth], standing: Standing
    ) -> tuple[Given, ...]:
        """Return the outcomes of one quantity by number, and where each holds."""
        allocations = self.allocations
        key = allocations.kept(quantity, applies.values(), self.cohorts)
        if key in allocations.read:
            return allocations.read[key]
        facts = _Facts(Moment(self.world, standing.now, standing.codes), self.cohorts)
        outcome = self._outcome(allocations.groups[quantity], applies, facts)
        given = tuple((number, outcome == number) for number in np.unique(outcome).tolist())
        if allocations.by_facts[quantity]:
            allocations.read[key] = given
        return given

    def _outcome(
        self, group: Sequence[Allocate], applies: Mapping[str, Truth], facts: _Facts
    ) -> Numbers:
        """Return the outcome of one quantity by number   [draw or 1, cohort]."""
        found: Numbers = np.full((1, len(self.cohorts.names)), _NONE)
        for clause in group:
            if clause.otherwise is not None:
                found = np.where(found == _NONE, self._said(clause.otherwise, facts), found)
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

    def _applies(self, clause: Allocate, acts: Truth) -> Truth:
        """Return where a clause acts: in force, in its places, and not suspended there."""
        here = _lean(acts[:, self.world.plan.index(clause.common.id)])
        if clause.common.where_places:
            here = here & self._in(clause.common.where_places)
        for index, places in self.allocations.rests[clause.common.id]:
            here = here & ~(_lean(acts[:, index]) & self._in(places))
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
        said, met = outcome.answer(facts), self.allocations.words
        words, numbers = np.unique(said.values.astype(str), return_inverse=True)
        met += [word for word in words.tolist() if word not in met]
        known = np.array([met.index(word) for word in words.tolist()])
        return np.where(said.fault != 0, _MISSING, known[numbers.reshape(said.values.shape)])


def _lean(mask: Truth) -> Truth:
    """Turn [draw] into [draw, 1], or into one row where all draws agree."""
    agreed = mask.all() or not mask.any()
    return mask[:1, None] if agreed else mask[:, None]


def _clash(clause: Allocate) -> Problem:
    message = f"another clause gives {clause.sets} otherwise for the same case"
    mend = "let one stand over the other"
    return Problem("E105", clause.common.where, clause.common.id, message, mend)
