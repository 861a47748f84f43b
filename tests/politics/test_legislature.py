"""The path of a measure: who votes when, how likely each step is, and where that comes from."""

import json
from datetime import date
from itertools import product

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from entente.accord.choices import Choices
from entente.accord.course import walk
from entente.accord.plan import Plan
from entente.accord.published import Published
from entente.accord.standing import CODE, Standing, World
from entente.accord.text import parse, read
from entente.cli import entente
from entente.luck import Luck
from entente.outcome.legislature import legislature
from entente.problems import InputProblemsError
from entente.world.politics.bodies import Body, Step, called_by, follow
from entente.world.politics.members import read_members
from entente.world.politics.precedents import before, from_totals, precedents, vetoes
from entente.world.politics.tally import Threshold, chance

HALF, TWO_THIRDS = (Threshold.parse(f"{share} of votes cast") for share in ("1/2", "2/3"))


def body(name, *yea, attend=1.0):
    return Body(name, np.array(yea), np.full(len(yea), attend), "made up")


def test_blocks_of_many_members_give_what_adding_them_one_by_one_gives():
    """The slow twin convolves one member after another, as law of accords section 7 writes it."""
    generator = np.random.default_rng(5)
    yea, attend = generator.uniform(0.05, 0.95, 435), generator.uniform(0.8, 1.0, 435)
    scores = np.array([1.0])  # chances of each sum, from -2n to n
    for p, a in zip(yea, attend, strict=True):
        scores = np.convolve(scores, [a * (1 - p), 0.0, 1 - a, a * p])
    by_convolution = scores[2 * yea.size :].sum()
    assert chance(TWO_THIRDS, yea, attend) == pytest.approx(by_convolution, abs=1e-12)


@given(
    house=st.lists(st.floats(0.05, 0.95), min_size=1, max_size=3),
    senate=st.lists(st.floats(0.05, 0.95), min_size=1, max_size=3),
)
def test_a_path_without_a_common_shock_is_the_product_of_its_votes(house, senate):
    bodies = {"House": body("House", *house), "Senate": body("Senate", *senate)}
    steps = [Step("House", "passage", HALF), Step("Senate", "passage", HALF)]
    outcomes, _ = follow(steps, bodies, 0.0)

    def alone(chances):
        return sum(
            np.prod([p if v else 1 - p for p, v in zip(chances, votes, strict=True)])
            for votes in product((True, False), repeat=len(chances))
            if 2 * sum(votes) > len(chances)
        )

    assert outcomes[1].both == pytest.approx(alone(house) * alone(senate), abs=1e-12)


def test_a_shared_shock_makes_the_second_chamber_likelier_where_the_first_agreed():
    bodies = {"House": body("House", *[0.5] * 51), "Senate": body("Senate", *[0.5] * 51)}
    steps = [Step("House", "passage", HALF), Step("Senate", "passage", HALF)]
    (house, senate), _ = follow(steps, bodies, 0.05)
    assert senate.succeeds > house.succeeds > 0.4


def test_abstention_moves_a_threshold_of_votes_cast_and_not_one_of_seats():
    yea = np.repeat([1.0 - 1e-12, 1e-12], [60, 40])
    absent = np.repeat([1.0, 0.0], [60, 40])
    everyone = np.ones(100)
    assert chance(TWO_THIRDS, yea, everyone) < 1e-6 < 1 - 1e-6 < chance(TWO_THIRDS, yea, absent)
    of_seats = Threshold.parse("2/3 of seated")
    assert chance(of_seats, yea, absent) < 1e-6


def test_a_clock_that_a_rule_has_stopped_never_calls_the_chamber():
    stop = [(date(2025, 3, 11), date(2026, 12, 31))]
    assert called_by(date(2025, 3, 5), 15, stop, date(2026, 12, 31)) is None
    assert called_by(date(2025, 3, 5), 5, stop, date(2026, 12, 31)) == date(2025, 3, 10)
    stopped = [Step("House", "passage", HALF, stopped=True), Step("Senate", "passage", HALF)]
    outcomes, path = follow(stopped, {"House": body("House", 0.9)}, 0.0)
    assert (outcomes[0].reached, path.sum()) == (0.0, 0.0)


