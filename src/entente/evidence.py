"""The two things that cross between an accord and the world: evidence one way, levers the other.

The accord reads `Evidence` only, what parties can know on a date; the world reads `Levers` only and
does not know which clause moved them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from entente.luck import FloatArray as FloatArray

IntArray: TypeAlias = NDArray[np.int64]

# How a promise is kept. Unsaid: nobody says, and the world's own doubt about deliveries holds.
COURSES: Final = ("unsaid", "early", "on time", "late", "partly", "not")


@dataclass(frozen=True, slots=True)
class Series:
    """A monthly measurement as reported: `values[:, i]` belongs to month `first + i`.

    values   in `unit`; NaN where nothing was reported           [draw, period]
    """

    first: np.datetime64  # [M]
    values: FloatArray
    unit: str

    def month_at(self, index: int) -> np.datetime64:
        """Return the month of a column."""
        return self.first + np.timedelta64(index, "M")


@dataclass(frozen=True, slots=True)
class Cohorts:
    """The facts about people that rules may ask, one row for each class of exchangeable people.

    `columns` uses the names of the claims contract (nationality, age, entry_state, ...); a fact
    that is not known is None, and a list is a tuple.
    """

    names: tuple[str, ...]  # [cohort]
    columns: Mapping[str, tuple[object, ...]]  # name -> [cohort]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What can be known in one month, before publication lags, which are the accord's to apply."""

    month: np.datetime64  # [M], the month being governed
    draws: int
    series: Mapping[str, Series]  # by the series' name
    cohorts: Cohorts


class Lever(NamedTuple):
    """What a schedule sets: a quantity, who sets it and on whom; `on` may be empty."""

    quantity: str
    by: str
    on: str


@dataclass(frozen=True, slots=True)
class Pledge:
    """A promised level of a measured quantity.

    level   in the series' unit; 0 in the draws where the promise is not in force    [draw]
    since   the day from which it is owed work; due   the day it is tested
    course  how it is kept, an index into COURSES; None: unsaid in every draw          [draw]
    """

    level: FloatArray
    since: date
    due: date
    course: IntArray | None = None


@dataclass(frozen=True, slots=True)
class Assignment:
    """Where an allocation sends each cohort, averaged over the days of the month.

    shares   rows sum to 1          [draw, cohort, outcome]
    """

    outcomes: tuple[str, ...]
    shares: FloatArray


@dataclass(frozen=True, slots=True)
class Levers:
    """What the text sets in one month, averaged over its days.

    rates         percent added to the ordinary duty           Lever -> [draw, chapter]
    levels        any other scheduled quantity, in its unit; NaN: not set    Lever -> [draw]
    pledges       promised levels, by series name
    assignments   responsible state or eligibility, by quantity
    """

    rates: Mapping[Lever, FloatArray] = field(default_factory=dict)
    levels: Mapping[Lever, FloatArray] = field(default_factory=dict)
    pledges: Mapping[str, Pledge] = field(default_factory=dict)
    assignments: Mapping[str, Assignment] = field(default_factory=dict)
