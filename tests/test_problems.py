"""Problems have an address and come in reading order."""

from entente.problems import Place, Problem, did_you_mean, in_reading_order


def problem(line: int, code: str) -> Problem:
    return Problem(code, Place("a.toml", line, 1), "ladder", "wrong", "right")


def test_problems_sort_by_line_then_code_and_repeat_once():
    listed = in_reading_order(
        [problem(9, "E101"), problem(2, "W205"), problem(2, "E103"), problem(9, "E101")]
    )
    assert [(p.where.line, p.code) for p in listed] == [(2, "E103"), (2, "W205"), (9, "E101")]


def test_a_problem_reads_as_one_line_and_as_a_record():
    assert str(problem(2, "E103")) == "a.toml:2:1: E103 ladder: wrong; mend: right"
    assert list(problem(2, "E103").as_json()) == [
        "code", "file", "line", "col", "clause", "message", "mend",
    ]  # fmt: skip


def test_errors_and_warnings_differ():
    assert problem(1, "E103").is_error
    assert not problem(1, "W205").is_error


def test_a_near_word_is_suggested_and_far_ones_are_listed():
    assert did_you_mean("MEXX", ["MEX", "USA"]) == "did you mean 'MEX'?"
    assert did_you_mean("q", []) == ""
