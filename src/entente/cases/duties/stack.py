"""How duties of several actions lie on one value: by rank, each on its share of what is left."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from math import inf
from typing import Final, TypeAlias, final

from entente.accord.clauses import Schedule

_UNRANKED: Final = inf
_DECIMALS: Final = 9
_PERCENT: Final = "percent"

Shares: TypeAlias = Callable[[str], float | None]  # a share of content, None where not known


@final
@dataclass(frozen=True, slots=True)
class Term:
    """What one duty adds.

    rate    percent, or money for each unit
    share   of the value on which it lies, from 0 to 1
    money   whether the rate is money
    """

    clause: str
    rate: float
    share: Decimal
    money: bool

    @property
    def effective(self) -> Decimal:
        """Return the rate on the whole value; what a formula errs in floats is rounded away."""
        return Decimal(repr(round(self.rate, _DECIMALS))) * self.share


def stacked(
    duties: Iterable[tuple[Schedule, float]], shares: Shares
) -> tuple[tuple[Term, ...], str | None]:
    """Lay duties on the value in the order of their ranks; return what is not known, or None.

    Duties of one rank take their shares of what those before left, and leave the rest to those
    after; a duty without a rank lies on all that it reaches, and takes nothing from others.
    """
    left, found = Decimal(1), []
    for rank, group in groupby(sorted(duties, key=_order), key=_order):
        taken = Decimal(0)
        for duty, rate in group:
            content = 1.0 if duty.share is None or rate == 0 else shares(duty.share)
            if content is None:
                return (), f"{duty.share} is not known"
            reached = Decimal(repr(content))
            reached = reached if rank == _UNRANKED else min(reached, left)
            taken += reached if rate else 0
            if rate == 0 or reached:
                money = str(duty.unit) != _PERCENT
                found.append(Term(duty.common.id, rate, reached, money))
        left = left if rank == _UNRANKED else max(left - taken, Decimal(0))
    return tuple(found), None


def _order(pair: tuple[Schedule, float]) -> float:
    return _UNRANKED if pair[0].rank is None else pair[0].rank
