"""How long the trade half takes; run with `pytest --benchmark-only`."""

import numpy as np
import pytest
from small_worlds import schedule, world

from entente.evidence import Levers
from entente.luck import Luck
from entente.places import CHAPTERS
from entente.world.trade.equilibrium import Model
from entente.world.trade.trade import DUTY, Trade


def one_schedule(benchmark, model, rates):
    """Time base and schedule together, on tables already read and with compiled kernels."""
    Model(model.tables, model.deficits).under(rates)
    benchmark(lambda: Model(model.tables, model.deficits).under(rates))


def test_31_countries_of_40_sectors(benchmark, reference):
    folder = reference / "trade" / "nafta-1993"
    model = Model.read(folder)
    one_schedule(benchmark, model, model.schedule(folder / "tariff_2005.csv.gz"))


def test_200_schedules_of_31_countries_of_40_sectors(benchmark, reference):
    model = Model.read(reference / "trade" / "nafta-1993")
    rates = [schedule(model.tables, seed) for seed in range(200)]
    model.under(rates[0])
    benchmark.pedantic(lambda: model.under_each(rates), rounds=2)


@pytest.mark.parametrize("deficits", ["zero", "observed"])
def test_194_countries_of_one_sector(benchmark, reference, deficits):
    folder = reference / "trade" / "world-2023"
    model = Model.read(folder, deficits)
    one_schedule(benchmark, model, model.schedule(folder / "tariff_ustr_2025.csv"))


def test_100_countries_of_40_sectors(benchmark):
    tables = world(1, countries=100, sectors=40, traded=20)
    one_schedule(benchmark, Model(tables, "zero"), schedule(tables, 2))


def test_a_month_of_2000_draws_with_a_duty_on_everything(benchmark):
    trade = Trade.open(np.datetime64("2019-06"), 18, Luck(1, 2000).of("trade"))
    levers = Levers(rates={DUTY: np.full((2000, len(CHAPTERS)), 25.0)})
    luck = Luck(1, 2000).of("month", "2019-06").of("trade")
    benchmark(lambda: trade.respond(trade.begin(), levers, luck))
