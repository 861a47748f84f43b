"""The world equilibrium: laws, a slow twin, and what it refuses."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, reject
from hypothesis import strategies as st
from small_worlds import schedule, world

from entente.problems import NoSolutionError
from entente.world.trade.equilibrium import MEASURES, Model, Tables, wages
from entente.world.trade.equilibrium.base import economy
from entente.world.trade.equilibrium.question import Question
from entente.world.trade.equilibrium.response import wage_inverse

SEEDS = st.integers(0, 10_000)


def measured(result):
    return np.array([getattr(result, measure) for measure in MEASURES])


def domestic_share(tables: Tables, result):
    """Own sales over spending before and after, in a world of one sector without tariffs."""
    before, after = result.imports_before, result.imports_after
    return (np.diag(after) / after.sum(axis=0)) / (np.diag(before) / before.sum(axis=0))


@given(SEEDS, st.sampled_from(["zero", "observed"]))
def test_no_change_of_tariffs_gives_exactly_zero(seed, deficits):
    tables = world(seed)
    result = Model(tables, deficits).under(tables.tariff)
    assert np.all(measured(result) == 0.0)
    assert np.array_equal(result.imports_before, result.imports_after)


@given(SEEDS)
def test_real_income_follows_the_own_share_where_nothing_is_levied(seed):
    tables = world(seed, countries=5, sectors=1, traded=1, tariffs=0.3, inputs=False)
    tables = replace(tables, tariff=tables.tariff * (np.arange(5) != 2))
    rates = schedule(tables, seed + 1)
    rates[:, :, 2] = 0.0
    result = Model(tables, "zero").under(rates)
    expected = 100 * (domestic_share(tables, result)[2] ** (-1 / tables.theta[0]) - 1)
    assert result.welfare_exact[2] == pytest.approx(expected, abs=1e-8)
    assert result.real_wage[2] == pytest.approx(expected, abs=1e-8)


@given(SEEDS)
def test_the_gains_from_free_trade_are_those_of_arkolakis_costinot_and_rodriguez_clare(seed):
    tables = world(seed, countries=4, sectors=1, traded=1, tariffs=0.0, inputs=False)
    model = Model(tables, "zero")
    rates = np.zeros_like(tables.trade)
    rates[0, :, 1] = 0.2 * (np.arange(4) != 1)
    result = model.under(rates)
    others = np.arange(4) != 1
    expected = domestic_share(tables, result) ** (-1 / tables.theta[0]) - 1
    assert result.welfare_exact[others] / 100 == pytest.approx(expected[others], abs=1e-10)


@given(SEEDS, st.sampled_from(["zero", "observed"]))
def test_every_country_pays_for_what_it_buys(seed, deficits):
    tables = world(seed)
    try:
        result = Model(tables, deficits).under(schedule(tables, seed))
    except NoSolutionError as none:
        assert "lends more abroad than it earns" in str(none)
        reject()  # a fixed surplus that exceeds what the random duties leave has no equilibrium
    assert result.residuals.largest < 1e-9
    trade, unit = result.imports_after, (tables.labour * tables.trade.sum(axis=2)).sum()
    deficit = tables.deficit / unit if deficits == "observed" else 0.0
    assert trade.sum(axis=0) - trade.sum(axis=1) == pytest.approx(
        deficit * np.ones(len(tables.countries)), abs=1e-9
    )


@given(SEEDS, st.floats(1e-6, 1e9))
def test_the_unit_of_the_tables_changes_nothing(seed, unit):
    tables = world(seed)
    larger = replace(tables, trade=tables.trade * unit, deficit=tables.deficit * unit)
    rates = schedule(tables, seed)
    one, two = (Model(t, "observed").under(rates) for t in (tables, larger))
    assert measured(one) == pytest.approx(measured(two), abs=1e-6)


@given(SEEDS, st.floats(-2, 2))
def test_prices_follow_when_all_wages_rise_alike(seed, rise):
    tables = world(seed)
    base = economy(tables)
    question = Question.of(base, base.border, np.zeros(4))
    still = np.zeros_like(base.spending)
    one = question.at(np.zeros(4), still, base.spending, 1e-13)
    two = question.at(np.full(4, rise), still, base.spending, 1e-13)
    assert two.ln_price - one.ln_price == pytest.approx(rise, abs=1e-10)
    assert two.sales == pytest.approx(one.sales, abs=1e-10)
    assert two.gap == pytest.approx(one.gap, abs=1e-10)


@given(SEEDS)
def test_permuting_countries_permutes_results(seed):
    tables = world(seed)
    order = np.random.default_rng(seed).permutation(len(tables.countries))
    moved = Tables(
        tuple(tables.countries[n] for n in order),
        tables.sectors,
        tables.trade[:, order][:, :, order],
        tables.tariff[:, order][:, :, order],
        tables.inputs[:, :, order],
        tables.labour[:, order],
        None,
        tables.theta,
        tables.traded,
        tables.deficit[order],
    )
    rates = schedule(tables, seed)
    one = Model(tables, "zero").under(rates)
    two = Model(moved, "zero").under(rates[:, order][:, :, order])
    assert measured(two) == pytest.approx(measured(one)[:, order], abs=1e-6)


@given(SEEDS)
def test_a_country_split_in_two_alike_halves_changes_nothing_for_the_others(seed):
    tables = world(seed, countries=3, sectors=1, traded=1, inputs=False)
    parts, weight = np.array([0, 0, 1, 2]), np.array([0.5, 0.5, 1.0, 1.0])
    split = replace(
        tables,
        countries=("A1", "A2", "B", "C"),
        trade=tables.trade[:, parts][:, :, parts] * weight[:, None] * weight,
        tariff=tables.tariff[:, parts][:, :, parts],
        inputs=tables.inputs[:, :, parts],
        labour=tables.labour[:, parts],
        deficit=tables.deficit[parts] * weight,
    )
    rates = schedule(tables, seed)
    one = measured(Model(tables, "observed").under(rates))
    two = measured(Model(split, "observed").under(rates[:, parts][:, :, parts]))
    assert two == pytest.approx(one[:, parts], abs=1e-6)


@given(SEEDS)
def test_a_rebated_duty_on_everything_sold_at_home_too_changes_only_the_nominal_scale(seed):
    tables = world(seed, sectors=1, traded=1, inputs=False, tariffs=0.0)
    result = Model(tables, "zero").under(np.full_like(tables.trade, 0.25))
    assert result.welfare_exact == pytest.approx(0.0, abs=1e-7)


@given(SEEDS)
def test_the_first_order_decomposition_misses_the_exact_change_by_a_second_order_gap(seed):
    tables = world(seed, countries=3)
    step = schedule(tables, seed, most=1.0)

    def gap(size):
        result = Model(tables, "zero").under(tables.tariff + size * step)
        return np.abs(result.welfare_exact - result.welfare_first_order).max()

    assert gap(0.01) / gap(0.005) == pytest.approx(4, rel=0.1)


def slow_final(tables, spending, output, income):
    """Residual final demand, negatives to zero, shares summing to 1."""
    sectors, countries = output.shape
    final = np.zeros((sectors, countries))
    for n in range(countries):
        for k in range(sectors):
            bought = sum(tables.inputs[j, k, n] * output[j, n] for j in range(sectors))
            final[k, n] = max(0.0, (spending[k, n] - bought) / income[n])
        final[:, n] /= final[:, n].sum()
    return final


def slow_prices(tables, rates, wage):
    """Prices and trade shares at given wages, by plain iteration of (2) to (4)."""
    paid = tables.trade * (1 + tables.tariff)
    spending = paid.sum(axis=1)
    price, share = np.ones_like(spending), np.zeros_like(paid)
    for _ in range(400):
        new = np.ones_like(price)
        cost = wage**tables.labour * np.prod(price[None] ** tables.inputs, axis=1)
        for j, n in np.ndindex(price.shape):
            kappa = (1 + rates[j, :, n]) / (1 + tables.tariff[j, :, n])
            parts = paid[j, :, n] / spending[j, n] * (kappa * cost[j]) ** -tables.theta[j]
            new[j, n] = parts.sum() ** (-1 / tables.theta[j])
            share[j, :, n] = parts / parts.sum()
        change, price = np.abs(new - price).max(), new
        if change < 1e-14:
            break
    return price, share


def slow_spending(tables, share, rates, final, earned):
    """Spending from the linear system (5) to (7), written out."""
    sectors, countries = final.shape
    net = share / (1 + rates)
    matrix, right = np.eye(final.size), np.zeros(final.size)
    for k, n in np.ndindex(final.shape):
        row = k * countries + n
        right[row] = final[k, n] * earned[n]
        for j in range(sectors):
            for m in range(countries):
                matrix[row, j * countries + m] -= tables.inputs[j, k, n] * net[j, n, m]
            matrix[row, j * countries + n] -= final[k, n] * (share - net)[j, :, n].sum()
    return np.linalg.solve(matrix, right).reshape(final.shape), net


def slow_twin(tables, rates, deficit):
    """Solve by nested damped loops (equations 1 to 8): real wages and real incomes."""
    paid = tables.trade * (1 + tables.tariff)
    output = tables.trade.sum(axis=2)
    value_added = (tables.labour * output).sum(axis=0)
    income = value_added + (paid - tables.trade).sum(axis=(0, 1)) + tables.deficit
    final = slow_final(tables, paid.sum(axis=1), output, income)
    wage = np.ones(len(tables.countries))
    for _ in range(4000):
        price, share = slow_prices(tables, rates, wage)
        spent, net = slow_spending(tables, share, rates, final, wage * value_added + deficit)
        made = (net * spent[:, None]).sum(axis=2)
        excess = (tables.labour * made).sum(axis=0) / (wage * value_added) - 1
        if np.abs(excess).max() < 1e-11:
            break
        wage = wage * (1 + 0.2 * excess)
        wage *= value_added.sum() / (wage @ value_added)
    revenue = (spent * (share - net).sum(axis=1)).sum(axis=0)
    index = np.prod(price**final, axis=0)
    return wage / index, (wage * value_added + revenue + deficit) / index


@pytest.mark.parametrize("deficits", ["zero", "observed"])
def test_the_fast_solver_agrees_with_slow_nested_loops(deficits):
    tables = world(5, countries=3, sectors=3, traded=2)
    rates = schedule(tables, 6)
    deficit = tables.deficit * (deficits == "observed")
    wage, income = slow_twin(tables, tables.tariff, deficit)
    wage_after, income_after = slow_twin(tables, rates, deficit)
    result = Model(tables, deficits).under(rates)
    assert result.real_wage == pytest.approx(100 * (wage_after / wage - 1), abs=1e-7)
    assert result.welfare_exact == pytest.approx(100 * (income_after / income - 1), abs=1e-7)


@given(SEEDS)
def test_the_response_of_wages_is_what_small_steps_show(seed):
    tables = world(seed, deficits=False)
    base = economy(tables)
    question = Question.of(base, 1 + schedule(tables, seed)[tables.traded], np.zeros(4))
    point = question.at(np.zeros(4), np.zeros_like(base.spending), base.spending, 1e-13)
    inverse, step = wage_inverse(question, point, 1e-12), 1e-5

    def gap(ln_wage):
        return question.at(ln_wage, point.ln_price, point.spending, 1e-14).gap

    shown = np.array([(gap(step * e) - gap(-step * e)) / (2 * step) for e in np.eye(4)]).T
    assert inverse @ (shown - base.value_added) == pytest.approx(np.eye(4), abs=1e-6)


@given(SEEDS, st.sampled_from([0.5, 3.0, 20.0]))
def test_wild_schedules_are_solved_too(seed, most):
    tables = world(seed, countries=6, sectors=4, traded=3, tariffs=0.2)
    result = Model(tables, "zero").under(schedule(tables, seed, most))
    assert result.residuals.largest < 1e-9


@pytest.mark.parametrize("seed", [198, 213, 216])
def test_a_schedule_out_of_one_steps_reach_is_found_by_way_of_milder_ones(seed):
    tables = world(
        seed,
        countries=[2, 3, 6, 12][seed % 4],
        sectors=[1, 3, 5][seed % 3] + 1,
        traded=[1, 3, 5][seed % 3],
        tariffs=[0, 0.3, 1.5][seed % 3],
    )
    result = Model(tables, "observed").under(schedule(tables, seed, most=8))
    assert result.residuals.largest < 1e-9


def test_deficits_that_no_trade_can_carry_are_refused():
    tables = world(69, countries=3, sectors=2, traded=1, tariffs=0.0)
    with pytest.raises(NoSolutionError, match="equilibrium: "):
        Model(tables, "observed").under(schedule(tables, 69, most=200))


def test_an_unsolved_world_is_refused_and_never_returned_as_numbers(monkeypatch):
    monkeypatch.setattr(wages, "_STEPS", 2)
    tables = world(3)
    with pytest.raises(NoSolutionError, match="largest gap"):
        Model(tables, "zero").under(schedule(tables, 4))


def test_results_do_not_depend_on_what_was_solved_before():
    tables = world(8)
    one, two = schedule(tables, 1), schedule(tables, 2)
    model = Model(tables, "zero")
    model.under(one)
    assert np.array_equal(measured(model.under(two)), measured(Model(tables, "zero").under(two)))


def test_a_ladder_climbed_step_by_step_ends_where_each_step_alone_does():
    tables = world(8)
    top = schedule(tables, 1)
    steps = [tables.tariff + share * (top - tables.tariff) for share in (0.2, 0.4, 0.6, 0.8, 1.0)]
    model = Model(tables, "observed")
    climbed = model.ladder(steps)
    for one, step in zip(climbed, steps, strict=True):
        assert measured(one) == pytest.approx(measured(model.under(step)), abs=1e-8)


def test_many_schedules_on_many_cores_give_the_bytes_of_each_alone():
    tables = world(8)
    model, steps = Model(tables, "zero"), [schedule(tables, seed) for seed in range(6)]
    for one, step in zip(model.under_each(steps), steps, strict=True):
        assert np.array_equal(measured(one), measured(Model(tables, "zero").under(step)))


def power_twin(tables, rates):
    """Solve one sector without inputs by the power step on wages, D = 0; equation (8) with (7).

    The gravity model of Baier, Yotov and Zylkin (ge_gravity) with tariff revenue added.
    """
    trade, theta = tables.trade[0], tables.theta[0]  # [exporter, importer]
    paid, income = trade * (1 + tables.tariff[0]), trade.sum(axis=1)
    share = paid / paid.sum(axis=0)
    wage = np.ones(len(income))
    for _ in range(5000):
        cost = (1 + rates[0]) / (1 + tables.tariff[0]) * wage[:, None]
        parts = share * cost**-theta
        index = parts.sum(axis=0) ** (-1 / theta)
        new = parts / parts.sum(axis=0)
        kept = (new / (1 + rates[0])).sum(axis=0)
        spent = wage * income / kept
        earned = (new / (1 + rates[0]) * spent).sum(axis=1)
        step = (earned / (wage * income)) ** (1 / (1 + theta))
        wage = wage * step
        wage *= income.sum() / (wage @ income)
        if np.abs(step - 1).max() < 1e-14:
            break
    return wage / index, spent / index


@given(SEEDS)
def test_one_sector_is_the_gravity_model_with_tariff_revenue(seed):
    tables = world(seed, countries=5, sectors=1, traded=1, tariffs=0.2, inputs=False)
    rates = schedule(tables, seed + 1)
    before, after = (power_twin(tables, each) for each in (tables.tariff, rates))
    result = Model(tables, "zero").under(rates)
    for measure, old, new in zip(("real_wage", "welfare_exact"), before, after, strict=True):
        assert getattr(result, measure) == pytest.approx(100 * (new / old - 1), abs=1e-7)
