"""Parquet files held to what they may unpack to: by their own account, then by what they hold.

A column that repeats one long text keeps it once and points to it, so the file and its own account
of itself stay small. What it unpacks to is counted batch by batch without unpacking a text.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from django.conf import settings
from django.utils.translation import gettext as _

from entente.problems import EntenteError

_TIMES: Final = 10  # what a file may have when unpacked, of the size that an upload may have
_NUMBER, _POINTER = 8, 4  # bytes of a cell that is no text, and least of one that is
_PREFIXED: Final = "DELTA_BYTE_ARRAY"  # texts that begin as the one before: endless from little


class RefusedUploadError(EntenteError):
    """A file that is too large, of another kind, or not what its name says."""


def header(file: Path) -> list[str]:
    """Read the names of the columns, and hold a file to its own account of its size.

    Nothing is unpacked. Raises RefusedUploadError.
    """
    try:
        told, schema = pq.read_metadata(file), pq.read_schema(file)
    except (pa.ArrowException, OSError) as failure:
        raise RefusedUploadError(_("The file is not what its name says.")) from failure
    groups = [told.row_group(i) for i in range(told.num_row_groups)]
    packed_as = {e for g in groups for j in range(g.num_columns) for e in g.column(j).encodings}
    if _PREFIXED in packed_as or any(pa.types.is_nested(kind) for kind in schema.types):
        raise RefusedUploadError(_("The file has columns of a kind that entry lines do not need."))
    width = sum(map(_width, schema.types))
    _bounded(max(sum(g.total_byte_size for g in groups), told.num_rows * width))
    return list(schema.names)


def measured(file: Path) -> None:
    """Count what the texts of a file unpack to; raises RefusedUploadError before it is too much."""
    with pq.ParquetFile(file) as held:
        texts = [field.name for field in held.schema_arrow if _is_text(field.type)]
    total = 0
    with pq.ParquetFile(file, read_dictionary=texts) as held:
        for batch in held.iter_batches(columns=texts):
            total += sum(map(_unpacked, batch.columns))
            _bounded(total)


def renamed(file: Path, places: Sequence[tuple[int, str]], out: Path) -> None:
    """Copy columns under other names, batch by batch."""
    with pq.ParquetFile(file) as held:
        fields = [held.schema_arrow.field(i).with_name(ours) for i, ours in places]
        with pq.ParquetWriter(out, pa.schema(fields)) as writer:
            for batch in held.iter_batches():
                columns = [batch.column(i) for i, _ in places]
                writer.write_batch(pa.record_batch(columns, schema=pa.schema(fields)))


def _bounded(size: int) -> None:
    most = _TIMES * settings.DESK_LEDGER_BYTES
    if size > most:
        said = _("The file is larger than %(n)s MB when unpacked.") % {"n": most // 1_000_000}
        raise RefusedUploadError(said)


def _width(kind: Any) -> int:
    """Give the bytes of a cell; of a text the least."""
    if _is_text(kind):
        return _POINTER
    return kind.byte_width if pa.types.is_fixed_size_binary(kind) else _NUMBER


def _is_text(kind: Any) -> bool:
    held = kind.value_type if pa.types.is_dictionary(kind) else kind
    return bool(
        pa.types.is_string(held) or pa.types.is_large_string(held)
        or pa.types.is_binary(held) or pa.types.is_large_binary(held)
    )  # fmt: skip


def _unpacked(column: Any) -> int:
    """Count the bytes of a batch of texts [row], each text of the dictionary as often as it is."""
    lengths = pc.binary_length(column.dictionary)
    return int(pc.sum(pc.take(lengths, column.indices)).as_py() or 0)
