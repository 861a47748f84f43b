"""Where entry lines are held while they are priced: an engine, its order of rows, its lookups."""

import shutil
import tempfile
import weakref
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final, TypeAlias, TypeVar, final

import duckdb
import ibis
import ibis.expr.operations as ops
import pyarrow as pa
import pyarrow.compute as pc

from entente.cases.engine import connected, fetched
from entente.cases.ledger import Ledger, Reject, Rejects

Expr: TypeAlias = Any  # an Ibis table; neither Ibis nor pyarrow gives types to check against
Columns: TypeAlias = Mapping[str, Sequence[Any]]
Answer = TypeVar("Answer")

_PLACE: Final = "place_"  # the order of the lines, where an engine does not keep it by itself
_MOST_WORDS: Final = 20_000
_BYTES: Final = 1 << 24  # copied at a time
_TYPES: Final[Mapping[type, Any]] = {
    str: pa.string(), bool: pa.bool_(), int: pa.int64(), float: pa.float64(),
}  # fmt: skip


@final
class Store:
    """An engine with one set of lines.

    Rows carry their order in a column, as joins lose it; what DuckDB cannot hold in memory waits in
    a folder of its own.
    """

    def __init__(self, backend: str = "duckdb", memory: str = "", *, serial: bool = False) -> None:
        """Open an engine.

        memory   what DuckDB may hold, as in 1GB; by default most of the machine's
        serial   whether it walks with one thread, which keeps rows in order without a sort, that
                 holds more than a walk
        """
        self.serial = serial and backend == "duckdb"
        self.connection: Any = connected(backend)
        self.embedded = backend == "duckdb"
        folder = tempfile.mkdtemp(prefix="entente-")
        weakref.finalize(self.connection, shutil.rmtree, folder, ignore_errors=True)
        self.folder = Path(folder)
        self._made = 0
        if self.embedded:
            if memory:
                self._say(f"SET memory_limit = '{memory}'")
            if serial:
                self._say("SET threads = 1")
            self._say(f"SET temp_directory = '{folder}'")
            self._say("SET disabled_optimizers = 'join_order,build_side_probe_side'")

    def of(self, ledger: Ledger) -> tuple[Expr, Rejects]:
        """Take the rows of a file; return also the records of a CSV file that are no rows.

        CSV is taken whole, every cell as text; Parquet is read each time it is asked for. DuckDB
        reads CSV also for Spark, so that both leave out the same rows, for the same reasons.
        """
        if ledger.parts:
            return self.of_parquet(ledger.parts, ledger.starts), {}
        if self.embedded:
            kept, rejects = self.asked(ledger, self.keep)
            return _by_rowid(kept), rejects()
        own, laid = Store(), self.folder / "lines.parquet"
        _, rejects = own.asked(ledger, lambda table: own.write(table, laid))
        return self.of_parquet([laid], [0]), rejects()

    def of_parquet(self, files: Sequence[Path], starts: Sequence[int]) -> Expr:
        """Return the rows of Parquet files, one after the other; a column may lack in some.

        starts   how many rows come before each file
        """
        names, table = [str(file) for file in files], self._name()
        if self.embedded:
            starting = f"list_extract(CAST({list(starts)} AS BIGINT[]), file_index::BIGINT + 1)"
            listed = ", ".join("'" + name.replace("'", "''") + "'" for name in names)
            self._say(
                f"CREATE TEMP VIEW {table} AS SELECT * EXCLUDE (file_row_number), "  # noqa: S608
                f"{starting} + file_row_number AS {_PLACE} FROM "
                f"read_parquet([{listed}], union_by_name = true, file_row_number = true)"
            )
            return self.connection.table(table)
        rows = self.connection._session.read.option("mergeSchema", "true").parquet(*names)
        before = ", ".join(f"'{f.name}', {n}L" for f, n in zip(files, starts, strict=True))
        place = f"element_at(map({before}), _metadata.file_name) + _metadata.row_index"
        rows.selectExpr("*", f"{place} AS {_PLACE}").createOrReplaceTempView(table)
        return self.connection.table(table)

    def asked(
        self, ledger: Ledger, ask: Callable[[Expr], Answer]
    ) -> tuple[Answer, Callable[[], Rejects]]:
        """Ask a CSV file something, which DuckDB reads again each time, every cell as text.

        Where its lines end in several ways, a copy is asked in which they end in one.

        returns  the answer, and what tells the records that are no rows, once all was read
        """
        try:
            return self._asked(ledger.path, ledger, ask)
        except duckdb.InvalidInputException:
            copy = self.folder / "copy.csv"
            with pa.input_stream(str(ledger.path), compression="detect") as given:
                _with_one_end(given, copy)
            return self._asked(copy, ledger, ask)

    def _asked(
        self, file: Path, ledger: Ledger, ask: Callable[[Expr], Answer]
    ) -> tuple[Answer, Callable[[], Rejects]]:
        name = self._name()
        table = self.connection.read_csv(
            file, header=True, auto_detect=False, delim=",", quote='"', escape='"',
            columns=dict.fromkeys(ledger.columns, "VARCHAR"), store_rejects=True,
            rejects_table=f"{name}_rejects", rejects_scan=f"{name}_scans",
        )  # fmt: skip
        return ask(table), partial(self._rejects, f"{name}_rejects", ledger.columns)

    def _rejects(self, table: str, columns: Sequence[str]) -> Rejects:
        asked = (
            "SELECT line, min(error_type), min(column_idx), max(column_idx), "  # noqa: S608
            f"trim(any_value(csv_line), ' \t\r\n') = '' FROM {table} GROUP BY line ORDER BY line"
        )
        return {
            int(line): _reject(str(kind), int(first or 0), int(last or 0), columns, blank=blank)
            for line, kind, first, last, blank in self._say(asked).fetchall()
        }

    def of_arrow(self, table: pa.Table) -> Expr:
        """Hold an Arrow table."""
        if self.embedded:
            return _by_rowid(self.keep(ibis.memtable(table)))
        place = pa.array(range(table.num_rows), pa.int64())
        return self._viewed(table.append_column(_PLACE, place))

    def keep(self, table: Expr) -> Expr:
        """Compute a table once, for as long as the store lives."""
        if self.embedded:
            return self.connection.create_table(self._name(), table, temp=True)
        return table.cache()

    def lookup(self, columns: Columns, words: Sequence[str] = ()) -> Expr:
        """Hold a small table to join lines to; None is null.

        words   columns of text that repeats, which DuckDB then carries as numbers
        """
        table = arrow(columns)
        if not self.embedded:
            return self._viewed(table)
        name = self._name()
        listed = [
            f'CAST("{c}" AS ENUM ({_listed(table[c])})) AS "{c}"'
            if c in words and 0 < pc.count_distinct(table[c]).as_py() <= _MOST_WORDS
            else f'"{c}"'
            for c in table.column_names
        ]
        self.connection.con.register(f"{name}_texts", table)
        coded = f"SELECT {', '.join(listed)} FROM {name}_texts"  # noqa: S608 - our own names
        self._say(f"CREATE TEMP TABLE {name} AS {coded}")
        self.connection.con.unregister(f"{name}_texts")
        # To Ibis a numbered text is a text; the engine would list every word of its type.
        schema = ibis.Schema.from_pyarrow(table.schema)
        return ops.DatabaseTable(name, schema, self.connection).to_expr()

    def numbered(self, table: Expr) -> Expr:
        """Add `row`, counting from 0 in the order of the lines."""
        row = table[_PLACE] if _PLACE in table.columns else ibis.row_number()
        return table.mutate(row=row)

    def repeated(self, table: Expr, key: str) -> Expr | None:
        """Return the keys of several rows, each with its `first` row; None where there are none."""
        if self.rows(_several(_by_key(table, key)).aggregate(keys=ibis._.count()))[0]["keys"] == 0:
            return None
        return self.keep(_several(_by_key(self.numbered(table), key), first=ibis._.row.min()))

    def again(self, table: Expr, key: str, repeated: Expr) -> Expr:
        """Add `row`, and `again`: whether an earlier row has the same key."""
        named = self.numbered(table).mutate(key_=_key(table, key))
        joined = named.left_join(repeated, "key_")
        again = (joined.row > joined.first).fill_null(False)
        return joined.mutate(again=again).select(*table.columns, "row", "again")

    def order(self, table: Expr) -> tuple[str, ...]:
        """Return the columns that carry the order of the lines."""
        return (_PLACE,) if _PLACE in table.columns else ()

    def in_order(self, table: Expr) -> Expr:
        """Put rows back in the order of the lines."""
        if _PLACE not in table.columns:
            return table
        return (table if self.serial else table.order_by(_PLACE)).drop(_PLACE)

    def tried(self, text: Expr, type_: str) -> Expr:
        """Cast a text; null where it is none of that type."""
        return text.try_cast(type_) if self.embedded else text.cast(type_)

    def cells(self, table: Expr, columns: Sequence[str]) -> dict[str, list[Any]]:
        """Return the different cells of some columns, None for empty ones, in one walk."""
        if self.embedded:  # which does it column by column without sorting the cells into lists
            return {
                c: self.arrow(table.select(c).distinct()).column(0).to_pylist() for c in columns
            }
        asked = {c: table[c].collect(distinct=True) for c in columns}
        empty = {f"{c}_empty": table[c].isnull().any() for c in columns}
        found = self.rows(table.aggregate(**asked, **empty))[0]
        return {c: [*found[c], *([None] if found[f"{c}_empty"] else [])] for c in columns}

    def arrow(self, table: Expr) -> pa.Table:
        """Bring a table here."""
        return fetched(self.connection, table)

    def rows(self, table: Expr) -> list[dict[str, Any]]:
        """Bring a small table here, row by row."""
        return list(self.arrow(table).to_pylist())

    def batches(self, table: Expr, rows: int) -> Iterator[pa.Table]:
        """Give the rows of a table as DuckDB finds them, some at a time; one table at least."""
        reader = self.connection.con.sql(self.connection.compile(table)).to_arrow_reader(rows)
        empty = True
        for batch in reader:
            empty = False
            yield pa.Table.from_batches([batch])
        if empty:
            yield reader.schema.empty_table()

    def write(self, table: Expr, file: Path) -> None:
        """Write a table as Parquet or CSV, by the ending of the file's name.

        Spark writes Parquet files side by side first, from which DuckDB makes one.
        """
        if not self.embedded:
            own, folder = Store(), self.folder / self._name()
            self.connection._session.sql(self.connection.compile(table)).write.parquet(str(folder))
            parts = sorted(folder.glob("*.parquet"))
            own.write(own.connection.read_parquet([str(part) for part in parts]), file)
            shutil.rmtree(folder)
        elif file.suffix == ".parquet":
            self.connection.to_parquet(table, file)
        else:
            self.connection.to_csv(table, file)

    def _viewed(self, table: pa.Table) -> Expr:
        """Let Spark hold a table of this process."""
        name = self._name()
        session = self.connection._session
        session.createDataFrame(table).createOrReplaceTempView(name)
        return self.connection.table(name)

    def _say(self, sql: str) -> Any:
        return self.connection.raw_sql(sql)

    def _name(self) -> str:
        self._made += 1
        return f"entente_{id(self)}_{self._made}"


