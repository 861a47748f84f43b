"""Entry lines are priced to the cent, and what nobody wrote is flagged and never guessed."""

import csv
from datetime import date, timedelta
from decimal import Decimal

import pytest
from click.testing import CliRunner
from lines_of import priced, written

from entente.cases.lines.columns import READERS, Unreadable, hts
from entente.cases.lines.table import EntryTable
from entente.cli.duty import command

WIRING = {
    "line_id": "a", "entry_date": "2019-08-15", "origin": "MX", "hts": "8544.30.00",
    "value_usd": "48210.37", "base_rate_percent": "5", "preference": "none", "mode": "truck",
}  # fmt: skip
THREATENED = "us-mexico-2019@2019-06-01"
ORDERS = "us-ieepa-2025-26"


def amounts(row):
    return tuple(row[c] for c in ("base_duty", "additional_duty", "fees", "total"))


def cents(*texts):
    return tuple(map(Decimal, texts))


def test_the_worked_line_comes_out_to_the_cent_in_its_three_columns(tmp_path):
    claimed = WIRING | {"preference": "NAFTA"}
    (plain,), _ = priced(tmp_path, [WIRING], THREATENED)
    assert amounts(plain) == cents("2410.50", "7231.50", "167.00", "9809.00")
    (due,), _ = priced(tmp_path, [claimed], THREATENED, choose=["preset=as-announced-2019"])
    assert amounts(due) == cents("0.00", "7231.50", "0.00", "7231.50")
    (lifted,), _ = priced(tmp_path, [claimed], THREATENED, choose=["preset=terms-of-2025"])
    assert amounts(lifted) == cents("0.00", "0.00", "0.00", "0.00")


def test_a_term_that_nobody_wrote_flags_only_the_line_that_it_decides(tmp_path):
    lines = [WIRING, WIRING | {"preference": "USMCA"}]
    (plain, claimed), _ = priced(tmp_path, lines, THREATENED)
    assert (plain["additional_rate"], plain["flags"]) == ("15", "")
    assert (claimed["additional_rate"], claimed["flags"]) == ("FLAG", "unspecified")
    assert claimed["total"] is None
    assert claimed["readings"] == "preference_lifts_added = yes: 0; preference_lifts_added = no: 15"
    (known,), _ = priced(tmp_path, [lines[1]], "us-mexico-2019")
    assert (known["additional_rate"], known["flags"]) == ("0", "")


def test_what_was_collected_and_is_not_lawful_is_refundable(tmp_path):
    line = {"line_id": "a", "origin": "MEX", "entry_date": "2025-06-01", "hts": "87032301"}
    (later, before), _ = priced(tmp_path, [line, line | {"as_of": "2025-12-31"}], ORDERS)
    assert (later["additional_rate"], later["lawful_rate"]) == ("25", "0")
    assert "refundable" in later["flags"]
    assert (before["additional_rate"], before["lawful_rate"]) == ("25", "25")


def test_a_day_whose_rate_changes_inside_answers_both_values(tmp_path):
    day = {"line_id": "a", "origin": "CHN", "entry_date": "2026-07-24", "hts": "87032301"}
    lines = [day, *(day | {"entry_date": f"2026-07-24T{t}"} for t in ("00:00:59", "00:01:00"))]
    rows, _ = priced(tmp_path, lines, ORDERS)
    assert [row["additional_rate"] for row in rows] == ["FLAG", "10", "0"]
    assert "time_of_day" in rows[0]["flags"]
    assert rows[0]["readings"] == "at 00:00: 10; at 00:01: 0"


def test_an_offset_is_put_on_the_accords_own_clock(tmp_path):
    line = {"line_id": "a", "origin": "CHN", "hts": "87032301"}
    times = ("2026-07-24T04:00:59+00:00", "2026-07-24T04:01:00Z")
    rows, _ = priced(tmp_path, [line | {"entry_date": t} for t in times], ORDERS)
    assert [row["additional_rate"] for row in rows] == ["10", "0"]


def test_the_unit_that_reaches_a_quota_is_inside_it(tmp_path):
    line = {"line_id": "a", "origin": "KOR", "entry_date": "2018-05-01", "goods": "washer"}
    counts = ("1199999", "1200000", "1200001", "")
    rows, _ = priced(tmp_path, [line | {"quantity": n} for n in counts], "us-washers-2018")
    assert [row["additional_rate"] for row in rows] == ["20", "20", "50", "MISSING"]
    assert rows[-1]["why"] == "quantity is not known"


def test_goods_are_read_from_the_tariff_number_where_no_word_is_given(tmp_path):
    line = {"line_id": "a", "origin": "CAN", "entry_date": "2025-05-01"}
    lines = [line | {"hts": number} for number in ("2709.00.20", "8703.23.01", "3104")]
    rows, _ = priced(tmp_path, lines, ORDERS)
    assert [row["additional_rate"] for row in rows] == ["10", "25", "MISSING"]


