"""Scores against their definitions."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from entente.world.movement.pressure import scores

draws = st.lists(st.floats(-50, 50), min_size=2, max_size=30)


@given(draws, st.floats(-50, 50))
def test_crps_equals_its_definition_over_all_pairs(drawn, came):
    apart = np.mean([abs(a - b) for a in drawn for b in drawn])
    slow = np.mean([abs(a - came) for a in drawn]) - apart / 2
    assert np.isclose(scores.crps(np.array(drawn), np.array(came)), slow, atol=1e-9)


@given(draws, st.floats(-50, 50))
def test_no_score_is_better_than_a_perfect_forecast(drawn, came):
    samples, truth = np.array(drawn), np.array(came)
    sure = np.full(len(drawn), came)
    for score in (scores.crps, scores.weighted_interval):
        assert score(samples, truth) >= score(sure, truth) - 1e-9


def test_a_calibrated_forecast_covers_four_in_five_and_ranks_evenly():
    rng = np.random.default_rng(1)
    samples, came = rng.normal(size=(3000, 400)), rng.normal(size=3000)
    assert abs(scores.covered(samples, came).mean() - 0.8) < 0.03
    ranks = scores.rank(samples, came)
    assert abs(ranks.mean() - 0.5) < 0.02
    assert abs(ranks.std() - 12**-0.5) < 0.02


def test_the_interval_score_equals_a_hand_calculation():
    samples = np.arange(101.0)
    # median 50; bands 25-75, 10-90, 2.5-97.5; came 92
    by_hand = (0.5 * 42 + (0.25 * 50 + 17) + (0.1 * 80 + 2) + 0.025 * 95) / 3.5
    assert np.isclose(scores.weighted_interval(samples, np.array(92.0)), by_hand)
