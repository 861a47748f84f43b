"""How each country's excess factor income answers each wage: the tangent of (2) to (8)."""

from collections.abc import Callable
from typing import Final

import numpy as np

from entente.evidence import FloatArray
from entente.world.trade.equilibrium.question import Point, Question

_MOST: Final = 400


def wage_inverse(question: Question, point: Point, tolerance: float) -> FloatArray:
    """Invert the answer of `point.gap` to log wages; [n, m].

    The tangents are fixed points like the equations themselves and are solved to `tolerance`. Their
    one direction of no answer, all wages alike, is filled by the numeraire.
    """
    gap = _gap(question, point, tolerance)
    paid = np.exp(point.ln_wage) * question.economy.value_added
    inverse: FloatArray = np.linalg.inv(gap - paid / paid.sum())
    return inverse


def _gap(question: Question, point: Point, tolerance: float) -> FloatArray:
    """Give the derivative of the log of value added earned over paid; [n, m]."""
    base = question.economy
    made, income = _output(question, point, tolerance)
    paid = np.exp(point.ln_wage) * base.value_added
    earned = (base.labour[:, :, None] * made).sum(axis=0) + base.services[:, None] * income
    answer: FloatArray = earned / (paid * np.exp(point.gap))[:, None]
    return answer - np.eye(len(base.countries))


def _prices(question: Question, point: Point, tolerance: float) -> tuple[FloatArray, FloatArray]:
    """Tangent of (2) and (3): log prices and log costs by log wage; [j, n, m]."""
    base = question.economy
    share = (point.sales * question.border).transpose(0, 2, 1)  # [j, importer, exporter]
    own = base.labour[:, :, None] * np.eye(len(base.countries))

    def step(price: FloatArray) -> FloatArray:
        shifted: FloatArray = share @ (own + _within(base.inputs, price))
        return shifted

    price = _fixed_point(step, np.zeros_like(own), question.of_prices, tolerance)
    return price, own + _within(base.inputs, price)


def _output(question: Question, point: Point, tolerance: float) -> tuple[FloatArray, FloatArray]:
    """Tangent of (4) to (7): output by log wage [j, n, m], and income [n, m]."""
    base, theta = question.economy, question.economy.theta[:, None, None]
    price, cost = _prices(question, point, tolerance)
    flows = point.sales * point.spending[:, None]
    shifted = theta * (flows @ price - point.output[:, :, None] * cost)  # at unchanged spending
    reached = point.sales.sum(axis=1)[:, :, None]
    kept = point.sales.transpose(0, 2, 1) @ cost - reached * price
    unspent = np.diag(np.exp(point.ln_wage) * base.value_added)
    unspent = unspent + (theta * point.spending[:, :, None] * kept).sum(axis=0)

    def income(spending: FloatArray) -> FloatArray:
        budget: FloatArray = unspent + ((1 - reached) * spending).sum(axis=0)
        return budget

    def step(spending: FloatArray) -> FloatArray:
        bought = _within(base.inputs.transpose(1, 0, 2), shifted + point.sales @ spending)
        return bought + base.final[:, :, None] * income(spending)

    spending = _fixed_point(step, np.zeros_like(price), question.of_spending, tolerance)
    return shifted + point.sales @ spending, income(spending)


def _within(matrix: FloatArray, array: FloatArray) -> FloatArray:
    """Multiply country by country: [j, k, n] by [k, n, m] gives [j, n, m]."""
    product = matrix.transpose(2, 0, 1) @ array.transpose(1, 0, 2)
    ordered: FloatArray = np.ascontiguousarray(product.transpose(1, 0, 2))
    return ordered


def _fixed_point(
    step: Callable[[FloatArray], FloatArray],
    array: FloatArray,
    correction: FloatArray,
    tolerance: float,
) -> FloatArray:
    """Iterate to a fixed point, by each country's own inverse while that helps, else plainly."""
    before, helped = np.inf, True
    for _ in range(_MOST):
        gap = step(array) - array
        largest = float(np.abs(gap).max())
        helped = helped and largest < 0.6 * before
        before = largest
        array = array + (_within(correction, gap) if helped else gap)
        if largest < tolerance:
            break
    return array
