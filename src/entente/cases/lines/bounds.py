"""What a Parquet file says of its own columns: the least and the greatest value, and empty cells.

What these prove of every row needs no walk through the rows.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq


class Bounds(NamedTuple):
    """One column: no value lies outside `least` and `most`, and `empty` cells hold none."""

    least: Any
    most: Any
    empty: int


def bounds_of(files: Sequence[Path]) -> Mapping[str, Bounds]:
    """Return the bounds of each plain column of whole numbers, decimals or texts that has them.

    Floats are left out: what is no number lies outside every bound. Of several files, that are one
    table, each has to bound a column.
    """
    each = [_of_file(file) for file in files]
    shared = set(each[0]).intersection(*each[1:]) if each else set()
    found = {name: [bounds[name] for bounds in each] for name in shared}
    alike = {name: b for name, b in found.items() if len({type(one.most) for one in b}) == 1}
    return {name: _joined(bounds) for name, bounds in alike.items()}


def _joined(bounds: Sequence[Bounds]) -> Bounds:
    return Bounds(
        min(found.least for found in bounds),
        max(found.most for found in bounds),
        sum(found.empty for found in bounds),
    )


def _of_file(file: Path) -> Mapping[str, Bounds]:
    held = pq.ParquetFile(file)
    groups = [held.metadata.row_group(n) for n in range(held.metadata.num_row_groups)]
    return {
        name: found
        for place, name in _plain(held)
        if (found := _bounds([group.column(place).statistics for group in groups])) is not None
    }


def _plain(held: pq.ParquetFile) -> list[tuple[int, str]]:
    kinds = (pa.types.is_integer, pa.types.is_decimal, pa.types.is_string, pa.types.is_large_string)
    schema = held.schema_arrow
    if held.metadata.num_columns != len(schema.names):  # some column is nested
        return []
    return [
        (place, field.name)
        for place, field in enumerate(schema)
        if any(kind(field.type) for kind in kinds)
    ]


def _bounds(groups: list[Any]) -> Bounds | None:
    told = [g for g in groups if g is not None and g.has_null_count]
    if not groups or len(told) < len(groups):
        return None
    filled = [group for group in told if group.num_values]
    if not filled or not all(group.has_min_max for group in filled):
        return None
    return Bounds(
        min(group.min for group in filled),
        max(group.max for group in filled),
        sum(group.null_count for group in told),
    )
