"""How good samples were, once the count is known: proper scores, coverage and calibration."""

from typing import Final

import numpy as np

from entente.evidence import FloatArray

INTERVALS: Final = (0.5, 0.8, 0.95)


def crps(samples: FloatArray, came: FloatArray) -> FloatArray:
    """Return E|X - y| - E|X - X'| / 2 (Gneiting and Raftery 2007, eq. 21), in the counts' unit.

    samples   [..., draw];   came   [...]

    >>> float(crps(np.array([1.0, 3.0]), np.array(2.0)))
    0.5
    """
    ordered = np.sort(samples, axis=-1)
    draws = ordered.shape[-1]
    rank = 2 * np.arange(1, draws + 1) - draws - 1
    apart = (rank * ordered).sum(axis=-1) / draws**2
    score: FloatArray = np.abs(ordered - came[..., None]).mean(axis=-1) - apart
    return score


def log_crps(samples: FloatArray, came: FloatArray) -> FloatArray:
    """Return the CRPS of log(1 + count), so that one large year does not rule; as `crps`."""
    return crps(np.log1p(samples), np.log1p(came))


def weighted_interval(samples: FloatArray, came: FloatArray) -> FloatArray:
    """Return the weighted interval score of the 50, 80 and 95 % bands (Bracher et al. 2021, eq. 1).

    samples   [..., draw];   came   [...]
    """
    score = 0.5 * np.abs(came - np.median(samples, axis=-1))
    for level in INTERVALS:
        outside = 1 - level
        low, high = np.quantile(samples, [outside / 2, 1 - outside / 2], axis=-1)
        missed = np.maximum(low - came, 0) + np.maximum(came - high, 0)
        score = score + outside / 2 * (high - low) + missed
    total: FloatArray = score / (len(INTERVALS) + 0.5)
    return total


def covered(samples: FloatArray, came: FloatArray, level: float = 0.8) -> np.ndarray:
    """Say whether the central band held what came; samples [..., draw], came [...]."""
    low, high = np.quantile(samples, [(1 - level) / 2, (1 + level) / 2], axis=-1)
    held: np.ndarray = (low <= came) & (came <= high)
    return held


def rank(samples: FloatArray, came: FloatArray) -> FloatArray:
    """Return the share of draws below what came, ties counting half: uniform when calibrated."""
    below = (samples < came[..., None]).mean(axis=-1)
    ties = (samples == came[..., None]).mean(axis=-1)
    share: FloatArray = below + ties / 2
    return share
