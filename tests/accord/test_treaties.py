"""Treaties replayed against what happened, and read for what had gone otherwise."""

from datetime import date, timedelta
from typing import Any

import pytest
from test_replays import asked, course_of

from entente.accord.text import read
from entente.accord.value import FLAG
from entente.cases.claims.responsibility import responsible
from entente.cases.claims.table import table_of

SNAPBACK = "jcpoa-snapback"
NOTICE = ("notified=true",)


def sanctions(on: str, *choose: str) -> Any:
    return asked(SNAPBACK, "un_sanctions", on, *choose)


def test_the_sanctions_returned_at_midnight_utc_when_four_voted_to_continue_the_relief() -> None:
    happened = (*NOTICE, "votes=4", "vetoed=true")
    days = ["2016-01-15", "2016-01-16", "2025-09-26", "2025-09-27T19:59", "2025-09-27T20:00",
            "2025-09-28", "2025-10-17"]  # fmt: skip
    assert [sanctions(day, *happened) for day in days] == [1, None, None, None, 1, 1, 1]
    assert sanctions("2025-09-27", *happened) == FLAG  # the day on which they return
    assert sanctions("2025-10-18", *happened) == FLAG  # Iran, Russia and China contest it


@pytest.mark.parametrize(
    ("votes", "vetoed", "returned"),
    [(9, "false", None), (9, "true", 1), (8, "false", 1), (0, "false", 1), (15, "true", 1)],
)
def test_relief_goes_on_by_nine_votes_without_a_veto_only(
    votes: int, vetoed: str, returned: float | None
) -> None:
    assert sanctions("2025-09-28", *NOTICE, f"votes={votes}", f"vetoed={vetoed}") == returned


def test_without_a_notice_nothing_returns_and_the_resolution_ends() -> None:
    assert [sanctions(day) for day in ("2025-09-28", "2025-10-17")] == [None, None]
    assert course_of(SNAPBACK, "sanctions")[-1][:2] == ("2025-10-18", "lapsed")


PHASE_ONE = "us-china-phase-one"


def test_only_the_end_of_a_year_binds_the_purchases() -> None:
    actual = ("bought=288.8",)
    days = ["2020-02-14", "2020-12-31", "2021-01-01", "2021-12-31", "2022-01-01"]
    above = [asked(PHASE_ONE, "purchases_above_2017", day, *actual) for day in days]
    assert above == [76.7, 76.7, 123.3, 123.3, None]
    course = course_of(PHASE_ONE, "both_years", *actual)
    assert [(day, state) for day, state, _ in course][-2:] == [
        ("2020-01-15", "in_force"), ("2021-12-31", "breached"),
    ]  # fmt: skip
    kept = course_of(PHASE_ONE, "both_years", "bought=502.4")
    assert kept[-1][1] == "met"


def test_a_breach_suspends_the_targets_only_by_choice() -> None:
    breached = ("bought_2020=134", "bought=288.8")
    assert asked(PHASE_ONE, "purchases_above_2017", "2021-02-01", *breached) == 123.3
    acted = (*breached, "proportionate_action@2021-01-15=true")
    assert asked(PHASE_ONE, "purchases_above_2017", "2021-02-01", *acted) is None


def steel(on: str, goods: str, by: str, party: str, *choose: str) -> Any:
    return asked("us-steel-surge-2019", "duty", on, *choose, by=by, party=party, goods=goods)


def test_the_metal_duties_came_off_and_return_on_the_product_that_surges() -> None:
    days = ["2018-05-31", "2018-06-01", "2019-05-19", "2019-05-20", "2020-12-31"]
    assert [steel(day, "7208", "USA", "CAN") or 0 for day in days[1:]] == [25, 25, 0, 0]
    surge = "steel_surges@2020-03-01=true"
    assert [steel("2020-03-01", code, "USA", "MEX", surge) or 0 for code in ("7208", "7601")] == [
        25, 0,
    ]  # fmt: skip
    answered = (surge, "they_answer@2020-03-01=true")
    replies = [steel("2020-03-02", code, "MEX", "USA", *answered) or 0
               for code in ("7308", "7601", "0203")]  # fmt: skip
    assert replies == [25, 0, 0]


def test_one_in_one_out_returns_who_was_asked_for_in_time_and_agreed_upon() -> None:
    arrived = date(2025, 9, 1)
    usual = {
        "application_date": arrived, "entry_date": arrived, "entry_mode": "sea",
        "from_state": "FRA", "lodged_state": "GBR", "unaccompanied": False, "age": 30.0,
        "request_date": arrived + timedelta(days=3), "reply": "accept",
        "reply_date": arrived + timedelta(days=17),
    }  # fmt: skip
    early = dict.fromkeys(("application_date", "entry_date", "request_date", "reply_date"))
    claims = [
        usual,
        usual | {"request_date": arrived + timedelta(days=4)},
        usual | {"reply_date": arrived + timedelta(days=18)},
        usual | {"unaccompanied": True, "age": 16.0},
        usual | {"reply": "none", "reply_date": None},
        *(usual | dict.fromkeys(early, day)
          for day in (date(2025, 8, 3), date(2025, 8, 4), date(2025, 8, 5), date(2025, 8, 6),
                      date(2026, 6, 30), date(2026, 7, 1))),
    ]  # fmt: skip
    rows = [{"claim_id": str(number), **claim} for number, claim in enumerate(claims)]
    found = responsible(table_of(rows), read("uk-france-2025")).arrow()["state"].to_pylist()
    assert found[:5] == ["FRA", "GBR", "GBR", "GBR", "GBR"]
    assert found[5:] == ["GBR", "FLAG", "FLAG", "FRA", "FRA", "GBR"]
