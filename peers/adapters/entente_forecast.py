"""entente: fit every group's months and draw the months ahead."""

import numpy as np
from clock import timed

from entente.luck import Luck
from entente.world.movement.pressure.fit import fit


def prepare(task):
    """Hold the counts in memory."""
    counts = np.load(task["arrays"])["counts"].astype(np.float64)
    first = np.datetime64(task["first"], "M")

    def work():
        fitted = fit(counts, first, first + len(counts) - 1)
        drawn = fitted.paths(task["ahead"], Luck(1, task["draws"])).sum(axis=2)
        return np.median(drawn, axis=0)

    return work


timed(prepare)
