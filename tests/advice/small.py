"""Small worlds of one product, whose best plan can be found by trying everything."""

import numpy as np

from entente.advice.needs import Needs
from entente.advice.tree import Tree


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


def several(luck: np.random.Generator, products: int, months: int, suppliers: int = 1) -> Needs:
    """Give products that differ in price and room, each from one supplier or from one to open."""
    one = needs(months)
    grown = {
        name: np.repeat(getattr(one, name), products, axis=0) for name in one.__dataclass_fields__
    }
    price = luck.uniform(5, 50, (products, 1))
    grown |= {
        "price": price, "landed": price[:, 0], "short": 2 * price[:, 0],
        "need": luck.integers(1, 9, (products, months)).astype(float),
        "store": luck.integers(0, 9, products).astype(float),
        "store_cost": luck.uniform(0.005, 0.05, products) * price[:, 0],
        "bond": luck.integers(0, 4, (products, 1)).astype(float), "bond_cost": 0.012 * price,
    }  # fmt: skip
    if suppliers > 1:
        wide = {n: np.repeat(v, 2, axis=1) for n, v in grown.items() if v.shape[1:2] == (1,)}
        wide["price"] = wide["price"] * [1.0, 1.08]
        wide["opening"] = np.concatenate([0 * price, price * luck.uniform(0.2, 4, price.shape)], 1)
        grown |= wide
    return Needs(**grown)
