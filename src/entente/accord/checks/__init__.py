"""Everything that can be wrong with an accord, found at once and in reading order."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final, final

from entente.accord.checks import dates, graph, logic, names, rest, sources, values, verdicts
from entente.accord.checks.subject import NOT_DECIDED, Subject
from entente.accord.document import Accord
from entente.accord.text import Draft, draft, parse
from entente.grid import Grid, Tabled
from entente.problems import InputProblemsError, Problem, in_reading_order

if TYPE_CHECKING:
    import pandas as pd

CHECKS: Final[tuple[Callable[[Subject], Iterator[Problem]], ...]] = (
    names.check,
    values.check,
    dates.check,
    rest.check,
    graph.check,
    logic.check,
    sources.check,
)


@final
@dataclass(frozen=True, slots=True)
class Checked:
    """The problems of an accord, and what could not be decided, both in reading order."""

    problems: tuple[Problem, ...]
    undecided: tuple[Problem, ...] = ()


@final
class Problems(tuple[Problem, ...], Tabled):
    """What is wrong with an accord, in reading order; empty for a clean one."""

    __slots__ = ()

    def table(self) -> "pd.DataFrame":
        """Return a row for each problem, as `entente check --json` gives them."""
        import pandas as pd

        columns = ("code", "file", "line", "col", "clause", "message", "mend")
        return pd.DataFrame([problem.as_json() for problem in self], columns=columns)

    def grid(self) -> Grid:
        """Lay out every problem with where it stands."""
        head = ("code", "where", "clause", "message", "mend")
        rows = [(p.code, p.where, p.clause, p.message, p.mend) for p in self]
        errors = sum(problem.is_error for problem in self)
        return Grid(f"{errors} errors, {len(self) - errors} warnings", head, rows)


def check(target: Accord | str | Path) -> Problems:
    """List every problem of an accord, a shipped one by its name, or a file by its path.

    Law 4 of the language: errors E100 to E121, warnings W201 to W211; empty for a clean accord.
    Faulty parts are left out and the rest is checked, so all problems come at once. What could not
    be decided is never among them, nor passed: `checked` lists it.
    """
    return Problems(checked(target).problems)


def checked(target: Accord | str | Path) -> Checked:
    """List every problem of an accord, and what the checks could not decide."""
    if isinstance(target, Accord):
        return _found(Subject(target, frozenset()), ())
    try:
        found, as_of = draft(target)
    except InputProblemsError as refused:
        return Checked(refused.problems)
    return _of_draft(found, as_of)


def check_text(text: str, file: str) -> tuple[Problem, ...]:
    """List every problem of a text; `file` is the name that they carry."""
    return _of_draft(parse(text, file), None).problems


def _of_draft(found: Draft, as_of: date | None) -> Checked:
    if found.accord is None:
        return Checked(found.problems)
    accord = found.accord if as_of is None else found.accord.known(as_of)
    return _found(Subject(accord, found.broken), found.problems)


def _found(subject: Subject, before: tuple[Problem, ...]) -> Checked:
    problems = [*before, *(problem for kind in CHECKS for problem in kind(subject))]
    if not any(problem.is_error for problem in problems):
        problems += verdicts.check(subject)  # runs the accord, so it must be one that can be run
    found = in_reading_order(problems)
    return Checked(
        tuple(problem for problem in found if problem.code != NOT_DECIDED),
        tuple(problem for problem in found if problem.code == NOT_DECIDED),
    )
