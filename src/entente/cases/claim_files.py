"""Files of claims as blocks of texts: CSV, Parquet, or a folder of Parquet files, in their order.

No more of a file is held than a block. Cells are texts; a repeated text is held once.
"""

import csv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final, TypeAlias, final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet
from numpy.typing import NDArray

from entente.cases.cells import COLUMNS, NONE
from entente.problems import InputProblemsError, Place, Problem, did_you_mean

Table: TypeAlias = Any  # a pyarrow.Table; pyarrow gives no types to check against
Column: TypeAlias = Any
Mask: TypeAlias = NDArray[np.bool_]

BLOCK: Final = 65_536  # rows of a block of Parquet
_HEADER: Final = 1 << 16  # bytes in which the header is looked for
_BYTES: Final = 16 << 20  # of a block of CSV: some 60,000 claims of which all is known
_MOST_BYTES: Final = 8 * _BYTES  # within which a quote should find its end
_REPEATED: Final = pa.dictionary(pa.int32(), pa.string())
_UNREADABLE: Final = "E300"


@final
@dataclass(frozen=True, slots=True)
class Texts:
    """Some rows of a file.

    table    every cell as text, empty where nothing is written; the id as it stands in the file
    lines    the line of each row, or its number in a Parquet file       [row]
    broken   what is wrong with lines that are no rows of the table
    """

    file: str
    table: Table
    lines: NDArray[np.int64]
    broken: tuple[Problem, ...]


def blocks(path: Path) -> Iterator[Callable[[], Texts]]:
    """Yield what gives the blocks of a file, in their order; at least one.

    What is yielded may be called on any thread: it does the work that a block by itself allows.
    Raises InputProblemsError where the file cannot be read or has a wrong header: E101 for an
    unknown column, E102 for a missing one, E100 for one given twice.
    """
    if path.is_dir():
        files = sorted(p for p in path.glob("*.parquet") if not p.name.startswith((".", "_")))
        if not files:
            raise _unreadable(path, "the folder holds no .parquet file")
        yield from _parquet(files)
    elif path.suffix == ".parquet":
        yield from _parquet([path])
    else:
        yield from _csv(path)


def _csv(path: Path) -> Iterator[Callable[[], Texts]]:
    """Read a file, also gzipped; its header first."""
    try:
        with pa.input_stream(str(path), compression="detect") as stream:
            begin = stream.read(_HEADER)
            while b"\n" not in begin and len(begin) < _BYTES and (more := stream.read(_HEADER)):
                begin += more
            names, end = _names(path, begin)
            line = 2
            for raw in _cut(stream, begin[end:]):
                yield partial(_parsed, path, names, raw, line)
                line += raw.count(b"\n")
    except (OSError, UnicodeDecodeError, csv.Error) as failure:
        raise _unreadable(path, failure) from failure


def _cut(stream: Any, rest: bytes) -> Iterator[bytes]:
    """Cut what follows behind ends of rows."""
    while more := stream.read(_BYTES):
        rest += more
        if end := _end(rest):
            yield rest[:end]
            rest = rest[end:]
    yield rest


def _end(raw: bytes) -> int:
    """Return where the last whole row ends; a line end within quotes ends none."""
    end = raw.rfind(b"\n") + 1
    if raw.count(b'"', 0, end) % 2 and len(raw) < _MOST_BYTES:
        end = raw.rfind(b"\n", 0, raw.rfind(b'"', 0, end)) + 1
    return end


def _names(path: Path, raw: bytes) -> tuple[list[str], int]:
    """Return the header, and where it ends; a repeated name stays, so that it can be told."""
    line, end, _ = raw.partition(b"\n")
    cells = next(csv.reader([line.decode("utf-8-sig").rstrip("\r")]), [])
    names = [name.strip() for name in cells]
    if not any(names):
        problem = Problem("E102", Place(str(path), 1), "", "the header is missing")
        raise InputProblemsError([problem])
    _known(path, names)
    return names, len(line) + len(end)


def _parsed(path: Path, names: list[str], raw: bytes, line: int) -> Texts:
    """Part rows into cells; those with too many or too few are told and left out."""
    _letters(path, raw, line)
    skipped: dict[int, str] = {}

    def skip(row: Any) -> str:
        blank = not row.text.strip()
        said = f"the row has {row.actual_columns} cells, not {row.expected_columns}"
        skipped[row.number - 1] = "" if blank else said
        return "skip"

    kinds = dict.fromkeys(names, _REPEATED) | {"claim_id": pa.string()}
    try:
        texts = pa.schema(kinds).empty_table() if not raw else pyarrow.csv.read_csv(
            pa.BufferReader(raw),
            pyarrow.csv.ReadOptions(use_threads=False, column_names=names, block_size=len(raw)),
            pyarrow.csv.ParseOptions(invalid_row_handler=skip, ignore_empty_lines=False),
            pyarrow.csv.ConvertOptions(column_types=kinds, strings_can_be_null=False),
        )  # fmt: skip
    except pa.ArrowException as failure:
        raise _unreadable(path, failure) from failure
    every = _lines(raw, line, texts.num_rows + len(skipped))
    lines = np.delete(every, np.array(list(skipped), np.int64))
    broken = tuple(
        Problem("E102", Place(str(path), int(every[row])), "", said)
        for row, said in skipped.items()
        if said
    )
    written = np.zeros(len(lines), np.bool_)
    for column in texts.columns:
        if not written.all():
            written |= np.asarray(pc.not_equal(column, "").to_numpy(), np.bool_)
    return Texts(str(path), only(texts, written), lines[written], broken)


