"""Simple forecasts of one series that a model must beat; each knows the past and nothing else.

Every rival works on logs of counts and gives samples [draw, ahead]. The carried ones have normal
errors whose spread at each horizon is that of their own past errors.
"""

from collections.abc import Callable, Mapping
from itertools import product
from typing import Final, TypeAlias

import numpy as np

from entente.evidence import FloatArray
from entente.luck import Luck
from entente.world.movement.pressure.season import MEMORY, YEAR, Habits, extend, surprises

Rival: TypeAlias = Callable[[FloatArray, int, Luck], FloatArray]

RECENT: Final = 120  # past errors that give a spread
SEASONS: Final = 48  # months that give a mean season


def random_walk(log: FloatArray, horizon: int, luck: Luck) -> FloatArray:
    """Carry the last month."""
    return _carried(log, horizon, luck, lambda past, ahead: past[-1] + np.zeros(ahead))


def seasonal_naive(log: FloatArray, horizon: int, luck: Luck) -> FloatArray:
    """Repeat the last year."""
    return _carried(log, horizon, luck, _last_year)


def year_on_year(log: FloatArray, horizon: int, luck: Luck) -> FloatArray:
    """Repeat the last year, moved by the last month's gap to the year before."""
    return _carried(log, horizon, luck, lambda past, h: _last_year(past, h) + past[-1] - past[-13])


def adjusted_walk(log: FloatArray, horizon: int, luck: Luck) -> FloatArray:
    """Carry the last month, moved by the mean season of the last four years."""

    def carry(past: FloatArray, ahead: int) -> FloatArray:
        season = _season(past[-SEASONS:])  # by months since the last one
        moved: FloatArray = past[-1] + season[np.arange(1, ahead + 1) % YEAR] - season[0]
        return moved

    return _carried(log, horizon, luck, carry)


def sarima(log: FloatArray, horizon: int, luck: Luck) -> FloatArray:
    """Fit a seasonal ARIMA (1,1,1)(0,1,1) by least squares, with normal surprises."""
    steps = np.linspace(0.0, 0.9, 10)
    phi, theta, capital = np.array(list(product(steps, steps, steps))).T
    habits = Habits(np.ones_like(phi), phi, theta, capital)
    error = surprises(log[:, None], habits)[:, :, 0]  # [month, habit]
    best = int(np.square(error[2 * YEAR :]).sum(axis=0).argmin())
    spread = error[2 * YEAR :, best].std()
    shock = spread * luck.of("sarima").normal(horizon).T  # [ahead, draw]
    past = error[-MEMORY:, best]
    one = habits.take(np.array([best]))
    return extend(log[-MEMORY:, None, None], past[:, None, None], one, shock[:, :, None])[:, :, 0].T


def exponential_smoothing(log: FloatArray, horizon: int, luck: Luck) -> FloatArray:
    """Fit ETS(A,Ad,A) by least squares on a grid (Hyndman et al. 2008, table 2.1)."""
    grid = (0.1, 0.3, 0.5, 0.7, 0.9), (0.0, 0.05, 0.15), (0.02, 0.1, 0.3, 0.5), (0.8, 0.9, 0.98)
    alpha, beta, gamma, phi = np.array(list(product(*grid))).T
    season = np.roll(_season(log[:SEASONS]), -1)  # from the first month on
    state = (np.full_like(alpha, log[0] - season[0]), np.zeros_like(alpha))
    seasons = [np.full_like(alpha, s) for s in season]
    error = []
    for value in log:
        level, slope = state
        season_now = seasons.pop(0)
        error.append(value - (level + phi * slope + season_now))
        state = (level + phi * slope + alpha * error[-1], phi * slope + beta * error[-1])
        seasons.append(season_now + gamma * error[-1])
    misses = np.array(error)[SEASONS:]
    best = int(np.square(misses).sum(axis=0).argmin())
    shock = misses[:, best].std() * luck.of("ets").normal(horizon)  # [draw, ahead]
    level, slope = (np.full(luck.draws, part[best]) for part in state)
    ahead = [np.full(luck.draws, s[best]) for s in seasons]
    paths = []
    for h in range(horizon):
        paths.append(level + phi[best] * slope + ahead[h % YEAR] + shock[:, h])
        level = level + phi[best] * slope + alpha[best] * shock[:, h]
        slope = phi[best] * slope + beta[best] * shock[:, h]
        ahead[h % YEAR] = ahead[h % YEAR] + gamma[best] * shock[:, h]
    return np.stack(paths, axis=1)


RIVALS: Final[Mapping[str, Rival]] = {
    "random walk": random_walk,
    "seasonal naive": seasonal_naive,
    "year on year": year_on_year,
    "seasonally adjusted walk": adjusted_walk,
    "SARIMA": sarima,
    "ETS": exponential_smoothing,
}


def _carried(
    log: FloatArray, horizon: int, luck: Luck, carry: Callable[[FloatArray, int], FloatArray]
) -> FloatArray:
    """Carry a rule forward and give it the spread of its own past errors."""
    starts = range(max(25, len(log) - RECENT - horizon), len(log))
    errors = np.full((len(log), horizon), np.nan)
    for start in starts:
        ahead = min(horizon, len(log) - start)
        errors[start, :ahead] = log[start : start + ahead] - carry(log[:start], ahead)
    spread = np.sqrt(np.nanmean(errors**2, axis=0))
    samples: FloatArray = carry(log, horizon) + spread * luck.of("rival").normal(horizon)
    return samples


def _last_year(past: FloatArray, ahead: int) -> FloatArray:
    again: FloatArray = past[-YEAR:][np.arange(ahead) % YEAR]
    return again


def _season(past: FloatArray) -> FloatArray:
    """Return mean deviations from a year's mean, by months since the last month of `past`."""
    years = len(past) // YEAR
    table = past[len(past) - years * YEAR :].reshape(years, YEAR)
    pattern = (table - table.mean(axis=1, keepdims=True)).mean(axis=0)
    by_distance: FloatArray = np.roll(pattern, 1)  # the last month comes first
    return by_distance
