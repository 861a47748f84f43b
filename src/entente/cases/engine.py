"""The engines that hold tables of cases: DuckDB here, or Spark when a ledger outgrows this machine.

Every expression is written once, for Ibis, and every change of rows once, for Arrow; here alone an
engine is opened and given its tables.
"""

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cache, partial
from importlib.util import find_spec
from pathlib import Path
from shutil import rmtree, which
from typing import Any, Final, TypeAlias

import duckdb
import ibis
import pyarrow
import pyarrow.parquet

from entente.problems import InputProblemsError, Place, Problem

Engine: TypeAlias = Any  # an Ibis connection; neither Ibis nor pyarrow gives types to check against
Expr: TypeAlias = Any
Table: TypeAlias = Any  # a pyarrow.Table
Schema: TypeAlias = Any
Change: TypeAlias = Callable[[Table], Table]

_UNUSABLE: Final = "E300"


def connected(backend: str) -> Engine:
    """Open an engine: one of its own in DuckDB, the process's one session in Spark.

    Raises InputProblemsError where Spark or Java is not installed, or no such engine is known.
    """
    if backend == "duckdb":
        engine = ibis.duckdb.connect()
        if engine.raw_sql("SELECT current_setting('enable_progress_bar')").fetchone()[0]:
            engine.raw_sql("SET enable_progress_bar = false")  # which would go where answers go
        return engine
    if backend == "spark":
        return _spark()
    raise _unusable(f"no engine is named '{backend}'", "use duckdb or spark")


@contextmanager
def enough() -> Iterator[None]:
    """Say so where DuckDB may hold too little for what is asked of it."""
    try:
        yield
    except duckdb.OutOfMemoryException as failure:
        mend = "allow more, or leave it out"
        problem = Problem(_UNUSABLE, Place("--memory"), "", "too little for this table", mend)
        raise InputProblemsError([problem]) from failure


def fetched(engine: Engine, expression: Expr) -> Table:
    """Compute an expression in an engine and bring its rows here, as an Arrow table."""
    if engine.name == "pyspark":
        return engine._session.sql(engine.compile(expression)).toArrow()
    return engine.to_pyarrow(expression)


def mapped(
    engine: Engine, expression: Expr, change: Change, schema: Schema, folder: Path
) -> Iterator[Table]:
    """Change the rows of an expression where Spark holds them, block by block.

    change   a block of rows to another of the `schema`; it travels to Spark's workers
    folder   where changed rows wait

    Yields the changed rows by their number `row`, some at a time; one table at least.
    """
    asked, waiting = engine._session.sql(engine.compile(expression)), folder / "changed"
    changed = asked.mapInArrow(partial(_batches, change), _fields(schema)).sort("row")
    changed.write.parquet(str(waiting))
    yield schema.empty_table()
    for file in sorted(waiting.glob("*.parquet")):
        with pyarrow.parquet.ParquetFile(file) as part:
            for batch in part.iter_batches():
                yield pyarrow.Table.from_batches([batch])
    rmtree(waiting)


def _batches(change: Change, batches: Iterable[Any]) -> Iterator[Any]:
    for batch in batches:
        yield from change(pyarrow.Table.from_batches([batch])).to_batches()


def _fields(schema: Schema) -> str:
    """Write a schema as Spark reads it."""
    kinds = {pyarrow.int64(): "bigint", pyarrow.string(): "string"}
    return ", ".join(f"{field.name} {kinds[field.type]}" for field in schema)


def spark_lacks() -> str:
    """Say what keeps Spark from running here; empty where nothing does.

    A Spark that is set up elsewhere (`SPARK_REMOTE`) needs no Java on this machine.
    """
    if find_spec("pyspark") is None:
        return "Spark is not installed; pip install 'entente[spark]'"
    java = which("java") or os.environ.get("JAVA_HOME") or os.environ.get("SPARK_REMOTE")
    return "" if java else "Spark needs Java 17 or later; install a Java runtime"


@cache
def _spark() -> Engine:
    """Start Spark in this process, on its cores, or join the session that is already there."""
    if lacks := spark_lacks():
        message, _, mend = lacks.partition("; ")
        raise _unusable(message, mend)
    from pyspark.sql import SparkSession

    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)  # this one has what blocks need
    session = (
        SparkSession.builder.appName("entente")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.sql.shuffle.partitions", str(os.cpu_count() or 1))
        .config("spark.sql.session.timeZone", "UTC")
        .getOrCreate()
    )
    if not os.environ.get("SPARK_REMOTE"):
        session.sparkContext.setLogLevel("ERROR")
    # As DuckDB has it: what lies past the end of a list, or of the numbers, is missing, no failure.
    session.conf.set("spark.sql.ansi.enabled", "false")
    session.conf.set("spark.sql.legacy.sizeOfNull", "false")
    return ibis.pyspark.connect(session)


def _unusable(message: str, mend: str) -> InputProblemsError:
    return InputProblemsError([Problem(_UNUSABLE, Place("--backend"), "", message, mend)])
