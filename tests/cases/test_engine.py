"""One expression, two engines: Spark gives what DuckDB gives."""

import os
import random
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from entente.accord.text import read
from entente.cases.claims import table_of
from entente.cases.engine import spark_lacks
from entente.cases.responsibility import responsible

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


@pytest.mark.slow
def test_spark_answers_as_duckdb_does() -> None:
    accord = read(str(ISLAND))
    claims = table_of(some_claims(300))
    here = responsible(claims, accord)
    there = responsible(claims, accord, backend="spark")
    assert there.to_pylist() == here.to_pylist()
    assert len(set(here["state"].to_pylist())) > 4
