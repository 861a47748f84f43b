"""Placebo in time: would the model have seen an effect of this size where nothing had begun?

The change after an intervention is the log of what came, over its months together, less what was
expected on its eve. The same is done on the eve of every month on which nothing began near by; the
intervention's rank among them is its p-value, (1 + as extreme) / (1 + placebos), as in Abadie,
Diamond and Hainmueller 2010. Placebos that leave the model's own band more often than one in five
say that the band is too narrow, not that something happened.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, final

import numpy as np

from entente.evidence import FloatArray
from entente.luck import Luck
from entente.problems import InputProblemsError, Place, Problem
from entente.world.movement.pressure.fit import SHORTEST, Fit, fit_each
from entente.world.movement.pressure.forecast import SERIES_ORDER
from entente.world.movement.pressure.interventions import EPISODES
from entente.world.sources import BorderCounts

FEWEST: Final = 24  # placebos without which a rank says little
_BAND: Final = (0.1, 0.9)


@final
@dataclass(frozen=True, slots=True)
class Placebo:
    """What came after an intervention in one series, ranked among months when nothing began.

    change       log of what came over what was expected, all months together
    placebos     how many
    p_lower      chance of a fall as large where nothing began;   p_both   of a change as large
    outside80    share of placebos outside the central 80 % band of their own expectation
    """

    group: str
    began: str
    months: int
    change: float
    placebos: int
    p_lower: float
    p_both: float
    outside80: float


def placebo(
    counts: BorderCounts,
    began: np.datetime64,
    months: int,
    origins: Sequence[np.datetime64],
    luck: Luck,
) -> list[Placebo]:
    """Rank the change after `began` among placebos, for all events and each group.

    origins   months to serve as eves; those whose window meets an intervention are passed over

    Raises InputProblemsError where fewer than 24 placebos are left or the months are not known.
    """
    eves = [began - 1, *(origin for origin in origins if _clear(counts, origin, began, months))]
    known = [int((eve - counts.first).astype(int)) + 1 for eve in eves]
    if not SHORTEST <= known[0] <= len(counts.counts) - months:
        raise InputProblemsError([_not_known(counts, began, months)])
    if len(eves) <= FEWEST:
        raise InputProblemsError([_too_few(counts, began, len(eves) - 1)])
    observed = counts.counts.astype(np.float64)
    fits = fit_each(observed, counts.first, eves)
    came = [observed[n : n + months].sum(axis=0) for n in known]
    told = [_told(fit, months, luck) for fit in fits]
    found = [_change(one, other) for one, other in zip(came, told, strict=True)]
    changes = np.array([change for change, _ in found])  # [eve, series]
    outside = np.array([out for _, out in found[1:]])
    return [
        _ranked(str(group), str(began), months, changes[:, column], outside[:, column])
        for column, group in enumerate(SERIES_ORDER)
    ]


def _clear(counts: BorderCounts, eve: np.datetime64, began: np.datetime64, months: int) -> bool:
    """Say whether nothing began in, or as long before, the months after an eve."""
    first, last = eve + 1, eve + months
    inside = counts.first + SHORTEST - 1 <= eve and last <= counts.last
    starts = [began, *(episode.began for episode in EPISODES)]
    return bool(inside and not any(first - months < start <= last for start in starts))


def _told(fit: Fit, months: int, luck: Luck) -> FloatArray:
    """Return the sum over the months ahead that each draw expects [draw, series]."""
    groups = fit.paths(months, luck.of("pressure", str(fit.through))).sum(axis=1)
    return np.column_stack([groups.sum(axis=1), groups])


def _change(came: FloatArray, told: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the log change of each series, and whether it left its band [series]."""
    real = np.log(np.append(came.sum(), came) + 0.5)
    drawn = np.log(told + 0.5)
    low, high = np.quantile(drawn, _BAND, axis=0)
    return real - np.median(drawn, axis=0), (real < low) | (real > high)


def _ranked(
    group: str, began: str, months: int, changes: FloatArray, outside: FloatArray
) -> Placebo:
    true, others = changes[0], changes[1:]
    lower = (1 + int((others <= true).sum())) / (1 + len(others))
    both = (1 + int((np.abs(others) >= abs(true)).sum())) / (1 + len(others))
    share = float(outside.mean())
    return Placebo(group, began, months, float(true), len(others), lower, both, share)


def _not_known(counts: BorderCounts, began: np.datetime64, months: int) -> Problem:
    text = f"{counts.series} runs from {counts.first} to {counts.last}"
    mend = f"choose a month with {SHORTEST} before it and {months} from it on"
    return Problem("E630", Place(counts.series), "", f"no placebos for {began}: {text}", mend)


def _too_few(counts: BorderCounts, began: np.datetime64, left: int) -> Problem:
    text = f"{left} months are clear of any intervention; placebos for {began} need {FEWEST}"
    return Problem("E632", Place(counts.series), "", text, "widen the span of origins")
