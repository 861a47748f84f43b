"""What word for goods a tariff number says by itself."""

import csv
from functools import cache
from importlib.resources import files
from typing import Final

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
