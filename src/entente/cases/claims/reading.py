"""Blocks of claims from texts to values: each different text of a column is read once."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias, final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from entente.accord.expression import Kind
from entente.accord.expression.facts import BESIDE, CLAIMS
from entente.cases.claims.cells import DERIVED, NONE, NOT_FACTS, cell
from entente.cases.claims.files import Texts
from entente.cases.listing import MOST_LISTED
from entente.problems import Place, Problem

Table: TypeAlias = Any  # a pyarrow.Table; pyarrow gives no types to check against
Mask: TypeAlias = NDArray[np.bool_]

_ARROW: Final = {
    Kind.TRUTH: pa.bool_(), Kind.NUMBER: pa.float64(), Kind.DATE: pa.date32(),
    Kind.CODE: pa.string(), Kind.TEXT: pa.string(),
}  # fmt: skip


@final
@dataclass(slots=True)
class Rows:
    """Rows of a file that are being judged.

    rows    the number of each in the file, from 0: the line of its problems, until it is located
    bad     which are refused                           [row]
    told    why, for as many of each column as are listed one by one
    more    how many more there are, by column
    """

    file: str
    rows: NDArray[np.int64]
    bad: Mask
    told: list[Problem] = field(default_factory=list)
    more: Counter[str] = field(default_factory=Counter)

    def refuse(self, rows: Mask, code: str, name: str, why: str | Callable[[int], str]) -> None:
        """Refuse rows for what their column `name` holds; `why` says 'what; mend', or of a row."""
        found = np.flatnonzero(rows)
        self.bad[found] = True
        for row in found[: MOST_LISTED + 1].tolist():
            place = Place(self.file, int(self.rows[row]))
            message, _, mend = (why if isinstance(why, str) else why(row)).partition("; ")
            self.told.append(Problem(code, place, name, message, mend))
        self.more[name] += max(len(found) - MOST_LISTED - 1, 0)


@final
@dataclass(frozen=True, slots=True)
class Checked:
    """A block of claims whose cells have been read.

    table    a value for each cell, null where not known; codes are dictionaries
    rows     which rows are bad, and why
    """

    table: Table
    rows: Rows

    def kept(self) -> Table:
        """Return the rows that are not refused."""
        return only(self.table, ~self.rows.bad)


def checked(texts: Texts) -> Checked:
    """Read the cells of a block, and refuse the rows that have no meaning."""
    texts = _written(texts)
    rows = Rows(texts.file, texts.rows, np.zeros(len(texts.rows), np.bool_))
    ids = _ids(texts.table)
    columns = {
        name: _column(name, texts.table[name].combine_chunks(), rows)
        for name in texts.table.column_names
        if name != "claim_id"
    }
    for name, parts in DERIVED.items():
        if name in columns:
            columns |= columns[name].apart(parts)
    for group in BESIDE.values():
        _align([columns[name] for name in group if name in columns], rows)
    rows.refuse(_empty(ids), "E102", "claim_id", "the claim has no id; give one")
    again = "an earlier row has the same id; give each claim its own id"
    rows.refuse(texts.again, "E100", "claim_id", again)
    arrays = {name: column.array() for name, column in columns.items()}
    if "crossing_date" in arrays or "days_since_crossing" in arrays:
        _crossing(arrays, rows)
    return Checked(pa.table({"claim_id": ids} | arrays), rows)


def only(table: Table, rows: Mask) -> Table:
    """Keep some rows; all of them cost nothing."""
    return table if rows.all() else table.filter(pa.array(rows))


def _written(texts: Texts) -> Texts:
    """Leave out rows in which nothing is written."""
    written = ~_empty(_ids(texts.table))
    for column in texts.table.columns:
        if not written.all():
            written |= ~_empty(column.combine_chunks())
    table = only(texts.table, written)
    return Texts(texts.file, table, texts.rows[written], texts.again[written])


def _ids(table: Table) -> Any:
    """Return the ids, empty where there is none."""
    return pc.utf8_trim_whitespace(pc.fill_null(table["claim_id"], "")).combine_chunks()


def _empty(texts: Any) -> Mask:
    found = pc.fill_null(pc.equal(texts, ""), True)
    return np.asarray(found.to_numpy(zero_copy_only=False), np.bool_)


@final
@dataclass(slots=True)
class _Column:
    """A column by its different texts: `codes` index into `words` and their `values`  [row]."""

    name: str
    codes: NDArray[np.int32]
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
            self.codes = np.where(rows, np.int32(len(self.values) - 1), self.codes)

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
        """Return the column as an Arrow array; one of codes as a dictionary   [row]."""
        kind = arrow_type(self.name)
        values = pa.array(self.values, kind)
        if kind != pa.string():
            return values.take(pa.array(self.codes))
        known = np.array([value is not None for value in self.values], np.bool_)
        codes = pa.array(self.codes, mask=None if known.all() else ~known[self.codes])
        return pa.DictionaryArray.from_arrays(codes, pc.fill_null(values, ""))


def _column(name: str, texts: Any, rows: Rows) -> _Column:
    """Read a column's different texts, and refuse the rows whose text is none for it."""
    coded = pc.dictionary_encode(texts, null_encoding="encode")
    codes = coded.indices.to_numpy(zero_copy_only=False)
    words = [(word or "").strip() for word in coded.dictionary.to_pylist()]
    read, values = cell(name), []
    wrong: dict[int, str] = {}
    for code, word in enumerate(words):
        value = None
        try:
            value = read(word) if word else None
        except ValueError as fault:
            wrong[code] = str(fault)
        values.append(value)
    if wrong:
        bad = np.isin(codes, list(wrong))
        rows.refuse(bad, "E111", name, lambda row: wrong[int(codes[row])])
    return _Column(name, codes, words, values)


def _align(columns: Sequence[_Column], rows: Rows) -> None:
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
        why = f"the list is not as long as {leader.name}; give each entry its match"
        rows.refuse(differs, "E111", other.name, why)


def _crossing(arrays: dict[str, Any], rows: Rows) -> None:
    """Let the crossing and the days since tell each other; where both are given they agree."""
    count = len(rows.rows)
    claimed = arrays.get("application_date", pa.nulls(count, pa.date32()))
    crossed = arrays.get("crossing_date", pa.nulls(count, pa.date32()))
    days = arrays.get("days_since_crossing", pa.nulls(count, pa.float64()))
    claimed, crossed = claimed.cast(pa.int32()), crossed.cast(pa.int32())
    counted = pc.subtract(claimed, crossed).cast(pa.float64())
    # What never happened lies ahead: no days have passed since it.
    counted = pc.if_else(pc.greater_equal(counted, -1e6), counted, None)
    differs = pc.fill_null(pc.not_equal(counted, days), False)
    why = "the days do not agree with crossing_date and application_date; give one of them"
    wrong = np.asarray(differs.to_numpy(zero_copy_only=False), np.bool_)
    rows.refuse(wrong, "E111", "days_since_crossing", why)
    told = pc.subtract(claimed.cast(pa.float64()), days).cast(pa.int32(), safe=False)
    arrays["crossing_date"] = pc.coalesce(crossed, told).cast(pa.date32())
    arrays["days_since_crossing"] = pc.coalesce(days, counted)


def arrow_type(name: str) -> Any:
    """Return the Arrow type of a column of claims."""
    if name in NOT_FACTS:
        return pa.date32() if name == "as_of" else pa.string()
    kind = CLAIMS[name].type
    if kind.kind is Kind.LIST:
        return pa.list_(_ARROW[kind.of or Kind.CODE])
    return _ARROW[kind.kind]
