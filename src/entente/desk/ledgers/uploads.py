"""What an uploaded file must be before anything reads it, and its columns under our names."""

import csv
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from functools import partial
from pathlib import Path

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from entente.cases.lines import COLUMNS
from entente.desk.ledgers.models import Ledger
from entente.files import whole

_PARQUET = b"PAR1"
_UNPACKED = 10  # times its own size that a file may have when unpacked
_KNOWN = {
    "line": "line_id", "id": "line_id", "hs": "hts", "hs_code": "hts", "hts_code": "hts",
    "tariff_code": "hts", "country": "origin", "country_of_origin": "origin", "date": "entry_date",
    "value": "value_usd", "entered_value": "value_usd", "customs_value": "value_usd",
}  # fmt: skip


class RefusedUploadError(ValueError):
    """A file that is too large, of another kind, or not what its name says."""


def kept(ledger: Ledger, upload: UploadedFile) -> None:
    """Stream an upload to the ledger's folder, whole or not at all; raises RefusedUploadError."""
    if upload.size is None or upload.size > settings.DESK_LEDGER_BYTES:
        limit = settings.DESK_LEDGER_BYTES // 1_000_000
        raise RefusedUploadError(_("The file is larger than %(n)s MB.") % {"n": limit})
    chunks = upload.chunks()
    first = next(iter(chunks), b"")
    if (first[:4] == _PARQUET) != (ledger.kind == ".parquet"):
        raise RefusedUploadError(_("The file is not what its name says."))
    if ledger.kind == ".csv" and b"\0" in first:
        raise RefusedUploadError(_("The file is not text."))
    ledger.folder.mkdir(parents=True, exist_ok=True)
    with whole(ledger.file) as scratch, Path(scratch).open("wb") as out:
        out.write(first)
        for chunk in chunks:
            out.write(chunk)


def header(ledger: Ledger) -> list[str]:
    """Read the names of the file's own columns; raises RefusedUploadError."""
    if ledger.kind == ".parquet":
        return _parquet_header(ledger.file)
    with ledger.file.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        return next(csv.reader(file), [])


def _parquet_header(file: Path) -> list[str]:
    """Read what a Parquet file says of itself, before any of it is unpacked."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        told = pq.read_metadata(file)
        names = list(pq.read_schema(file).names)
    except (pa.ArrowException, OSError) as failure:
        raise RefusedUploadError(_("The file is not what its name says.")) from failure
    unpacked = sum(told.row_group(i).total_byte_size for i in range(told.num_row_groups))
    if max(unpacked, told.num_rows) > _UNPACKED * settings.DESK_LEDGER_BYTES:
        limit = settings.DESK_LEDGER_BYTES // 1_000_000
        raise RefusedUploadError(_("The file is larger than %(n)s MB.") % {"n": _UNPACKED * limit})
    return names


def guessed(names: Iterable[str]) -> dict[str, str]:
    """Guess which of our columns each of theirs is; empty where none is near."""
    found: dict[str, str] = {}
    for name in names:
        plain = name.strip().lower().replace(" ", "_").replace("-", "_")
        near = get_close_matches(plain, COLUMNS, 1, 0.85)
        ours = plain if plain in COLUMNS else _KNOWN.get(plain, near[0] if near else "")
        found[name] = "" if ours in found.values() else ours
    return found


def under_our_names(ledger: Ledger) -> Path:
    """Give the lines under our column names; a column that is none of ours is left out.

    A file that has our names already is read as it is, so that problems keep their lines.
    """
    names = header(ledger)
    if all(ledger.columns.get(name) == name for name in names):
        return ledger.file
    out = ledger.folder / f"named{ledger.kind}"
    places = [(place, ours) for place, n in enumerate(names) if (ours := ledger.columns.get(n))]
    with whole(out) as scratch:
        (_renamed_parquet if ledger.kind == ".parquet" else _renamed_csv)(ledger, places, scratch)
    return out


def _renamed_csv(ledger: Ledger, places: Sequence[tuple[int, str]], out: Path) -> None:
    """Copy row by row; bytes that are no text pass through, to be told of where they stand."""
    opened = partial(open, encoding="utf-8", errors="surrogateescape", newline="")
    with opened(ledger.file) as file, opened(out, "w") as copy:
        writer = csv.writer(copy, lineterminator="\n")
        writer.writerow([ours for _, ours in places])
        lines = csv.reader(file)
        next(lines)
        writer.writerows([row[i] if i < len(row) else "" for i, _ in places] for row in lines)


def _renamed_parquet(ledger: Ledger, places: Sequence[tuple[int, str]], out: Path) -> None:
    """Copy batch by batch."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    with pq.ParquetFile(ledger.file) as file:
        fields = [file.schema_arrow.field(i).with_name(ours) for i, ours in places]
        with pq.ParquetWriter(out, pa.schema(fields)) as writer:
            for batch in file.iter_batches():
                columns = [batch.column(i) for i, _ in places]
                writer.write_batch(pa.record_batch(columns, schema=pa.schema(fields)))
