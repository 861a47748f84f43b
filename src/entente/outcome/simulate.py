"""From an accord and settings to a finished run."""

import time
from typing import Any

from entente.accord.document import Accord
from entente.lab import record
from entente.lab.ensemble import Progress, unroll
from entente.lab.settings import Settings
from entente.luck import Luck
from entente.outcome.run import Run
from entente.outcome.targets import targets
from entente.problems import InputProblemsError, Problem
from entente.world import sources
from entente.world.baseline import COVERED, World


def simulate(
    accord: Accord,
    settings: Settings | None = None,
    world: World | None = None,
    progress: Progress = lambda done: None,
) -> Run:
    """Run an accord forward; the same accord and settings give the same numbers.

    world   the world that `open_world` gave, so that several accords may share it

    Raises InputProblemsError where the world does not hold the accord's parties, the settings leave
    its horizon, or it reads what the world does not report.
    """
    began = time.monotonic()
    _require_covered(accord)
    settled = (settings or Settings()).settled(accord)
    in_world = world or open_world(settled)
    found = unroll(accord, in_world, settled.months or 0, settled.choices, progress)
    made_of = _made_of(accord, settled) | {
        "notes": list(in_world.movement.notes),
        "outcome": record.outcome_digest(found.dataset),
        "seconds": round(time.monotonic() - began, 2),
    }
    return Run(accord, found.dataset, made_of, targets(found))


def _require_covered(accord: Accord) -> None:
    """Refuse an accord between other states than those whose people and goods the world holds."""
    absent = [state for state in COVERED if state not in accord.parties]
    if absent:
        message = (
            "the shipped world holds the United States, Mexico and the way north through it; "
            f"no party to {accord.name}: {', '.join(absent)}"
        )
        mend = "check, timeline, explain, duty and responsible read any accord"
        where = accord.at("parties")
        raise InputProblemsError([Problem("E303", where, "parties", message, mend)])


def open_world(settled: Settings) -> World:
    """Open the world that settled settings ask for."""
    luck = Luck(settled.seed, settled.draws)
    return World.open(settled.first_month, settled.months or 0, luck)


def _made_of(accord: Accord, settled: Settings) -> dict[str, Any]:
    return {
        "accord": accord.name,
        "digest": record.accord_digest(accord.text),
        "as_of": None if accord.as_of is None else accord.as_of.isoformat(),
        "seed": settled.seed,
        "draws": settled.draws,
        "months": settled.months,
        "start": f"{settled.first_month}-01",
        "choices": settled.choices.told(),
        "version": record.versions()["entente"],
        "versions": record.versions(),
        "data": sources.digests(),
    }
