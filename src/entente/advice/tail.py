"""Expected cost plus a weight on CVaR, taken apart: products meet in the tail alone.

CVaR is the dearest mean over ways to lay chance on the courses of events, each at most 1/(1 - tail)
times its own (Rockafellar and Uryasev 2000). Under chances held fixed every product is planned by
itself; a master programme mixes the plans found so far and says which chances to try next (Dantzig
and Wolfe 1960). Where the parts cannot do better, what the mix costs is the least of all.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final, final

import numpy as np
from scipy.sparse import block_array, csr_array, eye_array, vstack

from entente.advice.costs import Taste
from entente.advice.highs import GAP, Part, Stated, program, run
from entente.advice.tree import Tree
from entente.evidence import FloatArray

_CLOSE: Final = 1e-9  # share of the cost within which the bound counts as met
_ROUNDS: Final = 3  # ways to open suppliers that are tried
_LINKED: Final = 4  # so few parts gain nothing by being taken apart


@final
@dataclass(frozen=True, slots=True, eq=False)
class _Tail:
    """The courses of events as leaves of a tree, and how their costs are weighed together.

    passes   whether a leaf's course passes a node   [leaf, node]
    chance   [leaf]
    expected, aversion   the weights of expected cost and CVaR, which sum to 1
    tail     as in Taste
    """

    passes: FloatArray
    chance: FloatArray
    expected: float
    aversion: float
    tail: float

    @classmethod
    def of(cls, tree: Tree, taste: Taste) -> "_Tail":
        leaves, first = np.unique(tree.node_of[:, -1], return_index=True)
        passes = np.zeros((len(leaves), tree.nodes))
        np.put_along_axis(passes, tree.node_of[first], 1.0, axis=1)
        expected = 1 / (1 + taste.aversion)
        chance = tree.probability[leaves]
        return cls(passes, chance, expected, taste.aversion * expected, taste.tail)

    def weight(self, laid: FloatArray) -> FloatArray:
        """Return what a dollar of each node weighs, with chance laid on the leaves   [node]."""
        return np.asarray((self.expected * self.chance + laid) @ self.passes)

    def price(self) -> FloatArray:
        """Return the price of the level of CVaR and of each leaf's excess over it."""
        return np.concatenate([[self.aversion], self.aversion / (1 - self.tail) * self.chance])


def cheapest_with_tail(stated: Stated, tree: Tree, taste: Taste) -> FloatArray:
    """Return the plan of least expected cost plus the weight on CVaR   [column].

    Raises NoSolutionError where nothing meets every limit, or no plan was found in time.
    """
    tail = _Tail.of(tree, taste)
    parts = list(stated.parts())
    if len(parts) < _LINKED:
        return _at_once(stated, tree, tail)
    laid = tail.aversion * tail.chance
    values, _, bound, laid = _mixed(parts, tail, laid, len(stated.labels))
    opening = [part for part in parts if len(part.whole)]
    if not opening:
        return values
    best, least = values, np.inf
    for _ in range(_ROUNDS):
        below = _opened(opening, tail.weight(laid))
        closed = [part for part in parts if not len(part.whole)]
        below += sum(part.least(tail.weight(laid))[1] for part in closed)
        bound = max(bound, below)
        values, cost, _, laid = _mixed(parts, tail, laid, len(stated.labels))
        if cost < least:
            best, least = values, cost
        if least - bound <= GAP * abs(least):
            break
    return best


def _opened(parts: Sequence[Part], weight: FloatArray) -> float:
    """Keep the openings that are best under a weight by node; return what no plan costs less."""
    below = 0.0
    for part in parts:
        part.keep(None)
        plan, bound = part.least(weight)
        part.keep(np.rint(plan[part.whole]))
        below += bound
    return below


