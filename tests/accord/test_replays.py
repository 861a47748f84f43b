"""Shipped accords replayed against the record: the day before, of and after each step."""

from datetime import date, datetime
from typing import Any

import numpy as np
import pytest
from test_govern import ADDED, months

from entente.accord.choices import Choices
from entente.accord.text import read
from entente.accord.timeline import timeline
from entente.accord.value import FLAG, Value, value

HISTORY = ("alleviated=false", "resumed=false", "satisfied=true", "insufficient=false")


def asked(name: str, quantity: str, on: str, *choose: str, **scope: Any) -> Value:
    of = read(name)
    moment = date.fromisoformat(on) if len(on) == 10 else datetime.fromisoformat(on)
    return value(of, quantity, moment, Choices.parse(choose, of), **scope).value


def course_of(name: str, clause: str, *choose: str) -> list[tuple[str, str, Value]]:
    """Return from when a clause stands how, and with which value, wherever it holds."""
    of = read(name)
    rows = timeline(of, Choices.parse(choose, of))
    return [
        (row.from_.isoformat(), row.state, row.value)
        for row in rows
        if row.clause == clause and not row.places
    ]


def emergency(on: str, party: str, **scope: Any) -> Value:
    return asked("us-ieepa-2025-26", "duty", on, by="USA", party=party, **scope)


COLLECTED = {
    "MEX": [
        ("2025-02-03", 0), ("2025-02-04", 0), ("2025-03-03", 0), ("2025-03-04T00:00:59", 0),
        ("2025-03-04", FLAG), ("2025-03-04T00:01", 25), ("2025-03-05", 25), ("2025-08-01", 25),
        ("2026-02-20", 25), ("2026-02-23", 25), ("2026-02-23T23:59:59", 25), ("2026-02-24", FLAG),
        ("2026-02-24T00:00", 0), ("2026-02-24T00:01", 10), ("2026-02-25", 10), ("2026-07-23", 10),
        ("2026-07-24T00:00:59", 10), ("2026-07-24", FLAG), ("2026-07-24T00:01", 0),
        ("2026-07-25", 0),
    ],
    "CAN": [
        ("2025-02-04", 0), ("2025-03-03", 0), ("2025-03-05", 25), ("2025-07-31", 25),
        ("2025-08-01", FLAG), ("2025-08-01T00:01", 35), ("2025-08-02", 35), ("2026-02-23", 35),
        ("2026-02-25", 10),
    ],
    "CHN": [
        ("2025-02-03", 0), ("2025-02-04T00:01", 10), ("2025-02-05", 10), ("2025-03-03", 10),
        ("2025-03-04", FLAG), ("2025-03-05", 20), ("2025-11-09", 20), ("2025-11-10T00:01", 10),
        ("2025-11-11", 10), ("2026-02-23", 10), ("2026-02-25", 10), ("2026-07-25", 0),
    ],
}  # fmt: skip


@pytest.mark.parametrize("party", COLLECTED)
def test_the_emergency_duties_as_collected(party: str) -> None:
    assert [(on, emergency(on, party)) for on, _ in COLLECTED[party]] == COLLECTED[party]


def test_a_duty_on_the_world_is_on_those_it_does_not_name_and_never_on_the_one_who_sets_it() -> (
    None
):
    assert emergency("2026-02-25", "BRA") == 10
    assert emergency("2026-02-25", "USA") is None
    assert emergency("2026-02-20", "BRA") == 0


@pytest.mark.parametrize("on", ["2025-02-05", "2025-03-05", "2026-02-19", "2026-02-20"])
@pytest.mark.parametrize("party", COLLECTED)
def test_what_was_void_from_the_beginning_was_never_lawful(party: str, on: str) -> None:
    assert emergency(on, party, lawful=True) == 0
    assert emergency("2026-02-25", party, lawful=True) == 10


def test_before_the_ruling_was_known_the_emergency_duties_were_lawful() -> None:
    as_of = [emergency("2025-03-05", "MEX", lawful=True, as_of=date(2026, 2, n)) for n in (19, 20)]
    assert as_of == [25, 0]


def colombia(on: str, by: str, *choose: str) -> Value:
    return asked("us-colombia-2025", "duty", on, *choose, by=by)


def test_colombia_accepts_the_same_night_and_no_duty_is_ever_on() -> None:
    days = ("2025-01-26", "2025-01-27", "2025-02-01", "2025-02-02", "2025-12-31")
    assert {colombia(day, by) for day in days for by in ("USA", "COL")} == {0}


@pytest.mark.parametrize(
    ("on", "usa", "col"),
    [("2025-01-26", 25, 25), ("2025-02-01", 25, 25), ("2025-02-02", 50, 25),
     ("2025-02-03", 50, 25)],
)  # fmt: skip
def test_had_colombia_refused_the_duties_would_have_come_out_of_reserve(
    on: str, usa: float, col: float
) -> None:
    assert colombia(on, "USA", "accepts=false") == usa
    assert colombia(on, "COL", "accepts=false") == col


def test_visa_measures_stay_until_the_first_planeload_has_landed() -> None:
    days = ("2025-01-26", "2025-01-27", "2025-01-28", "2025-01-29")
    refused = [
        asked("us-colombia-2025", "visa_refusal", day, "landed@2025-01-28=true") for day in days
    ]
    assert refused == [100, 100, None, None]