def test_a_fact_counts_as_missing_only_where_it_decides(tmp_path):
    line = {"line_id": "a", "origin": "CAN", "entry_date": "2025-05-01", "hts": ""}
    lines = [line, line | {"preference": "USMCA"}, line | {"origin": ""}]
    rows, _ = priced(tmp_path, lines, ORDERS)
    assert [row["additional_rate"] for row in rows] == ["MISSING", "0", "MISSING"]


def test_an_ordinary_duty_that_is_not_known_is_never_zero(tmp_path):
    line = {key: value for key, value in WIRING.items() if key != "base_rate_percent"}
    lines = [line, line | {"hts": "0102.29.40"}, line | {"hts": "8541.42.00"}]  # HTS of 2022
    rows, _ = priced(tmp_path, lines, THREATENED)
    assert [row["base_rate"] for row in rows] == ["5", "0.01/kg", None]
    assert [row["total"] for row in rows] == [Decimal("9809.00"), None, None]
    assert [row["flags"] for row in rows] == ["", "quantity_unknown", "base_rate_unknown"]


def test_bad_rows_are_listed_and_good_ones_priced(tmp_path):
    bad = WIRING | {"line_id": "b", "value_usd": "-3", "origin": "XX", "entry_date": "15/08/2019"}
    lines = written(tmp_path, [WIRING, bad, WIRING | {"line_id": "=1+1", "hts": "702.00.20"}])
    out = tmp_path / "out.csv"
    done = CliRunner().invoke(command, [str(lines), "--accord", THREATENED, "--out", str(out)])
    assert done.exit_code == 3
    for said in (":3: E301 value_usd", ":3: E301 origin", ":3: E301 entry_date", ":4: W301 hts"):
        assert said in done.stderr
    rows = list(csv.DictReader(out.read_text().splitlines()))
    assert [row["line_id"] for row in rows] == ["a", "'=1+1"]


def test_what_spreadsheets_do_to_a_file_is_told_by_row_and_field(tmp_path):
    damaged = [
        WIRING,
        WIRING | {"hts": "8.54E+09"},
        WIRING | {"entry_date": "43692"},
        WIRING | {"entry_date": "2019-02-30"},
        WIRING | {"value_usd": "NaN"},
        WIRING | {"hts": "99999999", "base_rate_percent": ""},
        WIRING | {"line_id": "\tx"},
        WIRING | {"line_id": "\uff1dSUM(A1)"},
        WIRING | {"line_id": "@x"},
    ]
    lines, out = written(tmp_path, damaged), tmp_path / "out.csv"
    with lines.open("ab") as file:
        file.write(b"too,few\ncaf\xe9,2019-08-15,MX,85443000,1,5,none,truck\n")
    done = CliRunner().invoke(command, [str(lines), "--accord", THREATENED, "--out", str(out)])
    assert done.exit_code == 3
    told = [line.removeprefix(f"{lines}:").partition(";")[0] for line in done.stderr.splitlines()]
    told = [line for line in told if "W302" not in line]  # many are named alike
    assert told[:6] == [
        "3: E301 hts: a spreadsheet has turned a tariff number into 8.54E+09",
        "4: E301 entry_date: '43692' is a spreadsheet's number for a date",
        "5: E301 entry_date: '2019-02-30' is no date",
        "6: E301 value_usd: 'NaN' is no value",
        "7: E301 hts: no tariff number of the editions held (2017, 2025) is 99999999",
        "11: E301 the row has 2 cells, not 8",
    ]
    assert told[6] == "12: E301 line_id: the cell is not UTF-8"
    assert "write 2019-08-15" in done.stderr
    with out.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["line_id"] for row in rows] == ["a", "'\tx", "'\uff1dSUM(A1)", "'@x"]
    assert all(not (cell or "").startswith(tuple("=+-@\t\r")) for r in rows for cell in r.values())


def test_a_tariff_number_that_no_edition_has_needs_a_rate_of_its_own(tmp_path):
    free = {key: value for key, value in WIRING.items() if key != "base_rate_percent"}
    numbers = ("8544.30.0099", "8544", "8541.40.60", "8544.30.77", "7701.00.00", "9801.00.10")
    lines = [WIRING | {"hts": "8544.30.77", "line_id": "rated"}]
    lines += [free | {"hts": number, "line_id": number} for number in numbers]
    rows, found = priced(tmp_path, lines, THREATENED)
    assert [row["line_id"] for row in rows] == ["rated", *numbers[:3], "9801.00.10"]
    said = [(problem.where.line, problem.clause) for problem in found.rejected]
    assert said == [(6, "hts"), (7, "hts")]
    assert "some begin with 854430" in found.rejected[0].message


