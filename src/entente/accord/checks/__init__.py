"""Everything that can be wrong with an accord, found at once and in reading order."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Final

from entente.accord.checks import dates, graph, logic, names, sources, values
from entente.accord.checks.subject import Subject
from entente.accord.document import Accord
from entente.accord.text import Draft, draft, parse
from entente.problems import InputProblemsError, Problem, in_reading_order

CHECKS: Final[tuple[Callable[[Subject], Iterator[Problem]], ...]] = (
    names.check,
    values.check,
    dates.check,
    graph.check,
    logic.check,
    sources.check,
)


def check(target: Accord | str | Path) -> tuple[Problem, ...]:
    """List every problem of an accord, a shipped one by its name, or a file by its path.

    Law 4 of the language: errors E100 to E121, warnings W201 to W211; empty for a clean accord.
    Faulty parts are left out and the rest is checked, so all problems come at once. What only a
    solver can decide is never reported as passed: it is simply not among the problems.
    """
    if isinstance(target, Accord):
        return _found(Subject(target, frozenset()), ())
    try:
        found, as_of = draft(target)
    except InputProblemsError as refused:
        return refused.problems
    return _of_draft(found, as_of)


def check_text(text: str, file: str) -> tuple[Problem, ...]:
    """List every problem of a text; `file` is the name that they carry."""
    return _of_draft(parse(text, file), None)


def _of_draft(found: Draft, as_of: date | None) -> tuple[Problem, ...]:
    if found.accord is None:
        return found.problems
    accord = found.accord if as_of is None else found.accord.known(as_of)
    return _found(Subject(accord, found.broken), found.problems)


def _found(subject: Subject, before: tuple[Problem, ...]) -> tuple[Problem, ...]:
    found = [problem for kind in CHECKS for problem in kind(subject)]
    return in_reading_order((*before, *found))
