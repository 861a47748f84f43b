"""Lines by age of wait, desks at a station, and the courts' backlog."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from entente.evidence import Lever, Levers
from entente.luck import Luck
from entente.places import GROUPS
from entente.world import sources
from entente.world.movement.corridor.stages import Stage
from entente.world.movement.waiting.line import joined, serve, waited
from entente.world.movement.waiting.offices import ages_of_cases
from entente.world.movement.waiting.station import erlang_c, mean_wait, waits

from .test_movement import JUNE, _actual, _run

HALVES = st.sampled_from([0.0, 0.3, 0.5, 1.0])


def _served(waiting, capacity, oldest=0.0, newest=0.0):
    draws = len(waiting)
    each = (np.full(draws, value) for value in (oldest, newest))
    left = serve(Luck(1, draws), waiting, np.full(draws, capacity), *each)
    return left, waiting - left


@given(seed=st.integers(0, 2**32 - 1), capacity=st.integers(0, 400), oldest=HALVES, newest=HALVES)
def test_a_line_serves_whole_people_up_to_its_capacity_and_loses_nobody(
    seed, capacity, oldest, newest
):
    waiting = np.random.default_rng(seed).integers(0, 30, (3, 2, 5))
    left, served = _served(waiting, capacity, oldest, newest)
    assert (left >= 0).all()
    assert (served >= 0).all()
    assert (served.sum(axis=(1, 2)) == np.minimum(capacity, waiting.sum(axis=(1, 2)))).all()
    newcomers = np.full((3, 2), 7)
    later = joined(left, newcomers)
    assert (later.sum(axis=2) == left.sum(axis=2) + newcomers).all()


def test_the_oldest_or_the_newest_go_first_when_the_rule_says_so():
    waiting = np.array([[[4, 3, 2, 1]]])
    assert _served(waiting, 4, oldest=1.0)[1].tolist() == [[[0, 1, 2, 1]]]
    assert _served(waiting, 6, newest=1.0)[1].tolist() == [[[4, 2, 0, 0]]]
    assert _served(waiting, 4, oldest=0.5, newest=0.5)[1].tolist() == [[[2, 0, 1, 1]]]


def test_without_a_rule_any_case_is_as_likely_as_another():
    waiting = np.tile([[10, 0, 30], [5, 40, 15]], (20_000, 1, 1))
    served = _served(waiting, 20)[1]
    np.testing.assert_allclose(served.mean(axis=0), waiting[0] / 5, atol=0.02)


def test_a_line_served_oldest_first_is_the_line_of_single_persons():
    dice = np.random.default_rng(4)
    waiting, plain = np.zeros((1, 1, 40), dtype=np.int64), []
    for month in range(30):
        capacity, coming = int(dice.integers(0, 9)), int(dice.integers(0, 9))
        waiting, served = _served(waiting, capacity, oldest=1.0)
        taken, plain = plain[:capacity], plain[capacity:]
        assert np.repeat(np.arange(40), served[0, 0])[::-1].tolist() == [
            month - 1 - since for since in taken
        ]
        waiting = joined(waiting, np.array([[coming]]))
        plain += [month] * coming


def test_newest_first_leaves_waits_without_end_that_no_average_hides():
    waiting = np.zeros((1, 1, 12), dtype=np.int64)
    for _ in range(60):
        waiting = joined(_served(waiting, 90, newest=1.0)[0], np.array([[100]]))
    in_line = waiting.sum(axis=1)
    assert [months[0] for months in waited(in_line, 0.01, 0.9)] == [0.5, math.inf]
    for _ in range(60):
        waiting = joined(_served(waiting, 90, oldest=1.0)[0], np.array([[80]]))
    assert waited(waiting.sum(axis=1), 0.9)[0][0] < 9


def test_a_class_that_goes_before_others_is_served_first():
    detained, others = np.full((1, 1, 3), 4), np.full((1, 1, 3), 100)
    left, first = _served(detained, 50)
    rest = _served(others, 50 - first.sum())[1]
    assert left.sum() == 0
    assert rest.sum() == 38


def test_erlangs_formula_is_that_of_its_sum():
    load, desks = 7.3, 9
    terms = [load**n / math.factorial(n) for n in range(desks)]
    last = load**desks / math.factorial(desks) * desks / (desks - load)
    assert erlang_c(load, desks) == pytest.approx(last / (sum(terms) + last))
    assert mean_wait(10.0, 1.0, 9) == math.inf


@pytest.mark.parametrize(("arrivals", "desks"), [(0.7, 1), (3.2, 4), (46.0, 50)])
def test_people_at_a_station_wait_as_erlang_says(arrivals, desks):
    found = waits(Luck(2, 60), 30_000, arrivals, 1.0, desks)[:, 3_000:]
    error = found.mean(axis=1).std() / math.sqrt(len(found))
    assert abs(found.mean() - mean_wait(arrivals, 1.0, desks)) < 4 * error
    assert (found > 0).mean() == pytest.approx(erlang_c(arrivals, desks), abs=0.02)


def test_a_station_is_that_of_a_plain_loop():
    luck = Luck(9, 1)
    got = waits(luck, 200, 2.0, 1.0, 3)[0]
    alone = waits(luck, 200, 2.0, 1.0, 200)[0]
    assert (alone == 0).all()
    assert (got >= 0).all()
    assert (waits(luck, 200, 2.0, 1.0, 2)[0] >= got).all()


def test_the_courts_backlog_comes_within_five_per_cent_of_the_courts_own_figures():
    """Rival: EOIR, fiscal years 2016 to 2020, from the close of 2015 with its monthly flows.

    The shipped table carries what receipts and completions do not explain in a column of its own;
    with it the stock closes exactly.
    """
    held = sources.court_backlog()
    row = 2015 - held.first_year
    for explained, tolerance in ((False, 0.05), (True, 1e-5)):
        waiting = np.zeros((1, 1, 121), dtype=np.int64)
        waiting[0, 0, 0] = held.pending[row]
        for year in range(row + 1, len(held.pending)):
            more = held.receipts[year] + (held.residual[year] if explained else 0)
            for month in range(12):
                part = [total * (month + 1) // 12 - total * month // 12
                        for total in (more, held.completions[year])]  # fmt: skip
                waiting = joined(_served(waiting, part[1])[0], np.array([[part[0]]]))
            assert waiting.sum() == pytest.approx(held.pending[year], rel=tolerance)


def test_cases_pending_have_waited_longer_the_fewer_are_closed():
    held, start = sources.court_backlog(), np.datetime64("2019-06", "M")
    few, many = (ages_of_cases(held, start, pending) for pending in (6e5, 1e6))
    ages = np.arange(len(few))
    assert few.sum() == pytest.approx(1)
    assert few @ ages < many @ ages


def test_the_lines_of_a_run_hold_the_people_of_the_ledger():
    for state in _run(_actual(JUNE, 4, 20), [Levers()] * 4):
        in_asylum = state.stocks[:, Stage.ASYLUM].sum(axis=(2, 3))
        assert (state.offices.asylum.sum(axis=2) == in_asylum).all()
        cases = state.stocks[:, Stage.IN_COURT] + state.stocks[:, Stage.IN_COURT_BARRED]
        in_court = state.offices.court[:, : len(GROUPS)].sum(axis=2)
        assert (in_court == cases.sum(axis=(2, 3))).all()


def test_judges_shorten_the_wait_and_the_rule_says_for_whom():
    def after(**levels):
        named = {Lever(name, "USA", "USA"): np.full(30, value) for name, value in levels.items()}
        return _run(_actual(JUNE, 6, 30), [Levers(levels=named)] * 6)[-1].measures

    usual, more = after(), after(court_judges=900.0)
    assert (more["court_wait"] < usual["court_wait"]).all()
    newest, oldest = after(court_newest_first=100.0), after(court_oldest_first=100.0)
    assert (newest["court_queue"] == oldest["court_queue"]).mean() > 0.9
    assert (newest["court_waited_median"] > oldest["court_waited_median"]).all()
    assert newest["protected_usa"].mean() > 20 * oldest["protected_usa"].mean()
