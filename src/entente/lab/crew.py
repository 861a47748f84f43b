"""Who does the work: this process, processes beside it, or the workers of a Dask cluster."""

import os
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from logging import CRITICAL, getLogger
from typing import Any, Final, Protocol, Self, cast, final

from entente.lab.shelf import Files
from entente.lab.worker import Worker, may_fork
from entente.problems import EntenteError

Make = Callable[[], Files]

_DEATHS: Final = 3  # of workers during one job, after which it is given up
_PATIENCE: Final = 5  # seconds between two looks at whether a cluster is still there
_DESERTED: Final = 60  # seconds without any worker after which a cluster is given up


class CrewLostError(EntenteError):
    """The workers, or what leads them, are gone; what they finished is kept."""

    exit_code = 4


class Crew(Protocol):
    """Takes jobs, a few at a time, and hands back what they made in any order."""

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

    @classmethod
    def usual(cls) -> Self:
        """Take a process for each core that this one may use, where they cost nothing to start."""
        cores = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else (0,)
        return cls(len(cores) if may_fork() else 1)

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

    def make(self, jobs: Sequence[tuple[str, Make]]) -> Iterator[tuple[str, Files]]:
        """Do the jobs in order."""
        for key, made in jobs:
            yield key, made()


@final
@dataclass(frozen=True, slots=True)
class Processes:
    """Processes on this machine; one that dies is replaced and its job done again."""

    workers: int

    def make(self, jobs: Sequence[tuple[str, Make]]) -> Iterator[tuple[str, Files]]:
        """Give each process one job at a time; nobody waits for them when this is cut short."""
        waiting, deaths = deque(jobs), Counter[str]()
        crew = [Worker.hired() for _ in range(min(self.workers, len(jobs)))]
        try:
            while waiting or any(worker.job for worker in crew):
                for worker in crew:
                    if waiting and worker.job is None:
                        worker.begin(waiting.popleft())
                for worker in Worker.first([worker for worker in crew if worker.job]):
                    key, made = worker.job or ("", dict)
                    files = worker.finish()
                    if files is not None:
                        yield key, files
                        continue
                    deaths[key] += 1
                    if deaths[key] == _DEATHS:
                        message = f"workers died {_DEATHS} times at one job; is memory short?"
                        raise CrewLostError(message)
                    waiting.appendleft((key, made))
                    crew[crew.index(worker)] = Worker.hired()
        finally:
            for worker in crew:
                worker.dismiss()


@final
@dataclass(frozen=True, slots=True)
class Cluster:
    """The workers of a Dask cluster, which replaces those that die by itself."""

    client: Any

    def make(self, jobs: Sequence[tuple[str, Make]]) -> Iterator[tuple[str, Files]]:
        """Do the jobs; the scheduler knows each by its key, so none is done twice."""
        from concurrent.futures import CancelledError

        from distributed import KilledWorker
        from distributed.client import FutureCancelledError

        try:
            yield from self._in_flight(jobs)
        except KilledWorker as failure:
            message = "a job's workers died again and again; is their memory short?"
            raise CrewLostError(message) from failure
        except (CancelledError, FutureCancelledError, OSError, TimeoutError) as failure:
            raise CrewLostError("the cluster's scheduler is gone") from failure

    def _in_flight(self, jobs: Sequence[tuple[str, Make]]) -> Iterator[tuple[str, Files]]:
        """Keep two jobs a thread under way, so that neither they nor their files gather here."""
        waiting, under_way = deque(jobs), dict[Any, str]()
        while waiting or under_way:
            while waiting and len(under_way) < max(2, 2 * self._threads()):
                key, made = waiting.popleft()
                under_way[self.client.submit(made, key=key)] = key
            for future in self._first(list(under_way)):
                yield under_way.pop(future), future.result()

    def _threads(self) -> int:
        return sum(map(int, self.client.nthreads().values()))

    def _first(self, futures: Sequence[Any]) -> Sequence[Any]:
        """Wait for the first, looking up now and then for a scheduler or workers that are gone."""
        from distributed import wait

        deserted: float | None = None
        while True:
            try:
                found = cast("Any", wait)(futures, timeout=_PATIENCE, return_when="FIRST_COMPLETED")
                return list(found.done)
            except TimeoutError:
                if self.client.status != "running":
                    raise
            now = time.monotonic()
            deserted = None if self._threads() else deserted or now
            if deserted is not None and now - deserted >= _DESERTED:
                address = self.client.scheduler_info()["address"]
                message = (
                    f"the cluster has had no worker for {_DESERTED} seconds; start some with "
                    f"dask worker {address}"
                )
                raise CrewLostError(message)


@contextmanager
def _cluster(address: str) -> Iterator[Any]:
    """Meet a Dask scheduler whose workers have this release of everything that moves a number."""
    try:
        import distributed
    except ImportError as absent:
        message = "a cluster needs Dask: pip install 'entente[cluster]'"
        raise CrewLostError(message) from absent
    getLogger("distributed.client").setLevel(CRITICAL)  # what is lost is said here, in a sentence
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
