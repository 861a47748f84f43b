"""What a finished run was decided by: what its parties could see, and what was chosen."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import xarray as xr

from entente.accord.choices import Choices, Odds
from entente.accord.document import Accord
from entente.evidence import Evidence, Series
from entente.luck import Luck
from entente.outcome.run import Run
from entente.world.baseline import World


def luck_of(run: Run) -> Luck:
    """Return the luck of a run's draws, as it was when they were made."""
    draws = run.dataset["draw"].to_numpy()
    return Luck(run.record["seed"], len(draws), first=int(draws[0]))


def choices_of(run: Run) -> Choices:
    """Return what a run was given to choose, and the odds that it reckoned, from its record."""
    told = [f"{key}={value}" for key, value in run.record["choices"].items()]
    rules = tuple(_rule(row, run.accord) for row in run.record.get("reckoned", ()))
    return replace(Choices.parse(told, run.accord), reckoned=rules)


def _rule(row: Mapping[str, Any], accord: Accord) -> Odds:
    """Read reckoned odds as the record keeps them."""

    def answer(choice: str, told: str) -> Any:
        return Choices.parse([f"{choice}={told}"], accord).supplied[choice][0][1]

    after = tuple(
        (choice, date.fromisoformat(day), answer(choice, told))
        for key, told in row["after"].items()
        for choice, _, day in [key.partition("@")]
    )
    odds = tuple((answer(row["choice"], told), chance) for told, chance in row["odds"].items())
    return Odds(row["choice"], date.fromisoformat(row["day"]), after, odds, row["origin"])


def seen_by_the_end(run: Run) -> Evidence:
    """Return what a run's parties could see of its months, before publication lags.

    The eve of the run is opened again with the same luck; the months come from the outcome.
    """
    world = World.open(run.months[0], 1, luck_of(run))
    eve = world.observe(world.begin())
    series = {name: _longer(one, _total(run.dataset, name)) for name, one in eve.series.items()}
    return Evidence(run.months[-1] + 1, eve.draws, series, eve.cohorts)


def _longer(before: Series, months: np.ndarray) -> Series:
    """Add the run's months to a series   [draw, month]."""
    return Series(before.first, np.concatenate([before.values, months], axis=1), before.unit)


def _total(dataset: xr.Dataset, name: str) -> np.ndarray:
    """Sum a series over what it is counted by, or take one group of it   [draw, month]."""
    if name in dataset:
        values = dataset[name].to_numpy()
        return np.asarray(values.reshape(*values.shape[:2], -1).sum(axis=2, dtype=np.float64))
    measure, _, group = name.rpartition("_")
    return np.asarray(dataset[measure].sel(group=group).to_numpy(), np.float64)
