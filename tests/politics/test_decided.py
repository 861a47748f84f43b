"""Recorded threats, told by typed weights: their scores stand beside the base rate."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from entente.accord.text import read, shipped
from entente.world.politics.decided import Decided, backtest, decisions


def test_the_recorded_decisions_are_of_shipped_accords_between_their_parties():
    for decided in decisions():
        assert decided.accord in shipped()
        assert {decided.by, decided.on} <= set(read(decided.accord).parties)


def test_a_party_that_is_owed_more_or_minds_its_audience_more_carries_out_sooner():
    one = Decided(date(2025, 3, 4), "a", "threat", "USA", "MEX", "?", 0.10, 0.5, carried=True)
    more = Decided(date(2025, 3, 4), "a", "threat", "USA", "MEX", "?", 0.10, 1.0, carried=True)
    steeper = Decided(date(2025, 3, 4), "a", "threat", "USA", "MEX", "?", 0.25, 0.5, carried=True)
    assert more.odds(2e9, 2e9, 12) > one.odds(2e9, 2e9, 12) > steeper.odds(2e9, 2e9, 12)
    assert one.odds(9e9, 2e9, 12) > one.odds(2e9, 2e9, 12)


def test_without_doubt_the_better_answer_is_sure():
    one = Decided(date(2025, 3, 4), "a", "threat", "USA", "COL", "?", 0.10, 1.0, carried=True)
    assert one.odds(1e9, 0.0, 12) == 1.0


def test_the_base_rate_knows_only_what_came_before():
    """By hand: three threats, of which the first was carried out."""
    made = [
        Decided(date(2020, month, 1), "a", "threat", "USA", "COL", "?", 0.1, 1.0, carried)
        for month, carried in ((1, True), (2, False), (3, False))
    ]
    found = backtest(0.0, 1.0, 12, made)
    assert found.base.tolist() == [1 / 2, 2 / 3, 2 / 4]
    assert found.scores(found.base).brier == pytest.approx(np.mean([0.25, 4 / 9, 0.25]))
    assert found.scores(found.played).brier == pytest.approx(0.25)  # nothing at stake: even odds


def test_pooled_odds_are_weighed_by_what_each_told_before():
    """By hand: the first was carried out, even odds against even odds; the second was not."""
    made = [
        Decided(date(2020, month, 1), "a", "threat", "USA", "COL", "?", 0.1, 1.0, carried)
        for month, carried in ((1, True), (2, False), (3, False))
    ]
    found = backtest(0.0, 1.0, 12, made)
    assert found.weight.tolist() == pytest.approx([1 / 2, 1 / 2, 3 / 5, 3 / 5])
    assert found.pooled.tolist() == pytest.approx([1 / 2, 7 / 12, 1 / 2])


@given(st.lists(st.tuples(st.integers(1, 28), st.booleans()), min_size=1, max_size=8), st.data())
def test_no_later_decision_moves_the_odds_of_an_earlier_one(made, data):
    every = [
        Decided(date(2020, 1, day), "a", "threat", "USA", "COL", "?", 0.2, 1.0, carried)
        for day, carried in sorted(made)
    ]
    cut = data.draw(st.integers(1, len(every)))
    some, whole = (backtest(2e9, 2e9, 12, rows) for rows in (every[:cut], every))
    assert np.allclose(some.pooled, whole.pooled[:cut])


def test_the_reviews_are_scored_beside_the_threats():
    found = backtest(2e9, 2e9, 12)
    assert found.kinds == {"threat": 10, "review": 2}
    parts = [(found.kinds[kind], found.scores(found.played, kind).brier) for kind in found.kinds]
    whole = sum(count * brier for count, brier in parts) / len(found.told)
    assert found.scores(found.played).brier == pytest.approx(whole)
