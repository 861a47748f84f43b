"""Tables say what the draws say, and leave out what must not be published."""

from unittest import mock

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from entente.accord.text import read
from entente.lab.settings import Settings
from entente.outcome import store, tables
from entente.outcome.simulate import simulate
from entente.outcome.tables import STATISTICS, publishable, summary
from entente.outcome.targets import targets


def test_a_summary_is_the_mean_and_the_quantiles():
    draws = np.arange(101, dtype=float)[:, None, None]
    row = dict(zip(STATISTICS, summary(draws)[0, 0], strict=True))
    assert row == {
        "mean": 50, "p05": 5, "p10": 10, "p25": 25, "p50": 50, "p75": 75, "p90": 90, "p95": 95,
    }  # fmt: skip


def test_one_to_nine_people_are_left_out_and_zero_is_not():
    cells = np.array([[[0.0], [4.0], [12.0], [500.0]]])  # [month, cell, statistic]
    kept = publishable(cells)[0, :, 0]
    assert kept[0] == 0
    assert np.isnan(kept[1])
    assert np.isnan(kept[2]), "the next smallest goes too, or the total would reveal the first"
    assert kept[3] == 500


@given(hnp.arrays(float, (3, 4, 2), elements=st.integers(0, 40).map(float)))
def test_no_small_cell_survives_and_no_total_reveals_one(cells):
    kept = publishable(cells)
    shown = kept[~np.isnan(kept)]
    assert not ((shown > 0) & (shown < 10)).any()
    hidden = np.isnan(kept).any(axis=2).sum(axis=1)
    assert not ((hidden == 1) & ((cells[..., 0] > 0).sum(axis=1) > 1)).any()


@given(
    draws=hnp.arrays(np.float64, (40, 3, 2), elements=st.floats(-1e9, 1e9)),
    columns=st.integers(1, 300),
)
def test_quantiles_are_the_same_bytes_however_few_columns_are_sorted_at_once(draws, columns):
    whole = summary(draws)
    with mock.patch.object(tables, "_COLUMNS", columns):
        assert np.array_equal(summary(draws), whole)


def test_a_table_made_a_month_at_a_time_is_the_same_table():
    run = simulate(read("us-mexico-2019-asylum"), Settings(draws=6, months=3))
    with mock.patch.object(store, "SLAB", 1):
        assert tables.monthly(run.dataset).equals(run.monthly)


def test_the_parts_of_a_target_are_counted_over_all_draws():
    row = ("cut", "MEX", 50_000.0, "apprehensions", "2019-07-22", "2019-06", 3, "text")
    other = (*row[:6], 1, "text")
    assert targets([[row], [other]], draws=8)["probability"].to_list() == [0.5]
