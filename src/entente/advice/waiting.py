"""What the right to wait is worth: goods in bond pay the rate of the day on which they leave it."""

import numpy as np

from entente.advice.tree import Tree
from entente.evidence import FloatArray


def value_of_waiting(tree: Tree, rate: FloatArray, carrying: float) -> FloatArray:
    """Return what it is worth to hold goods in bond rather than enter them, by node.

    The most that can be expected of  rate_now - rate_T - carrying * T  over stopping times T within
    the tree: an optimal-stopping problem, solved backward from the leaves.

    rate       added duty, a fraction of price    [node]
    carrying   cost of a month in bond, a fraction of price
    returns    a fraction of price, at least 0    [node]
    """
    chance = tree.probability
    cost = rate.astype(np.float64).copy()  # the least expected cost from a node on
    last = tree.month.max()
    for month in range(int(last) - 1, -1, -1):
        for node in np.flatnonzero(tree.month == month):
            after = np.flatnonzero(tree.parent == node)
            wait = carrying + chance[after] @ cost[after] / chance[node]
            cost[node] = min(rate[node], wait)
    return np.asarray(rate - cost)
