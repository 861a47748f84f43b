"""Reading tables of claims: every bad row and field told, good rows kept."""

import gzip
import json
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet
import pytest
from click.testing import CliRunner

from entente.cases.claims.cells import NEVER
from entente.cases.claims.table import read_claims
from entente.cli.responsible import command
from entente.problems import InputProblemsError


def read_text(folder: Path, text: str) -> tuple[list[dict[str, object]], list[str]]:
    path = folder / "claims.csv"
    path.write_text(text, encoding="utf-8")
    found = read_claims(path)
    table = found.table.drop_columns(["row"]).to_pylist()
    return table, [f"{p.where.line} {p.code} {p.clause}" for p in found.problems]


def test_cells_are_read_by_their_kind(tmp_path: Path) -> None:
    rows, problems = read_text(
        tmp_path,
        "claim_id,age,married,family_state,hit_date,claims_in,nationality,visa_expiry\n"
        "a,17,no,DEU;FRA,none,DEU:2015-01-02;FRA:2016-01-02,stateless,2015-02-01\n"
        "b,,,none,,,NOR,none\n",
    )
    assert not problems
    assert rows[0] == {
        "claim_id": "a", "age": 17.0, "married": False, "family_state": ["DEU", "FRA"],
        "hit_date": NEVER, "claims_in": ["DEU", "FRA"],
        "claimed_on": [date(2015, 1, 2), date(2016, 1, 2)], "nationality": "stateless",
        "visa_expiry": [date(2015, 2, 1)],
    }  # fmt: skip
    assert rows[1]["age"] is None
    assert rows[1]["family_state"] == []
    assert rows[1]["hit_date"] is None


def test_every_bad_row_and_field_is_told_and_good_rows_stay(tmp_path: Path) -> None:
    rows, problems = read_text(
        tmp_path,
        "claim_id,age,nationality,married,family_state,family_age,place\n"
        "good,17,GTM,no,none,none,US-TX\n"
        "bad,old,GTX,perhaps,DEU;FRA,30,US-XX\n"
        "short,17\n"
        ",17,GTM,no,none,none,US-TX\n"
        "good,18,GTM,no,none,none,US-TX\n",
    )
    assert [row["claim_id"] for row in rows] == ["good"]
    assert sorted(problems) == [
        "3 E111 age", "3 E111 family_age", "3 E111 married", "3 E111 nationality",
        "3 E111 place", "4 E102 ", "5 E102 claim_id", "6 E100 claim_id",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("header", "code"),
    [("claim_id,agee", "E101"), ("age", "E102"), ("claim_id,age,age", "E100"), ("", "E102")],
)
def test_a_wrong_header_stops_the_reading(tmp_path: Path, header: str, code: str) -> None:
    with pytest.raises(InputProblemsError, match=code):
        read_text(tmp_path, f"{header}\n")


def test_the_crossing_and_the_days_since_must_agree(tmp_path: Path) -> None:
    head = "claim_id,application_date,crossing_date,days_since_crossing\n"
    rows, problems = read_text(
        tmp_path, head + "a,2023-04-10,2023-04-01,\nb,2023-04-10,,9\nc,2023-04-10,2023-04-01,8\n"
    )
    assert problems == ["4 E111 days_since_crossing"]
    assert [(row["crossing_date"], row["days_since_crossing"]) for row in rows] == [
        (date(2023, 4, 1), 9.0)
    ] * 2


def test_lines_count_through_rows_that_are_skipped(tmp_path: Path) -> None:
    _, problems = read_text(tmp_path, "claim_id,age\na,1,2\n\nb,x\n")
    assert problems == ["2 E102 ", "4 E111 age"]


def test_gzip_and_parquet_give_the_same_claims(tmp_path: Path) -> None:
    text = "claim_id,age,transited,application_date\na,17,MEX;GTM,2019-08-01\nb,,none,\n"
    expected, _ = read_text(tmp_path, text)
    packed, columns = tmp_path / "claims.csv.gz", tmp_path / "claims.parquet"
    packed.write_bytes(gzip.compress(text.encode()))
    table = {
        "claim_id": ["a", "b"], "age": [17, None], "transited": [["MEX", "GTM"], []],
        "application_date": [date(2019, 8, 1), None],
    }  # fmt: skip
    pyarrow.parquet.write_table(pa.table(table), columns)
    for path in (packed, columns):
        found = read_claims(path)
        assert not found.problems
        assert found.table.drop_columns(["row"]).to_pylist() == expected


def test_the_verb_answers_good_rows_and_fails_for_bad_ones(tmp_path: Path) -> None:
    claims, out = tmp_path / "claims.csv", tmp_path / "out.csv"
    head = "claim_id,application_date,place,transited,protection_denied_in,trafficking_victim\n"
    claims.write_text(
        head + "a,2019-10-01,US-TX,MEX,none,no\nb,never,US-TX,MEX,none,no\n", encoding="utf-8"
    )
    done = CliRunner().invoke(
        command, [str(claims), "--accord", "us-mexico-2019", "--out", str(out)]
    )
    assert isinstance(done.exception, InputProblemsError)
    assert done.exception.exit_code == 3
    lines = out.read_text(encoding="utf-8").splitlines()
    names = ["claim_id", "state", "clause", "rule", "citation", "flags", "readings", "why"]
    assert [json.loads(name) for name in lines[0].split(",")] == names
    assert len(lines) == 2
    assert lines[1].startswith('"a","BARRED","transit_bar","transited"')
