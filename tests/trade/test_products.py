"""Product by product: an exact nest at six or ten digits, and SMART as its first-order limit."""

import numpy as np
import pytest
from click.testing import CliRunner
from small_worlds import save

from entente.cli.products import command
from entente.luck import Luck
from entente.problems import InputProblemsError
from entente.world.trade.products import first_order, read_market, respond

HEADER = ["product", "origin", "imports_usd", "duty_usd"]
ROWS = [
    ("870323", "MEX", 600, 0),
    ("870323", "CAN", 300, 0),
    ("870323", "USA", 100, 0),
    ("0702002010", "MEX", 50, 1),
    ("0702002010", "CAN", 50, 0),
]
LUCK = Luck(1, 40)


@pytest.fixture
def market(tmp_path):
    save(tmp_path / "market.csv", HEADER, ROWS)
    return read_market(tmp_path / "market.csv")


def amounts(market, rate, **options):
    after = market.under({"MEX": rate})
    return {key[:3]: key[3] for key in respond(market, after, LUCK, **options)}


def test_no_duty_added_changes_nothing(market):
    found = amounts(market, 0.0)
    for product, origin, measure in found:
        if measure in ("buyers_cost", "suppliers_cost", "deadweight", "home_welfare"):
            assert found[product, origin, measure] == pytest.approx(0.0, abs=1e-9)
    assert found["870323", "MEX", "imports_after"] == pytest.approx(600)


def test_trade_is_diverted_to_home_and_to_others_and_what_is_lost_adds_up(market):
    found = amounts(market, 0.25)
    assert np.all(found["870323", "MEX", "imports_after"] < 600)
    assert found["870323", "USA", "imports_after"].mean() > 100
    assert found["870323", "CAN", "imports_after"].mean() > 300
    lost = found["870323", "ALL", "buyers_cost"] + found["870323", "ALL", "suppliers_cost"]
    gained = found["870323", "ALL", "duty_after"] - found["870323", "ALL", "duty_before"]
    assert lost == pytest.approx(gained + found["870323", "ALL", "deadweight"])
    abroad = sum(found["870323", origin, "suppliers_cost"] for origin in ("MEX", "CAN"))
    world = -found["870323", "ALL", "deadweight"]
    assert found["870323", "ALL", "home_welfare"] - abroad == pytest.approx(world)


def test_a_products_numbers_do_not_depend_on_what_is_asked_beside_it(market):
    alone, both = amounts(market.only("0702"), 0.25), amounts(market, 0.25)
    for key, draws in alone.items():
        assert np.array_equal(draws, both[key])


def test_in_the_short_run_buyers_turn_away_less(market):
    long, short = amounts(market, 0.25), amounts(market, 0.25, horizon="short")
    key = ("870323", "MEX", "imports_after")
    assert np.all(short[key] > long[key])


def test_smart_names_created_and_diverted_trade_of_the_origin_charged(market):
    found = {key[:3]: key[3] for key in first_order(market, market.under({"MEX": 0.01}))}
    assert set(found) == {
        (product, "MEX", what)
        for product in ("870323", "0702002010")
        for what in ("created", "diverted")
    }
    assert all(value < 0 for value in found.values())


def test_every_faulty_row_is_named(tmp_path):
    rows = [*ROWS, ("7020020", "MEX", 1, 0), ("870323", "MEX", 1, 0), ("870324", "USA", 5, 1)]
    save(tmp_path / "market.csv", HEADER, rows)
    with pytest.raises(InputProblemsError) as caught:
        read_market(tmp_path / "market.csv")
    found = [(problem.where.line, problem.code) for problem in caught.value.problems]
    assert found == [(7, "E803"), (8, "E805"), (9, "E804")]


def test_the_verb_answers_the_shipped_market_and_refuses_strangers():
    arguments = ["--duty", "MEX=25", "--only", "870323", "--draws", "20"]
    shown = CliRunner().invoke(command, arguments, catch_exceptions=False)
    lines = [line.split(",") for line in shown.stdout.splitlines()]
    assert lines[0] == ["product", "origin", "measure", "mean", "p05", "p50", "p95"]
    cell = {tuple(line[:3]): float(line[3]) for line in lines[1:]}
    assert cell["ALL", "MEX", "imports_after"] < cell["ALL", "MEX", "imports_before"]
    assert CliRunner().invoke(command, ["--duty", "MEX=x"]).exit_code == 2
    stranger = CliRunner().invoke(command, ["--duty", "MEC=25"]).exception
    assert stranger.exit_code == 3
    assert "did you mean 'MEX'?" in str(stranger)
    smart = CliRunner().invoke(command, [*arguments, "--method", "smart"])
    assert smart.stdout.startswith("product,origin,measure,value\n870323,MEX,created,-")
