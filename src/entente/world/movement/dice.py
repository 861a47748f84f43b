"""Dice for kernels: numbers counted, not carried, so that every draw and purpose owns its own.

The generator is Philox4x32-10 (Salmon, Moraes, Dror and Shaw 2011, "Parallel random numbers: as
easy as 1, 2, 3"). Its counter holds a step, the draw's number and a second key word; its key is the
first word of `Luck.key()`. `seat` puts the dice at the stretch of steps that belongs to a purpose:
what is thrown for one purpose never shifts the luck of another, in one accord or between two.
Dice are a row of a `hand` that the caller of a kernel holds: passed by address, they cost nothing.
"""

import math
from collections.abc import Callable
from typing import Any, Final, ParamSpec, TypeAlias, TypeVar, cast

import numba
import numpy as np
from numpy.typing import NDArray

from entente.evidence import FloatArray, IntArray

Key: TypeAlias = NDArray[np.uint64]  # the two words of `Luck.key()`
Hand: TypeAlias = NDArray[np.void]  # [dice] of HAND
Dice: TypeAlias = Any  # one row of it
HAND: Final = np.dtype(
    [(name, "u8") for name in ("step", "draw", "key", "key_2", "spare", "spares")]
)
_P = ParamSpec("_P")
_R = TypeVar("_R")


def kernel(function: Callable[_P, _R]) -> Callable[_P, _R]:
    """Compile a function on first use and keep the machine code on disk; its type stays."""
    return _compiled(function, inner=False)


def inner(function: Callable[_P, _R]) -> Callable[_P, _R]:
    """Compile the same to be called by kernels only: without a way in from Python, sooner.

    Machine code is kept by the kernel's own file: after a change here, touch the kernel's.
    """
    return _compiled(function, inner=True)


def _compiled(function: Callable[_P, _R], *, inner: bool) -> Callable[_P, _R]:
    compiler = cast("Any", numba).njit(
        cache=True, error_model="numpy", no_cpython_wrapper=inner, no_cfunc_wrapper=True
    )
    return cast("Callable[_P, _R]", compiler(function))


_LOW: Final = np.uint64(0xFFFFFFFF)
_HALF: Final = np.uint64(32)
_MULTIPLY_0: Final = np.uint64(0xD2511F53)
_MULTIPLY_1: Final = np.uint64(0xCD9E8D57)
_WEYL_0: Final = np.uint64(0x9E3779B9)
_WEYL_1: Final = np.uint64(0xBB67AE85)
_ROUNDS: Final = 10
_SEAT: Final = np.uint64(16)  # bits of the step counter that one purpose owns
_ONE: Final = np.uint64(1)
_NONE: Final = np.uint64(0)
_SHIFT: Final = np.uint64(11)


@inner
def philox(
    c0: np.uint64, c1: np.uint64, c2: np.uint64, c3: np.uint64, k0: np.uint64, k1: np.uint64
) -> tuple[np.uint64, np.uint64, np.uint64, np.uint64]:
    """Scramble a counter of four 32-bit words under a key of two (Salmon et al. 2011, s. 4).

    Words travel as 64-bit integers below 2**32. Returns four words.
    """
    for _ in range(_ROUNDS):
        p0 = _MULTIPLY_0 * c0
        p1 = _MULTIPLY_1 * c2
        c0, c1, c2, c3 = (p1 >> _HALF) ^ c1 ^ k0, p1 & _LOW, (p0 >> _HALF) ^ c3 ^ k1, p0 & _LOW
        k0 = (k0 + _WEYL_0) & _LOW
        k1 = (k1 + _WEYL_1) & _LOW
    return c0, c1, c2, c3


def hand(dice: int = 1) -> Hand:
    """Return a hand of dice for a kernel to deal."""
    return np.zeros(dice, HAND)


@inner
def deal(dice: Dice, key: Key, draw: int) -> None:
    """Make dice those of one draw of a name."""
    dice["draw"] = np.uint64(draw)
    dice["key"] = key[0]
    dice["key_2"] = key[1] & _LOW
    dice["step"] = _NONE
    dice["spares"] = _NONE


@inner
def seat(dice: Dice, purpose: int) -> None:
    """Put the dice at the stretch of 65,536 steps that belongs to a purpose (0 to 65,535)."""
    dice["step"] = np.uint64(purpose) << _SEAT
    dice["spares"] = _NONE


@inner
def uniform(dice: Dice) -> float:
    """Throw one uniform number in (0, 1), of 53 bits."""
    if dice["spares"] == _ONE:
        dice["spares"] = _NONE
        mantissa = dice["spare"] >> _SHIFT
    else:
        a, b, c, d = philox(
            dice["step"] & _LOW,
            dice["draw"] & _LOW,
            dice["draw"] >> _HALF,
            dice["key_2"],
            dice["key"] & _LOW,
            dice["key"] >> _HALF,
        )
        dice["step"] = dice["step"] + _ONE
        dice["spare"] = (c << _HALF) | d
        dice["spares"] = _ONE
        mantissa = ((a << _HALF) | b) >> _SHIFT
    return (np.float64(np.int64(mantissa)) + 0.5) * 2.0**-53


_EXACT_TAILS: Final = np.array(
    [math.lgamma(k + 1) - (k + 0.5) * math.log(k + 1) + (k + 1) - 0.5 * math.log(2 * math.pi)
     for k in range(10)]
)  # fmt: skip