def test_only_votes_before_the_day_are_used():
    known = before(date(2019, 5, 30))
    assert [(v.chamber, v.question) for v in known] == [
        ("House", "passage"), ("Senate", "passage"), ("House", "override"),
    ]  # fmt: skip
    house = from_totals(known, "House")
    assert house is not None
    assert house.yea[0] == pytest.approx((245 + 248 + 1) / (427 + 429 + 2))
    assert from_totals(known, "Riksdag") is None


def test_a_measure_that_still_lies_with_the_president_is_no_measure_spared():
    assert vetoes(before(date(2019, 10, 1)), date(2019, 10, 1)).of == 1
    assert vetoes(precedents(), date(2026, 3, 1)) == vetoes(before(date(2020, 1, 1)), date.max)


def test_the_accord_of_2019_would_have_been_disapproved_and_not_overridden():
    found = legislature(read("us-mexico-2019"))
    congress = next(p for p in found.passages if p.clause == "congress")
    told = {(o.step.who, o.step.question): o for o in congress.outcomes}
    assert told["House", "passage"].succeeds > 0.9
    assert told["House", "override"].succeeds < 0.05
    assert told["House", "override"].needed == 286
    assert all(outcome.origin for passage in found.passages for outcome in passage.outcomes)
    override = next(score for score in found.scores if score.question == "override")
    assert override.brier < override.base_brier


def test_a_supplied_veto_and_supplied_members_name_themselves(tmp_path):
    table = tmp_path / "members.csv"
    table.write_text("chamber,members,yea,attend\nHouse,300,0.999,1\nHouse,135,0.001,1\n")
    args = ["legislature", "us-mexico-2019", "--members", str(table), "--veto", "1", "--json"]
    result = CliRunner().invoke(entente, args)
    assert result.exit_code == 0, result.output
    steps = json.loads(result.stdout)["procedures"][1]["steps"]
    assert [s["origin"] for s in steps if s["who"] == "House"] == ["supplied by members.csv"] * 2
    assert next(s for s in steps if s["question"] == "veto")["origin"] == "supplied"
    assert steps[3]["chance"] > 0.9


def test_every_bad_cell_of_a_table_of_members_is_listed(tmp_path):
    table = tmp_path / "members.csv"
    table.write_text("chamber,yea,attend\nHouse,1.5,x\n,0.5,\n")
    with pytest.raises(InputProblemsError) as caught:
        read_members(table)
    assert [(p.where.line, p.clause) for p in caught.value.problems] == [
        (2, "yea"), (2, "attend"), (3, "chamber"),
    ]  # fmt: skip


def test_a_voteview_table_tells_parties_apart_and_scores_itself_beside_the_share_of_yeas(tmp_path):
    generator = np.random.default_rng(2)
    rows = ["chamber,icpsr,party_code,nominate_dim1,rollnumber,cast_code,bioname"]
    for member in range(200):
        left = member < 110
        ideal = generator.normal(-0.4 if left else 0.5, 0.1)
        yea = generator.uniform() < (0.98 if left else 0.06)
        rows += [
            f"House,{member},{100 if left else 200},{ideal:.3f},{roll},{1 if yea else 6},A; B"
            for roll in (1, 2)
        ]
    table = tmp_path / "votes.csv"
    table.write_text("\n".join(rows) + "\n")
    members = read_members(table)
    house = members.bodies["House"]
    assert house.yea[:110].mean() > 0.9 > 0.1 > house.yea[110:].mean()
    assert "last vote" in house.origin
    assert members.fits[0].brier < members.fits[0].base_brier


COURT = """
accord = "court"
language = 1
parties = ["USA", "MEX"]
zone = "UTC"
horizon = [2019-06-01, 2019-12-31]
[source]
order = {{ date = 2019-06-01, title = "An order" }}
[clause.duty]
kind = "schedule"
by = "USA"
on = "MEX"
sets = "duty"
unit = "percent"
goods = ["*"]
steps = [[2019-06-01, 5]]
combine = "add"
effective = 2019-06-01
basis = "text"
source = "order"
[clause.ruling]
kind = "procedure"
body = "court"
then = ["{effect}(duty)"]
{fields}
basis = "assumed"
source = "order"
[clause.house]
kind = "procedure"
body = "chambers"
chambers = ["House"]
pass = "1/2 of votes cast"
introduced = 2019-06-10
clocks = [{{ chamber = "House", length = "15d", stopped = [[2019-06-12, {stop}]] }}]
then = ["lapsed(duty)"]
basis = "assumed"
source = "order"
"""


