"""A file of cases (CSV, Parquet, a folder of Parquet): its columns, and where each row stands."""

import csv
import gzip
import sys
from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import accumulate
from pathlib import Path
from typing import IO, Any, Final, NamedTuple, TypeAlias, final

import pyarrow as pa
import pyarrow.parquet

from entente.cases.listing import MOST_LISTED, not_listed
from entente.problems import InputProblemsError, Place, Problem, did_you_mean

_HELD: Final = Path("lines")  # what is in memory is told of by this name
_UNREADABLE: Final = "E300"
_OTHER_SIGNS: Final = {";": "semicolons", "\t": "tabs", "|": "bars"}


@final
class Reject(NamedTuple):
    """Why a record of a CSV file is no row; no message where it is blank."""

    column: str
    message: str
    mend: str


Rejects: TypeAlias = Mapping[int, Reject]  # by the number of the record; the header is record 1


@final
@dataclass(frozen=True, slots=True)
class Ledger:
    """A file of cases.

    columns  as they stand in the file; one that stands twice is here twice
    parts    the Parquet files, by name; none where the file is CSV
    starts   how many rows come before each part
    """

    path: Path
    columns: tuple[str, ...]
    parts: tuple[Path, ...] = ()
    starts: tuple[int, ...] = ()

    @classmethod
    def of(cls, path: Path, known: Collection[str], key: str) -> "Ledger":
        """Look at a file's header.

        known   the columns that it may have
        key     the one that it must have

        Raises InputProblemsError where the file cannot be read or has a wrong header: E101 for an
        unknown column, E102 for a missing one, E100 for one given twice.
        """
        try:
            ledger = cls._of_parquet(path) if _parts(path) else cls(path, tuple(_header(path)))
        except OSError as failure:
            mend = "name a CSV or Parquet file"
            raise unreadable(path, failure.strerror or failure, mend) from failure
        except (UnicodeError, csv.Error) as failure:
            raise unreadable(path, failure) from failure
        wrong = _wrong(path, ledger.columns, known, key)
        if wrong:
            raise InputProblemsError(wrong)
        return ledger

    @classmethod
    def held(cls, columns: Sequence[str], known: Collection[str], key: str) -> "Ledger":
        """Take columns of cases that are in memory; raises as `of` does."""
        wrong = _wrong(_HELD, columns, known, key)
        if wrong:
            raise InputProblemsError(wrong)
        return cls(_HELD, tuple(columns), (_HELD,), (0,))

    @classmethod
    def _of_parquet(cls, path: Path) -> "Ledger":
        parts = _parts(path)
        heads = [_head(part) for part in parts]
        named = [head.schema.to_arrow_schema().names for head in heads]
        for part, names in zip(parts, named, strict=True):
            if len(set(names)) < len(names):
                return cls(part, tuple(names), parts)
        columns = tuple(dict.fromkeys(name for names in named for name in names))
        starts = accumulate((head.num_rows for head in heads[:-1]), initial=0)
        return cls(path, columns, parts, tuple(starts))

    def located(self, problems: Iterable[Problem], rejects: Rejects) -> list[Problem]:
        """Say where problems stand whose line is, so far, the number of a row from 0."""
        told = list(problems)
        rows = sorted({problem.where.line for problem in told})
        places = self._in_parts(rows) if self.parts else self._lines(rows, rejects)
        return [replace(problem, where=places[problem.where.line]) for problem in told]

    def broken(self, rejects: Rejects, code: str) -> list[Problem]:
        """Tell the records that are no rows: the first ones, and of more, how many there are."""
        told = {number: why for number, why in rejects.items() if why.message}
        listed = list(told)[: MOST_LISTED + 1]
        places, wanted = {}, set(listed)
        for number, line, _ in _records(self.path) if wanted else ():
            if number in wanted:
                places[number] = Place(str(self.path), line)
                if number == listed[-1]:
                    break
        problems = [Problem(code, places[number], *told[number]) for number in listed]
        if len(told) > MOST_LISTED:
            problems[-1] = not_listed(problems[-1], len(told) - MOST_LISTED)
        return problems

    def _lines(self, rows: Sequence[int], skipped: Rejects) -> Mapping[int, Place]:
        """Return on which line of a CSV file rows begin; a blank line is no row."""
        found: dict[int, Place] = {}
        wanted, row = set(rows), -1
        for number, line, cells in _records(self.path) if rows else ():
            row += number > 1 and number not in skipped and (bool(cells) or len(self.columns) == 1)
            if row in wanted and row not in found:
                found[row] = Place(str(self.path), line)
                if len(found) == len(wanted):
                    break
        return found

    def _in_parts(self, rows: Sequence[int]) -> Mapping[int, Place]:
        """Return in which Parquet file each row is, and its number there, from 1."""
        found = {}
        for row in rows:
            part = bisect_right(self.starts, row) - 1
            found[row] = Place(str(self.parts[part]), row - self.starts[part] + 1)
        return found


def unreadable(path: Path, why: object, mend: str = "") -> InputProblemsError:
    """Return the problem that a file cannot be read."""
    said = mend or "save it as CSV in UTF-8, or as Parquet"
    problem = Problem(_UNREADABLE, Place(str(path)), "", f"cannot be read: {why}", said)
    return InputProblemsError([problem])


def _head(part: Path) -> Any:
    try:
        return pyarrow.parquet.read_metadata(part)
    except pa.ArrowException as failure:
        raise unreadable(part, failure, "save it as Parquet") from failure


def _parts(path: Path) -> tuple[Path, ...]:
    if not path.is_dir():
        return (path,) if path.suffix == ".parquet" else ()
    found = sorted(p for p in path.glob("*.parquet") if not p.name.startswith((".", "_")))
    if not found:
        raise unreadable(path, "the folder holds no .parquet file", "name a CSV or Parquet file")
    return tuple(found)


@contextmanager
def _opened(path: Path, errors: str) -> Iterator[IO[str]]:
    opened: Any = gzip.open if path.suffix == ".gz" else open
    limit = csv.field_size_limit(sys.maxsize)
    try:
        with opened(path, "rt", encoding="utf-8-sig", errors=errors, newline="") as lines:
            yield lines
    finally:
        csv.field_size_limit(limit)


def _header(path: Path) -> list[str]:
    with _opened(path, "surrogateescape") as lines:
        first = lines.readline()
    first.encode()  # fails where it was not UTF-8
    columns = next(csv.reader([first]), [])
    for sign, name in _OTHER_SIGNS.items():
        if len(columns) == 1 and sign in columns[0]:
            said = f"its cells are split by {name}, not by commas"
            raise unreadable(path, said, "save it as CSV with commas, and points in numbers")
    return [column.strip() for column in columns]


def _records(path: Path) -> Iterator[tuple[int, int, list[str]]]:
    """Yield the number of each record of a CSV file, the line where it begins, its cells."""
    with _opened(path, "replace") as lines:
        reader, line = csv.reader(lines), 1
        for number, cells in enumerate(reader, 1):
            yield number, line, cells
            line = reader.line_num + 1


def _wrong(path: Path, columns: Sequence[str], known: Collection[str], key: str) -> list[Problem]:
    where = Place(str(path), 1)
    different = list(dict.fromkeys(columns))
    wrong = [
        Problem("E101", where, name, "unknown column", did_you_mean(name, known))
        for name in different
        if name not in known
    ]
    wrong += [
        Problem("E100", where, name, "the column is given twice", "keep one")
        for name in different
        if columns.count(name) > 1
    ]
    if key not in columns:
        wrong.append(Problem("E102", where, key, "the column is missing", f"add {key}"))
    return wrong
