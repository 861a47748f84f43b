"""Expressions: what parses, what is refused, and three readings that agree case by case."""

from datetime import date, timedelta
from functools import cache
from typing import Any

import ibis
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from entente.accord.expression import Role, Symbol, Symbols, parse, parse_all
from entente.accord.expression.facts import CLAIMS
from entente.accord.expression.scope import Known, unknown
from entente.accord.expression.symbols import CODE, CODES, DATE, NUMBER, TRUTH, Kind, Type
from entente.accord.expression.table import OfTable
from entente.problems import InputProblemsError, Place
from entente.units import Unit

HERE = Place("harbour.toml", 12, 9)
FLOW, STOCK = (Type(Kind.NUMBER, Unit.parse(unit)) for unit in ("persons/month", "persons"))
SYMBOLS = Symbols(
    {
        "arrivals": Symbol(Role.METRIC, FLOW),
        "guards": Symbol(Role.METRIC, STOCK),
        "satisfied": Symbol(Role.CHOICE, TRUTH),
        "x": Symbol(Role.FACT, NUMBER),
        "y": Symbol(Role.FACT, NUMBER),
        "minor": Symbol(Role.FACT, TRUTH),
        "state": Symbol(Role.FACT, CODE),
        "route": Symbol(Role.FACT, CODES),
        "entered": Symbol(Role.FACT, DATE),
        "asked": Symbol(Role.FACT, DATE),
        "family_state": CLAIMS["family_state"],
        "family_age": CLAIMS["family_age"],
        "claimed_on": CLAIMS["claimed_on"],
    },
    frozenset({"ladder"}),
)


def problems(text: str) -> list[str]:
    expression, found = parse_all(text, HERE)
    found = found if expression is None else expression.check(SYMBOLS)
    return [f"{p.where.col - HERE.col}: {p.code} {p.message}" for p in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("arrivals < 900", []),
        ("1 < x <= 3 and not minor", []),
        ("sum(arrivals, '3m') > guards", []),
        ("arrivals < guards", ["0: E111 persons/month and persons do not mix"]),
        ("arival < 9", ["0: E103 nothing is named 'arival'"]),
        ("in_force(lader)", ["9: E103 no clause is named 'lader'"]),
        ("ladder and minor", ["0: E111 'ladder' is a clause, not a value"]),
        ("entered + '5bd' < asked", ["10: E111 business days need a named calendar"]),
        ("entered < 2019-07-22", ["10: E100 a date stands without quotes"]),
        ("entered < '2019-02-30'", ["10: E111 '2019-02-30' is no date"]),
        ("x.real > 1", ["0: E100 an attribute (a.b) is not in the language"]),
        ("max(arrivals)", ["0: E111 max has 1 arguments"]),
        ("x < 'USA' or state > 3", ["0: E111 a number is compared with a code",
                                    "13: E111 a code is compared with a number"]),
        ("x", ["0: E111 this gives a number, where a yes or no is needed"]),
        ("sum(guards, '3m') > 1", ["0: E111 a stock of persons has no sum"]),
        ("", ["0: E100 the expression is empty"]),
        ("x > 1 # why", ["6: E100 '#' has no meaning here"]),
        ("some(family_age < 18 and family_state not in route)", []),
        ("some(family_age < 18 and claimed_on > entered)",
         ["0: E111 some reads claim and relative entry by entry"]),
        ("some(x < 18)", ["0: E111 some reads no list entry by entry"]),
        ("family_age < 18", ["0: E111 a list is compared with a number"]),
        ("first(best(family_state, family_age > 3, family_state)) == 'GTM'",
         ["41: E111 a code has no order"]),
    ],
)  # fmt: skip
def test_a_fault_is_named_where_it_stands(text: str, expected: list[str]) -> None:
    assert problems(text) == expected


def test_all_problems_of_an_expression_come_at_once() -> None:
    with pytest.raises(InputProblemsError) as caught:
        parse("a.b and foo(x) or y[0]", HERE)
    assert [p.code for p in caught.value.problems] == ["E100", "E103", "E100"]


def test_a_second_line_counts_its_own_columns() -> None:
    expression = parse("x > 1 and\n  nothing > 2", HERE)
    (problem,) = expression.check(SYMBOLS)
    assert (problem.where.line, problem.where.col) == (13, 3)


