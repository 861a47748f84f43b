"""A table of entry lines: read from CSV or Parquet, each different cell of a column read once."""

import csv
import gzip
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from functools import reduce
from pathlib import Path
from typing import Any, Final, TypeAlias, final

import ibis
import pyarrow as pa

from entente.cases.bounds import Bounds, bounds_of
from entente.cases.lines import AMOUNTS, COLUMNS, MOST_USD, Goods, Unreadable
from entente.cases.listing import MOST_LISTED, not_listed
from entente.cases.store import Store
from entente.problems import InputProblemsError, Place, Problem, did_you_mean

Expr: TypeAlias = Any  # an Ibis table or value; neither Ibis nor pyarrow gives types to check

_EXACT: Final = "decimal(18, 6)"
_AMOUNT: Final = "decimal(27, 9)"
_MOST_AMOUNT: Final = 10**15
_OTHER_SIGNS: Final = {";": "semicolons", "\t": "tabs", "|": "bars"}


@final
@dataclass(frozen=True, slots=True)
class Dictionary:
    """What each different cell of a column means: a value, None where empty, or a fault.

    values   by the cell as the engine holds it
    faults   likewise; the rows that hold such a cell have no price
    unless   a column: where it is not empty, the row has a price all the same
    """

    column: str
    values: Mapping[Any, Any]
    faults: Mapping[Any, Unreadable]
    unless: str = ""


@final
@dataclass(frozen=True, slots=True)
class Survey:
    """What one walk through the lines tells.

    wrong   whether a row has a cell that cannot be read; None where no row has
    most    a number of dollars that no value exceeds
    """

    wrong: Expr | None
    most: int


