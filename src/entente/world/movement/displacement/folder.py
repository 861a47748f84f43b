"""A Flee-format folder: places, links, closures, conflict and registrations, read and checked."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from entente.problems import InputProblemsError, Problem, did_you_mean
from entente.world.movement.displacement.reading import Findings, Row, all_rows, rows
from entente.world.movement.displacement.registers import Register, Registers, read_registers


class Kind(StrEnum):
    """What a place is; the type column of locations.csv."""

    ZONE = "conflict_zone"
    TOWN = "town"
    CAMP = "camp"
    IDP_CAMP = "idpcamp"
    HUB = "forwarding_hub"
    MARKER = "marker"
    FLOOD = "flood_zone"

    @property
    def shelters(self) -> bool:
        """Whether people stay here: a camp across the border or at home."""
        return self in (Kind.CAMP, Kind.IDP_CAMP)


@dataclass(frozen=True, slots=True)
class Spot:
    """A row of locations.csv; `population` of a camp is its capacity, 0 for unlimited."""

    name: str
    country: str
    kind: Kind
    conflict_day: int
    population: int


@dataclass(frozen=True, slots=True)
class Road:
    """A row of routes.csv, passable both ways: places by number, length in km.

    `forced` is the place that everyone reaching the other end is sent on to, -1 for none.
    """

    start: int
    end: int
    km: float
    forced: int


@dataclass(frozen=True, slots=True)
class Closure:
    """A row of closures.csv: roads (by number) closed from day `first` until before day `last`.

    `into` is the only place whose approach is closed (a closed camp), -1 for both ways; `frees`
    says that the row ends forced onward travel instead of closing anything.
    """

    roads: tuple[int, ...]
    first: int
    last: int
    into: int
    frees: bool


@dataclass(frozen=True, slots=True)
class Folder:
    """All that a Flee-format folder says; `intensity` is [day, place], 0 to 1 or more."""

    path: Path
    spots: tuple[Spot, ...]
    roads: tuple[Road, ...]
    closures: tuple[Closure, ...]
    intensity: NDArray[np.float64]
    start: dt.date
    days: int
    registers: Registers
    warnings: tuple[Problem, ...]

    @property
    def camps(self) -> tuple[int, ...]:
        """The places, by number and in file order, whose counts are reported."""
        return tuple(i for i, spot in enumerate(self.spots) if spot.kind.shelters)

    def register(self, place: int) -> Register:
        """Give the registrations of a camp, empty where the folder has none."""
        return self.registers.camps.get(self.spots[place].name, Register((), (), ()))


NEVER: Final = 1 << 30  # the last day of a closure that does not end
_UNREAD: Final = (
    "demographics_*.csv",
    "region_attributes_*.csv",
    "location_changes.csv",
    "flood_level.csv",
)
_KINDS: Final = {
    "conflict": Kind.ZONE,
    "idpcamp": Kind.IDP_CAMP,
    "camp": Kind.CAMP,
    "forward": Kind.HUB,
    "marker": Kind.MARKER,
    "flood": Kind.FLOOD,
    "town": Kind.TOWN,
    "default": Kind.TOWN,
}


def read(directory: str | Path) -> Folder:
    """Read a folder that holds input_csv/ and source_data/, or its input_csv/ itself.

    The format is that of Flee (Groen et al., github.com/djgroen/flee). Raises InputProblemsError
    with every problem found, each with file and row.
    """
    root = Path(directory)
    tables = root / "input_csv" if (root / "input_csv").is_dir() else root
    sources = next(
        (f for f in (root / "source_data", tables.parent / "source_data") if f.is_dir()),
        tables.parent / "source_data",
    )
    findings = Findings()
    if not root.is_dir():
        findings.error("400", str(root), "no such folder", "give a folder that holds input_csv/")
        raise InputProblemsError(findings.problems)
    start, days = _period(tables / "sim_period.csv", findings)
    spots = _spots(tables / "locations.csv", findings)
    index = {spot.name: number for number, spot in enumerate(spots)}
    roads = _roads(tables / "routes.csv", index, findings)
    closures = _closures(tables / "closures.csv", spots, roads, findings)
    intensity = _intensity(tables / "conflicts.csv", spots, index, days, findings)
    names = [spot.name for spot in spots if spot.kind.shelters]
    if spots and not names:
        findings.error("413", str(tables / "locations.csv"), "no camp among the places")
    registers = read_registers(
        sources, tables / "registration_corrections.csv", names, start, findings
    )
    _name_unread(tables, findings)
    if any(problem.is_error for problem in findings.problems):
        raise InputProblemsError(findings.problems)
    return Folder(
        path=root,
        spots=tuple(spots),
        roads=tuple(roads),
        closures=tuple(closures),
        intensity=intensity,
        start=start,
        days=days,
        registers=registers,
        warnings=tuple(findings.problems),
    )


def _name_unread(tables: Path, findings: Findings) -> None:
    """Warn of parts of the format that exist here and play no part in the simulation."""
    for pattern in _UNREAD:
        for file in sorted(tables.glob(pattern)):
            findings.warning("412", str(file), "not read: no rule here uses it")
    header = next(iter(all_rows(tables / "routes.csv", Findings(), required=False)), None)
    if header is not None and header.cell(0).startswith("#") and any(header.cells[4:]):
        columns = ", ".join(filter(None, header.cells[4:]))
        findings.warning("412", header, f"columns not read: no rule here uses {columns}")


def _period(path: Path, findings: Findings) -> tuple[dt.date, int]:
    """Read the first date and the number of days; stand-ins where they are unreadable."""
    start: dt.date | None = dt.date(2000, 1, 1)
    days: int | None = 1
    seen = set()
    for row in rows(path, findings):
        word = row.cell(0).lower()
        seen.add(word)
        if word == "startdate":
            start = findings.day(row, 1, "the start date")
        elif word == "length":
            days = findings.whole(row, 1, "the length in days")
            if days == 0:
                findings.error("404", row, "the length is 0 days", "write at least 1", 1)
    if path.is_file():
        for word, shown in (("startdate", "StartDate"), ("length", "Length")):
            if word not in seen:
                findings.error("404", str(path), f"no row {shown}", f"add a row {shown},...")
    return start or dt.date(2000, 1, 1), days or 1


def _spots(path: Path, findings: Findings) -> list[Spot]:
    """Read the places in file order."""
    spots: list[Spot] = []
    names: set[str] = set()
    for row in rows(path, findings):
        name, kind = row.cell(0), _kind(row.cell(5))
        if not name:
            findings.error("405", row, "a place without a name", "write it in the first cell", 0)
            continue
        if name in names:
            findings.error("405", row, f"a second place named '{name}'", "rename or drop it", 0)
            continue
        names.add(name)
        if kind is None:
            mend = f"use one of: {', '.join(Kind)}"
            findings.error("406", row, f"no place type '{row.cell(5)}'", mend, 5)
        population = findings.whole(row, 7, f"the population of {name}", empty=0)
        outbreak = None
        if kind is Kind.ZONE:
            outbreak = findings.whole(row, 6, f"the conflict day of {name}", empty=0)
        spots.append(Spot(name, row.cell(2), kind or Kind.TOWN, outbreak or 0, population or 0))
    if path.is_file() and not spots:
        findings.error("405", str(path), "no places", "write one row for each place")
    return spots


def _kind(word: str) -> Kind | None:
    """Read a place type as Flee does, by the word it contains."""
    return next((kind for part, kind in _KINDS.items() if part in word.lower()), None)


def _roads(path: Path, index: dict[str, int], findings: Findings) -> list[Road]:
    """Read the roads between known places."""
    roads: list[Road] = []
    for row in rows(path, findings):
        ends = [_known(row, column, index, findings) for column in (0, 1)]
        km = findings.number(row, 2, "the length in km")
        flag = row.cell(3) or "0"
        if flag not in ("0", "1", "2", "0.0", "1.0", "2.0"):
            findings.error("408", row, f"forced redirection is '{flag}'", "write 0, 1 or 2", 3)
            continue
        if ends[0] is None or ends[1] is None or km is None:
            continue
        if ends[0] == ends[1]:
            findings.error("408", row, "a road from a place to itself", "name two places", 1)
            continue
        forced = (-1, ends[0], ends[1])[int(float(flag))]
        roads.append(Road(ends[0], ends[1], km, forced))
    return roads


def _known(row: Row, column: int, index: dict[str, int], findings: Findings) -> int | None:
    """Find a place by its name, or note that there is none."""
    name = row.cell(column)
    if name in index:
        return index[name]
    if index:
        shown = f"no place named '{name}'" if name else "an empty place name"
        findings.error("407", row, shown, did_you_mean(name, index), column)
    return None


def _closures(
    path: Path, spots: list[Spot], roads: list[Road], findings: Findings
) -> list[Closure]:
    """Read closures as the roads they close; a location with a second place is the road between."""
    closures = []
    index = {spot.name: number for number, spot in enumerate(spots)}
    for row in rows(path, findings, required=False):
        word = row.cell(0).lower()
        first = findings.whole(row, 3, "the first day of the closure")
        last = _last_day(row, first, findings)
        if word == "country":
            closed = _border(row, spots, roads)
            into = -1
            if not closed:
                findings.warning("410", row, "no road between these countries; the row is idle")
        elif word in ("link", "location", "camp", "idpcamp", "remove_forced_redirection"):
            two = word in ("link", "remove_forced_redirection") or (
                word == "location" and row.cell(2) in index
            )
            ends = [_known(row, column, index, findings) for column in ((1, 2) if two else (1,))]
            if None in ends or not roads:
                continue
            here = {end for end in ends if end is not None}
            closed = tuple(n for n, road in enumerate(roads) if here <= {road.start, road.end})
            into = index[row.cell(1)] if word in ("camp", "idpcamp") else -1
            if not closed:
                findings.warning("410", row, "no such road; the row is idle")
        else:
            mend = did_you_mean(
                word,
                ["country", "location", "link", "camp", "idpcamp", "remove_forced_redirection"],
            )
            findings.error("409", row, f"no closure type '{row.cell(0)}'", mend, 0)
            continue
        if first is not None:
            closures.append(Closure(closed, first, last, into, word == "remove_forced_redirection"))
    return closures


def _last_day(row: Row, first: int | None, findings: Findings) -> int:
    """Read the day of reopening; empty, negative or not after the first day means never."""
    if not row.cell(4) or row.cell(4).startswith("-"):
        return NEVER
    last = findings.whole(row, 4, "the last day of the closure")
    return last if first is not None and last is not None and last > first else NEVER


def _border(row: Row, spots: list[Spot], roads: list[Road]) -> tuple[int, ...]:
    """Give the numbers of the roads that join two countries."""
    pair = {row.cell(1), row.cell(2)}
    return tuple(
        number
        for number, road in enumerate(roads)
        if {spots[road.start].country, spots[road.end].country} == pair and len(pair) == 2
    )


def _intensity(
    path: Path, spots: list[Spot], index: dict[str, int], days: int, findings: Findings
) -> NDArray[np.float64]:
    """Read the intensity of conflict [day, place]; without the file, by the conflict days."""
    intensity = np.zeros((days, len(spots)))
    if not path.is_file():
        for number, spot in enumerate(spots):
            if spot.kind is Kind.ZONE:
                intensity[spot.conflict_day :, number] = 1.0
        findings.warning("411", str(path), "no such file; conflict begins on each zone's own day")
        return intensity
    sheet = [row for row in all_rows(path, findings) if any(row.cells)]
    if not sheet:
        findings.error("411", str(path), "the file is empty", "write a header and one row a day")
        return intensity
    header, body = sheet[0], [row for row in sheet[1:] if not row.cell(0).startswith("#")]
    if len(body) < days:
        mend = f"write one row for each of the {days} days"
        findings.error("411", str(path), f"{len(body)} rows of days", mend)
    columns = _columns(header, body, index, findings)
    for day, row in enumerate(body[:days]):
        for column, place in columns:
            share = findings.number(row, column, f"the intensity at {header.cell(column)}")
            intensity[day, place] = share or 0.0
    return intensity


def _columns(
    header: Row, body: list[Row], index: dict[str, int], findings: Findings
) -> list[tuple[int, int]]:
    """Match columns of conflicts.csv to places; an unknown place matters if it ever has any."""
    columns = []
    for column, name in enumerate(header.cells[1:], start=1):
        if name in index:
            columns.append((column, index[name]))
        elif name and any(row.cell(column).strip("0.") for row in body):
            _known(header, column, index, findings)
        elif name:
            findings.warning("407", header, f"no place named '{name}'; it has no conflict either")
    return columns
