"""How goods and people move each other."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import entente
from entente.accord.choices import Choices
from entente.lab.march import march
from entente.luck import Luck
from entente.outcome.feedback import contribution
from entente.places import GROUPS, Group
from entente.world.baseline import World
from entente.world.feedback import Loop
from entente.world.parameters import parameters, table

DRAWS = 16
MEXICANS = GROUPS.index(Group.MEX)
GIVEN = parameters(Luck(1, DRAWS))
NOBODY = np.zeros(DRAWS)


def test_nothing_lost_and_nobody_more_abroad_moves_nothing():
    after = Loop.still(DRAWS).after(GIVEN, NOBODY, NOBODY + 9000, NOBODY + 9000)
    assert np.all(after.activity == 0)
    assert np.all(after.pull(GIVEN) == 0)


@given(st.floats(1e6, 2e10))
def test_exports_held_back_lower_activity_and_more_people_set_out(lost):
    after = Loop.still(DRAWS).after(GIVEN, NOBODY + lost, NOBODY, NOBODY)
    assert np.all(after.activity < 0)
    assert np.all(after.pull(GIVEN) > 0)


@given(st.floats(1, 1e5))
def test_people_who_do_not_arrive_send_no_money_and_activity_falls(fewer):
    after = Loop.still(DRAWS).after(GIVEN, NOBODY, NOBODY + 1e6, NOBODY + 1e6 + fewer)
    assert np.all(after.activity < 0)


def test_in_round_numbers_a_tenth_of_activity_lost_sends_seven_and_a_half_percent_more():
    loop = Loop(np.log(np.array([0.9])), np.zeros(1))
    moved = np.exp(loop.pull({"feedback.departures": np.array([-0.75])}))
    assert moved == pytest.approx(0.9**-0.75)


@pytest.mark.parametrize("name", [name for name in table() if name.startswith("feedback.")])
def test_each_link_of_the_loop_is_never_nothing_and_has_a_range_and_a_source(name):
    row = table()[name]
    assert row.low * row.high > 0
    assert row.low < row.high
    assert row.source


@pytest.fixture(scope="module")
def threat():
    return entente.read("us-mexico-2019@2019-05-31")


def ran(accord, feedback, months=4, draws=DRAWS):
    world = World.open(np.datetime64("2019-06"), months, Luck(1, draws), feedback=feedback)
    return [month.state for month in march(accord, world, months, Choices())]


def test_the_switch_leaves_the_first_month_alone_and_moves_only_mexicans_later(threat):
    with_loop, without = ran(threat, feedback=True), ran(threat, feedback=False)
    first, last = (
        [run[i].people.measures["apprehensions"] for run in (with_loop, without)] for i in (0, -1)
    )
    assert np.array_equal(*first)
    assert last[0][:, MEXICANS].sum() > last[1][:, MEXICANS].sum()


def test_the_loops_contribution_is_measured_with_the_same_luck(threat):
    settled = entente.Settings(draws=100, months=3).settled(threat)
    run = entente.simulate(threat, settled)
    told = run.record["loop"]
    assert told["on"]
    assert told["arrests_of_mexicans"]["mean"] > 0
    assert told["activity_percent"]["mean"] < 0
    off = entente.Settings(draws=100, months=3, feedback=False).settled(threat)
    assert contribution(off, run.dataset, None) == {"on": False}
