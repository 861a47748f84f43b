"""What a page says of goods beyond the duty: who bears it, what others said, and the loop."""

from dataclasses import replace

import pytest
from made_up_run import made_up_run

from entente.report import trading
from entente.report.reading import Ends, Reading
from entente.report.tables import Value

LOOP = {
    "on": True,
    "draws": 100,
    "arrests_of_mexicans": {"mean": 7400.0, "p05": 1600.0, "p95": 20900.0},
    "arrests_of_mexicans_percent": {"mean": 2.05, "p05": 0.8, "p95": 4.1},
    "activity_percent": {"mean": -2.9, "p05": -4.3, "p95": -1.8},
}


@pytest.fixture(scope="module")
def reading():
    return Reading(made_up_run())


def recorded(told):
    run = made_up_run()
    return Reading(replace(run, record={**run.record, "loop": told}))


def where_charged(reading, name):
    return Ends.of(reading.total(name)[reading.charged].sum(axis=1))


def test_the_states_and_the_rest_that_is_not_held_make_up_the_duty(reading):
    (table,) = trading.by_state(reading)
    assert table.rows[0][0] == "Texas"
    assert table.rows[-1][0] == "38 other states and the District of Columbia, not held one by one"
    shown = sum(cell.ends[1] for _, cell in table.rows if isinstance(cell, Value))
    assert shown == pytest.approx(where_charged(reading, "duty_revenue").high, rel=1e-6)
    assert "where one is charged (in " in table.caption
    assert "not where buyers live" in table.caption


def test_the_partners_that_sell_in_mexicos_place_make_up_what_is_diverted(reading):
    (table,) = trading.by_partner(reading)
    assert table.rows[0][0] == "China"
    assert table.rows[-1][0] == "All other countries"
    shown = sum(cell.ends[1] for _, cell in table.rows if isinstance(cell, Value))
    assert shown == pytest.approx(where_charged(reading, "diverted").high, rel=0.05)


def test_what_is_not_known_is_said(reading):
    vehicle, answer, households = trading.bearing(reading)
    assert vehicle.startswith("Where a duty is charged in November 2020 (in ")
    assert "comes to about $4," in vehicle
    assert "no figures are held for cheese" in answer
    assert households.startswith("Not estimated")


def test_without_a_duty_nobody_bears_one():
    idle = Reading(made_up_run(duty=False))
    assert trading.by_state(idle) == ()
    assert trading.bearing(idle) == ()


def test_published_estimates_stand_beside_ours_with_what_to_distrust(reading):
    (table,) = trading.estimates(reading)
    said, ours, distrust = next(row for row in table.rows if ": cost" in row[0])
    assert said == "Perryman Group: cost at 5 %, $28.1 billion"
    assert ours.startswith("duty $17.2 billion; as buyers turn away")
    assert "larger than the whole duty" in distrust


def test_the_loop_is_told_in_words():
    told, not_estimated = trading.loop_remarks(recorded(LOOP))
    assert "7,400 more arrests (90 % of draws: 1,600 to 20,900 more) of Mexicans" in told
    assert "freight" in not_estimated
    assert "keeps goods and people apart" in trading.loop_remarks(recorded({"on": False}))[0]
    assert "too few draws" in trading.loop_remarks(recorded({"on": True, "draws": 0}))[0]