def court(effect="void_from", fields="decided = 2019-08-01\nodds = 0.25", stop="2019-06-30"):
    found = parse(COURT.format(effect=effect, fields=fields, stop=stop), "court.toml")
    assert not found.problems, found.problems
    return found.accord


def test_a_court_with_odds_voids_in_that_share_of_draws_from_its_day():
    plan = Plan.of(court())
    world = World(plan, Published(court(), None), Choices(), Luck(1, 400))
    codes = {}
    for end in ("2019-07-31", "2019-08-02"):
        start = Standing.opening(plan, 400)
        codes[end] = walk(start, world, plan.begin, np.datetime64(end, "s")).codes[:, 0]
    assert (codes["2019-07-31"] == CODE["in_force"]).all()
    assert (codes["2019-08-02"] == CODE["void_from"]).mean() == pytest.approx(0.25, abs=0.05)


@pytest.mark.parametrize("effect", ["void_from", "void_ab_initio"])
def test_the_odds_of_a_judgement_and_what_it_reaches_are_named(effect):
    ruling = legislature(court(effect), day=date(2019, 6, 1)).passages[0]
    assert ruling.becomes == pytest.approx(0.25)
    assert ruling.outcomes[0].origin == "odds written in the file"
    assert ruling.effects == (f"{effect}(duty)",)


def test_the_days_that_a_rule_stops_are_not_counted_in_a_run_of_days():
    steps = [o.step for o in legislature(court(), day=date(2019, 6, 1)).passages[1].outcomes]
    assert steps[0].due == date(2019, 7, 14)  # one day to 11 June, the other 14 from 1 July
    never = legislature(court(stop="2020-01-31"), day=date(2019, 6, 1)).passages[1]
    assert (never.outcomes[0].step.stopped, never.becomes) == (True, 0.0)


@pytest.mark.parametrize(
    ("fields", "code"),
    [("odds = 0.5", "E102"), ("decided = 2019-08-01\nodds = 2", "E111")],
)
def test_odds_without_a_day_and_odds_that_are_none_are_refused(fields, code):
    found = parse(COURT.format(effect="void_from", fields=fields, stop="2019-06-30"), "court.toml")
    assert code in {problem.code for problem in found.problems}


def test_whole_congress_is_fast(benchmark):
    generator = np.random.default_rng(1)
    bodies = {
        name: Body(name, generator.uniform(0.02, 0.98, n), np.full(n, 0.97), "made up")
        for name, n in (("House", 435), ("Senate", 100))
    }
    steps = [Step(name, "passage", HALF) for name in bodies]
    steps += [Step(name, "override", TWO_THIRDS) for name in bodies]
    benchmark(follow, steps, bodies, 0.007)


def test_members_of_a_chamber_that_does_not_vote_are_refused(tmp_path):
    table = tmp_path / "members.csv"
    table.write_text("chamber,members,yea\nHous,435,0.5\nPresident,1,0.5\n")
    with pytest.raises(InputProblemsError, match=r"Hous: no such chamber .* 'House'") as caught:
        legislature(read("us-mexico-2019"), members=read_members(table))
    assert len(caught.value.problems) == 1


def test_a_tie_on_record_was_not_agreed_to_and_two_measures_are_not_one():
    votes = {(v.measure, v.chamber): v for v in precedents()}
    assert not votes["S.J.Res.49 (119th Congress)", "Senate"].agreed
    assert all(v.agreed == (v.yea >= v.rule.needed(v.yea + v.nay)) for v in votes.values())
    late = date(2026, 9, 1)
    assert vetoes(before(late), late) == (vetoes(before(date(2025, 1, 1)), date(2025, 1, 1)))
