"""The usual path of imports: it knows no later month, keeps the season and widens with time."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from entente.luck import Luck
from entente.world.trade.usual import RELEASE_LAG, Drift, Pattern, Spread, by_size, usual

FIRST = np.datetime64("2017-01")


def table(months=36, growth=0.0):
    month = np.arange(months)
    season = 1 + 0.2 * np.sin(2 * np.pi * month / 12)
    return (100 * season * np.exp(growth * month / 12))[:, None] * np.array([1.0, 0.0, 3.0])


def spread(draws, chapters=3, size=0.0):
    row, whole = np.full(draws, size), np.full((draws, chapters), size)
    return Spread(np.zeros(draws), row, whole, whole)


def test_a_table_without_growth_is_projected_as_it_was():
    start = np.datetime64("2019-06")
    pattern = Pattern.learn(FIRST, table(), start)
    still = Drift(np.zeros(1), np.zeros((1, 3)))
    for month in np.arange(start, start + 12):
        index = int((month - FIRST).astype(int))
        path = usual(pattern, still, spread(1), month, Luck(1, 1))
        assert path[0] == pytest.approx(table(60)[index], rel=1e-12)


@given(st.integers(16, 36))
def test_months_not_yet_published_at_the_start_change_nothing(offset):
    start = FIRST + offset
    known = offset - RELEASE_LAG + 1
    later = table()
    later[known:] *= 7
    one, two = Pattern.learn(FIRST, table(), start), Pattern.learn(FIRST, later, start)
    assert np.array_equal(one.level, two.level)
    assert np.array_equal(one.season, two.season)
    assert one.centre == two.centre


def test_the_level_is_dated_in_the_middle_of_its_year():
    pattern = Pattern.learn(FIRST, table(12), np.datetime64("2018-03"))
    assert pattern.years_to(np.datetime64("2017-12")) == pytest.approx(5.5 / 12)


def test_the_spread_widens_with_the_distance_from_what_is_known():
    luck = Luck(1, 4000)
    near = Drift.after(0.5, spread(4000, size=0.1), luck)
    far = Drift.after(2.0, spread(4000, size=0.1), luck)
    assert near.common.std() == pytest.approx(0.1 * np.sqrt(0.5), rel=0.05)
    assert far.own.std() == pytest.approx(0.1 * np.sqrt(2.0), rel=0.05)


def test_small_chapters_stray_more_than_large_ones():
    deviation = by_size(np.array([0.1]), np.array([-0.2]), np.array([1e9, 1e6]) / 12)
    assert deviation[0] == pytest.approx([0.1, 0.1 * 1000**0.2])
