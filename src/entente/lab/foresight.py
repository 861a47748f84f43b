"""Beliefs from the draws: the same few draws are asked whatever block is run."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final, final

import numpy as np
from numpy.typing import NDArray

from entente.accord.choices import Choices
from entente.accord.clauses import Schedule
from entente.accord.document import Accord
from entente.accord.govern import Ledger
from entente.accord.quantities import levers_of
from entente.evidence import FloatArray, Levers
from entente.lab.march import march
from entente.luck import Luck
from entente.world.baseline import World
from entente.world.trade.foresight import AHEAD, Beliefs, Course, bought_ahead
from entente.world.trade.trade import DUTY, added_duty, duty_rate

ASKED: Final = 100  # draws whose courses make the beliefs

# What moves when purchases move in time, by chapter.
_TIMED: Final = (
    "imports", "duty_revenue", "buyers_cost", "deadweight", "consumers_cost", "diverted",
)  # fmt: skip

Measures = Mapping[str, NDArray[Any]]


@final
@dataclass(frozen=True, slots=True)
class _Question:
    """What decides the courses that are asked; what cannot be compared stands behind its text."""

    text: str
    as_of: str
    chosen: str
    start: np.datetime64
    seed: int
    months: int
    feedback: bool
    fixed: tuple[tuple[str, float], ...]
    accord: Accord = field(compare=False)
    choices: Choices = field(compare=False)


def course(accord: Accord, levers: Levers, ledger: Ledger, draws: int) -> Course:
    """Take from a month of law what buyers of Mexican goods look at."""
    setting = [i for i, c in enumerate(accord.clauses.values()) if _sets_the_duty(c)]
    return Course(added_duty(levers, draws), ledger.codes[:, setting])


def timed(
    accord: Accord,
    world: World,
    choices: Choices,
    courses: Sequence[Course],
    history: Sequence[Measures],
    believed: float | None = None,
) -> list[Measures]:
    """Move purchases ahead of duties that buyers expect, in every month of a run.

    The law sees none of it: what is bought when changes neither activity nor people.

    believed   someone's own chance of each later month's highest duty, in place of the draws'
    """
    if not any(_sets_the_duty(clause) for clause in accord.clauses.values()):
        return list(history)
    beliefs = _beliefs(accord, world, choices, len(courses))
    if believed is not None:
        beliefs = beliefs.at_odds(believed)
    given = world.movement.given
    factors = bought_ahead(
        beliefs, courses, given["trade.carrying_cost"] / 100, given["trade.ahead_most"]
    )
    return [_scaled(month, factor) for month, factor in zip(history, factors, strict=True)]


def _scaled(measures: Measures, factor: FloatArray) -> Measures:
    scaled = {name: measures[name] * factor for name in _TIMED}
    return {**measures, **scaled, "duty_rate": duty_rate(scaled)}


def _beliefs(accord: Accord, world: World, choices: Choices, months: int) -> Beliefs:
    """Ask the same draws whatever block is run, past the run's end as far as the accord goes."""
    room = int((np.datetime64(accord.horizon[1], "M") - world.start).astype(int)) + 1
    asked = _Question(
        accord.text,
        str(accord.as_of),
        str(choices.told()),
        world.start,
        world.luck.seed,
        min(months + AHEAD, max(room, months)),
        world.feedback,
        tuple(world.fixed.items()),
        accord,
        choices,
    )
    return _learned(asked)


@lru_cache(maxsize=16)
def _learned(asked: _Question) -> Beliefs:
    luck = Luck(asked.seed, ASKED)
    world = World.open(
        asked.start, asked.months, luck, feedback=asked.feedback, fixed=dict(asked.fixed)
    )
    return Beliefs.learn(
        [
            course(asked.accord, month.levers, month.ledger, ASKED)
            for month in march(asked.accord, world, asked.months, asked.choices)
        ]
    )


def _sets_the_duty(clause: object) -> bool:
    return isinstance(clause, Schedule) and DUTY in levers_of(clause)