def _by_rowid(kept: Expr) -> Expr:
    """Let the rows of a table that DuckDB keeps carry their order."""
    return kept.mutate(**{_PLACE: kept.rowid()})


def _key(table: Expr, key: str) -> Expr:
    return table[key].cast("string").strip()


def _by_key(table: Expr, key: str) -> Expr:
    """Group the rows that have a key."""
    return table.mutate(key_=_key(table, key)).filter(ibis._.key_ != "").group_by("key_")


def _several(groups: Any, **more: Any) -> Expr:
    """Return the groups of more than one row."""
    return groups.aggregate(times=ibis._.count(), **more).filter(ibis._.times > 1)


def _reject(kind: str, first: int, last: int, columns: Sequence[str], *, blank: bool) -> Reject:
    """Say why a record is no row, from what DuckDB tells of it: a kind, and cells from 1."""
    column = columns[first - 1] if 0 < first <= len(columns) else ""
    cells = first if kind == "MISSING COLUMNS" else last
    told = {
        "MISSING COLUMNS": f"the row has {cells} cells, not {len(columns)}; mend the row",
        "TOO MANY COLUMNS": f"the row has {cells} cells, not {len(columns)}; mend the row",
        "INVALID ENCODING": "the cell is not UTF-8; save the file as UTF-8",
        "UNQUOTED VALUE": "a quote does not end where the cell ends; write it twice or leave it",
        "LINE SIZE OVER MAXIMUM": "the row is longer than two million bytes; look for a lone quote",
    }.get(kind, f"{kind.lower()}; mend the row")
    message, _, mend = told.partition("; ")
    cells_told = kind in ("MISSING COLUMNS", "TOO MANY COLUMNS", "LINE SIZE OVER MAXIMUM")
    return Reject("" if cells_told else column, "" if blank else message, mend)


def _with_one_end(given: Any, copy: Path) -> None:
    """Copy a text whose lines end in several ways into one where they end in one."""
    with copy.open("wb") as lines:
        rest = b""
        while more := given.read(_BYTES):
            rest += more
            whole = rest[:-1] if rest.endswith(b"\r") else rest
            lines.write(whole.replace(b"\r\n", b"\n"))
            rest = rest[len(whole) :]
        lines.write(rest)


def arrow(columns: Columns) -> pa.Table:
    """Return columns of texts, truths or numbers as an Arrow table; None is null."""
    return pa.table({name: pa.array(values, _type(values)) for name, values in columns.items()})


def _type(values: Sequence[Any]) -> pa.DataType:
    kinds = {type(value) for value in values if value is not None}
    if len(kinds) > 1:
        raise TypeError(f"a column of {kinds}")
    kind = kinds.pop() if kinds else int
    return _TYPES[kind] if kind in _TYPES else pa.array([v for v in values if v is not None]).type


def _listed(column: Any) -> str:
    words = dict.fromkeys(column.drop_null().to_pylist())
    return ", ".join("'" + word.replace("'", "''") + "'" for word in words)
