"""Codes of states, places, people and goods, and the fixed orders in which arrays hold them."""

from enum import StrEnum
from functools import cache
from typing import Final

from entente.language import ENGLISH, marked, marked_for, phrase, phrase_for, spoken


class Group(StrEnum):
    """Citizenship groups of the corridor, in array order [group]."""

    GTM = "GTM"
    HND = "HND"
    SLV = "SLV"
    MEX = "MEX"
    OTHER = "OTHER"


class Demographic(StrEnum):
    """Demographic classes of border statistics, in array order [demographic]."""

    SINGLE_ADULT = "single_adult"
    FAMILY_UNIT = "family_unit"
    UNACCOMPANIED_CHILD = "unaccompanied_child"


class Sector(StrEnum):
    """Border Patrol's nine south-west sectors, east to west, in array order [sector]."""

    RIO_GRANDE = "RGV"
    LAREDO = "LRT"
    DEL_RIO = "DRT"
    BIG_BEND = "BBT"
    EL_PASO = "EPT"
    TUCSON = "TCA"
    YUMA = "YUM"
    EL_CENTRO = "ELC"
    SAN_DIEGO = "SDC"


ALL: Final = "ALL"
GROUPS: Final = tuple(Group)
NORTHERN_TRIANGLE: Final = (Group.GTM, Group.HND, Group.SLV)
DEMOGRAPHICS: Final = tuple(Demographic)
SECTORS: Final = tuple(Sector)

# Chapters of the Harmonized System: 77 is reserved and unused; 98 and 99 are national.
CHAPTERS: Final = tuple(f"{n:02d}" for n in range(1, 100) if n != 77)


# Those that a sentence does not name without an article.
_ARTICLED: Final = {
    "EUU": marked_for("within a sentence", "the European Union"),
    "GBR": marked_for("within a sentence", "the United Kingdom"),
    "NLD": marked_for("within a sentence", "the Netherlands"),
    "USA": marked_for("within a sentence", "the United States"),
}


@cache
def countries() -> dict[str, str]:
    """Map ISO 3166-1 alpha-3 codes to names, with the groupings that accords use."""
    import pycountry

    names = {c.alpha_3: getattr(c, "common_name", c.name) for c in pycountry.countries}
    return names | {"EUU": marked("European Union"), "XKX": "Kosovo"}


def country(code: str) -> str:
    """Name a country in the reader's language; a code that names none stays as it is.

    >>> country("GTM"), country("nowhere")
    ('Guatemala', 'nowhere')
    """
    name = countries().get(code)
    if name is None or spoken().code == ENGLISH.code:
        return name or code
    territory = next((two for two, three in alpha3_of_alpha2().items() if three == code), "")
    named: str | None = spoken().locale.territories.get(territory)
    return named or phrase(name)


def with_article(code: str) -> str:
    """Name a country within a sentence, with its article where it has one.

    >>> with_article("USA"), with_article("MEX")
    ('the United States', 'Mexico')
    """
    return phrase_for(*_ARTICLED[code]) if code in _ARTICLED else country(code)


@cache
def alpha3_of_alpha2() -> dict[str, str]:
    """Map ISO 3166-1 alpha-2 codes to alpha-3."""
    import pycountry

    return {c.alpha_2: c.alpha_3 for c in pycountry.countries}


@cache
def subdivisions() -> dict[str, str]:
    """Map ISO 3166-2 codes (`US-TX`) to names."""
    import pycountry

    return {s.code: s.name for s in pycountry.subdivisions}


def chapters_of(prefix: str) -> tuple[str, ...]:
    """Give the chapters that a goods prefix touches; `"*"` is all.

    >>> chapters_of("0702")
    ('07',)
    """
    if prefix == "*":
        return CHAPTERS
    return tuple(c for c in CHAPTERS if c == prefix[:2])
