"""Where entry lines are held while they are priced: an engine, its order of rows, its lookups."""

import shutil
import tempfile
import weakref
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final, TypeAlias, final

import ibis
import ibis.expr.operations as ops
import pyarrow as pa
import pyarrow.compute as pc

from entente.cases.engine import connected, fetched

Expr: TypeAlias = Any  # an Ibis table; neither Ibis nor pyarrow gives types to check against
Columns: TypeAlias = Mapping[str, Sequence[Any]]

_PLACE: Final = "place_"  # the order of the lines, where an engine does not keep it by itself
_MOST_WORDS: Final = 20_000
_TYPES: Final[Mapping[type, Any]] = {
    str: pa.string(), bool: pa.bool_(), int: pa.int64(), float: pa.float64(),
}  # fmt: skip


@final
class Store:
    """An engine with one set of lines.

    DuckDB keeps the order of rows through joins, because the lines are always the side that is
    walked; it spills to a folder of its own what does not fit in memory. Spark carries the order
    in a column.
    """

    def __init__(self, backend: str = "duckdb") -> None:
        self.connection: Any = connected(backend)
        self.embedded = backend == "duckdb"
        folder = tempfile.mkdtemp(prefix="entente-")
        weakref.finalize(self.connection, shutil.rmtree, folder, ignore_errors=True)
        self.folder = Path(folder)
        self._made = 0
        if self.embedded:
            self._say(f"SET temp_directory = '{folder}'")
            self._say("SET disabled_optimizers = 'join_order,build_side_probe_side'")

    def of_parquet(self, file: Path) -> Expr:
        """Return the rows of a Parquet file, read each time they are asked for."""
        return self._placed(self.connection.read_parquet(str(file)))

    def of_csv(self, file: Path, columns: Sequence[str]) -> tuple[Expr, list[tuple[int, str]]]:
        """Take a CSV file, every cell as text; return also the rows that cannot be read.

        DuckDB reads it also for Spark, so that both leave out the same rows, by line and reason.
        """
        if not self.embedded:
            own = Store()
            taken, rejects = own.of_csv(file, columns)
            own.write(taken, self.folder / "lines.parquet")
            return self.of_parquet(self.folder / "lines.parquet"), rejects
        source = self.connection.read_csv(
            file, header=True, auto_detect=False, delim=",", quote='"', escape='"',
            columns=dict.fromkeys(columns, "VARCHAR"), store_rejects=True, strict_mode=False,
        )  # fmt: skip
        taken = self.keep(source)
        asked = "SELECT line, error_message FROM reject_errors ORDER BY line, column_idx"
        return taken, [(int(line), str(why)) for line, why in self._say(asked).fetchall()]

    def of_arrow(self, table: pa.Table) -> Expr:
        """Hold an Arrow table."""
        if self.embedded:
            return self.keep(ibis.memtable(table))
        return self._placed(self._viewed(table))

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
        """Add `row`, counting from 1 in the order of the lines."""
        over = ibis.window(order_by=_PLACE) if _PLACE in table.columns else ibis.window()
        return table.mutate(row=ibis.row_number().over(over) + 1)

    def placed(self, table: Expr) -> Expr:
        """Let rows carry their order, for what an engine may shuffle."""
        if _PLACE in table.columns:
            return table
        return self.keep(table.mutate(**{_PLACE: ibis.row_number()}))

    def order(self, table: Expr) -> tuple[str, ...]:
        """Return the columns that carry the order of the lines."""
        return (_PLACE,) if _PLACE in table.columns else ()

    def in_order(self, table: Expr) -> Expr:
        """Put rows back in the order of the lines."""
        return table.order_by(_PLACE).drop(_PLACE) if _PLACE in table.columns else table

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

    def write(self, table: Expr, file: Path) -> None:
        """Write a table as Parquet or CSV, by the ending of the file's name."""
        if not self.embedded:
            own = Store()
            own.write(ibis.memtable(self.arrow(table)), file)
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

    def _placed(self, table: Expr) -> Expr:
        if self.embedded:
            return table
        place = f"*, monotonically_increasing_id() AS {_PLACE}"
        return self.connection.sql(f"SELECT {place} FROM {table.get_name()}")  # noqa: S608

    def _say(self, sql: str) -> Any:
        return self.connection.raw_sql(sql)

    def _name(self) -> str:
        self._made += 1
        return f"entente_{id(self)}_{self._made}"


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
