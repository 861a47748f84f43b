"""A copy of the whole desk in one file: its database and the files of runs and ledgers.

The database is copied first, while the desk goes on: by SQLite's online copy, or by `pg_dump`. The
files follow. A run that ends in between is in the copy as files without a row, never the reverse.
"""

import json
import os
import sqlite3
import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from hashlib import file_digest
from pathlib import Path
from shutil import copytree, rmtree
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone

from entente.files import whole

_DATABASE, _KEPT, _RECORD = "database", "kept", "record.json"


class CopyError(Exception):
    """A copy that cannot be made, is not whole, or does not fit the desk it is to come back to."""


def back_up(target: Path) -> None:
    """Write the desk to a file that its owner alone may read, whole or not at all."""
    before = os.umask(0o077)
    try:
        with TemporaryDirectory() as folder, whole(target) as scratch:
            copied = Path(folder) / _DATABASE
            _dump(copied)
            record = {
                "engine": connection.vendor,
                "made": timezone.now().isoformat(),
                "tables": _tables(),
                "sha256": _digest(copied),
            }
            (Path(folder) / _RECORD).write_text(json.dumps(record))
            with tarfile.open(scratch, "w:gz", compresslevel=1) as tape:
                tape.add(Path(folder) / _RECORD, _RECORD)
                tape.add(copied, _DATABASE)
                for file in _files():
                    tape.add(file, f"{_KEPT}/{file.relative_to(settings.MEDIA_ROOT)}")
    finally:
        os.umask(before)


def restore(source: Path, *, replace: bool = False) -> None:
    """Bring a copy back; the desk must not be running.

    Everything is read and proved before anything is changed. A desk that has accounts is left as
    it is unless `replace` is given. Raises CopyError.
    """
    if not replace and _is_inhabited():
        raise CopyError("this desk has accounts: say --replace to put the copy in their place")
    with _unpacked(source) as folder:
        record = _proved(folder)
        connection.close()
        _load(folder / _DATABASE, record["engine"])
        _put(folder / _KEPT)


def _dump(copied: Path) -> None:
    if connection.vendor == "postgresql":
        _tool("pg_dump", "--format=custom", "--no-owner", f"--file={copied}")
        return
    connection.ensure_connection()
    with closing(sqlite3.connect(copied)) as into:
        connection.connection.backup(into)


def _load(copied: Path, engine: str) -> None:
    if engine == "postgresql":
        _tool(
            "pg_restore", "--clean", "--if-exists", "--no-owner", "--single-transaction",
            f"--dbname={_held()['NAME']}", str(copied),
        )  # fmt: skip
        return
    target = Path(_held()["NAME"])
    for beside in ("-wal", "-shm"):  # of the database that goes
        Path(f"{target}{beside}").unlink(missing_ok=True)
    with whole(target) as scratch:
        scratch.write_bytes(copied.read_bytes())


def _put(unpacked: Path) -> None:
    """Put the files in the place of those that are there."""
    place = Path(settings.MEDIA_ROOT)
    old, new = (place.with_name(f"{place.name}.{word}") for word in ("old", "new"))
    for remains in (old, new):
        rmtree(remains, ignore_errors=True)
    unpacked.mkdir(exist_ok=True)
    copytree(unpacked, new)  # across disks a move is a copy, so it is done beside the place first
    if place.exists():
        place.rename(old)
    new.rename(place)
    rmtree(old, ignore_errors=True)


@contextmanager
def _unpacked(source: Path) -> Iterator[Path]:
    """Unpack beside the desk's home; nothing in the file may lie outside of it."""
    try:
        with TemporaryDirectory() as folder, tarfile.open(source) as tape:
            tape.extractall(folder, filter="data")
            yield Path(folder)
    except (OSError, EOFError, tarfile.TarError) as failure:
        raise CopyError(f"{source}: not a whole copy of a desk: {failure}") from failure


def _proved(folder: Path) -> dict[str, Any]:
    """Read what a copy says of itself, and hold it to that."""
    try:
        record: dict[str, Any] = json.loads((folder / _RECORD).read_text())
        wanted, engine, tables = record["sha256"], record["engine"], record["tables"]
    except (OSError, ValueError, KeyError) as failure:
        raise CopyError(f"not a copy of a desk: {failure}") from failure
    if _digest(folder / _DATABASE) != wanted:
        raise CopyError("the database in the copy is not what was written")
    if engine != connection.vendor:
        raise CopyError(f"the copy is of {engine}, this desk is on {connection.vendor}")
    if newer := sorted(set(tables) - set(_known())):
        raise CopyError(f"the copy is of a newer desk: {newer[0]}")
    return record


def _tables() -> list[str]:
    """Name the steps that brought the tables to where they are."""
    from django.db.migrations.recorder import MigrationRecorder

    return sorted(".".join(step) for step in MigrationRecorder(connection).applied_migrations())


def _known() -> list[str]:
    """Name the steps that this release knows."""
    from django.db.migrations.loader import MigrationLoader

    return [".".join(step) for step in MigrationLoader(None).disk_migrations]


def _is_inhabited() -> bool:
    """Say whether the desk has accounts; one without tables has none."""
    from entente.desk.people.models import User

    return User._meta.db_table in connection.introspection.table_names() and User.objects.exists()


def _files() -> Iterator[Path]:
    """List the kept files that are whole; one half-written has a name that begins with a dot."""
    for file in sorted(Path(settings.MEDIA_ROOT).rglob("*")):
        if file.is_file() and not file.name.startswith("."):
            yield file


def _digest(file: Path) -> str:
    with file.open("rb") as raw:
        return file_digest(raw, "sha256").hexdigest()


def _held() -> dict[str, Any]:
    return connection.settings_dict


def _tool(name: str, *words: str) -> None:
    """Run one of PostgreSQL's own tools; the password goes by the environment, unseen."""
    held = _held()
    known = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD"}
    address = {theirs: str(held[ours]) for theirs, ours in known.items() if held[ours]}
    address["PGDATABASE"] = held["NAME"]
    try:
        done = subprocess.run(  # noqa: S603
            [name, *words], env={**os.environ, **address}, capture_output=True, text=True
        )
    except FileNotFoundError as absent:
        raise CopyError(f"{name} is absent: install PostgreSQL's client tools") from absent
    if done.returncode:
        raise CopyError(f"{name}: {done.stderr.strip()}")
