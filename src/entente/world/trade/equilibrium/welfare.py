"""What an equilibrium means for each country: three welfare numbers that are not the same thing."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, final

import numpy as np

from entente.evidence import FloatArray
from entente.grid import Grid, Tabled
from entente.world.trade.equilibrium.question import Point, Question

if TYPE_CHECKING:
    import pandas as pd

_PERCENT = 100.0


@final
@dataclass(frozen=True, slots=True)
class Residuals:
    """How far a solution is from solving: shares of each country's income, the largest.

    factors   value added paid less earned, equation (8)
    goods     spending less its uses, or log price less its index, equations (6) and (3)
    trade     exports less imports plus deficit
    """

    factors: float
    goods: float
    trade: float

    @property
    def largest(self) -> float:
        """Return the worst of the three."""
        return max(self.factors, self.goods, self.trade)


@final
@dataclass(frozen=True, slots=True)
class Result(Tabled):
    """Percent changes between the solved base and the solved schedule; each [country].

    welfare_exact         real income at the final-demand price index
    real_wage             the wage over that index
    welfare_first_order   terms_of_trade + volume_of_trade, at base weights
    imports_before, imports_after   net of tariff, all sectors, in world value added
                                                                  [exporter, importer]
    """

    countries: tuple[str, ...]
    welfare_exact: FloatArray
    real_wage: FloatArray
    welfare_first_order: FloatArray
    terms_of_trade: FloatArray
    volume_of_trade: FloatArray
    imports_before: FloatArray
    imports_after: FloatArray
    residuals: Residuals

    def imports_change(self) -> FloatArray:
        """Return the change of imports by exporter, NaN without trade at base."""
        before = self.imports_before
        ratio = np.divide(
            self.imports_after, before, out=np.full_like(before, np.nan), where=before > 0
        )
        change: FloatArray = _PERCENT * (ratio - 1)
        return change

    def table(self) -> "pd.DataFrame":
        """Return the rows as a table: country, measure, value (percent)."""
        import pandas as pd

        return pd.DataFrame(self.rows(), columns=["country", "measure", "value"])

    def grid(self) -> Grid:
        """Lay out the main measures of every country, in percent."""
        rows = [
            (country, *(float(getattr(self, measure)[n]) for measure in MEASURES))
            for n, country in enumerate(self.countries)
        ]
        return Grid("change against the base, percent", ("country", *MEASURES), rows)

    def rows(self) -> Iterator[tuple[str, str, float]]:
        """Give (country, measure, percent); a pair that did not trade at base has no row."""
        change = self.imports_change()
        for n, country in enumerate(self.countries):
            for measure in MEASURES:
                yield country, measure, float(getattr(self, measure)[n])
            for i, exporter in enumerate(self.countries):
                if i != n and np.isfinite(change[i, n]):
                    yield country, f"imports_from_{exporter}", float(change[i, n])


MEASURES = (
    "welfare_exact",
    "real_wage",
    "welfare_first_order",
    "terms_of_trade",
    "volume_of_trade",
)


def result(base: Question, before: Point, changed: Question, after: Point) -> Result:
    """Compare two equilibria (Caliendo and Parro 2015, section 4.3, and exact real income).

    terms of trade    sum over j, i of E_nij (c_nj - 1) - M_nij (c_ij - 1), over income
    volume of trade   sum over j, i of tariff_nij M_nij (M'_nij / M_nij - c_ij), over income
    """
    economy = base.economy
    ln_wage = after.ln_wage - before.ln_wage
    ln_index = (economy.final * (after.ln_price - before.ln_price)).sum(axis=0)
    ln_index = ln_index + economy.services * ln_wage
    real_wage = np.expm1(ln_wage - ln_index)
    income = np.log(after.income / before.income)
    flows, flows_after = _flows(before), _flows(after)
    dearer = np.expm1(after.ln_cost - before.ln_cost)[:, :, None]
    gained = flows * dearer
    terms = (gained.sum(axis=(0, 2)) - gained.sum(axis=(0, 1))) / before.income
    wedge = base.border - 1
    volume = (wedge * (flows_after - flows - gained)).sum(axis=(0, 1)) / before.income
    residuals = [_residuals(base, before, flows), _residuals(changed, after, flows_after)]
    return Result(
        countries=economy.countries,
        welfare_exact=_PERCENT * np.expm1(income - ln_index),
        real_wage=_PERCENT * real_wage,
        welfare_first_order=_PERCENT * (terms + volume),
        terms_of_trade=_PERCENT * terms,
        volume_of_trade=_PERCENT * volume,
        imports_before=flows.sum(axis=0),
        imports_after=flows_after.sum(axis=0),
        residuals=max(residuals, key=lambda r: r.largest),
    )


def _flows(point: Point) -> FloatArray:
    """Return trade net of tariff, [sector, exporter, importer]."""
    flows: FloatArray = point.sales * point.spending[:, None]
    return flows


def _residuals(question: Question, point: Point, flows: FloatArray) -> Residuals:
    balance = flows.sum(axis=(0, 2)) - flows.sum(axis=(0, 1)) + question.deficit
    return Residuals(
        float(np.abs(np.expm1(point.gap)).max()),
        point.inner,
        float(np.abs(balance / point.income).max()),
    )
