"""What a plan is made from, and how it is solved."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, final

import numpy as np

from entente.advice.costs import Solution, Taste
from entente.advice.imports import Imports
from entente.advice.needs import Needs
from entente.advice.programme import solve
from entente.advice.rates import Rates
from entente.advice.tree import Tree
from entente.evidence import FloatArray

NOW: Final = ("order", "enter", "claim", "to_zone", "from_zone", "open")  # settle the first month


@final
@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """All that a plan is made from.

    months   the months planned                     [month] [M]
    words    each course of events in a phrase      [course]
    rates    duties by course                       [course, month, row, way]
    """

    imports: Imports
    months: np.ndarray
    words: tuple[str, ...]
    rates: Rates
    tree: Tree
    needs: Needs
    taste: Taste

    @property
    def by_course(self) -> FloatArray:
        """Return duty and fees, USD a unit   [course, month, product, option, way]."""
        return self._unit(self.rates.ordinary + self.rates.added)

    def at_nodes(self, tree: Tree) -> FloatArray:
        """Return duty and fees at the nodes of a tree, USD a unit."""
        return tree.at_nodes(self.by_course)

    def _unit(self, fractions: FloatArray) -> FloatArray:
        """Lay rows out by product and option, and turn fractions of value into USD a unit."""
        out = np.zeros((*fractions.shape[:2], *self.needs.shape, 2))
        out[..., 1] = np.nan
        for index, (product, option) in enumerate(places(self.imports)):
            out[:, :, product, option] = fractions[:, :, index]
        return np.asarray(out * self.needs.price[..., None])


def places(imports: Imports) -> list[tuple[int, int]]:
    """Return the product and the option of each row, as places in arrays."""
    products = {name: index for index, name in enumerate(imports.products)}
    counts: dict[str, int] = {}
    found = []
    for row in imports.rows:
        option = counts.get(row.product, 0)
        counts[row.product] = option + 1
        found.append((products[row.product], option))
    return found


def solved(case: Case, fixed: Mapping[str, FloatArray] | None = None) -> Solution:
    """Solve a case over its tree; `fixed` keeps first-month decisions of another plan."""
    return solve(case.needs, case.tree, case.at_nodes(case.tree), case.taste, fixed)


def today(solution: Solution) -> dict[str, FloatArray]:
    """Return the decisions of the first month, which has one node."""
    return {name: solution.decisions[name][:1] for name in NOW}


def above(cost: float, least: float) -> float:
    """Return by how much a cost exceeds the least; what the solver's gap leaves is nothing."""
    return max(cost - least, 0.0) if cost - least > 1e-6 * abs(least) else 0.0
