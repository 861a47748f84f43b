"""Dates as an accord means them: durations, whole days and instants in its zone, business days."""

import re
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from typing import Final, Literal, TypeAlias, final
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from entente.language import counted, marked_count

DateArray: TypeAlias = NDArray[np.datetime64]

DAY: Final = np.timedelta64(1, "D")
EPOCH: Final = np.datetime64("1970-01-01", "D")
_MANY: Final = 4096  # so few dates are changed one by one
_SPAN: Final = 40_000  # days that one table holds
_DURATION: Final = re.compile(r"(\d{1,5})(bd|d|w|m|y)")
WEEK: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_NAMES: Final = {
    "d": marked_count("{count} day", "{count} days"),
    "w": marked_count("{count} week", "{count} weeks"),
    "m": marked_count("{count} month", "{count} months"),
    "y": marked_count("{count} year", "{count} years"),
    "bd": marked_count("{count} business day", "{count} business days"),
}


@final
@dataclass(frozen=True, slots=True)
class Business:
    """The working days of a named calendar: every day of the week that is no day of rest."""

    name: str
    holidays: frozenset[date] = frozenset()
    weekend: tuple[str, ...] = ("sat", "sun")

    def add(self, days: DateArray, count: int) -> DateArray:
        """Add business days; counting starts on the day after   [...] datetime64[D]."""
        return self._offset(days, count, "backward" if count >= 0 else "forward")

    def next_working_day(self, days: DateArray) -> DateArray:
        """Move periods' ends to the next working day (Regulation 1182/71, art. 3(4))   [...].

        >>> str(WEEKDAYS.next_working_day(np.array("2024-06-15", "datetime64[D]")))
        '2024-06-17'
        """
        return self._offset(days, 0, "following")

    def _offset(
        self, days: DateArray, count: int, roll: Literal["backward", "forward", "following"]
    ) -> DateArray:
        whole = days.astype("datetime64[D]")
        moved = np.busday_offset(
            np.where(np.isnat(whole), EPOCH, whole),
            count,
            roll=roll,
            weekmask=[day not in self.weekend for day in WEEK],
            holidays=sorted(self.holidays),
        )
        return np.where(np.isnat(whole), whole, moved)


WEEKDAYS: Final = Business("weekdays")  # where a clause names no calendar


@final
@dataclass(frozen=True, slots=True)
class Duration:
    """A length of calendar time, `45d`, `6w`, `3m`, `1y` or `5bd`.

    rest  the calendar that business days need: that of the clause in which the length stands
    """

    count: int
    unit: str
    rest: Business | None = field(default=None, repr=False)

    def __str__(self) -> str:
        return f"{self.count}{self.unit}"

    def words(self) -> str:
        """Say the duration.

        >>> Duration(45, "d").words()
        '45 days'
        """
        return counted(*_NAMES[self.unit], self.count)

    @property
    def months(self) -> int:
        """Return whole months; raises ValueError for lengths that are not months or years."""
        if self.unit not in ("m", "y"):
            raise ValueError(f"{self.words()} is not a number of months")
        return self.count * (12 if self.unit == "y" else 1)


def parse_duration(text: str) -> Duration | None:
    """Read a duration, or give None where the text is none.

    >>> parse_duration("45d")
    Duration(count=45, unit='d')
    """
    found = _DURATION.fullmatch(text)
    return Duration(int(found[1]), found[2]) if found else None


def shift(days: DateArray, by: Duration, sign: int = 1) -> DateArray:
    """Add a duration to dates; months clamp to the last day of a shorter month.

    days  datetime64, whole days or instants   [...]

    Raises ValueError for business days without their calendar.

    >>> str(shift(np.array("2019-01-31", "datetime64[D]"), Duration(1, "m")))
    '2019-02-28'
    """
    count = sign * by.count
    if by.unit == "bd":
        if by.rest is None:
            raise ValueError("business days need a named calendar")
        return by.rest.add(days, count)
    if by.unit in ("d", "w"):
        return np.asarray(days + np.timedelta64(count * (7 if by.unit == "w" else 1), "D"))
    return _shift_months(days, count * (12 if by.unit == "y" else 1))


def _shift_months(days: DateArray, count: int) -> DateArray:
    if days.size > _MANY and days.dtype == "datetime64[D]":
        return _by_table(days, count)
    return _each_shifted(days, count)


