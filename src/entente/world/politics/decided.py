"""Threats and reviews on record: does what a party would choose tell what it decided?

The ensemble knows one corridor and its years, so each recorded decision is weighed in closed form.
To carry out a duty of rate r on imports M loses the threatening party, over the months it looks
ahead, the triangle of what is not bought,

    L = eta r^2 M / 2 x months / 12,                                                          (6)

the first-order loss of Harberger (AER 1971) with the duty passed on in full, as the trade model has
it at the border; to back down costs it its audience, for the part that is still owed. A review that
decides on something else than a duty has r = 0. The odds are those of `tree`, equation (5).

Odds that tell little may still tell something. `Backtest.pooled` mixes them with the base rate,

    q_k = w_k p_k + (1 - w_k) b_k,    w_k = P_k / (P_k + B_k),                                (7)

with P_k and B_k the product, over earlier decisions, of what each gave to what came. This is
Bayes' rule over the two, even at first and fed with the decisions of earlier days alone (Dawid,
JRSS A 1984, on telling one event after another). Nothing in it is chosen to fit these cases.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, NamedTuple, final

import numpy as np
from scipy.special import expit

from entente.evidence import FloatArray
from entente.world.parameters import table
from entente.world.politics.precedents import brier, log_score
from entente.world.sources import imports_by_origin, rows

_LEAST: Final = 1e-6  # chance below which the log score counts no further
_OWED: Final[Mapping[str, float]] = {"no": 0.0, "partly": 0.5, "yes": 1.0}


@final
@dataclass(frozen=True, slots=True)
class Decided:
    """A threat or a review that came due, and whether it was carried out.

    rate   duty added, a fraction;   owed   share of what was asked that the target still owed
    """

    day: date
    accord: str
    kind: str
    by: str
    on: str
    question: str
    rate: float
    owed: float
    carried: bool

    def odds(self, audience: float, doubt: float, patience: int) -> float:
        """Return the chance that a party of this mind carries it out. Equations (5) and (6)."""
        loss = 0.5 * table()["trade.eta"].value * self.rate**2 * _imports(self.on) * patience / 12
        tips = audience * self.owed - loss
        return float(expit(tips / doubt)) if doubt > 0 else float(tips > 0)


class Scores(NamedTuple):
    """Brier and log scores of odds; lower is better."""

    brier: float
    log: float

    @classmethod
    def of(cls, odds: FloatArray, came: FloatArray) -> "Scores":
        """Score odds [decision] on what came, 0 or 1 [decision]."""
        return cls(brier(odds, came), log_score(odds, came))


@final
@dataclass(frozen=True, slots=True)
class Backtest:
    """Played odds on recorded decisions, beside the base rate of those before.

    weight   of the played odds in the pooled ones, before each decision; and, last, after all
    """

    told: tuple[Decided, ...]
    played: FloatArray  # [decision]
    base: FloatArray  # [decision]
    weight: FloatArray  # [decision + 1]

    @property
    def pooled(self) -> FloatArray:
        """Return the odds of both, by how each told what came before: equation (7) [decision]."""
        weight = self.weight[:-1]
        return np.asarray(weight * self.played + (1 - weight) * self.base)

    @property
    def kinds(self) -> Mapping[str, int]:
        """Count the decisions by their kind."""
        return Counter(decided.kind for decided in self.told)

    def scores(self, odds: FloatArray, kind: str | None = None) -> Scores:
        """Score odds on all decisions, or on those of one kind."""
        here = np.array([kind in (None, decided.kind) for decided in self.told])
        came = np.array([float(decided.carried) for decided in self.told])
        return Scores.of(odds[here], came[here])


def decisions() -> tuple[Decided, ...]:
    """Return every recorded decision, in order of days."""
    kept = [
        Decided(
            date.fromisoformat(row["day"]), row["accord"], row["kind"], row["by"], row["on"],
            row["question"], float(row["rate"]) / 100, _OWED[row["owed"]], row["carried"] == "yes",
        )
        for row in rows("recorded-decisions")
    ]  # fmt: skip
    return tuple(sorted(kept, key=lambda decided: (decided.day, decided.on)))


def backtest(
    audience: float, doubt: float, patience: int, known: Sequence[Decided] | None = None
) -> Backtest:
    """Score a mind on recorded decisions; the base rate is Laplace's on those of earlier days."""
    every = decisions() if known is None else tuple(known)
    played = np.array([decided.odds(audience, doubt, patience) for decided in every])
    base = np.array([_base_rate(every, decided.day) for decided in every])
    return Backtest(every, played, base, _weights(every, played, base))


def _weights(every: Sequence[Decided], played: FloatArray, base: FloatArray) -> FloatArray:
    """Return w of equation (7) before each decision, and last after all   [decision + 1]."""
    came = np.array([decided.carried for decided in every])
    days = np.array([decided.day for decided in every], "datetime64[D]")
    told = [np.log(np.clip(np.where(came, p, 1 - p), _LEAST, 1.0)) for p in (played, base)]
    gap = told[0] - told[1]  # log Bayes factor of one decision
    earlier = [float(gap[days < day].sum()) for day in days]
    return np.asarray(expit(np.array([*earlier, float(gap.sum())])))


def _base_rate(every: Sequence[Decided], day: date) -> float:
    earlier = [decided.carried for decided in every if decided.day < day]
    return (sum(earlier) + 1) / (len(earlier) + 2)


def _imports(origin: str) -> float:
    """Return a year's imports from an origin; one that the table has not is too small to weigh."""
    trade = imports_by_origin()
    if origin not in trade.origins:
        return 0.0
    return float(trade.value[:, trade.origins.index(origin)].sum())
