"""The line of a file in which a problem lies, with a caret under the fault."""

from collections.abc import Iterator
from functools import cache

from entente.problems import InputProblemsError, Problem


def told(problems: tuple[Problem, ...]) -> Iterator[str]:
    """Tell each problem in a line; under one whose column is known, its line with a caret."""
    for problem in problems:
        yield str(problem)
        if problem.where.col:
            yield from quoted(problem)


def quoted(problem: Problem) -> Iterator[str]:
    """Give the line of a problem and a caret under its column, as far as both are known."""
    line, col = problem.where.line, problem.where.col
    lines = _lines(problem.where.file)
    if 0 < line <= len(lines):
        yield f"    {lines[line - 1]}"
        if col:
            indent = "".join("\t" if c == "\t" else " " for c in lines[line - 1][: col - 1])
            yield f"    {indent}^"


@cache
def _lines(name: str) -> list[str]:
    """Read the lines of an accord or of another file; none where there is no such file."""
    from entente.accord.text import text_of

    try:
        return text_of(name).splitlines()
    except InputProblemsError:
        return []
