"""Tables of the page: words to show, and the same figures as a file to take away."""

import csv
import io
import math
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias, final

from entente.language import phrase
from entente.report import amounts, words


@final
@dataclass(frozen=True, slots=True)
class Value:
    """A number in a table, alone or with its 90 % interval.

    seldom   where most draws have none: the share of draws that have some, and their middle
    """

    middle: float
    unit: str
    ends: tuple[float, float] | None = None
    seldom: tuple[float, float] | None = None

    @property
    def shown(self) -> str:
        """Write the number: as coarsely as its interval is wide, or whole where it stands alone."""
        if self.seldom is not None:
            return phrase("mostly none")
        if self.ends is None:
            return amounts.cell(self.middle, self.unit)
        return amounts.cell(amounts.rounded(self.middle, self._spread), self.unit)

    @property
    def spread(self) -> str:
        """Write the interval; empty where there is none or it has no width.

        An interval that begins at nothing tells little where most draws have none: said instead is
        how many have some, and how much.
        """
        if self.seldom is not None:
            share, middle = self.seldom
            amount = amounts.cell(amounts.rounded(middle, self._spread), self.unit)
            return phrase(
                "{amount} in the other {share}", amount=amount, share=amounts.percentage(share)
            )
        if self.ends is None or not self._spread:
            return ""
        low, high = (amounts.cell(amounts.rounded(v, self._spread), self.unit) for v in self.ends)
        return words.span(low, high) if low != high else ""

    @property
    def _spread(self) -> float:
        return self.ends[1] - self.ends[0] if self.ends else 0.0


Cell: TypeAlias = str | Value


@final
@dataclass(frozen=True, slots=True)
class Table:
    """A table as shown; the first cell of a row names it.

    groups    (number of rows, heading) for tables in parts; empty for one part
    verbatim  columns in the words of their authors, which are English
    """

    name: str
    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    groups: tuple[tuple[int, str], ...] = ()
    verbatim: frozenset[int] = frozenset()

    @property
    def numeric(self) -> frozenset[int]:
        """Number the columns that hold values."""
        return frozenset(
            i for row in self.rows for i, cell in enumerate(row) if isinstance(cell, Value)
        )

    @property
    def parts(self) -> list[tuple[str, tuple[tuple[Cell, ...], ...]]]:
        """Cut the rows into headed parts; one part without a heading where there are none."""
        if not self.groups:
            return [("", self.rows)]
        parts, start = [], 0
        for size, heading in self.groups:
            parts.append((heading, self.rows[start : start + size]))
            start += size
        return parts

    @property
    def csv(self) -> str:
        """Write the table as CSV: plain numbers, intervals in columns of their own."""
        wide = {
            i for row in self.rows for i, c in enumerate(row) if isinstance(c, Value) and c.ends
        }
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(
            [
                name
                for i, head in enumerate(self.head)
                for name in ((head, f"{head}, 5 %", f"{head}, 95 %") if i in wide else (head,))
            ]
        )
        for row in self.rows:
            writer.writerow([c for i, cell in enumerate(row) for c in _plain(cell, i in wide)])
        return text.getvalue()

    @property
    def href(self) -> str:
        """Return the CSV inside a link."""
        return "data:text/csv;charset=utf-8;base64," + b64encode(self.csv.encode()).decode()


def _plain(cell: Cell, wide: bool) -> Iterator[str]:
    """Write a cell for a machine; one that a spreadsheet would run as a formula is disarmed."""
    if isinstance(cell, str):
        yield f"'{cell}" if cell[:1] in ("=", "+", "@") else cell
        yield from ("", "") if wide else ()
        return
    yield _figures(cell.middle, cell.unit)
    if wide:
        yield from (_figures(v, cell.unit) for v in cell.ends or ())


def _figures(value: float, unit: str) -> str:
    """Write a number in full, save a count of one to nine people.

    >>> _figures(3, "persons"), _figures(1234.56, "USD"), _figures(0.25, "share")
    ('<10', '1235', '0.25')
    """
    if not math.isfinite(value):
        return ""
    if amounts.is_small(value, unit):
        return "<10"
    return f"{value:.4g}" if unit in ("percent", "share") else f"{value:.0f}"
