"""Retaliatory duties on American goods."""

import numpy as np
import pytest

from entente.world.trade.retaliation import Listed, listed


def test_mexicos_list_of_2018_holds_its_total_and_says_what_is_missing():
    total, *goods = listed("mexico-2018")
    assert total.exports == 3e9
    assert any(each.exports is None and each.lost(np.ones(1)) is None for each in goods)
    assert {each.kind for each in goods} == {"farm", "factory"}


def test_a_duty_of_a_fifth_and_an_elasticity_of_one_take_a_sixth_of_sales():
    pork = Listed("Pork", "farm", (0.2, 0.2), 600.0, "made up")
    assert pork.lost(np.ones(1)) == pytest.approx(100.0)
    assert pork.paid(np.ones(1)) == pytest.approx(100.0)


def test_there_is_nothing_on_a_list_that_is_not_held():
    assert listed("nobody-2020") == ()
