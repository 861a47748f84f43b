"""How many people set out each day, and who was there already."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from entente.evidence import FloatArray, IntArray
from entente.problems import InputProblemsError, Place, Problem
from entente.world.movement.displacement.folder import Folder


class Source(StrEnum):
    """Which registrations say how many people arrive."""

    CAMPS = "camps"
    TOTAL = "total"


@dataclass(frozen=True, slots=True)
class Inflow:
    """People who set out [day] and people in the camps on day 0 [camp], in persons.

    `published` holds the counts of day 0 as published; `opening` the same people in the units of
    `newcomers`, its shares those of `published`.
    """

    source: Source
    newcomers: IntArray
    opening: IntArray
    published: IntArray


def source_of(folder: Folder) -> Source:
    """Choose the source that a folder can serve: the total where some camp shows only day 0."""
    bare = any(folder.register(camp).only_opening for camp in folder.camps)
    return Source.TOTAL if bare and folder.registers.total is not None else Source.CAMPS


def inflow(folder: Folder, source: Source) -> Inflow:
    """Count newcomers: each day's rise of the sum over camps, or of the total, less earlier falls.

    Nobody sets out on day 0. A fall becomes a debt that later rises pay off first, as Flee does
    (Groen et al., github.com/djgroen/flee). What camps published after day 0 says how many people
    come in all, never who goes where: on `camps` the opening counts are scaled together.

    Raises InputProblemsError where the folder has no total and it is asked for.
    """
    registers = [folder.register(camp) for camp in folder.camps]
    published = np.array([register.opening() for register in registers], dtype=np.int64)
    if source is Source.TOTAL:
        if folder.registers.total is None:
            problem = Problem(
                "E430", Place(str(folder.path)), "", "no total among the series",
                "add a row total,FILE to data_layout.csv or use --inflow camps",
            )  # fmt: skip
            raise InputProblemsError([problem])
        series = folder.registers.total.daily(folder.days)
        opening = published
    else:
        series = np.sum([r.daily(folder.days) for r in registers], axis=0, dtype=np.int64)
        opening = shared_out(int(series[0]), published)
    return Inflow(source, rises(series), opening, published)


def shared_out(total: int, parts: IntArray) -> IntArray:
    """Share a total out in proportion to parts, in whole persons, by largest remainder.

    >>> shared_out(10, np.array([1, 1, 1])).tolist()
    [4, 3, 3]
    """
    if parts.sum() == 0:
        return np.zeros_like(parts)
    exact = total * parts / parts.sum()
    whole: IntArray = np.floor(exact).astype(np.int64)
    order = np.argsort(-(exact - whole), kind="stable")
    whole[order[: total - int(whole.sum())]] += 1
    return whole


def rises(series: IntArray) -> IntArray:
    """Give each day's rise beyond the highest level so far [day].

    >>> rises(np.array([5, 8, 6, 7, 11])).tolist()
    [0, 3, 0, 0, 3]
    """
    highest = np.maximum.accumulate(series)
    risen: IntArray = np.diff(highest, prepend=highest[:1])
    return risen


def spells(intensity: FloatArray) -> IntArray:
    """Count days since each place's spell of conflict began [day, place]; -1 in peace."""
    age = np.full(intensity.shape, -1, dtype=np.int64)
    running = np.full(intensity.shape[1], -1, dtype=np.int64)
    for day, today in enumerate(intensity):
        running = np.where(today > 0, running + 1, -1)
        age[day] = running
    return age


def decay(age: IntArray, steps: tuple[float, ...], interval: int) -> FloatArray:
    """Weigh places by how long they have been struck [day, place]: `steps` by interval of days."""
    step = np.minimum(np.maximum(age, 0) // interval, len(steps) - 1)
    return np.where(age >= 0, np.array(steps)[step], 0.0)


def postponed(newcomers: IntArray, weights: FloatArray) -> IntArray:
    """Keep newcomers back while no place sends anyone [day]; nobody is dropped before the last day.

    newcomers    persons [day]
    weights      of places as origins [day, place]
    """
    kept, result = 0, np.zeros(newcomers.shape, dtype=np.int64)
    for day, sends in enumerate(weights.sum(axis=1) > 0):
        kept += int(newcomers[day])
        if sends:
            result[day], kept = kept, 0
    return result
