"""United States user fees on an entry: merchandise processing and harbor maintenance."""

from bisect import bisect_right
from datetime import date
from typing import Final, NamedTuple


class Limits(NamedTuple):
    """The least and the most that one formal entry pays, in cents; None is not known."""

    least: int | None
    most: int | None


# In millionths of a percent. 19 CFR 24.23(b)(1): 0.3464 %; 19 CFR 24.24: 0.125 %, by vessel only.
PROCESSING: Final = 346_400
HARBOR: Final = 125_000
# First day -> limits in cents, from the Customs and Border Protection notices in the Federal
# Register, "Customs User Fees To Be Adjusted for Inflation", one for each fiscal year.
_LIMITS: Final[tuple[tuple[date, Limits | None], ...]] = (
    (date(2018, 1, 1), Limits(2567, 49799)),
    (date(2018, 10, 1), Limits(2622, 50870)),
    (date(2019, 10, 1), Limits(2679, 51976)),
    (date(2020, 10, 1), Limits(2723, 52833)),
    (date(2021, 10, 1), Limits(2775, 53840)),
    (date(2022, 10, 1), Limits(2966, 57535)),
    (date(2023, 10, 1), Limits(3167, 61435)),
    (date(2024, 10, 1), Limits(3271, 63462)),
    (date(2025, 10, 1), Limits(3358, 65150)),
    (date(2026, 10, 1), None),
)
DAYS: Final = [day for day, _ in _LIMITS]


def limits(day: date) -> Limits | None:
    """Return the limits of the processing fee on a day; None where the table does not reach.

    >>> limits(date(2019, 8, 15))
    Limits(least=2622, most=50870)
    """
    index = bisect_right(DAYS, day) - 1
    return _LIMITS[index][1] if index >= 0 else None
