"""Every state that a clause can be in, how it comes to it, and which of several is the stronger."""

from datetime import date
from typing import Any

import pytest
from harbour import DUTY, HEAD, accord

from entente.accord.checks import check, check_text
from entente.accord.choices import Choices
from entente.accord.document import Accord
from entente.accord.text import parse, write
from entente.accord.timeline import timeline
from entente.accord.value import FLAG, value

SURGE = '[choice]\nsurge = { by = "USA", asks = "Is there a surge?", silence = false }\n'
FREE = DUTY.replace("[2019-02-01, 5], [2019-03-01, 2019-04-30, 10]", "[2019-02-01, 10]")


def states(of: Accord, clause: str, *choose: str) -> list[tuple[str, str]]:
    rows = timeline(of, Choices.parse(choose, of))
    return [(r.from_.isoformat(), r.state) for r in rows if r.clause == clause and not r.places]


def duty(of: Accord, day: str, *choose: str, **asked: Any) -> Any:
    return value(of, "duty", date.fromisoformat(day), Choices.parse(choose, of), **asked).value


def mover(id_: str, *then: str, when: str = "surge", more: str = "") -> str:
    listed = ", ".join(f'"{effect}"' for effect in then)
    head = f'[clause.{id_}]\nkind = "trigger"\nwhen = "{when}"\n'
    return f'{head}then = [{listed}]\n{more}source = "s"\n'


def body(id_: str, *then: str, more: str = "decided = 2019-04-01\n") -> str:
    listed = ", ".join(f'"{effect}"' for effect in then)
    head = f'[clause.{id_}]\nkind = "procedure"\nbody = "panel"\n'
    return f'{head}then = [{listed}]\n{more}source = "s"\n'


def test_a_schedule_that_a_trigger_brings_into_force_is_held_in_reserve_until_then() -> None:
    of = accord(
        SURGE + FREE + mover("alarm", "in_force(duty)", more='within = "5d"\nlatch = true\n')
    )
    assert states(of, "duty")[1:] == [("2019-02-01", "reserved")]
    chosen = "surge@2019-03-10=true"
    assert states(of, "duty", chosen)[1:] == [
        ("2019-02-01", "reserved"),
        ("2019-03-15", "in_force"),
    ]
    days = ("2019-03-14", "2019-03-15")
    assert [duty(of, day, chosen) for day in days] == [0, 10]


def test_a_trigger_lifts_a_suspension_that_came_before_it() -> None:
    rest = (
        '[clause.rest]\nkind = "suspend"\nwhat = ["duty"]\neffective = 2019-03-05\nsource = "s"\n'
    )
    of = accord(SURGE + FREE + rest + mover("alarm", "in_force(duty)", more="latch = true\n"))
    assert states(of, "duty", "surge@2019-03-20=true")[1:] == [
        ("2019-02-01", "in_force"), ("2019-03-05", "suspended"), ("2019-03-20", "in_force"),
    ]  # fmt: skip
    assert states(of, "duty", "surge@2019-02-20=true")[-1] == ("2019-03-05", "suspended")


def test_a_restore_undoes_what_a_trigger_suspended() -> None:
    back = (
        '[clause.back]\nkind = "restore"\nwhat = ["duty"]\neffective = 2019-04-01\nsource = "s"\n'
    )
    of = accord(SURGE + FREE + mover("relief", "suspended(duty)", more="latch = true\n") + back)
    assert check(of)[0].code == "W208"
    assert states(of, "duty", "surge@2019-03-10=true")[2:] == [
        ("2019-03-10", "suspended"), ("2019-04-01", "in_force"),
    ]  # fmt: skip


def test_a_body_may_hold_a_clause_back() -> None:
    of = accord(FREE + body("panel", "reserved(duty)"))
    assert states(of, "duty")[-1] == ("2019-04-01", "reserved")
    assert duty(of, "2019-04-02") == 0


OWED = """
[choice]
kept = { by = "MEX", asks = "Is it kept?", silence = true }
[clause.promise]
kind = "obligation"
by = "MEX"
judged = "kept"
due = "'2019-06-01'"
source = "s"
"""


def test_an_obligation_is_neither_before_it_is_due_and_final_after() -> None:
    of = accord(OWED)
    assert states(of, "promise")[1:] == [("2019-06-01", "met")]
    assert states(of, "promise", "kept=false")[1:] == [("2019-06-01", "breached")]


def test_a_panel_may_find_a_breach_before_the_day_comes() -> None:
    of = accord(OWED + body("panel", "breached(promise)"))
    assert states(of, "promise")[1:] == [("2019-04-01", "breached")]


