"""Terms that may be bargained over: `CLAUSE.FIELD=LOW:HIGH`, and an accord with a term set.

A field is varied as it is written. A number or a date is replaced. Steps are scaled so that the
highest is the value. In a condition (`guard_south >= 6000`) the number moves, and in a date that is
counted (`signed(standstill) + '45d'`) the days.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Final, final

from entente.accord.clauses import KINDS, Clause
from entente.accord.clauses.common import COMMON, plain_clause
from entente.accord.document import Accord, with_field
from entente.accord.text import parse, write
from entente.evidence import FloatArray
from entente.language import figures
from entente.problems import InputProblemsError, Place, Problem, did_you_mean

_SPEC: Final = re.compile(r"\s*(\w+)\.([\w.]+)\s*=\s*([^:]+):(.+)")
_NUMBER: Final = re.compile(r"(?<![\w.])\d+(?:\.\d+)?(?![\w.])")
_DAYS: Final = re.compile(r"'(\d+)d'")
_LENGTH: Final = re.compile(r"(\d+)d")
_WHERE: Final = Place("--vary")
_EPOCH: Final = date(1970, 1, 1)


@final
@dataclass(frozen=True, slots=True)
class Term:
    """One term and its range; a date is a number of days, as `told` writes it."""

    clause: str
    field: str
    low: float
    high: float
    dated: bool
    whole: bool

    @property
    def name(self) -> str:
        """Name the term as `--vary` does."""
        return f"{self.clause}.{self.field}"

    def at(self, share: float) -> float:
        """Return the value at a share of the range; whole where the text writes whole numbers."""
        value = self.low + (self.high - self.low) * share
        return float(round(value)) if self.whole or self.dated else float(f"{value:.4g}")

    def told(self, value: float) -> str:
        """Write a value: a day as the accord does, a number with the reader's separators."""
        return _day(value).isoformat() if self.dated else figures(value)

    def set(self, accord: Accord, value: float) -> Accord:
        """Return the accord with this term at a value."""
        clause = accord.clauses[self.clause]
        written = _written(_plain(clause, self.field), self.field, value, dated=self.dated)
        changed = with_field(clause, self.field, written, accord.file)
        assert changed is not None, "a term was tried when it was read"
        return replace(accord, clauses={**accord.clauses, self.clause: changed})


def read_terms(texts: Sequence[str], accord: Accord) -> tuple[Term, ...]:
    """Read `--vary`; raises InputProblemsError with every mistake.

    Codes: E103 no such clause or field, E111 a range or a field that cannot be varied.
    """
    found = [_term(text, accord) for text in texts]
    problems = [term for term in found if isinstance(term, Problem)]
    names = [term.name for term in found if isinstance(term, Term)]
    problems += [
        Problem("E111", _WHERE, name, "varied twice", "give one range")
        for name in dict.fromkeys(names)
        if names.count(name) > 1
    ]
    if problems:
        raise InputProblemsError(problems)
    return tuple(term for term in found if isinstance(term, Term))


def _term(text: str, accord: Accord) -> Term | Problem:
    match = _SPEC.fullmatch(text)
    if match is None:
        mend = "write CLAUSE.FIELD=LOW:HIGH, such as ladder.steps=0:30"
        return Problem("E111", _WHERE, "", f"'{text}' is no term", mend)
    id_, field = match[1], match[2]
    if id_ not in accord.clauses:
        mend = did_you_mean(id_, accord.clauses)
        return Problem("E103", _WHERE, id_, f"no clause named '{id_}'", mend)
    clause = accord.clauses[id_]
    written = _plain(clause, field)
    if written is None:
        known = [*plain_clause(clause, KINDS[clause.common.kind][1])]
        return Problem("E103", _WHERE, id_, f"'{id_}' has no '{field}'", did_you_mean(field, known))
    dated = isinstance(written, date)
    low, high = (_end(part.strip(), dated=dated) for part in match.groups()[2:])
    if low is None or high is None or not low < high:
        mend = "write two dates" if dated else "write two numbers, the lower first"
        return Problem("E111", _WHERE, id_, f"'{match[3]}:{match[4]}' is no range", mend)
    term = Term(id_, field, low, high, dated, _is_whole(written))
    return term if _fits(accord, clause, term, written) else _fixed(id_, field)


def _fits(accord: Accord, clause: Clause, term: Term, written: Any) -> bool:
    try:
        new = [_written(written, term.field, v, dated=term.dated) for v in (term.low, term.high)]
    except TypeError:
        return False
    return all(with_field(clause, term.field, value, accord.file) is not None for value in new)


def _fixed(id_: str, field: str) -> Problem:
    mend = "vary a number, a date, steps, the number in a condition, or the days of a date"
    return Problem("E111", _WHERE, id_, f"'{field}' cannot be varied so", mend)


def _plain(clause: Clause, field: str) -> Any:
    """Return what a field holds, as TOML would; None where it holds nothing."""
    found: Any = plain_clause(clause, {**COMMON, **KINDS[clause.common.kind][1]})
    for part in field.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found


def _end(text: str, *, dated: bool) -> float | None:
    try:
        return float((date.fromisoformat(text) - _EPOCH).days) if dated else float(text)
    except ValueError:
        return None


def _is_whole(written: Any) -> bool:
    """Tell whether a text writes this field in whole numbers: persons, days."""
    if isinstance(written, str):
        numbers = _LENGTH.findall(written) or _DAYS.findall(written) or _NUMBER.findall(written)
        return all("." not in number for number in numbers)
    return False


def _written(written: Any, field: str, value: float, *, dated: bool) -> Any:
    """Return what a field holds with its value moved; raises TypeError where it cannot be."""
    number = int(value) if float(value).is_integer() else value
    if dated:
        moved = _day(value)
        if isinstance(written, datetime):
            return datetime.combine(moved, written.timetz())
        return moved
    if isinstance(written, int | float) and not isinstance(written, bool):
        return number
    if field == "steps" and isinstance(written, list):
        return _scaled(written, value)
    if isinstance(written, str):
        for pattern, form in ((_LENGTH, "{}d"), (_DAYS, "'{}d'"), (_NUMBER, "{}")):
            match = pattern.fullmatch(written) if pattern is _LENGTH else None
            found = [match] if match else list(pattern.finditer(written))
            if len(found) == 1 and (pattern is not _LENGTH or match):
                spot = found[0]
                return written[: spot.start()] + form.format(number) + written[spot.end() :]
    raise TypeError(f"{field} holds no number to move")


def _scaled(steps: list[Any], top: float) -> list[Any]:
    highest = max(step[-1] for step in steps)
    if highest <= 0:
        raise TypeError("steps without any value have no shape to keep")
    return [[*step[:-1], round(step[-1] * top / highest, 6)] for step in steps]


def _day(value: float) -> date:
    return _EPOCH + timedelta(days=round(value))


def deal(accord: Accord, terms: Sequence[Term], shares: FloatArray, name: str) -> Accord:
    """Return the accord with every term at a share of its range, as its own file would read it.

    shares   [term], 0 to 1
    """
    for term, share in zip(terms, shares, strict=True):
        accord = term.set(accord, term.at(float(share)))
    text = write(replace(accord, name=name))
    found = parse(text, f"{name}.toml")
    assert found.accord is not None and not found.problems, found.problems
    return found.accord
