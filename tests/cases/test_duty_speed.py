"""Benchmarks of pricing, and a ledger that does not fit in memory."""

from datetime import date, timedelta

import ibis
import pyarrow as pa
import pyarrow.parquet
import pytest
from lines_of import known

from entente.cases.lines.duty import duty
from entente.cases.lines.table import EntryTable
from entente.world.sources import rows

LINES = 10_000_000
ORDERS = "us-ieepa-2025-26"


def ledger(folder, lines):
    """Write a ledger of made-up lines: 9,000 numbers, five origins, 550 days, two claims."""
    held = [row["hts8"] for row in rows("base-rates") if row["edition"] == "2025"][-9000:]
    numbers = ibis.memtable(pa.table({"place": list(range(9000)), "hts": held}))
    number = ibis.range(lines).unnest().name("n").as_table().n

    def one_of(words, salt):
        place = ((number + salt).hash().abs() % len(words)).cast("int64")
        return ibis.array([ibis.literal(word) for word in words])[place]

    days = [date(2025, 1, 1) + timedelta(days=n) for n in range(550)]
    table = number.as_table().select(
        n=number,
        at=number.hash().abs() % 9000,
        line_id=ibis.literal("L") + number.cast("string"),
        origin=one_of(("MEX", "CAN", "CHN", "DEU", "JPN"), 1),
        entry_date=(
            ibis.literal(days[0]) + ((number + 2).hash().abs() % 550).cast("int64").as_interval("D")
        ).cast("date"),
        value_usd=((number + 3).hash().abs() % 100_000_000 / 100).cast("decimal(18, 2)"),
        preference=one_of(("none", "USMCA"), 4),
        mode=one_of(("truck", "rail", "vessel"), 5),
        transshipped=ibis.literal("no"),
    )
    table = table.join(numbers, table.at == numbers.place).order_by("n").drop("n", "at", "place")
    ibis.duckdb.connect().to_parquet(table, folder / "lines.parquet")
    return folder / "lines.parquet"


@pytest.fixture(scope="module")
def many(tmp_path_factory):
    return ledger(tmp_path_factory.mktemp("ledger"), LINES)


def test_sum_ten_million_lines(benchmark, many):
    def summed():
        return duty(EntryTable.read(many), [known(ORDERS)]).totals

    assert benchmark.pedantic(summed, rounds=3)["lines"] == LINES


def test_price_ten_million_lines_from_parquet_to_parquet(benchmark, many, tmp_path):
    def written():
        duty(EntryTable.read(many), [known(ORDERS)]).write(tmp_path / "out.parquet")

    benchmark.pedantic(written, rounds=3)
    assert pyarrow.parquet.read_metadata(tmp_path / "out.parquet").num_rows == LINES


def test_price_ten_million_lines_held_in_memory(benchmark, many):
    lines = pyarrow.parquet.read_table(many, read_dictionary=["hts", "origin", "mode"])

    def kept():
        priced = duty(EntryTable.of(lines), [known(ORDERS)])
        return priced.source.store.keep(priced.table)

    benchmark.pedantic(kept, rounds=2)


def test_what_a_reason_for_each_line_costs(benchmark, many, tmp_path):
    def without():
        priced = duty(EntryTable.read(many), [known(ORDERS)])
        priced.source.store.write(priced.table.drop("why"), tmp_path / "out.parquet")

    benchmark.pedantic(without, rounds=3)


def test_scan_ten_million_lines(benchmark, many):
    """The limit: the engine reads every cell and sums the values."""

    def scanned():
        table = ibis.duckdb.connect().read_parquet(many)
        counts = {name: table[name].max() for name in table.columns}
        return table.aggregate(**counts).to_pyarrow()

    benchmark.pedantic(scanned, rounds=3)


def test_price_ten_million_lines_in_half_a_gigabyte(benchmark, many, tmp_path):
    def bound():
        priced = duty(EntryTable.read(many), [known(ORDERS)])
        priced.source.store.connection.raw_sql("SET memory_limit = '500MB'")
        priced.write(tmp_path / "out.parquet")

    benchmark.pedantic(bound, rounds=1)


def test_a_ledger_larger_than_memory_is_priced_by_and_by(tmp_path):
    file = ledger(tmp_path, 100_000)
    free, bound = (duty(EntryTable.read(file), [known(ORDERS)]) for _ in range(2))
    bound.source.store.connection.raw_sql("SET memory_limit = '160MB'")
    bound.write(tmp_path / "bound.parquet")
    free.write(tmp_path / "free.parquet")
    one, two = (pyarrow.parquet.read_table(tmp_path / f"{n}.parquet") for n in ("bound", "free"))
    assert one.equals(two)
    assert one["line_id"].to_pylist() == [f"L{n}" for n in range(100_000)]
    assert pa.compute.sum(one["total"]).as_py() == free.totals["total"]
