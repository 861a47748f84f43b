"""What parties weigh where their choices are played or a deal is negotiated."""

from dataclasses import dataclass, field
from typing import final

from entente.problems import Place


@final
@dataclass(frozen=True, slots=True)
class Stake:
    """What a unit of one of the model's measures is worth to a party, in US dollars a unit."""

    id: str
    by: str
    measure: str
    worth: float
    basis: str
    note: str
    where: Place = field(compare=False)


@final
@dataclass(frozen=True, slots=True)
class Player:
    """How a party weighs what it chooses; the id is its code.

    discount   what a month later is worth of the same now
    patience   months that it looks ahead
    audience   US dollars it loses at home when it backs down from a threat while owed something
    doubt      US dollars of what a model does not know of its mind: 0, it always takes the better
    """

    id: str
    discount: float
    patience: int
    audience: float
    doubt: float
    basis: str
    note: str
    where: Place = field(compare=False)
