"""SMART, the first-order limit of the nest: trade created and diverted by a small duty."""

import numpy as np

from entente.evidence import FloatArray


def smart(
    value: FloatArray,
    others: FloatArray,
    before: FloatArray,
    after: FloatArray,
    sigma: FloatArray,
    eta: FloatArray,
    epsilon: FloatArray,
) -> tuple[FloatArray, FloatArray]:
    """Give trade created and trade diverted to the origin whose duty changes; both in USD [...].

    The UNCTAD and World Bank formulas (Laird and Yeats 1986; Jammes and Olarreaga 2005), linear in
    the change and capped by the trade there is. Their substitution between origins is sigma - eta
    here, so that both agree with `demand.answer` to second order as the change goes to zero. At
    25 % they do not: use them to compare with tools that print them.

    value    sales of the origin before, USD;   others   of all other origins, USD    [...]
    before, after   its ad-valorem duty, a fraction                                    [...]
    sigma, eta, epsilon   as in `demand.answer`                                        [...]
    """
    wedge = (after - before) / (1.0 + before)
    created: FloatArray = -value * eta * wedge / (1.0 + eta / epsilon)
    total = value + others
    mixed = np.divide(value * others, total, out=np.zeros_like(total), where=total > 0)
    diverted: FloatArray = np.clip(-mixed * (sigma - eta) * wedge, -value, others)
    return np.maximum(created, -value), diverted
