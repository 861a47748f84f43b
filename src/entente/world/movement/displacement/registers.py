"""Registrations of displaced people: one dated series for each camp, and their total."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from entente.problems import did_you_mean
from entente.world.movement.displacement.reading import Findings, rows


@dataclass(frozen=True, slots=True)
class Series:
    """Counts of people (persons) by day; days count from the start date and increase."""

    days: tuple[int, ...]
    counts: tuple[float, ...]

    def daily(self, length: int) -> NDArray[np.int64]:
        """Give counts [day] of days 0..length-1: linear between dates, flat beyond, truncated."""
        if not self.days:
            return np.zeros(length, dtype=np.int64)
        # a hair above, so that 99.999999 that stands for 100 is not cut to 99
        return (np.interp(np.arange(length), self.days, self.counts) + 1e-9).astype(np.int64)

    def normalised(self, day: int) -> "Series":
        """Scale what precedes the first entry on or after `day` by the step that entry makes."""
        at = int(np.searchsorted(self.days, day))
        if at == 0 or at == len(self.days) or self.counts[at - 1] == 0:
            return self
        ratio = self.counts[at] / self.counts[at - 1]
        earlier = tuple(count * ratio for count in self.counts[:at])
        return Series(self.days, (*earlier, *self.counts[at:]))


@dataclass(frozen=True, slots=True)
class Register:
    """A camp's registrations: as published, and the days on which they were verified anew."""

    files: tuple[str, ...]
    published: tuple[Series, ...]
    verified: tuple[int, ...]

    def opening(self) -> int:
        """Give the published count of day 0, which is all that a forecast may know."""
        return sum(int(series.daily(1)[0]) for series in self.published)

    def daily(self, length: int) -> NDArray[np.int64]:
        """Give corrected counts [day]: what was published, scaled back at each verification."""
        total = np.zeros(length, dtype=np.int64)
        for series in self.published:
            corrected = series
            for day in self.verified:
                corrected = corrected.normalised(day)
            total += corrected.daily(length)
        return total

    @property
    def only_opening(self) -> bool:
        """Whether nothing is known but the first day."""
        return all(len(series.days) <= 1 for series in self.published)


@dataclass(frozen=True, slots=True)
class Registers:
    """The registrations by camp and in total; `total` is None where the folder has none."""

    camps: Mapping[str, Register]
    total: Series | None


def read_registers(
    sources: Path, corrections: Path, camps: Sequence[str], start: dt.date, findings: Findings
) -> Registers:
    """Read data_layout.csv, the series it names, and the corrections of the named camps."""
    verified = _verified(corrections, camps, start, findings)
    registers: dict[str, Register] = {}
    total = None
    for row in rows(sources / "data_layout.csv", findings):
        name, files = row.cell(0), [cell for cell in row.cells[1:] if cell]
        if name.lower() == "total":
            for file in files[:1]:
                total = _series(sources / file, start, findings)
        elif name not in camps:
            findings.warning("421", row, f"no camp named '{name}' among the places; not read")
        elif not files:
            findings.error("422", row, f"no file for {name}", "name its series", 1)
        else:
            series = tuple(_series(sources / file, start, findings) for file in files)
            registers[name] = Register(tuple(files), series, verified.get(name, ()))
    layout = str(sources / "data_layout.csv")
    for camp in camps:
        if camp not in registers:
            findings.warning("423", layout, f"no series for {camp}; it is taken to open empty")
    return Registers(registers, total)


def _verified(
    path: Path, camps: Sequence[str], start: dt.date, findings: Findings
) -> dict[str, tuple[int, ...]]:
    """Read the days of re-registration by camp, in order."""
    verified: dict[str, tuple[int, ...]] = {}
    for row in rows(path, findings, required=False):
        date = findings.day(row, 1, "the date of the correction")
        if row.cell(0) not in camps:
            mend = did_you_mean(row.cell(0), camps)
            findings.warning("424", row, f"no camp named '{row.cell(0)}'; {mend}")
        elif date is not None:
            known = verified.get(row.cell(0), ())
            verified[row.cell(0)] = tuple(sorted({*known, (date - start).days}))
    return verified


def _series(path: Path, start: dt.date, findings: Findings) -> Series:
    """Read `YYYY-MM-DD,count` rows; an entry without a count is no entry."""
    counts: dict[int, float] = {}
    for number, row in enumerate(rows(path, findings)):
        if number == 0 and not any(map(str.isdigit, row.cell(0))):
            continue  # a header without its mark
        date = findings.day(row, 0, "the date")
        count = findings.number(row, 1, "the count", empty=-1)
        if date is None or count is None or count < 0:
            continue
        day = (date - start).days
        if counts and day < max(counts):
            findings.warning("425", row, "earlier than the row before; read in order of dates")
        counts[day] = count
    if not counts and path.is_file():
        findings.warning("426", str(path), "no counts")
    days = tuple(sorted(counts))
    return Series(days, tuple(counts[day] for day in days))
