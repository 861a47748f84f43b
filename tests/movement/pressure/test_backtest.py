"""The score table, and the goals that the model notes set for calm years."""

import numpy as np
import pytest

from entente.luck import Luck
from entente.problems import InputProblemsError
from entente.world.movement.pressure.backtest import MODEL, backtest, months_between
from entente.world.movement.pressure.rivals import RIVALS
from entente.world.sources import border_counts


def month(text):
    return np.datetime64(text, "M")


@pytest.fixture(scope="module")
def calm():
    origins = months_between(month("2010-01"), month("2018-12"))
    return backtest(border_counts(), origins, (1, 3, 6), Luck(1, 500))


def of(found, model, horizon):
    (score,) = [s for s in found if s.model == model and s.horizon == horizon]
    return score


@pytest.mark.parametrize(("horizon", "goal"), [(1, 2300), (3, 5600), (6, 7800)])
def test_calm_years_meet_the_goal_and_beat_every_rival(calm, horizon, goal):
    score = of(calm, MODEL, horizon)
    assert score.origins == 108
    assert score.crps <= goal
    assert score.skill > 0


@pytest.mark.parametrize("horizon", [1, 3, 6])
def test_calm_bands_hold_about_four_in_five(calm, horizon):
    assert 0.73 <= of(calm, MODEL, horizon).coverage80 <= 0.87


@pytest.mark.parametrize(
    ("rival", "published"),
    [
        ("random walk", (3181, 6784, 9351)),
        ("seasonal naive", (7336, 7961, 9435)),
        ("year on year", (2685, 5800, 8041)),
        ("SARIMA", (2380, 5730, 8452)),
    ],
)
def test_rivals_score_as_the_model_notes_say(calm, rival, published):
    for horizon, crps in zip((1, 3, 6), published, strict=True):
        assert abs(of(calm, rival, horizon).crps / crps - 1) < 0.06


def test_every_model_meets_the_same_origins_in_every_regime():
    origins = months_between(month("2018-11"), month("2019-02"))
    found = backtest(border_counts(), origins, (1, 2), Luck(1, 50), ("ALL", "GTM"))
    assert [s.regime for s in found[:: 2 * 2 * (1 + len(RIVALS))]] == ["calm", "accord", "all"]
    for score in found:
        assert score.origins == (4 if score.regime == "all" else 2)
        assert 0 <= score.coverage80 <= 1
    assert {s.model for s in found} == {MODEL, *RIVALS}


def test_months_that_are_not_known_yet_are_not_scored():
    last = border_counts().last
    found = backtest(border_counts(), [last - 1, last], (1, 6), Luck(1, 20))
    assert {(s.horizon, s.origins) for s in found} == {(1, 1)}


def test_an_origin_outside_the_series_is_a_problem():
    with pytest.raises(InputProblemsError, match="choose origins from 2003-09 to 2022-12"):
        backtest(
            border_counts(), months_between(month("2023-01"), month("2023-03")), (1,), Luck(1, 2)
        )
