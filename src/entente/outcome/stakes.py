"""What a run is worth to each party, by the stakes that its accord writes down."""

import numpy as np
import xarray as xr

from entente.accord.document import Accord
from entente.evidence import FloatArray
from entente.world.politics.tree import at_home


def worths(accord: Accord, dataset: xr.Dataset) -> dict[str, FloatArray]:
    """Return what the months of a run are worth by stake, mean over draws: US dollars [month]."""
    found = {
        id_: stake.worth * total(dataset, stake.measure).mean(axis=0)
        for id_, stake in accord.stakes.items()
    }
    months = dataset.sizes["month"]
    return found | {at_home(code): np.zeros(months) for code in accord.players}


def gains(accord: Accord, dataset: xr.Dataset) -> dict[str, FloatArray]:
    """Return what a run is worth to each player in every draw, discounted: US dollars [draw]."""
    months = np.arange(dataset.sizes["month"])
    found = {code: np.zeros(dataset.sizes["draw"]) for code in accord.players}
    for stake in accord.stakes.values():
        if stake.by in found:
            factor = accord.players[stake.by].discount ** months
            found[stake.by] += stake.worth * total(dataset, stake.measure) @ factor
    return found


def total(dataset: xr.Dataset, measure: str) -> FloatArray:
    """Sum a measure over its axes   [draw, month]."""
    array = dataset[measure]
    axes = [axis for axis in array.dims if axis not in ("draw", "month")]
    return np.asarray(array.sum(axes).to_numpy(), np.float64)
