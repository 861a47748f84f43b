"""Past promises: how often they were kept early, on time, late, in part or not at all."""

from collections import Counter
from collections.abc import Mapping
from datetime import date

from entente.evidence import COURSES
from entente.world.sources import rows


def courses(before: date) -> Mapping[str, int]:
    """Count the promises due before a day by how they were kept, in the order of `COURSES`."""
    counts = Counter(
        row["course"] for row in rows("past-promises") if date.fromisoformat(row["due"]) < before
    )
    return {course: counts[course] for course in COURSES[1:]}


def odds(before: date) -> Mapping[str, float]:
    """Return the chance of each course by Laplace's rule, one imagined promise for each.

    >>> round(sum(odds(date(2026, 1, 1)).values()), 9)
    1.0
    """
    found = courses(before)
    whole = sum(found.values()) + len(found)
    return {course: (count + 1) / whole for course, count in found.items()}
