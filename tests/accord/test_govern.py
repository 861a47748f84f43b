"""The law of a month, over draws: laws that hold for any accord, a slow twin, worked averages."""

import random
import re
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from harbour import DUTY, HEAD, accord
from hypothesis import given
from hypothesis import strategies as st

from entente.accord.choices import Choices
from entente.accord.clauses.common import STATES
from entente.accord.course import Course, course
from entente.accord.document import Accord
from entente.accord.govern import Ledger, govern
from entente.accord.text import parse, read
from entente.evidence import Cohorts, Evidence, Lever, Levers, Series
from entente.luck import Luck

ADDED = Lever("duty", "USA", "MEX")
COHORTS = Cohorts(
    ("adult/TX", "child/TX", "adult/AZ", "unknown/TX"),
    {
        "unaccompanied": (False, True, False, False),
        "age": (30, 9, 30, 30),
        "entry_state": ("GTM", "GTM", "MEX", None),
        "lodged_state": ("USA",) * 4,
        "place": ("US-TX", "US-TX", "US-AZ", "US-TX"),
        "transited": (("MEX",), ("MEX",), ("MEX",), ("MEX",)),
        "protection_denied_in": ((), (), (), ()),
        "trafficking_victim": (False,) * 4,
    },
)


def evidence(month: np.datetime64, draws: int, **levels: float) -> Evidence:
    first = np.datetime64("2018-10", "M")
    periods = int((month - first).astype(int))
    series = {
        name: Series(first, np.full((draws, periods), levels.get(name, 30_000.0)), "persons/month")
        for name in ("apprehensions", "guard_south", "arrivals", *levels)
    }
    return Evidence(month, draws, series, COHORTS)


def months(
    of: Accord,
    count: int,
    draws: int = 4,
    *choose: str,
    first: int = 0,
    start: str = "2019-06",
    **levels: float,
) -> list[tuple[Levers, Ledger]]:
    ledger, luck = Ledger.opening(of, draws), Luck(1, draws, first).of("choices")
    found = []
    for month in np.datetime64(start, "M") + np.arange(count):
        seen = evidence(month, draws, **levels)
        levers, ledger = govern(of, seen, Levers(), ledger, Choices.parse(choose, of), luck)
        found.append((levers, ledger))
    return found


def same(
    one: list[tuple[Levers, Ledger]], other: list[tuple[Levers, Ledger]], draws: slice
) -> None:
    for (a, one_ledger), (b, other_ledger) in zip(one, other, strict=True):
        for ours, theirs in ((a.rates, b.rates), (a.levels, b.levels)):
            assert ours.keys() == theirs.keys()
            for lever in ours:
                assert np.array_equal(ours[lever], theirs[lever][draws], equal_nan=True)
        for quantity, assigned in a.assignments.items():
            assert _by_outcome(assigned) == _by_outcome(b.assignments[quantity], draws)
        columns = [other_ledger.plan.ids.index(id_) for id_ in one_ledger.plan.ids]
        assert np.array_equal(one_ledger.codes, other_ledger.codes[draws][:, columns])


def _by_outcome(assigned: Any, draws: slice = slice(None)) -> dict[str, list[Any]]:
    shares = assigned.shares[draws]
    rows = {word: shares[:, :, i].tolist() for i, word in enumerate(assigned.outcomes)}
    return {word: row for word, row in rows.items() if np.any(row)}


def test_june_2019_is_the_ladder_weighted_by_days() -> None:
    levers = [levers for levers, _ in months(read("us-mexico-2019"), 5, 2, "resumed=true")]
    rates = [float(lever.rates[ADDED][0, 0]) for lever in levers]
    assert rates == pytest.approx([5 * 21 / 30, 10, 15, 20, 25])
    assert levers[0].rates[ADDED].shape == (2, 98)


def test_the_first_foreign_country_rule_is_drawn_by_its_odds_and_comes_after_90_days() -> None:
    found = months(read("us-mexico-2019"), 5, 400)
    fired = [ledger.codes[:, ledger.plan.ids.index("activate")] == STATES.index("triggered")
             for _, ledger in found]  # fmt: skip
    assert [bool(f.any()) for f in fired] == [False, True, True, True, True]
    assert 0.14 < fired[-1].mean() < 0.26
    shares = found[-1][0].assignments["responsibility"]
    to = dict(zip(shares.outcomes, shares.shares[fired[-1]].mean(axis=0).T.tolist(), strict=True))
    assert to["GTM"] == [1, 0, 0, 0]  # an adult met after Guatemala
    assert to["USA"] == [0, 1, 0, 0]  # a child alone stays
    assert to["MEX"] == [0, 0, 1, 0]
    assert to["MISSING"] == [0, 0, 0, 1]  # whose first country is not known
    assert np.all(shares.shares[~fired[-1]][:, :, shares.outcomes.index("none")] == 1)


