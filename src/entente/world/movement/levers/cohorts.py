"""Who may ask: the classes of people that an accord's rules tell apart, and where they are met."""

from functools import cache
from typing import Final

import numpy as np

from entente.evidence import Cohorts, FloatArray
from entente.places import DEMOGRAPHICS, GROUPS, SECTORS, Demographic, Group, Sector

# States in which people are met, in array order [place]. El Paso sector is counted to Texas (it
# also covers New Mexico), Yuma to Arizona (it also covers a strip of California).
PLACES: Final = ("US-TX", "US-AZ", "US-CA")

_STATE: Final = {
    Sector.TUCSON: "US-AZ",
    Sector.YUMA: "US-AZ",
    Sector.EL_CENTRO: "US-CA",
    Sector.SAN_DIEGO: "US-CA",
}

# The first foreign country entered; of other nationalities it is not known.
_FIRST_ENTERED: Final = {Group.GTM: "MEX", Group.HND: "GTM", Group.SLV: "GTM", Group.MEX: "USA"}
_TRANSITED: Final = {Group.GTM: ("MEX",), Group.MEX: (), Group.OTHER: ("MEX",)}

# A class is decided by one member: an adult, or a child who is alone.
_AGE: Final = {Demographic.UNACCOMPANIED_CHILD: 15}
_ADULT: Final = 30


@cache
def cohorts() -> Cohorts:
    """Return the classes in the order of groups, then demographics, then places.

    Columns are those of the claims contract; a fact not known of the class is None. What is rare
    and not counted (a victim of trafficking, protection denied on the way) is taken as absent.
    """
    rows = [(g, d, place) for g in GROUPS for d in DEMOGRAPHICS for place in PLACES]
    columns: dict[str, tuple[object, ...]] = {
        "nationality": tuple(None if g is Group.OTHER else str(g) for g, _, _ in rows),
        "age": tuple(_AGE.get(d, _ADULT) for _, d, _ in rows),
        "unaccompanied": tuple(d is Demographic.UNACCOMPANIED_CHILD for _, d, _ in rows),
        "lodged_state": ("USA",) * len(rows),
        "entry_state": tuple(_FIRST_ENTERED.get(g) for g, _, _ in rows),
        "entry_mode": ("land",) * len(rows),
        "entry_regular": (False,) * len(rows),
        "from_state": ("MEX",) * len(rows),
        "port_kind": ("land",) * len(rows),
        "place": tuple(place for _, _, place in rows),
        "transited": tuple(_TRANSITED.get(g, ("GTM", "MEX")) for g, _, _ in rows),
        "protection_denied_in": ((),) * len(rows),
        "trafficking_victim": (False,) * len(rows),
    }
    return Cohorts(tuple(f"{g}/{d}/{place}" for g, d, place in rows), columns)


def places_met(sectors: FloatArray) -> FloatArray:
    """Return where people are met, from the sectors' shares.

    sectors   [draw, sector]
    returns   [draw, place]
    """
    member = np.array([[_STATE.get(s, "US-TX") == place for place in PLACES] for s in SECTORS])
    return np.asarray(sectors @ member.astype(np.float64))


def over_places(shares: FloatArray, met: FloatArray) -> FloatArray:
    """Average shares of cohorts over the places where people are met.

    shares    [draw, cohort]
    met       [draw, place]
    returns   [draw, group, demographic]
    """
    table = shares.reshape(len(shares), len(GROUPS), len(DEMOGRAPHICS), len(PLACES))
    return np.asarray(np.einsum("igdp,ip->igd", table, met))
