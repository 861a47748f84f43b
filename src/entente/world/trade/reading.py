"""Long CSV files read as columns of known names, with every faulty row listed."""

import csv
import io
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import final

import numpy as np
from numpy.typing import NDArray

from entente.evidence import FloatArray
from entente.problems import InputProblemsError, Place, Problem, did_you_mean, in_reading_order
from entente.sheets import text


@final
@dataclass(slots=True)
class Findings:
    """The problems of one reading, collected as it goes."""

    problems: list[Problem] = field(default_factory=list)

    def add(self, code: str, file: Path, line: int, message: str, mend: str = "") -> None:
        """Note a problem of a file's line; line 0 is the file as a whole."""
        self.problems.append(Problem(code, Place(file.name, line), "", message, mend))

    def settle(self) -> tuple[Problem, ...]:
        """Return the warnings; raise InputProblemsError when there is any error."""
        listed = sorted(in_reading_order(self.problems), key=lambda p: p.where.file)
        if any(p.is_error for p in listed):
            raise InputProblemsError(listed)
        return tuple(listed)


@final
@dataclass(frozen=True, slots=True)
class Column:
    """The rows of one file: their line, the indices of their keys and their cells as text."""

    path: Path
    line: NDArray[np.int64]  # [row]
    keys: NDArray[np.int64]  # [key, row]; -1 unknown
    labels: tuple[tuple[str, ...], ...]  # [key][row]
    text: tuple[tuple[str, ...], ...]  # [value column][row]

    @property
    def known(self) -> NDArray[np.bool_]:
        """Rows whose every key is known, [row]."""
        known: NDArray[np.bool_] = np.all(self.keys >= 0, axis=0)
        return known


def located(directory: Path, name: str) -> Path | None:
    """Find `name.csv` or `name.csv.gz` in a directory."""
    for suffix in (".csv", ".csv.gz"):
        if (path := directory / f"{name}{suffix}").is_file():
            return path
    return None


def columns(
    path: Path,
    keys: Mapping[str, Sequence[str] | None],
    values: Sequence[str],
    findings: Findings,
) -> Column:
    """Read the named columns; `keys` maps a column to its known labels, None for any label."""
    try:
        rows = list(csv.reader(io.StringIO(text(path), newline="")))
    except (OSError, EOFError, UnicodeDecodeError, csv.Error, zlib.error) as failure:
        findings.add("E801", path, 0, f"cannot be read: {failure}")
        rows = []
    else:
        rows = rows or [[]]
    header = [name.strip() for name in rows[0]] if rows else [*keys, *values]
    wanted = [*keys, *values]
    absent = [name for name in wanted if name not in header]
    for name in absent:
        findings.add("E802", path, 1, f"no column {name!r}", f"columns: {', '.join(wanted)}")
    line, cells = ([], []) if absent else _whole_rows(path, rows[1:], len(header), findings)
    by_name = dict(zip(header, zip(*cells, strict=True), strict=True)) if cells else {}
    labels = tuple(tuple(map(str.strip, by_name.get(name, ()))) for name in keys)
    index = [
        _index(path, line, name, column, known, findings)
        for (name, known), column in zip(keys.items(), labels, strict=True)
    ]
    cells_of = tuple(by_name.get(name, ()) for name in values)
    column = Column(path, np.array(line, int), np.array(index, int), labels, cells_of)
    _no_duplicates(column, findings)
    return column


def _whole_rows(
    path: Path, rows: list[list[str]], width: int, findings: Findings
) -> tuple[list[int], list[list[str]]]:
    """Keep the rows as wide as the header, with their lines; blank lines are passed over."""
    odd = [(line, row) for line, row in enumerate(rows, start=2) if len(row) != width]
    if not odd:
        return list(range(2, len(rows) + 2)), rows
    for line, row in odd:
        if row:
            findings.add("E803", path, line, f"{len(row)} cells where the header has {width}")
    kept = [line for line, row in enumerate(rows, start=2) if len(row) == width]
    return kept, [rows[line - 2] for line in kept]


def _index(
    path: Path,
    lines: Sequence[int],
    name: str,
    labels: Sequence[str],
    known: Sequence[str] | None,
    findings: Findings,
) -> list[int]:
    places = {label: i for i, label in enumerate(dict.fromkeys(labels) if known is None else known)}
    strangers = set(labels) - set(places)
    mends = {label: did_you_mean(label, places) for label in strangers}
    if strangers:
        for line, label in zip(lines, labels, strict=True):
            if label in strangers:
                findings.add("E806", path, line, f"unknown {name} {label!r}", mends[label])
    if known is None and "" in places:
        findings.add("E806", path, lines[labels.index("")], f"empty {name}")
    return [places.get(label, -1) for label in labels]


def _no_duplicates(column: Column, findings: Findings) -> None:
    repeated = len(set(zip(*column.labels, strict=True))) < len(column.line)
    first: dict[tuple[str, ...], int] = {}
    for line, key in zip(column.line, zip(*column.labels, strict=True), strict=True):
        if not repeated:
            break
        if key in first:
            message = f"{' '.join(key)} is already on line {first[key]}"
            findings.add("E805", column.path, int(line), message, "keep one row")
        first.setdefault(key, int(line))


def numbers(
    column: Column, findings: Findings, name: str, least: float = 0.0, which: int = 0
) -> FloatArray:
    """Read a column as finite numbers not below `least`; a faulty cell counts 0."""
    read = np.array([_number(cell) for cell in column.text[which]], float)
    faulty = ~(np.isfinite(read) & (read >= least))
    for row in np.flatnonzero(faulty).tolist():
        line, cell = int(column.line[row]), column.text[which][row]
        if np.isfinite(read[row]):
            findings.add("E804", column.path, line, f"{name} is negative: {cell}")
        else:
            findings.add("E803", column.path, line, f"{name} is not a number: {cell!r}")
    found: FloatArray = np.where(faulty, 0.0, read)
    return found


def _number(cell: str) -> float:
    try:
        return float(cell)
    except ValueError:
        return float("nan")


def filled(shape: tuple[int, ...], column: Column, numbers: FloatArray) -> FloatArray:
    """Put the rows whose keys are all known into an array, zero where there is no row."""
    array = np.zeros(shape)
    rows = column.known
    array[tuple(column.keys[:, rows])] = numbers[rows]
    return array
