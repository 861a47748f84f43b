"""What a lasting duty on Mexican goods would do to real income, from the equilibrium of the world.

The shipped world of 194 countries knows one kind of goods; the chapters beneath it are US imports
from Mexico by chapter, whose weights turn duties by chapter into one rate.
"""

from functools import cache
from typing import TYPE_CHECKING, Final

import numpy as np

from entente.evidence import FloatArray
from entente.world.sources import imports_by_origin

if TYPE_CHECKING:
    from entente.world.trade.equilibrium import Model

WORLD: Final = "world-2023"
OUTCOMES: Final = {"real_income_usa": "USA", "real_income_mexico": "MEX"}
_DECIMALS: Final = 5  # a thousandth of a percentage point


def long_run(added: FloatArray) -> dict[str, FloatArray]:
    """Return the exact change of real income in the long run, percent, by measure [draw].

    Solved once for each distinct rate, deficits held as observed; nothing is solved where nothing
    is charged.

    added   duty on Mexican goods, a fraction   [draw, chapter]

    Raises NoSolutionError where a rate has no equilibrium.
    """
    rates, regime = np.unique(np.round(added @ weights(), _DECIMALS), return_inverse=True)
    solved = np.array([_incomes(float(rate)) for rate in rates])  # [regime, outcome]
    return {name: solved[regime, i] for i, name in enumerate(OUTCOMES)}


@cache
def weights() -> FloatArray:
    """Return each chapter's share of US imports from Mexico, by value [chapter]."""
    trade = imports_by_origin()
    value = trade.value[:, trade.origins.index("MEX")]
    share: FloatArray = value / value.sum()
    return share


@cache
def _incomes(rate: float) -> tuple[float, ...]:
    if rate == 0:
        return (0.0,) * len(OUTCOMES)
    model = _world()
    known = model.tables.countries
    tariff = model.tables.tariff.copy()
    tariff[0, known.index("MEX"), known.index("USA")] += rate
    found = model.under(tariff)
    return tuple(float(found.welfare_exact[known.index(place)]) for place in OUTCOMES.values())


@cache
def _world() -> "Model":
    from entente.world.trade.equilibrium import Model

    return Model.read(WORLD, "observed")
