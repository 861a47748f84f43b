"""When does the party that is threatened give way? The concession rule, step by step of a ladder.

A threat weighs P_exec = P_will (1 - P_override) (1 - P_court); the target gives way iff what giving
costs is at most P_exec times the discounted loss that is still ahead (law of accords, section 7).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import final

import numpy as np

from entente.evidence import FloatArray


@final
@dataclass(frozen=True, slots=True)
class Rung:
    """One step of a ladder as its target weighs it on that day; US dollars.

    loss    what the ladder still costs the target if carried out from here on
    giving  what giving way costs it from here on
    """

    day: date
    rate: float
    loss: float
    carried: float  # P_exec
    giving: float

    @property
    def gives_way(self) -> bool:
        """Tell whether the target gives way on this day."""
        return self.giving <= self.carried * self.loss


def concessions(
    steps: Sequence[tuple[date, float, int]],
    loss: FloatArray,
    giving: FloatArray,
    carried: float,
    discount: float,
    patience: int,
) -> tuple[Rung, ...]:
    """Weigh every step of a ladder: day, rate and number of the month.

    loss     what the threat, carried out, takes from the target   US dollars a month [month]
    giving   what keeping the promise takes from it                US dollars a month [month]
    """
    return tuple(
        Rung(
            day,
            rate,
            ahead(loss, month, discount, patience),
            carried,
            ahead(giving, month, discount, patience),
        )
        for day, rate, month in steps
    )


def ahead(monthly: FloatArray, month: int, discount: float, patience: int) -> float:
    """Return the discounted sum of what is ahead, from a month on.

    >>> ahead(np.array([1.0, 1.0, 1.0]), 1, 0.5, 12)
    1.5
    """
    window = monthly[month : month + patience]
    return float(window @ discount ** np.arange(window.size))
