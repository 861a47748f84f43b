"""Who pays: buyers, suppliers, the treasury, and what nobody gets."""

from dataclasses import dataclass

from scipy.special import exprel

from entente.evidence import FloatArray
from entente.world.trade.demand import Answer


@dataclass(frozen=True, slots=True)
class Incidence:
    """A change of duties in money, in the unit of the values it was made from.

    value_after      sales of each origin, duty excluded              [..., origin]
    revenue          duty collected after the change, by origin       [..., origin]
    revenue_change   against before, all origins                      [...]
    buyers_cost      what buyers would pay to undo the change         [...]
    suppliers_cost   loss of each origin's suppliers                  [..., origin]
    """

    value_after: FloatArray
    revenue: FloatArray
    revenue_change: FloatArray
    buyers_cost: FloatArray
    suppliers_cost: FloatArray

    @property
    def deadweight(self) -> FloatArray:
        """Loss of buyers and suppliers together that no treasury receives, [...]."""
        loss: FloatArray = self.buyers_cost + self.suppliers_cost.sum(axis=-1) - self.revenue_change
        return loss


def incidence(
    value: FloatArray,
    before: FloatArray,
    after: FloatArray,
    answer: Answer,
    eta: FloatArray,
    epsilon: FloatArray,
) -> Incidence:
    """Put an answer in money. Exact integrals under the demand and supply curves, no triangles.

    buyers     X (P^(1-eta) - 1) / (1 - eta), X spending at duty-inclusive prices
    suppliers  V (1 - p*^(1+epsilon)) / (1 + epsilon), V sales before

    value            sales before, duty excluded            [..., origin]
    before, after    ad-valorem duty, a fraction            [..., origin]
    eta              [...];   epsilon   [..., origin]
    """
    value_after = value * answer.value
    revenue = after * value_after
    spending = (value * (1.0 + before)).sum(axis=-1)
    buyers = spending * answer.index * exprel((1.0 - eta) * answer.index)
    suppliers = value * (1.0 - answer.value) / (1.0 + epsilon)
    change = (revenue - before * value).sum(axis=-1)
    return Incidence(value_after, revenue, change, buyers, suppliers)


def at_retail(buyers_cost: FloatArray, pass_through: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Split the buyers' cost between final consumers and the merchants who import.

    Retail pass-through moves cost between the two; it never touches revenue.

    buyers_cost   [...];   pass_through   share in [0, 1], broadcast   [...]
    """
    consumers = buyers_cost * pass_through
    return consumers, buyers_cost - consumers
