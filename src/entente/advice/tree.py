"""A scenario tree: what is told apart when, with what chance.

A node is a month as those know it who live in it: scenarios that no one can tell apart by the end
of a month share its node, so a decision made at a node looks at nothing that lies ahead.
"""

from dataclasses import dataclass
from typing import Self, final

import numpy as np

from entente.evidence import FloatArray, IntArray


@final
@dataclass(frozen=True, slots=True, eq=False)
class Tree:
    """Scenarios over months, merged where they cannot be told apart.

    chance    of each scenario; they sum to 1        [scenario]
    node_of   the node of a scenario in a month      [scenario, month]
    parent    the node of the month before; -1: none [node]
    month     number of the month, from 0            [node]
    """

    chance: FloatArray
    node_of: IntArray
    parent: IntArray
    month: IntArray

    @classmethod
    def of(cls, chance: FloatArray, told_apart: IntArray) -> Self:
        """Build the tree of scenarios.

        told_apart   scenarios with one number in a month, and in every month before it, cannot be
                     told apart then                  [scenario, month]
        """
        scenarios, months = told_apart.shape
        node_of = np.zeros((scenarios, months), np.int64)
        parent: list[int] = []
        month: list[int] = []
        before = np.full(scenarios, -1)
        for index in range(months):
            pairs = np.stack([before, told_apart[:, index]], axis=1)
            found, place = np.unique(pairs, axis=0, return_inverse=True)
            node_of[:, index] = len(parent) + place.reshape(-1)
            parent += found[:, 0].tolist()
            month += [index] * len(found)
            before = node_of[:, index]
        return cls(np.asarray(chance, np.float64), node_of, np.array(parent), np.array(month))

    @classmethod
    def fan(cls, chance: FloatArray, months: int) -> Self:
        """Build the tree of those who know from the first day which scenario comes."""
        return cls.of(chance, np.tile(np.arange(len(chance))[:, None], (1, months)))

    @property
    def nodes(self) -> int:
        """Return how many nodes there are."""
        return len(self.parent)

    @property
    def probability(self) -> FloatArray:
        """Return the chance of each node   [node]."""
        found = np.zeros(self.nodes)
        for column in self.node_of.T:
            np.add.at(found, column, self.chance)
        return found

    def ancestor(self, back: int) -> IntArray:
        """Return the node some months back; -1 where the tree is not so old [node]."""
        at = np.arange(self.nodes)
        for _ in range(back):
            at = np.where(at >= 0, self.parent[at], -1)
        return at

    def at_nodes(self, values: FloatArray) -> FloatArray:
        """Average what scenarios bring over those that share a node.

        values   [scenario, month, ...]
        returns  [node, ...]
        """
        sums = np.zeros((self.nodes, *values.shape[2:]))
        for index, column in enumerate(self.node_of.T):
            np.add.at(
                sums, column, self.chance.reshape(-1, *[1] * (values.ndim - 2)) * values[:, index]
            )
        return np.asarray(sums / self.probability.reshape(-1, *[1] * (values.ndim - 2)))

    def along(self, values: FloatArray) -> FloatArray:
        """Sum what nodes bring along each scenario   [node] to [scenario]."""
        return np.asarray(values[self.node_of].sum(axis=1))


def fewer(chance: FloatArray, paths: FloatArray, most: int) -> tuple[IntArray, FloatArray]:
    """Keep the scenarios that stand for the others best, and give them their chances.

    Backward reduction (Heitsch and Romisch 2003): the scenario whose chance times its distance to
    the nearest other is least goes, and its chance to that other, until few enough are left.

    paths    what sets scenarios apart, in one unit   [scenario, ...]
    returns  which are kept, in order, and their chances
    """
    flat = paths.reshape(len(paths), -1)
    kept = np.ones(len(flat), np.bool_)
    weight = chance.astype(np.float64).copy()
    apart = np.abs(flat[:, None] - flat[None]).sum(axis=2)
    np.fill_diagonal(apart, np.inf)
    while kept.sum() > most:
        among = np.where(kept[:, None] & kept[None], apart, np.inf)
        nearest = among.argmin(axis=1)
        loss = np.where(kept, weight * among.min(axis=1), np.inf)
        gone = int(loss.argmin())
        weight[nearest[gone]] += weight[gone]
        kept[gone] = False
    return np.flatnonzero(kept), weight[kept]
