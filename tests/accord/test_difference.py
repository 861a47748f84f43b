"""What two accords differ in, by text and by law."""

import json
from datetime import date

import pytest
from click.testing import CliRunner

from entente.accord.difference import text_difference
from entente.accord.law_difference import law_difference
from entente.accord.text import parse
from entente.cli import entente

TEXT = """
accord = "harbour"
language = 1
parties = ["USA", "MEX"]
zone = "America/New_York"
horizon = [2030-01-01, 2030-12-31]

[source]
treaty = { date = 2029-12-01, title = "Harbour Treaty" }

[clause.duty]
kind = "schedule"
by = "USA"
on = "MEX"
sets = "duty"
unit = "percent"
steps = [[2030-02-01, 5], [2030-06-01, 10]]
combine = "add"
basis = "text"
source = "treaty"

[clause.who]
kind = "allocate"
by = "USA"
sets = "responsibility"
rules = [{ id = "else", if = "true", to = "lodged_state" }]
source = "treaty"
"""


def accord(*changes: tuple[str, str]):
    text = TEXT
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    found = parse(text, "harbour.toml")
    assert found.accord is not None and not found.problems
    return found.accord


def test_an_empty_amendment_differs_in_nothing() -> None:
    assert text_difference(accord(), accord()) == ()
    assert law_difference(accord(), accord()) == ()


def test_a_changed_step_shows_in_both_layers() -> None:
    higher = accord(("[2030-06-01, 10]", "[2030-06-01, 12]"))
    (words,) = text_difference(accord(), higher)
    assert str(words) == (
        "clause duty: steps from [[2030-02-01, 5], [2030-06-01, 10]] "
        "to [[2030-02-01, 5], [2030-06-01, 12]]"
    )
    (law,) = law_difference(accord(), higher)
    assert (law.when, law.before, law.after) == (date(2030, 6, 1), 10, 12)
    assert str(law) == "duty by USA on MEX: from 2030-06-01, 10 before, 12 after"


def test_the_basis_changes_the_text_only() -> None:
    marked = accord(('basis = "text"', 'basis = "reported"'))
    assert [str(c) for c in text_difference(accord(), marked)] == [
        "clause duty: basis from text to reported"
    ]
    assert law_difference(accord(), marked) == ()


def test_an_added_clause_is_told_by_its_id() -> None:
    more = accord(("[clause.who]", '[clause.pause]\nkind = "suspend"\nwhat = ["duty"]\n'
                   'effective = 2030-07-01\nsource = "treaty"\n\n[clause.who]'))  # fmt: skip
    assert [str(c) for c in text_difference(accord(), more)] == ["clause pause: added"]
    (law,) = law_difference(accord(), more)
    assert (law.when, law.before, law.after) == (date(2030, 7, 1), 10, 0)


def test_other_rules_are_found_on_the_first_day_they_hold() -> None:
    other = accord(('to = "lodged_state"', 'to = "MEX"'))
    (law,) = law_difference(accord(), other)
    assert law.quantity == "responsibility"
    assert law.when == date(2030, 1, 1)


def test_a_difference_within_a_day_is_found_at_its_minute() -> None:
    later = accord(("[[2030-02-01, 5]", "[[2030-02-01T00:01:00, 5]"))
    (law,) = law_difference(accord(), later)
    assert (law.when, law.before, law.after) == (date(2030, 2, 1), 5, 0)


def test_a_clause_that_only_adds_differs_from_its_first_step_on() -> None:
    more = accord(("[clause.who]", """[clause.more]
kind = "schedule"
by = "USA"
on = "CAN"
sets = "duty"
unit = "percent"
steps = [[2030-09-01, 3]]
combine = "add"
source = "treaty"

[clause.who]"""), ('"MEX"]', '"MEX", "CAN"]'))  # fmt: skip
    (law,) = law_difference(accord(), more)
    assert (law.on, law.when, law.before, law.after) == ("CAN", date(2030, 9, 1), 0, 3)


RULES = 'rules = [{ id = "else", if = "true", to = "lodged_state" }]'


def ruled(*rules: str) -> tuple[str, str]:
    return RULES, f"rules = [{', '.join((*rules, RULES[9:-1]))}]"


def test_rules_that_differ_are_shown_by_a_case_and_others_are_the_same_for_every_case() -> None:
    one = accord(ruled('{ id = "old", if = "age >= 18", to = "MEX" }'))
    same = accord(ruled('{ id = "aged", if = "not (age <= 17)", to = "MEX" }'))
    other = accord(ruled('{ id = "old", if = "age >= 19", to = "MEX" }'))
    assert law_difference(one, same) == ()
    (law,) = law_difference(one, other)
    assert (law.when, law.before) == (date(2030, 1, 1), "MEX")
    assert "age = 18" in law.case
    assert law.decided


def test_what_the_solver_cannot_decide_is_never_called_the_same() -> None:
    one = accord(ruled('{ id = "late", if = "months_since(entry_date) > 3", to = "MEX" }'))
    other = accord(ruled('{ id = "late", if = "months_since(entry_date) > 4", to = "MEX" }'))
    (law,) = law_difference(one, other)
    assert not law.decided
    assert "not decided" in str(law)


def test_exemptions_and_quotas_are_compared_case_by_case() -> None:
    exempt = """[clause.spared]
kind = "exempt"
from_clauses = "duty"
if = "value_usd < {limit}"
source = "treaty"

[clause.who]"""
    one, other = (accord(("[clause.who]", exempt.format(limit=n))) for n in (100, 200))
    (law,) = law_difference(one, other)
    assert (law.when, law.before, law.after) == (date(2030, 2, 1), 5, 0)
    (value,) = [fact for fact in law.case if fact.startswith("value_usd")]
    assert 100 <= float(value.partition(" = ")[2]) < 200


def test_the_verb_compares_accords_that_the_world_cannot_run_by_text_and_law() -> None:
    pytest.importorskip("z3")
    told = CliRunner().invoke(
        entente, ["compare", "us-washers-2018", "us-washers-2018@2018-01-01", "--json"]
    )
    assert told.exit_code == 0
    record = json.loads(told.stdout)
    assert record["outcome"] is None
    assert "outcomes are not compared" in told.stderr
    (pair,) = record["pairs"]
    assert {change["id"] for change in pair["text"]} >= {"washers_1", "parts_1"}
    (law,) = pair["law"]
    assert (law["when"], law["after"]) == ("2018-02-07", 0)
    assert law["before"] in (20, 50)  # by the case that the solver happens to find


def test_the_verb_finds_nothing_in_an_empty_amendment() -> None:
    told = CliRunner().invoke(entente, ["compare", "--law", "us-mexico-2019", "us-mexico-2019"])
    assert told.stdout.splitlines()[1:] == [
        "text: the same",
        "law: the same for every day and case",
    ]
