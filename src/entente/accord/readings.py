"""An accord under each reading of its open points: computed once, shared by all who ask."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import product
from typing import Any, Final, final

import numpy as np

from entente.accord.choices import Choices
from entente.accord.course import Course, course
from entente.accord.document import Accord, Open
from entente.evidence import Evidence
from entente.problems import NoSolutionError

_MOST_READINGS: Final = 64


@final
@dataclass(frozen=True, slots=True)
class Reading:
    """The course of an accord under one reading of its open points.

    settled   each open point that nobody settled, and how it is read here
    """

    settled: Mapping[str, Any]
    run: Course

    @property
    def label(self) -> str:
        """Name the reading; empty where nothing is open."""
        return ", ".join(f"{point} = {value}" for point, value in self.settled.items())


def readings(
    accord: Accord,
    choices: Choices | None = None,
    seen: Evidence | None = None,
    *,
    lawful: bool = False,
    through: date | datetime | None = None,
) -> tuple[Reading, ...]:
    """Run an accord under each reading of its open points; the arguments are those of `course`.

    Raises NoSolutionError where there are too many readings to compute.
    """
    return tuple(
        Reading(settled, course(version, choices, seen, lawful=lawful, through=through))
        for settled, version in variants(accord)
    )


def unsettled(accord: Accord) -> list[Open]:
    """Return the open points that nobody settled."""
    return [point for point in accord.opens.values() if point.chosen is None and point.readings]


def variants(accord: Accord) -> Iterator[tuple[Mapping[str, Any], Accord]]:
    """Yield the accord under each reading of its open points, with how each point is read.

    Raises NoSolutionError where there are too many to compute.
    """
    points = unsettled(accord)
    count = int(np.prod([len(point.readings) for point in points], dtype=int))
    if count > _MOST_READINGS:
        raise NoSolutionError(f"{len(points)} open points have {count} readings; settle some")
    for values in product(*(point.readings for point in points)):
        settled = accord
        for point, value in zip(points, values, strict=True):
            settled = settled.reading(point.id, value)
        yield {point.id: value for point, value in zip(points, values, strict=True)}, settled
