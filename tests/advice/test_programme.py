"""The stochastic programme against plans found by trying everything, and laws it must keep."""

import itertools
from dataclasses import replace
from unittest import mock

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from entente.advice.costs import MOST_RISE, Taste, cvar, pieces
from entente.advice.programme import solve
from entente.advice.tree import Tree, fewer
from entente.advice.waiting import value_of_waiting
from entente.problems import NoSolutionError

from .small import duties, fork, needs, several


def cheapest(tree: Tree, rate, wanted, store: int, aversion: float, tail: float) -> float:
    """Try every whole number of units entered at every node, and take the cheapest plan."""
    most = int(wanted.need.sum())
    best = np.inf
    for entered in itertools.product(range(most + 1), repeat=tree.nodes):
        stock, cost, good = np.zeros(tree.nodes), np.zeros(tree.nodes), True
        for node in range(tree.nodes):
            before = stock[tree.parent[node]] if tree.parent[node] >= 0 else 0
            have = before + entered[node]
            short = max(wanted.need[0, tree.month[node]] - have, 0)
            stock[node] = have + short - wanted.need[0, tree.month[node]]
            good &= stock[node] <= store
            price = 100 * (1 + rate[node])
            cost[node] = entered[node] * price + stock[node] * wanted.store_cost[0] + short * 1000
        if good:
            whole = tree.along(cost)
            risk = cvar(whole, tree.chance, tail)
            best = min(best, float(tree.chance @ whole) + aversion * risk)
    return best


@pytest.mark.parametrize(("chance", "store_cost"), [(0.4, 5), (0.1, 5), (0.4, 20)])
@pytest.mark.parametrize("aversion", [0.0, 2.0])
@pytest.mark.parametrize("linked", [1, 4])
def test_a_tiny_plan_is_the_best_of_all_plans(chance, store_cost, aversion, linked, monkeypatch):
    monkeypatch.setattr("entente.advice.tail._LINKED", linked)  # taken apart, and at once
    tree, rate = fork(chance=chance)
    wanted = needs(store=2, store_cost=store_cost)
    found = solve(wanted, tree, duties(rate), Taste(aversion, 0.5))
    assert found.objective == pytest.approx(cheapest(tree, rate, wanted, 2, aversion, 0.5))


def test_two_nodes_with_one_future_may_be_one(chance=0.4):
    tree, rate = fork(chance=chance)
    split = Tree.of(np.array([0.3, 0.3, 0.4]), np.array([[0, 0, 0], [0, 1, 1], [0, 2, 2]]))
    rates = split.at_nodes(np.array([[0, 0, 0], [0, 0, 0], [0, 0.3, 0.3]]))
    wanted = needs(store=2, store_cost=5)
    whole = solve(wanted, tree, duties(rate), Taste(1.0, 0.5))
    parted = solve(wanted, split, duties(rates), Taste(1.0, 0.5))
    assert parted.objective == pytest.approx(whole.objective)
    assert parted.decisions["order"][0] == pytest.approx(whole.decisions["order"][0])


@settings(max_examples=4)
@given(
    seed=st.integers(0, 999), aversion=st.sampled_from([0.05, 1.0, 30.0]),
    tail=st.sampled_from([0.0, 0.5, 0.9]), choices=st.booleans(),
)  # fmt: skip
def test_products_taken_apart_cost_what_they_cost_at_once(seed, aversion, tail, choices):
    """With other suppliers to open, within the gap that the search for them may leave."""
    luck = np.random.default_rng(seed)
    tree = Tree.of(luck.dirichlet(np.ones(5)), luck.integers(0, 2, (5, 4)) * [0, 1, 1, 1])
    wanted, taste = several(luck, 5, 4, suppliers=1 + choices), Taste(aversion, tail)
    rate = tree.at_nodes(luck.choice([0.0, 0.1, 0.3], (5, 4)))
    duty = np.full((tree.nodes, *wanted.shape, 2), np.nan)
    duty[..., 0] = rate[:, None, None] * wanted.price * [1.0, 0.0][: 1 + choices]
    apart = solve(wanted, tree, duty, taste)
    with mock.patch("entente.advice.tail._LINKED", 99):
        once = solve(wanted, tree, duty, taste)
    most = 3e-4 if choices else 1e-7
    assert apart.objective == pytest.approx(once.objective, rel=most)


def test_more_aversion_never_lowers_the_expected_cost_nor_raises_the_tail():
    tree, rate = fork(chance=0.1)
    wanted = needs(store=2, store_cost=8)
    plans = [solve(wanted, tree, duties(rate), Taste(w, 0.8)) for w in (0.0, 0.5, 5.0)]
    expected, tail = [p.expected for p in plans], [p.cvar for p in plans]
    assert all(b >= a - 1e-9 for a, b in itertools.pairwise(expected))
    assert all(b <= a + 1e-9 for a, b in itertools.pairwise(tail))
    assert expected[0] < expected[-1], "the example is one where aversion matters"


def test_goods_in_bond_pay_the_rate_of_the_day_they_leave_it():
    """A ladder of one step that falls away: waiting in bond beats entering, as stopping has it."""
    told = np.array([[0, 0, 0], [0, 1, 1]])
    tree = Tree.of(np.array([0.5, 0.5]), told)
    rate = tree.at_nodes(np.array([[0.2, 0.2, 0.2], [0.2, 0.0, 0.0]]))
    worth = value_of_waiting(tree, rate, 0.02)
    assert worth[0] == pytest.approx(0.2 - (0.02 + 0.5 * 0.2))  # by hand: wait a month, then enter
    wanted = needs(need=[[0.0, 0.0, 1.0]], ordered=[[[1.0, 0, 0]]], most=0.0, bond=1, bond_cost=2)
    wanted = replace(
        wanted, lead=np.ones((1, 1), np.int64), store=np.ones(1), store_cost=0 * np.ones(1)
    )
    bonded = solve(wanted, tree, duties(rate), Taste())
    entered = solve(replace(wanted, bond=np.zeros((1, 1))), tree, duties(rate), Taste())
    assert entered.expected - bonded.expected == pytest.approx(100 * worth[0])


