"""Names of what is counted, of places and of groups of people."""

from typing import Final

from entente.language import listing as listing
from entente.language import marked, marked_for, phrase, phrase_for
from entente.places import Demographic, Group, Sector, country
from entente.world.measures import Measure

_ANYBODY: Final = marked("people")
_NOUNS: Final = {
    "apprehensions": marked("apprehensions"),
    "apprehensions_sector": marked("apprehensions"),
    "apprehensions_demographic": marked("apprehensions"),
    "encounters": marked("encounters"),
    "port_encounters": marked("encounters at ports"),
    "detentions_mexico": marked("detentions in Mexico"),
    "guard_south": marked("forces at Mexico's southern border"),
    "court_queue": marked("cases"),
    "asylum_claims_mexico": marked("asylum claims in Mexico"),
}
_ANYBODY_DOES: Final = marked_for("as the subject of a sentence", "people")
_SUBJECTS: Final = {
    "apprehensions": marked_for("as the subject of a sentence", "apprehensions"),
    "apprehensions_sector": marked_for("as the subject of a sentence", "apprehensions"),
    "apprehensions_demographic": marked_for("as the subject of a sentence", "apprehensions"),
    "encounters": marked_for("as the subject of a sentence", "encounters"),
    "port_encounters": marked_for("as the subject of a sentence", "encounters at ports"),
    "detentions_mexico": marked_for("as the subject of a sentence", "detentions in Mexico"),
    "guard_south": marked_for("as the subject of a sentence", "forces at Mexico's southern border"),
    "court_queue": marked_for("as the subject of a sentence", "cases"),
    "asylum_claims_mexico": marked_for("as the subject of a sentence", "asylum claims in Mexico"),
}
_SECTORS: Final = {
    Sector.RIO_GRANDE: marked("Rio Grande Valley"),
    Sector.LAREDO: "Laredo",
    Sector.DEL_RIO: "Del Rio",
    Sector.BIG_BEND: "Big Bend",
    Sector.EL_PASO: "El Paso",
    Sector.TUCSON: "Tucson",
    Sector.YUMA: "Yuma",
    Sector.EL_CENTRO: "El Centro",
    Sector.SAN_DIEGO: "San Diego",
}
_DEMOGRAPHICS: Final = {
    Demographic.SINGLE_ADULT: marked("single adult"),
    Demographic.FAMILY_UNIT: marked("family unit"),
    Demographic.UNACCOMPANIED_CHILD: marked("unaccompanied child"),
}


def label(code: str) -> str:
    """Name a code of a group, state, sector or class of people; other words lose underscores.

    >>> label("GTM"), label("RGV"), label("family_unit"), label("OTHER")
    ('Guatemala', 'Rio Grande Valley', 'family unit', 'Other countries')
    """
    if code == Group.OTHER:
        return phrase("Other countries")
    if code in _SECTORS:
        return phrase(_SECTORS[Sector(code)])
    if code in _DEMOGRAPHICS:
        return phrase(_DEMOGRAPHICS[Demographic(code)])
    return country(code).replace("_", " ")


def noun(measure: str) -> str:
    """Name what a measure counts, as a word in a sentence.

    >>> noun("encounters"), noun("waiting_metered")
    ('encounters', 'people')
    """
    return phrase(_NOUNS.get(measure, _ANYBODY))


def subject(measure: str) -> str:
    """Name what a measure counts, as the subject of a sentence.

    >>> subject("encounters")
    'encounters'
    """
    return phrase_for(*_SUBJECTS.get(measure, _ANYBODY_DOES))


def title(measure: Measure) -> str:
    """Name a measure."""
    return phrase(measure.title)