def _lines(raw: bytes, first: int, rows: int) -> NDArray[np.int64]:
    """Return the line on which each row begins; a row goes on where a line ends within quotes."""
    plain = np.arange(first, first + rows, dtype=np.int64)
    if b'"' not in raw:
        return plain
    letters = np.frombuffer(raw, np.uint8)
    quotes = np.cumsum(letters == ord('"'), dtype=np.uint8)  # even where none is open
    ends = np.flatnonzero(quotes[letters == ord("\n")] % 2 == 0)
    begins = np.concatenate([[first], first + 1 + ends])
    return begins[:rows] if len(begins) >= rows else plain


def _letters(path: Path, raw: bytes, line: int) -> None:
    """Refuse what is not UTF-8, naming its line."""
    try:
        if not raw.isascii():
            raw.decode()
    except UnicodeDecodeError as fault:
        at = Place(str(path), line + raw.count(b"\n", 0, fault.start))
        problem = Problem(_UNREADABLE, at, "", "the line is not UTF-8", "save the file as UTF-8")
        raise InputProblemsError([problem]) from fault


def _parquet(files: Sequence[Path]) -> Iterator[Callable[[], Texts]]:
    """Read files one after the other; a column that one of them lacks is empty there."""
    names = list(dict.fromkeys(name for file in files for name in _columns(file)))
    for path in files:
        try:
            with pyarrow.parquet.ParquetFile(path) as file:
                row = 1
                for batch in file.iter_batches(BLOCK):
                    yield partial(_written, path, names, pa.Table.from_batches([batch]), row)
                    row += batch.num_rows
                if row == 1:
                    yield partial(_written, path, names, file.schema_arrow.empty_table(), row)
        except (OSError, pa.ArrowException) as failure:
            raise _unreadable(path, failure) from failure


def _columns(path: Path) -> list[str]:
    try:
        names: list[str] = pyarrow.parquet.read_schema(path).names
    except (OSError, pa.ArrowException) as failure:
        raise _unreadable(path, failure) from failure
    _known(path, names)
    return names


def _written(path: Path, names: Sequence[str], table: Table, first: int) -> Texts:
    """Write every cell as the text that a CSV file would have."""
    empty = pa.nulls(table.num_rows, pa.string())
    try:
        texts = {
            name: _texts(table[name].combine_chunks() if name in table.column_names else empty)
            for name in names
        }
        ids = texts["claim_id"].cast(pa.string())
    except pa.ArrowException as failure:
        raise _unreadable(path, failure) from failure
    lines = np.arange(first, first + table.num_rows, dtype=np.int64)
    return Texts(str(path), pa.table(texts | {"claim_id": ids}), lines, ())


def _texts(column: Column) -> Column:
    """Write the cells of a column, each different one once."""
    if pa.types.is_large_list(column.type):
        column = column.cast(pa.list_(column.type.value_type))
    if pa.types.is_list(column.type):
        entries = pa.ListArray.from_arrays(column.offsets, _words(column.values))
        joined = pc.binary_join(entries, ";")
        none = pc.equal(pc.list_value_length(column), 0)
        return pc.fill_null(pc.if_else(none, NONE, joined), "").dictionary_encode()
    coded = pc.dictionary_encode(column, null_encoding="encode")
    return pa.DictionaryArray.from_arrays(coded.indices, _words(coded.dictionary))


def _words(values: Column) -> Column:
    """Write values, nothing for those that are not known."""
    if pa.types.is_boolean(values.type):
        return pc.fill_null(pc.if_else(values, "yes", "no"), "")
    if pa.types.is_timestamp(values.type):
        values = values.cast(pa.date32())
    return pc.fill_null(values.cast(pa.string()), "")


def only(table: Table, rows: Mask) -> Table:
    """Keep some rows; all of them cost nothing."""
    return table if rows.all() else table.filter(pa.array(rows))


def _unreadable(path: Path, failure: object) -> InputProblemsError:
    return InputProblemsError(
        [Problem(_UNREADABLE, Place(str(path)), "", f"cannot read: {failure}")]
    )


def _known(path: Path, names: Sequence[str]) -> None:
    """Refuse a header with columns that no claim has, that stand twice, or without ids."""
    where = Place(str(path), 1)
    wrong = [
        Problem("E101", where, name, "unknown column", did_you_mean(name, COLUMNS))
        for name in dict.fromkeys(names)
        if name not in COLUMNS
    ]
    wrong += [
        Problem("E100", where, name, "the column is given twice", "keep one")
        for name in dict.fromkeys(names)
        if names.count(name) > 1
    ]
    if "claim_id" not in names:
        wrong.append(Problem("E102", where, "claim_id", "column missing", "add claim_id"))
    if wrong:
        raise InputProblemsError(wrong)
