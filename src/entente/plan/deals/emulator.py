"""A cheap stand-in for the model over the terms of a deal, with its error shown.

Each outcome is fitted by a polynomial in the terms (each from -1 to 1 over its range) of the degree
whose leave-one-out error is least; that error comes exactly from the hat matrix, e_i / (1 - h_ii).
"""

from dataclasses import dataclass
from itertools import combinations_with_replacement
from typing import Final, final

import numpy as np

from entente.evidence import FloatArray

_DEGREES: Final = (1, 2, 3)
_RIDGE: Final = 1e-6


@final
@dataclass(frozen=True, slots=True)
class Emulator:
    """A fitted polynomial for each outcome.

    degrees   of each outcome's polynomial                       [outcome]
    error     leave-one-out root mean square error               [outcome]
    spread    standard deviation of the outcome over the deals   [outcome]
    """

    weights: tuple[FloatArray, ...]
    degrees: tuple[int, ...]
    error: FloatArray
    spread: FloatArray

    @classmethod
    def fit(cls, shares: FloatArray, outcomes: FloatArray) -> "Emulator":
        """Fit every outcome.

        shares     where each deal lies in the range of each term, 0 to 1    [deal, term]
        outcomes                                                             [deal, outcome]
        """
        fits = [_best(shares, outcomes[:, column]) for column in range(outcomes.shape[1])]
        return cls(
            tuple(weights for weights, _, _ in fits),
            tuple(degree for _, degree, _ in fits),
            np.array([error for _, _, error in fits]),
            outcomes.std(axis=0),
        )

    def at(self, shares: FloatArray) -> FloatArray:
        """Return every outcome at deals not run   [deal, outcome]."""
        columns = [
            _powers(shares, degree) @ weights
            for weights, degree in zip(self.weights, self.degrees, strict=True)
        ]
        return np.stack(columns, axis=1)


def _best(shares: FloatArray, outcome: FloatArray) -> tuple[FloatArray, int, float]:
    tried = []
    for degree in _DEGREES:
        powers = _powers(shares, degree)
        if degree == 1 or len(powers) > 2 * powers.shape[1]:
            tried.append((*_fit(powers, outcome), degree))
    weights, error, degree = min(tried, key=lambda fit: fit[1])
    return weights, degree, error


def _fit(powers: FloatArray, outcome: FloatArray) -> tuple[FloatArray, float]:
    """Fit by least squares with the lightest of ridges; the error is leave-one-out."""
    solve = np.linalg.solve(
        powers.T @ powers + _RIDGE * np.eye(powers.shape[1]), np.stack([*powers]).T
    )
    leverage = np.einsum("df,fd->d", powers, solve)
    left = (outcome - powers @ (solve @ outcome)) / np.maximum(1 - leverage, 1e-9)
    return solve @ outcome, float(np.sqrt(np.mean(left**2)))


def _powers(shares: FloatArray, degree: int) -> FloatArray:
    """Return every product of up to `degree` terms, each from -1 to 1   [deal, feature]."""
    scaled = 2 * shares - 1
    columns = [
        scaled[:, list(which)].prod(axis=1)
        for order in range(degree + 1)
        for which in combinations_with_replacement(range(scaled.shape[1]), order)
    ]
    return np.stack(columns, axis=1)
