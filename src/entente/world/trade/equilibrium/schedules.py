"""Tariff schedules: read from long files in which a row may name a group, answered, mirrored."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from entente.evidence import FloatArray
from entente.problems import InputProblemsError, Place, Problem, did_you_mean
from entente.world.trade.reading import Column, Findings, columns, numbers

ALL: Final = "*"
_KEYS: Final = ("sector", "exporter", "importer")


def read_tariffs(
    path: Path,
    countries: Sequence[str],
    sectors: Sequence[str],
    traded: NDArray[np.bool_],
    groups: Mapping[str, Sequence[int]] | None = None,
) -> FloatArray:
    """Read a complete tariff schedule; an absent row is a rate of 0.

    Gives the rates as fractions [sector, exporter, importer]. A row may name a group of countries,
    as exporter, importer or both, or `*` for every country or every traded sector; where rows
    overlap the one that covers less prevails, and a group never taxes a member's own sales.

    Raises InputProblemsError with every unknown name, repeated key, negative rate, duty on a sector
    that is not traded, and two rows of equal reach that disagree.
    """
    findings = Findings()
    rates = tariffs(path, countries, sectors, traded, findings, groups)
    findings.settle()
    return rates


def tariffs(
    path: Path,
    countries: Sequence[str],
    sectors: Sequence[str],
    traded: NDArray[np.bool_],
    findings: Findings,
    groups: Mapping[str, Sequence[int]] | None = None,
) -> FloatArray:
    """Read a schedule as `read_tariffs` does, adding what is wrong with it to the findings."""
    groups = {ALL: range(len(countries)), **(groups or {})}
    places = [*countries, *groups]
    known = dict(zip(_KEYS, ([*sectors, ALL], places, places), strict=True))
    column = columns(path, known, ["rate"], findings)
    rates = numbers(column, findings, "rate")
    only_traded(column, rates, sectors, traded, findings)
    goods = [[j] for j in range(len(sectors))] + [np.flatnonzero(traded).tolist()]
    members = [[n] for n in range(len(countries))] + [list(of) for of in groups.values()]
    shape = (len(sectors), len(countries), len(countries))
    return _laid_out(column, rates, shape, (goods, members, members), findings)


def groups_of(
    path: Path, countries: Sequence[str], findings: Findings
) -> dict[str, tuple[int, ...]]:
    """Read groups of countries from a file with the columns group, country."""
    column = columns(path, {"group": None, "country": countries}, [], findings)
    members: dict[str, list[int]] = {}
    for line, group, country in zip(column.line, column.labels[0], column.keys[1], strict=True):
        if group in countries or group == ALL:
            findings.add("E806", path, int(line), f"{group!r} cannot be the name of a group")
        if country >= 0:
            members.setdefault(group, []).append(int(country))
    return {group: tuple(of) for group, of in members.items()}


def mirrored(
    base: FloatArray, schedule: FloatArray, answering: Sequence[int] | None = None
) -> FloatArray:
    """Let every country answer each raise of its partners in kind.

    Whoever's exports meet a higher duty than at base charges the same number of points more on the
    same sector from the country that raised it, unless the schedule already makes it charge more.

    base, schedule   fractions [sector, exporter, importer];   answering   countries that answer;
    None: all
    """
    raised = np.maximum(schedule - base, 0.0).transpose(0, 2, 1)  # as met by who now answers
    answered: FloatArray = np.maximum(schedule, base + raised)
    if answering is None:
        return answered
    keeps = np.ones(base.shape[-1], bool)
    keeps[list(answering)] = False
    return np.where(keeps, schedule, answered)


def answering(names: Sequence[str], countries: Sequence[str]) -> list[int] | None:
    """Find the countries that answer; `*` means all, given as None.

    Raises InputProblemsError with every unknown name.
    """
    if ALL in names:
        return None
    strangers = [name for name in names if name not in countries]
    if strangers:
        raise InputProblemsError(
            [
                Problem("E806", Place(name), "", "no such country", did_you_mean(name, countries))
                for name in strangers
            ]
        )
    return [list(countries).index(name) for name in names]


def _laid_out(
    column: Column,
    rates: FloatArray,
    shape: tuple[int, int, int],
    members: tuple[Sequence[Sequence[int]], ...],
    findings: Findings,
) -> FloatArray:
    """Put rows into an array, wide rows before narrow ones; [sector, exporter, importer]."""
    laid = np.zeros(shape)
    known = np.flatnonzero(column.known)
    keys = column.keys[:, known]
    plain = np.all(keys < np.array(shape)[:, None], axis=0)
    wide = [(row, _cells(row, column, members)) for row in known[~plain].tolist()]
    reach, line = np.zeros(shape, np.int64), np.zeros(shape, np.int64)
    for row, cells in sorted(wide, key=lambda pair: -len(pair[1][0])):
        size, at = len(cells[0]), int(column.line[row])
        clash = (reach[cells] == size) & (laid[cells] != rates[row])
        if clash.any():
            other = int(line[cells][clash][0])
            message = f"sets another rate than line {other} where both reach as far"
            findings.add("E805", column.path, at, message, "name the countries in a row of its own")
        laid[cells], reach[cells], line[cells] = rates[row], size, at
    laid[tuple(keys[:, plain])] = rates[known[plain]]
    return laid


def _cells(
    row: int, column: Column, members: tuple[Sequence[Sequence[int]], ...]
) -> tuple[NDArray[np.int64], ...]:
    """Name the cells that a row with a group reaches; a country's sales to itself are not."""
    sector, exporter, importer = (
        np.array(of[key], int) for of, key in zip(members, column.keys[:, row], strict=True)
    )
    grid = np.meshgrid(sector, exporter, importer, indexing="ij")
    abroad = grid[1] != grid[2]
    return grid[0][abroad], grid[1][abroad], grid[2][abroad]


def only_traded(
    column: Column,
    found: FloatArray,
    sectors: Sequence[str],
    traded: NDArray[np.bool_],
    findings: Findings,
) -> None:
    """Note every row that moves across a border what is not traded; [row]."""
    sector, exporter, importer = column.keys
    named = column.known & (sector < len(sectors)) & (exporter != importer) & (found != 0)
    for row in np.flatnonzero(named).tolist():
        if not traded[sector[row]]:
            message = f"{sectors[sector[row]]} is not traded, yet crosses a border"
            findings.add("E809", column.path, int(column.line[row]), message, "see theta.csv")
