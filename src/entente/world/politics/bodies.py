"""Bodies that vote, and the path of a measure through them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import final

import numpy as np

from entente.evidence import FloatArray
from entente.language import phrase
from entente.world.politics.tally import Threshold, chances, shocks


@final
@dataclass(frozen=True, slots=True)
class Body:
    """A chamber: each member's chance to attend and, attending, to vote yea.

    yea, attend   [member];   origin   where these chances come from
    """

    name: str
    yea: FloatArray
    attend: FloatArray
    origin: str


@final
@dataclass(frozen=True, slots=True)
class Step:
    """One thing that must happen next: a vote of a body, or (without one) an act of given odds.

    odds   of a step without a body;   due   the day by which its clock calls it, if it has one
    """

    who: str
    question: str
    rule: Threshold | None = None
    odds: float | None = None
    origin: str = ""
    due: date | None = None
    stopped: bool = False


@final
@dataclass(frozen=True, slots=True)
class Outcome:
    """A step's chances: that it is reached, that it then succeeds, and both together.

    needed   yeas, where as many attend as is expected; None without a vote
    """

    step: Step
    reached: float
    succeeds: float
    needed: int | None
    origin: str

    @property
    def both(self) -> float:
        """Return the chance that the step is reached and succeeds."""
        return self.reached * self.succeeds


def follow(
    steps: Sequence[Step], bodies: Mapping[str, Body], correlation: float
) -> tuple[tuple[Outcome, ...], FloatArray]:
    """Follow a measure: each step comes up only where every earlier one succeeded.

    All votes share one shock, so a measure that passed one chamber is likelier to pass the next;
    given the shock, votes are independent. A step whose clock a rule has stopped is never called.

    returns   the outcomes, and the chance of the whole path at each node of the shock  [node]
    """
    nodes, weights = shocks(correlation)
    path, outcomes = np.ones(nodes.size), []
    for step in steps:
        body = bodies.get(step.who) if step.rule is not None else None
        if body is not None and step.rule is not None:
            here = chances(step.rule, body.yea, body.attend, nodes, correlation)
            needed: int | None = _expected(step.rule, body)
            origin = body.origin
        else:
            here, needed, origin = np.full(nodes.size, step.odds or 0.0), None, step.origin
        if step.stopped:
            path = np.zeros(nodes.size)
            origin = phrase("not called: a rule stops its clock")
        reached = min(float(weights @ path), 1.0)
        alone = float(weights @ here)
        path = path * here
        succeeds = float(weights @ path) / reached if reached > 0 else alone
        outcomes.append(Outcome(step, reached, succeeds, needed, origin))
    return tuple(outcomes), path


def _expected(rule: Threshold, body: Body) -> int:
    """Return the yeas needed where as many members attend as is expected."""
    seated = body.attend.size
    return rule.needed(seated if rule.base == "seated" else round(float(body.attend.sum())))


def called_by(start: date, days: int, stops: Sequence[tuple[date, date]], end: date) -> date | None:
    """Return the day by which a clock of calendar days has run; stopped days are not counted.

    A stop holds from its first day to its last, both included. None: not before `end`.

    >>> called_by(date(2025, 3, 1), 15, [(date(2025, 3, 11), date(2025, 3, 20))], date(2026, 1, 1))
    datetime.date(2025, 3, 26)
    """
    day, left = start, days
    while left > 0:
        day += timedelta(days=1)
        if day > end:
            return None
        left -= not any(first <= day <= last for first, last in stops)
    return day