@given(st.text(alphabet="abxy01 ()<>=.,'[]#andornt\n-+*/\\é\x00", max_size=40))
def test_no_text_breaks_the_parser(text: str) -> None:
    expression, found = parse_all(text, HERE)
    assert (expression is None) == bool(found)
    if expression is not None:
        expression.check(SYMBOLS)
        expression.words()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("apprehensions < 50000", "reported apprehensions are below 50,000"),
        ("not (arrivals >= 900)", "reported arrivals are below 900"),
        ("within(crossing_date, '14d')", "it is within 14 days of the crossing"),
        ("entry_state != lodged_state", "the state of first entry is not the state of the claim"),
        ("unaccompanied and age < 18",
         "the claimant is unaccompanied and the claimant's age is below 18"),
        ("count(transited) > 0", "there are countries crossed on the way"),
        ("satisfied", "'satisfied' is answered yes"),
        ("some(family_age < 18)", "for some relative, the relative's age is below 18"),
        ("not some(family_age < 18)", "for no relative, the relative's age is below 18"),
        ("count(family_age < 18) > 1",
         "the number of relatives for which the relative's age is below 18 is above 1"),
        ("true", "always"),
    ],
)  # fmt: skip
def test_a_condition_is_said_in_plain_english(text: str, said: str) -> None:
    assert parse(text, HERE).words(symbols=SYMBOLS) == said


# --- the readings agree ---

NUMBERS = st.sampled_from(["x", "y", "0", "1", "2.5", "3", "count(route)"])
DATES = st.sampled_from(["entered", "asked", "'2019-01-31'", "'2020-02-29'", "today"])
PERIODS = st.sampled_from(["'14d'", "'2w'", "'1m'", "'13m'", "'1y'"])
SIGNS = st.sampled_from(["<", "<=", ">", ">=", "==", "!="])


