"""Reading and writing: same meaning, same bytes; every broken file gives located problems."""

import random
import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from entente.accord.checks import check
from entente.accord.document import Accord
from entente.accord.text import parse, read, shipped, text_of, write
from entente.problems import InputProblemsError

FIXTURES = Path(__file__).parent / "fixtures"
TEXT = text_of("us-mexico-2019")
LINES = TEXT.splitlines(keepends=True)
KEYS = [index for index, line in enumerate(LINES) if " = " in line]


def read_text(text: str) -> Accord:
    found = parse(text, "a.toml")
    assert found.accord is not None
    assert found.problems == ()
    return found.accord


@pytest.mark.parametrize("name", sorted(shipped()))
def test_what_is_written_reads_back_equal(name: str) -> None:
    accord = read(name)
    again = read_text(write(accord))
    assert again == accord
    assert write(again) == write(accord)


@pytest.mark.parametrize("name", sorted(shipped()))
def test_a_shipped_accord_has_no_errors(name: str) -> None:
    assert [str(p) for p in check(name) if p.is_error] == []


def test_the_accord_of_2019_warns_only_of_what_rests_on_readings_and_choices() -> None:
    assert {p.code for p in check("us-mexico-2019")} == {"W205", "W206", "W208"}


def test_the_day_before_the_deal_knows_the_threat_only() -> None:
    accord = read("us-mexico-2019@2019-05-31")
    assert set(accord.clauses) == {"ladder", "originating", "in_transit", "congress"}
    assert set(accord.choices) == {"alleviated", "preference_lifts_added", "in_transit_before"}
    assert not any(p.is_error for p in check("us-mexico-2019@2019-05-31"))


@settings(max_examples=20)  # few days differ, and a check takes a second
@given(st.dates(date(2019, 5, 30), date(2020, 12, 31)))
def test_what_was_known_on_any_day_is_an_accord_without_errors(day: date) -> None:
    name = f"us-mexico-2019@{day}"
    assert [str(p) for p in check(name) if p.is_error] == []
    assert all(clause in read("us-mexico-2019").clauses for clause in read(name).clauses)


def shuffled(text: str, seed: int) -> str:
    """Put the clauses of a file in another order."""
    head, *clauses = re.split(r"(?m)^(?=\[clause\.)", text)
    last, tail = re.split(r"(?m)^(?=\[open\])", clauses[-1])
    clauses[-1] = last
    random.Random(seed).shuffle(clauses)
    return "".join([head, *(clause.rstrip("\n") + "\n\n" for clause in clauses), tail])


@given(st.integers(0, 2**32))
def test_the_order_of_clauses_changes_neither_bytes_nor_findings(seed: int) -> None:
    accord, other = read_text(TEXT), read_text(shuffled(TEXT, seed))
    assert other == accord
    assert write(other) == write(accord)

    def found(one: Accord) -> list[tuple[str, str, str]]:
        return sorted((p.code, p.clause, p.message) for p in check(one))

    assert found(other) == found(accord)


def test_two_readings_of_a_file_share_nothing() -> None:
    first, second = read("us-mexico-2019"), read("us-mexico-2019")
    first.clauses.pop("ladder")  # type: ignore[attr-defined]
    assert "ladder" in second.clauses
    assert "ladder" in read("us-mexico-2019").clauses


def test_codes_stay_texts() -> None:
    text = TEXT.replace('goods = ["*"]', 'goods = ["0702"]')
    accord = read_text(write(read_text(text)))
    assert accord.clauses["ladder"].goods == ("0702",)  # type: ignore[union-attr]
    named = text.replace('title    = "Tariffs', 'title    = "NO, OFF, ON: Tariffs')
    assert read_text(write(read_text(named))).title.startswith("NO, OFF, ON")


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "the file is empty"),
        (b"\xff\xfe\x00", "not UTF-8"),
        (b"accord = ", "not TOML"),
        (b"a = 1\na = 2\n", "stands twice"),
        (b"x" * 1_000_001, "larger than"),
    ],
)
def test_an_unreadable_file_is_one_problem(tmp_path: Path, raw: bytes, words: str) -> None:
    path = tmp_path / "broken.toml"
    path.write_bytes(raw)
    (problem,) = check(path)
    assert problem.code == "E100"
    assert words in problem.message
    with pytest.raises(InputProblemsError):
        read(path)


def test_a_folder_and_a_missing_file_are_problems_too(tmp_path: Path) -> None:
    (folder,) = check(tmp_path)
    (missing,) = check(tmp_path / "nowhere.toml")
    (unknown,) = check("us-mexico-2091")
    assert "folder" in folder.message
    assert "no such file" in missing.message
    assert unknown.mend == "did you mean 'us-mexico-2019'?"
    (undated,) = check("us-mexico-2019@2019-02-30")
    assert "no date" in undated.message


def test_lines_may_end_in_any_way_and_begin_with_a_mark(tmp_path: Path) -> None:
    path = tmp_path / "windows.toml"
    path.write_bytes(b"\xef\xbb\xbf" + TEXT.replace("\n", "\r\n").encode())
    assert read(path) == read("us-mexico-2019")
    places = [(p.code, p.where.line, p.where.col) for p in check(path)]
    assert places == [(p.code, p.where.line, p.where.col) for p in check("us-mexico-2019")]


