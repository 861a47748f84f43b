"""Wages that clear every country's factor market, found by a guarded quasi-Newton search."""

from dataclasses import dataclass
from typing import Final, final

import numpy as np
from numpy.typing import NDArray

from entente.problems import NoSolutionError
from entente.world.trade.equilibrium import kernel
from entente.world.trade.equilibrium.base import Economy, inverses, own
from entente.world.trade.equilibrium.response import wage_inverse

FloatArray = NDArray[np.float64]

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
class Point:
    """Everything at given wages, as logs of ratios to the tables, or in world value added.

    ln_wage    [country];   ln_price, ln_cost   [sector, country]
    spending, output   [sector, country];   income   [country]
    sales      net of tariff per unit of spending    [sector, exporter, importer]
    gap        log of value added earned over value added paid, equation (8)   [country]
    worst      the largest of `gap`; infinite where a country earns nothing
    inner      largest gap of equations (3) and (6)
    """

    ln_wage: FloatArray
    ln_price: FloatArray
    ln_cost: FloatArray
    spending: FloatArray
    output: FloatArray
    income: FloatArray
    sales: FloatArray
    gap: FloatArray
    worst: float
    inner: float


@final
@dataclass(frozen=True, slots=True)
class Question:
    """An economy under a schedule and given deficits.

    access    pi kappa^-theta   [sector, exporter, importer];   border   1 + tariff   likewise

    Each country's own circle of inputs is inverted once, at the shares that the schedule alone
    would give, to speed the inner loops:

    of_prices     I - own share x inputs                  [j, k, country]
    of_spending   I - inputs x own sales - final x duty   [k, j, country]
    """

    economy: Economy
    border: FloatArray
    access: FloatArray
    deficit: FloatArray
    of_prices: FloatArray
    of_spending: FloatArray

    @classmethod
    def of(cls, economy: Economy, border: FloatArray, deficit: FloatArray) -> "Question":
        """Set the schedule `border`, 1 + tariff [sector, exporter, importer]; equation (1)."""
        change = np.log(border / economy.border)
        access = economy.share * np.exp(-economy.theta[:, None, None] * change)
        share = access / access.sum(axis=1, keepdims=True)
        duty = (share * (1 - 1 / border)).sum(axis=1)
        circle = economy.inputs.transpose(1, 0, 2) * own(share / border)
        of_prices = inverses(own(share)[:, None] * economy.inputs)
        of_spending = inverses(circle + economy.final[:, None] * duty)
        return cls(economy, border, access, deficit, of_prices, of_spending)

    def at(
        self, ln_wage: FloatArray, ln_price: FloatArray, spending: FloatArray, tolerance: float
    ) -> Point:
        """Solve prices and spending at given wages from a guess, to a tolerance."""
        base = self.economy
        ln_price, ln_cost, power, total, price_gap = kernel.prices(
            ln_wage,
            ln_price,
            self.access,
            base.theta,
            base.labour,
            base.inputs,
            self.of_prices,
            tolerance,
        )
        sales, taxed = kernel.sales_shares(self.access, power, total, self.border)
        paid = np.exp(ln_wage) * base.value_added
        spending, output, income, spending_gap = kernel.spending(
            paid + self.deficit,
            spending,
            sales,
            taxed,
            base.inputs,
            base.final,
            self.of_spending,
            tolerance,
        )
        earned = kernel.factor_income(output, income, base.labour, base.services)
        gap = np.log(np.where(earned > 0, earned, np.nan) / paid)
        worst = float(np.abs(gap).max())
        return Point(
            ln_wage,
            ln_price,
            ln_cost,
            spending,
            output,
            income,
            sales,
            gap,
            worst if np.isfinite(worst) else np.inf,
            float(max(price_gap, spending_gap)),
        )

    def near(self, point: Point, step: FloatArray, tolerance: float) -> Point:
        """Take a step in log wages, keep the numeraire (world value added), and solve there."""
        wage = point.ln_wage + step
        wage = wage - np.log(np.exp(wage) @ self.economy.value_added)
        return self.at(wage, point.ln_price, point.spending, tolerance)


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
