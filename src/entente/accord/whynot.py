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
from entente.accord.clauses.common import STATES, said_state
from entente.accord.course import Course, resting_places
from entente.accord.document import Accord
from entente.accord.expression import Expression
from entente.accord.quantities import Part, carried
from entente.accord.reasons import say_amount
from entente.accord.standing import Moment, Standing
from entente.language import phrase


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
                return phrase("not announced before {day}", day=say_day(life.announced))
            case "announced":
                return self._waits(clause)
            case "suspended":
                return self._rests(common.id)
            case "reserved":
                return phrase("agreed, and held back: {why}", why=self._unreleased(common.id))
            case "lapsed":
                return self._ended(clause)
            case "void_from" | "void_ab_initio":
                return phrase(
                    "made void by {clauses}", clauses=_named(self._acting_on(common.id, state))
                )
            case "met" | "breached":
                return self._judged(clause, state)
        return self._in_force(clause) if part is None else _sets(part)

    def _waits(self, clause: Clause) -> str:
        life = self.run.plan.lives[clause.common.id]
        if np.isnat(life.start):
            return phrase(
                "announced on {day}, and never put into effect", day=say_day(life.announced)
            )
        if life.start > self.moment:
            return phrase(
                "announced on {day}, in effect from {start}",
                day=say_day(life.announced),
                start=say_day(life.start),
            )
        begins = clause.common.from_
        if begins is None:
            return phrase("waits")
        return phrase("waits: {why}", why=self.because(begins))

    def _rests(self, id_: str) -> str:
        acting = [
            other.common.id
            for other in self.accord.clauses.values()
            if isinstance(other, Suspend) and id_ in other.what and self._acts(other.common.id)
        ] + self._acting_on(id_, "suspended")
        by = phrase("suspended by {clauses}", clauses=_named(acting))
        idle = [
            phrase(
                "{clause} does not restore it: {why}",
                clause=other.common.id,
                why=self._idle(other),
            )
            for other in self.accord.clauses.values()
            if isinstance(other, Restore) and id_ in other.what
        ]
        return "; ".join([by, *idle])

    def _idle(self, clause: Restore | Trigger) -> str:
        state = STATES[self.standing.codes[0, self.run.plan.index(clause.common.id)]]
        if not self._acts(clause.common.id):
            return phrase("it is {state}", state=said_state(state))
        return self.because(clause.when) if clause.when is not None else phrase("it has not come")

    def _unreleased(self, id_: str) -> str:
        waiting = [
            phrase(
                "{clause} has not brought it into force: {why}",
                clause=other.common.id,
                why=self._idle(other),
            )
            for other in self.accord.clauses.values()
            if isinstance(other, Trigger)
            and any(e.clause == id_ and e.state == "in_force" for e in other.then)
        ]
        return "; ".join(waiting) or phrase("nothing has brought it into force")

    def _ended(self, clause: Clause) -> str:
        life, sunset = self.run.plan.lives[clause.common.id], self.accord.sunset
        if not np.isnat(life.expires) and life.expires <= self.moment:
            return phrase("expired on {day}", day=say_day(life.expires))
        if sunset is not None and local64(sunset, self.accord.zone) <= self.moment:
            return phrase("the accord ended on {day}", day=sunset)
        until = clause.common.until
        if until is not None:
            return phrase("it held until {when}", when=self._said(until))
        return phrase(
            "ended by {clauses}", clauses=_named(self._acting_on(clause.common.id, "lapsed"))
        )

    def _judged(self, clause: Clause, state: str) -> str:
        if not isinstance(clause, Obligation):
            return said_state(state)
        return phrase(
            "{state} when it was tested, on {day}",
            state=said_state(state),
            day=self._said(clause.due),
        )

    def _said(self, expression: Expression) -> str:
        return expression.words(self.accord.labels(), self.accord.symbols())

    def _in_force(self, clause: Clause) -> str:
        match clause:
            case Obligation():
                return phrase("owed, and tested on {day}", day=self._said(clause.due))
            case Trigger():
                fired = self.standing.fired[0, self.run.plan.index(clause.common.id)]
                told = self.because(clause.when)
                if np.isnat(fired):
                    return phrase("has not fired: {why}", why=told)
                return phrase("fired on {day}", day=say_day(fired))
            case Restore():
                return self.because(clause.when) if clause.when is not None else phrase("it acts")
            case Procedure() if clause.decided is None:
                return phrase("nothing is decided")
            case Procedure() if not clause.is_sure:
                return phrase(
                    "a chance of {odds} that it so decides on {day}",
                    odds=f"{clause.odds:.0%}",
                    day=clause.decided,
                )
            case Allocate():
                places = resting_places(self.run.plan, self.standing, clause.common.id)
                if places:
                    return phrase("in force, but not in {places}", places=", ".join(places))
        return said_state("in_force")

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
        return phrase("in force; what it sets turns on the facts of each entry")
    if np.isnan(part.values[0]):
        return phrase("in force, but it sets nothing on this day")
    return phrase(
        "sets {amount} {unit}",
        amount=say_amount(float(part.values[0])),
        unit=phrase(str(part.clause.unit)),
    )


def _named(clauses: list[str]) -> str:
    return ", ".join(clauses) or phrase("a clause")


def say_day(moment: np.datetime64) -> str:
    """Say a day, or a day and time."""
    return as_moment(moment).isoformat()
