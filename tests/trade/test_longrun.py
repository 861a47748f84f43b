"""What a lasting duty does to real income, from the world's equilibrium."""

import numpy as np
import pytest

from entente.places import CHAPTERS
from entente.world.trade.equilibrium import Model
from entente.world.trade.longrun import long_run, weights


def test_no_duty_is_exactly_no_change():
    assert all(np.all(change == 0.0) for change in long_run(np.zeros((3, len(CHAPTERS)))).values())


def test_the_chapters_beneath_the_world_weigh_by_their_trade():
    added = np.zeros((1, len(CHAPTERS)))
    added[0, CHAPTERS.index("87")] = 0.25
    share = weights()[CHAPTERS.index("87")]
    assert 0.2 < share < 0.4
    whole = np.full((1, len(CHAPTERS)), 0.25 * share)
    for name, change in long_run(added).items():
        assert change == pytest.approx(long_run(whole)[name], abs=1e-3)


def test_each_regime_is_the_verbs_own_equilibrium():
    model = Model.read("world-2023", "observed")
    known = model.tables.countries
    tariff = model.tables.tariff.copy()
    tariff[0, known.index("MEX"), known.index("USA")] = 0.25
    found = model.under(tariff)
    change = long_run(np.full((2, len(CHAPTERS)), 0.25))
    expected = found.welfare_exact[known.index("MEX")]
    assert change["real_income_mexico"] == pytest.approx(expected, abs=1e-6)
    assert expected < 0
