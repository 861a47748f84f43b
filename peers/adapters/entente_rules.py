"""entente: a dated rule of an accord's language as a table column on DuckDB."""

import ibis
from clock import timed

from entente.accord.expression import parse
from entente.accord.expression.columns import column
from entente.accord.expression.table import OfTable
from entente.problems import Place


def prepare(task):
    """Hold the person-months in memory, as the other tools hold their inputs."""
    tree = parse(task["rule"], Place("rule"), kind="number").tree
    database = ibis.duckdb.connect()
    months = database.create_table("months", database.read_parquet(task["months"]))

    def work():
        table = months.mutate(due=column(tree, OfTable(months, silent=True)).value)
        found = table.group_by("month").agg(due=ibis._.due.sum()).order_by("month")
        return found.to_pyarrow()["due"].to_pylist()

    return work


timed(prepare)
