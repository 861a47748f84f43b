"""What goes wrong: an author's mistakes are values with an address, the rest are few exceptions."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from difflib import get_close_matches
from typing import Self


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A spot in an input file; line and column count from 1, 0 where there is none."""

    file: str
    line: int = 0
    col: int = 0

    def __str__(self) -> str:
        parts = [self.file, *(str(n) for n in (self.line, self.col) if n)]
        return ":".join(parts)


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake in an input: where it is, what it is and how to mend it.

    >>> print(Problem("E103", Place("a.toml", 4, 9), "ladder", "no choice named 'alleviate'",
    ...               "did you mean 'alleviated'?"))
    a.toml:4:9: E103 ladder: no choice named 'alleviate'; mend: did you mean 'alleviated'?
    """

    code: str
    where: Place
    clause: str
    message: str
    mend: str = ""

    @property
    def is_error(self) -> bool:
        """Errors start with E; warnings (W) leave a file usable."""
        return self.code.startswith("E")

    def __str__(self) -> str:
        subject = f"{self.clause}: " if self.clause else ""
        mend = f"; mend: {self.mend}" if self.mend else ""
        return f"{self.where}: {self.code} {subject}{self.message}{mend}"

    def as_json(self) -> dict[str, str | int]:
        """Give the flat record that `entente check --json` prints."""
        flat = asdict(self)
        where = flat.pop("where")
        return {
            key: {**where, **flat}[key]
            for key in ("code", "file", "line", "col", "clause", "message", "mend")
        }

    def within(self, file: str) -> Self:
        """Address the same problem to another file name."""
        return replace(self, where=replace(self.where, file=file))


def in_reading_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Sort by line, then code, then column, and drop repeats: one file always gives one listing."""
    unique = dict.fromkeys(problems)
    return tuple(sorted(unique, key=lambda p: (p.where.line, p.code, p.where.col, str(p))))


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Suggest the nearest known word, or list the known ones.

    >>> did_you_mean("fsh", ["fish", "cloth"])
    "did you mean 'fish'?"
    >>> did_you_mean("zebra", ["fish", "cloth"])
    'use one of: cloth, fish'
    """
    choices = sorted(known)
    near = get_close_matches(word, choices, n=1)
    if near:
        return f"did you mean '{near[0]}'?"
    shown = choices if len(choices) <= 12 else [*choices[:12], "..."]
    return f"use one of: {', '.join(shown)}" if choices else ""


class EntenteError(Exception):
    """The root of every exception entente raises on purpose; `exit_code` is the command line's."""

    exit_code = 3


class InputProblemsError(EntenteError):
    """An input cannot be used; every problem found in it is listed."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))

    def __reduce__(self) -> tuple[type[Self], tuple[Sequence[Problem]]]:
        """Travel between processes with the problems, not with their text alone."""
        return type(self), (self.problems,)


class OutputError(EntenteError):
    """A result could not be written; nothing was left half-written."""


class NoSolutionError(EntenteError):
    """A model has no solution, or none was found; the message says what was tried and the gap."""

    exit_code = 4