@final
@dataclass(slots=True)
class _Master:
    """Mixes of the plans found so far, one mix for each part.

    plans   what each mixed plan does, the part it is of   [plan]
    """

    tail: _Tail
    parts: int
    solver: Any = field(init=False)
    plans: list[tuple[int, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        leaves = len(self.tail.chance)
        level = np.ones((leaves, 1))
        above = csr_array(np.concatenate([level, np.eye(leaves)], axis=1))
        matrix = csr_array(vstack([csr_array((self.parts, 1 + leaves)), above]))
        ones, none = np.ones(self.parts), np.full(leaves, np.inf)
        self.solver = program(
            matrix,
            (np.concatenate([[-np.inf], np.zeros(leaves)]), np.full(1 + leaves, np.inf)),
            (np.concatenate([ones, np.zeros(leaves)]), np.concatenate([ones, none])),
            self.tail.price(),
        )

    def add(self, part: int, plan: FloatArray, cost: FloatArray) -> None:
        """Let a part's plan be mixed in; `cost` is what it spends on the way to each leaf."""
        leaves = len(cost)
        rows = np.concatenate([[part], self.parts + np.arange(leaves)]).astype(np.int32)
        price = self.tail.expected * float(self.tail.chance @ cost)
        self.solver.addCol(price, 0.0, np.inf, 1 + leaves, rows, np.concatenate([[1.0], -cost]))
        self.plans.append((part, csr_array(plan[None])))

    def mix(self) -> tuple[float, FloatArray, FloatArray]:
        """Return the least cost, what each part may save at most, and the chance to lay next."""
        run(self.solver)
        worth = np.asarray(self.solver.getSolution().row_dual)
        cost = float(self.solver.getInfo().objective_function_value)
        return cost, worth[: self.parts], np.maximum(worth[self.parts :], 0.0)

    def values(self, parts: Sequence[Part], columns: int) -> FloatArray:
        """Return the mix as one plan   [column]."""
        found = np.zeros(columns)
        shares = np.asarray(self.solver.getSolution().col_value)[1 + len(self.tail.chance) :]
        for share, (part, plan) in zip(shares, self.plans, strict=True):
            if share > 0:
                found[parts[part].columns[plan.indices]] += share * plan.data
        return found


def _mixed(
    parts: Sequence[Part], tail: _Tail, laid: FloatArray, columns: int
) -> tuple[FloatArray, float, float, FloatArray]:
    """Mix plans that may open suppliers by halves until none can be better.

    returns   the plan, its cost, what no such plan costs less than, the chance laid on the leaves
    """
    master = _Master(tail, len(parts))
    cost, saved, bound, tried = np.inf, np.full(len(parts), np.inf), -np.inf, laid
    while True:
        weight, below, new = tail.weight(tried), 0.0, False
        for index, part in enumerate(parts):
            plan, least = part.least(weight, whole=False)
            below += least
            if least < saved[index] - _CLOSE * abs(least):
                master.add(index, plan, tail.passes @ (part.spent @ plan))
                new = True
        bound = max(bound, below)
        if new:
            cost, saved, tried = master.mix()
        if not new or cost - bound <= _CLOSE * abs(cost):
            return master.values(parts, columns), cost, bound, tried


def _at_once(stated: Stated, tree: Tree, tail: _Tail) -> FloatArray:
    """Solve a programme whose parts are linked, with what its leaves cost as columns of its own."""
    nodes, leaves = tree.nodes, len(tail.chance)
    low, high = stated.rows
    free, none = np.full(nodes + 1, np.inf), np.zeros(nodes)
    excess, all_of_it = np.zeros(leaves), np.full(leaves, np.inf)
    spent = tail.expected * (tail.chance @ tail.passes @ stated.spent)
    solver = program(
        _with_leaves(stated, tree),
        (
            np.concatenate([stated.least, -free, excess]),
            np.concatenate([stated.most, free, all_of_it]),
        ),
        (np.concatenate([low, none, excess]), np.concatenate([high, none, all_of_it])),
        np.concatenate([spent, none, tail.price()]),
    )
    whole = np.flatnonzero(stated.whole).astype(np.int32)
    if len(whole):
        solver.changeColsIntegrality(len(whole), whole, np.ones(len(whole), np.uint8))
    return run(solver, searching=len(whole) > 0)[: len(stated.labels)]


def _with_leaves(stated: Stated, tree: Tree) -> Any:
    """Add what is spent on the way to each node, the level of CVaR, and leaves' excess over it."""
    last = np.unique(tree.node_of[:, -1])
    nodes, leaves = tree.nodes, len(last)
    later = np.flatnonzero(tree.parent >= 0)
    before = csr_array((np.ones(len(later)), (later, tree.parent[later])), shape=(nodes, nodes))
    at = csr_array((np.ones(leaves), (np.arange(leaves), last)), shape=(leaves, nodes))
    level = csr_array(np.ones((leaves, 1)))
    whole = [
        [stated.matrix, None, None, None],
        [-stated.spent, eye_array(nodes) - before, None, None],
        [None, -at, level, eye_array(leaves)],
    ]
    return csr_array(block_array(whole))
