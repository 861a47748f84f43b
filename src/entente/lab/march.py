"""The month loop itself: law and world taken in turn."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from entente.accord.choices import Choices
from entente.accord.document import Accord
from entente.accord.govern import Ledger, govern
from entente.evidence import Evidence, Levers
from entente.world.baseline import State, World


class Month(NamedTuple):
    """One month: what was seen before it, what the law set, how law and world stand after it."""

    seen: Evidence
    levers: Levers
    ledger: Ledger
    state: State


def march(accord: Accord, world: World, months: int, choices: Choices) -> Iterator[Month]:
    """Take law and world in turn, month by month, from the world's start."""
    usual, ledger = world.practice(), Ledger.opening(accord, world.luck.draws)
    state = world.begin()
    for month in world.start + np.arange(months):
        seen = world.observe(state)
        levers, ledger = govern(accord, seen, usual, ledger, choices, world.luck.of("choices"))
        state = world.respond(state, levers, world.luck.of(str(month)))
        yield Month(seen, levers, ledger, state)
