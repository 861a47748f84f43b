"""Which way people go: a harder route loses people to others, its nearest kin first (nested logit).

Sectors of the US border are reached by three routes through Mexico: the Gulf, the centre and the
Pacific. A way on which a passage is stopped with chance p must be tried 1 / (1 - p) times, so its
cost in logs rises by c = -log(1 - p). From shares s as they are (a pivot: what made them so stays),

    P(r | n) = s(r | n) exp(-c_r / theta) / Z_n,   Z_n = sum over n of s(r | n) exp(-c_r / theta)
    P(n)     = s(n) Z_n^(theta / Theta), over its sum                                          (4)

with theta the scale within a route and Theta >= theta the scale between routes (McFadden 1978).
"""

from collections.abc import Mapping
from typing import Final, TypeAlias

import numpy as np

from entente.evidence import FloatArray, Levers
from entente.places import SECTORS, Sector
from entente.world.movement.levers.levels import level

Draws: TypeAlias = Mapping[str, FloatArray]

_GULF: Final = (Sector.RIO_GRANDE, Sector.LAREDO, Sector.DEL_RIO)
_CENTRE: Final = (Sector.BIG_BEND, Sector.EL_PASO)
ROUTES: Final = (_GULF, _CENTRE, tuple(s for s in SECTORS if s not in (*_GULF, *_CENTRE)))
_IN: Final = np.array([[sector in route for route in ROUTES] for sector in SECTORS], np.float64)
_MOST: Final = 0.95  # chance of being stopped above which no way is thought passable


def stopped(levers: Levers, draws: int) -> FloatArray:
    """Return the chance that a passage is stopped beyond usual practice [draw, sector].

    Levers: `interdiction_RGV` and so on for each sector reached, in percent.
    """
    none = np.zeros(draws)
    chance = np.stack([level(levers, f"interdiction_{s}", none) for s in SECTORS], axis=1)
    return np.asarray(np.clip(chance / 100, 0.0, _MOST))


def diverted(sectors: FloatArray, chance: FloatArray, given: Draws) -> FloatArray:
    """Return the shares of sectors once people have turned to other ways. Equation (5).

    sectors   shares as they would be       [draw, sector]
    chance    that a passage is stopped     [draw, sector]
    """
    if not chance.any():
        return sectors
    within = given["movement.diversion_within"][:, None]
    between = given["movement.diversion_between"][:, None]
    kept = sectors * (1 - chance) ** (1 / within)
    before, after = sectors @ _IN, kept @ _IN  # [draw, route]
    ease = after / np.maximum(before, 1e-300)
    route = before * ease ** (within / between)
    route /= route.sum(axis=1, keepdims=True)
    return np.asarray(kept / np.maximum(after @ _IN.T, 1e-300) * (route @ _IN.T))


def held_up(sectors: FloatArray, chance: FloatArray) -> FloatArray:
    """Return how many are stopped for each who arrives, over the ways they take [draw]."""
    return np.asarray((sectors * chance / (1 - chance)).sum(axis=1))
