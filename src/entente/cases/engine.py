"""The engines that hold tables of cases: DuckDB here, or Spark when a ledger outgrows this machine.

Every expression is written once, for Ibis, and every change of rows once, for Arrow; here alone an
engine is opened and given its tables.
"""

import os
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache, partial
from importlib.util import find_spec
from pathlib import Path
from shutil import which
from typing import Any, Final, TypeAlias

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
_BLOCK: Final = 131_072  # rows that are changed together


def connected(backend: str) -> Engine:
    """Open an engine: one of its own in DuckDB, the process's one session in Spark.

    Raises InputProblemsError where Spark or Java is not installed, or no such engine is known.
    """
    if backend == "duckdb":
        return ibis.duckdb.connect()
    if backend == "spark":
        return _spark()
    raise _unusable(f"no engine is named '{backend}'", "use duckdb or spark")


@contextmanager
def held(engine: Engine, table: Table) -> Iterator[Expr]:
    """Let an engine hold an Arrow table for a while, as an expression to ask.

    Spark takes it through a Parquet file, which keeps lists and missing values as they are.
    """
    if engine.name != "pyspark":
        yield ibis.memtable(table)
        return
    with tempfile.TemporaryDirectory(prefix="entente-") as folder:
        file = Path(folder) / "cases.parquet"
        pyarrow.parquet.write_table(table, file)
        yield engine.read_parquet(str(file))


def fetched(engine: Engine, expression: Expr) -> Table:
    """Compute an expression in an engine and bring its rows here, as an Arrow table."""
    if engine.name == "pyspark":
        return engine._session.sql(engine.compile(expression)).toArrow()
    return engine.to_pyarrow(expression)


def mapped(engine: Engine, expression: Expr, change: Change, schema: Schema) -> Table:
    """Change the rows of an expression block by block, where the engine holds them.

    change   a block of rows to another of the `schema`; it travels to Spark's workers

    Here blocks keep their order and are changed on every core; in Spark they may come in any.
    """
    if engine.name == "pyspark":
        rows = engine._session.sql(engine.compile(expression))
        return rows.mapInArrow(partial(_batches, change), _fields(schema)).toArrow()
    whole = engine.to_pyarrow(expression)
    blocks = [whole.slice(first, _BLOCK) for first in range(0, whole.num_rows, _BLOCK)] or [whole]
    with ThreadPoolExecutor(min(len(blocks), len(os.sched_getaffinity(0)))) as pool:
        return pyarrow.concat_tables(pool.map(change, blocks))


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
