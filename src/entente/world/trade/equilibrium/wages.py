"""Wages that clear every country's factor market, found by a guarded quasi-Newton search."""

from dataclasses import dataclass
from typing import Final, final

import numpy as np

from entente.evidence import FloatArray
from entente.problems import NoSolutionError
from entente.world.trade.equilibrium.question import Point, Question
from entente.world.trade.equilibrium.response import wage_inverse

TOLERANCE: Final = 1e-11
_INNER: Final = 1e-13
_LOOSE: Final = 1e-4
_ROUGH: Final = 1e-2  # of a response, which Broyden's steps refine
_SLOW: Final = 0.2  # a step that leaves more of the gap than this asks for a new response,
_AGE: Final = 6  # once the last one is so many steps old
_REACH: Final = 0.7  # largest change of a log wage in one step
_WORSE: Final = 1.5
_HALVINGS: Final = 8
_FLAT: Final = 1e-9
_STEPS: Final = 100
_DETOURS: Final = 4  # how often a way may be halved


@final
@dataclass(frozen=True, slots=True)
class Start:
    """Where a search begins: a point, and the inverse of how its gap answers log wages [n, m]."""

    point: Point
    inverse: FloatArray


def from_tables(question: Question) -> Start:
    """Begin at the tables' own wages, prices and spending."""
    base = question.economy
    still = np.zeros(len(base.countries))
    point = question.at(still, np.zeros_like(base.spending), base.spending, _LOOSE)
    return Start(point, wage_inverse(question, point, _ROUGH))


def solve(question: Question, start: Start) -> Start:
    """Find the equilibrium from a start, which may belong to another question.

    Broyden's method on log wages with steps held back; where it slows down the response is found
    anew, which is Newton's method. A start that solves the question keeps its point to the last
    bit. Returns the solution as a start for the next question.

    Raises NoSolutionError when equation (8), or the inner equations, miss their tolerance.
    """
    point = _settled(question, start.point, _INNER)
    inverse, age = start.inverse, 0
    for _ in range(_STEPS):
        if _is_solved(point):
            return Start(point, inverse)
        if not np.isfinite(point.worst):
            break
        after = _onward(question, point, -inverse @ point.gap)
        if after.worst > _SLOW * point.worst and age >= _AGE:
            after = _settled(question, after, _inner_tolerance(after.worst))
            inverse, age = wage_inverse(question, after, _ROUGH), 0
        else:
            inverse, age = _updated(inverse, point, after), age + 1
        loose = after.worst < TOLERANCE and after.inner > _INNER
        point = _settled(question, after, _INNER) if loose else after
    raise NoSolutionError(
        f"equilibrium: no wages clear the factor markets after {_STEPS} quasi-Newton steps; "
        f"largest gap {point.worst:.2g}"
    )


def follow(begun: Question, changed: Question, start: Start, detours: int = _DETOURS) -> Start:
    """Solve `changed` from the solution of `begun`, by way of schedules in between if need be.

    Raises NoSolutionError when even small changes of the schedule lose the solution.
    """
    try:
        return solve(changed, start)
    except NoSolutionError:
        if not detours:
            raise
    midway = np.sqrt(begun.border * changed.border)
    between = Question.of(changed.economy, midway, changed.deficit)
    halfway = follow(begun, between, start, detours - 1)
    return follow(between, changed, halfway, detours - 1)


def _is_solved(point: Point) -> bool:
    return point.worst < TOLERANCE and point.inner <= _INNER


def _inner_tolerance(worst: float) -> float:
    """Solve the inner loops as closely as the present gap deserves."""
    return float(np.clip(1e-3 * worst, _INNER, _LOOSE))


def _settled(question: Question, point: Point, tolerance: float) -> Point:
    """Solve the inner loops again at the same wages, to a tolerance."""
    return question.at(point.ln_wage, point.ln_price, point.spending, tolerance)


def _updated(inverse: FloatArray, before: Point, after: Point) -> FloatArray:
    """Broyden's update: the inverse that explains the last step, nearest to the old one."""
    moved, changed = after.ln_wage - before.ln_wage, after.gap - before.gap
    answer = inverse @ changed
    scale = float(moved @ answer)
    if not abs(scale) > _FLAT * float(moved @ moved):
        return inverse
    updated: FloatArray = inverse + np.outer(moved - answer, moved @ inverse) / scale
    return updated


def _onward(question: Question, point: Point, step: FloatArray) -> Point:
    """Take a step, shorter where it would make the gap much worse."""
    tolerance = _inner_tolerance(point.worst)
    step = step * min(1.0, _REACH / np.abs(step).max())
    after = question.near(point, step, tolerance)
    for _ in range(_HALVINGS):
        if after.worst < _WORSE * point.worst:
            break
        step = step / 2
        after = question.near(point, step, tolerance)
    return after
