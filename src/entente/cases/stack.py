"""How duties of several actions lie on one value: by rank, each on its share of what is left."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias, final

from entente.accord.clauses import Schedule

Shares: TypeAlias = Callable[[str], float | None]  # a share of content, None where not known


@final
@dataclass(frozen=True, slots=True)
class Term:
    """What one duty adds.

    rate    percent, or money for each unit
    share   of the value on which it lies, from 0 to 1
    """

    clause: str
    rate: float
    share: Decimal

    @property
    def effective(self) -> Decimal:
        """Return the rate on the whole value."""
        return Decimal(repr(self.rate)) * self.share


def stacked(
    duties: Iterable[tuple[Schedule, float]], shares: Shares
) -> tuple[tuple[Term, ...], str | None]:
    """Lay duties on the value in the order of their ranks; return what is not known, or None.

    A duty with a rank takes its share of the value from those that come after it; one without
    lies on all that it reaches, and takes nothing from others.
    """
    left, found = Decimal(1), []
    for duty, rate in sorted(duties, key=lambda pair: (pair[0].rank is None, pair[0].rank or 0)):
        content = 1.0 if duty.share is None else shares(duty.share)
        if content is None and rate:
            return (), f"{duty.share} is not known"
        reached = Decimal(repr(content or 0.0))
        if duty.rank is not None:
            reached = min(reached, left)
            left -= reached if rate else 0
        if rate == 0 or reached:
            found.append(Term(duty.common.id, rate, reached))
    return tuple(found), None