@final
@dataclass(frozen=True, slots=True)
class EntryTable:
    """Lines held by an engine: the columns given, as they are.

    bounds   what their file proves of columns
    """

    store: Store
    table: Expr
    file: str
    broken: tuple[Problem, ...] = ()
    bounds: Mapping[str, Bounds] = field(default_factory=dict)

    @classmethod
    def read(cls, path: str | Path, backend: str = "duckdb") -> "EntryTable":
        """Take a CSV file (plain or gzipped) or a Parquet file into an engine of its own.

        Raises InputProblemsError where the file cannot be read or has columns nobody knows.
        """
        file, store = Path(path), Store(backend)
        if not file.is_file():
            raise _unusable(file, "no such file", "name a CSV or Parquet file")
        header = None if file.suffix == ".parquet" else _header(file)
        if header is not None:
            _known_columns(file, header)
        try:
            taken = (store.of_parquet(file), []) if header is None else store.of_csv(file, header)
        except Exception as failure:
            said = str(failure).splitlines()[0]
            raise _unusable(file, said, "save it as CSV in UTF-8, or as Parquet") from failure
        table, rejects = taken
        _known_columns(file, [c for c in table.columns if c not in store.order(table)])
        bounds = bounds_of(file) if header is None else {}
        return cls(store, table, str(file), _broken(rejects, str(file)), bounds)

    @classmethod
    def of(cls, lines: pa.Table, backend: str = "duckdb") -> "EntryTable":
        """Take lines that are in memory."""
        store = Store(backend)
        _known_columns(Path("lines"), lines.column_names)
        return cls(store, store.of_arrow(lines), "lines")

    @property
    def columns(self) -> tuple[str, ...]:
        """Return the columns of entry lines that the table has."""
        return tuple(c for c in self.table.columns if c in COLUMNS)

    def dictionaries(self, readers: Mapping[str, Callable[[str], Any]]) -> dict[str, Dictionary]:
        """Read every different cell of columns; an absent column has an empty one only."""
        here = [column for column in readers if column in self.columns]
        cells = self.store.cells(self.table, here) if here else {}
        return {
            column: _dictionary(column, cells.get(column, [None]), reader)
            for column, reader in readers.items()
        }

    def placed(self) -> "EntryTable":
        """Let rows carry their order, for what an engine may shuffle."""
        return replace(self, table=self.store.placed(self.table))

    def amount(self, table: Expr, column: str) -> Expr:
        """Return an amount of a table made from the lines; null where it is empty or none."""
        kind = _EXACT if column == "value_usd" else _AMOUNT
        if column not in self.columns:
            return ibis.null(kind)
        cell = table[column]
        if cell.type().is_string():
            return self.store.tried(cell, kind)
        return cell if cell.type().is_decimal() else cell.cast(kind)

    def unreadable(self, column: str) -> Expr:
        """Return whether a row's amount or value is no number that can be."""
        cell, most = self.table[column], self._most(column)
        number = self.amount(self.table, column)
        given = (cell.strip() != "") if cell.type().is_string() else ibis.literal(value=True)
        wrong = number.isnull().ifelse(given, (number < 0) | (number >= most))
        return cell.notnull() & wrong

    def unnamed(self) -> Expr:
        """Return whether a row has no line_id."""
        cell = self.table.line_id.cast("string")
        bare = (cell.left(1) <= " ").ifelse(cell.strip() == "", False)  # few cells are stripped
        return cell.isnull() | bare.fill_null(True)

    def survey(self, dictionaries: Iterable[Dictionary]) -> "Survey":
        """Find in one walk whether rows have cells that cannot be read, and the largest value.

        What the file proves is not asked of its rows.
        """
        numbers = [c for c in AMOUNTS if c in self.columns and not self._sound(c)]
        asked: dict[str, Expr] = {column: self.unreadable(column) for column in numbers}
        if not self._named():
            asked["line_id"] = self.unnamed()
        sums: dict[str, Expr] = {column: wrong.any() for column, wrong in asked.items()}
        if "value_usd" in numbers:
            sums["most_"] = self.amount(self.table, "value_usd").max()
        found = self.store.rows(self.table.aggregate(**sums))[0] if sums else {}
        parts = [wrong for column, wrong in asked.items() if found[column]]
        parts += [self._faulty(d) for d in dictionaries if d.faults]
        wrong = reduce(lambda a, b: a | b, parts) if parts else None
        known = self.bounds["value_usd"].most if self._sound("value_usd") else found.get("most_")
        return Survey(wrong, min(int(known or 0) + 1, MOST_USD))

    def _sound(self, column: str) -> bool:
        """Whether the file proves that every amount of a column is a number that can be."""
        held = self.bounds.get(column)
        if held is None or isinstance(held.least, str):
            return False
        return bool(held.least >= 0 and held.most < self._most(column))

    def _named(self) -> bool:
        """Whether the file proves that no line_id is empty: none begins with a space, or less."""
        held = self.bounds.get("line_id")
        return held is not None and not held.empty and str(held.least)[:1] > " "

    def _most(self, column: str) -> int:
        return MOST_USD if column == "value_usd" else _MOST_AMOUNT

    def _faulty(self, read: Dictionary) -> Expr:
        wrong = self._holds(read.column, read.faults)
        if read.unless not in self.columns:
            return wrong
        return wrong & (self.table[read.unless].cast("string").fill_null("").strip() == "")

    def _holds(self, column: str, cells: Iterable[Any]) -> Expr:
        return self.table[column].isin(list(cells)).fill_null(False)

    def rejected(self, dictionaries: Iterable[Dictionary]) -> tuple[Problem, ...]:
        """List every cell that cannot be read, by row."""
        rows = self.store.numbered(self.table)
        found: list[tuple[int, Problem]] = []
        for wanted in dictionaries:
            if wanted.faults:
                bad = rows.filter(self._faulty(wanted))
                found += self._many(bad, wanted.column)
                for row, cell in self._cells(bad, wanted.column):
                    fault = wanted.faults[cell]
                    problem = self._problem(row, wanted.column, fault.message, fault.mend)
                    found.append((row, problem))
        for column in (c for c in AMOUNTS if c in self.columns):
            usd = column == "value_usd"
            mend = f"write dollars below {MOST_USD:,}, as in 48210.37" if usd else "write a number"
            bad = rows.filter(self.unreadable(column))
            found += self._many(bad, column)
            for row, cell in self._cells(bad, column):
                said = f"'{_text(cell)}' is no {'value' if usd else 'amount'}"
                found.append((row, self._problem(row, column, said, mend)))
        found += self._many(rows.filter(self.unnamed()), "line_id")
        for row, _ in self._cells(rows.filter(self.unnamed()), "line_id"):
            found.append((row, self._problem(row, "line_id", "is empty", "name the line")))
        return tuple(problem for _, problem in sorted(found, key=lambda pair: pair[0]))

    def mended(self, numbers: Dictionary) -> tuple[Problem, ...]:
        """Warn of tariff numbers that had lost a leading zero, by row."""
        lost = {
            cell: value.digits
            for cell, value in numbers.values.items()
            if isinstance(value, Goods) and value.mended
        }
        if not lost:
            return ()
        rows = self.store.numbered(self.table).filter(self._holds("hts", lost))
        return tuple(
            self._problem(
                row,
                "hts",
                f"'{_text(cell)}' is read as {lost[cell]}: a leading zero was lost",
                "keep tariff numbers as text",
                "W301",
            )
            for row, cell in self._cells(rows, "hts")
        )

    def _many(self, rows: Expr, column: str) -> list[tuple[int, Problem]]:
        """Say of more bad rows than are listed how many there are, from the first unlisted one."""
        counted = self.store.rows(rows.aggregate(rows=rows.count()))[0]["rows"]
        if counted <= MOST_LISTED:
            return []
        last = rows.select("row").order_by("row").limit(1, offset=MOST_LISTED)
        row = self.store.rows(last)[0]["row"]
        return [(row, not_listed(self._problem(row, column, "", ""), counted - MOST_LISTED))]

    def _cells(self, rows: Expr, column: str) -> list[tuple[int, Any]]:
        wanted = rows.select("row", column).order_by("row").limit(MOST_LISTED)
        found = self.store.rows(wanted)
        return [(row["row"], row[column]) for row in found]

    def _problem(
        self, row: int, column: str, message: str, mend: str, code: str = "E301"
    ) -> Problem:
        return Problem(code, Place(self.file, self._line(row)), column, message, mend)

    def _line(self, row: int) -> int:
        """Return the line of a row; the header and rows that could not be taken come before."""
        line = row + 1
        for problem in self.broken:
            line += problem.where.line <= line
        return line


