"""Calendar arithmetic as the accords mean it."""

from datetime import UTC, date, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from entente.accord.calendar import (
    Business,
    Duration,
    add,
    days_in,
    local,
    months_between,
    parse_duration,
    shift,
)
from entente.units import Unit, UnitError


@pytest.mark.parametrize(
    ("start", "length", "end"),
    [
        ("2019-06-07", "45d", "2019-07-22"),
        ("2019-06-07", "90d", "2019-09-05"),
        ("2019-01-31", "1m", "2019-02-28"),
        ("2020-02-29", "1y", "2021-02-28"),
        ("2019-06-07", "2w", "2019-06-21"),
    ],
)
def test_a_duration_counts_from_the_day_after(start: str, length: str, end: str) -> None:
    duration = parse_duration(length)
    assert duration is not None
    assert add(date.fromisoformat(start), duration) == date.fromisoformat(end)


def test_business_days_need_a_calendar() -> None:
    friday = date(2019, 7, 3)
    holidays = Business("US", frozenset({date(2019, 7, 4)}))
    assert add(friday, Duration(1, "bd", holidays)) == date(2019, 7, 5)
    fourth = np.array("2019-07-04", "datetime64[D]")
    assert holidays.next_working_day(fourth) == np.datetime64("2019-07-05")
    with pytest.raises(ValueError, match="named calendar"):
        add(friday, Duration(1, "bd"))


def test_an_instant_is_told_on_the_zones_clock() -> None:
    instant = datetime(2025, 9, 28, 0, 0, tzinfo=UTC)
    assert local(instant, "America/New_York") == datetime(2025, 9, 27, 20, 0)  # noqa: DTZ001


def test_part_of_a_day_counts_as_its_share() -> None:
    start, end = np.datetime64("2025-02-04T00:00:00"), np.datetime64("2025-02-05T12:00:00")
    assert days_in(start, end) == 1.5


@given(st.dates(date(1990, 1, 1), date(2040, 1, 1)), st.integers(0, 200))
def test_adding_months_then_counting_them_gives_them_back(start: date, months: int) -> None:
    first = np.asarray(np.datetime64(start, "D"))
    assert months_between(first, shift(first, Duration(months, "m"))) == months


def test_units_compare_only_with_themselves() -> None:
    assert Unit.parse("persons/month") == Unit.parse("people/months")
    assert Unit.parse("percent") != Unit.parse("fraction")
    assert Unit.parse("USD") / Unit.parse("USD") == Unit.parse("ratio")
    with pytest.raises(UnitError, match="did you mean 'persons'"):
        Unit.parse("prsons")


@pytest.mark.parametrize("length", ["1m", "13m", "2y"])
@pytest.mark.parametrize("sign", [1, -1])
def test_many_days_move_as_each_does_alone(length: str, sign: int) -> None:
    luck, by = np.random.default_rng(29), parse_duration(length)
    assert by is not None
    days = np.datetime64("1960-01-01") + luck.integers(0, 30_000, (3000, 2))
    days[luck.random(days.shape) < 0.3] = np.datetime64("9000-01-01")
    days[::500, 0] = np.datetime64("0001-02-28")
    alone = [shift(part, by, sign) for part in days]
    assert np.array_equal(shift(days, by, sign), alone)
