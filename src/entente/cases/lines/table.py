"""A table of entry lines: read from CSV or Parquet, each different cell of a column read once."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property, partial, reduce
from pathlib import Path
from typing import Any, Final, TypeAlias, final

import duckdb
import ibis
import pyarrow as pa

from entente.cases.ledger import Ledger, Rejects, unreadable
from entente.cases.lines.bounds import Bounds, bounds_of
from entente.cases.lines.columns import AMOUNTS, COLUMNS, MOST_USD, Goods, Unreadable
from entente.cases.listing import MOST_LISTED, not_listed
from entente.cases.store import Store
from entente.problems import Place, Problem

Expr: TypeAlias = Any  # an Ibis table or value; neither Ibis nor pyarrow gives types to check
Why: TypeAlias = tuple[str, str]  # what is wrong, and how to mend it

_SHORT: Final = 32  # characters; writers may cut bounds of longer texts
_EXACT: Final = "decimal(18, 6)"
_AMOUNT: Final = "decimal(27, 9)"
_MOST_AMOUNT: Final = 10**15


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
@dataclass(frozen=True)
class EntryTable:
    """Lines held by an engine: the columns given, as they are.

    rejects   the records of a CSV file that are no lines
    bounds    what Parquet files prove of columns
    """

    store: Store
    table: Expr
    ledger: Ledger
    rejects: Rejects
    bounds: Mapping[str, Bounds] = field(default_factory=dict)

    @classmethod
    def read(cls, path: str | Path, backend: str = "duckdb", memory: str = "") -> "EntryTable":
        """Take CSV (plain or gzipped), Parquet, or a folder of Parquet files.

        memory   the most that DuckDB holds, as in 2GB; by default most of the machine's

        Raises InputProblemsError where the file cannot be read or has columns nobody knows.
        """
        ledger = Ledger.of(Path(path), COLUMNS, "line_id")
        store = Store(backend, memory, serial=bool(memory))
        try:
            table, rejects = store.of(ledger)
        except duckdb.OutOfMemoryException:
            raise
        except Exception as failure:
            raise unreadable(ledger.path, str(failure).splitlines()[0]) from failure
        return cls(store, table, ledger, rejects, bounds_of(ledger.parts))

    @classmethod
    def of(cls, lines: pa.Table, backend: str = "duckdb") -> "EntryTable":
        """Take lines that are in memory."""
        store, ledger = Store(backend), Ledger.held(lines.column_names, COLUMNS, "line_id")
        return cls(store, store.of_arrow(lines), ledger, {})

    @cached_property
    def broken(self) -> tuple[Problem, ...]:
        """List the records that are no lines."""
        return tuple(self.ledger.broken(self.rejects, "E301"))

    @property
    def columns(self) -> tuple[str, ...]:
        """Return the columns of entry lines that the table has."""
        return tuple(c for c in self.table.columns if c in COLUMNS)

    def dictionaries(self, readers: Mapping[str, Callable[[str], Any]]) -> dict[str, Dictionary]:
        """Read every different cell of columns; an absent column has an empty one only."""
        here = [column for column in readers if column in self.columns]
        cells = {column: [self.bounds[column].least] for column in here if self._same(column)}
        several = [column for column in here if column not in cells]
        cells |= self.store.cells(self.table, several) if several else {}
        return {
            column: _dictionary(column, cells.get(column, [None]), reader)
            for column, reader in readers.items()
        }

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

    def _same(self, column: str) -> bool:
        """Whether the file proves that every cell of a column is the same short text."""
        held = self.bounds.get(column)
        if held is None or held.empty or not isinstance(held.least, str):
            return False
        return bool(held.least == held.most and len(held.least) <= _SHORT)

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
        found: list[Problem] = []
        for wanted in dictionaries:
            if wanted.faults:
                bad = rows.filter(self._faulty(wanted))
                found += self._listed(bad, wanted.column, partial(_fault, wanted))
        for column in (c for c in AMOUNTS if c in self.columns):
            bad = rows.filter(self.unreadable(column))
            found += self._listed(bad, column, partial(_no_number, column))
        found += self._listed(rows.filter(self.unnamed()), "line_id", _nameless)
        return self._located(found)

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

        def why(cell: Any) -> Why:
            said = f"'{_text(cell)}' is read as {lost[cell]}: a leading zero was lost"
            return said, "keep tariff numbers as text"

        return self._located(self._listed(rows, "hts", why, "W301"))

    def twice(self) -> tuple[Problem, ...]:
        """Warn of lines that have the id of an earlier one, by row; they are priced all the same.

        DuckDB compares all ids, on disk where they do not fit in memory.
        """
        repeated = self.store.repeated(self.table, "line_id")
        if repeated is None:
            return ()
        rows = self.store.again(self.table, "line_id", repeated).filter(ibis._.again)
        return self._located(self._listed(rows, "line_id", _as_before, "W302"))

    def _listed(
        self, rows: Expr, column: str, why: Callable[[Any], Why], code: str = "E301"
    ) -> list[Problem]:
        """Tell the first of some rows one by one, and of more how many they are.

        why   what is wrong with a cell of the column, and how to mend it
        """
        first = rows.select("row", column).order_by("row").limit(MOST_LISTED + 1)
        told = []
        for row in self.store.rows(first):
            where = Place(str(self.ledger.path), row["row"])
            told.append(Problem(code, where, column, *why(row[column])))
        if len(told) > MOST_LISTED:
            counted = self.store.rows(rows.aggregate(rows=rows.count()))[0]["rows"]
            told[-1] = not_listed(told[-1], counted - MOST_LISTED)
        return told

    def _located(self, problems: Iterable[Problem]) -> tuple[Problem, ...]:
        located = self.ledger.located(problems, self.rejects)
        return tuple(sorted(located, key=lambda problem: problem.where))


def _fault(read: Dictionary, cell: Any) -> Why:
    return read.faults[cell].message, read.faults[cell].mend


def _no_number(column: str, cell: Any) -> Why:
    if column == "value_usd":
        mend = f"write dollars below {MOST_USD:,}, as in 48210.37"
        return f"'{_text(cell)}' is no value", mend
    return f"'{_text(cell)}' is no amount", "write a number"


def _nameless(_cell: Any) -> Why:
    return "is empty", "name the line"


def _as_before(cell: Any) -> Why:
    said = f"an earlier line is named '{_text(cell)}' too; both are priced"
    return said, "leave one out if they are one"


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
