"""The month of trade: usual without a duty, paid for with one, and blind to the future."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from entente.evidence import Lever, Levers
from entente.luck import Luck
from entente.places import CHAPTERS
from entente.world.measures import BY_NAME
from entente.world.sources import imports_from_mexico
from entente.world.trade.trade import DUTY, Trade

START = np.datetime64("2019-06")
DRAWS = 60
BY_CHAPTER = {"imports", "duty_revenue", "buyers_cost", "deadweight", "consumers_cost", "diverted"}
WHOLE = {"duty_rate", "shop_prices", "real_income_usa", "real_income_mexico"}
MEASURES = BY_CHAPTER | WHOLE


def opened(draws=DRAWS, first=0, seed=1, start=START):
    return Trade.open(start, 18, Luck(seed, draws, first).of("trade"))


def levers(rate, draws=DRAWS, chapter=None):
    rates = np.zeros((draws, len(CHAPTERS)))
    rates[:, slice(None) if chapter is None else CHAPTERS.index(chapter)] = rate
    return Levers(rates={DUTY: rates})


def month(state, draws=DRAWS, first=0, seed=1):
    return Luck(seed, draws, first).of("month", str(state.month + 1)).of("trade")


def ran(rates, draws=DRAWS, first=0):
    trade = opened(draws, first)
    state = trade.begin()
    for rate in rates:
        state = trade.respond(state, levers(rate, draws), month(state, draws, first))
    return state


def test_the_measures_have_their_names_and_shapes():
    state = ran([5.0])
    assert set(state.measures) == MEASURES <= set(BY_NAME)
    for name, array in state.measures.items():
        assert array.shape == ((DRAWS,) if name in WHOLE else (DRAWS, len(CHAPTERS)))
        assert np.isfinite(array).all()


def test_without_a_duty_imports_are_as_usual_and_nobody_pays():
    trade = opened()
    state = trade.begin()
    state = trade.respond(state, Levers(), month(state))
    assert np.array_equal(state.measures["imports"], state.details["imports_usual"])
    for name in MEASURES - {"imports"}:
        assert np.all(state.measures[name] == 0)


def test_the_usual_path_of_2019_is_near_what_came_to_be():
    imports = imports_from_mexico()
    at = int((START - imports.first).astype(int))
    truth = imports.value[at : at + 7].sum()
    trade, total = opened(400), 0.0
    state = trade.begin()
    for _ in range(7):
        state = trade.respond(state, Levers(), month(state, 400))
        total = total + state.measures["imports"].sum(axis=1)
    low, middle, high = np.quantile(total, [0.05, 0.5, 0.95])
    assert low < truth < high
    assert middle == pytest.approx(truth, rel=0.08)


@given(st.floats(0.0, 60.0), st.integers(0, 99))
def test_revenue_never_exceeds_the_rate_times_usual_imports(rate, seed):
    trade = opened(8, seed=seed)
    state = trade.begin()
    state = trade.respond(state, levers(rate, 8), month(state, 8))
    ceiling = rate / 100 * state.details["imports_usual"]
    assert np.all(state.measures["duty_revenue"] <= ceiling * (1 + 1e-12))
    assert np.all(state.measures["imports"] <= state.details["imports_usual"] * (1 + 1e-12))


def test_what_buyers_and_suppliers_lose_is_revenue_and_deadweight():
    state = ran([5.0, 10.0])
    lost = state.measures["buyers_cost"] + state.details["suppliers_cost"]
    base = state.details["imports_usual"] - state.measures["imports"]
    base = base * opened().market.duty[:, 0]
    others = opened().market.others - state.details["imports_others"]
    base = base + others * opened().market.duty[:, 1]
    kept = state.measures["duty_revenue"] - base
    assert lost == pytest.approx(kept + state.measures["deadweight"], rel=1e-9, abs=1e-3)


def test_the_ladder_costs_buyers_more_than_the_treasury_gains_and_diverts_trade():
    state = ran([5.0, 10.0, 15.0, 20.0, 25.0])
    measures = {
        name: array.reshape(DRAWS, -1).sum(axis=1) for name, array in state.measures.items()
    }
    assert np.all(measures["buyers_cost"] > measures["duty_revenue"])
    assert np.all(measures["deadweight"] > 0)
    assert measures["duty_rate"] == pytest.approx(25.0)
    assert np.all(state.details["imports_others"].sum(axis=1) > opened().market.others.sum())


def test_a_duty_on_one_chapter_leaves_the_others_alone():
    trade = opened()
    state = trade.begin()
    state = trade.respond(state, levers(25.0, chapter="87"), month(state))
    others = np.array(CHAPTERS) != "87"
    usual = state.details["imports_usual"]
    assert np.array_equal(state.measures["imports"][:, others], usual[:, others])
    assert np.all(state.measures["imports"][:, ~others] < usual[:, ~others])
    assert np.all((state.measures["duty_rate"] > 0) & (state.measures["duty_rate"] < 25))


def test_buyers_turn_away_further_the_longer_a_duty_lasts_and_come_back_when_it_ends():
    def kept(state):
        return (state.measures["imports"].sum(1) / state.details["imports_usual"].sum(1)).mean()

    assert kept(ran([25.0] * 12)) < kept(ran([25.0] * 4)) < kept(ran([25.0]))
    assert kept(ran([25.0, 25.0, 0.0])) == 1.0


def test_a_duty_set_by_another_pair_of_states_changes_nothing_here():
    trade = opened()
    state = trade.begin()
    rates = np.full((DRAWS, len(CHAPTERS)), 25.0)
    state = trade.respond(state, Levers(rates={Lever("duty", "USA", "CAN"): rates}), month(state))
    assert np.all(state.measures["duty_revenue"] == 0)


def test_a_block_of_draws_gives_the_bytes_of_the_whole():
    whole, half = ran([5.0, 10.0]), ran([5.0, 10.0], draws=20, first=40)
    for name in MEASURES:
        assert np.array_equal(whole.measures[name][40:], half.measures[name]), name


@pytest.mark.parametrize("start", ["2014-06", "2012-01", "2025-03"])
def test_a_start_far_from_the_data_widens_the_spread_instead_of_failing(start):
    near = opened(400).begin().measures["imports"].sum(axis=1)
    far = opened(400, start=np.datetime64(start)).begin().measures["imports"].sum(axis=1)
    assert np.log(far).std() > np.log(near).std() * (0.8 if start == "2014-06" else 1.2)


def test_no_month_after_the_start_is_known():
    def pattern(cut):
        imports = imports_from_mexico()
        from entente.world.trade.usual import Pattern

        return Pattern.learn(imports.first, imports.value[:cut], START)

    known = int((START - imports_from_mexico().first).astype(int))
    assert np.array_equal(pattern(known).level, pattern(None).level)


def test_shop_prices_follow_the_border_slowly_and_never_move_revenue():
    trade = opened()
    lower = replace(trade, market=replace(trade.market, retail=0.5 * trade.market.retail))
    one, two = (climbed(each, [25.0] * 6) for each in (trade, lower))
    first, last = one[0].measures, one[-1].measures
    assert np.all(first["shop_prices"] < last["shop_prices"])
    assert last["consumers_cost"].sum() < last["buyers_cost"].sum()
    assert two[-1].measures["shop_prices"] == pytest.approx(0.5 * last["shop_prices"])
    assert np.array_equal(two[-1].measures["duty_revenue"], last["duty_revenue"])


def climbed(trade, rates):
    states = [trade.begin()]
    for rate in rates:
        states.append(trade.respond(states[-1], levers(rate), month(states[-1])))
    return states[1:]