def numbers() -> st.SearchStrategy[str]:
    def wider(part: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        return st.one_of(
            st.builds("({} {} {})".format, part, st.sampled_from("+-*/"), part),
            st.builds("{}({}, {})".format, st.sampled_from(["min", "max"]), part, part),
            st.builds("abs(-{})".format, part),
            st.builds("round_half_even({}, {})".format, part, st.integers(0, 2)),
            st.builds("({} if {} < {} else {})".format, part, part, part, part),
        )

    since = st.builds("{}({})".format, st.sampled_from(["days_since", "months_since"]), DATES)
    gaps = st.builds("({} - {})".format, DATES, DATES)
    return st.recursive(st.one_of(NUMBERS, NUMBERS, since, gaps), wider, max_leaves=4)


def entry_conditions() -> st.SearchStrategy[str]:
    """Draw conditions that read relatives one after the other."""
    fits = st.recursive(
        st.sampled_from(["family_age < 18", "family_state == 'GTM'", "family_state in route",
                         "minor", "family_age >= x", "family_state in ['HND', 'SLV']", "true"]),
        lambda part: st.one_of(
            st.builds("({} {} {})".format, part, st.sampled_from(["and", "or"]), part),
            st.builds("(not {})".format, part),
        ),
        max_leaves=3,
    ).map("(family_age > 1 or family_state == 'GTM') and {}".format)  # fmt: skip
    keys = st.sampled_from(["", ", family_age", ", alike(family_state, family_age > 3)",
                            ", alike(family_state, family_age > 3), family_age"])  # fmt: skip
    best = st.builds("best(family_state, {}{})".format, fits, keys)
    return st.one_of(
        st.builds("some({})".format, fits),
        st.builds("count({}) {} 1".format, fits, SIGNS),
        st.builds("first({}) == 'GTM'".format, best),
        st.builds("count({}) > 1".format, best),
        st.builds("state in {}".format, best),
        st.just("first(best(claimed_on, claimed_on < asked, claimed_on)) < entered"),
    )


def conditions() -> st.SearchStrategy[str]:
    leaf = st.one_of(
        st.builds("{} {} {}".format, numbers(), SIGNS, numbers()),
        st.builds("{} {} {}".format, DATES, SIGNS, DATES),
        st.builds("{} + {} {} {}".format, DATES, PERIODS, SIGNS, DATES),
        st.builds("{} - {} {} {}".format, DATES, PERIODS, SIGNS, DATES),
        st.builds("within({}, {})".format, DATES, PERIODS),
        st.builds("known({})".format, st.sampled_from(["x", "minor", "state", "route", "entered"])),
        st.sampled_from(["minor", "true", "state == 'GTM'", "state != 'HND'", "state in route",
                         "state not in ['GTM', 'SLV']", "'SLV' in route", "first(route) == 'GTM'",
                         "in_force(ladder)"]),
        entry_conditions(),
    )  # fmt: skip

    def wider(part: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        return st.one_of(
            st.builds("({} {} {})".format, part, st.sampled_from(["and", "or"]), part),
            st.builds("(not {})".format, part),
        )

    return st.recursive(leaf, wider, max_leaves=6)


DAYS = st.dates(date(2018, 1, 1), date(2021, 12, 31))
CODE_VALUES = st.sampled_from(["GTM", "HND", "SLV"])
CASES = st.fixed_dictionaries(
    {
        "x": st.none() | st.sampled_from([0.0, 0.5, 1.5, 2.0, -3.25, 1e308]),
        "y": st.none() | st.sampled_from([0.0, 1.0, 2.5, 1e308]),
        "minor": st.none() | st.booleans(),
        "state": st.none() | CODE_VALUES,
        "route": st.none() | st.lists(CODE_VALUES, max_size=2).map(tuple),
        "entered": st.none() | DAYS,
        "asked": st.none() | DAYS,
        "day": DAYS,
        "force": st.booleans(),
    }
)
RELATIVES = {"family_state": "array<string>", "family_age": "array<float64>",
             "claimed_on": "array<date>"}  # fmt: skip
KINDS = RELATIVES | {"x": "float64", "y": "float64", "minor": "boolean", "state": "string",
         "route": "array<string>", "entered": "date", "asked": "date", "day": "date",
         "force": "boolean"}  # fmt: skip
EMPTY: dict[str, Any] = dict.fromkeys(RELATIVES, ()) | {
                         "x": 0.0, "y": 0.0, "minor": False, "state": "", "route": (),
                         "entered": date(1970, 1, 1), "asked": date(1970, 1, 1)}  # fmt: skip


class Rows:
    """Cases as arrays."""

    def __init__(self, cases: list[dict[str, Any]]) -> None:
        self.cases = cases
        self.today = np.array([case["day"] for case in cases], "datetime64[D]")

    def value(self, name: str) -> Known:
        if name not in self.cases[0]:
            return unknown(CLAIMS[name].type.kind)
        known = np.array([case[name] is not None for case in self.cases])
        filled = [EMPTY[name] if case[name] is None else case[name] for case in self.cases]
        if name in ("entered", "asked"):
            return Known(np.array(filled, "datetime64[D]"), known)
        lists = name in ("state", "route", *RELATIVES)
        values = np.empty(len(filled), object if lists else None)
        values[:] = filled
        return Known(values, known)

    def state(self, function: str, clause: str) -> Any:
        return np.array([case["force"] for case in self.cases])

    def date(self, function: str, clause: str) -> Known:
        raise KeyError(clause)

    def series(self, function: str, metric: str, other: object) -> Known:
        raise KeyError(metric)


@cache
def some_cases() -> list[dict[str, Any]]:
    """Some hundred cases, every column known or not, drawn once."""
    luck = np.random.default_rng(7)

    def one_of(*values: Any) -> Any:
        return values[luck.integers(len(values))]

    def day() -> date:
        return date(2018, 1, 1) + timedelta(days=int(luck.integers(1400)))

    def route() -> tuple[str, ...]:
        return tuple(luck.choice(["GTM", "HND", "SLV"], int(luck.integers(3))).tolist())

    def relatives() -> dict[str, Any]:
        """Draw lists that run side by side; each, or an entry of it, may not be known."""
        count = int(luck.integers(4))
        states = tuple(one_of(None, "GTM", "HND", "SLV", "GTM") for _ in range(count))
        ages = tuple(one_of(None, 1.0, 9.0, 30.0, 30.0) for _ in range(count))
        return {"family_state": one_of(None, states, states, states),
                "family_age": one_of(None, ages, ages, ages),
                "claimed_on": one_of(None, (one_of(None, day()), day()))}  # fmt: skip

    return [
        relatives()
        | {
            "x": one_of(None, 0.0, 0.5, 1.5, 2.0, -3.25, 1e308),
            "y": one_of(None, 0.0, 1.0, 2.5, 1e308),
            "minor": one_of(None, True, False),
            "state": one_of(None, "GTM", "HND", "SLV"),
            "route": one_of(None, route(), route(), route()),
            "entered": one_of(None, day(), day(), date(2020, 2, 29), date(2019, 1, 31)),
            "asked": one_of(None, day(), day(), date(2019, 2, 28)),
            "day": one_of(day(), date(2019, 2, 28), date(2020, 2, 29)),
            "force": one_of(True, False),
        }
        for _ in range(300)
    ]


@cache
def table_of_cases() -> Any:
    rows = [
        {name: list(value) if isinstance(value, tuple) else value for name, value in case.items()}
        for case in some_cases()
    ]
    return ibis.duckdb.connect().create_table(
        "cases", ibis.memtable(rows, schema=ibis.schema(KINDS))
    )


@settings(max_examples=min(40, settings.default.max_examples))  # each is compiled anew
@given(text=conditions(), rule=st.booleans())
def test_arrays_and_columns_agree_on_every_case(text: str, rule: bool) -> None:
    cases, table = some_cases(), table_of_cases()
    expression = parse(text, HERE, kind="rule" if rule else "condition")
    assume(not expression.check(SYMBOLS))
    found = expression.answer(Rows(cases))
    values, codes = (np.broadcast_to(part, len(cases)) for part in (found.values, found.fault))
    reasons = [found.faults[code - 1].reason if code else None for code in codes]
    states = {"in_force(ladder)": table.force}
    column = expression.column(OfTable(table, today=table.day, known=states, longest=3))
    missing = ibis.null("string") if column.missing is None else column.missing
    rows = table.select(value=column.value, missing=missing).to_pyarrow().to_pydict()
    assert rows["missing"] == reasons
    assert rows["value"] == [
        None if reason else bool(value) for value, reason in zip(values, reasons, strict=True)
    ]


def slow(text: str, case: dict[str, Any]) -> bool:
    """Read a condition over one case as plain Python would."""

    def month_gap(start: date) -> int:
        gap = -600
        while _moved(start, gap + 1) <= case["day"]:
            gap += 1
        return gap

    space = {
        "x": case["x"], "y": case["y"], "minor": case["minor"], "state": case["state"],
        "true": True, "min": min, "max": max, "abs": abs, "count": len,
        "round_half_even": lambda value, places: round(value * 10**places) / 10**places,
        "days_since": lambda start: (case["day"] - start).days,
        "months_since": month_gap,
    }  # fmt: skip
    return bool(eval(text, {"__builtins__": {}}, space))


def _moved(start: date, months: int) -> date:
    whole = start.year * 12 + start.month - 1 + months
    first = date(whole // 12, whole % 12 + 1, 1)
    following = date((whole + 1) // 12, (whole + 1) % 12 + 1, 1)
    last = (following - timedelta(days=1)).day
    return first.replace(day=min(start.day, last))


@given(
    st.builds("{} {} {}".format, numbers().filter(lambda t: not set("'") & set(t)), SIGNS, NUMBERS),
    CASES,
)
def test_arrays_agree_with_plain_python(text: str, case: dict[str, Any]) -> None:
    names = ("entered", "asked", "today", "route")
    if any(name in text for name in names) or None in (case["x"], case["y"]):
        return
    found = parse(text, HERE).answer(Rows([case]))
    if not np.any(found.fault):
        assert bool(np.all(found.values)) == slow(text, case)


@given(DAYS, DAYS)
def test_months_since_counts_whole_clamped_months(start: date, day: date) -> None:
    case = dict.fromkeys(EMPTY) | {"entered": start, "day": day, "force": False}
    months = int(parse("months_since(entered)", HERE, kind="number").over(Rows([case]))[0])
    assert _moved(start, months) <= day < _moved(start, months + 1)


def test_a_missing_value_matters_only_where_it_is_needed() -> None:
    case = dict.fromkeys(EMPTY) | {"day": date(2020, 1, 1), "force": False}
    rows = Rows([case, case | {"x": 5.0}])
    assert list(parse("known(x) and x > 3", HERE).over(rows)) == [False, True]
    with pytest.raises(InputProblemsError, match=r"harbour.toml:12:9: MISSING x is not known in 1"):
        parse("x > 3 and known(x)", HERE).over(rows)


def test_a_division_by_zero_names_its_case() -> None:
    case = dict.fromkeys(EMPTY) | {"x": 1.0, "y": 0.0, "day": date(2020, 1, 1)}
    with pytest.raises(InputProblemsError, match="division by zero"):
        parse("x / y > 1", HERE).over(Rows([case]))
