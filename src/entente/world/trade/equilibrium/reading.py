"""Long CSV files read as columns of known names, with every faulty row listed."""

import csv
import gzip
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TypeAlias, final

import numpy as np
from numpy.typing import NDArray

from entente.problems import InputProblemsError, Place, Problem, did_you_mean, in_reading_order

FloatArray: TypeAlias = NDArray[np.float64]

_GZIP: Final = b"\x1f\x8b"


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


def _rows(path: Path) -> list[list[str]]:
    """Read a CSV that may be gzipped whatever its name, and may begin with a byte-order mark."""
    raw = path.read_bytes()
    content = gzip.decompress(raw) if raw.startswith(_GZIP) else raw
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def columns(
    path: Path,
    keys: Mapping[str, Sequence[str] | None],
    values: Sequence[str],
    findings: Findings,
) -> Column:
    """Read the named columns; `keys` maps a column to its known labels, None for any label."""
    empty = Column(
        path,
        np.zeros(0, int),
        np.zeros((len(keys), 0), int),
        ((),) * len(keys),
        ((),) * len(values),
    )
    try:
        rows = _rows(path)
    except (OSError, EOFError, UnicodeDecodeError, csv.Error) as failure:
        findings.add("E801", path, 0, f"cannot be read: {failure}")
        return empty
    header = [name.strip() for name in rows[0]] if rows else []
    wanted = [*keys, *values]
    absent = [name for name in wanted if name not in header]
    for name in absent:
        findings.add("E802", path, 1, f"no column {name!r}", f"columns: {', '.join(wanted)}")
    if absent:
        return empty
    full = []
    for line, row in enumerate(rows[1:], start=2):
        if len(row) == len(header):
            full.append((line, row))
        elif row:
            message = f"{len(row)} cells where the header has {len(header)}"
            findings.add("E803", path, line, message)
    if not full:
        return empty
    lines, cells = zip(*full, strict=True)
    by_name = dict(zip(header, zip(*cells, strict=True), strict=True))
    labels = tuple(tuple(map(str.strip, by_name[name])) for name in keys)
    index = np.array(
        [
            _index(path, lines, name, column, known, findings)
            for (name, known), column in zip(keys.items(), labels, strict=True)
        ]
    )
    column = Column(path, np.array(lines), index, labels, tuple(by_name[name] for name in values))
    _no_duplicates(column, findings)
    return column


def _index(
    path: Path,
    lines: Sequence[int],
    name: str,
    labels: Sequence[str],
    known: Sequence[str] | None,
    findings: Findings,
) -> list[int]:
    places = {label: i for i, label in enumerate(dict.fromkeys(labels) if known is None else known)}
    index = [places.get(label, -1) for label in labels]
    for line, label, place in zip(lines, labels, index, strict=True):
        if place < 0:
            message = f"unknown {name} {label!r}"
            findings.add("E806", path, line, message, did_you_mean(label, places))
        elif not label:
            findings.add("E806", path, line, f"empty {name}")
    return index


def _no_duplicates(column: Column, findings: Findings) -> None:
    first: dict[tuple[str, ...], int] = {}
    for line, key in zip(column.line, zip(*column.labels, strict=True), strict=True):
        if key in first:
            message = f"{' '.join(key)} is already on line {first[key]}"
            findings.add("E805", column.path, int(line), message, "keep one row")
        first.setdefault(key, int(line))


def numbers(
    column: Column, findings: Findings, name: str, least: float = 0.0, which: int = 0
) -> FloatArray:
    """Read a column as finite numbers not below `least`; a faulty cell counts 0."""
    numbers = np.zeros(len(column.line))
    for row, (line, cell) in enumerate(zip(column.line, column.text[which], strict=True)):
        try:
            number = float(cell)
        except ValueError:
            number = np.nan
        if not np.isfinite(number):
            findings.add("E803", column.path, int(line), f"{name} is not a number: {cell!r}")
        elif number < least:
            findings.add("E804", column.path, int(line), f"{name} is negative: {cell}")
        else:
            numbers[row] = number
    return numbers


def filled(shape: tuple[int, ...], column: Column, numbers: FloatArray) -> FloatArray:
    """Put the rows whose keys are all known into an array, zero where there is no row."""
    array = np.zeros(shape)
    rows = column.known
    array[tuple(column.keys[:, rows])] = numbers[rows]
    return array
