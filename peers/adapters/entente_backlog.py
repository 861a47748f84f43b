"""entente: a court's line by age of wait, month by month."""

import numpy as np
from clock import timed

from entente.luck import Luck
from entente.world.movement.waiting.line import joined, serve


def prepare(task):
    """Nothing needs to be held."""
    new = np.array([[task["receipts"]]])
    capacity, oldest, newest = np.array([task["capacity"]]), np.ones(1), np.zeros(1)

    def work():
        waiting = np.zeros((1, 1, 121), dtype=np.int64)
        waiting[0, 0, 0] = task["pending"]
        for month in range(task["months"]):
            left = serve(Luck(1, 1).of(month), waiting, capacity, oldest, newest)
            waiting = joined(left, new)
        return [waiting.sum()]

    return work


timed(prepare)