def test_a_stage_that_fails_on_its_day_breaches_the_whole() -> None:
    stages = 'stages = [{ due = "\'2019-03-01\'", must = "early" }]\n'
    staged = OWED.replace('source = "s"', f'{stages}source = "s"')
    early = '[choice]\nearly = { by = "MEX", asks = "Is it early?", silence = true }\n'
    of = accord(staged.replace("[choice]\n", early))
    assert states(of, "promise")[1:] == [("2019-06-01", "met")]
    late = ("early@2019-03-02=false",)
    assert states(of, "promise", *late)[1:] == [("2019-06-01", "met")]  # a stage is tested once
    assert states(of, "promise", "early=false")[1:] == [("2019-03-01", "breached")]


def test_silence_that_is_assent_brings_a_bodys_effects_when_it_takes_effect() -> None:
    lapse = body("council", "lapsed(duty)", more="effective = 2019-05-01\nsilence = true\n")
    assert states(accord(FREE + lapse), "duty")[-1] == ("2019-05-01", "lapsed")
    refused = lapse.replace("silence = true\n", "silence = false\n")
    assert states(accord(FREE + refused), "duty")[-1] == ("2019-02-01", "in_force")


COUNCIL = (
    FREE
    + """
[choice]
yeas = { by = "USA", asks = "How many vote to go on with relief?", silence = 0 }
vetoes = { by = "USA", asks = "How many permanent members vote no?", silence = 0 }
[clause.relief]
kind = "suspend"
what = ["duty"]
effective = 2019-02-15
source = "s"
[clause.notice]
kind = "restore"
what = ["duty"]
automatic = true
unless = "yeas >= 9 and vetoes == 0"
effective = 2019-04-01
source = "s"
"""
)


@pytest.mark.parametrize(
    ("votes", "expected"),
    [((), 10), (("yeas=9",), 0), (("yeas=8",), 10), (("yeas=9", "vetoes=1"), 10)],
)
def test_a_reverse_vote_snaps_back_unless_relief_is_carried_on(
    votes: tuple[str, ...], expected: float
) -> None:
    of = accord(COUNCIL)
    assert duty(of, "2019-03-31", *votes) == 0
    assert duty(of, "2019-04-01", *votes) == expected


def test_void_is_stronger_than_lapsed_and_lapsed_than_suspended() -> None:
    rest = (
        '[clause.rest]\nkind = "suspend"\nwhat = ["duty"]\neffective = 2019-02-10\nsource = "s"\n'
    )
    of = accord(FREE.replace('source = "s"', 'expires = 2019-02-20\nsource = "s"') + rest
                + body("court", "void_from(duty)"))  # fmt: skip
    assert states(of, "duty") == [
        ("2019-01-01", "announced"), ("2019-02-01", "in_force"), ("2019-02-10", "suspended"),
        ("2019-02-20", "lapsed"), ("2019-04-01", "void_from"),
    ]  # fmt: skip