@inner
def _stirling_tail(k: float) -> float:
    """Give what Stirling's formula for log k! leaves out: exact to 9, then three terms."""
    if k < 10:
        return float(_EXACT_TAILS[int(k)])
    square = (k + 1) * (k + 1)
    return (1.0 / 12 - (1.0 / 360 - 1.0 / 1260 / square) / square) / (k + 1)


@inner
def _by_inversion(dice: Dice, n: int, p: float) -> int:
    """Walk the binomial's steps from zero; for means below ten."""
    odds = p / (1 - p)
    chance = math.exp(n * math.log1p(-p))
    u = uniform(dice)
    count = 0
    while u > chance and count < n and count < 200:  # beyond 200 lies less than 1e-100
        u -= chance
        count += 1
        chance *= (n - count + 1) * odds / count
    return count


@inner
def _by_rejection(dice: Dice, n: int, p: float) -> int:
    """Throw by transformed rejection, BTRS of Hoermann 1993; for means of ten or more."""
    spread = math.sqrt(n * p * (1 - p))
    b = 1.15 + 2.53 * spread
    a = -0.0873 + 0.0248 * b + 0.01 * p
    quick = 0.92 - 4.2 / b
    while True:
        u = uniform(dice) - 0.5
        v = uniform(dice)
        inner = 0.5 - abs(u)
        k = math.floor((2 * a / inner + b) * u + n * p + 0.5)
        if inner >= 0.07 and v <= quick:
            return int(k)
        if k < 0 or k > n:
            continue
        v *= (2.83 + 5.1 / b) * spread / (a / (inner * inner) + b)
        if _below(v, n, p, int(k)):
            return int(k)


_NEAR: Final = 15  # steps from the mode up to which heights are multiplied out


@inner
def _below(v: float, n: int, p: float, k: int) -> bool:
    """Say whether `v` lies below the law's height at `k`, if its height at the mode is 1.

    Step by step near the mode; beyond, bounds on the height answer nearly always (steps 3.1 to 3.3
    of BTRD, Hoermann 1993), and the height itself is worked out between them only.
    """
    odds = p / (1 - p)
    mode = math.floor((n + 1) * p)
    far = abs(k - mode)
    if far <= _NEAR:
        height, whole = 1.0, (n + 1) * odds
        for i in range(mode + 1, k + 1):
            height *= whole / i - odds
        for i in range(k + 1, mode + 1):
            v *= whole / i - odds
        return v <= height
    log, variance = math.log(v), n * p * (1 - p)
    middle = -far * far / (2 * variance)
    doubt = (far / variance) * (((far / 3 + 0.625) * far + 1 / 6) / variance + 0.5)
    if abs(log - middle) > doubt:
        return log < middle
    return log <= _log_height(n, odds, mode, k)


@inner
def _log_height(n: int, odds: float, mode: int, k: int) -> float:
    """Give the log of the binomial law's height at `k` over that at its mode."""
    return (
        (mode + 0.5) * math.log((mode + 1) / (odds * (n - mode + 1)))
        + (n + 1) * math.log((n - mode + 1) / (n - k + 1))
        + (k + 0.5) * math.log(odds * (n - k + 1) / (k + 1))
        + _stirling_tail(mode)
        + _stirling_tail(n - mode)
        - _stirling_tail(k)
        - _stirling_tail(n - k)
    )


@inner
def binomial(dice: Dice, n: int, p: float) -> int:
    """Throw a binomial count of `n` trials, exactly; `p` outside [0, 1] counts as its end."""
    if n <= 0 or p <= 0:
        return 0
    if p >= 1:
        return n
    low = min(p, 1 - p)
    count = _by_inversion(dice, n, low) if n * low < 10 else _by_rejection(dice, n, low)
    return count if p <= 0.5 else n - count


@inner
def scatter(dice: Dice, n: int, shares: FloatArray, out: IntArray) -> int:
    """Scatter `n` over places by shares (sum at most 1), a multinomial; return those left over.

    shares, out    [place]
    """
    left, share_left = n, 1.0
    for place in range(shares.shape[0]):
        if left == 0:
            out[place] = 0
            continue
        chance = shares[place] / share_left if share_left > 1e-12 else 0.0
        out[place] = binomial(dice, left, chance)
        left -= out[place]
        share_left -= shares[place]
    return left


@inner
def gamma(dice: Dice, shape: float) -> float:
    """Throw a gamma number of unit scale, by Marsaglia and Tsang 2000."""
    boost = uniform(dice) ** (1 / shape) if shape < 1 else 1.0
    d = (shape + 1.0 if shape < 1 else shape) - 1.0 / 3
    c = 1 / math.sqrt(9 * d)
    while True:
        x = math.sqrt(-2 * math.log(uniform(dice))) * math.cos(2 * math.pi * uniform(dice))
        v = (1 + c * x) ** 3
        if v > 0 and math.log(uniform(dice)) < 0.5 * x * x + d - d * v + d * math.log(v):
            return d * v * boost


@inner
def drift(dice: Dice, shares: FloatArray, concentration: float) -> None:
    """Let shares [place] drift in place: Dirichlet around themselves. Zero stays zero."""
    total = 0.0
    for place in range(shares.shape[0]):
        if shares[place] > 0:
            shares[place] = gamma(dice, concentration * shares[place])
            total += shares[place]
    if total > 0:
        for place in range(shares.shape[0]):
            shares[place] /= total
