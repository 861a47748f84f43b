"""Published results: Caliendo and Parro (2015); and a world of goods."""

from dataclasses import replace

import numpy as np
import pytest
from small_worlds import schedule

from entente.world.trade.equilibrium import Model, read_tables
from entente.world.trade.equilibrium.base import final_demand

PARTNERS = ("MEX", "CAN", "USA")


@pytest.fixture(scope="module")
def nafta(reference):
    return reference / "trade" / "nafta-1993"


def under_nafta(folder, deficits):
    model = Model.read(folder, deficits)
    result = model.under(model.schedule(folder / "tariff_2005.csv.gz"))
    return result, [result.countries.index(country) for country in PARTNERS]


@pytest.mark.parametrize(
    ("deficits", "welfare", "real_wage"),
    [
        ("zero", (1.31, -0.06, 0.08), (1.72, 0.32, 0.11)),
        ("observed", (1.17, -0.04, 0.08), (1.64, 0.33, 0.12)),
    ],
)
def test_naftas_published_welfare_is_the_first_order_decomposition(
    nafta, deficits, welfare, real_wage
):
    result, partners = under_nafta(nafta, deficits)
    assert result.welfare_first_order[partners] == pytest.approx(welfare, abs=0.01)
    assert result.real_wage[partners] == pytest.approx(real_wage, abs=0.01)
    assert abs(result.welfare_exact[partners[0]]) < 0.1


def test_naftas_terms_and_volume_of_trade_are_as_published(nafta):
    result, partners = under_nafta(nafta, "zero")
    assert result.terms_of_trade[partners] == pytest.approx((-0.41, -0.11, 0.04), abs=0.01)
    assert result.volume_of_trade[partners] == pytest.approx((1.72, 0.04, 0.04), abs=0.01)


def test_naftas_members_import_from_each_other_as_published(nafta):
    result, partners = under_nafta(nafta, "zero")
    between = np.ix_(partners, partners)
    foreign = 1 - np.eye(3)
    before = (result.imports_before[between] * foreign).sum(axis=0)
    after = (result.imports_after[between] * foreign).sum(axis=0)
    assert 100 * (after / before - 1) == pytest.approx((118.3, 11.1, 40.5), abs=0.2)


def test_the_derived_shares_of_final_demand_are_the_authors_own(nafta):
    tables = read_tables(nafta)
    derived = final_demand(replace(tables, final=None))
    assert derived == pytest.approx(tables.final, abs=1e-7)


def test_two_hundred_random_schedules_of_naftas_world_all_solve(nafta):
    model = Model.read(nafta)
    for seed in range(200):
        result = model.under(schedule(model.tables, seed, most=(0.1, 0.3, 1.0)[seed % 3]))
        assert result.residuals.largest < 1e-9


def test_the_goods_of_194_countries_balance_and_are_solved_at_once(reference):
    folder = reference / "trade" / "world-2023"
    for deficits in ("zero", "observed"):
        model = Model.read(folder, deficits)
        result = model.under(model.schedule(folder / "tariff_ustr_2025.csv"))
        assert result.residuals.largest < 1e-9
        passive = [n for n, country in enumerate(result.countries) if country != "USA"]
        if deficits == "zero":
            gap = result.welfare_exact[passive] - result.real_wage[passive]
            assert np.abs(gap).max() < 1e-8
