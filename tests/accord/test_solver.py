"""What the solver decides: never against a case that is tried, and never said without one."""

from itertools import product
from typing import Any

import pytest
from harbour import HEAD, RULES, accord
from hypothesis import given, settings
from hypothesis import strategies as st

from entente.accord.checks import checked, reason
from entente.accord.checks.reason import settle
from entente.accord.checks.subject import Subject
from entente.accord.expression import parse
from entente.problems import Place

HERE = Place("harbour.toml", 1, 1)
METRICS = """
[metric]
x = { unit = "index", lag = "9d", vintage = "first", label = "X" }
y = { unit = "index", lag = "9d", vintage = "first", label = "Y" }
[choice]
p = { by = "USA", asks = "P?", silence = false, odds = 0.5 }
"""
SUBJECT = Subject(accord(METRICS), frozenset())
pytest.importorskip("z3")


def possible(text: str, so: bool = True) -> bool | None:
    return settle(SUBJECT, [(parse(text, HERE).tree, so)]).possible


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x < y and y < x", False),
        ("x + y > 4 and x < 2 and y < 2", False),
        ("x + y > 3 and x < 2 and y < 2", True),
        ("max(x, y) < 1 and x > 2", False),
        ("abs(x) < 0", False),
        ("round_half_even(x, 0) == 2 and x == 2.5", True),
        ("round_half_even(x, 0) == 2 and x == 1.4", False),
        ("(x if p else y) > 3 and x < 3 and y < 3", False),
        ("age > 17 and age < 18", False),  # whole by the contract of columns
        ("today > '2019-06-01' and today < '2019-06-01'", False),
        ("days_since(entry_date) > 14 and within(entry_date, '14d')", False),
        ("entry_date + '14d' < entry_date", False),
        ("date(s) + '3m' > '2019-03-01'", False),  # the source is of 1 December 2018
        ("mean(x, '2m') > 3 and last(x) < 3 and lag(x, '1m') < 3", False),
        ("change(x, '1m') < -0.6 and last(x) > 50 and 0 < lag(x, '1m') < 100", False),
        ("change(x, '1m') < -0.4 and last(x) > 50 and lag(x, '1m') < 100", True),
        ("'GTM' in transited and count(transited) == 0", False),
        ("'GTM' in transited and count(transited) == 1", True),
        ("first(transited) == 'GTM' and 'GTM' not in transited", False),
        ("known(age) and age > 3 or not known(age)", True),
        ("share(x, y) > 2 and x < y and y > 0 and x > 0", False),
        ("x / y > 1 and x == 0", False),
        ("x * x * x > 1000000000000000000000000 * x * 1e300 and x > 1", None),
        ("entry_date + '99999y' > today and today > entry_date", None),
        ("days_since(entry_date) > months_since(entry_date)", True),
        ("entry_date + '1m' < entry_date", False),
        ("entry_date + '1m' > entry_date + '32d'", False),
        ("entry_date + '1m' == entry_date + '31d'", True),
        ("months_since(entry_date) > 3 and days_since(entry_date) < 60", False),
        ("entry_date == '2019-01-15' and entry_date + '1m' == '2019-02-13'", None),
    ],
)
def test_conditions_are_decided_exactly_or_not_at_all(text: str, expected: bool | None) -> None:
    assert possible(text) is expected


def test_what_is_not_decided_says_for_want_of_what() -> None:
    found = settle(
        SUBJECT, [(parse("months_since(entry_date) > 3 and entry_date < today", HERE).tree, True)]
    )
    assert (found.possible, found.why) == (None, "months_since() has no exact form")


def test_a_case_that_is_found_can_be_read() -> None:
    asked = parse("count(transited) != 1 and first(transited) in protection_denied_in", HERE)
    found = settle(SUBJECT, [(asked.tree, True)], example=True)
    assert found.case is not None
    lists = [found.case.value(name).values[0] for name in ("transited", "protection_denied_in")]
    assert max(map(len, lists)) <= 3


SIGNS = ["<", "<=", ">", ">=", "==", "!="]
amounts = st.recursive(
    st.one_of(st.sampled_from(["x", "y"]), st.integers(-2, 2).map(lambda n: f"({n})")),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from("+-"), inner).map(lambda t: f"({t[0]} {t[1]} {t[2]})"),
        st.tuples(st.sampled_from(["min", "max"]), inner, inner).map(
            lambda t: f"{t[0]}({t[1]}, {t[2]})"
        ),
        inner.map(lambda a: f"abs({a})"),
    ),
    max_leaves=4,
)
atoms = st.tuples(amounts, st.sampled_from(SIGNS), amounts).map(" ".join)
conditions = st.recursive(
    st.one_of(atoms, st.just("p")),
    lambda inner: st.one_of(
        inner.map(lambda a: f"(not {a})"),
        st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(lambda t: f"({' '.join(t)})"),
    ),
    max_leaves=5,
)


