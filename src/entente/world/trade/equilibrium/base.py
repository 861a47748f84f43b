"""The base of the equilibrium in shares, derived from checked tables."""

from dataclasses import dataclass
from functools import cached_property
from typing import final

import numpy as np
from numpy.typing import NDArray

from entente.world.trade.equilibrium.tables import Tables

FloatArray = NDArray[np.float64]


@final
@dataclass(frozen=True)
class Economy:
    """Shares, elasticities and incomes; money in units of the world's value added.

    traded        indices of the sectors that cross borders            [t]
    theta         trade elasticity                                     [t]
    share         pi, of an importer's spending, duty included         [t, exporter, importer]
    border        1 + base tariff                                      [t, exporter, importer]
    labour        value added in output                                [sector, country]
    inputs        share of k in the output of j                        [j, k, country]
    final         final demand shares alpha                            [sector, country]
    value_added   at base                                              [country]
    deficit       imports less exports                                 [country]
    spending      at base, duty included                               [sector, country]
    """

    countries: tuple[str, ...]
    sectors: tuple[str, ...]
    traded: NDArray[np.int64]
    theta: FloatArray
    share: FloatArray
    border: FloatArray
    labour: FloatArray
    inputs: FloatArray
    final: FloatArray
    value_added: FloatArray
    deficit: FloatArray
    spending: FloatArray

    def _own(self, array: FloatArray) -> FloatArray:
        """Spread the home diagonal of [t, exporter, importer] over all sectors, 1 if untraded."""
        own = np.ones_like(self.labour)
        own[self.traded] = np.diagonal(array, axis1=1, axis2=2)
        return own

    @cached_property
    def price_correction(self) -> FloatArray:
        """Each country's inverse of I - own share x inputs, for the price loop; [j, k, country]."""
        own = self._own(self.share)  # [j, n]
        return _inverses(own[:, None] * self.inputs)

    @cached_property
    def spending_correction(self) -> FloatArray:
        """Each country's inverse of I - inputs x own sales - final x tariff; [k, j, country]."""
        own = self._own(self.share / self.border)
        taxed = np.zeros_like(self.labour)
        taxed[self.traded] = (self.share * (1 - 1 / self.border)).sum(axis=1)
        circle = self.inputs.transpose(1, 0, 2) * own + self.final[:, None] * taxed
        return _inverses(circle)


def _inverses(circle: FloatArray) -> FloatArray:
    """Invert I - circle for each country; [j, k, country]."""
    by_country = np.eye(len(circle)) - circle.transpose(2, 0, 1)
    return np.ascontiguousarray(np.linalg.inv(by_country).transpose(1, 2, 0))


def economy(tables: Tables) -> Economy:
    """Derive the base (Caliendo and Parro 2015, section 4).

    Residual final demand below zero is set to zero and each country's shares are made to sum to 1,
    as the authors do; the base is then no longer exactly an equilibrium and must be solved too.
    Where a country spends nothing on a sector its own share is 1.
    """
    traded = np.flatnonzero(tables.traded)
    unit = float((tables.labour * tables.trade.sum(axis=2)).sum())
    trade = tables.trade / unit  # [j, i, n]
    paid = trade * (1 + tables.tariff)
    spending = paid.sum(axis=1)  # [j, n]
    output = trade.sum(axis=2)  # [j, n]
    value_added = (tables.labour * output).sum(axis=0)
    deficit = tables.deficit / unit
    if tables.final is None:
        revenue = (paid - trade).sum(axis=(0, 1))
        bought = (tables.inputs * output[:, None]).sum(axis=0)
        residual = np.maximum((spending - bought) / (value_added + revenue + deficit), 0.0)
        final = residual / residual.sum(axis=0)
    else:
        final = tables.final
    idle = spending[traded] == 0  # [t, n]
    share = paid[traded] / np.where(idle, 1.0, spending[traded])[:, None]
    share += idle[:, None] * np.eye(len(tables.countries))
    return Economy(
        countries=tables.countries,
        sectors=tables.sectors,
        traded=traded,
        theta=tables.theta[traded],
        share=np.ascontiguousarray(share),
        border=1 + tables.tariff[traded],
        labour=tables.labour,
        inputs=tables.inputs,
        final=final,
        value_added=value_added,
        deficit=deficit,
        spending=spending,
    )
