"""Where two sides may settle: the frontier, and the points of Nash, Kalai-Smorodinsky, Rubinstein.

Gains are over no deal, so no deal is (0, 0). Nash (Econometrica 1950) takes the greatest product of
gains; Kalai and Smorodinsky (Econometrica 1975) equal shares of the most that each could have;
Rubinstein (Econometrica 1982) what patience gives where offers alternate.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from entente.evidence import FloatArray

Flags = NDArray[np.bool_]


def acceptable(gains: FloatArray) -> Flags:
    """Return which deals both sides prefer to none   [deal].

    gains   US dollars     [deal, side]
    """
    return np.asarray((gains > 0).all(axis=1))


def undominated(values: FloatArray) -> Flags:
    """Return which rows no other row betters in one column without losing in another   [row].

    values   more is better     [row, column]
    """
    found = np.ones(len(values), np.bool_)
    for row, value in enumerate(values):
        better = (values >= value).all(axis=1) & (values > value).any(axis=1)
        found[row] = not better.any()
    return found


def nash(gains: FloatArray, power: tuple[float, float] = (0.5, 0.5)) -> int | None:
    """Return the deal with the greatest weighted product of gains; None in an empty zone.

    >>> nash(np.array([[1.0, 9.0], [5.0, 5.0], [9.0, 2.0], [-1.0, 50.0]]))
    1
    """
    inside = acceptable(gains)
    if not inside.any():
        return None
    product = np.where(
        inside, np.log(np.where(inside[:, None], gains, 1.0)) @ np.array(power), -np.inf
    )
    return int(np.argmax(product))


def kalai_smorodinsky(gains: FloatArray) -> int | None:
    """Return the deal that gives both the greatest equal share of the most each could have.

    >>> kalai_smorodinsky(np.array([[1.0, 10.0], [4.0, 6.0], [8.0, 1.0]]))
    1
    """
    inside = acceptable(gains)
    if not inside.any():
        return None
    shares = (gains / gains[inside].max(axis=0)).min(axis=1)
    return int(np.argmax(np.where(inside, shares, -np.inf)))


class Split(NamedTuple):
    """What both sides gain where the first of them proposes and is agreed with at once."""

    first: float
    second: float


def rubinstein(gains: FloatArray, discounts: tuple[float, float]) -> Split | None:
    """Return the split when the first side proposes, on the concave frontier of the deals.

    Equation (8): the proposer's x and the other's y lie on the frontier with x_2 = d_2 y_2 and
    y_1 = d_1 x_1, so each makes the other just willing. On a frontier that divides a sum of 1 the
    first gets (1 - d_2) / (1 - d_1 d_2).

    gains       [deal, side];   discounts   of each side from one offer to the next, below 1
    """
    frontier = concave_frontier(gains)
    if frontier is None:
        return None
    ours, theirs = frontier.T
    least, most = 0.0, float(ours[-1])
    for _ in range(200):
        x = (least + most) / 2
        offered = float(np.interp(x, ours, theirs))
        if offered > discounts[1] * float(np.interp(discounts[0] * x, ours, theirs)):
            least = x
        else:
            most = x
    return Split(x, float(np.interp(x, ours, theirs)))


def concave_frontier(gains: FloatArray) -> FloatArray | None:
    """Return the corners of the concave frontier, by the first side's gain; None in an empty zone.

    Between two deals both sides may toss for one; below the first corner the second side's gain
    cannot be raised by giving the first side less.

    returns   [corner, side], from a first side that gains nothing
    """
    inside = gains[acceptable(gains)]
    if not len(inside):
        return None
    best = inside[undominated(inside)]
    best = best[np.lexsort((-best[:, 1], best[:, 0]))]
    corners: list[FloatArray] = []
    for point in [np.array([0.0, best[0, 1]]), *best]:
        while len(corners) > 1 and _bends_up(corners[-2], corners[-1], point):
            corners.pop()
        corners.append(point)
    return np.array(corners)


def _bends_up(a: FloatArray, b: FloatArray, c: FloatArray) -> bool:
    cross = (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
    return bool(cross >= 0)


def nearest(gains: FloatArray, split: Split) -> int:
    """Return the acceptable deal nearest to a split, each side's gain relative to its greatest."""
    inside = acceptable(gains)
    scale = gains[inside].max(axis=0)
    distance = np.linalg.norm((gains - np.array(split)) / scale, axis=1)
    return int(np.argmin(np.where(inside, distance, np.inf)))
