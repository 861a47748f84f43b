"""Border counts by month, group and demographic, and reading a user's own file of them."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import Any, Final, Self, final

import numpy as np
from numpy.typing import NDArray

from entente.evidence import FloatArray, IntArray
from entente.places import ALL, DEMOGRAPHICS, GROUPS
from entente.problems import (
    InputProblemsError,
    Place,
    Problem,
    did_you_mean,
    in_reading_order,
)
from entente.sheets import Cells, Codes, read

MonthArray = NDArray[np.datetime64]

APPREHENSIONS: Final = "usbp_apprehensions_sw"
EXPULSIONS: Final = "usbp_expulsions_t42_sw"
PORTS: Final = "ofo_inadmissibles_sw"
SERIES: Final = (APPREHENSIONS, EXPULSIONS, PORTS)

# A fourth class that only the series of the ports of entry has.
ACCOMPANIED_MINOR: Final = "accompanied_minor"

_NEEDED: Final = ("month", "series", "group", "demographic", "count")
_OPTIONAL: Final = ("vintage", "source")
_CODES: Final = Codes(unreadable="E600", missing="E601", unknown="E602", ragged="E603")
_MOST: Final = 10**10
_MONTH: Final = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")
_WHOLE: Final = re.compile(r"-?[0-9]+")
_KNOWN: Final[Mapping[str, tuple[str, ...]]] = {
    "series": SERIES,
    "group": (ALL, *GROUPS),
    "demographic": (ALL, *DEMOGRAPHICS, ACCOMPANIED_MINOR),
}

Month = np.datetime64[Any]
Cell = tuple[Month, str, str]  # month, group, demographic
Key = tuple[str, Month, str, str]  # series, month, group, demographic


@final
@dataclass(frozen=True, slots=True, eq=False)
class BorderCounts:
    """One series of monthly counts of events (not persons) at the south-west border.

    first          first month [M]
    counts         every demographic                    events [month, group]
    demographics   every group; NaN: not published      events [month, demographic]
    cross          NaN: not published                   events [month, group, demographic]

    The groups add to `total`. At ports of entry the demographics miss the total by the accompanied
    minors; elsewhere they add to it wherever they are published.
    """

    series: str
    first: np.datetime64
    counts: IntArray
    demographics: FloatArray
    cross: FloatArray

    @property
    def total(self) -> IntArray:
        """Return the events of all groups [month]."""
        total: IntArray = self.counts.sum(axis=1)
        return total

    @property
    def months(self) -> MonthArray:
        """Return the calendar months [month]."""
        return self.first + np.arange(len(self.counts))

    @property
    def last(self) -> np.datetime64:
        """Return the last month [M]."""
        return self.first + (len(self.counts) - 1)

    def through(self, month: Month | str) -> Self:
        """Keep the months up to and including `month`.

        Raises InputProblemsError when the series has no such month.
        """
        last = np.datetime64(str(month), "M")
        if not self.first <= last <= self.last:
            text = f"no month {last}; the series runs from {self.first} to {self.last}"
            raise InputProblemsError([Problem("E610", Place(self.series), "", text)])
        kept = int(np.searchsorted(self.months, last)) + 1
        return replace(
            self,
            counts=self.counts[:kept],
            demographics=self.demographics[:kept],
            cross=self.cross[:kept],
        )

    def digest(self) -> str:
        """Return the SHA-256 of the series, its first month and its counts by group."""
        head = f"{self.series}/{self.first}/{self.counts.shape}".encode()
        return sha256(head + np.ascontiguousarray(self.counts).tobytes()).hexdigest()


def border_counts_from(series: str, count: Mapping[tuple[Month, str, str], int]) -> BorderCounts:
    """Lay counts by (month, group, demographic) out as arrays; every month and group is present."""
    months = sorted({month for month, _, _ in count})
    span = np.arange(months[0], months[-1] + 1)
    missing = np.nan
    counts = np.array([[count[m, g, ALL] for g in GROUPS] for m in span], dtype=np.int64)
    demographics = [[count.get((m, ALL, d), missing) for d in DEMOGRAPHICS] for m in span]
    cross = [[[count.get((m, g, d), missing) for d in DEMOGRAPHICS] for g in GROUPS] for m in span]
    laid = BorderCounts(series, span[0], counts, np.array(demographics), np.array(cross))
    for held in (laid.counts, laid.demographics, laid.cross):
        held.setflags(write=False)
    return laid


def read_observations(path: str | Path, series: str = APPREHENSIONS) -> BorderCounts:
    """Read one series from a file of observations, plain or gzipped.

    Columns: month (YYYY-MM), series, group, demographic, count and, if you like, vintage and
    source. One row a key; a missing demographic means not published, 0 means zero; the total (group
    ALL) may be left out. The whole file is checked, whichever series is asked for.

    Raises InputProblemsError listing every problem with its file, line and column.
    """
    file = str(path)
    rows, problems = _rows(path)
    counts: dict[Key, int] = {}
    lines: dict[Key, int] = {}
    for line, row in rows:
        key, count, found = _read_row(Place(file, line), row)
        problems += found
        if key is None:
            continue
        if key in lines:
            text = f"the same month, series, group and demographic as line {lines[key]}"
            problems.append(Problem("E605", Place(file, line), "", text, "keep one of the two"))
            continue
        lines[key] = line
        counts[key] = count
    if not problems:
        problems = _absent_series(file, series, counts)
    if not problems:
        for name in dict.fromkeys(key[0] for key in counts):
            problems += _gaps(file, name, lines) or _margins(file, name, counts, lines)
    if problems:
        raise InputProblemsError(in_reading_order(problems))
    return border_counts_from(series, {key[1:]: n for key, n in counts.items() if key[0] == series})


def _rows(path: str | Path) -> tuple[tuple[tuple[int, Cells], ...], list[Problem]]:
    """Return the rows of a file that has the right columns, and what is wrong with its shape."""
    sheet = read(path, _CODES)
    hint = "keep counts only; a file about single persons is refused"
    if problems := sheet.header_problems(_NEEDED, _OPTIONAL, hint):
        raise InputProblemsError(problems)
    if not sheet.rows and not sheet.ragged:
        raise InputProblemsError([Problem("E606", Place(sheet.file, 1), "", "no row")])
    return sheet.rows, list(sheet.ragged)


def _read_row(where: Place, value: Cells) -> tuple[Key | None, int, list[Problem]]:
    """Return a row's key and count, or every mistake in it."""
    problems = [
        _unknown(where, name, value[name], known)
        for name, known in _KNOWN.items()
        if value[name] not in known
    ]
    if not _MONTH.fullmatch(value["month"]):
        text = f"'{value['month']}' is not a month"
        problems.append(Problem("E603", where, "month", text, "write it as 2019-05"))
    if not _WHOLE.fullmatch(value["count"]):
        text = f"'{value['count']}' is not a whole number"
        problems.append(Problem("E603", where, "count", text, "write digits only, as 1250"))
    elif int(value["count"]) < 0:
        text = f"{value['count']} is below zero"
        problems.append(Problem("E603", where, "count", text, "a count is 0 or more"))
    elif int(value["count"]) > _MOST:
        text = f"{value['count']} is more people than there are"
        problems.append(Problem("E603", where, "count", text, "check the row"))
    if problems:
        return None, 0, problems
    month = np.datetime64(value["month"], "M")
    key = (value["series"], month, value["group"], value["demographic"])
    return key, int(value["count"]), []


