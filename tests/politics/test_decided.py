"""Recorded threats, told by typed weights: their scores stand beside the base rate."""

from datetime import date

import numpy as np
import pytest

from entente.accord.text import read, shipped
from entente.world.politics.decided import Decided, backtest, decisions


def test_the_recorded_decisions_are_of_shipped_accords_between_their_parties():
    for decided in decisions():
        assert decided.accord in shipped()
        assert {decided.by, decided.on} <= set(read(decided.accord).parties)


def test_a_party_that_is_owed_more_or_minds_its_audience_more_carries_out_sooner():
    one = Decided(date(2025, 3, 4), "a", "USA", "MEX", "?", 0.10, 0.5, carried=True)
    more = Decided(date(2025, 3, 4), "a", "USA", "MEX", "?", 0.10, 1.0, carried=True)
    steeper = Decided(date(2025, 3, 4), "a", "USA", "MEX", "?", 0.25, 0.5, carried=True)
    assert more.odds(2e9, 2e9, 12) > one.odds(2e9, 2e9, 12) > steeper.odds(2e9, 2e9, 12)
    assert one.odds(9e9, 2e9, 12) > one.odds(2e9, 2e9, 12)


def test_without_doubt_the_better_answer_is_sure():
    one = Decided(date(2025, 3, 4), "a", "USA", "COL", "?", 0.10, 1.0, carried=True)
    assert one.odds(1e9, 0.0, 12) == 1.0


def test_the_base_rate_knows_only_what_came_before():
    """By hand: three threats, of which the first was carried out."""
    made = [
        Decided(date(2020, month, 1), "a", "USA", "COL", "?", 0.1, 1.0, carried)
        for month, carried in ((1, True), (2, False), (3, False))
    ]
    found = backtest(0.0, 1.0, 12, made)
    assert [base for _, _, base in found.told] == [1 / 2, 2 / 3, 2 / 4]
    assert found.base_brier == pytest.approx(np.mean([0.25, 4 / 9, 0.25]))
    assert found.brier == pytest.approx(0.25)  # nothing to win or lose: even odds
