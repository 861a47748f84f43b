"""Retaliatory duties on American goods: what exporters lose and what the other treasury takes."""

from dataclasses import dataclass
from typing import final

import numpy as np

from entente.evidence import FloatArray
from entente.world.sources import rows


@final
@dataclass(frozen=True, slots=True)
class Listed:
    """Goods on a list of retaliation; exports are None where no figure is held.

    rates     lowest and highest added duty, fractions
    exports   American sales before, USD a year
    """

    goods: str
    kind: str
    rates: tuple[float, float]
    exports: float | None
    source: str

    def lost(self, elasticity: FloatArray) -> FloatArray | None:
        """Return sales that exporters lose at the middle rate, USD a year [draw].

        The price of American goods abroad rises by the duty and their volume falls with the given
        elasticity (Fajgelbaum et al., QJE 2020: complete pass-through abroad too).
        """
        if self.exports is None:
            return None
        fallen: FloatArray = self.exports * -np.expm1(-elasticity * np.log1p(self._rate))
        return fallen

    def paid(self, elasticity: FloatArray) -> FloatArray | None:
        """Return the duty that the other treasury collects, USD a year [draw]."""
        lost = self.lost(elasticity)
        return None if lost is None or self.exports is None else self._rate * (self.exports - lost)

    @property
    def _rate(self) -> float:
        return sum(self.rates) / 2


def listed(name: str) -> tuple[Listed, ...]:
    """Return the goods of a shipped list, its total first; empty where there is no such list."""
    return tuple(
        Listed(
            row["goods"],
            row["kind"],
            (float(row["rate_low"]) / 100, float(row["rate_high"]) / 100),
            float(row["exports_usd"]) if row["exports_usd"] else None,
            row["source"],
        )
        for row in rows("retaliation-lists")
        if row["list"] == name
    )
