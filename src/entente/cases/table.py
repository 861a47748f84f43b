"""A table of entry lines in an engine: read from CSV or Parquet, every cell as text, row by row."""

import csv
import gzip
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, final

import ibis
import pyarrow as pa

from entente.cases.lines import COLUMNS, MOST_USD, Goods, Unreadable
from entente.problems import InputProblemsError, Place, Problem, did_you_mean

_EXACT: Final = "decimal(18, 6)"
_TAKEN: Final = "lines"


@final
@dataclass(frozen=True, slots=True)
class Dictionary:
    """What each distinct text of a column means: a value, None where empty, or a fault."""

    column: str
    values: Mapping[str, Any]
    faults: Mapping[str, Unreadable]


@final
@dataclass(frozen=True, slots=True)
class EntryTable:
    """Lines held by an engine: the columns given, as text ('' where empty), and `row` from 1."""

    engine: Any
    table: Any
    file: str
    broken: tuple[Problem, ...] = ()

    @classmethod
    def read(cls, path: str | Path, backend: str = "duckdb") -> "EntryTable":
        """Take a CSV file (plain or gzipped) or a Parquet file into an engine of its own.

        Raises InputProblemsError where the file cannot be read or has columns nobody knows.
        """
        file, engine = Path(path), getattr(ibis, backend).connect()
        if not file.is_file():
            raise _unusable(file, "no such file", "name a CSV or Parquet file")
        if file.suffix == ".parquet":
            source = engine.read_parquet(file)
        else:
            source = engine.read_csv(
                file, header=True, auto_detect=False, delim=",", quote='"', escape='"',
                columns=dict.fromkeys(_header(file), "VARCHAR"), store_rejects=True,
            )  # fmt: skip
        _known_columns(file, source.columns)
        cells = {c: source[c].cast("string").fill_null("").strip() for c in source.columns}
        rows = source.mutate(**cells).mutate(row=ibis.row_number() + 1)
        try:
            table = engine.create_table(_TAKEN, rows, temp=True)
        except Exception as failure:
            raise _unusable(
                file, str(failure).splitlines()[0], "save it as CSV in UTF-8"
            ) from failure
        broken = () if file.suffix == ".parquet" else _broken(engine, str(file))
        return cls(engine, table, str(file), broken)

    @property
    def columns(self) -> tuple[str, ...]:
        """Return the columns that the file has."""
        return tuple(c for c in self.table.columns if c != "row")

    def count(self) -> int:
        """Return how many rows could be taken."""
        return int(self.table.count().to_pyarrow().as_py())

    def dictionary(self, column: str, reader: Callable[[str], Any]) -> Dictionary:
        """Read every distinct text of a column once; without the column, '' is its only text."""
        texts = [""]
        if column in self.columns:
            found = self.table.select(column).distinct().to_pyarrow().column(0)
            texts = sorted(found.to_pylist())
        values: dict[str, Any] = {}
        faults: dict[str, Unreadable] = {}
        for text in texts:
            try:
                values[text] = reader(text) if text else None
            except Unreadable as fault:
                faults[text] = fault
        return Dictionary(column, values, faults)

    def joined(self, table: Any, column: str, meanings: Mapping[str, list[Any]]) -> Any:
        """Join to each row what its text means: columns of values, in the dictionary's order."""
        return table.left_join(ibis.memtable(arrow(meanings)), column)

    def dollars(self, table: Any) -> Any:
        """Return the entered value in whole dollars, half a dollar upward (19 CFR 159.3)."""
        exact = table.value_usd.try_cast(_EXACT)
        half = ibis.literal("0.5").cast(_EXACT)
        return (exact + half).floor().cast("int64")

    def unpriceable(self) -> Any:
        """Return rows whose value is no amount: row, text."""
        exact = self.table.value_usd.try_cast(_EXACT)
        wrong = exact.isnull() | (exact < 0) | (exact >= MOST_USD)
        return self.table.filter((self.table.value_usd != "") & wrong).select("row", "value_usd")

    def rejected(self, dictionaries: Iterable[Dictionary]) -> tuple[Problem, ...]:
        """List every cell that cannot be read, by row."""
        found: list[tuple[int, Problem]] = []
        for wanted in dictionaries:
            if wanted.faults:
                rows = self.table.filter(self.table[wanted.column].isin(list(wanted.faults)))
                for row, text in _rows(rows, wanted.column):
                    fault = wanted.faults[text]
                    found.append(
                        (row, self._problem(row, wanted.column, fault.message, fault.mend))
                    )
        if "value_usd" in self.columns:
            mend = f"write dollars below {MOST_USD:,}, as in 48210.37"
            for row, text in _rows(self.unpriceable(), "value_usd"):
                said = f"'{text}' is no value"
                found.append((row, self._problem(row, "value_usd", said, mend)))
        for row, _ in _rows(self.table.filter(self.table.line_id == ""), "line_id"):
            found.append((row, self._problem(row, "line_id", "is empty", "name the line")))
        return tuple(problem for _, problem in sorted(found, key=lambda pair: pair[0]))

    def mended(self, numbers: Dictionary) -> tuple[Problem, ...]:
        """Warn of tariff numbers that had lost a leading zero, by row."""
        lost = {
            text: value.digits
            for text, value in numbers.values.items()
            if isinstance(value, Goods) and value.mended
        }
        if not lost:
            return ()
        rows = self.table.filter(self.table.hts.isin(list(lost)))
        return tuple(
            Problem(
                "W301",
                Place(self.file, row + 1),
                "hts",
                f"'{text}' is read as {lost[text]}: a leading zero was lost",
                "keep tariff numbers as text",
            )
            for row, text in _rows(rows, "hts")
        )

    def _problem(self, row: int, column: str, message: str, mend: str) -> Problem:
        return Problem("E301", Place(self.file, row + 1), column, message, mend)


def arrow(columns: Mapping[str, list[Any]]) -> pa.Table:
    """Return columns of texts, truths or integers as an Arrow table; None is null."""
    return pa.table({name: pa.array(values, _type(values)) for name, values in columns.items()})


def _type(values: list[Any]) -> pa.DataType:
    kinds = {type(value) for value in values if value is not None}
    return pa.string() if kinds == {str} else pa.bool_() if kinds == {bool} else pa.int64()


def _rows(table: Any, column: str) -> list[tuple[int, str]]:
    found = table.select("row", column).order_by("row").to_pyarrow().to_pydict()
    return list(zip(found["row"], found[column], strict=True))


def _header(file: Path) -> list[str]:
    try:
        opened = gzip.open if file.suffix == ".gz" else open
        with opened(file, "rt", encoding="utf-8-sig", newline="") as lines:
            return next(csv.reader(lines), [])
    except (OSError, UnicodeDecodeError) as failure:
        raise _unusable(file, f"cannot be read: {failure}", "save it as CSV in UTF-8") from failure


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


def _broken(engine: Any, file: str) -> tuple[Problem, ...]:
    """Return the rows that are no rows of the table: too few or too many cells, not UTF-8."""
    asked = "SELECT DISTINCT line, error_message FROM reject_errors ORDER BY line"
    return tuple(
        Problem("E301", Place(file, int(line)), "", str(message).splitlines()[0], "mend the row")
        for line, message in engine.raw_sql(asked).fetchall()
    )


def _unusable(file: Path, message: str, mend: str) -> InputProblemsError:
    return InputProblemsError([Problem("E100", Place(str(file)), "", message, mend)])
