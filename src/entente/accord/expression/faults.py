"""What cases lack, as arrays of codes beside their values; `SOUND` stands where nothing is lacking.

`SOUND` and `NO` are told by identity, so that what lacks nothing costs nothing to join.
"""

from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[Any]
Truth: TypeAlias = NDArray[np.bool_]
Faults: TypeAlias = NDArray[np.int16]

SOUND: Final[Faults] = np.zeros((), np.int16)
NO: Final[Truth] = np.zeros((), np.bool_)


def either(first: Faults, second: Faults) -> Faults:
    """Join faults: what comes first in the text is told."""
    if first is SOUND:
        return second
    return first if second is SOUND else np.where(first != 0, first, second)


def only(where: Truth, faults: Faults) -> Faults:
    """Keep the faults of some cases."""
    if faults is SOUND or where is NO:
        return SOUND
    return np.where(where, faults, SOUND)


def lacking(faults: Faults) -> Truth:
    """Return which cases lack something."""
    return NO if faults is SOUND else faults != 0


def both(one: Truth, other: Truth) -> Truth:
    """Join truths by `and`."""
    return NO if one is NO or other is NO else one & other


def any_of(one: Truth, other: Truth) -> Truth:
    """Join truths by `or`."""
    if one is NO:
        return other
    return one if other is NO else one | other


def unless(one: Truth, other: Truth) -> Truth:
    """Return where one holds and the other does not."""
    return one if other is NO else one & ~other
