"""Queues with a backlog: how long people wait, and the textbook cases that must come out."""

import math

import numpy as np

from entente.evidence import FloatArray


def served(backlog: FloatArray, capacity: FloatArray) -> FloatArray:
    """Return the cases closed in a month: C = min(B, J r), in whole cases.

    backlog, capacity   cases [draw]
    """
    return np.floor(np.minimum(backlog, np.maximum(capacity, 0.0)))


def months_of_work(backlog: FloatArray, capacity: FloatArray) -> FloatArray:
    """Return the months that the last in line waits where the first is served first.

    Infinite where nothing is served: such a wait is censored, never averaged.

    >>> float(months_of_work(np.array([18.0]), np.array([6.0]))[0])
    3.0
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(backlog <= 0, 0.0, backlog / np.maximum(capacity, 0.0))


def first_come_waits(opening: float, joined: FloatArray, closed: FloatArray) -> FloatArray:
    """Return the wait in whole months of those who joined in each month, first come first served.

    w_t = inf{u : cases closed from t to t + u cover the backlog at t}; NaN where the record ends
    before they are served (censored).

    joined, closed   cases in each month                        [month]
    """
    line = opening + np.cumsum(joined)  # everyone up to those who joined in month t
    done = np.cumsum(closed)
    month = np.searchsorted(done, line, side="left").astype(np.float64)
    waits = np.maximum(month - np.arange(len(line)), 0.0)
    return np.where(month < len(done), waits, np.nan)


def erlang_c(load: float, servers: int) -> float:
    """Return the chance of waiting in M/M/c with `load` = arrival rate / service rate < servers.

    >>> round(erlang_c(2.0, 3), 4)
    0.4444
    """
    if load >= servers:
        return 1.0
    terms = sum(load**k / math.factorial(k) for k in range(servers))
    last = load**servers / math.factorial(servers) * servers / (servers - load)
    return last / (terms + last)