@settings(max_examples=40)
@given(conditions)
def test_what_the_solver_calls_impossible_is_so_in_every_case_that_is_tried(text: str) -> None:
    code = compile(text, "<condition>", "eval")
    grid = product([-2, -1, -0.5, 0, 0.5, 1, 2], repeat=2)
    tried = {
        bool(eval(code, {"x": x, "y": y, "p": p})) for x, y in grid for p in (True, False)
    }  # fmt: skip
    for so in tried:
        assert possible(text, so) is not False


def messages(rules: str, more: str = "") -> list[str]:
    return [
        f"{p.code} {p.message}" for p in checked(accord(more + RULES.format(rules=rules))).problems
    ]


def test_a_case_that_no_rule_takes_is_given_whole() -> None:
    (told,) = messages('{ id = "old", if = "age >= 18", to = "USA" },\n'
                       '{ id = "young", if = "age < 17", to = "MEX" },')  # fmt: skip
    assert told == "E108 no rule takes every case that is left, such as age = 17"
    assert messages('{ id = "old", if = "age >= 18", to = "USA" },\n'
                    '{ id = "young", if = "age <= 17", to = "MEX" },') == []  # fmt: skip


def test_a_rule_that_is_never_reached_names_the_rule_that_takes_a_case_of_its() -> None:
    (told,) = messages('{ id = "long", if = "days_since(entry_date) > 10", to = "USA" },\n'
                       '{ id = "longer", if = "entry_date + \'20d\' < today", to = "MEX" },\n'
                       '{ id = "else", if = "true", to = "MEX" },')  # fmt: skip
    start = "E107 rule 'longer' is never reached: rule 'long' takes its cases, such as today ="
    assert told.startswith(start)


def test_parts_that_clash_only_together_are_all_named() -> None:
    text = (
        METRICS
        + """
[clause.fire]
kind = "trigger"
when = "x < y and p and y < 3 and x > 4"
then = ["lapsed(duty)"]
latch = true
source = "s"
[clause.duty]
kind = "schedule"
sets = "duty"
unit = "percent"
steps = [[2019-02-01, 5]]
effective = 2019-02-01
source = "s"
"""
    )
    (told,) = [p for p in checked(accord(text)).problems if p.code == "E106"]
    assert told.message == "can never be true: x < y clashes with y < 3 clashes with x > 4"


TWO = """
[clause.first]
kind = "schedule"
by = "USA"
sets = "duty"
unit = "percent"
steps = [[2019-02-01, 5]]
effective = 2019-02-01
source = "s"
[clause.second]
kind = "schedule"
by = "USA"
sets = "duty"
unit = "percent"
steps = [[2019-03-01, 7]]
effective = 2019-03-01
source = "s"
[clause.not_first]
kind = "exempt"
from_clauses = "first"
if = "{first}"
source = "s"
[clause.not_second]
kind = "exempt"
from_clauses = "second"
if = "{second}"
source = "s"
"""


def test_exemptions_may_keep_two_clauses_apart_and_else_a_case_is_named() -> None:
    apart = TWO.format(first="value_usd >= 100", second="value_usd < 100")
    assert checked(accord(apart)).problems == ()
    neither = TWO.format(first="value_usd > 100", second="value_usd < 100")
    (told,) = checked(accord(neither)).problems
    assert told.code == "E105"
    assert "on 2019-03-01 for value_usd = 100 as 'first' does" in told.message


def test_without_the_solver_the_simple_checks_stay_and_say_what_is_not_decided(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(reason, "solver_is_there", lambda: False)
    assert possible("x < 1 and x > 2") is False
    assert possible("x < 1") is True
    found = settle(SUBJECT, [(parse("x < y and y < x", HERE).tree, True)])
    assert found.possible is None
    assert "solver is not installed" in found.why
    rules = ('{ id = "far", if = "days_since(entry_date) > 3", to = "USA" },\n'
             '{ id = "long", if = "entry_date + \'5d\' < today", to = "USA" },\n'
             '{ id = "else", if = "true", to = "MEX" },')  # fmt: skip
    listed: Any = checked(accord(RULES.format(rules=rules)))
    assert listed.problems == ()
    assert [p.where.line for p in listed.undecided] == [HEAD.count("\n") + 7]
