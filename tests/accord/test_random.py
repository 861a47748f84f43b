"""Laws that hold for any accord: what is written reads back, and what is broken says where."""

import random
import re

import jsonschema
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from random_accords import broken, tried, valid

from entente.accord.blueprint import json_schema
from entente.accord.checks import check
from entente.accord.choices import Choices
from entente.accord.document import Accord
from entente.accord.law_difference import law_difference
from entente.accord.text import parse, write
from entente.accord.timeline import timeline
from entente.problems import EntenteError

SCHEMA = jsonschema.Draft7Validator(json_schema())
few = settings(max_examples=20, suppress_health_check=[HealthCheck.too_slow])


def read(text: str) -> Accord:
    found = parse(text, "a.toml")
    assert found.accord is not None
    assert [str(p) for p in found.problems] == []
    return found.accord


@few
@given(valid())
def test_a_random_accord_reads_back_as_it_was_written(text: str) -> None:
    accord = read(text)
    again = read(write(accord))
    assert again == accord
    assert write(again) == write(accord)
    assert law_difference(accord, again) == ()


@settings(few, max_examples=8)
@given(valid(), st.integers(0, 2**16))
def test_shuffled_clauses_give_the_same_bytes_and_the_same_law(text: str, seed: int) -> None:
    head, *clauses = re.split(r"(?m)^(?=\[clause\.)", text)
    random.Random(seed).shuffle(clauses)
    one, other = read(text), read(head + "".join(clauses))
    assert write(one) == write(other)
    assert {(p.code, p.clause) for p in check(one)} == {(p.code, p.clause) for p in check(other)}
    assert rows(one) == rows(other)


def rows(accord: Accord) -> object:
    try:
        found = timeline(accord, Choices())
    except EntenteError as refused:
        return type(refused)
    return sorted((r.clause, str(r.from_), str(r.to), r.state, str(r.value)) for r in found)


@few
@given(valid())
def test_an_editor_takes_every_random_accord(text: str) -> None:
    from test_editors import as_editor_sees

    assert [e.message for e in SCHEMA.iter_errors(as_editor_sees(text))] == []


@few
@given(valid(), st.randoms())
def test_a_random_broken_accord_gives_located_problems_and_never_a_traceback(
    text: str, luck: random.Random
) -> None:
    tried(broken(text, luck))
