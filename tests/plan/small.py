"""Small worlds of one product, whose best plan can be found by trying everything."""

import numpy as np

from entente.plan.needs import Needs
from entente.plan.tree import Tree


def needs(months: int = 3, **given) -> Needs:
    """Give one product from one supplier: need 1 a month, price 100, nothing else possible."""
    one = np.ones(1)
    whole = np.ones((1, 1))
    plain = {
        "need": np.ones((1, months)), "stock": 0 * one, "store": 0 * one, "store_cost": one,
        "short": 1000 * one, "elasticity": np.full(1, np.nan), "landed": 100 * one,
        "exists": whole > 0, "price": 100 * whole, "freight": 0 * whole,
        "lead": np.zeros((1, 1), np.int64), "ordered": np.zeros((1, 1, months)),
        "most": np.inf * whole, "opening": 0 * whole, "bond": 0 * whole, "bond_cost": whole,
        "zone": 0 * whole, "zone_cost": whole, "claiming": np.nan * whole,
    }  # fmt: skip
    arrays = {
        name: np.asarray(value, plain[name].dtype).reshape(plain[name].shape)
        if name not in ("need", "ordered") else np.asarray(value, float)
        for name, value in given.items()
    }  # fmt: skip
    return Needs(**{**plain, **arrays})


def duties(rate: np.ndarray, price: float = 100.0, claimed: float | None = None) -> np.ndarray:
    """Lay rates of nodes out as duties, USD a unit   [node, product, option, way]."""
    out = np.full((len(rate), 1, 1, 2), np.nan)
    out[..., 0] = rate[:, None, None] * price
    if claimed is not None:
        out[..., 1] = claimed
    return out


def fork(months: int = 3, at: int = 1, chance: float = 0.4) -> tuple[Tree, np.ndarray]:
    """Give a tree that parts once: no duty, or 30 % from a month on; and its rates by node.

    With a chance of 1 the duty is sure, and the tree one path.
    """
    told = np.zeros((2, months), np.int64)
    told[1, at:] = 1
    sure = chance == 1
    told = told[1:] if sure else told
    tree = Tree.of(np.ones(1) if sure else np.array([1 - chance, chance]), told)
    return tree, tree.at_nodes(told * 0.3)
