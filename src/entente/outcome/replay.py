"""One draw of a finished run, made again up to a month, so that it can be explained."""

from dataclasses import dataclass
from typing import final

import numpy as np

from entente.accord.choices import Choices
from entente.accord.govern import Ledger
from entente.evidence import Evidence, Levers
from entente.lab.march import march
from entente.luck import Luck
from entente.outcome.evidence import choices_of
from entente.outcome.run import Run
from entente.problems import InputProblemsError, NoSolutionError, Place, Problem
from entente.world.baseline import World


@final
@dataclass(frozen=True, slots=True)
class Replay:
    """What one draw knew, chose, set and remembered in a month; every array has one draw.

    seen      what could be known in that month, before publication lags
    levers    what the accord set, averaged over the month's days
    ledger    how the law stood at the month's end
    choices   what the run supplied; `luck` draws the others
    """

    seen: Evidence
    levers: Levers
    ledger: Ledger
    choices: Choices
    luck: Luck


def replay(run: Run, month: np.datetime64, draw: int) -> Replay:
    """Run one draw of a finished run again, through a month [M].

    Raises InputProblemsError (E302) where the run has no such month or draw, and NoSolutionError
    where the draw does not come out as the run has it, made by another release or other data.
    """
    _within(run, month, draw)
    record, accord = run.record, run.accord
    choices = choices_of(run)
    world = World.open(
        run.months[0],
        record["months"],
        Luck(record["seed"], 1, first=draw),
        feedback=record.get("feedback", True),
        fixed=record.get("fixed", {}),
    )
    until = int((run.months <= month).sum())
    *_, last = march(accord, world, until, choices)
    held = run.dataset["clause_state"].sel(draw=draw, month=month.astype("datetime64[ns]"))
    if not np.array_equal(held.to_numpy(), last.ledger.codes[0]):
        raise NoSolutionError(
            f"draw {draw} does not come out as the run has it; make the run again with this release"
        )
    return Replay(last.seen, last.levers, last.ledger, choices, world.luck.of("choices"))


def _within(run: Run, month: np.datetime64, draw: int) -> None:
    draws = run.dataset["draw"].to_numpy()
    problems = []
    if month not in run.months:
        message = f"the run has no month {month}"
        mend = f"choose one from {run.months[0]} to {run.months[-1]}"
        problems.append(Problem("E302", Place("--month"), "", message, mend))
    if draw not in draws:
        mend = f"choose one from {draws[0]} to {draws[-1]}"
        problems.append(Problem("E302", Place("--draw"), "", f"the run has no draw {draw}", mend))
    if problems:
        raise InputProblemsError(problems)
