"""Reading comma-separated sheets by position, and gathering every mistake with file and row."""

import datetime as dt
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from entente.problems import Place, Problem
from entente.sheets import records, text


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a sheet: its cells without surrounding blanks, and where it stands."""

    sheet: str
    line: int
    cells: tuple[str, ...]

    def cell(self, column: int) -> str:
        """Give the cell of a column that counts from 0; a missing cell is empty."""
        return self.cells[column] if column < len(self.cells) else ""


@dataclass(slots=True)
class Findings:
    """The problems met so far; a reader adds to them and goes on."""

    problems: list[Problem] = field(default_factory=list)

    def error(
        self, code: str, row: Row | str, message: str, mend: str = "", column: int = -1
    ) -> None:
        """Note something that makes the folder unusable; `column` counts from 0."""
        self.problems.append(Problem(f"E{code}", _place(row, column), "", message, mend))

    def warning(self, code: str, row: Row | str, message: str) -> None:
        """Note something that was read around."""
        self.problems.append(Problem(f"W{code}", _place(row, -1), "", message))

    def whole(self, row: Row, column: int, what: str, *, empty: int | None = None) -> int | None:
        """Read a whole number that is not negative, or note why not."""
        number = self.number(row, column, what, empty=empty)
        if number is None:
            return None
        return int(number)

    def number(
        self, row: Row, column: int, what: str, *, empty: float | None = None
    ) -> float | None:
        """Read a number of at least 0; an empty cell gives `empty`, unless that is None."""
        text = row.cell(column)
        if not text and empty is not None:
            return empty
        try:
            number = float(text.replace(",", ""))
        except ValueError:
            number = float("nan")
        if 0 <= number < float("inf"):
            return number
        shown = f"'{text}'" if text else "an empty cell"
        self.error("402", row, f"{what} is {shown}", "write a number of at least 0", column)
        return None

    def day(self, row: Row, column: int, what: str) -> dt.date | None:
        """Read a date written YYYY-MM-DD, or note why not."""
        try:
            return dt.date.fromisoformat(row.cell(column)[:10])
        except ValueError:
            shown = row.cell(column) or "an empty cell"
            self.error("403", row, f"{what} is '{shown}'", "write a date as YYYY-MM-DD", column)
            return None


def rows(path: Path, findings: Findings, *, required: bool = True) -> Iterator[Row]:
    """Give the rows of a sheet that are neither empty nor begin with `#`.

    A file that is missing or is no text is a problem where `required`, else an empty sheet.
    """
    for row in all_rows(path, findings, required=required):
        if not row.cell(0).startswith("#"):
            yield row


def all_rows(path: Path, findings: Findings, *, required: bool = True) -> Iterator[Row]:
    """Give every row that is not empty, headers and comments too."""
    sheet = str(path)
    try:
        page = text(path)
    except FileNotFoundError:
        if required:
            findings.error("400", sheet, "no such file", "add it to the folder")
        return
    except (OSError, EOFError, UnicodeDecodeError, zlib.error) as failure:
        findings.error("401", sheet, f"cannot be read: {failure}", "save it as UTF-8 text")
        return
    for line, cells in records(page, skip_blanks=True):
        yield Row(sheet, line, cells)


def _place(row: Row | str, column: int) -> Place:
    return Place(row) if isinstance(row, str) else Place(row.sheet, row.line, column + 1)
