"""The engines that hold tables of cases: DuckDB here, or Spark when a ledger outgrows this machine.

Every expression is written once, for Ibis; here alone an engine is opened and given its tables.
"""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from shutil import which
from typing import Any, Final, TypeAlias

import ibis
import pyarrow.parquet

from entente.problems import InputProblemsError, Place, Problem

Engine: TypeAlias = Any  # an Ibis connection; neither Ibis nor pyarrow gives types to check against
Expr: TypeAlias = Any
Table: TypeAlias = Any  # a pyarrow.Table

_UNUSABLE: Final = "E300"


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
    with _layers_apart():
        return _fetched(engine, expression)


@contextmanager
def _layers_apart() -> Iterator[None]:
    """Keep layers of a query apart, so that a column used often is written and computed once."""
    fused = ibis.options.sql.fuse_selects
    ibis.options.sql.fuse_selects = False
    try:
        yield
    finally:
        ibis.options.sql.fuse_selects = fused


def _fetched(engine: Engine, expression: Expr) -> Table:
    if engine.name == "pyspark":
        return engine._session.sql(engine.compile(expression)).toArrow()
    return engine.to_pyarrow(expression)


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
