"""Entry lines as people hand them in: a file's columns, and how each cell is read.

Every cell arrives as text. A reader gives what the cell means, or None where it is empty (not
known); `Unreadable` says what is wrong with it, and the row is rejected.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final, NamedTuple, TypeAlias, final

from entente.accord.calendar import local
from entente.cases.customs.treatment import FOREIGN_VALUE
from entente.places import alpha3_of_alpha2, countries

MICRO: Final = 1_000_000  # rates are integers, in millionths of one percent
MOST_PERCENT: Final = 900  # so that dollars times millionths of a percent stay below 2 ** 63
MOST_USD: Final = 10**10

NONE: Final = "none"
PREFERENCES: Final = ("NAFTA", "USMCA", NONE)
MODES: Final = ("vessel", "air", "rail", "truck", "pipeline")
BASES: Final = ("collected", "lawful")
ZONES: Final = ("privileged", "nonprivileged", NONE)
UNITS: Final = (
    "no", "kg", "clean_kg", "liter", "pf_liter", "bbl", "m2", "m3", "t", "doz", "pr", "gross",
    "thousand",
)  # fmt: skip

_TRUTHS: Final = {"yes": True, "true": True, "no": False, "false": False}
_HTS: Final = re.compile(r"\d{3,4}(\.\d\d){0,3}|\d{3,4}\.\d\d(\.\d{4}|\.?\d{4})|\d{1,10}")
_RATE: Final = re.compile(r"\d{1,3}(\.\d{1,6})?")
_NUMBER: Final = re.compile(r"\d{1,15}(\.\d{1,9})?")
_SHARE: Final = re.compile(r"0?\.\d{1,4}|[01](\.0{1,4})?")
_WORD: Final = re.compile(r"[A-Za-z][\w-]*")
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")
_SCIENTIFIC: Final = re.compile(r"\d([.,]\d+)?[eE]\+?\d{1,2}")
_SERIAL: Final = re.compile(r"[1-6]\d{4}(\.0+)?")
_LENGTHS: Final = (2, 4, 6, 8, 10)


@final
class Unreadable(ValueError):  # noqa: N818 - says what a cell is, and becomes a Problem
    """A cell that cannot be read: what it is, and how to mend it."""

    def __init__(self, message: str, mend: str = "") -> None:
        super().__init__(message)
        self.message, self.mend = message, mend


class Goods(NamedTuple):
    """A tariff number: its digits, and whether a leading zero had been lost."""

    digits: str
    mended: bool


When: TypeAlias = date | datetime
Reader: TypeAlias = Callable[[str], Any]


def hts(text: str) -> Goods:
    """Read a tariff number of two to ten digits, with or without dots.

    >>> hts("702.00.20")
    Goods(digits='07020020', mended=True)
    """
    if _SCIENTIFIC.fullmatch(text):
        said = f"a spreadsheet has turned a tariff number into {text}; its digits are lost"
        raise Unreadable(said, "take it from the source again, kept as text")
    if not _HTS.fullmatch(text):
        raise Unreadable(f"'{text}' is no tariff number", "write it as text, as in 8544.30.00")
    digits = text.replace(".", "")
    lost = len(text.partition(".")[0]) == 3 if "." in text else len(digits) % 2 == 1
    digits = f"0{digits}" if lost else digits
    if len(digits) not in _LENGTHS:
        raise Unreadable(f"'{text}' has {len(digits)} digits", "give 2, 4, 6, 8 or 10")
    return Goods(digits, lost)


def country(text: str) -> str:
    """Read a country as alpha-3 or alpha-2, giving alpha-3.

    >>> country("mx")
    'MEX'
    """
    found = alpha3_of_alpha2().get(text.upper(), text.upper())
    if found not in countries():
        raise Unreadable(f"'{text}' is no country", "write an ISO 3166-1 code, as in MEX or MX")
    return found


def moment(text: str) -> When:
    """Read a day, or an instant with or without an offset; a day is all of that day."""
    try:
        if _DAY.fullmatch(text):
            return date.fromisoformat(text)
        if _DAY.match(text):
            return datetime.fromisoformat(text)
    except ValueError:
        pass
    if _SERIAL.fullmatch(text):
        meant = date(1899, 12, 30) + timedelta(days=int(float(text)))
        raise Unreadable(f"'{text}' is a spreadsheet's number for a date", f"write {meant}")
    mend = "write it as 2019-08-15 or 2019-08-15T00:01:00"
    raise Unreadable(f"'{text}' is no date", mend)


def day(text: str) -> date:
    """Read a day; of an instant, the day."""
    found = moment(text)
    return found.date() if isinstance(found, datetime) else found


def micro_percent(text: str) -> int:
    """Read a rate in percent as millionths of a percent.

    >>> micro_percent("4.9")
    4900000
    """
    if not _RATE.fullmatch(text) or Decimal(text) > MOST_PERCENT:
        mend = f"write percent up to {MOST_PERCENT}, with at most six decimals"
        raise Unreadable(f"'{text}' is no rate", mend)
    return int(Decimal(text) * MICRO)


def number(text: str) -> float:
    """Read an amount that is not negative."""
    if not _NUMBER.fullmatch(text):
        raise Unreadable(f"'{text}' is no amount", "write it as 1200000 or 12.50")
    return float(text)


def share(text: str) -> float:
    """Read a share of the value, from 0 to 1, with at most four decimals."""
    if not _SHARE.fullmatch(text):
        mend = "write a fraction from 0 to 1 with at most four decimals, as in 0.4"
        raise Unreadable(f"'{text}' is no share", mend)
    return float(text)


def chapter_98(text: str) -> str:
    """Read a number of chapter 98 under which duty falls on foreign value, or none."""
    digits = text.replace(".", "")[:8]
    if text.lower() == NONE or digits in FOREIGN_VALUE:
        return NONE if text.lower() == NONE else digits
    raise Unreadable(f"'{text}' is not known here", "use 9802.00.40, .50, .60, .80 or none")


def truth(text: str) -> bool:
    """Read yes or no."""
    if text.lower() not in _TRUTHS:
        raise Unreadable(f"'{text}' is neither yes nor no", "use one of: no, yes")
    return _TRUTHS[text.lower()]


def word(text: str) -> str:
    """Read a word for goods."""
    if not _WORD.fullmatch(text):
        raise Unreadable(f"'{text}' is no word for goods", "write a word, as in energy")
    return text


def one_of(*words: str) -> Reader:
    """Return a reader of a few words, in any case of letters."""
    known = {text.lower(): text for text in words}

    def read(text: str) -> str:
        if text.lower() not in known:
            raise Unreadable(f"'{text}' is not known here", f"use one of: {', '.join(words)}")
        return known[text.lower()]

    return read


def local_moment(found: When, zone: str) -> When:
    """Put an instant with an offset on a zone's own clock; leave days and local times alone."""
    return local(found, zone) if isinstance(found, datetime) else found


