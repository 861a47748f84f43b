"""The shipped tables as arrays in the orders of `entente.places`, and the digests of all of them.

Every table, with its source, licence and caveats, is described in `data/datapackage.json`.
"""

import csv
import gzip
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, Final, NamedTuple, TypeVar, final

import numpy as np

from entente.evidence import FloatArray, IntArray
from entente.places import ALL, CHAPTERS, DEMOGRAPHICS, SECTORS, Sector
from entente.problems import InputProblemsError, Place, Problem, did_you_mean
from entente.world.observations import (
    APPREHENSIONS,
    EXPULSIONS,
    PORTS,
    SERIES,
    BorderCounts,
    Cell,
    Month,
    border_counts_from,
    read_observations,
)

__all__ = [
    "APPREHENSIONS",
    "EXPULSIONS",
    "PORTS",
    "SERIES",
    "BorderCounts",
    "CourtBacklog",
    "ImportsByOrigin",
    "Link",
    "MonthlyImports",
    "Node",
    "SectorCounts",
    "border_counts",
    "corridor",
    "court_backlog",
    "digests",
    "folder",
    "imports_by_origin",
    "imports_from_mexico",
    "read_observations",
    "resources",
    "return_to_wait",
    "rows",
    "sector_counts",
    "sigma_by_chapter",
    "text",
]

_MONTHS: Final = 12
_Held = TypeVar("_Held", FloatArray, IntArray)


def folder() -> Traversable:
    """Return the folder of the shipped tables."""
    return files("entente") / "data"


@cache
def resources() -> Mapping[str, Mapping[str, Any]]:
    """Return the description of every shipped table by name, in the order of `datapackage.json`."""
    package = json.loads((folder() / "datapackage.json").read_text(encoding="utf-8"))
    return {resource["name"]: resource for resource in package["resources"]}


def text(name: str) -> str:
    """Return a shipped table as CSV text; raises InputProblemsError for an unknown name."""
    return _decoded(_bytes(name))


def rows(name: str) -> list[dict[str, str]]:
    """Return the rows of a shipped table, every field as text."""
    return list(csv.DictReader(io.StringIO(text(name))))


@cache
def digests() -> Mapping[str, str]:
    """Return the SHA-256 of every shipped table's content, by name, for the record of a run."""
    return {name: sha256(text(name).encode()).hexdigest() for name in resources()}


def _bytes(name: str) -> bytes:
    if name not in resources():
        mend = did_you_mean(name, resources())
        raise InputProblemsError([Problem("E620", Place(name), "", "no such table", mend)])
    return (folder() / str(resources()[name]["path"])).read_bytes()


def _decoded(raw: bytes) -> str:
    return (gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw).decode()


@cache
def border_counts(series: str = APPREHENSIONS) -> BorderCounts:
    """Return a shipped series of border counts; one of `SERIES`."""
    if series not in SERIES:
        mend = did_you_mean(series, SERIES)
        raise InputProblemsError([Problem("E604", Place(series), "", "no such series", mend)])
    count: dict[Cell, int] = {}
    for row in rows("border-counts"):
        if row["series"] != series:
            continue
        month = np.datetime64(row["month"], "M")
        for demographic, column in ((ALL, "total"), *((d, d) for d in DEMOGRAPHICS)):
            if row[column]:
                count[month, row["group"], str(demographic)] = int(row[column])
    return border_counts_from(series, count)


@final
@dataclass(frozen=True, slots=True, eq=False)
class SectorCounts:
    """Border Patrol apprehensions by sector, rounded to 10; events [month, sector]."""

    first: np.datetime64  # [M]
    counts: IntArray


@cache
def sector_counts() -> SectorCounts:
    """Return the shipped apprehensions by sector, 1999-10 to 2022-12."""
    read = rows("border-sectors")
    counts = np.array([[int(row[sector]) for sector in SECTORS] for row in read], dtype=np.int64)
    return SectorCounts(np.datetime64(read[0]["month"], "M"), _fixed(counts))


@final
@dataclass(frozen=True, slots=True, eq=False)
class MonthlyImports:
    """US imports for consumption from Mexico; customs value and calculated duty.

    first   first month [M]
    value   USD [month, chapter];   duty   USD [month, chapter]
    """

    first: np.datetime64
    value: FloatArray
    duty: FloatArray


@cache
def imports_from_mexico() -> MonthlyImports:
    """Return US imports from Mexico by month and chapter, 2013-01 to 2019-12."""
    read = rows("us-imports-mexico")
    months = sorted({row["month"] for row in read})
    at = {month: i for i, month in enumerate(months)}
    value = np.zeros((len(months), len(CHAPTERS)))
    duty = np.zeros_like(value)
    for row in read:
        cell = at[row["month"]], CHAPTERS.index(row["chapter"])
        value[cell] = float(row["imports_usd"])
        duty[cell] = float(row["duty_usd"])
    return MonthlyImports(np.datetime64(months[0], "M"), _fixed(value), _fixed(duty))


