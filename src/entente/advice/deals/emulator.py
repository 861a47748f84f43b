"""A cheap stand-in for the model over the terms of a deal, with its error shown.

Each outcome is a quadratic in the terms, where enough deals were run, else linear, plus a smooth
remainder interpolated by kriging (Sacks and others, Statistical Science 1989) with a reach of its
own along each term. All that is chosen is chosen for the least leave-one-out error, which comes
exactly from the inverse covariance, e_i = [K^-1 r]_i / [K^-1]_ii (Dubrule 1983).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations_with_replacement
from typing import Final, final

import numpy as np

from entente.evidence import FloatArray

_REACHES: Final = (0.25, 0.5, 1.0, 2.0, 8.0)  # of a term, in shares of its range
_NUGGETS: Final = (1e-6, 1e-3, 1e-1)  # noise, relative to the variance of the remainder
_RIDGE: Final = 1e-9


@final
@dataclass(frozen=True, slots=True)
class _Fit:
    """One outcome: a polynomial of `degree` and the kriged remainder; error is leave-one-out."""

    degree: int
    weights: FloatArray  # [feature]
    reach: FloatArray  # [term]
    pull: FloatArray  # [deal], K^-1 r
    error: float

    def at(self, deals: FloatArray, shares: FloatArray) -> FloatArray:
        """Return the outcome at deals not run   [deal]."""
        return np.asarray(
            _powers(shares, self.degree) @ self.weights
            + _likeness(shares, deals, self.reach) @ self.pull
        )


@final
@dataclass(frozen=True, slots=True)
class Emulator:
    """Every outcome's fit to the deals that were run.

    error    leave-one-out root mean square error               [outcome]
    spread   standard deviation of the outcome over the deals   [outcome]
    """

    deals: FloatArray
    fits: tuple[_Fit, ...]
    error: FloatArray
    spread: FloatArray

    @classmethod
    def fit(cls, shares: FloatArray, outcomes: FloatArray) -> "Emulator":
        """Fit every outcome.

        shares     where each deal lies in the range of each term, 0 to 1    [deal, term]
        outcomes                                                             [deal, outcome]
        """
        fits = tuple(_fitted(shares, outcome) for outcome in outcomes.T)
        return cls(shares, fits, np.array([fit.error for fit in fits]), outcomes.std(axis=0))

    def at(self, shares: FloatArray) -> FloatArray:
        """Return every outcome at deals not run   [deal, outcome]."""
        return np.stack([fit.at(self.deals, shares) for fit in self.fits], axis=1)


def _fitted(shares: FloatArray, outcome: FloatArray) -> _Fit:
    return min(_tried(shares, outcome), key=lambda fit: fit.error)


def _tried(shares: FloatArray, outcome: FloatArray) -> Iterator[_Fit]:
    """Give fits of each degree, their reaches bettered term by term."""
    for degree in (1, 2):
        powers = _powers(shares, degree)
        if degree > 1 and len(powers) < 2 * powers.shape[1]:
            return
        best = min(
            (
                _krige(shares, outcome, degree, np.full(shares.shape[1], reach), nugget)
                for reach in _REACHES
                for nugget in _NUGGETS
            ),
            key=lambda fit: fit[1].error,
        )
        for term in range(shares.shape[1]):
            for reach in _REACHES:
                moved = best[1].reach.copy()
                moved[term] = reach
                fit = _krige(shares, outcome, degree, moved, best[0])
                best = fit if fit[1].error < best[1].error else best
        yield best[1]


def _krige(
    shares: FloatArray, outcome: FloatArray, degree: int, reach: FloatArray, nugget: float
) -> tuple[float, _Fit]:
    """Fit polynomial and remainder together by generalised least squares; gives the nugget too.

    The leave-one-out errors are those of universal kriging: the inverse covariance is cut by what
    the polynomial takes up.
    """
    powers = _powers(shares, degree)
    noise = nugget * np.eye(len(shares))
    inverse = np.linalg.inv(_likeness(shares, shares, reach) + noise + _RIDGE * np.eye(len(shares)))
    taken = powers.T @ inverse
    solve = np.linalg.solve(taken @ powers + _RIDGE * np.eye(powers.shape[1]), taken)
    weights = solve @ outcome
    left = inverse - taken.T @ solve  # what maps outcomes to K^-1 r
    pull = left @ outcome
    error = float(np.sqrt(np.mean((pull / np.maximum(np.diag(left), 1e-12)) ** 2)))
    return nugget, _Fit(degree, weights, reach, pull, error)


def _likeness(one: FloatArray, other: FloatArray, reach: FloatArray) -> FloatArray:
    """Return exp(-d^2 / 2) of distances in reaches   [one, other]."""
    apart = (one[:, None] - other[None]) / reach
    return np.asarray(np.exp(-0.5 * (apart**2).sum(axis=2)))


def _powers(shares: FloatArray, degree: int) -> FloatArray:
    """Return every product of up to `degree` terms, each from -1 to 1   [deal, feature]."""
    scaled = 2 * shares - 1
    columns = [
        scaled[:, list(which)].prod(axis=1)
        for order in range(degree + 1)
        for which in combinations_with_replacement(range(scaled.shape[1]), order)
    ]
    return np.stack(columns, axis=1)
