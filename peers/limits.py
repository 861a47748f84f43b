"""What this machine can do at most, measured in the same run, and how near ours comes to it.

A work that needs so many bytes, numbers and operations at least cannot be done faster than the
slowest of them is had; the share of that limit is what the work's seconds leave room to gain.
"""

import os
import timeit
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import numpy as np

_REPEAT: Final = 3
_CORES: Final = len(os.sched_getaffinity(0))
_LONG: Final = 16_000_000  # numbers, far more than caches hold
_SIDE: Final = 1_000

# What one step of each can do; all cores together.
NEEDS: Final = {"bytes": "memory", "numbers": "random numbers", "operations": "arithmetic"}


def limits() -> Mapping[str, float]:
    """Return bytes moved, uniform numbers drawn and floating-point operations done, a second."""
    return {
        "bytes": _rate(_copying, 2 * 8 * _LONG),
        "numbers": _rate(_drawing, _LONG),
        "operations": _rate(_multiplying, 2 * _SIDE**3),
    }


def said(found: Mapping[str, float]) -> Iterator[str]:
    """Say the limits, a line each."""
    yield f"memory moves {found['bytes'] / 1e9:.1f} GB/s"
    yield f"PCG64 draws {found['numbers'] / 1e6:.0f} million uniform numbers a second"
    yield f"matrices multiply at {found['operations'] / 1e9:.0f} billion operations a second"


def share(needs: Mapping[str, float], seconds: float, found: Mapping[str, float]) -> str:
    """Say which part of the seconds the limit alone would take; empty where needs are not known."""
    least = {what: amount / found[what] for what, amount in needs.items()}
    if not least:
        return ""
    slowest = max(least, key=lambda what: least[what])
    return f"{100 * least[slowest] / seconds:.2g} % ({NEEDS[slowest]})"


def _rate(make: Callable[[int], Callable[[], object]], each: int) -> float:
    """Return how much all cores do in a second, each on memory of its own."""
    works = [make(core) for core in range(_CORES)]
    with ThreadPoolExecutor(_CORES) as pool:

        def together() -> None:
            for done in [pool.submit(work) for work in works]:
                done.result()

        together()
        return _CORES * each / min(timeit.repeat(together, number=1, repeat=_REPEAT))


def _copying(_core: int) -> Callable[[], object]:
    source, target = np.ones(_LONG), np.empty(_LONG)
    return lambda: np.copyto(target, source)


def _drawing(core: int) -> Callable[[], object]:
    dice, target = np.random.default_rng(core), np.empty(_LONG)
    return lambda: dice.random(out=target)


def _multiplying(core: int) -> Callable[[], object]:
    left = np.random.default_rng(core).random((_SIDE, _SIDE))
    return lambda: left @ left
