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
from entente.lab.settings import Settings
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
    if not _has_a_duty(accord):
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
    if (factor == 1.0).all():  # nobody stocked up in this month, nor uses up what was stocked
        return measures
    scaled = {name: measures[name] * factor for name in _TIMED}
    return {**measures, **scaled, "duty_rate": duty_rate(scaled)}


def ask(accord: Accord, settled: Settings) -> None:
    """Ask the draws whose courses make the beliefs of a run, so that its blocks need not."""
    if _has_a_duty(accord):
        _learned(_asked(accord, settled, settled.months or 0))


def _beliefs(accord: Accord, world: World, choices: Choices, months: int) -> Beliefs:
    """Return what buyers believe, whatever block is run."""
    settled = Settings(
        start=world.start.astype("datetime64[D]").item(),
        seed=world.luck.seed,
        choices=choices,
        feedback=world.feedback,
        fixed=world.fixed,
    )
    return _learned(_asked(accord, settled, months))


def _asked(accord: Accord, settled: Settings, months: int) -> _Question:
    """Ask past the run's end, as far as the accord goes."""
    start = settled.first_month
    room = int((np.datetime64(accord.horizon[1], "M") - start).astype(int)) + 1
    return _Question(
        accord.text,
        str(accord.as_of),
        str(settled.choices.told()),
        start,
        settled.seed,
        min(months + AHEAD, max(room, months)),
        settled.feedback,
        tuple(settled.fixed.items()),
        accord,
        settled.choices,
    )


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


def _has_a_duty(accord: Accord) -> bool:
    return any(_sets_the_duty(clause) for clause in accord.clauses.values())


def _sets_the_duty(clause: object) -> bool:
    return isinstance(clause, Schedule) and DUTY in levers_of(clause)
