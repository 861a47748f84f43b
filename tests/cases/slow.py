"""The slow twin: one claim at a time, in plain Python over the law's course."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import numpy as np

from entente.accord import calendar
from entente.accord.choices import Choices
from entente.accord.clauses import Allocate, Exempt
from entente.accord.clauses.allocate import Clock
from entente.accord.course import Course, course, resting_places
from entente.accord.document import Accord
from entente.accord.expression import Expression, Kind
from entente.accord.expression.facts import CLAIMS, FACTS
from entente.accord.expression.scope import Known, as_array, unknown
from entente.accord.readings import variants
from entente.accord.standing import Moment

ENDS = {"accept": "requested_state", "refuse": "lodged_state"}
NEVER = date(9000, 1, 1)


class Case:
    """One claim at one instant, as expressions read it."""

    def __init__(self, claim: dict[str, Any], day: date, moment: Moment) -> None:
        self.claim, self.day, self.moment = claim, day, moment

    @property
    def today(self) -> Any:
        return np.asarray(np.datetime64(self.day, "D"))

    def value(self, name: str) -> Known:
        if name not in CLAIMS:
            return self.moment.value(name)
        value = self.claim.get(name)
        if value is None:
            return unknown(FACTS[name].type.kind)
        if CLAIMS[name].type.kind is Kind.LIST:
            value = tuple(value)
        return Known(as_array(value), np.ones((), np.bool_))

    def state(self, function: str, clause: str) -> Any:
        return self.moment.state(function, clause)[0]

    def date(self, function: str, clause: str) -> Known:
        return self.moment.date(function, clause)

    def series(self, function: str, metric: str, other: Any) -> Known:
        return self.moment.series(function, metric, other)


def asked_of(claim: dict[str, Any]) -> date | None:
    return claim.get("asked_on") or claim.get("application_date")


def answers(
    claim: dict[str, Any], accord: Accord, sets: str, choices: Choices | None = None
) -> set[str]:
    """Return every answer that some reading or time of day gives."""
    group = [c for c in accord.clauses.values() if isinstance(c, Allocate) and c.sets == sets]
    frozen = next((c.frozen_at for c in group if c.frozen_at), None)
    day = claim.get(frozen) if frozen else asked_of(claim)
    if day is None:
        return {"MISSING"}
    first, last = accord.horizon
    wide = replace(accord, horizon=(min(first, day), max(last, day)))
    found = set()
    for _, settled in variants(wide):
        run = course(settled, choices)
        start = np.datetime64(day, "s")
        inside = [s.now for s in run.standings if start < s.now < start + np.timedelta64(1, "D")]
        found |= {answer(claim, day, run, sets, moment) for moment in (start, *inside)}
    return found


def answer(claim: dict[str, Any], day: date, run: Course, sets: str, moment: Any) -> str:
    accord, plan, standing = run.plan.accord, run.plan, run.at(moment)
    acts = standing.acts()[0]
    case = Case(claim, day, Moment(run.world, standing.now, standing.codes))
    group = [c for c in accord.clauses.values() if isinstance(c, Allocate) and c.sets == sets]
    group.sort(key=lambda c: -len(plan.beats[c.common.id]))
    for clause in group:
        id_ = clause.common.id
        if not acts[plan.index(id_)]:
            continue
        inside, resting = clause.common.where_places, resting_places(plan, standing, id_)
        if (inside or resting) and claim.get("place") is None:
            return "MISSING"
        place = claim.get("place")
        if (inside and place not in inside) or place in resting:
            continue
        return ruled(clause, claim, case, acts, run)
    otherwise = next((c.otherwise for c in group if c.otherwise), None)
    return said(otherwise, case) if otherwise else "none"


def ruled(clause: Allocate, claim: dict[str, Any], case: Case, acts: Any, run: Course) -> str:
    spared = exempted(clause, case, acts, run)
    if spared is not None:
        return spared
    for accepts in (False, True):
        kind = [c for c in clause.clocks if (c.on_expiry.text == "accept") is accepts]
        told = clocked(kind, claim, case, clause)
        if told is not None:
            return told
    for rule in clause.rules:
        holds = truth(rule.if_, case)
        if holds is None:
            return "MISSING"
        if holds:
            return said(rule.to, case)
    raise AssertionError("the last rule takes every case")


def clocked(clocks: list[Clock], claim: dict[str, Any], case: Case, clause: Allocate) -> str | None:
    """Return what the first clock to run out brings, None where none has."""
    asked = claim.get("asked_on")
    if asked is None:
        return None
    ended, unknown = [], False
    for place, clock in enumerate(clocks):
        held = truth(clock.extend, case) if clock.extend else False
        starts = clock.starts.answer(case)
        end = None
        if not starts.fault.any():
            day = calendar.as_date(starts.values.reshape(-1)[0])
            end = NEVER if day >= NEVER else calendar.add(day, clock.length)
        if held is True or (end is not None and asked <= end):
            continue
        if held is None or end is None:
            unknown = True
        else:
            ended.append((end, place, clock.on_expiry.text))
    alike = len({clock.on_expiry.text for clock in clocks}) == 1
    if unknown and not (ended and alike):
        return "MISSING"
    return brought(min(ended)[2], claim, case, clause) if ended else None


def exempted(clause: Allocate, case: Case, acts: Any, run: Course) -> str | None:
    for id_, other in run.plan.accord.clauses.items():
        names = isinstance(other, Exempt) and clause.common.id in other.from_clauses
        if names and acts[run.plan.index(id_)]:
            assert isinstance(other, Exempt)
            holds = truth(other.if_, case)
            if holds is None:
                return "MISSING"
            if holds:
                to = other.to if isinstance(other.to, Expression) else clause.otherwise
                return said(to, case) if to else "none"
    return None


def brought(to: str, claim: dict[str, Any], case: Case, clause: Allocate) -> str:
    if to in ENDS:
        return claim.get(ENDS[to]) or "MISSING"
    return said(next(c.on_expiry for c in clause.clocks if c.on_expiry.text == to), case)


def truth(condition: Expression, case: Case) -> bool | None:
    found = condition.answer(case)
    return None if found.fault.any() else bool(found.values.reshape(-1)[0])


def said(outcome: Expression, case: Case) -> str:
    found = outcome.answer(case)
    return "MISSING" if found.fault.any() else str(found.values.reshape(-1)[0])


def days(first: date, count: int) -> list[date]:
    return [first + timedelta(days=n) for n in range(count)]
