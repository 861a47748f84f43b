"""DuckDB: the same dated rates by a range join, from a Parquet file to the added duty."""

import duckdb
from clock import timed

JOIN = """
select sum(round(l.value_usd::double * r.rate / 100, 2))
from read_parquet('{lines}') l
join rates r on l.hts = r.hts and l.entry_date >= r.begins and l.entry_date < r.ends
"""


def prepare(task):
    """Hold the rates in memory; the lines are read by the work."""
    database = duckdb.connect()
    database.execute(f"create table rates as from read_parquet('{task['rates']}')")
    return lambda: [database.sql(JOIN.format(lines=task["lines"])).fetchall()[0][0]]


timed(prepare)
