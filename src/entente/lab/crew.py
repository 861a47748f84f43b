"""Who does the work: this process, processes beside it, or the workers of a Dask cluster."""

import os
import signal
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final, Protocol, cast, final

from entente.lab.shelf import Files
from entente.problems import EntenteError

Make = Callable[[], Files]

_DEATHS: Final = 3  # of workers during one job, after which it is given up
_PATIENCE: Final = 5  # seconds between two looks at whether a cluster is still there


class CrewLostError(EntenteError):
    """The workers, or what leads them, are gone; what they finished is kept."""


class Crew(Protocol):
    """Takes jobs, a few at a time, and hands back what they made in any order."""

    @property
    def width(self) -> int:
        """Count the jobs that may be under way at once."""

    def make(self, jobs: Sequence[tuple[str, Make]]) -> Iterator[tuple[str, Files]]:
        """Do jobs given as (key, what to call); each is handed back once.

        Raises CrewLostError where it cannot go on.
        """


@final
@dataclass(frozen=True, slots=True)
class Hands:
    """Which crew a user asked for: `workers` processes, or the cluster at an address.

    >>> Hands().alone, Hands(workers=2).alone
    (True, False)
    """

    workers: int = 1
    cluster: str | None = None

    @property
    def alone(self) -> bool:
        """Say whether this process does the work itself."""
        return self.workers == 1 and self.cluster is None

    @contextmanager
    def crew(self) -> Iterator[Crew]:
        """Call the crew together, and send it home."""
        if self.cluster is not None:
            with _cluster(self.cluster) as client:
                yield Cluster(client)
        elif self.workers > 1:
            yield Processes(self.workers)
        else:
            yield Oneself()


@final
class Oneself:
    """This process."""

    width = 1

    def make(self, jobs: Sequence[tuple[str, Make]]) -> Iterator[tuple[str, Files]]:
        """Do the jobs in order."""
        for key, made in jobs:
            yield key, made()


@final
@dataclass(frozen=True, slots=True)
class Processes:
    """Processes on this machine; one that dies is replaced and its job done again."""

    workers: int

    @property
    def width(self) -> int:
        """Keep one job waiting for each that is under way."""
        return 2 * self.workers

    def make(self, jobs: Sequence[tuple[str, Make]]) -> Iterator[tuple[str, Files]]:
        """Do the jobs; begin again with new processes where some die."""
        left, deaths = dict(jobs), 0
        while left:
            try:
                for key, files in self._until_a_death(left):
                    del left[key]
                    deaths = 0
                    yield key, files
            except BrokenProcessPool as failure:
                deaths += 1
                if deaths == _DEATHS:
                    message = f"workers died {_DEATHS} times on end; is memory short? use fewer"
                    raise CrewLostError(message) from failure

    def _until_a_death(self, left: dict[str, Make]) -> Iterator[tuple[str, Files]]:
        import multiprocessing

        before = set(multiprocessing.active_children())
        context = multiprocessing.get_context("spawn")
        pool = ProcessPoolExecutor(self.workers, context, initializer=_begin)
        try:
            yield from _in_flight(
                lambda _, made: pool.submit(made), wait, list(left.items()), self.width
            )
        except BaseException:  # a person's Ctrl-C among them: nobody waits for the others
            for child in set(multiprocessing.active_children()) - before:
                child.kill()
            raise
        finally:
            pool.shutdown(cancel_futures=True)


@final
@dataclass(frozen=True, slots=True)
class Cluster:
    """The workers of a Dask cluster, which replaces those that die by itself."""

    client: Any

    @property
    def width(self) -> int:
        """Keep one job waiting for each thread of the cluster."""
        return max(2, 2 * sum(map(int, self.client.nthreads().values())))

    def make(self, jobs: Sequence[tuple[str, Make]]) -> Iterator[tuple[str, Files]]:
        """Do the jobs; the scheduler knows each by its key, so none is done twice."""
        from concurrent.futures import CancelledError

        from distributed import KilledWorker
        from distributed.client import FutureCancelledError

        try:
            yield from _in_flight(self._submit, self._wait, list(jobs), self.width)
        except KilledWorker as failure:
            message = "a job's workers died again and again; is their memory short?"
            raise CrewLostError(message) from failure
        except (CancelledError, FutureCancelledError, OSError, TimeoutError) as failure:
            raise CrewLostError("the cluster's scheduler is gone") from failure

    def _submit(self, key: str, made: Make) -> Any:
        return self.client.submit(made, key=key)

    def _wait(self, futures: Any, return_when: str) -> Any:
        """Wait for the first, looking up now and then for a scheduler that is gone."""
        from distributed import wait as first

        while True:
            try:
                return cast("Any", first)(futures, timeout=_PATIENCE, return_when=return_when)
            except TimeoutError:
                if self.client.status != "running":
                    raise


def _in_flight(
    submit: Callable[[str, Make], Any], first: Any, jobs: list[tuple[str, Make]], width: int
) -> Iterator[tuple[str, Files]]:
    """Keep `width` jobs under way, so that neither they nor their files gather in memory."""
    waiting = iter(jobs)
    under_way: dict[Any, str] = {}
    while True:
        for key, made in waiting:
            under_way[submit(key, made)] = key
            if len(under_way) >= width:
                break
        if not under_way:
            return
        done, _ = first(list(under_way), return_when=FIRST_COMPLETED)
        for future in done:
            key = under_way.pop(future)
            yield key, future.result()
            del future


@contextmanager
def _cluster(address: str) -> Iterator[Any]:
    """Meet a Dask scheduler whose workers have this release of everything that moves a number."""
    try:
        import distributed
    except ImportError as absent:
        message = "a cluster needs Dask: pip install 'entente[cluster]'"
        raise CrewLostError(message) from absent
    try:
        client = cast("Any", distributed).Client(address, timeout=_PATIENCE)
    except (OSError, ValueError, TimeoutError) as failure:
        raise CrewLostError(f"no Dask scheduler answers at {address}") from failure
    from entente.lab.record import versions

    with client:
        for worker, theirs in client.run(versions).items():
            require_same(versions(), theirs, worker)
        yield client


def require_same(ours: Mapping[str, str], theirs: Mapping[str, str], worker: str) -> None:
    """Refuse a worker whose releases could move a number."""
    apart = [f"{name} {theirs.get(name)}" for name in ours if theirs.get(name) != ours[name]]
    if apart:
        message = f"worker {worker} has {', '.join(apart)}; install what this machine has"
        raise CrewLostError(message)


def _begin() -> None:
    """Prepare a worker process: Ctrl-C is its parent's business, and it ends with its parent."""
    from multiprocessing import parent_process

    from threadpoolctl import threadpool_limits

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threadpool_limits(1)
    parent = parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=[parent], daemon=True).start()


def _end_with(parent: Any) -> None:
    """End this process when its parent has ended, even by kill -9."""
    parent.join()
    os._exit(1)
