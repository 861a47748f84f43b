"""The base of the equilibrium in shares, derived from checked tables."""

from dataclasses import dataclass
from typing import final

import numpy as np

from entente.evidence import FloatArray
from entente.world.trade.equilibrium.tables import Tables


@final
@dataclass(frozen=True, slots=True)
class Economy:
    """Shares, elasticities and incomes; money in units of the world's value added.

    What is not traded is bought at home only, so it is folded, exactly, into what it is made of:
    all sectors here are traded, and `services` is labour that final buyers pay for directly.

    theta         trade elasticity                                     [sector]
    share         pi, of an importer's spending, duty included         [sector, exporter, importer]
    border        1 + base tariff                                      [sector, exporter, importer]
    labour        value added in output                                [sector, country]
    inputs        share of k in the output of j                        [j, k, country]
    final         final demand shares alpha                            [sector, country]
    services      the rest of final demand: value added not traded     [country]
    value_added   at base                                              [country]
    deficit       imports less exports                                 [country]
    spending      at base, duty included                               [sector, country]
    """

    countries: tuple[str, ...]
    theta: FloatArray
    share: FloatArray
    border: FloatArray
    labour: FloatArray
    inputs: FloatArray
    final: FloatArray
    services: FloatArray
    value_added: FloatArray
    deficit: FloatArray
    spending: FloatArray


def own(array: FloatArray) -> FloatArray:
    """Return the home diagonal of [sector, exporter, importer]; [sector, country]."""
    return np.diagonal(array, axis1=1, axis2=2)


def inverses(circle: FloatArray) -> FloatArray:
    """Invert I - circle for each country; [j, k, country]."""
    by_country = np.eye(len(circle)) - circle.transpose(2, 0, 1)
    return np.ascontiguousarray(np.linalg.inv(by_country).transpose(1, 2, 0))


def final_demand(tables: Tables) -> FloatArray:
    """Return the shares given, or derive them as the residual; [sector, country].

    Residuals below zero are set to zero and each country's shares are made to sum to 1, as
    Caliendo and Parro (2015) do; the base is then no longer exactly an equilibrium.
    """
    if tables.final is not None:
        return tables.final
    paid = tables.trade * (1 + tables.tariff)
    output = tables.trade.sum(axis=2)  # [j, n]
    value_added = (tables.labour * output).sum(axis=0)
    income = value_added + (paid - tables.trade).sum(axis=(0, 1)) + tables.deficit
    bought = (tables.inputs * output[:, None]).sum(axis=0)
    residual = np.maximum((paid.sum(axis=1) - bought) / income, 0.0)
    shares: FloatArray = residual / residual.sum(axis=0)
    return shares


def economy(tables: Tables) -> Economy:
    """Derive the base (Caliendo and Parro 2015, section 4) and fold in what is not traded.

    Where a country spends nothing on a sector its own share is 1.
    """
    traded, home = np.flatnonzero(tables.traded), np.flatnonzero(~tables.traded)
    unit = float((tables.labour * tables.trade.sum(axis=2)).sum())
    paid = (tables.trade * (1 + tables.tariff))[traded] / unit
    spending = paid.sum(axis=1)  # [t, n]
    idle = spending == 0
    share = paid / np.where(idle, 1.0, spending)[:, None]
    share += idle[:, None] * np.eye(len(tables.countries))

    inputs, labour, final = tables.inputs, tables.labour, final_demand(tables)
    circle = inverses(inputs[np.ix_(home, home)])  # [home, home, country]
    goods = np.einsum("abn,bkn->akn", circle, inputs[np.ix_(home, traded)])
    work = np.einsum("abn,bn->an", circle, labour[home])
    of_home = inputs[np.ix_(traded, home)]  # [t, home, country]
    return Economy(
        countries=tables.countries,
        theta=tables.theta[traded],
        share=np.ascontiguousarray(share),
        border=1 + tables.tariff[traded],
        labour=labour[traded] + np.einsum("tan,an->tn", of_home, work),
        inputs=inputs[np.ix_(traded, traded)] + np.einsum("tan,akn->tkn", of_home, goods),
        final=final[traded] + np.einsum("an,akn->kn", final[home], goods),
        services=np.einsum("an,an->n", final[home], work),
        value_added=(tables.labour * tables.trade.sum(axis=2)).sum(axis=0) / unit,
        deficit=tables.deficit / unit,
        spending=spending,
    )
