"""Published figures held against what arithmetic allows."""

import json
from dataclasses import replace

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from entente.cli.claims import command
from entente.problems import InputProblemsError
from entente.world.trade.claims import alarms, duty_after, read_claims, state_alarms

SHIPPED = {claim.name: claim for claim in read_claims()}
CHAMBER = SHIPPED["chamber-duty-5"]


def test_the_chambers_duty_is_rate_times_goods_within_its_rounding():
    assert CHAMBER.mechanical == pytest.approx(17.24e9, rel=0.001)
    assert CHAMBER.value == pytest.approx(CHAMBER.mechanical, rel=0.02)
    assert alarms(CHAMBER) == ()


def test_a_direct_cost_larger_than_the_whole_duty_is_flagged():
    perryman = alarms(SHIPPED["perryman-cost-5"])
    assert perryman[0] == "a direct cost larger than the whole duty, 17.2 bn USD"
    assert "elasticity of 10" in perryman[1]


def test_services_in_a_customs_base_are_flagged():
    assert "services are in its base: they carry no duty" in alarms(SHIPPED["press-duty-5"])


def test_a_package_is_not_taken_for_one_member():
    (alarm,) = alarms(SHIPPED["tax-foundation-output-package"])
    assert alarm == "a figure for a package (MEX, CHN, autos), not for one of its members"


def test_a_duty_in_proportion_to_the_rate_beyond_a_fifth_is_flagged():
    every = tuple(SHIPPED.values())
    assert any("nobody turned away" in alarm for alarm in alarms(SHIPPED["chamber-duty-25"], every))
    bent = replace(SHIPPED["chamber-duty-25"], value=60e9)
    assert alarms(bent, every) == ()


def test_welfare_without_a_definition_is_flagged():
    vague = replace(CHAMBER, measure="welfare", unit="percent", value=1.31, definition="")
    assert "which" in alarms(vague)[0]
    assert alarms(replace(vague, definition="first-order decomposition")) == ()


def test_a_state_that_holds_the_total_is_flagged():
    assert state_alarms({"Texas": 107.0, "Ohio": 9.2}, 346.5) == ()
    assert "Ohio holds the total" in state_alarms({"Texas": 107.0, "Ohio": 346.5}, 346.5)[0]


@given(st.floats(0.01, 0.6))
def test_the_duty_once_buyers_turn_lies_below_the_bound_and_falls_with_time(rate):
    bound = replace(CHAMBER, rate=rate).mechanical
    assert duty_after(rate) < duty_after(rate, "short") < bound


def test_the_verb_tells_claims_and_refuses_faulty_ones(tmp_path):
    shown = CliRunner().invoke(command, [])
    assert "distrust: a direct cost larger than the whole duty" in shown.stdout
    read = json.loads(CliRunner().invoke(command, ["--json"]).stdout)
    assert read[0]["mechanical_usd"] == pytest.approx(CHAMBER.mechanical)
    path = tmp_path / "claims.csv"
    header = "estimate,who,said_on,measure,rate_percent,value,unit,scope,covers,definition,source"
    path.write_text(f"{header}\na,b,2019,dutty,x,1,USD a year,good,MEX,,c\n")
    refused = CliRunner().invoke(command, [str(path)]).exception
    assert isinstance(refused, InputProblemsError)
    assert [problem.code for problem in refused.problems] == ["E803", "E806", "E806"]
