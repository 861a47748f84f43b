"""What imports by chapter would be without any change of duty, as far as earlier months tell."""

from dataclasses import dataclass, replace
from typing import Final, Self, final

import numpy as np

from entente.evidence import FloatArray
from entente.luck import Luck

# Census publishes a month's trade about 37 days after its end, so on the first day of a month the
# newest month known is the third before it.
RELEASE_LAG: Final = 3
_YEAR: Final = 12
_BILLION: Final = 1e9


@final
@dataclass(frozen=True, slots=True)
class Pattern:
    """The level and season of a table of monthly values, from the months known at a start.

    level    mean of the newest twelve known months              USD a month [chapter]
    season   a calendar month's value over its year's mean       [calendar month, chapter]
    centre   middle of the twelve months behind `level`, in months since 1970
    """

    level: FloatArray
    season: FloatArray
    centre: float

    @classmethod
    def learn(cls, first: np.datetime64, values: FloatArray, start: np.datetime64) -> Self:
        """Read the pattern from whole years counted back from the newest known month.

        Where the table knows less than a year before `start`, its first year stands in and the
        projection runs backward with the same widening spread.

        first   month of `values[0]` [M];   values   USD [month, chapter], at least 12 months
        start   first month to be simulated [M]
        """
        known = int((start - RELEASE_LAG - first).astype(int)) + 1
        end = min(max(known, _YEAR), len(values))
        years = values[end % _YEAR : end].reshape(-1, _YEAR, values.shape[1])
        mean = years.mean(axis=1, keepdims=True)
        ratio = np.divide(years, mean, out=np.ones_like(years), where=mean > 0)
        first_calendar_month = int((first + end % _YEAR).astype(int)) % _YEAR
        season = np.roll(ratio.mean(axis=0), first_calendar_month, axis=0)
        centre = float((first + end).astype(int)) - (_YEAR + 1) / 2
        return cls(mean[-1, 0], season, centre)

    def at(self, month: np.datetime64) -> FloatArray:
        """Return the level times the season of a month, without growth; USD [chapter]."""
        usual: FloatArray = self.level * self.season[int(month.astype(int)) % _YEAR]
        return usual

    def years_to(self, month: np.datetime64) -> float:
        """Return the years from the centre of the level to a month; negative before it."""
        return (float(month.astype(int)) - self.centre) / _YEAR


@final
@dataclass(frozen=True, slots=True)
class Spread:
    """How imports stray from their pattern; logarithms, a year's or a month's standard deviation.

    growth    yearly, all chapters alike              [draw]
    common    yearly random walk, all chapters        [draw]
    own       yearly random walk of each chapter      [draw, chapter]
    monthly   this month only                         [draw, chapter]
    """

    growth: FloatArray
    common: FloatArray
    own: FloatArray
    monthly: FloatArray


def by_size(at_one_billion: FloatArray, slope: FloatArray, level: FloatArray) -> FloatArray:
    """Give the deviation of each chapter: small chapters stray more, as a power of their size.

    at_one_billion   deviation at 1 bn USD a year   [draw];   slope   exponent   [draw]
    level            USD a month                    [chapter];   result   [draw, chapter]
    """
    billions = np.maximum(level * _YEAR / _BILLION, 1e-3)
    deviation: FloatArray = at_one_billion[:, None] * billions ** slope[:, None]
    return deviation


@final
@dataclass(frozen=True, slots=True)
class Drift:
    """Where each draw's imports have strayed to, as a log of usual over pattern and growth.

    common   [draw];   own   [draw, chapter]
    """

    common: FloatArray
    own: FloatArray

    @classmethod
    def after(cls, years: float, spread: Spread, luck: Luck) -> Self:
        """Draw the drift accumulated over a gap of years."""
        still = cls(np.zeros_like(spread.common), np.zeros_like(spread.own))
        return still.moved(spread, luck, abs(years))

    def moved(self, spread: Spread, luck: Luck, years: float = 1 / _YEAR) -> Self:
        """Take one step of the two random walks."""
        step = np.sqrt(years) * luck.of("drift").normal(1 + self.own.shape[1])
        return replace(
            self,
            common=self.common + step[:, 0] * spread.common,
            own=self.own + step[:, 1:] * spread.own,
        )


def usual(
    pattern: Pattern, drift: Drift, spread: Spread, month: np.datetime64, luck: Luck
) -> FloatArray:
    """Project one month: pattern, growth, drift and the month's own noise; USD [draw, chapter]."""
    ln_common = spread.growth * pattern.years_to(month) + drift.common
    ln_own = drift.own + spread.monthly * luck.of("month").normal(drift.own.shape[1])
    projected: FloatArray = pattern.at(month) * np.exp(ln_common[:, None] + ln_own)
    return projected
