"""Conditions on the entries of lists: the solver and a slow twin agree on what can be."""

from typing import Any

import pytest
from harbour import HEAD, RULES, accord
from hypothesis import given, settings
from hypothesis import strategies as st
from slow_lists import Case, answer, small_cases, text

from entente.accord.checks import check_text, checked
from entente.accord.checks.reason import Reasoner
from entente.accord.checks.subject import Subject
from entente.accord.expression import parse
from entente.accord.text import text_of
from entente.problems import Place

pytest.importorskip("z3")
HERE = Place("harbour.toml", 1, 1)
SUBJECT = Subject(accord(""), frozenset())
CASES = list(small_cases())

SIGNS = st.sampled_from(["==", "!=", "<", ">="])
STATES = st.sampled_from(["MEX", "USA"])
KEYS = st.sampled_from(["", "family_age"])


def joined(part: Any) -> Any:
    word = st.sampled_from(["and", "or"])
    return st.one_of(
        st.tuples(st.just("not"), part), st.tuples(word, part, part)
    )  # fmt: skip


entries = st.recursive(
    st.sampled_from([
        "family_state == 'MEX'", "family_state == lodged_state", "family_relation in ['child']",
        "family_age < 18", "family_age > age", "known(lodged_state)",
    ]),
    joined,
    max_leaves=3,
).filter(lambda entry: "family" in text(entry))  # fmt: skip
conditions = st.recursive(
    st.one_of(
        st.sampled_from(["lodged_state == 'MEX'", "age < 18", "known(lodged_state)"]),
        st.tuples(st.just("some"), entries),
        st.tuples(st.just("count"), entries, SIGNS, st.integers(0, 2)),
        st.tuples(st.just("length"), SIGNS, st.integers(0, 2)),
        st.tuples(st.just("best"), entries, KEYS, SIGNS, st.integers(0, 2)),
        st.tuples(st.just("first"), entries, KEYS, STATES),
        st.tuples(st.just("among"), entries, KEYS, STATES),
    ),
    joined,
    max_leaves=4,
)


def shown(case: Any) -> Case:
    """Read a case that the solver gives; what it does not say can be anything."""

    def value(name: str, else_: Any) -> Any:
        found = case.value(name)
        return found.values.item() if found.known.all() else else_

    lists = [
        case.values.get(("list", name))
        for name in ("family_state", "family_relation", "family_age")
    ]
    many = next((len(values) for values in lists if values is not None), 0)
    blank: tuple[Any, ...] = ("GTM", "child", 9.0)
    filled = [[b] * many if v is None else v for v, b in zip(lists, blank, strict=True)]
    known = case.values.get(("known", "lodged_state"), True)
    lodged = value("lodged_state", "GTM") if known else None
    return Case(lodged, value("age", 9.0), tuple(zip(*filled, strict=True)))


@settings(max_examples=40, deadline=None)
@given(st.lists(conditions, min_size=1, max_size=3))
def test_rules_on_lists_are_reached_in_the_cases_in_which_a_slow_twin_reaches_them(
    rules: list[Any],
) -> None:
    trees = [parse(text(rule), HERE).tree for rule in rules]
    reasoner = Reasoner(SUBJECT, trees, together=True)
    for index in range(len(rules) + 1):  # each rule after the ones before, then what is left
        wanted = [(rule, False) for rule in rules[:index]] + [(r, True) for r in rules[index:][:1]]
        demands = [(tree, so) for tree, (_, so) in zip(trees, wanted, strict=False)]
        found = reasoner.settle(demands)
        if found.why == "the solver comes to no end":
            continue
        if any(all(answer(rule, case) is so for rule, so in wanted) for case in CASES):
            assert found.possible is True
        if found.possible and found.case is not None:
            assert all(answer(rule, shown(found.case)) is so for rule, so in wanted)
        assert found.possible is not None


def told(*conditions: str) -> list[str]:
    """Check an accord whose rules have these conditions; all of it must be decided."""
    rules = "\n".join(
        f'{{ id = "rule{n}", if = "{condition}", to = "MEX" }},'
        for n, condition in enumerate(conditions)
    )
    found = checked(accord(RULES.format(rules=rules)))
    assert found.undecided == ()
    return [f"{problem.code} {problem.message}" for problem in found.problems]


@settings(max_examples=10, deadline=None)
@given(entries, entries)
def test_a_rule_behind_a_wider_one_is_found_whatever_the_two_ask_of_entries(
    wide: Any, more: Any
) -> None:
    narrow = ("some", ("and", wide, more))
    trees = [parse(text(rule), HERE).tree for rule in (("some", wide), narrow)]
    reasoner = Reasoner(SUBJECT, trees, together=True)
    assert reasoner.settle([(trees[0], False), (trees[1], True)]).possible is False