def test_a_suspension_in_some_places_spares_the_others() -> None:
    found = months(read("us-mexico-2019"), 3)[-1][0].assignments["eligibility"]
    barred = found.shares[0, :, found.outcomes.index("BARRED")]
    assert barred.tolist() == pytest.approx([16 / 31, 16 / 31, 0, 16 / 31])


def test_shares_of_every_cohort_sum_to_one() -> None:
    for levers, _ in months(read("us-mexico-2019"), 18, 3):
        for assigned in levers.assignments.values():
            assert np.allclose(assigned.shares.sum(axis=-1), 1)


def test_a_pledge_is_owed_from_its_start() -> None:
    levers = months(read("us-mexico-2019"), 1)[0][0]
    pledge = levers.pledges["guard_south"]
    assert pledge.level.tolist() == [6000] * 4
    assert (pledge.since, pledge.due) == (date(2019, 6, 7), date(2019, 7, 22))


@pytest.mark.parametrize(("guards", "verdict"), [(6000.0, "met"), (5999.0, "breached")])
def test_an_obligation_is_judged_by_what_is_published_when_due(guards: float, verdict: str) -> None:
    ledger = months(read("us-mexico-2019"), 2, 2, guard_south=guards)[-1][1]
    assert STATES[ledger.codes[0, ledger.plan.ids.index("enforce_6000")]] == verdict


def test_twice_the_draws_have_the_same_first_half() -> None:
    shipped = read("us-mexico-2019")
    same(months(shipped, 6, 3), months(shipped, 6, 6), slice(0, 3))
    same(months(shipped, 6, 3, first=3), months(shipped, 6, 6), slice(3, 6))


@given(st.integers(0, 1000))
def test_the_order_of_clauses_does_not_matter(seed: int) -> None:
    shipped = read("us-mexico-2019")
    shuffled = list(shipped.clauses.items())
    random.Random(seed).shuffle(shuffled)
    other = replace(shipped, clauses=dict(shuffled))
    same(months(shipped, 5, 8), months(other, 5, 8), slice(None))


def test_an_idle_clause_changes_nothing() -> None:
    shipped = read("us-mexico-2019")
    idle = """
[clause.idle]
kind = "trigger"
when = "1 > 2"
then = ["suspended(ladder)"]
source = "statement"
"""
    text = shipped.text.replace("[clause.standstill]", idle + "\n[clause.standstill]")
    other = parse(text, "us-mexico-2019.toml").accord
    assert other is not None
    same(months(shipped, 5, 8), months(other, 5, 8), slice(None))


def test_a_choice_more_moves_no_other_choice() -> None:
    shipped = read("us-mexico-2019")
    text = shipped.text.replace("[choice]", '[choice]\nzeal = { by = "MEX", silence = false, '
                                'odds = 0.5, asks = "Is Mexico zealous?" }')  # fmt: skip
    other = parse(text, "us-mexico-2019.toml").accord
    assert other is not None
    same(months(shipped, 5, 16), months(other, 5, 16), slice(None))


def test_a_month_is_read_by_the_days_of_its_own_law() -> None:
    """The slow twin: the average of the duty on each day, one day at a time."""
    shipped = read("us-mexico-2019")
    choose = ("resumed@2019-07-11=true", "resumed@2019-07-25=false")
    run = course(shipped, Choices.parse(choose, shipped))
    for levers, month in zip(months(shipped, 3, 1, *choose), (6, 7, 8), strict=True):
        days = [date(2019, month, 1) + timedelta(n) for n in range(31)]
        daily = [_duty(run, day) for day in days if day.month == month]
        assert levers[0].rates[ADDED][0, 0] == pytest.approx(sum(daily) / len(daily))


