"""Some claims of a table as expressions read them: arrays by column, with their codes numbered."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from threading import Lock
from typing import Any, Final, TypeAlias, final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from entente.accord.calendar import DateArray, Duration
from entente.accord.expression import Expression, Kind
from entente.accord.expression.arrays import Evaluator, evaluator
from entente.accord.expression.coded import Combined
from entente.accord.expression.entry_values import BESIDE_OF, Read
from entente.accord.expression.facts import FACTS
from entente.accord.expression.faults import Array, Truth
from entente.accord.expression.lists import Entry, Lists
from entente.accord.expression.scope import Known, as_array, unknown
from entente.accord.expression.sharing import Sharing
from entente.cases.claims.law import Given

Column: TypeAlias = Any  # a pyarrow.Array; pyarrow gives no types to check against

YES: Final[Truth] = np.ones((), np.bool_)
_NEVER_KNOWN: Final[Truth] = np.zeros((), np.bool_)
_BLANKS: Final[Mapping[Kind, Array]] = {
    Kind.TRUTH: np.zeros((), np.bool_),
    Kind.NUMBER: np.zeros(()),
    Kind.DATE: np.zeros((), "datetime64[D]"),
    Kind.CODE: np.zeros((), np.int32),
    Kind.TEXT: np.zeros((), np.int32),
}


@final
class Numbers:
    """One numbering of codes for all columns; 0 is the empty text."""

    def __init__(self) -> None:
        self.words: list[str] = [""]
        self._numbers = {"": 0}
        self._alone = Lock()

    def of(self, word: str) -> int:
        """Return a code's number; a new one gets the next."""
        if word not in self._numbers:
            with self._alone:
                if word not in self._numbers:
                    self.words.append(word)
                    self._numbers[word] = len(self.words) - 1
        return self._numbers[word]

    def texts(self, numbers: NDArray[np.int32]) -> Column:
        """Return the codes that numbers stand for, as Arrow texts."""
        return pa.array(self.words, pa.string()).take(pa.array(numbers))


@final
@dataclass(slots=True)
class Block:
    """Some claims.

    today   the day for which the law and the facts are read     [claim]
    read    reads a column, or gives None where the table has none such
    """

    size: int
    today: DateArray
    read: Callable[[str], Known | None]
    kept: dict[str, Known] = field(default_factory=dict)
    combined: dict[tuple[str, ...], Combined | None] = field(default_factory=dict)

    @classmethod
    def of_table(cls, table: Column, today: DateArray, numbers: Numbers) -> "Block":
        """Read columns of an Arrow table as they are asked for."""

        def counted(name: str) -> NDArray[np.int64]:
            lengths = pc.list_value_length(_whole(table[name]))
            return np.asarray(lengths.fill_null(-1).to_numpy(zero_copy_only=False), np.int64)

        def read(name: str) -> Known | None:
            if name not in table.column_names:
                return None
            column, kind = _whole(table[name]), FACTS[name].type
            if kind.kind is not Kind.LIST:
                return _known(column, kind.kind, numbers)
            beside = [n for n in BESIDE_OF.get(name, (name,)) if n in table.column_names]
            return _lists(column, kind.of or Kind.CODE, numbers, [counted(n) for n in beside])

        return cls(table.num_rows, today, read)

    def fact(self, name: str) -> Known:
        """Return a column of the claims; one that the table lacks is not known."""
        if name not in self.kept:
            self.kept[name] = self.read(name) or _absent(name)
        return self.kept[name]

    def take(self, rows: NDArray[np.int64]) -> "Block":
        """Return some of the claims."""
        return Block(len(rows), self.today[rows], lambda name: _taken(self.fact(name), rows))


@final
@dataclass(slots=True)
class _Scope:
    """A block beside what a clause is given: choices, states and dates of clauses."""

    block: Block
    given: Mapping[str, Any]
    numbers: Numbers

    @property
    def today(self) -> DateArray:
        return self.block.today

    def value(self, name: str) -> Known:
        return self._given(name) if name in self.given else self.block.fact(name)

    def state(self, function: str, clause: str) -> Truth:
        return np.asarray(self.given[f"{function}({clause})"], np.bool_)

    def date(self, function: str, clause: str) -> Known:
        return self._given(f"{function}({clause})")

    def series(self, function: str, metric: str, other: "Duration | str | None") -> Known:
        """Return nothing known: a figure over time is never known to a table of claims."""
        return unknown(Kind.NUMBER)

    def _given(self, name: str) -> Known:
        value = self.given[name]
        if value is None:
            return unknown(Kind.DATE)
        return Known(as_array(self.numbers.of(value) if isinstance(value, str) else value), YES)


