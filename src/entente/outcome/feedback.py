"""What the loop between goods and people adds to a run, by the same luck with and without it."""

from typing import Any

import numpy as np
import xarray as xr

from entente.accord.document import Accord
from entente.lab.foresight import ASKED
from entente.lab.march import march
from entente.lab.settings import Settings
from entente.luck import FloatArray, Luck
from entente.places import GROUPS, Group
from entente.world.baseline import World


def measured(settled: Settings) -> bool:
    """Say whether a run has the loop, and enough draws to say what it adds."""
    return settled.feedback and settled.draws >= ASKED


def contribution(
    settled: Settings, dataset: xr.Dataset, without: FloatArray | None
) -> dict[str, Any]:
    """Set the first draws of a run beside the same draws without the loop.

    Gives arrests of Mexicans over the run with the loop less without it, in events and in percent,
    and Mexican activity in the last month, percent; each as mean and 90 % of draws. A run of too
    few draws says that nothing was measured.

    without   see `arrests_without`; None where nothing is `measured`
    """
    if without is None:
        return {"on": True, "draws": 0} if settled.feedback else {"on": False}
    first = dataset.isel(draw=slice(ASKED))
    arrests = first["apprehensions"].sel(group=str(Group.MEX)).sum("month").to_numpy().astype(float)
    activity = first["activity_mexico"].isel(month=-1).to_numpy()
    return {
        "on": True,
        "draws": ASKED,
        "arrests_of_mexicans": _ends(arrests - without),
        "arrests_of_mexicans_percent": _ends(100 * (arrests / without - 1)),
        "activity_percent": _ends(activity),
    }


def arrests_without(accord: Accord, settled: Settings) -> FloatArray:
    """Return arrests of Mexicans over the first draws of a run without the loop [draw]."""
    months, luck = settled.months or 0, Luck(settled.seed, ASKED)
    alone = World.open(settled.first_month, months, luck, feedback=False, fixed=settled.fixed)
    mexican = GROUPS.index(Group.MEX)
    passed = march(accord, alone, months, settled.choices)
    monthly = [month.state.measures["apprehensions"][:, mexican] for month in passed]
    total: FloatArray = np.sum(monthly, axis=0, dtype=float)
    return total


def _ends(draws: FloatArray) -> dict[str, float]:
    low, high = np.quantile(draws, [0.05, 0.95])
    return {"mean": float(draws.mean()), "p05": float(low), "p95": float(high)}
