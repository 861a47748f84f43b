"""Parts that ask codes alone are read by combination, and give what each case gives by itself."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from entente.accord.expression import parse
from entente.accord.expression.coded import asked, combined
from entente.accord.expression.scope import Known
from entente.accord.expression.sharing import Sharing
from entente.cases.claims.block import Block, Numbers, Reader
from entente.problems import Place

WORDS = ("GTM", "HND", "SLV", "MEX")
RULES = (
    "1 if a == 'GTM' else 2 if b in ['HND', 'SLV'] else 3",
    "a in ['GTM', 'HND', 'SLV'] and not (b == 'MEX' or b == 'GTM')",
    "(0.5 if a == 'GTM' else 0.25 if b == 'HND' else 0.125) * amount",
    "1 / (0 if a == 'GTM' else 2 if a == 'HND' else 4)",
)
columns = st.lists(
    st.tuples(st.sampled_from(WORDS), st.booleans(), st.sampled_from(WORDS), st.floats(0, 9)),
    min_size=130,
    max_size=150,
)


def read(tree, cases, *, block=None):
    """Read a rule over cases, all at once or one by one."""
    numbers = Numbers()
    codes = {word: numbers.of(word) for word in WORDS}
    facts = {
        "a": Known(np.array([codes[a] for a, *_ in cases], np.int32),
                   np.array([known for _, known, *_ in cases])),
        "b": Known(np.array([codes[c[2]] for c in cases], np.int32), np.ones((), np.bool_)),
        "amount": Known(np.array([c[3] for c in cases]), np.ones((), np.bool_)),
    }  # fmt: skip
    sharing = Sharing(numbers.of)
    block = Block(len(cases), np.datetime64("2019-06-01"), facts.get)
    reader = Reader.over(block, (), sharing, numbers)
    values, fault = reader.read(tree)
    values, fault = (np.broadcast_to(each, len(cases)) for each in (values, fault))
    reasons = [reader.reason(code) if code else "" for code in fault.tolist()]
    return [
        (reason, None if reason else value) for value, reason in zip(values, reasons, strict=True)
    ]


@given(columns, st.sampled_from(RULES))
@settings(max_examples=25)
def test_a_part_read_by_combination_is_what_each_case_gives_by_itself(cases, text):
    kind = "condition" if " and " in text else "number"
    rule = parse(text, Place("rule"), kind=kind)
    assert read(rule, cases) == [read(rule, [case])[0] for case in cases]


def test_a_part_that_asks_the_day_or_few_constants_is_read_by_itself():
    assert asked(parse("a == 'GTM'", Place(""), kind="condition").tree) == ()
    assert (
        asked(parse("days_since(a) > 1 and b > 2 and c > 3", Place(""), kind="condition").tree)
        == ()
    )
    assert asked(parse("a in ['X', 'Y', 'Z']", Place(""), kind="condition").tree) == ("a",)


def test_amounts_and_too_many_codes_have_no_combinations():
    yes = np.ones((), np.bool_)
    assert combined({"a": Known(np.linspace(0, 1, 100), yes)}) is None
    assert combined({"a": Known(np.arange(100), yes)}) is None
    assert combined({"a": Known(np.arange(100) % 3, yes)}).place.tolist()[:4] == [0, 1, 2, 0]
