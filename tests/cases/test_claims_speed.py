"""Benchmark of answering claims under Dublin III, every fact of each drawn at random."""

import random
from typing import Any

import numpy as np
import pyarrow as pa
from test_dublin import random_claim

from entente.accord.text import read
from entente.cases.claims.responsibility import responsible
from entente.cases.claims.table import table_of

CLAIMS = 1_000_000
DRAWN = 10_000


def many(count: int) -> Any:
    """Repeat random claims in random order, each under its own number."""
    luck = random.Random(604)
    drawn = table_of([{"claim_id": str(n)} | random_claim(luck) for n in range(DRAWN)])
    numbers = pa.array(np.arange(count))
    claims = drawn.take(pa.array(np.random.default_rng(604).integers(0, DRAWN, count)))
    for name, values in (("row", numbers), ("claim_id", numbers.cast(pa.string()))):
        claims = claims.set_column(claims.column_names.index(name), name, values)
    return claims


def test_answer_a_million_claims(benchmark: Any) -> None:
    claims, accord = many(CLAIMS), read("dublin-iii")
    answers = benchmark.pedantic(lambda: responsible(claims, accord).arrow(), rounds=1)
    assert answers["claim_id"].equals(claims["claim_id"])
