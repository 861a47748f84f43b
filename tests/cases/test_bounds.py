"""What a Parquet file proves of its columns is not asked of its rows, nor believed wrongly."""

from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from lines_of import known

from entente.cases.lines.bounds import bounds_of
from entente.cases.lines.duty import duty
from entente.cases.lines.table import EntryTable

GOOD = [("L1", "100.00"), ("L2", None), ("L3", "2500000.37")]
ODD = {
    "a value below 0": ("L4", "-0.01"),
    "a value too large": ("L4", "10000000000.00"),
    "no line_id": (None, "5.00"),
    "an empty line_id": ("", "5.00"),
    "a line_id of spaces": ("  ", "5.00"),
}


def file_of(folder, rows, **options):
    ids, values = zip(*rows, strict=True)
    dollars = [None if value is None else Decimal(value) for value in values]
    table = {
        "line_id": pa.array(ids, pa.string()),
        "hts": pa.array(["85443000"] * len(rows)),
        "origin": pa.array(["MEX"] * len(rows)),
        "entry_date": pa.array(["2019-06-15"] * len(rows)),
        "value_usd": pa.array(dollars, pa.decimal128(18, 2)),
    }
    pq.write_table(pa.table(table), folder / "lines.parquet", **options)
    return folder / "lines.parquet"


def priced(file):
    return duty(EntryTable.read(file), [known("us-mexico-2019")])


def test_bounds_are_the_least_and_the_greatest_of_every_group_of_rows(tmp_path):
    found = bounds_of([file_of(tmp_path, GOOD, row_group_size=1)])
    assert found["value_usd"] == (Decimal("100.00"), Decimal("2500000.37"), 1)
    assert found["line_id"] == ("L1", "L3", 0)


def test_a_file_that_proves_nothing_has_no_bounds(tmp_path):
    assert bounds_of([file_of(tmp_path, GOOD, write_statistics=False)]) == {}


@pytest.mark.parametrize("odd", ODD)
def test_a_row_that_breaks_the_bounds_is_refused_and_the_others_are_priced(tmp_path, odd):
    found = priced(file_of(tmp_path, [*GOOD, ODD[odd]]))
    assert (len(found.rejected), found.totals["lines"]) == (1, 3)


def test_lines_cost_the_same_whether_the_file_proves_its_columns_or_not(tmp_path):
    proved = priced(file_of(tmp_path, GOOD)).arrow()
    asked = priced(file_of(tmp_path, GOOD, write_statistics=False)).arrow()
    assert proved.equals(asked)
