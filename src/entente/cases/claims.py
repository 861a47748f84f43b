"""Reading tables of claims: the columns of the contract, every cell checked, good rows kept."""

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeAlias, final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet
from numpy.typing import NDArray

from entente.accord.expression import Kind
from entente.accord.expression.facts import BESIDE, CLAIMS
from entente.cases.cells import COLUMNS, DERIVED, NONE, NOT_FACTS, cell
from entente.problems import InputProblemsError, Place, Problem, did_you_mean

Table: TypeAlias = Any  # a pyarrow.Table; pyarrow gives no types to check against
Mask: TypeAlias = NDArray[np.bool_]

_ARROW: Final = {
    Kind.TRUTH: pa.bool_(), Kind.NUMBER: pa.float64(), Kind.DATE: pa.date32(),
    Kind.CODE: pa.string(), Kind.TEXT: pa.string(),
}  # fmt: skip
_UNREADABLE: Final = "E300"


@final
@dataclass(frozen=True, slots=True)
class Claims:
    """Claims that could be read, and what is wrong with the others.

    table      a row each: `claim_id`, `as_of` and the facts that the file has, null where not
               known; `row` counts them from 0
    problems   every bad row and field, in reading order
    rejected   how many rows were left out
    """

    table: Table
    problems: tuple[Problem, ...]
    rejected: int


def read_claims(path: Path) -> Claims:
    """Read claims from CSV (also gzipped) or Parquet, by the contract's columns.

    Raises InputProblemsError where the file cannot be read or has a wrong header: E101 for an
    unknown column, E102 for a missing one, E100 for one given twice.
    """
    texts, lines, broken = _parquet(path) if path.suffix == ".parquet" else _csv(path)
    wrong = _header(path, texts.column_names)
    if wrong:
        raise InputProblemsError(wrong)
    reading = _Reading(str(path), lines, list(broken), np.zeros(len(lines), np.bool_))
    table = reading.typed(texts)
    kept = _only(table, ~reading.bad)
    kept = kept.append_column("row", pa.array(np.arange(kept.num_rows)))
    rejected = int(reading.bad.sum()) + len(broken)
    problems = sorted(reading.problems, key=lambda problem: problem.where)
    return Claims(kept, tuple(problems), rejected)


def _csv(path: Path) -> tuple[Table, NDArray[np.int64], list[Problem]]:
    """Read every cell as text; rows with too many or too few cells are told and left out."""
    broken: list[Problem] = []
    skipped: list[int] = []

    def skip(row: Any) -> str:
        skipped.append(row.number)
        if row.text.strip():
            message = f"the row has {row.actual_columns} cells, not {row.expected_columns}"
            broken.append(Problem("E102", Place(str(path), row.number), "", message))
        return "skip"

    try:
        with pa.input_stream(str(path), compression="detect") as stream:
            names = _names(path)
            texts = pyarrow.csv.read_csv(
                stream,
                pyarrow.csv.ReadOptions(use_threads=False, column_names=names, skip_rows=1),
                pyarrow.csv.ParseOptions(invalid_row_handler=skip, ignore_empty_lines=False),
                pyarrow.csv.ConvertOptions(
                    column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
                ),
            )
    except (OSError, pa.ArrowInvalid, UnicodeDecodeError) as failure:
        raise _unreadable(path, failure) from failure
    numbers = np.arange(2, 2 + texts.num_rows + len(skipped), dtype=np.int64)
    lines = np.delete(numbers, np.array(skipped, np.int64) - 2)
    written = np.zeros(len(lines), np.bool_)
    for column in texts.columns:
        if not written.all():
            written |= np.asarray(pc.not_equal(column, "").to_numpy(), np.bool_)
    return _only(texts, written), lines[written], broken


def _only(table: Table, rows: Mask) -> Table:
    """Keep some rows; all of them cost nothing."""
    return table if rows.all() else table.filter(pa.array(rows))


def _names(path: Path) -> list[str]:
    """Return the header; a repeated name stays, so that it can be told."""
    with pa.input_stream(str(path), compression="detect") as stream:
        text = stream.read(1 << 16).split(b"\n", 1)[0].decode("utf-8-sig").rstrip("\r")
    if not text.strip():
        problem = Problem("E102", Place(str(path), 1), "", "the header is missing")
        raise InputProblemsError([problem])
    return [name.strip().strip('"') for name in text.split(",")]


def _parquet(path: Path) -> tuple[Table, NDArray[np.int64], list[Problem]]:
    """Read every cell as the text that a CSV file would have."""
    try:
        found = pyarrow.parquet.read_table(path)
    except (OSError, pa.ArrowInvalid) as failure:
        raise _unreadable(path, failure) from failure
    texts = pa.table({name: _text(found[name]) for name in found.column_names})
    return texts, np.arange(1, 1 + texts.num_rows, dtype=np.int64), []


