"""The ordinary duty of the United States: two editions of its tariff, each with four columns."""

import csv
import gzip
import re
from datetime import date
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Final, NamedTuple

MICRO: Final = 1_000_000

EDITIONS: Final = ("2017", "2025")
COLUMNS: Final = ("general", "canada", "mexico", "column_2")
# Each edition serves the numbers of its nomenclature: that of 2022 is law from 27 January 2022
# (Proclamation 10326).
_SECOND_FROM: Final = date(2022, 1, 27)
UNSPECIFIED: Final = "?"

# General note 3(b), and Public Law 117-110 for Russia and Belarus.
_COLUMN_2: Final = {
    "CUB": date.min, "PRK": date.min, "RUS": date(2022, 4, 9), "BLR": date(2022, 4, 9),
}  # fmt: skip
DAYS: Final = (_SECOND_FROM, date(2022, 4, 9))
ORIGINS: Final = frozenset({"CAN", "MEX", *_COLUMN_2})

_FORMULA: Final = re.compile(r"(?:([\d.]+)/([a-z0-9_]+))?\+?([\d.]+)?")
_DATA: Final = files("entente") / "data"


class Rate(NamedTuple):
    """A rate of duty: millionths of a percent of the value, and millionths of a USD by a unit.

    `percent` is None where the rate is not known; `text` says it, empty where nothing is held and
    `?` where a text is held that no formula expresses.
    """

    percent: int | None
    dollars: int
    unit: str
    text: str


UNKNOWN: Final = Rate(None, 0, "", "")
FREE: Final = Rate(0, 0, "", "0")


@cache
def parsed(text: str) -> Rate:
    """Read a rate as the shipped table `base-rates` writes it.

    >>> parsed("0.01/kg+6.8")
    Rate(percent=6800000, dollars=10000, unit='kg', text='0.01/kg+6.8')
    """
    found = _FORMULA.fullmatch(text)
    if not text or found is None or not any(found.groups()):
        return Rate(None, 0, "", text)
    dollars, unit, percent = found.groups()
    amounts = [Decimal(part or 0) * MICRO for part in (percent, dollars)]
    if any(amount % 1 for amount in amounts):
        return Rate(None, 0, "", UNSPECIFIED)
    return Rate(int(amounts[0]), int(amounts[1]), unit or "", text)


@cache
def _tables() -> dict[str, dict[str, tuple[str, ...]]]:
    text = gzip.decompress((_DATA / "base_rates.csv.gz").read_bytes()).decode()
    found: dict[str, dict[str, tuple[str, ...]]] = {edition: {} for edition in EDITIONS}
    for row in csv.DictReader(text.splitlines()):
        found[row["edition"]][row["hts8"]] = tuple(row[column] for column in COLUMNS)
    return found


@cache
def _beginnings() -> frozenset[str]:
    """Return every tariff number of eight digits of any edition, and what numbers begin with."""
    numbers = {number for edition in _tables().values() for number in edition}
    return frozenset(number[:length] for number in numbers for length in (2, 4, 6, 8))


def strange_from(digits: str) -> int | None:
    """Return how many digits of a tariff number some edition has; None where it has them all.

    The last two of ten are statistical: they change each year, and no duty rests on them.

    >>> strange_from("8544300099"), strange_from("85449900"), strange_from("77010000")
    (None, 4, 0)
    """
    whole = min(len(digits), 8)
    lengths = range(whole, 0, -2)
    found = next((n for n in lengths if digits[:n] in _beginnings()), 0)
    return None if found == whole else found


def column_of(origin: str | None, claimed: bool, day: date) -> int | None:
    """Return the number of the tariff's column for goods: edition * 4 + column.

    None where the origin is not known and may decide.

    >>> column_of("MEX", True, date(2019, 8, 15))
    2
    """
    edition = len(COLUMNS) * (day >= _SECOND_FROM)
    if origin is None:
        return edition
    if claimed and origin in ("CAN", "MEX"):
        return edition + (1 if origin == "CAN" else 2)
    return edition + (3 if day >= _COLUMN_2.get(origin, date.max) else 0)


def rate_of(digits: str | None, column: int) -> tuple[Rate, bool]:
    """Return the rate in a numbered column for a tariff number, and whether it is a preference.

    Goods that originate are free where the tariff at hand does not hold their number.

    >>> rate_of("8544300000", 0)[0].text, rate_of("8544300000", 2)[0].text
    ('5', '0')
    """
    edition, place = divmod(column, len(COLUMNS))
    preferred = place in (1, 2)
    rates = None if digits is None else _tables()[EDITIONS[edition]].get(digits[:8])
    if rates is None or not rates[0]:
        return (FREE, True) if preferred else (UNKNOWN, False)
    return parsed(rates[place]), preferred and rates[place] != rates[0]