def _duty(run: Course, day: date) -> float:
    """Read the ladder from its steps and its state on a day, in plain Python."""
    ladder = run.plan.accord.clauses["ladder"]
    standing = run.at(np.datetime64(day, "s"))
    in_force = STATES[standing.codes[0, run.plan.index("ladder")]] == "in_force"
    steps = [step.value for step in ladder.steps if step.first <= day]
    return steps[-1] if steps and in_force else 0.0


def test_a_run_that_starts_later_knows_what_came_before() -> None:
    shipped = read("us-mexico-2019")
    early, late = months(shipped, 6, 8)[-1], months(shipped, 1, 8, start="2019-11")[0]
    assert np.array_equal(early[1].codes, late[1].codes)
    assert np.array_equal(early[0].rates[ADDED], late[0].rates[ADDED])


TRIGGER = (
    DUTY
    + """
[metric]
arrivals = { unit = "persons/month", lag = "9d", vintage = "first", label = "arrivals" }
[clause.alarm]
kind = "trigger"
when = "arrivals > 100"
then = ["suspended(duty)"]
LATCH
source = "s"
"""
)


@pytest.mark.parametrize(("latch", "after"), [("latch = true", 0.0), ("", 5.0)])
def test_a_trigger_fires_when_a_value_is_published_and_stays_only_if_it_latches(
    latch: str, after: float
) -> None:
    of = accord(re.sub("LATCH", latch, TRIGGER).replace(", [2019-03-01, 2019-04-30, 10]", ""))
    ledger, found = Ledger.opening(of, 1), []
    arrivals = np.array([[0.0, 0, 0, 200, 0, 0, 0]])  # January 2019 is above the threshold
    for month in np.datetime64("2019-01", "M") + np.arange(4):
        periods = int((month - np.datetime64("2018-10", "M")).astype(int))
        series = {"arrivals": Series(np.datetime64("2018-10", "M"), arrivals[:, :periods], "x")}
        seen = Evidence(month, 1, series, Cohorts((), {}))
        levers, ledger = govern(of, seen, Levers(), ledger)
        found.append(float(levers.rates[ADDED][0, 0]))
    # January's figure is known on 9 February, February's on 9 March.
    assert found == pytest.approx([0, 5 * 8 / 28, 5 * 0 if after == 0 else 5 * 23 / 31, after])


def test_a_series_that_no_world_reports_is_refused_by_name() -> None:
    from entente.problems import InputProblemsError

    of = accord(TRIGGER.replace("LATCH", ""))
    seen = Evidence(np.datetime64("2019-01", "M"), 1, {}, Cohorts((), {}))
    with pytest.raises(InputProblemsError, match="the world reports no series 'arrivals'"):
        govern(of, seen, Levers(), Ledger.opening(of, 1))


def test_goods_reach_their_chapters_and_the_longest_prefix_replaces() -> None:
    every = DUTY.replace('combine = "add"', 'goods = ["*"]')
    cars = DUTY.replace("duty]", "cars]").replace('combine = "add"', 'goods = ["87"]')
    text = every + cars.replace("-01, 5]", "-01, 2.5]")
    rates = months(accord(text), 2, 1, start="2019-02")[0][0].rates[ADDED][0]
    assert sorted(set(rates.tolist())) == [2.5, 5.0]
    assert (rates == 2.5).sum() == 1


def test_what_nothing_sets_keeps_to_the_usual() -> None:
    usual = Levers(levels={Lever("sites", "USA", "MEX"): np.array([2.0])})
    text = DUTY.replace('sets = "duty"', 'sets = "sites"').replace("2019-02-01, 5", "2019-02-15, 5")
    of = accord(text, HEAD)
    seen = evidence(np.datetime64("2019-02", "M"), 1)
    levers, _ = govern(of, seen, usual, Ledger.opening(of, 1))
    assert levers.levels[Lever("sites", "USA", "MEX")].tolist() == [3.5]


SITES = (
    DUTY.replace('sets = "duty"', 'sets = "sites"').replace('"s"', '"s"\nfrom = "opened"')
    + """
[choice]
opened = { by = "USA", asks = "Are sites opened?", silence = false, odds = 0.5 }
"""
)


