"""What two accords differ in, by text and by law."""

from datetime import date

from entente.accord.difference import law_difference, text_difference
from entente.accord.text import parse

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
    assert (law.date, law.before, law.after) == (date(2030, 6, 1), 10, 12)
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
    assert (law.date, law.before, law.after) == (date(2030, 7, 1), 10, 0)


def test_other_rules_are_found_on_the_first_day_they_hold() -> None:
    other = accord(('to = "lodged_state"', 'to = "MEX"'))
    (law,) = law_difference(accord(), other)
    assert law.quantity == "responsibility"
    assert law.date == date(2030, 1, 1)
