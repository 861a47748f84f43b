"""What a run is asked to do: draws, months, start, seed, and the choices people made for it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final, Self, final

import numpy as np

from entente.accord.choices import Choices
from entente.accord.document import Accord
from entente.problems import InputProblemsError, Problem

MONTHS: Final = 18


@final
@dataclass(frozen=True, slots=True)
class Settings:
    """What a run is asked for; `start` and `months` left open are settled by the accord's horizon.

    start      any day of the first month
    feedback   whether goods and people move each other (`world.feedback`)
    fixed      parameters of the model held at one value in every draw, by name
    believed   chance that buyers give each later month's highest duty of any draw; None: the share
               of draws in which it comes
    """

    draws: int = 2000
    months: int | None = None
    start: date | None = None
    seed: int = 1
    choices: Choices = field(default_factory=Choices)
    feedback: bool = True
    fixed: Mapping[str, float] = field(default_factory=dict)
    believed: float | None = None

    @property
    def first_month(self) -> np.datetime64:
        """Return the first month [M] of settled settings."""
        return np.datetime64(self.start, "M")

    def settled(self, accord: Accord) -> Self:
        """Start with the first whole month of the horizon, for 18 months or as many as it holds.

        Raises InputProblemsError when they leave the horizon.
        """
        opening, end = (np.datetime64(day, "M") for day in accord.horizon)
        partly = accord.horizon[0].day > 1
        first = np.datetime64(self.start, "M") if self.start else opening + int(partly)
        room = int((end - first).astype(int)) + 1
        months = min(MONTHS, room) if self.months is None else self.months
        if first < opening or not 1 <= months <= room:
            message = f"{months} months from {first} leave the horizon, {opening} to {end}"
            mend = "choose --start and --months within it"
            where = accord.at("horizon")
            raise InputProblemsError([Problem("E302", where, "horizon", message, mend)])
        return replace(self, start=first.astype("datetime64[D]").item(), months=months)
