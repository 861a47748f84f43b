"""What customs makes of a class of entries: which date governs, which duty column, which fees."""

from bisect import bisect_right
from collections.abc import Mapping
from datetime import date
from typing import Any, Final, NamedTuple

from entente.cases.customs import fees, tariff
from entente.cases.customs.fees import Limits

HOME: Final = "USA"
CLAIMS: Final = ("NAFTA", "USMCA")  # either is read as the one of the day
PARTNERS: Final = ("CAN", "MEX")
PRIVILEGED: Final = "privileged"
DE_MINIMIS: Final = "de_minimis"

# 19 USC 1321(a)(2)(C) since 2016: 800 USD. Taken away for goods of China by executive order 14256,
# for all others by that of 30 July 2025.
DE_MINIMIS_USD: Final = 800
_DE_MINIMIS_FROM: Final = date(2016, 3, 10)
_DE_MINIMIS_UNTIL: Final = {"CHN": date(2025, 5, 2), "HKG": date(2025, 5, 2)}
_DE_MINIMIS_LAST: Final = date(2025, 8, 29)

# Chapter 98 numbers that pay duty on foreign value alone; by 19 CFR 24.23(c) the processing fee is
# due on two of them, on that value, and on no other.
FOREIGN_VALUE: Final = ("98020040", "98020050", "98020060", "98020080")
_FEE_ON_FOREIGN: Final = ("98020060", "98020080")

DAYS: Final = tuple(
    sorted(
        {
            *fees.DAYS, *tariff.DAYS, _DE_MINIMIS_FROM, _DE_MINIMIS_LAST,
            *_DE_MINIMIS_UNTIL.values(),
        }
    )
)  # fmt: skip
ORIGINS: Final = frozenset({HOME, *PARTNERS, *tariff.ORIGINS, *_DE_MINIMIS_UNTIL})


class Treatment(NamedTuple):
    """How a class is charged, besides what accords add; None is not known.

    column       of the tariff, as `tariff.rate_of` numbers it
    least, most  limits of the processing fee of an entry, cents
    processing   whether the fee is due on all the value ("whole"), on the foreign part, or not
    harbor       1 where the harbor fee is due, 0 where not
    small        whether a shipment of small value may enter free
    """

    column: int | None
    least: int | None
    most: int | None
    processing: str | None
    harbor: int | None
    small: bool


def governing(facts: Mapping[str, Any]) -> tuple[str, Any]:
    """Return the column of the date that fixes the rate, and what it holds.

    Goods in privileged foreign status keep the rate of their admission to the zone (19 CFR 146.65);
    goods in a bonded warehouse take that of their withdrawal (19 USC 1557, 19 CFR 144.38); others
    that of entry.
    """
    if facts.get("ftz_status") == PRIVILEGED:
        return "ftz_admission_date", facts.get("ftz_admission_date")
    withdrawn = facts.get("warehouse_withdrawal_date")
    if withdrawn is not None:
        return "warehouse_withdrawal_date", withdrawn
    return "entry_date", facts.get("entry_date")


def treatment(facts: Mapping[str, Any], day: date, at_home: bool) -> Treatment:
    """Say how customs of the United States treats a class on a day; elsewhere nothing is known."""
    origin, claimed = facts.get("origin"), facts.get("preference") in CLAIMS
    originates = claimed and origin in PARTNERS
    if not at_home or origin == HOME:
        return Treatment(None, None, None, None, None, small=False)
    limits = fees.limits(day) or Limits(None, None)
    chapter98 = facts.get("chapter98")
    foreign_only = chapter98 in _FEE_ON_FOREIGN
    free = originates or (chapter98 in FOREIGN_VALUE and not foreign_only)
    mode = facts.get("mode")
    return Treatment(
        tariff.column_of(origin, claimed, day),
        limits.least,
        limits.most,
        "" if free else "foreign" if foreign_only else "whole",
        None if mode is None else int(mode == "vessel"),
        _DE_MINIMIS_FROM <= day < _DE_MINIMIS_UNTIL.get(str(origin), _DE_MINIMIS_LAST),
    )


def era(day: date) -> int:
    """Return in which stretch of days that customs treats alike a day falls."""
    return bisect_right(DAYS, day)