def _each_shifted(days: DateArray, count: int) -> DateArray:
    whole = days.astype("datetime64[D]")
    month = whole.astype("datetime64[M]")
    target = month + np.timedelta64(count, "M")
    last = (target + np.timedelta64(1, "M")).astype("datetime64[D]") - DAY
    landed = np.minimum(
        target.astype("datetime64[D]") + (whole - month.astype("datetime64[D]")), last
    )
    return np.asarray(landed + (days - whole))


def _by_table(days: DateArray, count: int) -> DateArray:
    """Shift each different day once: those near one another are looked up in a table   [...]."""
    numbers = days.astype(np.int64)
    place = numbers - numbers.min()
    near = place < _SPAN
    last = int(place.max()) if near.all() else int(np.where(near, place, 0).max())
    table = _each_shifted(days.flat[int(place.argmin())] + np.arange(last + 1), count)
    shifted = np.asarray(table[np.minimum(place, last)])
    if not near.all():
        shifted[~near] = _shift_months(days[~near], count)
    return shifted


def add(day: date, by: Duration) -> date:
    """Add a duration to one date; counting starts on the day after.

    >>> add(date(2019, 6, 7), Duration(45, "d"))
    datetime.date(2019, 7, 22)
    """
    return as_date(shift(np.asarray(np.datetime64(day, "D")), by))


def months_between(earlier: DateArray, later: DateArray) -> NDArray[np.int64]:
    """Count whole months between dates, clamped as `shift` clamps   [...].

    That is the most months that can be added to `earlier` without passing `later`; negative where
    `later` comes first.
    """
    first, second = earlier.astype("datetime64[D]"), later.astype("datetime64[D]")
    months = (second.astype("datetime64[M]") - first.astype("datetime64[M]")).astype(np.int64)
    day_of_first = first - first.astype("datetime64[M]").astype("datetime64[D]")
    day_of_second = second - second.astype("datetime64[M]").astype("datetime64[D]")
    month_ends = (second + DAY).astype("datetime64[M]") != second.astype("datetime64[M]")
    short = (day_of_second < day_of_first) & ~month_ends
    return np.asarray(months - short)


@cache
def zone_named(name: str) -> ZoneInfo:
    """Return a time zone by its IANA name; raises ZoneInfoNotFoundError or ValueError."""
    return ZoneInfo(name)


def local(moment: date | datetime, zone: str) -> datetime:
    """Place a date (from 00:00) or a date-time on the zone's own clock, without an offset.

    >>> from datetime import UTC
    >>> local(datetime(2025, 9, 28, 0, 0, tzinfo=UTC), "America/New_York").isoformat()
    '2025-09-27T20:00:00'
    """
    if not isinstance(moment, datetime):
        return datetime(moment.year, moment.month, moment.day)  # noqa: DTZ001 - a local clock
    if moment.tzinfo is None:
        return moment
    return moment.astimezone(zone_named(zone)).replace(tzinfo=None)


def local64(moment: date | datetime, zone: str) -> np.datetime64:
    """Return `local` as datetime64[s]."""
    return np.datetime64(local(moment, zone), "s")


def as_date(moment: np.datetime64 | DateArray) -> date:
    """Return the day of one datetime64 as a date; OverflowError where no calendar has it."""
    day = np.asarray(moment).astype("datetime64[D]").item()
    if not isinstance(day, date):
        raise OverflowError("a day that no calendar has")
    return day


def as_moment(moment: np.datetime64) -> date | datetime:
    """Return a date where a local clock shows midnight, else the date-time."""
    instant: datetime = moment.astype("datetime64[s]").item()
    return instant.date() if instant.time() == datetime.min.time() else instant


def month_days(month: np.datetime64) -> tuple[np.datetime64, np.datetime64]:
    """Return the first instant of a month and of the next, datetime64[s] on a local clock."""
    first = month.astype("datetime64[M]")
    return first.astype("datetime64[s]"), (first + np.timedelta64(1, "M")).astype("datetime64[s]")


def days_in(start: np.datetime64, end: np.datetime64) -> float:
    """Return the days between two instants of a local clock, a part of a day as its share."""
    return float((end - start) / np.timedelta64(1, "s")) / timedelta(days=1).total_seconds()
