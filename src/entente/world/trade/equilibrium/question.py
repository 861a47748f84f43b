"""An economy under a schedule, and everything in it at given wages."""

from dataclasses import dataclass
from typing import final

import numpy as np

from entente.evidence import FloatArray
from entente.world.trade.equilibrium import kernel
from entente.world.trade.equilibrium.base import Economy, inverses, own


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
