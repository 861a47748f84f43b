"""What customs makes of an entry: ordinary duty, dates, zones, chapter 98, fees, rounding."""

from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet
from lines_of import known, priced, written

from entente.cases.lines.duty import duty
from entente.cases.lines.table import EntryTable

ORDERS = "us-ieepa-2025-26"
LINE = {
    "entry_date": "2025-05-01", "origin": "DEU", "hts": "85443000", "value_usd": "10000",
    "preference": "none", "mode": "truck",
}  # fmt: skip


def numbered(lines):
    return [{"line_id": str(n)} | line for n, line in enumerate(lines)]


def column(folder, name, lines, *accords, **options):
    rows, _ = priced(folder, numbered(lines), *(accords or (ORDERS,)), **options)
    return [row[name] for row in rows]


def cents(*texts):
    return [None if text is None else Decimal(text) for text in texts]


def test_ordinary_duty_follows_the_column_of_the_origin_and_the_edition_of_the_day(tmp_path):
    claimed = {"preference": "USMCA", "origin": "MEX"}
    lines = [
        LINE,
        LINE | claimed,
        LINE | claimed | {"origin": "CHN"},
        LINE | {"origin": "CUB"},
        LINE | {"origin": "RUS"},
        LINE | {"origin": "RUS", "entry_date": "2022-04-08"},
        LINE | {"hts": "0102.29.40", "quantity": "200.4", "unit": "kg"},
        LINE | {"hts": "0402.29.50", "quantity": "200.40", "unit": "kg"},
        LINE | {"hts": "0402.29.50", "quantity": "200.40", "unit": "liter"},
        LINE | {"hts": "1701.13.50", "quantity": "1000", "unit": "kg"},
        LINE | {"base_rate_percent": "3.5"},
    ]
    rows, _ = priced(tmp_path, numbered(lines), ORDERS)
    assert [row["base_rate"] for row in rows] == [
        "5", "0", "5", "30", "30", "5", "0.01/kg", "1.104/kg+14.9", "1.104/kg+14.9", "0.3387/kg",
        "3.5",
    ]  # fmt: skip
    assert [row["base_duty"] for row in rows] == cents(
        "500.00", "0.00", "500.00", "3000.00", "3000.00", "500.00", "2.00", "1711.24", None,
        "338.70", "350.00",
    )  # fmt: skip


def test_a_rate_whose_text_no_formula_holds_is_unspecified_and_never_zero(tmp_path):
    lines = [LINE | {"hts": "1701.13.20", "quantity": "1000", "unit": "kg"}]
    rows, _ = priced(tmp_path, numbered(lines), ORDERS)
    assert [(row["base_duty"], row["total"], row["flags"]) for row in rows] == [
        (None, None, "base_rate_unspecified")
    ]


def test_the_date_that_fixes_the_rate_is_that_of_withdrawal_or_of_admission(tmp_path):
    line = LINE | {"origin": "CHN", "entry_date": "2025-02-01"}
    lines = [
        line,
        line | {"warehouse_withdrawal_date": "2025-04-01"},
        line | {"entry_date": "2025-04-01", "ftz_status": "privileged",
                "ftz_admission_date": "2025-02-10"},
        line | {"entry_date": "2025-04-01", "ftz_status": "nonprivileged",
                "ftz_admission_date": "2025-02-10"},
        line | {"ftz_status": "privileged"},
    ]  # fmt: skip
    assert column(tmp_path, "additional_rate", lines) == ["0", "20", "10", "20", "MISSING"]


def test_under_chapter_98_only_foreign_value_pays(tmp_path):
    line = LINE | {"origin": "CHN", "us_content_share": "0.6"}
    lines = [
        line | {"chapter98": "9802.00.80"},
        line | {"chapter98": "9802.00.50"},
        line | {"chapter98": "9802.00.80", "us_content_share": ""},
    ]
    rows, _ = priced(tmp_path, numbered(lines), ORDERS)
    found = [[row[name] for name in ("base_duty", "additional_duty", "fees")] for row in rows]
    assert found == [
        cents("200.00", "800.00", "32.71"), cents("200.00", "800.00", "0.00"),
        cents(None, None, None),
    ]  # fmt: skip
    assert "foreign_value_unknown" in rows[2]["flags"]


def test_the_processing_fee_is_within_the_limits_of_an_entry_and_shared_by_its_lines(tmp_path):
    line = LINE | {"entry_date": "2019-05-01"}
    lines = [line | {"entry": e, "value_usd": v} for e, v in
             (("A", "1000"), ("A", "2000"), ("B", "100000"), ("B", "50000.50"), ("", "1000"),
              ("C", "5000"), ("D", "0"), ("D", "0"))]  # fmt: skip
    lines[5] |= {"origin": "MEX", "preference": "NAFTA"}
    fees = column(tmp_path, "fees", lines)
    assert fees == cents("8.74", "17.48", "339.13", "169.57", "26.22", "0.00", "13.11", "13.11")
    lines = [line | {"mode": mode, "value_usd": "20000"} for mode in ("vessel", "air", "")]
    assert column(tmp_path, "fees", lines) == cents("94.28", "69.28", None)