def _text(column: Any) -> Any:
    if pa.types.is_boolean(column.type):
        return pc.fill_null(pc.if_else(column, "yes", "no"), "")
    if pa.types.is_list(column.type):
        joined = [
            None if row is None else (";".join("" if x is None else str(x) for x in row) or NONE)
            for row in column.to_pylist()
        ]
        return pc.fill_null(pa.chunked_array([pa.array(joined, pa.string())]), "")
    if pa.types.is_timestamp(column.type):
        column = column.cast(pa.date32())
    if pa.types.is_floating(column.type):
        whole = pc.all(pc.equal(pc.floor(column), column)).as_py()
        column = column.cast(pa.int64()) if whole else column
    return pc.fill_null(column.cast(pa.string()), "")


def _unreadable(path: Path, failure: Exception) -> InputProblemsError:
    problem = Problem(_UNREADABLE, Place(str(path)), "", f"cannot read: {failure}")
    return InputProblemsError([problem])


def _header(path: Path, names: Sequence[str]) -> list[Problem]:
    where = Place(str(path), 1)
    unknown = [
        Problem("E101", where, name, "unknown column", did_you_mean(name, COLUMNS))
        for name in dict.fromkeys(names)
        if name not in COLUMNS
    ]
    twice = [
        Problem("E100", where, name, "the column is given twice", "keep one")
        for name in dict.fromkeys(names)
        if names.count(name) > 1
    ]
    if "claim_id" not in names:
        unknown.append(Problem("E102", where, "claim_id", "column missing", "add claim_id"))
    return unknown + twice


@final
@dataclass(slots=True)
class _Reading:
    """A table under way from texts to values: the file's lines, its faults, its bad rows."""

    file: str
    lines: NDArray[np.int64]
    problems: list[Problem]
    bad: Mask

    def typed(self, texts: Table) -> Table:
        """Turn texts into values; each different text of a column is read once."""
        with ThreadPoolExecutor() as pool:
            coded = list(pool.map(_coded, texts.columns))
        columns = {
            name: self._column(name, *parts)
            for name, parts in zip(texts.column_names, coded, strict=True)
        }
        for name, parts in DERIVED.items():
            if name in columns:
                columns |= columns[name].apart(parts)
        for group in BESIDE.values():
            self._align([columns[name] for name in group if name in columns])
        if "claim_id" in columns:
            self._keys(columns["claim_id"])
        arrays = {name: column.array() for name, column in columns.items()}
        if "crossing_date" in arrays or "days_since_crossing" in arrays:
            self._crossing(arrays)
        return pa.table(arrays)

    def _column(self, name: str, codes: NDArray[np.int64], words: list[str]) -> "_Column":
        if name == "claim_id":
            return _Column(name, codes, words, words)
        read, values = cell(name), []
        wrong: dict[int, str] = {}
        for code, word in enumerate(words):
            value = None
            try:
                value = read(word) if word else None
            except ValueError as fault:
                wrong[code] = str(fault)
            values.append(value)
        self._refuse(name, codes, wrong)
        return _Column(name, codes, words, values)

    def _refuse(self, name: str, codes: NDArray[np.int64], wrong: Mapping[int, str]) -> None:
        """Tell each row whose text could not be read; `wrong` says why, by the text's code."""
        if not wrong:
            return
        rows = np.isin(codes, list(wrong))
        self.bad |= rows
        for row in np.flatnonzero(rows).tolist():
            message, _, mend = wrong[int(codes[row])].partition("; ")
            place = Place(self.file, int(self.lines[row]))
            self.problems.append(Problem("E111", place, name, message, mend))

    def _reject(self, rows: Mask, code: str, name: str, message: str, mend: str) -> None:
        self.bad |= rows
        places = (Place(self.file, int(line)) for line in self.lines[rows])
        self.problems += [Problem(code, place, name, message, mend) for place in places]

    def _keys(self, ids: "_Column") -> None:
        """Refuse a claim without an id, or with that of another."""
        blank = np.array([not word for word in ids.words], np.bool_)
        if blank.any():
            self._reject(blank[ids.codes], "E102", "claim_id", "the claim has no id", "give one")
        first = np.full(len(ids.words), len(ids.codes), np.int64)
        np.minimum.at(first, ids.codes, np.arange(len(ids.codes)))
        again = (first[ids.codes] != np.arange(len(ids.codes))) & ~blank[ids.codes]
        if again.any():
            message = "an earlier row has the same id"
            self._reject(again, "E100", "claim_id", message, "give each claim its own id")

    def _align(self, columns: Sequence["_Column"]) -> None:
        """Refuse lists that run side by side and are not equally long, where both are known."""
        if len(columns) < 2:
            return
        leader, *others = columns
        count = leader.counts()
        for other in others:
            own = other.counts()
            absent = np.array([word == NONE for word in other.words], np.bool_)[other.codes]
            empty = (count == 0) & absent
            other.empty_out(empty)
            differs = (count >= 0) & (own >= 0) & (count != own) & ~empty
            if differs.any():
                message = f"the list is not as long as {leader.name}"
                self._reject(differs, "E111", other.name, message, "give each entry its match")

    def _crossing(self, arrays: dict[str, Any]) -> None:
        """Let the crossing and the days since tell each other; where both are given they agree."""
        count = len(self.lines)
        claimed = arrays.get("application_date", pa.nulls(count, pa.date32()))
        crossed = arrays.get("crossing_date", pa.nulls(count, pa.date32()))
        days = arrays.get("days_since_crossing", pa.nulls(count, pa.float64()))
        claimed, crossed = claimed.cast(pa.int32()), crossed.cast(pa.int32())
        counted = pc.subtract(claimed, crossed).cast(pa.float64())
        # What never happened lies ahead: no days have passed since it.
        counted = pc.if_else(pc.greater_equal(counted, -1e6), counted, None)
        differs = pc.fill_null(pc.not_equal(counted, days), False)
        rows = np.asarray(differs.to_numpy(zero_copy_only=False), np.bool_)
        if rows.any():
            message = "the days do not agree with crossing_date and application_date"
            self._reject(rows, "E111", "days_since_crossing", message, "give one of them")
        told = pc.subtract(claimed.cast(pa.float64()), days).cast(pa.int32(), safe=False)
        arrays["crossing_date"] = pc.coalesce(crossed, told).cast(pa.date32())
        arrays["days_since_crossing"] = pc.coalesce(days, counted)


