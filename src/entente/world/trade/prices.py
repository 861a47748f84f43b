"""What dearer imports do to consumer prices, category by category, through chains of production."""

from functools import cache
from typing import NamedTuple

import numpy as np

from entente.evidence import FloatArray
from entente.places import CHAPTERS
from entente.world.sources import rows


class Responses(NamedTuple):
    """How prices answer, as shipped.

    spending   consumers' spending, USD a year                                   [category]
    response   percent on a price for one percent on all imports of a chapter    [category, chapter]
    """

    categories: tuple[str, ...]
    spending: FloatArray
    response: FloatArray


@cache
def responses() -> Responses:
    """Return the shipped responses (BEA input-output accounts and PCE bridge, 2024)."""
    spent = {row["category"]: float(row["spending_usd"]) for row in rows("consumer-spending")}
    categories = tuple(spent)
    response = np.zeros((len(categories), len(CHAPTERS)))
    for row in rows("consumer-prices"):
        cell = categories.index(row["category"]), CHAPTERS.index(row["chapter"])
        response[cell] = float(row["response"])
    response.setflags(write=False)
    return Responses(categories, np.array(list(spent.values())), response)


def consumer_prices(rise: FloatArray) -> FloatArray:
    """Return the rise of each category's price were every cost passed on, as the rise is given.

    Margins of trade and transport stay the same in dollars; nothing is absorbed and nobody turns
    to cheaper goods at home, so it is the most that chains of production carry.

    rise   of the price of all imports of a chapter   [..., chapter];   result   [..., category]
    """
    risen: FloatArray = rise @ responses().response.T
    return risen


def all_spending(risen: FloatArray) -> FloatArray:
    """Weigh categories by spending [..., category] to one price [...]."""
    spending = responses().spending
    whole: FloatArray = risen @ spending / spending.sum()
    return whole
