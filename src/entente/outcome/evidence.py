"""What the parties to a finished run could see: its months put back as the evidence of its text."""

import numpy as np
import xarray as xr

from entente.evidence import Evidence, Series
from entente.luck import Luck
from entente.outcome.run import Run
from entente.world.baseline import World


def luck_of(run: Run) -> Luck:
    """Return the luck of a run's draws, as it was when they were made."""
    draws = run.dataset["draw"].to_numpy()
    return Luck(run.record["seed"], len(draws), first=int(draws[0]))


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
