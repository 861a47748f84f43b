"""Jobs for the tests of the work: worker processes import them from here."""

import os
import signal
import time
from functools import partial
from pathlib import Path

from entente.lab.work import Job
from entente.problems import InputProblemsError, Place, Problem

REFUSED = Problem("E302", Place("a.toml", 3, 1), "horizon", "too long")


def letters(number: int) -> dict[str, bytes]:
    return {f"out/{number}.txt": f"part {number}".encode()}


def plain(count: int = 4) -> list[Job]:
    return [Job(f"key{n}", partial(letters, n)) for n in range(count)]


def dying_once(number: int, marks: Path) -> dict[str, bytes]:
    """Kill the worker with -9 the first time; the second time do the job."""
    mark = marks / f"met-{number}"
    if not mark.exists():
        mark.touch()
        time.sleep(1)  # Dask's nanny gives up a worker that dies before it knows that it lives
        os.kill(os.getpid(), signal.SIGKILL)
    return letters(number)


def always_dying() -> dict[str, bytes]:
    os.kill(os.getpid(), signal.SIGKILL)
    return {}


def slow(number: int, seconds: float = 0.2) -> dict[str, bytes]:
    time.sleep(seconds)
    return letters(number)


def stopping(number: int) -> dict[str, bytes]:
    """Press Ctrl-C in the third job."""
    if number == 2:
        raise KeyboardInterrupt
    return letters(number)


def refusing() -> dict[str, bytes]:
    raise InputProblemsError([REFUSED])
