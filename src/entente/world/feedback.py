"""How goods and people move each other: duties cost Mexican income, lost income moves people.

One month later each: exports that a duty holds back lower Mexican activity; activity moves how many
Mexicans set out; those who arrived abroad, or did not because of enforcement, send money home,
which is activity again. Not estimated: what enforcement at the border costs freight, and whether
Mexican activity moves people of other citizenship or keeps them in Mexico.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Self, final

import numpy as np

from entente.evidence import FloatArray

_MONTHS: Final = 12


@final
@dataclass(frozen=True, slots=True)
class Loop:
    """What the two halves tell each other at a month's end.

    activity   log of Mexican activity over what it would be          [draw]
    abroad     Mexicans more in the United States than without programme and duty, persons  [draw]
    """

    activity: FloatArray
    abroad: FloatArray

    @classmethod
    def still(cls, draws: int) -> Self:
        """Begin where nothing has moved yet."""
        return cls(np.zeros(draws), np.zeros(draws))

    def after(
        self,
        given: Mapping[str, FloatArray],
        lost_exports: FloatArray,
        met: FloatArray,
        usual: FloatArray,
    ) -> Self:
        """Take one month of both halves.

        given          parameters drawn, by name                                    [draw]
        lost_exports   sales to the United States held back by the duty, USD        [draw]
        met, usual     Mexicans arrested at the border, and how many without programme, duty
                       and loop                                                     [draw]
        """
        output = given["feedback.mexico_output"] / _MONTHS
        abroad = self.abroad + (met - usual) * given["feedback.crossings"]
        sent = abroad * given["feedback.remittance"]
        lost = lost_exports * given["feedback.value_added"] * given["feedback.kept"]
        return type(self)(np.log1p((sent - lost) / output), abroad)

    def pull(self, given: Mapping[str, FloatArray]) -> FloatArray:
        """Return the log change of how many Mexicans set out next month [draw].

        Hanson and Spilimbergo (AER 1999): arrests at the border rise as Mexican wages fall.
        """
        moved: FloatArray = given["feedback.departures"] * self.activity
        return moved
