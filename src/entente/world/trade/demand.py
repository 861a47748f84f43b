"""How buyers and suppliers answer a duty: an exact nested CES over origins, solved by Newton."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from entente.evidence import FloatArray
from entente.problems import NoSolutionError

TOLERANCE: Final = 1e-12
_STEPS: Final = 60


@dataclass(frozen=True, slots=True)
class Answer:
    """What a change of duties does to a product, as natural logarithms of new over old.

    index      price index of the product to its buyers             [...]
    supplier   price each origin's suppliers receive                [..., origin]
    volume     quantity bought from each origin                     [..., origin]
    """

    index: FloatArray
    supplier: FloatArray
    volume: FloatArray

    @property
    def value(self) -> FloatArray:
        """Ratio of new to old value of each origin's sales, duty excluded, [..., origin]."""
        ratio: FloatArray = np.exp(self.supplier + self.volume)
        return ratio


def answer(
    wedge: FloatArray,
    share: FloatArray,
    sigma: FloatArray,
    eta: FloatArray,
    epsilon: FloatArray,
) -> Answer:
    """Solve the nest of one product after its duties change; every product and draw at once.

    Buyers choose between origins with elasticity sigma inside a product whose own demand has
    elasticity eta, m_i = p_i^-sigma P^(sigma - eta) in ratios; suppliers of origin i sell along
    p*_i = m_i^(1/epsilon_i). Eliminating volumes leaves equation (A1), one in ln P for each product
    (Armington nest with finite supply; Fajgelbaum et al., QJE 2020, section IV).

    wedge     ratio (1 + new duty) / (1 + old duty)                          [..., origin]
    share     of spending at duty-inclusive prices; sums to 1                [..., origin]
    sigma     elasticity between origins, above 1                            [...]
    eta       elasticity of the product's demand, at least 0                 [...]
    epsilon   export supply elasticity, above 0; infinity passes all on      [..., origin]

    Raises NoSolutionError when the residual stays above 1e-12.
    """
    ln_wedge = np.log(wedge)
    give = 1.0 / (epsilon + sigma[..., None])
    own, cross = 1.0 - sigma[..., None] * give, (sigma - eta)[..., None] * give
    index = _index(ln_wedge * own, cross, share, sigma)
    supplier = give * ((sigma - eta)[..., None] * index[..., None] - sigma[..., None] * ln_wedge)
    volume = (sigma - eta)[..., None] * index[..., None] - sigma[..., None] * (ln_wedge + supplier)
    return Answer(index, supplier, volume)


def _index(
    direct: FloatArray, cross: FloatArray, share: FloatArray, sigma: FloatArray
) -> FloatArray:
    """Find u = ln P with u = ln(sum_i share_i exp((1 - sigma)(direct_i + cross_i u)))/(1 - sigma).

    The right side's slope in u stays below 1, so the root is unique and Newton goes straight.
    """
    u: FloatArray = np.zeros(sigma.shape)
    for _ in range(_STEPS):
        ln_price = direct + cross * u[..., None]
        weight = share * np.exp((1.0 - sigma)[..., None] * ln_price)
        total = weight.sum(axis=-1)
        gap = np.log(total) / (1.0 - sigma) - u
        if np.abs(gap).max(initial=0.0) < TOLERANCE:
            return u
        slope = (weight * cross).sum(axis=-1) / total - 1.0
        u = u - gap / slope
    raise NoSolutionError(
        f"demand: no price index after {_STEPS} Newton steps; largest gap {np.abs(gap).max():.2g}"
    )


def supply_elasticity(pass_through: FloatArray, sigma: FloatArray) -> FloatArray:
    """Give the export supply elasticity that passes this share of a duty on to the border price.

    For a supplier that is small in its market d ln p / d ln(1 + t) = epsilon / (epsilon + sigma);
    complete pass-through is an infinite elasticity.

    pass_through   share in (0, 1]   [...];   sigma   [...];   result   [...]
    """
    kept = 1.0 - pass_through
    finite = kept > 0
    epsilon: FloatArray = np.where(
        finite, sigma * pass_through / np.where(finite, kept, 1.0), np.inf
    )
    return epsilon


def adjusted_share(exposure: FloatArray, ln_wedge: FloatArray, short_run: FloatArray) -> FloatArray:
    """Say how much of the long-run elasticity has been reached.

    At once `short_run` of it; the rest as buyers get used to the duty, `exposure` being the log
    wedge they are used to (see `used_to`).

    exposure, ln_wedge   [...];   short_run   share in [0, 1]   [...];   result   share   [...]
    """
    met = np.divide(exposure, ln_wedge, out=np.ones_like(exposure), where=ln_wedge != 0)
    share: FloatArray = short_run + (1.0 - short_run) * np.clip(met, 0.0, 1.0)
    return share


def used_to(exposure: FloatArray, ln_wedge: FloatArray, months: FloatArray) -> FloatArray:
    """Move what buyers are used to one month towards the duty: a gap closes with e^(-1/months).

    Duties that come and go therefore never reach the long run (Boehm, Levchenko and
    Pandalai-Nayar, AER 2023, measure how slowly trade answers a lasting change).

    exposure, ln_wedge   [...];   months   mean time of adjustment, above 0   [...]
    """
    moved: FloatArray = exposure + (ln_wedge - exposure) * -np.expm1(-1.0 / months)
    return moved


def partly_adjusted(
    sigma: FloatArray, eta: FloatArray, share: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Scale long-run elasticities to the share reached; sigma stays above 1, so demand is defined.

    sigma, eta, share   [...]
    """
    return 1.0 + (sigma - 1.0) * share, eta * share
