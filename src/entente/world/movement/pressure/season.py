"""How a border's log daily count moves from one season to the next, and where it goes from here.

The gap to the same month a year before, z = x - x(12 months ago), of the log daily count x follows

    (1 - rho B)(1 - phi B) z_t = (1 - theta B)(1 - capital_theta B^12) e_t                     (1)

with B the month before and e the month's surprise: the seasonal ARIMA of Box and Jenkins (1970,
chapter 9), in which rho = 1 lets a year-on-year gap last for ever and rho < 1 lets a surge fade. A
seasonal pattern that drifts is what capital_theta < 1 means; phi carries momentum, damped.
"""

from dataclasses import dataclass
from itertools import product
from typing import Final

import numpy as np

from entente.evidence import FloatArray

YEAR: Final = 12
MEMORY: Final = YEAR + 2  # months of history that (1) reaches back to

# Candidate habits; which of them hold is learned from the months before an origin. The three rho
# keep equal weight within each of them: one-step surprises say nothing about how surges end.
RHO: Final = (1.0, 0.95, 0.9)
PHI: Final = (0.0, 0.3, 0.6)
THETA: Final = (0.0, 0.2, 0.4, 0.6)
CAPITAL_THETA: Final = (0.5, 0.7, 0.85)


@dataclass(frozen=True, slots=True)
class Habits:
    """Coefficients of equation (1); every array has the same shape."""

    rho: FloatArray
    phi: FloatArray
    theta: FloatArray
    capital_theta: FloatArray

    @classmethod
    def candidates(cls) -> "Habits":
        """List every combination, ordered by rho; shape [habit]."""
        return cls(*np.array(list(product(RHO, PHI, THETA, CAPITAL_THETA))).T)

    def take(self, index: np.ndarray) -> "Habits":
        """Pick by index; the coefficients take the index's shape."""
        return Habits(
            self.rho[index], self.phi[index], self.theta[index], self.capital_theta[index]
        )

    def columns(self) -> "Habits":
        """Add an axis for groups; the coefficients take the shape [habit, 1]."""
        return self.take(np.arange(len(self.rho))[:, None])

    def gap(self, z1: FloatArray, z2: FloatArray) -> FloatArray:
        """Carry the gaps of one and two months ago, the autoregressive side of (1)."""
        carried: FloatArray = (self.rho + self.phi) * z1 - self.rho * self.phi * z2
        return carried

    def echo(self, e1: FloatArray, e12: FloatArray, e13: FloatArray) -> FloatArray:
        """Add what the surprises of 1, 12 and 13 months ago still do, the moving side of (1)."""
        later = self.theta * self.capital_theta * e13
        echo: FloatArray = later - self.theta * e1 - self.capital_theta * e12
        return echo


def surprises(log_rate: FloatArray, habits: Habits) -> FloatArray:
    """Return what equation (1) did not expect of each month, under each candidate.

    log_rate   log of the daily count        [month, group]
    returns    e; zero in the first 14 months, which have no gap two months back
                                             [month, habit, group]
    """
    months, groups = log_rate.shape
    column = habits.columns()
    z = np.zeros((months, 1, groups))
    z[YEAR:, 0] = log_rate[YEAR:] - log_rate[:-YEAR]
    e = np.zeros((months, len(habits.rho), groups))
    for t in range(MEMORY, months):
        expected = column.gap(z[t - 1], z[t - 2]) + column.echo(e[t - 1], e[t - 12], e[t - 13])
        e[t] = z[t] - expected
    return e


def extend(
    log_rate: FloatArray, past: FloatArray, habits: Habits, surprise: FloatArray
) -> FloatArray:
    """Run equation (1) forward.

    log_rate   the last 14 months                    [14, ..., group]
    past       their surprises                       [14, ..., group]
    surprise   those of the months ahead             [ahead, ..., group]
    returns    log daily counts of the months ahead  [ahead, ..., group]
    """
    shape = (MEMORY, *surprise.shape[1:])
    x = [*np.broadcast_to(log_rate, shape)]
    e = [*np.broadcast_to(past, shape), *surprise]
    for t in range(MEMORY, MEMORY + len(surprise)):
        gap = habits.gap(x[t - 1] - x[t - 13], x[t - 2] - x[t - 14])
        x.append(x[t - 12] + gap + habits.echo(e[t - 1], e[t - 12], e[t - 13]) + e[t])
    return np.stack(x[MEMORY:])
