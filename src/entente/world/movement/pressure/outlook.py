"""The month loop's view of pressure: what would come anyway, and what each kind of lever does."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, final

import numpy as np

from entente.evidence import FloatArray
from entente.luck import Luck
from entente.problems import InputProblemsError, Place, Problem
from entente.world.movement.pressure.fit import SHORTEST, fit
from entente.world.movement.pressure.interventions import AGES, effects
from entente.world.movement.pressure.shipped import Learned, held
from entente.world.sources import BorderCounts

TRANSIT_ENFORCEMENT: Final = "transit_enforcement"


@final
@dataclass(frozen=True, slots=True)
class Outlook:
    """Counts of the months after `through`, and the log effects of levers that may be pulled.

    usual     counts if no intervention begins, events a month               [draw, month, group]
    effects   by kind of lever, the log effect in each month after it begins [draw, group, age]

    With intensity g in [0, 1] a month's expected count is usual * exp(g * effect[age]); age 0 is
    the month in which the lever is first pulled, and the last age stands for all later ones.
    """

    through: np.datetime64  # [M]
    usual: FloatArray
    effects: Mapping[str, FloatArray]

    def under(self, begun: Mapping[str, np.datetime64]) -> FloatArray:
        """Return counts with levers pulled in the given months, in full; [draw, month, group].

        A lever that began by `through` has done part of its work already; only the rest counts.
        """
        ahead = self.through + 1 + np.arange(self.usual.shape[1])
        log_effect = np.zeros_like(self.usual)
        for lever, began in begun.items():
            effect = self.effects[lever]
            age = (ahead - began).astype(int)
            done = int((self.through - began).astype(int))
            now = effect[:, :, np.clip(age, 0, AGES - 1)] * (age >= 0)
            before = effect[:, :, [min(done, AGES - 1)]] if done >= 0 else 0.0
            log_effect += (now - before).transpose(0, 2, 1)
        under: FloatArray = self.usual * np.exp(log_effect)
        return under


def outlook(
    counts: BorderCounts,
    through: np.datetime64,
    horizon: int,
    luck: Luck,
    eve: np.datetime64 | None = None,
) -> Outlook:
    """Look ahead from `through`, using no later month.

    Twice the draws give the same first half; a longer horizon gives the same first months.

    counts    monthly counts by group; months after `through` are not looked at
    through   last month known [M];   horizon   months ahead
    eve       last month before levers are pulled: `through`, unless they were pulled before it

    Raises InputProblemsError when `through` is not among the months or too few lead up to it.
    """
    known = counts.through(through)
    if len(known.counts) < SHORTEST:
        text = f"{len(known.counts)} months lead up to {through}; a forecast needs {SHORTEST}"
        mend = "start the series earlier or forecast from a later month"
        raise InputProblemsError([Problem("E630", Place(counts.series), "", text, mend)])
    learned, fitted = _learned(counts, through, min(eve or through, through))
    luck = luck.of("pressure")
    return Outlook(
        through,
        fitted.paths(horizon, luck),
        {lever: effect.draw(luck) for lever, effect in learned.items()},
    )


@lru_cache(maxsize=4)
def _learned(counts: BorderCounts, through: np.datetime64, eve: np.datetime64) -> Learned:
    """Take the shipped fit or learn; every block of draws asks for the same."""
    known = counts.through(through)
    return held(known, eve) or learn(known, eve)


def learn(known: BorderCounts, eve: np.datetime64) -> Learned:
    """Learn from every month of `known` what levers do and where counts go by themselves."""
    observed = known.counts.astype(np.float64)
    learned = effects(observed, known.first, known.last, eve)
    return learned, fit(observed, known.first, known.last)