def last_instant(found: When) -> datetime:
    """Return the last second of a day, or the instant itself."""
    if isinstance(found, datetime):
        return found
    start = datetime(found.year, found.month, found.day)  # noqa: DTZ001 - a local clock
    return start + timedelta(days=1, seconds=-1)


# column -> how a cell that is not empty is read; value_usd and the amounts are read by the engine
# that holds the table where no accord asks for each value
READERS: Final[Mapping[str, Reader]] = {
    "hts": hts,
    "origin": country,
    "entry_date": moment,
    "warehouse_withdrawal_date": moment,
    "ftz_status": one_of(*ZONES),
    "ftz_admission_date": moment,
    "preference": one_of(*PREFERENCES),
    "loaded_date": day,
    "export_date": day,
    "mode": one_of(*MODES),
    "final_mode": one_of(*MODES),
    "final_mode_date": day,
    "chapter98": chapter_98,
    "base_rate_percent": micro_percent,
    "goods": word,
    "transshipped": truth,
    "us_content_share": share,
    "steel_share": share,
    "aluminum_share": share,
    "copper_share": share,
    "unit": one_of(*UNITS),
    "basis": one_of(*BASES),
    "as_of": day,
    "choices": str,
}
AMOUNTS: Final = ("value_usd", "quantity", "trigger_price", "price")
# carried along, or grouped by: lines of one entry share its fee, lines of one invoice its rounding
CARRIED: Final = ("line_id", "entry", "invoice", "supplier")
COLUMNS: Final = (*CARRIED, *AMOUNTS, *READERS)
