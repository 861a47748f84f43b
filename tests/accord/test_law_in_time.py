"""What is in force when: worked examples of the shipped accord and of small ones."""

from datetime import date, datetime
from typing import Any

import pytest
from harbour import DUTY, HEAD, accord

from entente.accord.choices import Choices
from entente.accord.document import Accord
from entente.accord.text import read
from entente.accord.timeline import Interval, timeline
from entente.accord.value import FLAG, value
from entente.problems import InputProblemsError


def duty(of: Accord, day: str, *choose: str, as_of: str | None = None) -> Any:
    known = None if as_of is None else date.fromisoformat(as_of)
    on = date.fromisoformat(day) if len(day) == 10 else datetime.fromisoformat(day)
    return value(of, "duty", on, Choices.parse(choose, of), known).value


def states(rows: tuple[Interval, ...], clause: str) -> list[tuple[str, str]]:
    return [(r.from_.isoformat(), r.state) for r in rows if r.clause == clause and not r.places]


LADDER = [
    ("2019-06-09", 0), ("2019-06-10", 5), ("2019-06-30", 5), ("2019-07-01", 10),
    ("2019-07-31", 10), ("2019-08-01", 15), ("2019-09-01", 20), ("2019-10-01", 25),
    ("2020-12-31", 25),
]  # fmt: skip


def test_the_ladder_of_june_2019_as_threatened() -> None:
    shipped = read("us-mexico-2019")
    assert [(day, duty(shipped, day, "resumed=true")) for day, _ in LADDER] == LADDER


def test_the_standstill_holds_the_ladder_at_zero_on_every_day() -> None:
    shipped = read("us-mexico-2019")
    assert {duty(shipped, day) for day, _ in LADDER} == {0}


def test_before_the_declaration_was_known_the_ladder_stands() -> None:
    shipped = read("us-mexico-2019")
    assert duty(shipped, "2019-07-01", as_of="2019-05-31") == 10
    assert duty(shipped, "2019-07-01", as_of="2019-06-07") == 0


def test_a_finding_of_day_45_brings_the_first_country_rule_45_days_later() -> None:
    shipped = read("us-mexico-2019")
    rows = timeline(shipped, Choices.parse(["insufficient=true"], shipped))
    assert states(rows, "activate")[1:] == [("2019-06-11", "in_force"), ("2019-07-22", "triggered")]
    assert states(rows, "first_country")[1:] == [
        ("2019-06-11", "reserved"),
        ("2019-09-05", "in_force"),
    ]


def test_the_courts_chain_on_the_transit_bar_is_told_by_place_and_day() -> None:
    rows = timeline(read("us-mexico-2019"))
    assert states(rows, "transit_bar")[:4] == [
        ("2019-05-30", "draft"),
        ("2019-07-16", "in_force"),
        ("2019-07-24", "suspended"),
        ("2019-08-16", "in_force"),
    ]
    assert states(rows, "transit_bar")[-1] == ("2020-06-30", "void_from")
    west = [r for r in rows if r.clause == "transit_bar" and r.places == ("US-AZ", "US-CA")]
    assert [(r.from_, r.to) for r in west] == [(date(2019, 8, 16), date(2019, 9, 9))]
    flagged = [r for r in rows if r.clause == "enjoined_again" and r.state == FLAG]
    assert [(r.from_, r.to) for r in flagged] == [(date(2019, 9, 10), date(2019, 9, 11))]


@pytest.mark.parametrize(
    ("day", "expected"),
    [("2019-01-31", 0), ("2019-02-01", 5), ("2019-02-28", 5), ("2019-03-01", 10),
     ("2019-04-30", 10), ("2019-05-01", 0)],
)  # fmt: skip
def test_a_step_holds_from_its_day_to_its_last_day_included(day: str, expected: float) -> None:
    assert duty(accord(DUTY), day) == expected


REST = """
[clause.rest]
kind = "suspend"
what = ["duty"]
clock = "{clock}"
effective = 2019-01-20
expires = 2019-02-19
source = "s"
"""


