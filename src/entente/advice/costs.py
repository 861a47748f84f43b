"""What decisions cost, and how a buyer weighs dear courses against the average."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, final

import numpy as np

from entente.advice.needs import Needs
from entente.evidence import FloatArray

PLAIN, CLAIMED = 0, 1  # ways to enter goods, in array order [way]
BOND_SHARE: Final = 0.10  # a continuous bond is a tenth of twelve months' duties
MOST_RISE: Final = 0.30  # by what share prices may rise, at most
PIECES: Final = 4


@final
@dataclass(frozen=True, slots=True)
class Taste:
    """How the buyer weighs money.

    aversion   weight on CVaR beside expected cost
    tail       the share of courses below the tail whose mean cost CVaR is
    interest   percent a year
    bond       limit of the customs bond, USD; None: no limit
    """

    aversion: float = 0.0
    tail: float = 0.9
    interest: float = 0.0
    bond: float | None = None


@final
@dataclass(frozen=True, slots=True, eq=False)
class Solution:
    """A plan: what is done at each node.

    by option [node, product, option]: order, enter, claim, bonded, to_zone, from_zone, in_zone,
                and open, 1 once a supplier has been opened
    by product [node, product]: stock, short, less (units not sold at a higher price)
    cost        USD, discounted                    [scenario]
    duty        USD, not discounted                [scenario]
    objective   expected cost plus the weight on CVaR
    """

    decisions: Mapping[str, FloatArray]
    cost: FloatArray
    duty: FloatArray
    expected: float
    cvar: float
    objective: float


def cvar(cost: FloatArray, chance: FloatArray, tail: float) -> float:
    """Return the mean cost of the dearest courses, a share 1 - tail of all.

    >>> cvar(np.array([1.0, 2.0, 10.0]), np.array([0.5, 0.4, 0.1]), 0.9)
    10.0
    """
    order = np.argsort(-cost, kind="stable")
    left, total = 1 - tail, 0.0
    for index in order:
        part = min(float(chance[index]), left)
        total += part * float(cost[index])
        left -= part
        if left <= 1e-15:
            break
    return total / (1 - tail - max(left, 0.0))


def pieces(elasticity: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return what a unit not sold loses beyond its landed cost, in pieces, and their sizes.

    A seller whose price was best before, facing sales that fall with the elasticity e, loses
    revenue of  landed * e/(e-1) * (1 - (1-y)^(1-1/e))  a unit of need when a share y is not sold
    and the price of the rest rises; the loss is cut into chords, dearer one after the other.

    returns   slope, as a multiple of landed cost; size, a share of need   each [product, piece]
    """
    e = np.asarray(elasticity, np.float64)[:, None]
    rise = (1 + MOST_RISE) ** (np.arange(PIECES + 1) / PIECES)
    share = 1 - rise[None] ** -e  # [product, edge]
    loss = e / (e - 1) * (1 - (1 - share) ** (1 - 1 / e))
    size = np.diff(share, axis=1)
    return np.asarray(np.diff(loss, axis=1) / size), size


def prices(needs: Needs, duty: FloatArray) -> dict[str, FloatArray]:
    """Return what a unit of each decision costs   [node, product, option] or [..., piece]."""
    claimed = np.nan_to_num(duty[..., CLAIMED]) + np.nan_to_num(needs.claiming)
    plain = duty[..., PLAIN]
    frozen = np.fmin(plain, duty[..., CLAIMED] + needs.claiming)
    nodes = len(duty)
    slopes, _ = pieces(needs.elasticity)
    return {
        "order": np.broadcast_to(needs.price + needs.freight, plain.shape),
        "enter": plain,
        "claim": claimed,
        "bonded": np.broadcast_to(needs.bond_cost, plain.shape),
        "in_zone": np.broadcast_to(needs.zone_cost, plain.shape),
        "to_zone": frozen,
        "stock": np.broadcast_to(needs.store_cost, (nodes, needs.shape[0])),
        "short": np.broadcast_to(needs.short, (nodes, needs.shape[0])),
        "less": np.broadcast_to(
            np.nan_to_num(slopes * needs.landed[:, None])[None], (nodes, *slopes.shape)
        ),
    }
