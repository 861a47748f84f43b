"""Claims of preference: why collections fall short of the rate in law.

A duty from which originating goods are exempt is collected on what is not claimed. Shares recorded
before such a duty exists are no guide on goods free of ordinary duty: nobody claims what gains
nothing. There the share is inferred from the dutiable goods of the same chapter.
"""

from functools import cache
from typing import NamedTuple

import numpy as np

from entente.evidence import FloatArray
from entente.places import CHAPTERS
from entente.world.parameters import table
from entente.world.sources import rows

_CERTAIN = 1e-6  # shares of none and all are kept this far from both, so that odds can move


class Claims(NamedTuple):
    """US imports from Mexico in 2024, by chapter; every array is [chapter].

    dutiable, free   customs value of goods with and without ordinary duty, USD
    share            of the dutiable goods' value on which a preference was claimed
    ordinary         ordinary duty of the dutiable goods, percent
    """

    dutiable: FloatArray
    free: FloatArray
    share: FloatArray
    ordinary: FloatArray

    @property
    def national(self) -> float:
        """Return the share claimed over all dutiable goods."""
        return float(self.dutiable @ self.share / self.dutiable.sum())


@cache
def recorded() -> Claims:
    """Return the shipped record; a chapter without dutiable goods takes the national share."""
    read = {row["chapter"]: row for row in rows("preference-claims")}

    def column(name: str) -> FloatArray:
        return np.array([float(read[c][name] or "nan") if c in read else 0.0 for c in CHAPTERS])

    found = Claims(*(column(n) for n in ("dutiable_usd", "free_usd", "share", "ordinary_percent")))
    share = np.where(found.dutiable > 0, np.nan_to_num(found.share), 0.0)
    national = float(found.dutiable @ share / found.dutiable.sum())
    share = np.where(found.dutiable > 0, share, national)
    return found._replace(share=share, ordinary=np.nan_to_num(found.ordinary))


def inferred(national: float | None = None) -> FloatArray:
    """Return the share of each chapter on which preference is claimed once it pays to   [chapter].

    national   the share over all goods; by default trade.claim_share. Another than the recorded one
               moves the odds of every chapter alike
    """
    asked = table()["trade.claim_share"].value if national is None else national
    record = recorded()
    move = _odds(np.array(asked)) - _odds(np.array(record.national))
    return np.asarray(1 / (1 + np.exp(-(_odds(record.share) + move))))


def answering(added: FloatArray) -> FloatArray:
    """Return the share claimed where claims answer what they save   [chapter].

    u = able * L((saving - cost) / spread), with L logistic and saving the ordinary and the added
    duty and the processing fee, in percent of value. `able`, what can qualify by the rule of
    origin, makes the recorded share come out without the added duty, and is at most everything.

    added   percent   [chapter] or []
    """
    given = table()
    cost, spread = given["trade.claim_cost"].value, given["trade.claim_spread"].value
    fee = given["trade.processing_fee"].value
    record = recorded()

    def willing(saving: FloatArray) -> FloatArray:
        return np.asarray(1 / (1 + np.exp(-(saving - cost) / spread)))

    able = np.minimum(record.share / willing(record.ordinary + fee), 1.0)
    return np.asarray(able * willing(record.ordinary + np.asarray(added) + fee))


def _odds(share: FloatArray) -> FloatArray:
    held = np.clip(share, _CERTAIN, 1 - _CERTAIN)
    return np.asarray(np.log(held / (1 - held)))
