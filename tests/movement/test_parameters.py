"""The table of parameters."""

import numpy as np
import pytest

from entente.luck import Luck
from entente.world.parameters import Parameter, parameters, table


def test_every_parameter_says_what_it_is_and_where_it_comes_from():
    for name, row in table().items():
        assert row.title, name
        assert row.unit, name
        assert len(row.source) > 10, name
        assert row.low <= row.value <= row.high, name
        assert row.distribution == "fixed" or row.low < row.high, name


def test_draws_lie_within_the_range_and_differ_between_parameters():
    drawn = parameters(Luck(1, 500))
    for name, row in table().items():
        assert (drawn[name] >= row.low - 1e-12).all(), name
        assert (drawn[name] <= row.high + 1e-12).all(), name
    one, other = drawn["movement.detention_odds"], drawn["movement.detention_days"]
    assert abs(np.corrcoef(one, other)[0, 1]) < 0.15


def test_a_parameters_luck_is_its_own_whatever_purpose_asks():
    whole = parameters(Luck(1, 6))
    half = parameters(Luck(1, 3, first=3).of("movement", "2019-07"))
    for name in table():
        assert (whole[name][3:] == half[name]).all()


@pytest.mark.parametrize("distribution", ["uniform", "triangular", "loguniform"])
def test_distributions_have_the_mean_of_their_formula(distribution):
    row = Parameter("a.b", "t", "u", 2.0, 1.0, 5.0, distribution, "assumed", "s")
    grid = (np.arange(200_000) + 0.5) / 200_000
    expected = {"uniform": 3.0, "triangular": 8 / 3, "loguniform": 4 / np.log(5)}
    assert row.at(grid).mean() == pytest.approx(expected[distribution], rel=1e-4)