def test_a_clock_that_stops_shifts_later_dates_by_the_length_of_the_rest() -> None:
    days = ["2019-02-19", "2019-03-02", "2019-03-03", "2019-03-31", "2019-05-30", "2019-05-31"]
    runs, stops = (
        accord(DUTY + REST.format(clock="runs")),
        accord(DUTY + REST.format(clock="stops")),
    )
    assert [duty(runs, day) for day in days] == [5, 10, 10, 10, 0, 0]
    assert [duty(stops, day) for day in days] == [0, 0, 5, 10, 10, 0]


def test_an_open_point_flags_only_the_days_on_which_its_readings_differ() -> None:
    point = """
[open]
clock = { clauses = ["rest"], field = "rest.clock", readings = ["runs", "stops"], about = "Which?" }
"""
    of = accord(DUTY + REST.format(clock="runs") + point)
    assert duty(of, "2019-02-10") == 0
    found = value(of, "duty", date(2019, 2, 25))
    assert (found.value, found.flags) == (FLAG, ("open_point",))
    assert sorted(found.readings.values()) == [0, 5]
    assert duty(of, "2019-03-31") == 10


def test_an_hour_inside_the_day_answers_both_values() -> None:
    of = accord(DUTY.replace("effective = 2019-02-01", "effective = 2019-02-04T00:01:00"))
    found = value(of, "duty", date(2019, 2, 4))
    assert (found.value, found.flags) == (FLAG, ("time_of_day",))
    assert duty(of, "2019-02-04T00:00:59") == 0
    assert duty(of, "2019-02-04T00:01:00") == 5


SECOND = """
[clause.more]
kind = "schedule"
by = "USA"
on = "MEX"
sets = "duty"
unit = "percent"
steps = [[2019-03-15, {amount}]]
{rule}
effective = 2019-03-15
source = "s"
"""


@pytest.mark.parametrize(
    ("first", "rule", "expected"),
    [
        ("add", 'combine = "add"', 17),
        ("max", 'combine = "max"', 10),
        ("add", 'over = ["duty"]', 7),
    ],
)
def test_clauses_on_one_quantity_compose(first: str, rule: str, expected: float) -> None:
    base = DUTY.replace('"add"', f'"{first}"')
    assert duty(accord(base + SECOND.format(amount=7, rule=rule)), "2019-03-20") == expected


def test_two_clauses_without_precedence_are_a_clash() -> None:
    of = accord(DUTY.replace('combine = "add"', "") + SECOND.format(amount=7, rule=""))
    assert duty(of, "2019-03-01") == 10
    with pytest.raises(InputProblemsError, match="E105 more: duty and more set duty together"):
        duty(of, "2019-03-20")


SNAPBACK = (
    DUTY
    + """
[choice]
acts = { by = "MEX", asks = "Does someone act?", silence = false }
[clause.relief]
kind = "suspend"
what = ["duty"]
effective = 2019-02-01
source = "s"
[clause.back]
kind = "restore"
what = ["duty"]
automatic = true
unless = "acts"
effective = 2019-03-10
source = "s"
"""
)


def test_a_snapback_returns_unless_someone_acts() -> None:
    of = accord(SNAPBACK)
    days = ["2019-03-09", "2019-03-10"]
    assert [duty(of, day) for day in days] == [0, 10]
    assert [duty(of, day, "acts=true") for day in days] == [0, 0]
    assert [duty(of, day, "acts@2019-04-01=true") for day in (*days, "2019-04-02")] == [0, 10, 0]


def test_an_end_once_come_is_final() -> None:
    text = DUTY.replace('source = "s"', 'source = "s"\nuntil = "over_now"')
    of = accord('[choice]\nover_now = { by = "USA", asks = "Over?", silence = false }\n' + text)
    choices = ["over_now@2019-02-10=true", "over_now@2019-02-20=false"]
    assert [duty(of, day, *choices) for day in ("2019-02-09", "2019-02-10", "2019-02-25")] == [
        5,
        0,
        0,
    ]


def test_a_sunset_ends_every_clause() -> None:
    of = accord(DUTY, HEAD.replace("[source]", "sunset = 2019-02-15\n[source]"))
    assert [duty(of, day) for day in ("2019-02-14", "2019-02-15")] == [5, 0]


