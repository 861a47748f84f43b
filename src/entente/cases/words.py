"""What a tariff number says by itself: a word for the goods, and the ordinary duty."""

import csv
import gzip
from functools import cache
from importlib.resources import files
from typing import Final

from entente.cases.lines import micro_percent

OTHER: Final = "other"
_DATA: Final = files("entente") / "data"


@cache
def words() -> dict[str, str]:
    """Map tariff prefixes to words for goods, from the shipped table `goods-words`."""
    table = (_DATA / "goods_words.csv").read_text("utf-8")
    return {row["prefix"]: row["goods"] for row in csv.DictReader(table.splitlines())}


@cache
def _begun() -> frozenset[str]:
    """Return the beginnings of prefixes: numbers too short to tell."""
    return frozenset(prefix[:n] for prefix in words() for n in range(1, len(prefix)))


def word_of(digits: str) -> str | None:
    """Return the word for a tariff number, `other`, or None where it is too short to tell.

    >>> word_of("3104200000"), word_of("8544300000"), word_of("3104")
    ('potash', 'other', None)
    """
    lengths = range(len(digits), 1, -1)
    found = next((words()[digits[:n]] for n in lengths if digits[:n] in words()), None)
    return found or (None if digits in _begun() else OTHER)


@cache
def _rates() -> dict[str, int]:
    table = gzip.decompress((_DATA / "base_rates.csv.gz").read_bytes()).decode()
    rows = csv.DictReader(table.splitlines())
    return {row["hts8"]: micro_percent(row["percent"]) for row in rows}


def base_rate(digits: str) -> int | None:
    """Return the ordinary duty in millionths of a percent by the shipped table `base-rates`.

    None where the table does not hold the number, as for duties by quantity.

    >>> base_rate("8544300000")
    5000000
    """
    return _rates().get(digits[:8])
