"""Files of claims as an Ibis table, every cell a text, handed over in blocks by the engine.

DuckDB reads CSV and Parquet as it goes and holds no more than a few blocks; Spark reads Parquet.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeAlias, final

import duckdb
import ibis
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from entente.cases.claims.cells import COLUMNS, NONE
from entente.cases.ledger import Ledger, Rejects, unreadable
from entente.cases.listing import Listing
from entente.cases.store import Store
from entente.problems import Problem

Expr: TypeAlias = Any  # an Ibis table or value; neither Ibis nor pyarrow gives types to check
Table: TypeAlias = Any  # a pyarrow.Table
Mask: TypeAlias = NDArray[np.bool_]

BLOCK: Final = 65_536  # claims that are read and decided together
MEMORY: Final = "1GB"  # what DuckDB may hold; what does not fit in it waits on disk
_KEY: Final = "claim_id"


@final
@dataclass(frozen=True, slots=True)
class Texts:
    """Some rows of a file.

    table   every cell as text, null where nothing is written
    rows    the number of each row in the file, from 0           [row]
    again   which have the id of an earlier row                  [row]
    """

    file: str
    table: Table
    rows: NDArray[np.int64]
    again: Mask

    @classmethod
    def of(cls, file: str, table: Table, first: int = 0) -> "Texts":
        """Take a block as the engine gives it; `first` is its first row, where it has no `row`."""
        given = set(table.column_names) & {"row", "again"}
        rows = table["row"].to_numpy() if given else np.arange(first, first + table.num_rows)
        again = np.asarray(table["again"]) if given else np.zeros(table.num_rows, np.bool_)
        return cls(file, table.drop_columns(list(given)), rows.astype(np.int64), again)


@final
@dataclass(frozen=True, slots=True)
class ClaimFile:
    """A file of claims in an engine.

    table     every cell as text; where ids stand twice, and in Spark, also `row` and `again`
    rejects   what tells the records that are no rows, once all was read
    """

    ledger: Ledger
    store: Store
    table: Expr
    rejects: Any

    @classmethod
    def read(cls, path: Path, backend: str = "duckdb", memory: str = "") -> "ClaimFile":
        """Take CSV (plain or gzipped), Parquet, or a folder of Parquet files.

        memory   the most that DuckDB holds, as in 2GB

        Raises InputProblemsError where the file cannot be read or has a wrong header.
        """
        ledger, store = Ledger.of(path, COLUMNS, _KEY), Store(backend, memory or MEMORY)
        try:
            return cls._read(ledger, store)
        except duckdb.OutOfMemoryException:
            raise
        except Exception as failure:
            raise unreadable(path, str(failure).splitlines()[0]) from failure

    @classmethod
    def _read(cls, ledger: Ledger, store: Store) -> "ClaimFile":
        if store.embedded and not ledger.parts:
            asked, rejects = store.asked(ledger, lambda table: (table, store.repeated(table, _KEY)))
            table, repeated = asked
            if repeated is None:
                return cls(ledger, store, _texts(table), rejects)
        # What the engine reads twice has to have the same rows each time.
        table, broken = store.of(ledger)
        repeated = store.repeated(table, _KEY)
        if repeated is not None:
            table = store.again(table, _KEY, repeated).order_by("row")  # a large join loses order
        elif not store.embedded:
            table = store.numbered(table).mutate(again=ibis.literal(value=False))
        return cls(ledger, store, _texts(table), lambda: broken)

    @property
    def file(self) -> str:
        """Return the name by which the file is told of."""
        return str(self.ledger.path)

    def blocks(self) -> Iterator[Texts]:
        """Give the rows as DuckDB reads them, a block at a time; one block at least."""
        row = 0
        try:
            for table in self.store.batches(self.table, BLOCK):
                yield Texts.of(self.file, table, row)
                row += table.num_rows
        except duckdb.OutOfMemoryException:
            raise
        except (OSError, pa.ArrowException, duckdb.Error) as failure:
            raise unreadable(self.ledger.path, str(failure).splitlines()[0]) from failure

    def problems(self, listing: Listing) -> tuple[tuple[Problem, ...], int]:
        """Return what is wrong with the file, in reading order, and how many rows that cost."""
        rejects: Rejects = self.rejects()
        found = self.ledger.located(listing.problems(), rejects)
        broken = self.ledger.broken(rejects, "E102")
        told = tuple(sorted([*found, *broken], key=lambda problem: problem.where))
        return told, listing.rejected + sum(bool(why.message) for why in rejects.values())


def _texts(table: Expr) -> Expr:
    """Write every cell as the text that a CSV file would have."""
    return table.select(
        *(_text(table[name]).name(name) for name in table.columns if name in COLUMNS),
        *(name for name in ("row", "again") if name in table.columns),
    )


def _text(column: Expr) -> Expr:
    if not column.type().is_array():
        return _word(column)
    entries = column.map(lambda entry: _word(entry).fill_null(""))
    return (column.length() == 0).ifelse(NONE, entries.join(";"))


def _word(value: Expr) -> Expr:
    kind = value.type()
    if kind.is_string():
        return value
    if kind.is_boolean():
        return value.ifelse("yes", "no")
    if kind.is_timestamp():
        return value.cast("date").cast("string")
    if kind.is_floating():
        return value.cast("string").re_replace(r"\.0$", "")
    return value.cast("string")
