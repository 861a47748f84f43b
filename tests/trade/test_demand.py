"""The nest of origins: its twin, its limits, its laws, and the money that follows."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import brentq

from entente.problems import NoSolutionError
from entente.world.trade.demand import (
    adjusted_share,
    answer,
    partly_adjusted,
    supply_elasticity,
    used_to,
)
from entente.world.trade.incidence import at_retail, incidence
from entente.world.trade.smart import smart

PRODUCT = st.tuples(
    st.lists(st.floats(0.05, 1.0), min_size=3, max_size=3),  # shares, to be normalised
    st.lists(st.floats(0.8, 1.6), min_size=3, max_size=3),  # wedges
    st.floats(1.05, 9.0),  # sigma
    st.floats(0.0, 3.0),  # eta
    st.lists(st.floats(0.2, 60.0), min_size=3, max_size=3),  # epsilon
)


def solved(share, wedge, sigma, eta, epsilon):
    share = np.array(share) / np.sum(share)
    return share, answer(
        np.array([wedge]), share[None], np.array([sigma]), np.array([eta]), np.array([epsilon])
    )


def money(t, value=(60.0, 40.0), base=(0.0, 0.0), sigma=3.0, eta=1.5, epsilon=np.inf):
    value, base = np.array([value]), np.array([base])
    after = base + np.array([[t, 0.0]])
    spending = value * (1 + base)
    eta, epsilon = np.array([eta]), np.full((1, 2), epsilon)
    reply = answer(
        (1 + after) / (1 + base), spending / spending.sum(), np.array([sigma]), eta, epsilon
    )
    return incidence(value, base, after, reply, eta, epsilon), reply


@given(PRODUCT)
def test_newton_finds_what_a_slow_bracketing_search_finds(product):
    share, wedge, sigma, eta, epsilon = product
    share, fast = solved(*product)

    def gap(ln_index):
        total = 0.0
        for part, t, supply in zip(share, wedge, epsilon, strict=True):
            supplier = (t**-sigma * np.exp(ln_index) ** (sigma - eta)) ** (1 / (supply + sigma))
            total += part * (t * supplier) ** (1 - sigma)
        return np.log(total) / (1 - sigma) - ln_index

    assert fast.index[0] == pytest.approx(brentq(gap, -3, 3, xtol=1e-14), abs=1e-10)


@given(PRODUCT)
def test_supply_demand_and_spending_all_hold_at_the_answer(product):
    share, wedge, sigma, eta, epsilon = product
    share, reply = solved(*product)
    paid = np.log(wedge) + reply.supplier[0]
    volume, index = reply.volume[0], reply.index[0]
    assert volume == pytest.approx(-sigma * paid + (sigma - eta) * index, abs=1e-9)
    assert np.array(epsilon) * reply.supplier[0] == pytest.approx(volume, abs=1e-8)
    assert (share * np.exp(paid + volume)).sum() == pytest.approx(
        np.exp((1 - eta) * index), rel=1e-9
    )


@given(PRODUCT)
def test_no_change_of_duty_changes_nothing_at_all(product):
    share, _, sigma, eta, epsilon = product
    _, reply = solved(share, [1.0, 1.0, 1.0], sigma, eta, epsilon)
    assert np.all(reply.value == 1.0)
    assert reply.index[0] == 0.0


@given(st.floats(0.001, 0.5), st.floats(1.1, 8), st.floats(0, 3), st.floats(0.3, 40))
def test_a_duty_hurts_buyers_and_its_supplier_and_helps_the_other_if_origins_compete(
    t, sigma, eta, epsilon
):
    paid, reply = money(t, sigma=sigma, eta=eta, epsilon=epsilon)
    assert paid.buyers_cost[0] > 0
    assert paid.suppliers_cost[0, 0] > 0
    assert reply.index[0] <= np.log1p(t)
    assert (paid.suppliers_cost[0, 1] <= 0) == (sigma >= eta)
    assert paid.deadweight[0] >= -1e-9


@given(st.floats(0.0, 1.0), st.floats(1.1, 8), st.floats(0, 3), st.floats(0.3, 40))
def test_revenue_never_exceeds_the_rate_times_the_value_before(t, sigma, eta, epsilon):
    paid, _ = money(t, sigma=sigma, eta=eta, epsilon=epsilon)
    assert paid.revenue[0, 0] <= t * 60.0 + 1e-9


def test_the_duty_curve_flattens_inside_the_ladder():
    revenue = [money(t)[0].revenue[0, 0] for t in (0.05, 0.10, 0.15, 0.20, 0.25)]
    assert np.all(np.diff(revenue, 2) < 0)
    assert revenue[4] / revenue[3] < 25 / 20


def test_infinite_supply_leaves_the_whole_duty_with_buyers():
    paid, reply = money(0.25)
    assert reply.supplier[0] == pytest.approx([0.0, 0.0])
    assert paid.suppliers_cost[0] == pytest.approx([0.0, 0.0])
    index = np.exp(reply.index[0])
    assert index == pytest.approx((0.6 * 1.25**-2 + 0.4) ** -0.5)


@pytest.mark.parametrize("eta", [0.0, 1.0, 2.5])
def test_the_buyers_cost_is_the_area_under_their_demand_curve(eta):
    paid, reply = money(0.25, eta=eta)
    prices = np.linspace(1.0, np.exp(reply.index[0]), 20001)
    assert paid.buyers_cost[0] == pytest.approx(100 * np.trapezoid(prices**-eta, prices), rel=1e-8)


def smart_at(value, others, t, sigma, eta, epsilon):
    created, diverted = smart(*map(np.asarray, (value, others, 0.0, t, sigma, eta, epsilon)))
    return float(created), float(diverted)


def test_for_small_duties_the_answer_is_the_smart_formula_to_second_order():
    gaps = []
    for t in (0.02, 0.01, 0.005):
        paid, _ = money(t, sigma=3.0, eta=1.2, epsilon=np.inf)
        creation, diversion = smart_at(60.0, 40.0, t, 3.0, 1.2, np.inf)
        gaps.append(abs(paid.value_after[0, 0] - 60.0 - creation - diversion))
        assert paid.value_after[0, 1] - 40.0 == pytest.approx(-diversion, abs=60 * t**2 * 10)
    assert gaps[0] / gaps[1] == pytest.approx(4, rel=0.15)
    assert gaps[1] / gaps[2] == pytest.approx(4, rel=0.15)


def test_with_one_origin_and_finite_supply_volume_falls_as_smart_says():
    t, eta, epsilon = 1e-4, 1.2, 5.0
    reply = answer(
        np.array([[1 + t]]), np.ones((1, 1)), np.array([3.0]), np.array([eta]), np.array([[5.0]])
    )
    creation, _ = smart_at(1.0, 0.0, t, 3.0, eta, epsilon)
    assert reply.volume[0, 0] == pytest.approx(creation, rel=1e-3)


def test_the_triangle_is_the_exact_loss_for_small_duties_and_differs_at_25_percent():
    small, _ = money(0.001)
    large, _ = money(0.25)

    def textbook(paid, t):  # half of duty times lost value: Amiti, Redding and Weinstein, JEP 2019
        return t * (60.0 - paid.value_after[0, 0]) / 2

    assert textbook(small, 0.001) == pytest.approx(small.deadweight[0], rel=2e-3)
    assert abs(textbook(large, 0.25) / large.deadweight[0] - 1) > 0.05


@given(st.floats(0.5, 0.999), st.floats(1.1, 9))
def test_the_supply_elasticity_passes_on_the_share_it_was_made_from(border, sigma):
    epsilon = supply_elasticity(np.array([border]), np.array([sigma]))[0]
    assert epsilon / (epsilon + sigma) == pytest.approx(border)


def test_complete_pass_through_is_an_infinite_supply_elasticity():
    assert np.isinf(supply_elasticity(np.array([1.0]), np.array([3.0])))[0]


def test_elasticities_grow_from_the_short_run_to_the_long_run_under_a_lasting_duty():
    wedge, short, exposure, shares = np.log([1.25]), np.array([0.4]), np.zeros(1), []
    for _ in range(240):
        shares.append(adjusted_share(exposure, wedge, short)[0])
        exposure = used_to(exposure, wedge, np.array([24.0]))
    assert shares[0] == pytest.approx(0.4)
    assert np.all(np.diff(shares) > 0)
    assert shares[24] == pytest.approx(1 - 0.6 * np.exp(-1))
    assert shares[-1] == pytest.approx(1.0, abs=1e-3)


def test_partly_adjusted_buyers_never_have_an_elasticity_below_one_between_origins():
    sigma, eta = partly_adjusted(np.array([3.0]), np.array([1.5]), np.array([0.0]))
    assert (sigma[0], eta[0]) == (1.0, 0.0)


def test_retail_pass_through_splits_the_cost_and_loses_none():
    consumers, merchants = at_retail(np.array([10.0, 20.0]), np.array([0.3]))
    assert consumers == pytest.approx([3.0, 6.0])
    assert consumers + merchants == pytest.approx([10.0, 20.0])


def test_an_impossible_market_is_refused_and_never_returned_as_numbers():
    with np.errstate(all="ignore"), pytest.raises(NoSolutionError, match="price index"):
        answer(
            np.array([[np.nan, 1.0]]),
            np.full((1, 2), 0.5),
            np.array([3.0]),
            np.array([1.0]),
            np.full((1, 2), 9.0),
        )