@pytest.mark.parametrize("year", [1, 2, 3])
def test_the_washers_years_follow_one_another_on_the_seventh_of_february(year: int) -> None:
    clause = read("us-washers-2018").clauses[f"washers_{year}"]
    assert (clause.quota.inside, clause.quota.outside) == [(20, 50), (18, 45), (16, 40)][year - 1]
    limits = read("us-washers-2018").clauses[f"parts_{year}"].quota.limit
    assert (clause.quota.limit, limits) == (1_200_000, [50_000, 70_000, 90_000][year - 1])
    states = [state for _, state, _ in course_of("us-washers-2018", f"washers_{year}")]
    first = [f"{2017 + year}-02-07", "in_force", None]
    assert first in map(list, course_of("us-washers-2018", f"washers_{year}"))
    assert states[-1] == "lapsed"


@pytest.mark.parametrize("on", ["2018-02-07", "2019-02-06", "2019-02-07", "2021-02-06"])
def test_a_rate_that_turns_on_the_running_quantity_is_no_plain_number(on: str) -> None:
    of = read("us-washers-2018")
    found = value(of, "duty", date.fromisoformat(on), by="USA", party="KOR")
    assert (found.value, found.flags) == (FLAG, ("facts",))
    year = 1 + (on >= "2019-02-07") + (on >= "2020-02-07")
    assert found.clauses == (f"parts_{year}", f"washers_{year}")


def test_the_statement_of_march_2016_by_its_days() -> None:
    assert course_of("eu-turkey-2016", "returns") == [
        ("2016-03-18", "announced", None),
        ("2016-03-20", "in_force", None),
    ]
    places = [
        (day, asked("eu-turkey-2016", "resettlement_places", day))
        for day in ("2016-03-18", "2016-03-20", "2016-03-21", "2016-03-22", "2018-12-31")
    ]
    assert [amount for _, amount in places] == [18_000, 18_000, 72_000, 72_000, 72_000]
    ends = {"visas": "breached", "chapter_33": "met", "money": "met"}
    due = {"visas": "2016-06-30", "chapter_33": "2016-06-30", "money": "2018-12-31"}
    for clause, verdict in ends.items():
        assert course_of("eu-turkey-2016", clause)[-1] == (due[clause], verdict, None)


def test_the_exchange_ends_at_a_review_that_does_not_keep_it_up() -> None:
    assert course_of("eu-turkey-2016", "places", "goes_on=false")[-2:] == [
        ("2016-03-21", "in_force", 72_000),
        ("2016-09-18", "lapsed", None),
    ]


def test_admission_opens_once_crossings_are_reduced() -> None:
    days = ("2016-11-30", "2016-12-01", "2016-12-02")
    opened = [
        asked("eu-turkey-2016", "humanitarian_admission", day, "reduced@2016-12-01=true")
        for day in days
    ]
    assert opened == [None, 1, 1]


def test_no_tariff_was_charged_on_mexico_with_the_choices_of_history() -> None:
    days = np.arange("2019-05-30", "2019-12-01", 7, dtype="datetime64[D]").astype(str)
    assert {asked("us-mexico-2019", "duty", str(day), *HISTORY) for day in days} == {0}
    for levers, ledger in months(read("us-mexico-2019"), 7, 8, *HISTORY):
        assert not levers.rates or not levers.rates[ADDED].any()
        first = ledger.plan.index("first_country")
        assert len(set(ledger.codes[:, first])) == 1


def test_reviews_of_june_2019_come_after_45_and_90_days() -> None:
    found = [
        course_of("us-mexico-2019", clause, "insufficient=true")
        for clause in ("activate", "first_country", "enforce")
    ]
    assert [rows[-1][:2] for rows in found] == [
        ("2019-07-22", "triggered"),
        ("2019-09-05", "in_force"),
        ("2019-09-05", "met"),
    ]
    assert course_of("us-mexico-2019", "enforce", "satisfied=false")[-1][1] == "breached"


def test_the_ladder_resumed_on_day_90_turns_on_whether_its_calendar_ran() -> None:
    assert asked("us-mexico-2019", "duty", "2019-09-04", "resumed@2019-09-05=true") == 0
    of = read("us-mexico-2019")
    choices = Choices.parse(["resumed@2019-09-05=true"], of)
    found = value(of, "duty", date(2019, 9, 5), choices)
    assert (found.value, found.flags) == (FLAG, ("open_point",))
    runs = {"stops" not in reading: amount for reading, amount in (found.readings or {}).items()}
    assert runs == {True: 20, False: 0}


CHAIN = [
    ("2019-07-15", None), ("2019-07-16", ()), ("2019-07-23", ()), ("2019-07-24", None),
    ("2019-08-15", None), ("2019-08-16", ("US-AZ", "US-CA")),
    ("2019-09-08", ("US-AZ", "US-CA")), ("2019-09-09", ("US-AZ", "US-CA", "US-NM", "US-TX")),
    ("2019-09-11", ()), ("2019-09-12", ()), ("2020-06-29", ()), ("2020-06-30", None),
]  # fmt: skip


@pytest.mark.parametrize(("on", "spared"), CHAIN)
def test_the_transit_bar_by_court_and_place(on: str, spared: tuple[str, ...] | None) -> None:
    day = date.fromisoformat(on)
    rows = [
        row
        for row in timeline(read("us-mexico-2019"))
        if row.clause == "transit_bar" and _day(row.from_) <= day < _day(row.to)
    ]
    here = next(row for row in rows if not row.places)
    assert (here.state == "in_force") is (spared is not None)
    assert sorted(place for row in rows for place in row.places) == sorted(spared or ())


def test_the_day_of_the_appeal_stay_is_flagged_by_its_readings() -> None:
    rows = [
        row
        for row in timeline(read("us-mexico-2019"))
        if row.clause == "transit_bar" and _day(row.from_) == date(2019, 9, 10)
    ]
    assert any(row.readings for row in rows)


def _day(moment: date | datetime) -> date:
    return moment.date() if isinstance(moment, datetime) else moment
