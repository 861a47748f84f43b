"""Jobs kept by a digest of what they are made from: each is done once, by whatever crew there is.

A job is a key and something to call that gives files. Its key is `digest_of` everything that moves
a byte of them, so a job whose files a shelf holds need not be done again, in this run or a later
one; a job delivered twice, or half done when a machine died, leaves the same bytes.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeAlias, final

from entente.lab.crew import CrewLostError, Hands, Make
from entente.lab.shelf import Shelf
from entente.problems import OutputError

# Called with the jobs' sizes done so far.
Progress: TypeAlias = Callable[[float], None]


@final
@dataclass(frozen=True, slots=True)
class Job:
    """Something to make once; `make` can be pickled and gives files for the shelf.

    size   its part of the progress shown, in the caller's unit
    """

    key: str
    make: Make
    size: float = 1.0


class StoppedError(KeyboardInterrupt):
    """A person stopped the work; the message says how to go on."""


def work(
    jobs: Iterable[Job],
    shelf: Shelf,
    hands: Hands | None = None,
    progress: Progress = lambda done: None,
) -> None:
    """Do every job whose files the shelf does not hold whole.

    Raises StoppedError, CrewLostError or OutputError where it is cut short; all say what is kept.
    """
    every = {job.key: job for job in jobs}
    left = {key: job for key, job in every.items() if not shelf.holds(key)}
    whole = sum(job.size for job in every.values())

    def tell() -> None:
        progress(whole - sum(job.size for job in left.values()))

    tell()
    try:
        if left:
            with (hands or Hands()).crew() as crew:
                for key, files in crew.make([(key, job.make) for key, job in left.items()]):
                    shelf.put(key, files)
                    del left[key]
                    tell()
    except KeyboardInterrupt as stop:
        raise StoppedError(f"stopped; {_kept(every, left)}") from stop
    except (CrewLostError, OutputError) as failure:
        raise type(failure)(f"{failure}; {_kept(every, left)}") from failure


def _kept(every: dict[str, Job], left: dict[str, Job]) -> str:
    done = len(every) - len(left)
    return f"{done} of {len(every)} parts are kept, and the same command goes on from there"
