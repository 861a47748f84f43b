"""The numbers of the two rule books, each with its reason or source."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Spawning:
    """How places wear out as origins: weights by interval of days in conflict (Flee's settings)."""

    decay: tuple[float, ...] = (1.0, 1.0, 1.0, 0.5, 0.1)
    interval: int = 30


@dataclass(frozen=True, slots=True)
class FleeRules:
    """The peer's rules, as read in github.com/djgroen/flee and its validation settings.

    Speeds in km a day; move chances are per day; `scaling` loosens camp capacities; a camp weighs
    `buffer` to 1 of its capacity from 1 to 0.
    """

    spawning: Spawning = Spawning()
    speed: float = 200.0
    speed_on_foot: float = 35.0
    camp_weight: float = 2.0
    conflict_weight: float = 10**-0.5
    softening: float = 10.0
    distance_power: float = 1.0
    town_chance: float = 0.5
    camp_chance: float = 0.001
    idp_camp_chance: float = 0.1
    scaling: float = 1.25
    buffer: float = 0.9
    avoid_short_stints: bool = True


@dataclass(frozen=True, slots=True)
class EntenteRules:
    """A destination model on the same map: where people set out, which camp they make for.

    The form is a gravity model with two levels (country, then camp). The numbers are rounded from
    ranges in which five published conflicts all fare well. Chosen without each conflict in turn
    they come out alike, and the conflict left out is then missed by a mean rescaled ARD of 0.13
    (Burundi 2015), 0.72 (CAR 2013), 0.29 (Mali 2012), 0.52 (South Sudan 2013) and 0.35 (Syria
    2013); an equal split misses by 0.75, 0.78, 1.08, 0.74 and 0.49. No capacity was read.

    peril           extra length of a road into a place in conflict, as a share of its km per unit
                    of intensity: people go round the fighting
    softening       km added to every way: near is near
    distance_power  fall of a camp's pull with the length of the way
    unrest          weight as an origin of a home place that is not in conflict, against 1 for one
                    newly struck: reports of conflict are partial and fear runs ahead of it
    population_power    cities send fewer per head: they also offer refuge within
    access_power    places with camps in reach send more of those who reach camps at all
    kin             persons already in a camp on day 0 that double its pull to the power kin_power:
                    people follow those they know (migrant networks: Beine, Docquier and Ozden 2011)
    balance         within a country, reception places newcomers in proportion to
                    (1 + people in the camp / kin) ** -balance
    doubt_*         spread (of the logarithm, over draws) of the pull of a country, of a camp within
                    its country and of a place as an origin: what the map does not tell
    """

    spawning: Spawning = Spawning()
    speed: float = 200.0
    speed_on_foot: float = 35.0
    peril: float = 2.0
    softening: float = 10.0
    distance_power: float = 2.5
    unrest: float = 0.5
    population_power: float = 1 / 3
    access_power: float = 0.5
    kin: float = 1000.0
    kin_power: float = 0.6
    balance: float = 1.0
    doubt_country: float = 1.0
    doubt_camp: float = 1.0
    doubt_origin: float = 1.0
    scaling: float = 1.25
    buffer: float = 0.9


FLEE: Final = FleeRules()
ENTENTE: Final = EntenteRules()
