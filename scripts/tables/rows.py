"""Rows as they are read from an official file, and tables as they are shipped."""

import csv
import gzip
import io
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

Row: TypeAlias = Mapping[str, str]
Table: TypeAlias = tuple[Sequence[str], Iterable[Sequence[object]]]  # header, rows


def same_columns(table: list[Row], columns: Sequence[str]) -> Table:
    """Keep a table that already has the project's layout, sorted by its key."""
    return columns, sorted(tuple(r[c] for c in columns) for r in table)


def read(path: Path) -> list[Row]:
    """Read a CSV file, plain or gzipped, every field as text."""
    raw = path.read_bytes()
    if raw[:2] == b"\x1f\x8b":
        raw = gzip.decompress(raw)
    return list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"))))


def written(table: Table) -> str:
    """Lay a table out as CSV with plain line ends."""
    header, body = table
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(body)
    return out.getvalue()
