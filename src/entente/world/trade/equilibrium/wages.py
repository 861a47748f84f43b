"""Wages that clear every country's factor market, found by a guarded quasi-Newton search."""

from dataclasses import dataclass
from typing import Final, final

import numpy as np
from numpy.typing import NDArray

from entente.problems import NoSolutionError
from entente.world.trade.equilibrium import kernel
from entente.world.trade.equilibrium.base import Economy

FloatArray = NDArray[np.float64]

TOLERANCE: Final = 1e-10
_INNER: Final = 1e-12
_LOOSE: Final = 1e-4
_REACH: Final = 0.5  # largest change of a log wage in one step
_STEPS: Final = 120
_PATIENT_STEPS: Final = 20_000


@final
@dataclass(frozen=True, slots=True)
class Point:
    """Everything at given wages, as logs of ratios to the tables, or in world value added.

    ln_wage    [country];   ln_price, ln_cost   [sector, country]
    spending, output   [sector, country];   income   [country]
    sales      net of tariff per unit of spending    [t, exporter, importer]
    gap        log of value added earned over value added paid, equation (8)   [country]
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
    inner: float

    @property
    def worst(self) -> float:
        """Return the largest gap of equation (8); infinite where a country earns nothing."""
        largest = float(np.abs(self.gap).max())
        return largest if np.isfinite(largest) else np.inf


@final
@dataclass(frozen=True, slots=True)
class Question:
    """An economy under a schedule and given deficits.

    access    pi kappa^-theta   [t, exporter, importer];   border   1 + tariff   likewise
    """

    economy: Economy
    border: FloatArray
    access: FloatArray
    deficit: FloatArray

    @classmethod
    def of(cls, economy: Economy, border: FloatArray, deficit: FloatArray) -> "Question":
        """Set the schedule `border`, 1 + tariff [t, exporter, importer]; equation (1)."""
        change = np.log(border / economy.border)
        access = economy.share * np.exp(-economy.theta[:, None, None] * change)
        return cls(economy, border, access, deficit)

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
            base.traded,
            base.labour,
            base.inputs,
            base.price_correction,
            tolerance,
        )
        sales, taxed = kernel.sales_shares(self.access, power, total, self.border)
        paid = np.exp(ln_wage) * base.value_added
        spending, output, income, spending_gap = kernel.spending(
            paid + self.deficit,
            spending,
            sales,
            taxed,
            base.traded,
            base.inputs,
            base.final,
            base.spending_correction,
            tolerance,
        )
        earned = kernel.factor_income(output, base.labour)
        gap = np.log(np.where(earned > 0, earned, np.nan) / paid)
        inner = max(price_gap, spending_gap)
        return Point(ln_wage, ln_price, ln_cost, spending, output, income, sales, gap, float(inner))

    def near(self, point: Point, step: FloatArray, tolerance: float) -> Point:
        """Take a step in log wages, keep the numeraire (world value added), and solve there."""
        wage = point.ln_wage + step
        wage = wage - np.log(np.exp(wage) @ self.economy.value_added)
        if not np.isfinite(point.gap).all():
            start = self.economy
            return self.at(wage, np.zeros_like(start.spending), start.spending, tolerance)
        return self.at(wage, point.ln_price, point.spending, tolerance)


def solve(question: Question, start: Point | None = None) -> Point:
    """Find the equilibrium, from the tables or from another one.

    Broyden's method on log wages, from the inverse of an approximate response at base, with steps
    held back; a patient power step (income earned over paid, to the power 1/(1 + theta)) follows
    where it fails. A start that is a solution already is returned unchanged, to the last bit.

    Raises NoSolutionError when equation (8), or the inner equations, miss their tolerance.
    """
    base = question.economy
    if start is None:
        still = np.zeros(len(base.countries))
        first = question.at(still, np.zeros_like(base.spending), base.spending, _LOOSE)
    else:
        first = question.at(start.ln_wage, start.ln_price, start.spending, _INNER)
    found = _broyden(question, first)
    if not _is_solved(found):
        found = _power(question, first)
    if not _is_solved(found):
        raise NoSolutionError(
            f"equilibrium: no wages clear the factor markets after {_STEPS} quasi-Newton and "
            f"{_PATIENT_STEPS} power steps; largest gap {found.worst:.2g} "
            f"in {base.countries[int(np.nanargmax(np.abs(found.gap)))]}"
        )
    return found


def _is_solved(point: Point) -> bool:
    return point.worst < TOLERANCE and point.inner <= _INNER


def _inner_tolerance(worst: float) -> float:
    """Solve the inner loops as closely as the present gap deserves."""
    return float(np.clip(1e-3 * worst, _INNER, _LOOSE))


def _broyden(question: Question, point: Point) -> Point:
    inverse = question.economy.wage_inverse
    for _ in range(_STEPS):
        if point.worst < TOLERANCE and point.inner > _INNER:
            point = question.at(point.ln_wage, point.ln_price, point.spending, _INNER)
        if _is_solved(point) or not np.isfinite(point.worst):
            break
        step = -inverse @ point.gap
        step *= min(1.0, _REACH / np.abs(step).max())
        after = question.near(point, step, _inner_tolerance(point.worst))
        for _ in range(6):
            if after.worst < 2 * point.worst:
                break
            step = step / 2
            after = question.near(point, step, _inner_tolerance(point.worst))
        moved, changed = after.ln_wage - point.ln_wage, after.gap - point.gap
        answer = inverse @ changed
        scale = moved @ answer
        if abs(scale) > 1e-6 * float(moved @ moved):
            inverse = inverse + np.outer(moved - answer, moved @ inverse) / scale
        point = after
    return point


def _power(question: Question, point: Point) -> Point:
    share = 0.7 / (1 + question.economy.theta.max())
    for _ in range(_PATIENT_STEPS):
        if point.worst < TOLERANCE and point.inner > _INNER:
            point = question.at(point.ln_wage, point.ln_price, point.spending, _INNER)
        if _is_solved(point) or not np.isfinite(point.worst):
            break
        tolerance = _inner_tolerance(point.worst)
        point = question.near(point, np.clip(share * point.gap, -_REACH, _REACH), tolerance)
    return point
