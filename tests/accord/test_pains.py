"""What hurts users of other tools: leaks, units, labels and clauses that never matter."""

from datetime import date

import pytest
from harbour import DUTY, accord, counted

from entente.accord.checks import check
from entente.accord.difference import text_difference
from entente.accord.law_difference import law_difference
from entente.accord.text import parse, read, shipped, write
from entente.accord.timeline import timeline
from entente.accord.value import value


@pytest.mark.parametrize("name", ["us-mexico-2019", "us-ieepa-2025-26"])
def test_an_amendment_never_leaks_into_the_accord_it_amends(name: str) -> None:
    base = read(name)
    before = write(base)
    for point in base.opens.values():
        base.reading(point.id, point.readings[-1])
    amended = base.known(date(2019, 6, 8))
    law_difference(base, amended)
    assert write(base) == before
    assert write(read(name)) == before


@pytest.mark.parametrize("name", sorted(shipped()))
def test_an_empty_amendment_is_no_difference_at_all(name: str) -> None:
    again = parse(write(read(name)), "again.toml").accord
    assert again is not None
    assert text_difference(read(name), again) == ()
    assert law_difference(read(name), again) == ()


def test_a_unit_and_its_values_renamed_together_change_no_state() -> None:
    one, other = counted(), counted("thousand persons", 0.9, 1)
    assert [(r.clause, r.from_, r.state) for r in timeline(one)] == [
        (r.clause, r.from_, r.state) for r in timeline(other)
    ]


def test_a_label_changes_the_text_only() -> None:
    one, other = counted(), counted(label="Persons counted at the harbour")
    assert [str(c) for c in text_difference(one, other)] == [
        "metric m: label from M to Persons counted at the harbour"
    ]
    assert law_difference(one, other) == ()


def test_a_clause_that_can_never_win_warns_and_changes_nothing() -> None:
    over = DUTY.replace("duty]", "truce]").replace('combine = "add"', 'over = ["duty"]')
    both, alone = accord(DUTY + over), accord(DUTY.replace("duty]", "truce]"))
    assert "W209" in [p.code for p in check(both)]
    for day in (date(2019, 2, 10), date(2019, 3, 10), date(2019, 6, 1)):
        assert (value(both, "duty", day).value or 0) == value(alone, "duty", day).value


def test_every_case_that_a_check_shows_comes_out_when_it_is_tried() -> None:
    pytest.importorskip("z3")
    from entente.accord.checks.reason import settle
    from entente.accord.checks.subject import Subject
    from entente.accord.expression import parse as expression
    from entente.problems import Place

    text = "age >= 18 and count(transited) == 2 and 'GTM' in transited and entry_state == 'MEX'"
    tree = expression(text, Place("a.toml", 1, 1)).tree
    found = settle(Subject(accord(""), frozenset()), [(tree, True)], example=True)
    from entente.accord.expression.arrays import answer

    told = answer(tree, found.case)
    assert bool(told.values.flat[0])
    assert not told.fault.any()
