"""Why a clause stands as it does: what holds it back, rests it, ended it or judged it."""

from dataclasses import dataclass
from typing import final

import numpy as np

from entente.accord.calendar import as_moment, local64
from entente.accord.clauses import (
    Allocate,
    Clause,
    Obligation,
    Procedure,
    Restore,
    Suspend,
    Trigger,
)
from entente.accord.clauses.common import STATES
from entente.accord.course import Course, resting_places
from entente.accord.document import Accord
from entente.accord.expression import Expression
from entente.accord.quantities import Part, carried
from entente.accord.reasons import say_amount
from entente.accord.standing import Moment, Standing


@final
@dataclass(frozen=True, slots=True)
class Why:
    """Why clauses stand as they do at one instant of a course, in its first draw."""

    accord: Accord
    run: Course
    standing: Standing
    moment: np.datetime64

    def reads(self) -> Moment:
        """Return the instant as expressions read it."""
        return Moment(self.run.world, self.moment, self.standing.codes)

    def because(self, expression: Expression) -> str:
        """Say the part of a condition that decides it, with its figures."""
        return expression.because(self.reads(), self.accord.labels(), self.accord.symbols())[1]

    def of(self, clause: Clause, state: str, part: Part | None) -> str:
        """Say why a clause stands as it does."""
        common, life = clause.common, self.run.plan.lives[clause.common.id]
        match state:
            case "draft":
                return f"not announced before {say_day(life.announced)}"
            case "announced":
                return self._waits(clause)
            case "suspended":
                return self._rests(common.id)
            case "reserved":
                return f"agreed, and held back: {self._unreleased(common.id)}"
            case "lapsed":
                return self._ended(clause)
            case "void_from" | "void_ab_initio":
                return f"made void by {', '.join(self._acting_on(common.id, state)) or 'a clause'}"
            case "met" | "breached":
                return self._judged(clause, state)
        return self._in_force(clause) if part is None else _sets(part)

    def _waits(self, clause: Clause) -> str:
        life = self.run.plan.lives[clause.common.id]
        if np.isnat(life.start):
            return f"announced on {say_day(life.announced)}, and never put into effect"
        if life.start > self.moment:
            return f"announced on {say_day(life.announced)}, in effect from {say_day(life.start)}"
        begins = clause.common.from_
        return "waits" if begins is None else f"waits: {self.because(begins)}"

    def _rests(self, id_: str) -> str:
        acting = [
            other.common.id
            for other in self.accord.clauses.values()
            if isinstance(other, Suspend) and id_ in other.what and self._acts(other.common.id)
        ] + self._acting_on(id_, "suspended")
        by = f"suspended by {', '.join(acting) or 'a clause'}"
        idle = [
            f"{other.common.id} does not restore it: {self._idle(other)}"
            for other in self.accord.clauses.values()
            if isinstance(other, Restore) and id_ in other.what
        ]
        return "; ".join([by, *idle])

    def _idle(self, clause: Restore | Trigger) -> str:
        state = STATES[self.standing.codes[0, self.run.plan.index(clause.common.id)]]
        if not self._acts(clause.common.id):
            return f"it is {state.replace('_', ' ')}"
        return self.because(clause.when) if clause.when is not None else "it has not come"

    def _unreleased(self, id_: str) -> str:
        waiting = [
            f"{other.common.id} has not brought it into force: {self._idle(other)}"
            for other in self.accord.clauses.values()
            if isinstance(other, Trigger)
            and any(e.clause == id_ and e.state == "in_force" for e in other.then)
        ]
        return "; ".join(waiting) or "nothing has brought it into force"

    def _ended(self, clause: Clause) -> str:
        life, sunset = self.run.plan.lives[clause.common.id], self.accord.sunset
        if not np.isnat(life.expires) and life.expires <= self.moment:
            return f"expired on {say_day(life.expires)}"
        if sunset is not None and local64(sunset, self.accord.zone) <= self.moment:
            return f"the accord ended on {sunset}"
        until = clause.common.until
        if until is not None:
            return f"it held until {until.words(self.accord.labels(), self.accord.symbols())}"
        return f"ended by {', '.join(self._acting_on(clause.common.id, 'lapsed')) or 'a clause'}"

    def _judged(self, clause: Clause, state: str) -> str:
        if not isinstance(clause, Obligation):
            return state
        due = clause.due.words(self.accord.labels(), self.accord.symbols())
        return f"{state} when it was tested, on {due}"

    def _in_force(self, clause: Clause) -> str:
        match clause:
            case Obligation():
                due = clause.due.words(self.accord.labels(), self.accord.symbols())
                return f"owed, and tested on {due}"
            case Trigger():
                fired = self.standing.fired[0, self.run.plan.index(clause.common.id)]
                told = self.because(clause.when)
                return f"has not fired: {told}" if np.isnat(fired) else f"fired on {say_day(fired)}"
            case Restore():
                return self.because(clause.when) if clause.when is not None else "it acts"
            case Procedure() if clause.decided is None:
                return "nothing is decided"
            case Procedure() if not clause.is_sure:
                return f"a chance of {clause.odds:.0%} that it so decides on {clause.decided}"
            case Allocate():
                places = resting_places(self.run.plan, self.standing, clause.common.id)
                return f"in force, but not in {', '.join(places)}" if places else "in force"
        return "in force"

    def _acts(self, id_: str) -> bool:
        return bool(self.standing.acts()[0, self.run.plan.index(id_)])

    def _acting_on(self, id_: str, state: str) -> list[str]:
        return [
            other.common.id
            for other in self.accord.clauses.values()
            if isinstance(other, Trigger | Procedure)
            and any(e.clause == id_ and e.state == state for e in other.then)
            and self._acts(other.common.id)
        ]


def _sets(part: Part) -> str:
    if not carried(part.clause):
        return "in force; what it sets turns on the facts of each entry"
    if np.isnan(part.values[0]):
        return "in force, but it sets nothing on this day"
    return f"sets {say_amount(float(part.values[0]))} {part.clause.unit}"


def say_day(moment: np.datetime64) -> str:
    """Say a day, or a day and time."""
    return as_moment(moment).isoformat()
