"""entente: a block of draws of the accord of June 2019, eighteen months, levers and ledger."""

import numpy as np
from clock import timed

from entente.accord.choices import Choices
from entente.accord.usable import usable
from entente.lab.ensemble import unroll
from entente.luck import Luck
from entente.world.baseline import World


def prepare(task):
    """Open the world; the work runs the months."""
    accord = usable("us-mexico-2019")
    world = World.open(np.datetime64("2019-06"), task["months"], Luck(1, task["draws"]))

    def work():
        unroll(accord, world, task["months"], Choices())
        return [task["draws"]]

    return work


timed(prepare)