def test_lines_at_one_rate_on_one_invoice_are_rounded_as_a_unit(tmp_path):
    line = LINE | {"invoice": "I", "value_usd": "100.40", "base_rate_percent": "100"}
    lines = [line, line, line | {"invoice": "J"}, line | {"origin": "CHN"}, line | {"invoice": ""}]
    duties = column(tmp_path, "base_duty", lines)
    assert duties == cents("100.00", "101.00", "100.00", "100.00", "100.00")


def test_a_shipment_of_small_value_is_told_while_it_could_enter_free(tmp_path):
    line = LINE | {"value_usd": "800"}
    lines = [
        line,
        line | {"value_usd": "800.01"},
        line | {"origin": "CHN"},
        line | {"origin": "CHN", "entry_date": "2025-05-02"},
        line | {"entry_date": "2025-08-29"},
    ]
    found = ["de_minimis" in flags for flags in column(tmp_path, "flags", lines)]
    assert found == [True, False, True, False, False]


def test_what_is_to_be_given_back_stands_beside_what_was_collected(tmp_path):
    line = LINE | {"origin": "MEX"}
    lines = [line, line | {"basis": "lawful"}, line | {"preference": "USMCA"}]
    rows, found = priced(tmp_path, numbered(lines), ORDERS)
    names = ("additional_duty", "lawful_duty", "refundable_duty")
    assert [[row[name] for name in names] for row in rows] == [
        cents("2500.00", "0.00", "2500.00"), cents("0.00", "0.00", "2500.00"),
        cents("0.00", "0.00", "0.00"),
    ]  # fmt: skip
    assert found.totals["refundable_duty"] == Decimal("5000.00")
    assert (found.totals["lines"], found.totals["unpriced"], found.lines) == (3, 0, 3)


def test_a_lines_own_choices_come_after_those_of_the_run(tmp_path):
    line = LINE | {"origin": "MEX", "entry_date": "2019-08-15"}
    lines = [line | {"choices": c} for c in ("", "alleviated=true", "alleviated@2019-09-01=true")]
    lines += [line | {"choices": "nonsense=1"}, line | {"choices": "alleviated=maybe"}]
    rows, found = priced(tmp_path, numbered(lines), "us-mexico-2019@2019-06-01")
    assert [row["additional_rate"] for row in rows] == ["15", "0", "15"]
    assert [problem.where.line for problem in found.rejected] == [5, 6]


def test_parquet_with_its_own_types_is_priced_as_text_is(tmp_path):
    lines = numbered(
        [
            LINE | {"quantity": str(n), "transshipped": "no", "value_usd": f"{n}.50"}
            for n in range(3)
        ]
        + [LINE | {"entry_date": "", "value_usd": "", "origin": ""}]
    )
    text = EntryTable.read(written(tmp_path, lines))
    typed = pa.table(
        {
            "line_id": pa.array(range(4), pa.int32()),
            "entry_date": pa.array(["2025-05-01"] * 3 + [None]).cast(pa.date32()),
            "origin": pa.array(["DEU"] * 3 + [None]).dictionary_encode(),
            "hts": pa.array([85443000] * 4, pa.int64()),
            "value_usd": pa.array([0.5, 1.5, 2.5, None], pa.float64()),
            "preference": pa.array([None] * 4, pa.string()),
            "mode": pa.array(["truck"] * 4),
            "quantity": pa.array([Decimal(n) for n in range(3)] + [None], pa.decimal128(9, 3)),
            "transshipped": pa.array([False] * 3 + [None]),
        }
    )
    pyarrow.parquet.write_table(typed, tmp_path / "lines.parquet")
    for other in (EntryTable.read(tmp_path / "lines.parquet"), EntryTable.of(typed)):
        one, two = (duty(table, [known(ORDERS)]) for table in (text, other))
        assert two.table.to_pyarrow().to_pylist() == one.table.to_pyarrow().to_pylist()


def test_what_is_written_as_parquet_is_what_is_written_as_csv(tmp_path):
    import csv

    _, found = priced(tmp_path, numbered([LINE, LINE | {"origin": ""}]), ORDERS)
    found.write(tmp_path / "out.parquet")
    found.write(tmp_path / "out.csv")
    parquet = pyarrow.parquet.read_table(tmp_path / "out.parquet").to_pylist()
    with (tmp_path / "out.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [{k: "" if v is None else str(v) for k, v in row.items()} for row in parquet] == rows