def test_a_zone_freezes_the_rate_of_admission():
    tree, rate = fork(at=2, chance=1.0)
    wanted = needs(need=[[0.0, 0.0, 1.0]], ordered=[[[0, 1.0, 0]]], most=0.0, zone=1, zone_cost=2)
    wanted = replace(wanted, lead=np.full((1, 1), 2))
    frozen = solve(wanted, tree, duties(rate), Taste())
    assert frozen.expected == pytest.approx(2.0)  # a month in the zone, and no duty at all
    assert frozen.duty.max() == pytest.approx(0.0)


def test_what_cannot_arrive_in_time_is_not_bought_ahead():
    tree, rate = fork(at=1, chance=1.0)
    wanted = needs(store=3, store_cost=1, ordered=[[[1.0, 1.0, 0.0]]])
    late = solve(replace(wanted, lead=np.full((1, 1), 2)), tree, duties(rate), Taste())
    soon = solve(wanted, tree, duties(rate), Taste())
    assert soon.decisions["order"][0].sum() == pytest.approx(3)
    assert late.decisions["enter"][0].sum() == pytest.approx(1)


def test_a_claim_is_made_where_it_saves_more_than_it_costs():
    tree, rate = fork(chance=0.4)
    taste, claimed = Taste(), duties(rate, claimed=0.0)
    found = solve(needs(claiming=10.0), tree, claimed, taste)
    dutied = rate > 0.1
    assert found.decisions["claim"][dutied].sum() == pytest.approx(dutied.sum())
    assert found.decisions["claim"][~dutied].sum() == pytest.approx(0)


def test_a_price_rises_only_once_a_duty_is_paid():
    tree, rate = fork(chance=0.4)
    found = solve(needs(elasticity=3.0), tree, duties(rate), Taste())
    less = found.decisions["less"].sum(axis=(1, 2))
    assert less[rate == 0].sum() == pytest.approx(0)
    assert (less[rate > 0] > 0.2).all()
    slope, size = pieces(np.array([3.0]))
    assert slope[0, 0] > 1, "the first unit not sold loses more than it costs without a duty"
    assert size.sum() == pytest.approx(1 - (1 + MOST_RISE) ** -3.0)


def test_a_new_supplier_is_opened_where_the_duties_saved_pay_for_it():
    tree, rate = fork(months=4, at=1, chance=1.0)
    base = needs(months=4)
    pair = {
        name: np.concatenate([getattr(base, name)] * 2, axis=1)
        for name in ("exists", "price", "freight", "lead", "ordered", "most", "bond", "bond_cost",
                     "zone", "zone_cost", "claiming")
    }  # fmt: skip
    duty = np.concatenate([duties(rate), duties(0 * rate)], axis=2)

    def with_cost(opening: float):
        return solve(replace(base, **pair, opening=np.array([[0.0, opening]])), tree, duty, Taste())

    assert with_cost(80.0).expected == pytest.approx(400 + 80)  # three months of 30 saved
    assert with_cost(100.0).expected == pytest.approx(400 + 90)


def test_a_customs_bond_limits_what_duty_can_be_owed():
    tree, rate = fork(at=1, chance=1.0)
    free = solve(needs(short=500), tree, duties(rate), Taste())
    tied = solve(needs(short=500), tree, duties(rate), Taste(bond=3.0))
    assert free.duty.max() == pytest.approx(60)
    assert tied.duty.max() == pytest.approx(30)  # a tenth of twelve months' duties is bonded
    with pytest.raises(NoSolutionError, match="no plan meets every limit"):
        solve(needs(stock=1, store=1, most=0.0, short=1, need=[[0.0, 0, 0]], bond=0,
                    ordered=[[[9.0, 0, 0]]], lead=1), tree, duties(rate), Taste())  # fmt: skip


@settings(max_examples=8)
@given(seed=st.integers(0, 999), most=st.integers(1, 5))
def test_scenarios_that_are_merged_keep_all_the_chance(seed, most):
    luck = np.random.default_rng(seed)
    chance = luck.dirichlet(np.ones(6))
    paths = luck.integers(0, 3, (6, 4)).astype(float)
    kept, left = fewer(chance, paths, most)
    assert len(kept) == most
    assert left.sum() == pytest.approx(1)
    assert (left >= chance[kept] - 1e-12).all()


@given(seed=st.integers(0, 999), carrying=st.floats(0, 0.05))
def test_the_right_to_wait_is_worth_what_the_best_rule_of_all_gives(seed, carrying):
    """Against every rule for when to stop, tried one by one on a tree of three months."""
    luck = np.random.default_rng(seed)
    tree = Tree.of(
        luck.dirichlet(np.ones(4)), np.array([[0, 0, 0], [0, 0, 1], [0, 1, 2], [0, 1, 3]])
    )
    rate = luck.choice([0.0, 0.05, 0.25], tree.nodes)
    best = 0.0
    for rule in itertools.product((False, True), repeat=tree.nodes):
        total = 0.0
        for chance, path in zip(tree.chance, tree.node_of, strict=True):
            stop = next((m for m in range(2) if rule[path[m]]), 2)
            total += chance * (rate[0] - rate[path[stop]] - carrying * stop)
        best = max(best, total)
    assert value_of_waiting(tree, rate, carrying)[0] == pytest.approx(best, abs=1e-12)