def test_a_rule_that_asks_more_of_a_relative_than_one_before_is_never_reached() -> None:
    assert told(
        "some(family_relation == 'child')",
        "age < 18 and some(family_relation == 'child' and family_age < 5)",
        "true",
    ) == [
        "E107 rule 'rule1' is never reached: rule 'rule0' takes its cases, such as "
        "family_age = [0], family_relation = [child], age = 0"
    ]
    assert (
        told(
            "some(family_relation == 'child')",
            "some(family_relation == 'parent' and family_age < 50)",
            "true",
        )
        == []
    )


def test_two_rules_take_the_cases_of_a_third_only_together() -> None:
    (found,) = told(
        "count(family_state == 'MEX') >= 2",
        "not some(family_state == 'MEX')",
        "count(family_state == 'MEX') != 1",
        "true",
    )
    assert found.startswith(
        "E107 rule 'rule2' is never reached: rules 'rule0' and 'rule1' take its cases, such as "
        "family_state = ["
    )


def test_a_case_that_no_rule_on_lists_takes_is_shown_with_its_list() -> None:
    visa = "some(visa_expiry >= application_date)"
    assert told(visa, "not some(visa_expiry + '1d' > application_date)") == []
    assert told(visa, "some(visa_expiry < application_date)") == [
        "E108 no rule takes every case that is left, such as visa_expiry = []"
    ]


def test_parts_that_no_list_of_documents_fulfils_together_are_named() -> None:
    (found,) = told(
        "count(best(visa_state, visa_expiry >= application_date)) > 1 "
        "and not some(visa_expiry + '1d' > application_date)",
        "true",
    )
    assert found == (
        "E106 can never be true: count(best(visa_state, visa_expiry >= application_date)) > 1 "
        "clashes with not some((visa_expiry + '1d') > application_date)"
    )
    last = "first(best(visa_state, visa_expiry >= application_date, visa_expiry))"
    some = "some(visa_state == 'USA' and visa_expiry >= application_date)"
    assert told(f"{last} == 'MEX' and {some}", "true") == []


def test_what_an_oldest_relative_rules_out_is_decided_for_lists_of_any_length() -> None:
    oldest = "first(best(family_state, age > 0, family_age)) == 'MEX'"
    assert "E107 rule 'rule1' is never reached" in told(
        f"not ({oldest})", "some(family_state == 'USA' and family_age > 90) and not "
        "some(family_state == 'MEX' and family_age >= 90)", "true",
    )[0]  # fmt: skip


def test_where_no_number_of_entries_is_known_to_suffice_that_is_said() -> None:
    text_ = "count(family_age > 3) > count(family_age > 2)"
    rules = (
        f'{{ id = "odd", if = "{text_}", to = "MEX" }},\n{{ id = "e", if = "true", to = "MEX" }},'
    )
    found = checked(accord(RULES.format(rules=rules)))
    assert found.problems == ()
    assert [problem.message for problem in found.undecided] == [
        "E107 is not decided: only lists of up to 6 entries were tried for count(family_age > 3)"
    ]


@pytest.mark.parametrize("name", ["dublin-iii", "ammr-2024", "canada-us-stca"])
def test_every_rule_of_the_shipped_asylum_accords_is_decided(name: str) -> None:
    assert checked(name).undecided == ()


def test_in_a_rule_what_is_not_known_stops_only_where_nothing_else_settles() -> None:
    # The first rule is answered by no where the age is not known, so the second has its cases.
    assert told("age < 18 and known(age)", "not known(age)", "true") == []


def test_sound_rules_are_judged_beside_a_faulty_one() -> None:
    rules = [
        "some(family_relation == 'child')", "first(transited) == 3",
        "count(family_relation == 'child') >= 2", "not some(family_relation == 'child')",
    ]  # fmt: skip
    text_ = "\n".join(f'{{ id = "r{n}", if = "{c}", to = "MEX" }},' for n, c in enumerate(rules))
    found = check_text(HEAD + RULES.format(rules=text_), "harbour.toml")
    assert [problem.code for problem in found] == ["E111", "E107"]
    assert found[1].message.startswith("rule 'r2' is never reached: rule 'r0' takes its cases")


def test_a_rule_put_behind_a_wider_article_of_the_dublin_regulation_is_found() -> None:
    late = (
        '{ id = "late", if = "wish_written and some(family_status == \'beneficiary\' and '
        "family_relation == 'child' and family_age < 9 and not (known(systemic_flaws) and "
        'family_state in systemic_flaws))", to = "lodged_state" },\n  '
    )
    last = '{ id = "art3_2_flaws"'
    found = check_text(text_of("dublin-iii").replace(last, late + last), "late.toml")
    (fault,) = [problem for problem in found if problem.is_error]
    wider, _, case = fault.message.partition(", such as ")
    assert wider == "rule 'late' is never reached: rule 'art9' takes its cases"
    said = ("family_relation = [child]", "family_status = [beneficiary]", "wish_written = true")
    assert all(fact in case for fact in said)
