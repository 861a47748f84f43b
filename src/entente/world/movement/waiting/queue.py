"""Queues with a backlog: what is served in a month, and how long people wait."""

import numpy as np

from entente.evidence import FloatArray


def months_of_work(backlog: FloatArray, capacity: FloatArray) -> FloatArray:
    """Return the months that the last in line waits where the first is served first.

    Infinite where nothing is served: such a wait is censored, never averaged.

    >>> float(months_of_work(np.array([18.0]), np.array([6.0]))[0])
    3.0
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(backlog <= 0, 0.0, backlog / np.maximum(capacity, 0.0))


def mean_wait(before: FloatArray, stayed: FloatArray, joined: FloatArray) -> FloatArray:
    """Return how long those in line have waited on average, months, a month later.

    Exact in the mean where leaving does not depend on the time waited; newcomers have waited half a
    month. Zero where nobody waits.

    before           mean wait a month ago, months                       [draw]
    stayed, joined   people of then still in line; newcomers in line     [draw]
    """
    waited = stayed * (before + 1) + joined * 0.5
    return np.asarray(waited / np.maximum(stayed + joined, 1.0))
