"""Which state answers: replays, laws and the slow twin."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from slow import answers, days

from entente.accord.choices import Choices
from entente.accord.document import Accord
from entente.accord.text import read
from entente.cases.claims import table as claims
from entente.cases.claims.responsibility import responsible
from entente.cases.claims.table import table_of
from entente.problems import InputProblemsError

ISLAND = Path(__file__).parent / "island.toml"
MEXICO = "us-mexico-2019"


def ask(accord: Accord, *claims: dict[str, Any], **options: Any) -> list[dict[str, Any]]:
    rows = [{"claim_id": f"c{number}", **claim} for number, claim in enumerate(claims)]
    found: list[dict[str, Any]] = responsible(table_of(rows), accord, **options).arrow().to_pylist()
    assert [row["claim_id"] for row in found] == [row["claim_id"] for row in rows]
    return found


def entrant(day: date, place: str | None = "US-TX", **facts: Any) -> dict[str, Any]:
    usual = {"transited": ["MEX"], "protection_denied_in": [], "trafficking_victim": False}
    return {"application_date": day, "place": place, **usual, **facts}


CHAIN = [  # first day, last day, where the transit rule operates
    (date(2019, 7, 15), date(2019, 7, 15), ""),
    (date(2019, 7, 16), date(2019, 7, 23), "TX NM CA AZ"),
    (date(2019, 7, 24), date(2019, 8, 15), ""),
    (date(2019, 8, 16), date(2019, 9, 8), "TX NM"),
    (date(2019, 9, 9), date(2019, 9, 9), ""),
    (date(2019, 9, 12), date(2020, 6, 29), "TX NM CA AZ"),
    (date(2020, 6, 30), date(2020, 12, 31), ""),
]


@pytest.mark.parametrize(("first", "last", "where"), CHAIN)
def test_the_transit_bar_follows_its_chain_of_court_states(
    first: date, last: date, where: str
) -> None:
    cases = [(day, place) for day in (first, last) for place in ("TX", "NM", "CA", "AZ")]
    found = ask(read(MEXICO), *(entrant(day, f"US-{place}") for day, place in cases))
    expected = ["BARRED" if place in where.split() else "NOT_BARRED" for _, place in cases]
    assert [row["state"] for row in found] == expected


def test_the_days_on_which_the_transit_bar_changed_within_the_day_are_flagged() -> None:
    tenth, eleventh = date(2019, 9, 10), date(2019, 9, 11)
    cases = [(day, place) for day in (tenth, eleventh) for place in ("US-TX", "US-CA")]
    found = ask(read(MEXICO), *(entrant(day, place) for day, place in cases))
    texas = found[0]
    assert [row["state"] for row in found] == ["FLAG", "NOT_BARRED", "BARRED", "FLAG"]
    assert texas["flags"] == "open_point;time_of_day"
    assert texas["readings"] == (
        "appeal_stay = 2019-09-10: BARRED; appeal_stay = 2019-09-11: NOT_BARRED"
    ), "only the point that decides is named"


def test_exceptions_to_the_transit_bar_come_first() -> None:
    day = date(2019, 10, 1)
    found = ask(
        read(MEXICO),
        entrant(day, protection_denied_in=["MEX"]),
        entrant(day, trafficking_victim=True),
        entrant(day, transited=[]),
    )
    assert [(row["state"], row["rule"]) for row in found] == [
        ("NOT_BARRED", "denied"), ("NOT_BARRED", "trafficked"), ("NOT_BARRED", "else"),
    ]  # fmt: skip


def test_the_transit_bar_reaches_entry_by_the_southern_land_border_through_another_country() -> (
    None
):
    day = date(2019, 10, 1)
    rows = [
        entrant(day),
        entrant(day, "US-NY"),
        entrant(day, entry_mode="air"),
        entrant(day, entry_date=date(2019, 7, 15)),
        entrant(day, entry_date=date(2019, 7, 16)),
        entrant(day, protection_denied_in=["ESP"]),
        entrant(day, protection_denied_in=["ESP", "MEX"]),
        entrant(day, nationality="MEX"),
        entrant(day, nationality="GTM", transited=["GTM", "MEX"]),
    ]
    found = ask(read("us-mexico-2019"), *rows, sets="eligibility")
    free = {1, 2, 3, 6, 7}
    assert [row["state"] for row in found] == [
        "NOT_BARRED" if number in free else "BARRED" for number in range(len(rows))
    ]


def test_a_missing_fact_stops_at_the_rule_that_needs_it() -> None:
    day = date(2019, 10, 1)
    unknown, place = ask(
        read(MEXICO), entrant(day, trafficking_victim=None), entrant(date(2019, 8, 20), None)
    )
    assert (unknown["state"], unknown["rule"]) == ("MISSING", "trafficked")
    assert unknown["why"] == "MISSING trafficking_victim at rule trafficked"
    assert place["why"] == "MISSING place at rule where"


def test_first_country_answers_once_results_are_found_insufficient() -> None:
    accord = read(MEXICO)
    claim = {"lodged_state": "USA", "entry_state": "GTM", "unaccompanied": False}
    rows = [
        {**claim, "application_date": date(2019, 9, 4)},
        {**claim, "application_date": date(2019, 9, 5)},
        {**claim, "application_date": date(2019, 9, 5), "unaccompanied": True, "age": 9.0},
    ]
    chosen = Choices.parse(["insufficient=true"], accord)
    before, after, child = ask(accord, *rows, choices=chosen)
    assert (before["state"], after["state"], child["state"]) == ("none", "GTM", "USA")
    assert after["flags"] == "unspecified"
    idle = ask(accord, *rows, sets="responsibility")
    assert {row["state"] for row in idle} == {"none"}


def test_a_cooperative_agreement_leaves_out_its_own_people_and_children_alone() -> None:
    claim = {"lodged_state": "USA", "application_date": date(2020, 1, 10), "unaccompanied": False}
    found = ask(
        read(MEXICO),
        {**claim, "nationality": "HND"},
        {**claim, "nationality": "GTM"},
        {**claim, "nationality": "HND", "habitual_residence": "GTM"},
        {**claim, "nationality": "HND", "unaccompanied": True, "age": 12.0},
        {**claim, "nationality": "HND", "application_date": date(2020, 3, 16)},
        sets="transfer_gtm",
    )
    assert [row["state"] for row in found] == ["GTM", "USA", "USA", "USA", "USA"]


def test_a_quantity_that_is_not_allocated_is_refused() -> None:
    with pytest.raises(InputProblemsError, match="E103"):
        ask(read(MEXICO), entrant(date(2019, 10, 1)), sets="luck")


def test_what_was_not_yet_known_changes_nothing_as_of_then() -> None:
    accord, day = read(MEXICO), date(2020, 7, 1)
    rows = [{**entrant(day), "as_of": seen} for seen in (date(2020, 6, 29), date(2020, 6, 30))]
    assert [row["state"] for row in ask(accord, *rows)] == ["BARRED", "NOT_BARRED"]
    assert ask(accord, entrant(day), as_of=date(2020, 6, 29))[0]["state"] == "BARRED"
    own = ask(accord, rows[1], as_of=date(2020, 6, 29))
    assert own[0]["state"] == "NOT_BARRED"


def test_a_day_on_which_the_law_changes_gives_both_answers() -> None:
    accord = read(str(ISLAND))
    rows = [
        {"application_date": day, "lodged_state": "DEU", "entry_state": "none",
         "place": "DE-BE", "family_state": [], "married": False, "age": 30.0,
         "trafficking_victim": False, "request_date": day, "asked_on": day,
         "reply_date": date(9000, 1, 1)}
        for day in days(date(2030, 5, 31), 3)
    ]  # fmt: skip
    before, during, after = ask(accord, *rows)
    assert [row["state"] for row in (before, during, after)] == ["DEU", "FLAG", "FRA"]
    assert during["flags"] == "time_of_day"
    assert during["readings"] == "from 00:00: DEU; from 13:00: FRA", "the open end decides nothing"
    assert after["flags"] == "assumed"


def optional(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | values


CLAIM = st.fixed_dictionaries(
    {
        "application_date": optional(st.dates(date(2029, 12, 1), date(2031, 12, 31))),
        "asked_on": optional(st.dates(date(2030, 1, 1), date(2032, 2, 1))),
        "request_date": optional(
            st.dates(date(2030, 1, 1), date(2031, 12, 31)) | st.just(date(9000, 1, 1))
        ),
        "reply_date": optional(
            st.dates(date(2030, 1, 1), date(2031, 12, 31)) | st.just(date(9000, 1, 1))
        ),
        "entry_date": optional(st.dates(date(2029, 1, 1), date(2031, 12, 31))),
        "entry_state": optional(st.sampled_from(["GRC", "FRA", "DEU", "none"])),
        "entry_mode": optional(st.sampled_from(["sea", "land"])),
        "lodged_state": optional(st.sampled_from(["DEU", "FRA"])),
        "requested_state": optional(st.sampled_from(["GRC", "FRA"])),
        "family_state": optional(st.lists(st.sampled_from(["DEU", "FRA"]), max_size=2)),
        "age": optional(st.integers(0, 40).map(float)),
        "married": optional(st.booleans()),
        "trafficking_victim": optional(st.sampled_from([False, False, False, True])),
        "place": optional(st.sampled_from(["DE-BE", "DE-BY", "DE-HH", "FR-NOR", "none"])),
    }
)


# Each example compiles a whole query, so there are few, with many claims in each.
@settings(max_examples=4)
@given(claims=st.lists(CLAIM, min_size=30, max_size=60), tide=st.booleans())
def test_the_table_agrees_with_the_slow_reading_of_each_claim(
    claims: list[dict[str, Any]], tide: bool
) -> None:
    accord = read(str(ISLAND))
    choices = Choices.parse([f"tide@2030-07-01={str(tide).lower()}"], accord)
    found = ask(accord, *claims, choices=choices)
    for claim, row in zip(claims, found, strict=True):
        expected = answers(claim, accord, "responsibility", choices)
        assert row["state"] == (expected.pop() if len(expected) == 1 else "FLAG")


@settings(max_examples=2)
@given(claims=st.lists(CLAIM, min_size=10, max_size=20), luck=st.randoms(use_true_random=False))
def test_the_order_of_claims_never_matters(claims: list[dict[str, Any]], luck: Any) -> None:
    accord = read(str(ISLAND))
    rows = [{"claim_id": str(n), **claim} for n, claim in enumerate(claims)]
    shuffled = luck.sample(rows, len(rows))
    one, other = (
        responsible(table_of(each), accord).arrow().to_pylist() for each in (rows, shuffled)
    )
    assert sorted(one, key=lambda r: r["claim_id"]) == sorted(other, key=lambda r: r["claim_id"])


def test_it_never_matters_which_claims_are_decided_together(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    accord = read(MEXICO)
    rows = [
        entrant(day, place, transited=route)
        for day in days(date(2019, 7, 10), 70)
        for place, route in (("US-TX", ["MEX"]), ("US-CA", ["MEX"] * 5), (None, None))
    ]
    rows += [entrant(date(year, 5, 1), "US-TX", transited=["MEX"]) for year in (2035, 2018, 2050)]
    whole = ask(accord, *rows)
    monkeypatch.setattr(claims, "BLOCK", 16)
    assert ask(accord, *rows) == whole


WEEKEND = """
accord = "weekend"
language = 1
parties = ["DEU", "FRA"]
zone = "Europe/Berlin"
horizon = [2030-01-01, 2030-12-31]
source.treaty = { date = 2029-06-01, title = "Treaty" }
clause.asked.kind = "allocate"
clause.asked.sets = "responsibility"
clause.asked.rules = [ { id = "else", if = "true", to = "FRA" } ]
clause.asked.basis = "text"
clause.asked.source = "treaty"
[[clause.asked.clocks]]
id = "ask"
starts = "request_date"
length = "10d"
on_expiry = "DEU"
roll = "next_working_day"
"""


def test_a_limit_that_ends_on_a_weekend_ends_on_the_monday_where_the_clause_says_so(
    tmp_path: Path,
) -> None:
    file = tmp_path / "weekend.toml"
    file.write_text(WEEKEND, encoding="utf-8")
    saturday = date(2030, 6, 8)
    claim = {"application_date": date(2030, 5, 1), "request_date": date(2030, 5, 29)}
    rows = [{**claim, "asked_on": day} for day in days(saturday, 4)]
    assert [row["state"] for row in ask(read(str(file)), *rows)] == ["FRA", "FRA", "FRA", "DEU"]
    monday_off = WEEKEND.replace(
        "[[clause", 'clause.asked.calendar = "own"\ncalendar.own.holidays = ["06-10"]\n[[clause', 1
    )
    for length in ("10d", "8bd"):  # eight working days end on the Tuesday too
        file.write_text(monday_off.replace('"10d"', f'"{length}"'), encoding="utf-8")
        rows = [{**claim, "asked_on": day} for day in (date(2030, 6, 11), date(2030, 6, 12))]
        assert [row["state"] for row in ask(read(str(file)), *rows)] == ["FRA", "DEU"]