def test_clauses_that_switch_each_other_without_end_are_refused() -> None:
    from entente.problems import NoSolutionError

    circle = """
[clause.rests]
kind = "trigger"
when = "in_force(duty)"
then = ["suspended(duty)"]
effective = 2019-02-01
source = "s"
"""
    with pytest.raises(NoSolutionError, match="duty, rests switch one another on and off"):
        timeline(accord(DUTY + circle))


def test_a_choice_that_nobody_declared_is_refused_with_the_nearest_name() -> None:
    shipped = read("us-mexico-2019")
    with pytest.raises(InputProblemsError, match="did you mean 'resumed'") as caught:
        Choices.parse(["resume=true", "satisfied=perhaps", "alleviated@now=true"], shipped)
    assert [p.code for p in caught.value.problems] == ["E103", "E111", "E111"]


def test_a_trigger_reads_only_what_is_published() -> None:
    text = """
[metric]
arrivals = { unit = "persons/month", lag = "9d", vintage = "first", label = "arrivals" }
[clause.alarm]
kind = "trigger"
when = "arrivals > 100"
then = ["suspended(duty)"]
latch = true
source = "s"
"""
    rows = timeline(accord(DUTY + text))
    assert states(rows, "alarm") == [("2019-01-01", "in_force")]


COURT = (
    DUTY.replace('source = "s"', 'source = "s"\nexpires = 2019-04-20')
    + """
[clause.ruling]
kind = "procedure"
body = "court"
decided = 2019-04-10
applied = 2019-04-20
then = ["void_ab_initio(duty)"]
source = "s"
known_on = 2019-04-10
"""
)


def test_what_was_collected_and_what_was_lawful_are_two_answers() -> None:
    of = accord(COURT)
    days = [date(2019, 3, 20), date(2019, 4, 15), date(2019, 4, 20)]
    assert [value(of, "duty", day).value for day in days] == [10, 10, 0]
    assert [value(of, "duty", day, lawful=True).value for day in days] == [0, 0, 0]


def test_a_later_ruling_changes_history_only_as_of_after_it() -> None:
    of, day = accord(COURT), date(2019, 3, 20)
    asked = [value(of, "duty", day, as_of=date(2019, 4, n), lawful=True).value for n in (9, 10)]
    assert asked == [10, 0]


def test_a_duty_on_nobody_in_particular_is_on_every_other_party() -> None:
    of = accord(DUTY.replace('on = "MEX"\n', ""))
    assert value(of, "duty", date(2019, 3, 20), party="MEX").value == 10


def test_a_condition_on_the_day_itself_turns_on_that_day() -> None:
    of = accord(DUTY.replace('source = "s"', 'source = "s"\nuntil = "days_since(s) >= 100"'))
    assert duty(of, "2019-03-10") == 10  # the statement is of 1 December 2018
    assert duty(of, "2019-03-11") == 0


def test_a_clause_waits_for_the_date_in_from() -> None:
    text = DUTY.replace('source = "s"', 'source = "s"\nfrom = "date(s) + \'3m\'"')
    assert [duty(accord(text), day) for day in ("2019-02-28", "2019-03-01")] == [0, 10]


SURGE = (
    DUTY.replace("[2019-03-01, 2019-04-30, 10]", "[2019-03-01, 5]")
    + """
[choice]
surge = { by = "USA", asks = "Is there a surge?", silence = false }
[clause.relief]
kind = "trigger"
when = "surge"
then = ["suspended(duty)"]
cool = "10d"
source = "s"
"""
)


def test_a_trigger_that_has_reset_rests_before_it_fires_again() -> None:
    of = accord(SURGE)
    choose = [f"surge@2019-03-{day}" for day in ("05=true", "08=false", "12=true")]
    days = [f"2019-03-{day:02d}" for day in (4, 5, 7, 8, 12, 17, 18)]
    assert [duty(of, day, *choose) for day in days] == [5, 0, 0, 5, 5, 5, 0]


def test_clauses_in_reserve_come_by_a_restore() -> None:
    held = """
[clause.rule]
kind = "allocate"
sets = "responsibility"
begins = "reserved"
rules = [{ id = "all", if = "true", to = "USA" }]
source = "s"
[clause.release]
kind = "restore"
what = ["rule"]
effective = 2019-05-01
source = "s"
"""
    rows = timeline(accord(held))
    assert states(rows, "rule") == [("2019-01-01", "reserved"), ("2019-05-01", "in_force")]