def _coded(column: Any) -> tuple[NDArray[np.int64], list[str]]:
    """Return the different texts of a column, and which of them each row has   [row]."""
    whole = pc.utf8_trim_whitespace(column).combine_chunks()
    if isinstance(whole, pa.ChunkedArray):  # texts too long for one array
        whole = pa.concat_arrays(whole.chunks) if whole.num_chunks else pa.array([], pa.string())
    coded = whole.dictionary_encode()
    codes = coded.indices.to_numpy(zero_copy_only=False).astype(np.int64)
    return codes, coded.dictionary.to_pylist()


@final
@dataclass(slots=True)
class _Column:
    """A column by its different texts: `codes` index into `words` and their `values`  [row]."""

    name: str
    codes: NDArray[np.int64]
    words: list[str]
    values: list[Any]

    def counts(self) -> NDArray[np.int64]:
        """Return how long each row's list is; -1 where it is not known   [row]."""
        known = (-1 if value is None else len(value) for value in self.values)
        return np.fromiter(known, np.int64, len(self.values))[self.codes]

    def empty_out(self, rows: Mask) -> None:
        """Make the lists of some rows empty."""
        if rows.any():
            self.values.append(())
            self.codes = np.where(rows, len(self.values) - 1, self.codes)

    def apart(self, names: Sequence[str]) -> "dict[str, _Column]":
        """Part a list of pairs into lists that run side by side."""
        return {
            name: _Column(
                name,
                self.codes,
                self.words,
                [value and tuple(pair and pair[place] for pair in value) for value in self.values],
            )
            for place, name in enumerate(names)
        }

    def array(self) -> Any:
        """Return the column as an Arrow array   [row]."""
        values = pa.array(self.values, arrow_type(self.name))
        return values.take(pa.array(self.codes))


def longest_lists(claims: Table) -> NDArray[np.int64]:
    """Return the length of each claim's longest list   [claim]."""
    longest = np.zeros(claims.num_rows, np.int64)
    for name in (name for names in BESIDE.values() for name in names):
        if name in claims.column_names:
            counted = pc.fill_null(pc.list_value_length(claims[name]), 0)
            longest = np.maximum(longest, counted.to_numpy())
    return longest


def arrow_type(name: str) -> Any:
    """Return the Arrow type of a column of claims."""
    if name in NOT_FACTS:
        return pa.date32() if name == "as_of" else pa.string()
    kind = CLAIMS[name].type
    if kind.kind is Kind.LIST:
        return pa.list_(_ARROW[kind.of or Kind.CODE])
    return _ARROW[kind.kind]


def table_of(rows: Iterable[dict[str, Any]]) -> Table:
    """Make a table of claims from values that are already of the right kinds."""
    listed = list(rows)
    derived = [name for names in DERIVED.values() for name in names]
    wanted = dict.fromkeys([*COLUMNS, *derived])
    names = [name for name in wanted if any(name in row for row in listed)]
    arrays = {name: pa.array([row.get(name) for row in listed], arrow_type(name)) for name in names}
    return pa.table(arrays).append_column("row", pa.array(np.arange(len(listed))))
