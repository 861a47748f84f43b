"""Tables of the page: words to show, and the same figures as a file to take away."""

import csv
import io
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from typing import final


@final
@dataclass(frozen=True, slots=True)
class Table:
    """A table as shown.

    head      names of the columns
    rows      cells as text; the first cell names the row
    numeric   how many of the last columns hold numbers
    groups    (number of rows, heading) for tables in parts; empty for one part
    """

    name: str
    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: int = 0
    groups: tuple[tuple[int, str], ...] = ()

    @property
    def words(self) -> int:
        """Count the columns of words, which stand before those of numbers."""
        return len(self.head) - self.numeric

    @property
    def parts(self) -> list[tuple[str, tuple[tuple[str, ...], ...]]]:
        """Cut the rows into headed parts; one part without a heading where there are none."""
        if not self.groups:
            return [("", self.rows)]
        parts, start = [], 0
        for size, heading in self.groups:
            parts.append((heading, self.rows[start : start + size]))
            start += size
        return parts

    @property
    def href(self) -> str:
        """Return the table as a CSV file inside a link."""
        return csv_link(self.head, self.rows)


def csv_link(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Write rows as CSV in a data: URI; a cell that a spreadsheet might run is quoted as text.

    >>> csv_link(["a"], [["1"]])
    'data:text/csv;charset=utf-8;base64,YQoxCg=='
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerows([[_inert(cell) for cell in row] for row in (head, *rows)])
    return "data:text/csv;charset=utf-8;base64," + b64encode(text.getvalue().encode()).decode()


def _inert(cell: str) -> str:
    """Disarm a cell that begins like a formula."""
    return f"'{cell}" if cell[:1] in ("=", "+", "@") else cell