def _unknown(where: Place, name: str, word: str, known: Iterable[str]) -> Problem:
    return Problem("E604", where, name, f"unknown {name} '{word}'", did_you_mean(word, known))


def _absent_series(file: str, series: str, counts: Mapping[Key, int]) -> list[Problem]:
    held = sorted({key[0] for key in counts})
    if series in held:
        return []
    return [_unknown(Place(file), "series", series, held)]


def _gaps(file: str, series: str, lines: Mapping[Key, int]) -> list[Problem]:
    """Name the months between a series' first and last in which a group has no count."""
    last_line: dict[Month, int] = {}
    for (name, month, _, _), line in lines.items():
        if name == series:
            last_line[month] = max(line, last_line.get(month, 0))
    held = sorted(last_line)
    problems = [
        _absent_months(Place(file, last_line[before]), series, before + 1, after - 1)
        for before, after in pairwise(held)
        if before + 1 < after
    ]
    for month in held:
        for group in GROUPS:
            if (series, month, group, ALL) not in lines:
                where = Place(file, last_line[month])
                text = f"{series} has no count for group {group} in {month}"
                problems.append(Problem("E607", where, "group", text, "write 0 for none"))
    return problems


def _absent_months(where: Place, series: str, first: Month, last: Month) -> Problem:
    span = f"{first}" if first == last else f"{first} to {last}"
    mend = "add what is missing, or end the series before it"
    return Problem("E607", where, "month", f"{series} has no rows for {span}", mend)


def _margins(
    file: str, series: str, counts: Mapping[Key, int], lines: Mapping[Key, int]
) -> list[Problem]:
    """Check that groups add to ALL, and demographics to all demographics, where all are given."""
    problems = []
    classes = (*DEMOGRAPHICS, ACCOMPANIED_MINOR) if series == PORTS else DEMOGRAPHICS
    for key, total in counts.items():
        name, month, group, demographic = key
        if name != series:
            continue
        parts: dict[str, list[Key]] = {}
        if group == ALL:
            parts["groups"] = [(name, month, g, demographic) for g in GROUPS]
        if demographic == ALL:
            parts["demographics"] = [(name, month, group, d) for d in classes]
        for kind, keys in parts.items():
            if all(part in counts for part in keys):
                added = sum(counts[part] for part in keys)
                if added != total:
                    text = f"{kind} of {month} add to {added}, not to {total}"
                    mend = "rounded parts: set one part to the total less the others"
                    problems.append(Problem("E608", Place(file, lines[key]), "count", text, mend))
    return problems
