"""The inner arithmetic of the equilibrium, compiled: prices and spending at given wages.

Arrays are [sector, country] or [sector, exporter, importer] with the country innermost, so that
every loop runs along memory.
Both loops are fixed points that always contract; a correction that solves each country's own
input-output circle exactly makes them fast, and is dropped where it does not help.
"""

import numpy as np
from numba import njit

from entente.evidence import FloatArray

_HELPS = 0.6  # a corrected step must shrink the gap at least this much, else plain steps follow
_MOST = 5000


@njit(cache=True, nogil=True)
def unit_costs(
    ln_wage: FloatArray, ln_price: FloatArray, labour: FloatArray, inputs: FloatArray
) -> FloatArray:
    """Equation (2) in logs: ln c = labour ln w + sum over k of inputs_k ln P_k; [sector, country].

    labour   value-added share   [sector, country];   inputs   share of k in j   [j, k, country]
    """
    sectors, countries = ln_price.shape
    cost = np.empty_like(ln_price)
    for j in range(sectors):
        for n in range(countries):
            cost[j, n] = labour[j, n] * ln_wage[n]
        for k in range(sectors):
            for n in range(countries):
                cost[j, n] += inputs[j, k, n] * ln_price[k, n]
    return cost


@njit(cache=True, nogil=True)
def _gap(target: FloatArray, present: FloatArray, gap: FloatArray) -> float:
    """Fill `gap` with what is missing and return the largest."""
    largest = 0.0
    for j in range(gap.shape[0]):
        for n in range(gap.shape[1]):
            gap[j, n] = target[j, n] - present[j, n]
            largest = max(largest, abs(gap[j, n]))
    return largest


@njit(cache=True, nogil=True)
def _advance(present: FloatArray, gap: FloatArray, correction: FloatArray, helped: bool) -> None:
    """Close the gap: by each country's own inverse where that helps, else plainly."""
    sectors, countries = gap.shape
    for j in range(sectors):
        if not helped:
            for n in range(countries):
                present[j, n] += gap[j, n]
            continue
        for k in range(sectors):
            for n in range(countries):
                present[j, n] += correction[j, k, n] * gap[k, n]


@njit(cache=True, nogil=True)
def prices(
    ln_wage: FloatArray,
    ln_price: FloatArray,
    access: FloatArray,
    theta: FloatArray,
    labour: FloatArray,
    inputs: FloatArray,
    correction: FloatArray,
    tolerance: float,
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray, float]:
    """Equations (2) and (3): prices and costs at given wages, from a first guess.

    access   pi kappa^-theta   [sector, exporter, importer];   theta   [sector]

    Returns ln P, ln c, c^-theta and the sums of (3), each [sector, country]; the largest gap.
    """
    sectors, countries = ln_price.shape
    ln_price = ln_price.copy()
    power, total = np.empty_like(ln_price), np.empty_like(ln_price)
    target, gap = np.empty_like(ln_price), np.empty_like(ln_price)
    before, helped = np.inf, True
    for _ in range(_MOST):
        cost = unit_costs(ln_wage, ln_price, labour, inputs)
        for j in range(sectors):
            for n in range(countries):
                total[j, n] = 0.0
            for i in range(countries):
                power[j, i] = np.exp(-theta[j] * cost[j, i])
                for n in range(countries):
                    total[j, n] += access[j, i, n] * power[j, i]
            for n in range(countries):
                target[j, n] = -np.log(total[j, n]) / theta[j]
        largest = _gap(target, ln_price, gap)
        if not largest > tolerance:
            break
        helped = helped and largest < _HELPS * before
        before = largest
        _advance(ln_price, gap, correction, helped)
    return ln_price, cost, power, total, largest


@njit(cache=True, nogil=True)
def sales_shares(
    access: FloatArray, power: FloatArray, total: FloatArray, border: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Equation (4) over the border price 1 + tariff: what of a unit of spending reaches whom.

    access, border   [sector, exporter, importer];   power, total   [sector, country]

    Returns the shares [sector, exporter, importer] and the treasury's part [sector, importer].
    """
    sales = np.empty_like(access)
    taxed = np.zeros_like(total)
    sectors, countries = total.shape
    for t in range(sectors):
        for i in range(countries):
            for n in range(countries):
                share = access[t, i, n] * power[t, i] / total[t, n]
                sales[t, i, n] = share / border[t, i, n]
                taxed[t, n] += share - sales[t, i, n]
    return sales, taxed


@njit(cache=True, nogil=True, fastmath={"reassoc", "contract"})
def _dot(a: FloatArray, b: FloatArray) -> float:
    total = 0.0
    for n in range(a.size):
        total += a[n] * b[n]
    return total


@njit(cache=True, nogil=True)
def output(spending: FloatArray, sales: FloatArray) -> FloatArray:
    """Equation (5): what each country sells, home included, net of tariff [sector, country]."""
    made = np.empty_like(spending)
    for j in range(spending.shape[0]):
        for i in range(spending.shape[1]):
            made[j, i] = _dot(sales[j, i], spending[j])
    return made


@njit(cache=True, nogil=True)
def _uses(
    made: FloatArray, income: FloatArray, inputs: FloatArray, final: FloatArray
) -> FloatArray:
    """Equation (6): what producers and final buyers spend on each sector; [sector, country]."""
    sectors, countries = made.shape
    used = np.empty_like(made)
    for k in range(sectors):
        for n in range(countries):
            used[k, n] = final[k, n] * income[n]
    for j in range(sectors):
        for k in range(sectors):
            for n in range(countries):
                used[k, n] += inputs[j, k, n] * made[j, n]
    return used


@njit(cache=True, nogil=True)
def _relative(gap: FloatArray, spent: FloatArray) -> float:
    """Give the largest gap as a share of its country's spending."""
    sectors, countries = gap.shape
    largest = 0.0
    for n in range(countries):
        worst, total = 0.0, 0.0
        for j in range(sectors):
            worst = max(worst, abs(gap[j, n]))
            total += abs(spent[j, n])
        largest = max(largest, worst / total)
    return largest


@njit(cache=True, nogil=True)
def spending(
    earned: FloatArray,
    guess: FloatArray,
    sales: FloatArray,
    taxed: FloatArray,
    inputs: FloatArray,
    final: FloatArray,
    correction: FloatArray,
    tolerance: float,
) -> tuple[FloatArray, FloatArray, FloatArray, float]:
    """Equations (5) to (7): spending, output and income at given wages and prices.

    earned   wages plus deficit   [country];   final   final demand shares   [sector, country]

    Returns spending and output [sector, country], income [country], the largest gap relative to a
    country's spending.
    """
    spent = guess.copy()
    gap = np.empty_like(spent)
    before, helped = np.inf, True
    for _ in range(_MOST):
        made = output(spent, sales)
        income = earned.copy()
        for j in range(spent.shape[0]):
            for n in range(income.size):
                income[n] += taxed[j, n] * spent[j, n]
        _gap(_uses(made, income, inputs, final), spent, gap)
        largest = _relative(gap, spent)
        if not largest > tolerance:
            break
        helped = helped and largest < _HELPS * before
        before = largest
        _advance(spent, gap, correction, helped)
    return spent, made, income, largest


@njit(cache=True, nogil=True)
def factor_income(
    made: FloatArray, income: FloatArray, labour: FloatArray, services: FloatArray
) -> FloatArray:
    """Right side of equation (8): value added in all sectors; [country]."""
    earned = services * income
    for j in range(made.shape[0]):
        for n in range(made.shape[1]):
            earned[n] += labour[j, n] * made[j, n]
    return earned
