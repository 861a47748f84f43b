"""Work on every core at once, its results in order, with no more under way than the cores need."""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future
from typing import Final, TypeVar

Found = TypeVar("Found")

CORES: Final = (
    len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
)


def in_order(pool: Executor, work: Iterable[Callable[[], Found]]) -> Iterator[Found]:
    """Do work on a pool's threads and give what it finds in the order of the work.

    Work is taken up as results are taken away, so that few of them are ever held.
    """
    waiting: deque[Future[Found]] = deque()
    try:
        for each in work:
            waiting.append(pool.submit(each))
            if len(waiting) > CORES:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        for left in waiting:
            left.cancel()
