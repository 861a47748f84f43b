"""What is needed and from whom it can be had, as arrays: the data of the programme."""

from dataclasses import dataclass
from typing import final

import numpy as np
from numpy.typing import NDArray

from entente.evidence import FloatArray, IntArray


@final
@dataclass(frozen=True, slots=True, eq=False)
class Needs:
    """Products over months and the ways to buy them. Amounts are units, money is USD a unit.

    By product   [product]: need [product, month]; stock at the start; room in store and what a
    month there costs; what a unit not supplied loses; elasticity of its sales, NaN where its price
    is fixed; landed, what it costs without any added duty.

    By option, a row of the file   [product, option]: whether it exists; price (customs value);
    freight; lead, months from order to arrival; ordered, what arrives of earlier orders [product,
    option, month]; most a month; opening, the one-off cost of a new supplier, 0 for one in use;
    room and cost of a month in a bonded warehouse and in a foreign-trade zone; claiming, what a
    claim of preference costs, NaN where none can be made.
    """

    need: FloatArray
    stock: FloatArray
    store: FloatArray
    store_cost: FloatArray
    short: FloatArray
    elasticity: FloatArray
    landed: FloatArray
    exists: NDArray[np.bool_]
    price: FloatArray
    freight: FloatArray
    lead: IntArray
    ordered: FloatArray
    most: FloatArray
    opening: FloatArray
    bond: FloatArray
    bond_cost: FloatArray
    zone: FloatArray
    zone_cost: FloatArray
    claiming: FloatArray

    @property
    def months(self) -> int:
        """Return how many months are planned."""
        return int(self.need.shape[1])

    @property
    def shape(self) -> tuple[int, int]:
        """Return how many products there are, and the most ways to buy one."""
        return self.price.shape[0], self.price.shape[1]
