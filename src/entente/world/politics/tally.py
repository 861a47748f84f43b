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
from scipy.special import ndtr, ndtri

from entente.evidence import FloatArray

Base: TypeAlias = Literal["votes cast", "present", "seated"]

_RULE: Final = re.compile(r"\s*(\d+)\s*/\s*(\d+)\s+of\s+(?:the\s+)?(votes cast|present|seated)\s*")
_HALF: Final = Fraction(1, 2)


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

    def needed(self, size: int) -> int:
        """Return the least number of yeas among `size` members of the base.

        >>> [Threshold.parse("1/2 of votes cast").needed(n) for n in (100, 101)]
        [51, 51]
        """
        if self.share == _HALF:
            return size // 2 + 1
        return -(-self.share.numerator * size // self.share.denominator)


def chance(
    threshold: Threshold, yea: FloatArray, attend: FloatArray, correlation: float = 0.0
) -> float:
    """Return the exact chance that a vote reaches its threshold.

    Member i attends with probability attend[i] and, attending, votes yea with yea[i]. Each adds a
    score whose sum says whether the threshold is met, so one pass over members gives the exact
    distribution. A common shock z with the given correlation is integrated by 21 Gauss-Hermite
    nodes: p_i(z) = Phi((Phi^-1(p_i) + sqrt(rho) z) / sqrt(1 - rho)).

    yea, attend   probabilities                 [member]
    """
    if correlation == 0:
        return float(_passes(threshold, yea[None], attend)[0])
    nodes, weights = np.polynomial.hermite_e.hermegauss(21)
    scale = np.sqrt(1 - correlation)
    shocked = ndtr((ndtri(yea) + np.sqrt(correlation) * nodes[:, None]) / scale)  # [node, member]
    return float(weights @ _passes(threshold, shocked, attend) / weights.sum())


def _passes(threshold: Threshold, yea: FloatArray, attend: FloatArray) -> FloatArray:
    """Return the chance of passing at each node.

    With a share a/b of votes cast, yeas y and nays n pass iff (b - a) y - a n >= 0, and a half
    needs more than zero. Where the base does not shrink with absence a nay and an absence are one.

    yea   [node, member]
    """
    up = threshold.share.denominator - threshold.share.numerator
    down = threshold.share.numerator
    absent = 0 if threshold.base != "seated" else -down
    members = yea.shape[1]
    span = max(up, down) * members
    chances = np.zeros((yea.shape[0], 2 * span + 1))  # [node, score + span]
    chances[:, span] = 1
    for member in range(members):
        p, a = yea[:, member, None], attend[member]
        chances = (
            a * p * np.roll(chances, up, axis=1)
            + a * (1 - p) * np.roll(chances, -down, axis=1)
            + (1 - a) * np.roll(chances, absent, axis=1)
        )
    enough = span + (1 if threshold.share == _HALF else 0)
    passing: FloatArray = chances[:, enough:].sum(axis=1)
    return passing
