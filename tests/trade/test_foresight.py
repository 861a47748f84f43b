"""Buying ahead of a duty: what buyers believe, and what they do about it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from entente.places import CHAPTERS
from entente.world.trade.foresight import AHEAD, Beliefs, Course, bought_ahead

SEEDS = st.integers(0, 10_000)
WIDTH = len(CHAPTERS)
CARS = CHAPTERS.index("87")
TOMATOES = CHAPTERS.index("07")


def courses(path):
    """Make courses of duties from one rate a draw and month, fractions [month, draw]."""
    rates = np.repeat(np.asarray(path, float)[:, :, None], WIDTH, axis=2)
    return [Course(month, np.zeros((len(month), 1), np.int8)) for month in rates]


def branching(seed, draws=60, months=5):
    """A ladder that some draws leave at each step."""
    rng = np.random.default_rng(seed)
    stays = np.cumprod(rng.uniform(size=(months, draws)) < 0.8, axis=0)
    return courses(0.05 * np.arange(1, months + 1)[:, None] * stays)


def ahead(path, carrying=0.02, most=0.1, believed=None):
    run = courses(path)
    beliefs = believed or Beliefs.learn(run)
    draws = len(run[0].rates)
    return np.stack(
        list(bought_ahead(beliefs, run, np.full(draws, carrying), np.full(draws, most)))
    )[:, :, CARS]


@given(SEEDS)
def test_todays_belief_is_the_mean_of_tomorrows(seed):
    run = branching(seed)
    beliefs = Beliefs.learn(run)
    for month in range(3):
        cell, later = (beliefs.cell(m, run[m]) for m in (month, month + 1))
        today = beliefs.expected(month, 2)
        tomorrow = beliefs.expected(month + 1, 1)[later]
        for each in np.unique(cell):
            mean = tomorrow[cell == each].mean(axis=0)
            assert mean == pytest.approx(today[each], abs=1e-12)


@given(SEEDS)
def test_on_average_what_was_believed_comes(seed):
    run = branching(seed)
    beliefs = Beliefs.learn(run)
    for month, later in ((0, 3), (1, 2)):
        believed = beliefs.expected(month, later)[beliefs.cell(month, run[month])]
        assert believed.mean() == pytest.approx(run[month + later].rates.mean(), abs=1e-12)


def test_no_belief_rests_on_the_future_of_a_few_draws():
    path = np.zeros((2, 40))
    path[0, :3], path[1, :3] = 0.01, 0.25  # three draws look different, and fare worse
    beliefs = Beliefs.learn(courses(path))
    assert len(beliefs.keys[0]) == 1
    assert beliefs.expected(0, 1)[0, CARS] == pytest.approx(0.25 * 3 / 40)


@given(SEEDS, st.floats(0.001, 0.1), st.floats(0.01, 0.3))
def test_what_is_bought_ahead_is_not_bought_again(seed, carrying, most):
    run = branching(seed)
    draws = len(run[0].rates)
    factors = np.stack(
        list(bought_ahead(Beliefs.learn(run), run, np.full(draws, carrying), np.full(draws, most)))
    )
    assert factors.sum(axis=0) == pytest.approx(len(run))
    assert factors.min() >= 0
    assert factors.max() <= 1 + most + 1e-12


def test_buyers_stock_up_before_a_certain_step_and_slump_after_it():
    factors = ahead([[0.0], [0.05], [0.05]], believed=None)
    assert factors[:, 0] == pytest.approx([1.1, 0.9, 1.0])


def test_a_step_is_met_in_proportion_to_its_odds():
    def first(odds):
        path = np.repeat(np.array([[0.0], [0.02]]), WIDTH, axis=1)
        believed = Beliefs.held(path, np.array([1.0, odds]))
        return ahead([[0.0], [0.02]], most=0.1, believed=believed)[0, 0] - 1

    assert first(1.0) == pytest.approx(0.05)  # half the buyers hold goods for less than 2 %
    assert first(0.5) == pytest.approx(first(1.0) / 2)
    assert first(0.0) == 0


def test_a_duty_that_stays_or_falls_is_not_met_ahead_and_fresh_food_does_not_keep():
    assert np.all(ahead([[0.1], [0.1], [0.05]]) == 1.0)
    run = courses([[0.0], [0.25]])
    factors = next(bought_ahead(Beliefs.learn(run), run, np.array([0.02]), np.array([0.1])))
    assert factors[0, CARS] == pytest.approx(1.1)
    assert factors[0, TOMATOES] == 1.0


@given(SEEDS)
def test_buying_ahead_agrees_with_one_buyer_at_a_time(seed):
    run = branching(seed, draws=12)
    beliefs = Beliefs.learn(run)
    carrying, most = np.full(12, 0.02), np.full(12, 0.15)
    fast = np.stack(list(bought_ahead(beliefs, run, carrying, most)))[:, :, CARS]
    for draw in range(12):
        held = dict.fromkeys(range(len(run)), 0.0)
        for month, course in enumerate(run):
            now, bought = course.rates[draw, CARS], 0.0
            for later in range(month + 1, min(month + AHEAD, len(run) - 1) + 1):
                cell = int(beliefs.cell(month, course)[draw])
                mean = beliefs.expected(month, later - month)[cell, CARS]
                gain = (1 + mean) / (1 + now) - 1
                willing = min(1.0, max(0.0, gain / (0.04 * (later - month))))
                more = min(max(0.0, min(0.15 * willing, willing - held[later])), 0.15 - bought)
                held[later] += more
                bought += more
            assert fast[month, draw] == pytest.approx(1 + bought - held[month])


def test_a_chance_of_ones_own_is_held_against_the_highest_duty_of_any_draw():
    run = branching(3)
    highest = np.stack([course.rates.max(axis=0) for course in run])
    beliefs = Beliefs.learn(run).at_odds(0.3)
    assert beliefs.expected(0, 2)[0] == pytest.approx(0.3 * highest[2], abs=0.05)
    assert np.all(beliefs.expected(0, 2)[0] <= 0.3 * highest[2] + 1e-12)
