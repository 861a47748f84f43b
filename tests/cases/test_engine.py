"""One expression, two engines: Spark gives what DuckDB gives."""

import os
import random
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet
import pytest
from lines_of import known, written
from test_ledgers_of_any_size import HEADS, VERBS, asked, folder_of
from test_stca import random_claim

from entente.accord.text import read
from entente.cases.claims.responsibility import responsible
from entente.cases.claims.table import table_of
from entente.cases.engine import spark_lacks
from entente.cases.lines.duty import duty
from entente.cases.lines.table import EntryTable

LACKS = spark_lacks()
pytestmark = [
    pytest.mark.skipif(
        bool(LACKS) and os.environ.get("ENTENTE_REQUIRE_ALL") != "1", reason=LACKS or "here"
    ),
    # Spark's gateway leaves its sockets to the end of the process.
    pytest.mark.filterwarnings(
        "ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"
    ),
]
ISLAND = Path(__file__).parent / "island.toml"


def some_claims(count: int) -> list[dict[str, Any]]:
    luck = random.Random(3)

    def day() -> date | None:
        return luck.choice([None, date(2030, 1, 1) + timedelta(days=luck.randrange(700))])

    return [
        {
            "claim_id": f"c{number}",
            "application_date": day(), "asked_on": day(), "request_date": day(),
            "reply_date": luck.choice([day(), date(9000, 1, 1)]), "entry_date": day(),
            "entry_state": luck.choice([None, "GRC", "FRA", "DEU", "none"]),
            "entry_mode": luck.choice([None, "sea", "land"]),
            "lodged_state": luck.choice(["DEU", "FRA"]),
            "requested_state": luck.choice([None, "GRC", "FRA"]),
            "family_state": luck.choice([None, [], ["DEU"], ["FRA", "DEU"]]),
            "age": luck.choice([None, 9.0, 30.0]),
            "married": luck.choice([None, True, False]),
            "trafficking_victim": luck.choice([False, False, True]),
            "place": luck.choice([None, "DE-BE", "DE-BY", "FR-NOR"]),
        }
        for number in range(count)
    ]  # fmt: skip


def ledgers() -> dict[str, list[dict[str, Any]]]:
    luck = random.Random(5)
    claims = [{"claim_id": str(number), **random_claim(luck)} for number in range(100)]
    for claim in claims[::3]:
        claim[luck.choice(sorted(claim.keys() - {"claim_id"}))] = None
    return {str(ISLAND): some_claims(300), "canada-us-stca": claims}


@pytest.mark.slow
@pytest.mark.parametrize("name", [str(ISLAND), "canada-us-stca"])
def test_spark_answers_as_duckdb_does(name: str) -> None:
    accord, claims = read(name), table_of(ledgers()[name])
    here = responsible(claims, accord).arrow()
    there = responsible(claims, accord, backend="spark").arrow()
    assert there.to_pylist() == here.to_pylist()
    assert len(set(here["state"].to_pylist())) > 2


@pytest.mark.slow
def test_spark_prices_and_refuses_lines_as_duckdb_does(tmp_path: Path) -> None:
    line = {
        "origin": "MEX", "hts": "8544.30.00", "value_usd": "48210.37", "mode": "truck",
        "quantity": "3.5", "unit": "kg", "entry": "A", "entry_date": "2025-06-01",
    }  # fmt: skip
    changes = [
        {"line_id": "z"}, {"line_id": "a", "entry_date": "2025-03-04"}, {"hts": "702.00.20"},
        {"value_usd": "0.49"}, {"origin": "CHN", "entry": ""}, {"hts": "8.5E+09"},
        {"hts": "0102.29.40"}, {"value_usd": "-1"}, {"mode": ""}, {"preference": "USMCA"},
        {"line_id": ""}, {"entry_date": "2026-02-24T00:00:30"}, {"value_usd": "99999999.995"},
    ]  # fmt: skip
    lines = [line | {"line_id": str(n)} | change for n, change in enumerate(changes)]
    file = written(tmp_path, lines)
    with file.open("a") as more:
        more.write("too,few,cells\n")
    one, two = (
        duty(EntryTable.read(file, backend), [known("us-ieepa-2025-26")])
        for backend in ("duckdb", "spark")
    )
    there = two.source.store.arrow(two.table).to_pylist()
    assert there == one.source.store.arrow(one.table).to_pylist()
    assert len(there) == 10
    assert (two.rejected, two.warnings) == (one.rejected, one.warnings)
    two.write(tmp_path / "spark.csv")
    one.write(tmp_path / "duckdb.csv")
    assert (tmp_path / "spark.csv").read_bytes() == (tmp_path / "duckdb.csv").read_bytes()


@pytest.mark.slow
@pytest.mark.parametrize("verb", VERBS)
def test_spark_reads_a_folder_as_duckdb_does(tmp_path: Path, verb: str) -> None:
    folder, names = folder_of(tmp_path / "ledger", verb, 40), HEADS[verb].split(",")
    some = pyarrow.parquet.read_table(folder / "1.parquet").slice(3, 3)
    pyarrow.parquet.write_table(some, folder / "5.parquet")
    day = {"duty": "entry_date", "responsible": "application_date"}[verb]
    bad = some.to_pylist()[0] | {names[0]: "bad", day: "2019-02-30"}
    pyarrow.parquet.write_table(pa.Table.from_pylist([bad]), folder / "6.parquet")
    here, written = asked(verb, folder)
    there, same = asked(verb, folder, "--backend", "spark")
    assert same == written
    assert str(there.exception) == str(here.exception)
    assert there.stderr == here.stderr
    assert "6.parquet:1: " in (str(here.exception) + here.stderr)
