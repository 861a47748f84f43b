"""How long the programme takes for a large importer; run by `make bench`."""

import numpy as np
import pytest

from entente.advice.costs import Taste
from entente.advice.needs import Needs
from entente.advice.programme import solve
from entente.advice.tree import Tree

from .small import needs


def large(products: int, months: int) -> Needs:
    """Give many products that differ in price and in what storing them costs."""
    luck = np.random.default_rng(0)
    one = needs(months)
    price = luck.uniform(5, 50, (products, 1))
    grown = {
        name: np.repeat(getattr(one, name), products, axis=0) for name in one.__dataclass_fields__
    }
    grown |= {
        "price": price, "landed": price[:, 0], "short": 2 * price[:, 0],
        "store": np.full(products, 3.0),
        "store_cost": luck.uniform(0.005, 0.02, products) * price[:, 0],
        "bond": np.full((products, 1), 2.0), "bond_cost": 0.012 * price,
    }  # fmt: skip
    return Needs(**grown)


@pytest.mark.parametrize("aversion", [0.0, 1.0, 20.0])
def test_five_hundred_products_over_a_year_and_fifty_courses(benchmark, aversion):
    luck = np.random.default_rng(1)
    month = np.arange(12)
    stops, resumes = luck.integers(1, 13, (2, 50, 1))
    rate = np.minimum(0.05 + 0.05 * month, 0.25) * ((month < stops) | (month >= resumes + 1))
    tree = Tree.of(np.full(50, 0.02), np.rint(rate * 1000).astype(int))
    wanted = large(500, 12)
    duty = np.full((tree.nodes, 500, 1, 2), np.nan)
    duty[..., 0] = tree.at_nodes(rate)[:, None, None] * wanted.price
    found = benchmark.pedantic(solve, (wanted, tree, duty, Taste(aversion)), rounds=1)
    assert found.expected > 0