@final
@dataclass(slots=True)
class Reader:
    """Reads a clause's expressions over a block, each part once.

    once   what else was read, by what it is
    """

    block: Block
    evaluator: Evaluator
    shared: Sharing
    once: dict[object, Any] = field(default_factory=dict)

    @classmethod
    def over(cls, block: Block, given: Given, shared: Sharing, numbers: Numbers) -> "Reader":
        """Read over a block, beside what a clause is given."""
        scope = _Scope(block, dict(given), numbers)
        return cls(block, evaluator(scope, shared, block.combined), shared)

    def read(self, expression: Expression) -> Read:
        """Return an expression's values and what claims lack; codes are numbers."""
        whole = self.evaluator.at(None) if expression.together else self.evaluator
        return whole.of(self.shared.of(expression.tree))

    def reason(self, fault: int) -> str:
        """Say what a claim lacks, by its fault."""
        return self.evaluator.faults[fault - 1].reason


def _whole(column: Column) -> Column:
    """Join the chunks of a column."""
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()


def _known(column: Column, kind: Kind, numbers: Numbers) -> Known:
    known = YES
    if column.null_count:
        known = column.is_valid().to_numpy(zero_copy_only=False)
    if kind in (Kind.CODE, Kind.TEXT):
        return Known(_numbered(column, numbers), known)
    if kind is Kind.DATE:
        days = column.cast(pa.int32()).fill_null(0).to_numpy().astype(np.int64)
        return Known(days.view("datetime64[D]"), known)
    filled = column.fill_null(False if kind is Kind.TRUTH else 0.0)
    return Known(filled.to_numpy(zero_copy_only=False), known)


def _numbered(column: Column, numbers: Numbers) -> NDArray[np.int32]:
    coded = column.dictionary_encode()
    words = [numbers.of(word) for word in coded.dictionary.to_pylist()] or [0]
    places = coded.indices.fill_null(0).to_numpy()
    return np.asarray(np.array(words, np.int32)[places])


def _lists(column: Column, kind: Kind, numbers: Numbers, beside: list[NDArray[np.int64]]) -> Known:
    """Part a column of lists into entries; `beside` are the lengths of lists side by side.

    An entry that none of them has is told as known, so that it costs nothing to read.
    """
    counts = pc.list_value_length(column).fill_null(-1).to_numpy(zero_copy_only=False)
    counts = np.asarray(counts, np.int64)
    ends = np.cumsum(np.maximum(counts, 0))
    values, known = _known(column.flatten(), kind, numbers)
    group = counts
    for other in beside[::-1]:
        group = np.where(other >= 0, other, group)
    even = known is YES and bool((group == counts).all())
    entries = []
    for index in range(int(counts.max(initial=0))):
        there = counts > index
        place = np.where(there, ends - counts + index, 0)
        sure = (
            YES if even else (there & (known if known is YES else known[place])) | (group <= index)
        )
        entries.append(Entry(there, values[place], sure))
    lists = Lists(counts, tuple(entries), _BLANKS[kind])
    return Known(lists, YES if not column.null_count else counts >= 0)


def _absent(name: str) -> Known:
    kind = FACTS[name].type
    if kind.kind is Kind.LIST:
        lists = Lists(np.asarray(-1), (), _BLANKS[kind.of or Kind.CODE])
        return Known(lists, _NEVER_KNOWN)
    return Known(_BLANKS[kind.kind], _NEVER_KNOWN)


def _taken(known: Known, rows: NDArray[np.int64]) -> Known:
    def part(values: Array) -> Array:
        return values[rows] if values.ndim else values

    if not isinstance(known.values, Lists):
        return Known(part(known.values), part(known.known))
    lists = known.values
    counts = part(lists.counts)
    longest = int(counts.max(initial=0))
    entries = tuple(Entry(*map(part, entry)) for entry in lists.entries[:longest])
    return Known(Lists(counts, entries, lists.blank), part(known.known))


def first_day(table: Column, names: tuple[str, ...], never: date) -> tuple[DateArray, Truth]:
    """Return the first of some dates that each claim has, and whether it has one   [claim]."""
    days = np.zeros(table.num_rows, "datetime64[D]")
    known = np.zeros(table.num_rows, np.bool_)
    for name in names:
        if name in table.column_names:
            values, given = _known(_whole(table[name]), Kind.DATE, Numbers())
            use = ~known & given & (values < np.datetime64(never))
            days, known = np.where(use, values, days), known | use
    return days, known