def test_an_open_point_settled_replaces_its_field() -> None:
    accord = read("us-mexico-2019")
    assert accord.reading("suspended_clock", "stops").clauses["standstill"].clock == "stops"  # type: ignore[union-attr]
    stayed = accord.reading("appeal_stay", "2019-09-10").clauses["enjoined_again"]
    assert stayed.common.expires == date(2019, 9, 10)


def located(text: str) -> None:
    """Every problem of a text stands somewhere in it, and the listing is the same twice."""
    lines = text.split("\n")
    draft = parse(text, "a.toml")
    problems = draft.problems
    if draft.accord is not None:
        from entente.accord.checks import _found
        from entente.accord.checks.subject import Subject

        problems = _found(Subject(draft.accord, draft.broken), draft.problems).problems
    for problem in problems:
        assert 1 <= problem.where.line <= len(lines), str(problem)
        assert 1 <= problem.where.col <= len(lines[problem.where.line - 1]) + 2, str(problem)


@given(st.data())
def test_a_changed_character_gives_located_problems(data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(TEXT) - 1))
    piece = data.draw(st.text(max_size=3))
    cut = data.draw(st.integers(0, 3))
    located(TEXT[:at] + piece + TEXT[at + cut :])


@given(
    st.sampled_from([i for i, line in enumerate(LINES) if "=" in line]), st.text("abz_", min_size=1)
)
def test_a_renamed_key_gives_located_problems(index: int, word: str) -> None:
    lines = list(LINES)
    lines[index] = word + lines[index]
    located("".join(lines))


VALUES = ["1", "true", '"x"', "[]", "{}", "2019-06-10", "1.5", '"in_force(x)"', "[[1, 2]]", "nan",
          "07:32:00", "{ a = 1 }", '["MEX", 3]', "-1", '"2/3"', '""', "1979-05-27T07:32:00Z",
          "99999999999999999999", '"a and"', '"\U0001f600 >"']  # fmt: skip


@given(
    st.sampled_from([i for i, line in enumerate(LINES) if " = " in line]), st.sampled_from(VALUES)
)
def test_a_value_of_another_kind_gives_located_problems(index: int, value: str) -> None:
    lines = list(LINES)
    key = lines[index].partition("=")[0]
    lines[index] = f"{key}= {value}\n"
    located("".join(lines))


@given(st.sampled_from(range(len(LINES))), st.integers(1, 6))
def test_lost_lines_give_located_problems(start: int, count: int) -> None:
    located("".join(LINES[:start] + LINES[start + count :]))


def test_faults_of_reading_and_of_meaning_are_told_together(tmp_path: Path) -> None:
    text = TEXT.replace("guard_south >= 6000", "gard_south >= 6000").replace(
        'clock = "runs"', 'clock = "walks"\nklock = 1', 1
    )
    found = parse(text, "a.toml")
    assert [p.code for p in found.problems] == ["E111", "E101"]
    path = tmp_path / "two.toml"
    path.write_text(text)
    assert [p.code for p in check(path) if p.is_error] == ["E111", "E101", "E103"]


def test_a_fault_in_a_text_of_several_lines_is_told_at_its_own_line() -> None:
    text = TEXT.replace('must = "guard_south >= 6000"', 'must = """\nguard_south >= 6000\nand ?"""')
    (problem,) = parse(text, "a.toml").problems
    lines = text.split("\n")
    assert lines[problem.where.line - 1] == 'and ?"""'
    assert lines[problem.where.line - 1][problem.where.col - 1] == "?"


@pytest.mark.parametrize(
    ("line", "mend"),
    [
        ("goods = [0702]", 'write codes in quotes, as "0702"'),
        ("by = USA", 'write texts in quotes, as "USA"'),
        ("latch = True", "write true"),
    ],
)
def test_a_value_without_its_quotes_is_told_how_to_be_written(line: str, mend: str) -> None:
    (problem,) = parse(TEXT + f"\n[clause.more]\n{line}\n", "a.toml").problems
    assert (problem.code, problem.mend) == ("E100", mend)


def test_a_formula_without_else_names_what_leaves_it_no_value() -> None:
    formula = 'formula = "max(2, (guard_south * 2) if guard_south > 3)"'
    text = TEXT + f'\n[clause.more]\nkind = "schedule"\nsets = "x"\nunit = "persons"\n{formula}\n'
    (problem,) = parse(text, "a.toml").problems
    assert (problem.code, problem.message) == (
        "E108", "no value where 'guard_south > 3' does not hold"
    )  # fmt: skip
    assert problem.where.line == text.count("\n")


def test_an_obligation_without_party_and_measure_is_told_both() -> None:
    text = TEXT + '\n[clause.more]\nkind = "obligation"\ndue = "\'2019-06-30\'"\n'
    found = [(p.code, p.message) for p in parse(text, "a.toml").problems]
    assert found == [("E110", "'by' is missing"), ("E110", "has no measure")]
