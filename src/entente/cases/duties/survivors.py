"""Which of the duties that reach a class stand beside each other, and which give way.

The finest goods come first, then `over`, then what `combine` says; quantities are weighed apart.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from entente.accord.clauses import Schedule
from entente.accord.expression.faults import Truth
from entente.accord.plan import Plan
from entente.accord.quantities import Part, folded
from entente.cases.duties.reach import NO_DUTY, Reach
from entente.evidence import FloatArray

_REPLACE, _ADD, _MAX = range(3)
_WAYS: Final = {"add": _ADD, "max": _MAX}


def survivors(
    plan: Plan, duties: Sequence[Schedule], reach: Reach, values: FloatArray
) -> FloatArray:
    """Return what stands of each duty, NaN where another takes its place   [slot, class].

    values   what each duty would set by itself, NaN where nothing   [slot, class]

    Raises InputProblemsError (E105) where duties that cannot be combined stand together.
    """
    kinds = list(dict.fromkeys(duty.sets for duty in duties))
    quantity = np.array([kinds.index(duty.sets) for duty in duties], np.int64)[reach.duty]
    ways = np.array([_WAYS.get(duty.common.combine or "", _REPLACE) for duty in duties])
    beaten = _beaten(plan, duties)
    kept = np.full(values.shape, np.nan)
    for kind in range(len(kinds)):
        here = (quantity == kind) & (reach.duty != NO_DUTY)
        own = _finest(reach, ways[reach.duty], np.where(here, values, np.nan))
        own = np.where(_lost(reach, own, beaten, len(duties)), np.nan, own)
        _refuse_clashes(plan, duties, reach, own, ways[reach.duty])
        own = _largest(own, ways[reach.duty] == _MAX)
        kept = np.where(here, own, kept)
    return kept


def _beaten(plan: Plan, duties: Sequence[Schedule]) -> NDArray[np.int64]:
    """Return who gives way to whom as numbers: the loser's place, times all, plus the winner's."""
    places = {duty.common.id: place for place, duty in enumerate(duties)}
    pairs = [
        places[loser] * len(duties) + winner
        for winner, duty in enumerate(duties)
        for loser in plan.beats[duty.common.id]
        if loser in places
    ]
    return np.array(sorted(pairs), np.int64)


def _finest(reach: Reach, ways: NDArray[np.int64], values: FloatArray) -> FloatArray:
    """Drop what replaces, where a duty on finer goods sets something."""
    finest = np.where(np.isnan(values), -1, reach.length).max(axis=0, initial=-1)
    coarse = (ways == _REPLACE) & (reach.length < finest)
    return np.where(coarse, np.nan, values)


def _lost(reach: Reach, values: FloatArray, beaten: NDArray[np.int64], size: int) -> Truth:
    """Return where a duty is beaten by another that sets something   [slot, class]."""
    lost = np.zeros(values.shape, np.bool_)
    if beaten.size:
        set_ = ~np.isnan(values)
        for slot, duty in enumerate(reach.duty):
            lost[slot] = (np.isin(duty * size + reach.duty, beaten) & set_).any(axis=0)
    return lost


def _refuse_clashes(
    plan: Plan,
    duties: Sequence[Schedule],
    reach: Reach,
    values: FloatArray,
    ways: NDArray[np.int64],
) -> None:
    """Let `folded` refuse what stands together and cannot: what replaces, or combines unlike."""
    set_ = ~np.isnan(values)
    together = set_.sum(axis=0) > 1
    if not together.any():
        return
    added, largest, replacing = (
        (set_ & (ways == way)).any(axis=0) for way in (_ADD, _MAX, _REPLACE)
    )
    for clash in np.flatnonzero(together & (replacing | (added & largest)))[:1]:
        slots = np.flatnonzero(set_[:, clash])
        folded(plan, [Part(duties[reach.duty[s, clash]], values[s, [clash]]) for s in slots])


def _largest(values: FloatArray, compared: Truth) -> FloatArray:
    """Of the duties that are compared keep the largest, the first of equals."""
    if not compared.any():
        return values
    ranked = np.where(compared & ~np.isnan(values), values, -np.inf)
    best = np.arange(len(values))[:, None] == ranked.argmax(axis=0)
    return np.where(compared & ~best, np.nan, values)