@final
@dataclass(frozen=True, slots=True, eq=False)
class ImportsByOrigin:
    """US imports for consumption of one year by origin; the first origin is WLD, the whole world.

    origins     ISO 3166-1 alpha-3 codes            [origin]
    value       customs value, USD a year           [chapter, origin]
    collected   calculated duty, USD a year         [chapter, origin]
    """

    year: int
    origins: tuple[str, ...]
    value: FloatArray
    collected: FloatArray

    @property
    def others(self) -> FloatArray:
        """Return imports from everyone but Mexico, USD a month [chapter]."""
        return self._two(self.value)[:, 1] / _MONTHS

    @property
    def duty(self) -> FloatArray:
        """Return duty over value of Mexico and of all others; 0 without trade [chapter, 2]."""
        value = self._two(self.value)
        return np.divide(
            self._two(self.collected), value, out=np.zeros_like(value), where=value > 0
        )

    def _two(self, amount: FloatArray) -> FloatArray:
        """Split the world into Mexico and everyone else [chapter, 2]."""
        mexico = amount[:, self.origins.index("MEX")]
        return np.stack([mexico, amount[:, self.origins.index("WLD")] - mexico], axis=1)


@cache
def imports_by_origin() -> ImportsByOrigin:
    """Return US imports of 2018 by chapter from the world and 20 partners."""
    read = rows("us-imports-by-origin")
    origins = tuple(dict.fromkeys(row["origin"] for row in read))
    value = np.zeros((len(CHAPTERS), len(origins)))
    collected = np.zeros_like(value)
    for row in read:
        cell = CHAPTERS.index(row["chapter"]), origins.index(row["origin"])
        value[cell] = float(row["imports_usd"])
        collected[cell] = float(row["duty_usd"])
    return ImportsByOrigin(2018, origins, _fixed(value), _fixed(collected))


@cache
def sigma_by_chapter() -> tuple[FloatArray, FloatArray]:
    """Return the median elasticity between origins, and the products behind it; each [chapter].

    Broda and Weinstein (QJE 2006). A chapter without an estimate of its own (99) takes the median
    of the chapters, as sure as one product would make it.
    """
    read = {row["chapter"]: row for row in rows("sigma-by-chapter")}
    typical = float(np.median([float(row["sigma"]) for row in read.values()]))
    sigma = [float(read[c]["sigma"]) if c in read else typical for c in CHAPTERS]
    products = [float(read[c]["products"]) if c in read else 1.0 for c in CHAPTERS]
    return _fixed(np.array(sigma)), _fixed(np.array(products))


@final
@dataclass(frozen=True, slots=True, eq=False)
class CourtBacklog:
    """Cases of the US immigration courts by fiscal year, which ends in September; each [year].

    pending is the stock at the year's end; it does not close from receipts and completions, and the
    residual is what they leave unexplained (transfers, reopenings), zero where it is not known.
    """

    first_year: int
    pending: IntArray
    receipts: IntArray
    completions: IntArray
    residual: IntArray


@cache
def court_backlog() -> CourtBacklog:
    """Return the shipped court statistics (EOIR), fiscal years 2008 to 2020."""
    read = rows("court-backlog")
    pending, receipts, completions, residual = (
        _fixed(np.array([int(row[column] or 0) for row in read], dtype=np.int64))
        for column in ("pending", "receipts", "completions", "residual")
    )
    return CourtBacklog(int(read[0]["fiscal_year"]), pending, receipts, completions, residual)


def return_to_wait(measure: str = "enrolments") -> Mapping[Month, int]:
    """Return persons by month as CBP printed them; "enrolments" or "fear_referrals"."""
    return {
        np.datetime64(row["month"], "M"): int(row["total"])
        for row in rows("return-to-wait")
        if row["measure"] == measure
    }


class Node(NamedTuple):
    """A place of the corridor; `role` is origin, border, transit or crossing."""

    id: str
    name: str
    country: str
    latitude: float
    longitude: float
    role: str
    sector: Sector | None


class Link(NamedTuple):
    """A two-way link between places; `road_km` is the great circle times 1.3, not surveyed."""

    ends: tuple[str, str]
    road_km: float


@cache
def corridor() -> tuple[tuple[Node, ...], tuple[Link, ...]]:
    """Return the places and links of the way from northern Central America to the US border."""
    nodes = tuple(
        Node(
            row["id"],
            row["name"],
            row["country"],
            float(row["latitude"]),
            float(row["longitude"]),
            row["role"],
            Sector(row["sector"]) if row["sector"] else None,
        )
        for row in rows("corridor-nodes")
    )
    links = tuple(
        Link((row["from"], row["to"]), float(row["road_km"])) for row in rows("corridor-links")
    )
    return nodes, links


def _fixed(array: _Held) -> _Held:
    """Forbid writing: a cached array belongs to everyone."""
    array.setflags(write=False)
    return array