def _dictionary(column: str, cells: Iterable[Any], reader: Callable[[str], Any]) -> Dictionary:
    values: dict[Any, Any] = {}
    faults: dict[Any, Unreadable] = {}
    for cell in sorted(cells, key=_sorting):
        text = _text(cell)
        try:
            values[cell] = reader(text) if text else None
        except Unreadable as fault:
            faults[cell] = fault
    if not values:
        values[None] = None  # a table without a good row has classes too
    return Dictionary(column, values, faults)


def _sorting(cell: object) -> tuple[bool, str]:
    return cell is not None, str(cell)


def _text(cell: object) -> str:
    """Return a cell as the text that a CSV file would have."""
    match cell:
        case None:
            return ""
        case str():
            return cell.strip()
        case bool():
            return "yes" if cell else "no"
        case datetime() | date():
            return cell.isoformat()
        case float() if cell.is_integer():
            return str(int(cell))
        case Decimal():
            return f"{cell.normalize():f}"
        case _:
            return str(cell)


def _header(file: Path) -> list[str]:
    try:
        opened = gzip.open if file.suffix == ".gz" else open
        with opened(file, "rb") as lines:
            columns = next(csv.reader([lines.readline().decode("utf-8-sig")]), [])
    except (OSError, UnicodeDecodeError, csv.Error) as failure:
        raise _unusable(file, f"cannot be read: {failure}", "save it as CSV in UTF-8") from failure
    for sign, name in _OTHER_SIGNS.items():
        if len(columns) == 1 and sign in columns[0]:
            said = f"its cells are split by {name}, not by commas"
            raise _unusable(file, said, "save it as CSV with commas, and points in numbers")
    return columns


def _known_columns(file: Path, columns: Iterable[str]) -> None:
    given = list(columns)
    problems = [
        Problem("E101", Place(str(file), 1), c, "is no column of entry lines",
                did_you_mean(c, COLUMNS))
        for c in given
        if c not in COLUMNS
    ]  # fmt: skip
    problems += [
        Problem("E100", Place(str(file), 1), c, "stands twice", "keep one")
        for c in dict.fromkeys(c for c in given if given.count(c) > 1)
    ]
    if "line_id" not in given:
        message = "the column is missing"
        problems.append(Problem("E102", Place(str(file), 1), "line_id", message, "name each line"))
    if problems:
        raise InputProblemsError(problems)


def _broken(rejects: Iterable[tuple[int, str]], file: str) -> tuple[Problem, ...]:
    """Return the rows that are no rows of the table: too few or too many cells, not UTF-8.

    The engine tells each cell that a row lacks; the first says what it has.
    """
    first: dict[int, str] = {}
    for line, message in rejects:
        first.setdefault(line, message)
    return tuple(
        Problem("E301", Place(file, line), "", message.splitlines()[0], "mend the row")
        for line, message in first.items()
    )


def _unusable(file: Path, message: str, mend: str) -> InputProblemsError:
    return InputProblemsError([Problem("E100", Place(str(file)), "", message, mend)])
