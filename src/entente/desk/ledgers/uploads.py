"""What an uploaded file must be before anything reads it, and its columns under our names."""

import csv
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from functools import partial
from pathlib import Path

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from entente.desk.ledgers import packed
from entente.desk.ledgers.models import Ledger
from entente.desk.ledgers.packed import RefusedUploadError
from entente.files import whole

_PARQUET = b"PAR1"
_KNOWN = {
    "line": "line_id", "id": "line_id", "hs": "hts", "hs_code": "hts", "hts_code": "hts",
    "tariff_code": "hts", "country": "origin", "country_of_origin": "origin", "date": "entry_date",
    "value": "value_usd", "entered_value": "value_usd", "customs_value": "value_usd",
    "price": "price_usd", "unit_price": "price_usd", "freight": "freight_usd",
    "need": "need_units", "demand": "need_units", "stock": "stock_units", "vendor": "supplier",
    "lead_time": "lead_months",
}  # fmt: skip


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
        return packed.header(ledger.file)
    with ledger.file.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        return next(csv.reader(file), [])


def guessed(names: Iterable[str], known: Sequence[str]) -> dict[str, str]:
    """Guess which of the known columns each of theirs is; empty where none is near."""
    found: dict[str, str] = {}
    for name in names:
        plain = name.strip().lower().replace(" ", "_").replace("-", "_")
        near = get_close_matches(plain, known, 1, 0.85)
        ours = plain if plain in known else _KNOWN.get(plain, near[0] if near else "")
        found[name] = "" if ours in found.values() or ours not in known else ours
    return found


def under_our_names(ledger: Ledger) -> Path:
    """Give the lines under our column names; a column that is none of ours is left out.

    A file that has our names already is read as it is, so that problems keep their lines. Raises
    RefusedUploadError for one that unpacks to far more than it weighs.
    """
    if ledger.kind == ".parquet":
        packed.measured(ledger.file)
    names = header(ledger)
    if all(ledger.columns.get(name) == name for name in names):
        return ledger.file
    out = ledger.folder / f"named{ledger.kind}"
    places = [(place, ours) for place, n in enumerate(names) if (ours := ledger.columns.get(n))]
    with whole(out) as scratch:
        renamed = packed.renamed if ledger.kind == ".parquet" else _renamed_csv
        renamed(ledger.file, places, scratch)
    return out


def _renamed_csv(file: Path, places: Sequence[tuple[int, str]], out: Path) -> None:
    """Copy row by row; bytes that are no text pass through, to be told of where they stand."""
    opened = partial(open, encoding="utf-8", errors="surrogateescape", newline="")
    with opened(file) as held, opened(out, "w") as copy:
        writer = csv.writer(copy, lineterminator="\n")
        writer.writerow([ours for _, ours in places])
        lines = csv.reader(held)
        next(lines)
        writer.writerows([row[i] if i < len(row) else "" for i, _ in places] for row in lines)
