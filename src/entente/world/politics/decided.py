"""Threats on record: does what a party would choose tell whether it carried them out?

The ensemble knows one corridor and its years, so each recorded decision is weighed in closed form.
To carry out a duty of rate r on imports M loses the threatening party, over the months it looks
ahead, the triangle of what is not bought,

    L = eta r^2 M / 2 x months / 12,                                                          (1)

the first-order loss of Harberger (AER 1971) with the duty passed on in full, as the trade model has
it at the border; to back down costs it its audience, for the part that is still owed. The odds are
those of `tree`, equation (2).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, final

import numpy as np
from scipy.special import expit

from entente.world.parameters import table
from entente.world.politics.precedents import brier, log_score
from entente.world.sources import imports_by_origin, rows

_OWED: Final[Mapping[str, float]] = {"no": 0.0, "partly": 0.5, "yes": 1.0}


@final
@dataclass(frozen=True, slots=True)
class Decided:
    """A threat that came due, and whether it was carried out.

    rate   duty added, a fraction;   owed   share of what was asked that the target still owed
    """

    day: date
    accord: str
    by: str
    on: str
    question: str
    rate: float
    owed: float
    carried: bool

    def odds(self, audience: float, doubt: float, patience: int) -> float:
        """Return the chance that a party of this mind carries it out. Equation (1)."""
        loss = 0.5 * table()["trade.eta"].value * self.rate**2 * _imports(self.on) * patience / 12
        tips = audience * self.owed - loss
        return float(expit(tips / doubt)) if doubt > 0 else float(tips > 0)


@final
@dataclass(frozen=True, slots=True)
class Backtest:
    """Scores of played odds on recorded decisions, beside the base rate of those before.

    told   each decision with the played odds and the base rate
    """

    told: tuple[tuple[Decided, float, float], ...]
    brier: float
    log: float
    base_brier: float
    base_log: float


def decisions() -> tuple[Decided, ...]:
    """Return every recorded decision, in order of days."""
    kept = [
        Decided(
            date.fromisoformat(row["day"]), row["accord"], row["by"], row["on"], row["question"],
            float(row["rate"]) / 100, _OWED[row["owed"]], row["carried"] == "yes",
        )
        for row in rows("recorded-decisions")
    ]  # fmt: skip
    return tuple(sorted(kept, key=lambda decided: (decided.day, decided.on)))


def backtest(
    audience: float, doubt: float, patience: int, known: Sequence[Decided] | None = None
) -> Backtest:
    """Score a mind on recorded decisions; the base rate is Laplace's on those of earlier days."""
    every = decisions() if known is None else tuple(known)
    told = tuple(
        (decided, decided.odds(audience, doubt, patience), _base_rate(every, decided.day))
        for decided in every
    )
    played, base = (np.array([row[column] for row in told]) for column in (1, 2))
    came = np.array([float(decided.carried) for decided in every])
    return Backtest(
        told, brier(played, came), log_score(played, came), brier(base, came), log_score(base, came)
    )


def _base_rate(every: Sequence[Decided], day: date) -> float:
    earlier = [decided.carried for decided in every if decided.day < day]
    return (sum(earlier) + 1) / (len(earlier) + 2)


def _imports(origin: str) -> float:
    """Return a year's imports from an origin; one that the table has not is too small to weigh."""
    trade = imports_by_origin()
    if origin not in trade.origins:
        return 0.0
    return float(trade.value[:, trade.origins.index(origin)].sum())
