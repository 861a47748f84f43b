"""The world as a whole: what can be seen of it, and how it answers a month of levers."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final, Self, final

import numpy as np

from entente.evidence import Evidence, FloatArray, Levers
from entente.luck import Luck
from entente.places import GROUPS, Group
from entente.world.feedback import Loop
from entente.world.movement.movement import Movement, MovementState
from entente.world.sources import BorderCounts
from entente.world.trade.trade import Trade, TradeState

# The states between which people and goods of this world cross.
COVERED: Final = ("USA", "MEX")

_MEXICANS: Final = GROUPS.index(Group.MEX)
_PERCENT: Final = 100.0


@final
@dataclass(frozen=True, slots=True)
class State:
    """The world at the end of `month`; before the first month it holds what history left.

    measures   what this month is reported to have been     name -> [draw, *axes]
    """

    month: np.datetime64  # [M]
    people: MovementState
    trade: TradeState
    loop: Loop

    @property
    def measures(self) -> Mapping[str, FloatArray]:
        """Return people's and goods' measures together; the names are those of `MEASURES`."""
        activity = _PERCENT * np.expm1(self.loop.activity)
        return {**self.people.measures, **self.trade.measures, "activity_mexico": activity}


@final
@dataclass(frozen=True, slots=True)
class World:
    """People and goods between the states of the corridor, over a block of draws.

    feedback   whether the two halves tell each other (see `feedback`)
    fixed      parameters held at one value in every draw
    """

    start: np.datetime64  # [M]
    luck: Luck
    movement: Movement
    trade: Trade
    feedback: bool = True
    fixed: Mapping[str, float] = field(default_factory=dict)

    @classmethod
    def open(
        cls,
        start: np.datetime64,
        months: int,
        luck: Luck,
        counts: BorderCounts | None = None,
        feedback: bool = True,
        fixed: Mapping[str, float] | None = None,
    ) -> Self:
        """Prepare a world that knows the data of the months before `start` and no later one.

        fixed   parameters held at one value in every draw, for experiments
        """
        return cls(
            start,
            luck,
            Movement.open(start, months, luck.of("movement"), counts, fixed),
            Trade.open(start, months, luck.of("trade"), fixed),
            feedback,
            fixed or {},
        )

    def where(self, changes: Mapping[str, FloatArray]) -> Self:
        """Return the world where causes of movement change; see `movement.causes`."""
        return replace(self, movement=self.movement.where(changes))

    def practice(self) -> Levers:
        """Return the levels that go on wherever and whenever an accord sets none."""
        return self.movement.practice()

    def begin(self) -> State:
        """Return the state in which history left the world on the eve of the first month."""
        people, trade = self.movement.begin(), self.trade.begin()
        return State(self.start - 1, people, trade, Loop.still(self.luck.draws))

    def observe(self, state: State) -> Evidence:
        """Return what can be known in the month after `state`, before publication lags."""
        series, cohorts = self.movement.observe(state.people)
        return Evidence(state.month + 1, self.luck.draws, series, cohorts)

    def respond(self, state: State, levers: Levers, luck: Luck) -> State:
        """Answer one month of levers; people and goods each have their own luck."""
        given = self.movement.given
        pull = state.loop.pull(given) if self.feedback else None
        people = self.movement.respond(state.people, levers, luck.of("movement"), pull)
        trade = self.trade.respond(state.trade, levers, luck.of("trade"))
        met = people.measures["apprehensions"][:, _MEXICANS]
        usual = self.movement.usual[:, int((people.month - self.start).astype(int)), _MEXICANS]
        loop = state.loop.after(given, trade.lost_exports, met, usual)
        return State(state.month + 1, people, trade, loop)
