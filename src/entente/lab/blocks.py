"""A run split into blocks of draws: the block is what one worker does and what one chunk holds.

The size is fixed, whatever the number of workers: memory is bounded by it, and a run that is
split otherwise would be kept otherwise. The numbers do not depend on it: luck has names.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from entente.luck import Luck
from entente.problems import EntenteError

if TYPE_CHECKING:
    import xarray as xr

    from entente.accord.document import Accord
    from entente.lab.ensemble import Ensemble
    from entente.lab.settings import Settings
    from entente.world.baseline import World

BLOCK: Final = 1000  # draws: about two seconds and 40 MB of outcome for 18 months


class Block(NamedTuple):
    """The block numbered `number` of a run that is split into blocks of `size`; the last is short.

    >>> Block(number=2, draws=500, size=1000).first
    2000
    """

    number: int
    draws: int
    size: int

    @property
    def first(self) -> int:
        """Return the number of its first draw."""
        return self.number * self.size


def blocks(draws: int) -> tuple[Block, ...]:
    """Split draws into blocks; the last may be short.

    >>> blocks(2500)[-1]
    Block(number=2, draws=500, size=1000)
    """
    firsts = range(0, draws, BLOCK)
    return tuple(Block(n, min(BLOCK, draws - first), BLOCK) for n, first in enumerate(firsts))


def run_block(
    accord: "Accord",
    settled: "Settings",
    block: Block,
    progress: Callable[[float], None] = lambda done: None,
) -> "tuple[Ensemble, tuple[str, ...]]":
    """Run one block of settled settings forward; also what a reader should know of its start.

    progress is called with the draws done so far, months of this block counted in part.
    """
    from entente.lab.ensemble import unroll  # a second to import; who reads a run does without

    months = settled.months or 0
    luck = Luck(settled.seed, block.draws, block.first)
    world = world_of(settled, luck)

    def tell(month: int) -> None:
        progress(block.first + block.draws * month / months)

    choices, believed = settled.choices, settled.believed
    found = unroll(accord, world, months, choices, tell, believed=believed)
    return found, world.movement.notes


def world_of(settled: "Settings", luck: Luck) -> "World":
    """Open the world that settled settings ask for, over a block of draws."""
    from entente.world.baseline import World

    return World.open(
        settled.first_month,
        settled.months or 0,
        luck,
        feedback=settled.feedback,
        fixed=settled.fixed,
    )


@contextmanager
def reading(name: str) -> Iterator[None]:
    """Say in words that draws on the disk are not as they were written."""
    try:
        yield
    except (OSError, ValueError) as failure:
        raise EntenteError(f"{name} cannot be read: {failure}; make the run again") from failure


def by_block(dataset: "xr.Dataset", name: str) -> Iterator[NDArray[Any]]:
    """Give one variable of an outcome block by block, in order: arrays [draw, month, *axes]."""
    for block in blocks(dataset.sizes["draw"]):
        chosen = slice(block.first, block.first + block.draws)
        with reading(name):
            held = np.ascontiguousarray(dataset[name].isel(draw=chosen).to_numpy())
        yield held