def test_an_announced_clause_waits_for_its_effect() -> None:
    of = accord(FREE.replace("effective =", "announced = 2019-01-15\neffective ="))
    assert states(of, "duty")[:3] == [
        ("2019-01-01", "draft"), ("2019-01-15", "announced"), ("2019-02-01", "in_force"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("end", "last"), [('until = "2019-04-10"', 10), ("expires = 2019-04-10", 10)]
)
def test_a_stopped_clock_shifts_the_end_whether_it_is_until_or_expires(end: str, last: int) -> None:
    rest = ('[clause.rest]\nkind = "suspend"\nwhat = ["duty"]\nclock = "{}"\n'
            'effective = 2019-03-10\nexpires = 2019-03-20\nsource = "s"\n')  # fmt: skip
    text = FREE.replace('source = "s"', f'{end}\nsource = "s"')
    if "until" in end:
        text = text.replace('"2019-04-10"', "2019-04-10")
    runs, stops = accord(text + rest.format("runs")), accord(text + rest.format("stops"))
    assert [duty(runs, day) for day in ("2019-04-09", "2019-04-10")] == [10, 0]
    assert [duty(stops, day) for day in ("2019-04-19", "2019-04-20")] == [10, 0]


def test_a_period_that_ends_on_a_day_of_rest_ends_on_the_next_working_day() -> None:
    saturday = OWED.replace("'2019-06-01'", "'2019-05-02' + '30d'")
    assert states(accord(saturday), "promise")[1:] == [("2019-06-01", "met")]
    moved = saturday.replace('source = "s"', 'roll = "next_working_day"\nsource = "s"')
    assert states(accord(moved), "promise")[1:] == [("2019-06-03", "met")]


CALENDAR = """
[calendar]
us = { holidays = ["07-04", 2019-05-27], weekend = ["sat", "sun"] }
"""


def test_a_clause_counts_by_the_calendar_that_it_names() -> None:
    by_name = 'calendar = "us"\nsource = "s"'
    moved = OWED.replace("'2019-06-01'", "'2019-05-02' + '25d'")  # Memorial Day
    moved = moved.replace('source = "s"', f'roll = "next_working_day"\n{by_name}')
    assert states(accord(moved + CALENDAR), "promise")[1:] == [("2019-05-28", "met")]
    worked = OWED.replace("'2019-06-01'", "'2019-05-23' + '5bd'")  # a Thursday
    worked = worked.replace('source = "s"', by_name)
    assert states(accord(worked + CALENDAR), "promise")[1:] == [("2019-05-31", "met")]
    of = accord(worked + CALENDAR)
    assert parse(write(of), "made.toml").accord == of
    friday = CALENDAR.replace('"sat", "sun"', '"fri", "sat"')
    assert states(accord(worked + friday), "promise")[1:] == [("2019-06-02", "met")]


@pytest.mark.parametrize(
    ("calendar", "code", "words"),
    [
        ("", "E103", "no calendar named 'us'"),
        ('us = { holidays = ["2-30"] }', "E111", "day of rest"),
        ("us = { holidays = [2018-07-04] }", "E104", "'us' lists no day of rest in 2019"),
        ('us = { holidays = ["07-04"], weekend = ["sabbath"] }', "E111", "sabbath"),
    ],
)
def test_a_calendar_that_cannot_be_counted_by_is_a_problem(
    calendar: str, code: str, words: str
) -> None:
    named = OWED.replace('source = "s"', 'calendar = "us"\nsource = "s"')
    found = check_text(HEAD + named + f"[calendar]\n{calendar}\n", "made.toml")
    assert (code, True) in [(problem.code, words in problem.message) for problem in found]


def test_business_days_without_a_calendar_are_a_problem_wherever_they_stand() -> None:
    worked = OWED.replace("'2019-06-01'", "'2019-05-24' + '5bd'")
    (found,) = [p for p in check_text(HEAD + worked, "made.toml") if p.code == "E111"]
    assert found.message == "business days need a named calendar"
    assert found.mend == "count in days, or name the clause's calendar"


def test_a_suspension_in_one_state_leaves_the_others_under_the_clause() -> None:
    rest = ('[clause.rest]\nkind = "suspend"\nwhat = ["duty"]\nwhere = "US-TX"\n'
            'effective = 2019-03-10\nsource = "s"\n')  # fmt: skip
    of, day = accord(FREE + rest), "2019-03-20"
    assert duty(of, day, place="US-TX") == 0
    assert duty(of, day, place="US-CA") == 10
    found = value(of, "duty", date(2019, 3, 20))
    assert (found.value, found.flags) == (FLAG, ("facts",))


@pytest.mark.parametrize(
    ("effect", "code", "words"),
    [
        ("announced(duty)", "E111", "nothing can make 'duty' announced"),
        ("breached(duty)", "E111", "'duty' is no obligation"),
    ],
)
def test_a_state_that_nothing_can_bring_is_a_problem(effect: str, code: str, words: str) -> None:
    of = accord(SURGE.replace("}", ", odds = 0.1 }") + FREE + mover("alarm", effect))
    (problem,) = check(of)
    assert problem.code == code
    assert words in problem.message


def test_bringing_into_force_what_says_that_it_is_there_already_is_a_problem() -> None:
    of = accord(SURGE.replace("}", ", odds = 0.1 }")
                + FREE.replace('source = "s"', 'begins = "in_force"\nsource = "s"')
                + mover("alarm", "in_force(duty)"))  # fmt: skip
    assert [p.code for p in check(of)] == ["E113"]


def test_a_quota_year_is_a_day_of_the_calendar() -> None:
    from entente.accord.text import parse

    quota = 'quota = {{ limit = 5, inside = 0, outside = 9, unit = "units", year = "{}" }}'
    steps = "steps = [[2019-02-01, 10]]"
    assert parse(HEAD + FREE.replace(steps, quota.format("02-07")), "a.toml").problems == ()
    (problem,) = parse(HEAD + FREE.replace(steps, quota.format("30-02")), "a.toml").problems
    assert problem.code == "E111"
    assert "quota year" in problem.message