def test_of_very_many_bad_rows_the_first_are_listed_and_all_counted(tmp_path, monkeypatch):
    monkeypatch.setattr("entente.cases.lines.table.MOST_LISTED", 2)
    lines = [WIRING, *[WIRING | {"origin": "XX", "value_usd": "-1"}] * 5]
    rows, found = priced(tmp_path, lines, THREATENED)
    assert (len(rows), found.refused) == (1, 5)
    told = [(p.where.line, p.clause, "2 more" in p.message) for p in found.rejected]
    for field in ("origin", "value_usd"):
        listed = [(line, more) for line, name, more in told if name == field]
        assert listed == [(3, False), (4, False), (5, True)]


@pytest.mark.parametrize("rows", [[], [WIRING | {"entry_date": "2019-02-30", "hts": "8.5E+09"}]])
def test_a_file_without_a_good_row_gives_a_header_alone(tmp_path, rows):
    lines, out = written(tmp_path, [WIRING, *rows]), tmp_path / "out.csv"
    text = lines.read_text().splitlines(keepends=True)
    lines.write_text("".join([text[0], *text[2:]]))
    asked = [str(lines), "--accord", THREATENED, "--out", str(out), "--exposure"]
    asked += [str(tmp_path / "exposure.csv"), "--realised", str(tmp_path / "realised.csv")]
    done = CliRunner().invoke(command, asked)
    assert done.exit_code == (3 if rows else 0), done.exception
    assert "no line could be priced" in done.stdout
    assert done.stderr.count("E301") == 2 * len(rows)
    assert out.read_text().startswith("line_id,base_rate,")
    assert out.read_text().count("\n") == 1


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        ("line_id,hts\na,8544\n".encode("utf-16"), "save it as CSV in UTF-8"),
        (b"line_id;hts\na;8544\n", "split by semicolons"),
        (b"line_id\ths\na\t8544\n", "split by tabs"),
        (b"", "the column is missing"),
    ],
)
def test_a_file_that_is_no_csv_is_refused_with_a_way_to_mend_it(tmp_path, raw, told):
    from entente.problems import InputProblemsError

    path = tmp_path / "lines.csv"
    path.write_bytes(raw)
    with pytest.raises(InputProblemsError) as refused:
        EntryTable.read(path)
    assert told in str(refused.value.problems[0])


def test_goods_on_the_list_of_section_122_are_free_of_it_and_aircraft_parts_by_their_use(tmp_path):
    line = {"line_id": "a", "origin": "BRA", "entry_date": "2026-03-05", "mode": "vessel"}
    asked = [
        {"hts": "0901.11.00"}, {"hts": "8544.30.00"},
        {"hts": "8544.30.00", "choices": "civil_aircraft=true"},
        {"hts": "0901.11.00", "entry_date": "2026-02-01", "origin": "MEX"},
        {"hts": ""}, {"hts": "", "goods": "other"},
    ]  # fmt: skip
    rows, _ = priced(tmp_path, [line | {"choices": ""} | more for more in asked], ORDERS)
    assert [row["additional_rate"] for row in rows] == ["0", "10", "0", "25", "MISSING", "10"]
    assert rows[4]["why"] == "hts is not known"


def test_an_unknown_column_stops_with_the_nearest_known_one(tmp_path):
    from entente.problems import InputProblemsError

    with pytest.raises(InputProblemsError, match="did you mean 'origin'"):
        EntryTable.read(written(tmp_path, [{"line_id": "a", "orign": "MX"}]))


@pytest.mark.parametrize("text", ["8544.3", "85443000.0", "8544.30.00.000", "x", "12345678901"])
def test_a_number_that_a_spreadsheet_has_bent_is_not_guessed(text):
    with pytest.raises(Unreadable):
        hts(text)


@pytest.mark.parametrize("column", sorted(set(READERS) - {"choices"}))
def test_no_cell_is_read_from_nonsense(column):
    with pytest.raises(Unreadable):
        READERS[column]("?!")


def test_every_day_answers_as_its_first_and_last_instant_do(tmp_path):
    line = {"line_id": "a", "origin": "CAN", "hts": "87032301", "transshipped": "no"}
    days = [date(2025, 7, 30) + timedelta(days=n) for n in range(4)]
    texts = [t for d in days for t in (f"{d}", f"{d}T00:00:00", f"{d}T23:59:59")]
    rows, _ = priced(tmp_path, [line | {"entry_date": t} for t in texts], ORDERS)
    for whole, first, last in zip(rows[::3], rows[1::3], rows[2::3], strict=True):
        same = first["additional_rate"] == last["additional_rate"]
        assert whole["additional_rate"] == (first["additional_rate"] if same else "FLAG")
