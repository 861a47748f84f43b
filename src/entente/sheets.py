"""A user's small table: a CSV file read by column names, its faults of shape listed at once."""

import csv
import gzip
import io
import zlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias, final

from entente.problems import InputProblemsError, Place, Problem, did_you_mean

Cells: TypeAlias = Mapping[str, str]
_GZIP: Final = b"\x1f\x8b"


@final
@dataclass(frozen=True, slots=True)
class Codes:
    """The numbers under which a verb lists faults of shape; documentation explains each."""

    unreadable: str
    missing: str
    unknown: str
    ragged: str


@final
@dataclass(frozen=True, slots=True)
class Sheet:
    """The rows of a file, cells without surrounding blanks; empty rows are passed over.

    rows    the line on which a row ends, and its cells by column
    ragged  rows of another width than the header, left out of `rows`
    """

    file: str
    header: tuple[str, ...]
    rows: tuple[tuple[int, Cells], ...]
    ragged: tuple[Problem, ...]
    codes: Codes

    def header_problems(
        self, needed: Collection[str], optional: Collection[str] = (), hint: str = ""
    ) -> list[Problem]:
        """List columns that are unknown, given twice or missing; a hint is said of unknown ones."""
        known = (*needed, *optional)
        at = {name: col for col, name in reversed(list(enumerate(self.header, 1)))}
        unknown = [
            self._problem(
                self.codes.unknown, at[name], name, f"unknown column '{name}'",
                hint or did_you_mean(name, known),
            )
            for name in at
            if name not in known
        ]  # fmt: skip
        twice = [
            self._problem(self.codes.unknown, col, name, "column given twice", "keep one")
            for col, name in enumerate(self.header, 1)
            if at[name] != col
        ]
        missing = [
            self._problem(self.codes.missing, 0, name, "column missing", f"add {name}")
            for name in needed
            if name not in at
        ]
        return sorted(unknown + twice, key=lambda p: p.where.col) + missing

    def _problem(self, code: str, col: int, name: str, message: str, mend: str) -> Problem:
        return Problem(code, Place(self.file, 1, col), name, message, mend)


def read(path: str | Path, codes: Codes) -> Sheet:
    """Read a CSV file in UTF-8, gzipped or not.

    Raises InputProblemsError where it cannot be read as such.
    """
    file = str(path)
    try:
        lines = records(text(path))
    except (OSError, EOFError, UnicodeDecodeError, csv.Error, zlib.error) as failure:
        reason = getattr(failure, "strerror", None) or failure
        problem = Problem(
            codes.unreadable, Place(file), "", f"cannot read: {reason}", "name a CSV file in UTF-8"
        )
        raise InputProblemsError([problem]) from failure
    header = lines[0][1] if lines else ()
    width = len(header)
    ragged = [
        Problem(
            codes.ragged, Place(file, line), "",
            f"the row has {len(cells)} cells, the header {width}", "mend the row",
        )
        for line, cells in lines[1:]
        if len(cells) != width
    ]  # fmt: skip
    rows = [
        (line, dict(zip(header, cells, strict=True)))
        for line, cells in lines[1:]
        if len(cells) == width
    ]
    return Sheet(file, header, tuple(rows), tuple(ragged), codes)


def text(path: str | Path) -> str:
    """Read a text in UTF-8 that may be gzipped whatever its name, or begin with a byte-order mark.

    Raises OSError, EOFError, zlib.error or UnicodeDecodeError.
    """
    raw = Path(path).read_bytes()
    return (gzip.decompress(raw) if raw.startswith(_GZIP) else raw).decode("utf-8-sig")


def records(page: str, *, skip_blanks: bool = False) -> list[tuple[int, tuple[str, ...]]]:
    r"""Split a CSV text into rows that are not empty, each with the line on which it ends.

    `skip_blanks` lets a quoted cell follow blanks after the comma.

    >>> records('a,b\n\n1,"two\nlines"\n')
    [(1, ('a', 'b')), (4, ('1', 'two\nlines'))]
    """
    reader = csv.reader(io.StringIO(page, newline=None), skipinitialspace=skip_blanks)
    return [
        (reader.line_num, cells)
        for cells in (tuple(cell.strip() for cell in row) for row in reader)
        if any(cells)
    ]
