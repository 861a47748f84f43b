"""How many votes a rule needs, and the exact chance that it gets them.

Thresholds name their base: of the votes cast, of those present, of the seats filled. Two thirds of
the votes cast on an override is ceil(2 (y + n) / 3): 286 of 429, 60 of 89 (US Constitution, article
I section 7; law of accords section 7).
"""

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, Literal, Self, TypeAlias, final

import numpy as np
from scipy.fft import irfft, next_fast_len, rfft
from scipy.special import ndtr, ndtri

from entente.evidence import FloatArray

Base: TypeAlias = Literal["votes cast", "present", "seated"]

_RULE: Final = re.compile(r"\s*(\d+)\s*/\s*(\d+)\s+of\s+(?:the\s+)?(votes cast|present|seated)\s*")
_HALF: Final = Fraction(1, 2)
_BLOCK: Final = 8  # members counted one by one before blocks are joined


@final
@dataclass(frozen=True, slots=True)
class Threshold:
    """A share of a stated base that a measure needs; a half means more than half."""

    share: Fraction
    base: Base

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a rule as accords write it; raises ValueError where share or base is not stated.

        >>> Threshold.parse("2/3 of votes cast").needed(429)
        286
        """
        match = _RULE.fullmatch(text)
        if match is None or not 0 < Fraction(int(match[1]), int(match[2]) or 1) <= 1:
            raise ValueError("write a share and its base, such as '2/3 of votes cast'")
        base: Base = match[3]  # type: ignore[assignment]
        return cls(Fraction(int(match[1]), int(match[2])), base)

    @property
    def words(self) -> str:
        """Write it as accords do.

        >>> Threshold.parse("4/6 of the seated").words
        '2/3 of seated'
        """
        return f"{self.share} of {self.base}"

    def needed(self, size: int) -> int:
        """Return the least number of yeas among `size` members of the base. Equation (1).

        >>> [Threshold.parse("1/2 of votes cast").needed(n) for n in (100, 101)]
        [51, 51]
        """
        if self.share == _HALF:
            return size // 2 + 1
        return -(-self.share.numerator * size // self.share.denominator)


def chance(
    threshold: Threshold, yea: FloatArray, attend: FloatArray, correlation: float = 0.0
) -> float:
    """Return the exact chance that a vote reaches its threshold, whatever the common shock.

    Member i attends with probability attend[i] and, attending, votes yea with yea[i].

    yea, attend   probabilities                 [member]
    """
    nodes, weights = shocks(correlation)
    return float(weights @ chances(threshold, yea, attend, nodes, correlation))


def shocks(correlation: float) -> tuple[FloatArray, FloatArray]:
    """Return the common shock at 21 Gauss-Hermite nodes and their weights; one node without it."""
    if correlation == 0:
        return np.zeros(1), np.ones(1)
    nodes, weights = np.polynomial.hermite_e.hermegauss(21)
    return nodes, weights / weights.sum()


def chances(
    threshold: Threshold,
    yea: FloatArray,
    attend: FloatArray,
    nodes: FloatArray,
    correlation: float,
) -> FloatArray:
    """Return the chance of passing at each value z of the shock that all members share   [node].

    Equation (2): p_i(z) = Phi((Phi^-1(p_i) + sqrt(rho) z) / sqrt(1 - rho)). The same z may be used
    for several chambers. Each member adds a score whose sum says whether the threshold is met: with
    a share a/b of votes cast, yeas y and nays n pass iff (b - a) y - a n >= 0, and a half needs
    more than zero. Where the base does not shrink with absence a nay and an absence are one.

    yea, attend   probabilities                 [member]
    """
    shifted = ndtri(yea) + np.sqrt(correlation) * nodes[:, None]
    shocked = ndtr(shifted / np.sqrt(1 - correlation))  # [node, member]
    up = threshold.share.denominator - threshold.share.numerator
    down = threshold.share.numerator
    absent = 0 if threshold.base == "seated" else down
    enough = down * yea.size + (1 if threshold.share == _HALF else 0)
    distribution = _distribution(shocked, attend, up + down, absent)
    passing: FloatArray = np.clip(distribution[:, enough:].sum(axis=1), 0.0, 1.0)
    return passing


def _distribution(yea: FloatArray, attend: FloatArray, up: int, absent: int) -> FloatArray:
    """Return the chance of every sum of scores, a nay being worth 0   [node, sum].

    Small blocks of members are counted one by one, as equation (3) has it, then joined pair by pair
    by convolution: the same sums as adding one member after another, in a tenth of the time.

    yea      [node, member];   up   a yea's score;   absent   an absence's score
    """
    nodes, members = yea.shape
    blocks = 1 << max(0, (members // _BLOCK).bit_length() - 1)
    size = -(-members // blocks)
    gap = blocks * size - members  # filled with members who always vote nay, which adds nothing
    cast = np.pad(attend, (0, gap), constant_values=1.0).reshape(blocks, size)
    ayes = np.pad(yea, ((0, 0), (0, gap))).reshape(nodes, blocks, size)
    part = np.ones((nodes, blocks, 1))
    for member in range(size):
        a, p = cast[:, member, None], ayes[:, :, member, None]
        before, reach = part, part.shape[2]
        part = np.zeros((nodes, blocks, reach + up))
        part[..., :reach] = (a * (1 - p)) * before
        part[..., absent : absent + reach] += (1 - a) * before
        part[..., up:] += (a * p) * before
    while part.shape[1] > 1:
        length = 2 * part.shape[2] - 1
        spectrum = rfft(part, next_fast_len(length, real=True), axis=2)
        joined = spectrum[:, ::2] * spectrum[:, 1::2]
        part = irfft(joined, next_fast_len(length, real=True), axis=2)[..., :length]
    return np.asarray(part[:, 0])