def test_a_draw_that_sets_nothing_keeps_to_the_usual_or_says_that_it_sets_nothing() -> None:
    sites, of = Lever("sites", "USA", "MEX"), accord(SITES)
    seen = evidence(np.datetime64("2019-03", "M"), 40)
    luck = Luck(1, 40).of("choices")
    for level in (None, 2.0):
        usual = Levers(levels={} if level is None else {sites: np.full(40, level)})
        levers, ledger = govern(of, seen, usual, Ledger.opening(of, 40), luck=luck)
        opened = ledger.decided["opened"]
        assert 5 < opened.sum() < 35
        expected = np.where(opened, 10.0, np.nan if level is None else level)
        assert np.array_equal(levers.levels[sites], expected, equal_nan=True)


def test_what_a_draw_sets_does_not_turn_on_the_other_draws() -> None:
    of = accord(SITES)
    same(months(of, 2, 1, first=3, start="2019-03"), months(of, 2, 8, start="2019-03"), slice(3, 4))


def test_a_duty_on_nobody_in_particular_reaches_every_other_party() -> None:
    of = accord(DUTY.replace('on = "MEX"\n', "") + DUTY.replace("duty]", "more]"))
    rates = months(of, 1, 1, start="2019-03")[0][0].rates
    assert rates[ADDED][0, 0] == 20
    assert rates[Lever("duty", "USA", "")][0, 0] == 10


def test_a_review_that_returns_draws_anew_each_time() -> None:
    text = """
[choice]
renewed = { by = "USA", asks = "Renewed?", silence = true, odds = 0.5 }
[metric]
arrivals = { unit = "persons/month", lag = "9d", vintage = "first", label = "arrivals" }
[clause.yearly]
kind = "review"
by = "USA"
every = "3m"
reads = ["arrivals"]
decides = ["renewed"]
effective = 2019-01-01
source = "s"
"""
    found = months(accord(DUTY + text), 9, 64, start="2019-01")
    held = [np.broadcast_to(ledger.decided["renewed"], 64) for _, ledger in found]
    assert held[2].all()  # silence until the first review, on 1 April
    assert 16 < held[3].sum() < 48
    assert np.array_equal(held[3], held[5])
    assert not np.array_equal(held[3], held[6])


def test_an_exemption_without_facts_takes_its_clause_off() -> None:
    text = (
        DUTY
        + """
[choice]
spared = { by = "USA", asks = "Spared?", silence = false }
[clause.spare]
kind = "exempt"
from_clauses = ["duty"]
if = "spared"
to = 2
source = "s"
"""
    )
    rates = [
        months(accord(text), 1, 1, *choose, start="2019-03")[0][0].rates[ADDED][0, 0]
        for choose in ((), ("spared=true",))
    ]
    assert rates == [10, 2]


def test_every_clean_accord_can_be_asked_and_governed() -> None:
    from entente.accord.explain import explain
    from entente.accord.timeline import timeline

    for file in sorted((Path(__file__).parent / "fixtures").glob("*-clean.toml")):
        of = read(str(file))
        assert timeline(of)
        assert list(explain(of, of.horizon[0]).lines())
        ledger, first = Ledger.opening(of, 3), np.datetime64(of.horizon[0], "M")
        for month in first + np.arange(3):
            months_seen = int((month - first).astype(int)) + 8
            series = {
                metric.series: Series(first - 8, np.full((3, months_seen), 30_000.0), "x")
                for metric in of.metrics.values()
            }
            seen = Evidence(month, 3, series, COHORTS)
            levers, ledger = govern(of, seen, Levers(), ledger, luck=Luck(1, 3))
            for assigned in levers.assignments.values():
                assert np.allclose(assigned.shares.sum(axis=-1), 1)


def test_rules_that_ask_facts_alone_say_the_same_read_once_as_read_at_every_instant() -> None:
    deal = read("us-mexico-2019")
    luck = Luck(1, 3).of("choices")
    kept = anew = Ledger.opening(deal, 3)
    assert any(kept.allocations.by_facts.values())
    for month in np.datetime64("2019-06", "M") + np.arange(8):
        nothing = dict.fromkeys(anew.allocations.by_facts, False)
        anew = replace(anew, allocations=replace(anew.allocations, by_facts=nothing, read={}))
        seen = evidence(month, 3)
        levers, kept = govern(deal, seen, Levers(), kept, luck=luck)
        again, anew = govern(deal, seen, Levers(), anew, luck=luck)
        assert kept.allocations.read
        assert not anew.allocations.read
        for quantity, given_to in levers.assignments.items():
            assert given_to.outcomes == again.assignments[quantity].outcomes
            assert (given_to.shares == again.assignments[quantity].shares).all()
