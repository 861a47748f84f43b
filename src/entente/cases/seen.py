"""Which ids were seen before, in files of any length: sixteen bytes are kept for each id."""

from functools import cache
from typing import Any, Final, TypeAlias, final

import numpy as np
from numpy.typing import NDArray

Marks: TypeAlias = NDArray[np.uint64]  # two marks of an id   [2, id]

_SEEDS: Final = (1, 2)
_LENGTHS: Final = 64  # weights are made for that many letters more than need be


def marks(ids: Any) -> Marks:
    """Return two sums over the bytes of each id, weighted at random by their place   [2, id].

    ids   a pyarrow.StringArray without nulls

    Of two ids that differ, each sum is equal with a chance of at most one in 2^56 (multilinear
    hashing: Carter and Wegman 1979), so of a thousand million ids no two are taken for one.
    """
    _, begins, letters = ids.buffers()
    ends = np.frombuffer(begins, np.int32)[ids.offset : ids.offset + len(ids) + 1].astype(np.int64)
    if not len(ids) or ends[0] == ends[-1]:
        return np.zeros((2, len(ids)), np.uint64)
    raw = np.frombuffer(letters, np.uint8)[ends[0] : ends[-1]].astype(np.uint64) + 1
    ends -= ends[0]
    lengths = np.diff(ends)
    place = np.arange(len(raw)) - np.repeat(ends[:-1], lengths)  # [byte]
    found = np.empty((2, len(ids)), np.uint64)
    for mark, seed in zip(found, _SEEDS, strict=True):
        weights = _weights(seed, -(-int(lengths.max()) // _LENGTHS))
        sums = np.concatenate([np.zeros(1, np.uint64), np.cumsum(raw * weights[place])])
        mark[:] = sums[ends[1:]] - sums[ends[:-1]]
    return found


@cache
def _weights(seed: int, lengths: int) -> NDArray[np.uint64]:
    """Return a weight for each place; the first are the same however many there are."""
    full = np.iinfo(np.uint64).max
    luck = np.random.default_rng(seed)
    return luck.integers(0, full, lengths * _LENGTHS, np.uint64, endpoint=True)


@final
class Seen:
    """The ids seen so far, in runs sorted by their first mark, each half as long as the last."""

    def __init__(self) -> None:
        self._runs: list[Marks] = []

    def again(self, found: Marks) -> NDArray[np.bool_]:
        """Return which ids stand before, here or in what was asked earlier   [id]."""
        order = np.lexsort(found[::-1])
        asked = found[:, order]
        known = np.zeros(len(order), np.bool_)
        known[1:] = (asked[:, 1:] == asked[:, :-1]).all(axis=0)
        for run in self._runs:
            place = np.searchsorted(run[0], asked[0])
            place[place == run.shape[1]] = 0
            known |= (run[:, place] == asked).all(axis=0)
        self._keep(asked[:, ~known])
        again = np.empty_like(known)
        again[order] = known
        return again

    def _keep(self, run: Marks) -> None:
        while self._runs and self._runs[-1].shape[1] <= 2 * run.shape[1]:
            run = _merged(self._runs.pop(), run)
        if run.size:
            self._runs.append(run)


def _merged(one: Marks, other: Marks) -> Marks:
    """Merge two sorted runs."""
    places = np.searchsorted(one[0], other[0]) + np.arange(other.shape[1])
    rest = np.ones(one.shape[1] + other.shape[1], np.bool_)
    rest[places] = False
    merged = np.empty((2, len(rest)), np.uint64)
    merged[:, places], merged[:, rest] = other, one
    return merged
