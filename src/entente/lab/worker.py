"""A process that does one job at a time for the process that hired it, and ends with it.

The two ends speak over a pipe. A worker that dies, by whatever signal, closes its end, and that is
how its death is noticed; no thread, lock or queue is shared that a death could leave held.

On Linux a worker is a fork of the process that hired it and so knows from birth all that was read,
learned and compiled there; one that other threads share, or another system, starts afresh.
"""

import os
import signal
import sys
import threading
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from multiprocessing import connection, get_context, parent_process
from typing import Any, Final, Self, TypeAlias, final

_TIDY: Final = 2  # seconds
Job: TypeAlias = tuple[str, Callable[[], Mapping[str, bytes]]]


@final
class Worker:
    """The hiring side of a worker: `job` is what it is doing, None while it waits."""

    def __init__(self, process: Any, pipe: "connection.Connection[Any, Any]") -> None:
        self._process, self._pipe = process, pipe
        self.job: Job | None = None

    @classmethod
    def hired(cls) -> Self:
        """Start a process; Ctrl-C is the business of the one that hires it."""
        context: Any = get_context("fork" if may_fork() else "spawn")
        ours, theirs = context.Pipe()
        process = context.Process(target=_serve, args=(theirs,), daemon=True)
        with _deaf(), warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # of threads that hold no lock
            process.start()
        theirs.close()
        return cls(process, ours)

    @staticmethod
    def first(workers: "Sequence[Worker]") -> "list[Worker]":
        """Wait for the first that have done, or died."""
        ready = connection.wait([worker._pipe for worker in workers])
        return [worker for worker in workers if worker._pipe in ready]

    def begin(self, job: Job) -> None:
        """Hand over a job."""
        self.job = job
        with suppress(OSError):  # it died while it waited; `finish` will say so
            self._pipe.send(job[1])

    def finish(self) -> Mapping[str, bytes] | None:
        """Take what the job made, or None where the worker died; raises what the job raised."""
        self.job = None
        try:
            done, answer = self._pipe.recv()
        except (EOFError, OSError):
            self.dismiss()
            return None
        if not done:
            raise answer
        files: Mapping[str, bytes] = answer
        return files

    def dismiss(self) -> None:
        """End the process: ask first, so that it can tidy up, and do not wait for long."""
        self._pipe.close()
        self._process.terminate()
        self._process.join(_TIDY)
        self._process.kill()
        self._process.join()


def may_fork() -> bool:
    """Say whether no other thread could hold a lock that a fork would keep closed for ever."""
    return sys.platform == "linux" and threading.active_count() == 1


@contextmanager
def _deaf() -> Iterator[None]:
    """Ignore Ctrl-C for a moment, so that a process started in it does so from birth."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _serve(pipe: "connection.Connection[Any, Any]") -> None:
    """Do jobs until the other end closes; what a job raises goes back in place of its files."""
    from threadpoolctl import threadpool_limits

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    threading.Thread(target=_end_with_parent, daemon=True).start()
    with threadpool_limits(1):
        while True:
            try:
                make = pipe.recv()
            except EOFError:
                return
            try:
                answer: tuple[bool, Any] = True, make()
            except Exception as failure:
                answer = False, failure
            pipe.send(answer)


def _end_with_parent() -> None:
    """End this process when its parent has ended, even by kill -9, and even amid a job."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
