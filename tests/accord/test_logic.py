"""What simple reasoning decides on conditions agrees with trying every case."""

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from entente.accord.checks.cases import Undecided, cases_of, possible
from entente.accord.expression import parse
from entente.problems import Place

HERE = Place("harbour.toml", 1, 1)
NUMBERS = [-1, 0, 0.5, 1, 1.5, 2, 3]
CODES = ["GTM", "HND", "MEX"]

atoms = st.one_of(
    st.tuples(st.sampled_from("xy"), st.sampled_from(["<", "<=", ">", ">=", "==", "!="]),
              st.integers(0, 2)).map(lambda t: f"{t[0]} {t[1]} {t[2]}"),
    st.tuples(st.sampled_from(["==", "!="]), st.sampled_from(CODES[:2])).map(
        lambda t: f"c {t[0]} '{t[1]}'"),
    st.lists(st.sampled_from(CODES[:2]), min_size=1, max_size=2).map(lambda t: f"c in {t}"),
    st.sampled_from(["p", "q", "true", "false"]),
)  # fmt: skip
conditions = st.recursive(
    atoms,
    lambda inner: st.one_of(
        inner.map(lambda a: f"(not {a})"),
        st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(
            lambda t: f"({t[0]} {t[1]} {t[2]})"
        ),
        st.tuples(inner, inner, inner).map(lambda t: f"({t[0]} if {t[1]} else {t[2]})"),
    ),
    max_leaves=6,
)


def tried(text: str) -> set[bool]:
    """Evaluate by Python itself on every case of a grid fine enough for the constants used."""
    code = compile(text, "<condition>", "eval")
    cases = product(NUMBERS, NUMBERS, CODES, [True, False], [True, False])
    return {
        bool(eval(code, {"true": True, "false": False}, dict(zip("xycpq", case, strict=True))))
        for case in cases
    }


@given(conditions)
def test_never_and_always_agree_with_every_case(text: str) -> None:
    tree = parse(text, HERE).tree
    try:
        may_hold = possible(cases_of(tree)) is not None
        may_fail = possible(cases_of(tree, so=False)) is not None
    except Undecided:
        return
    assert {truth for truth, may in ((True, may_hold), (False, may_fail)) if may} == tried(text)
