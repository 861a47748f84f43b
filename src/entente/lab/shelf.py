"""Files that jobs made, kept in a folder, each job's vouched for by a receipt of digests."""

import errno
import json
import os
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, TypeAlias, final

from entente.files import write_whole
from entente.problems import OutputError

Files: TypeAlias = Mapping[str, bytes]  # path within the shelf -> content

_RECEIPTS: Final = "receipts"
_LOCK: Final = ".in-use"


def digest_of(made_of: Mapping[str, Any]) -> str:
    """Return the SHA-256 of what something is made from, whatever the order of its keys.

    >>> digest_of({"seed": 1, "draws": 2}) == digest_of({"draws": 2, "seed": 1})
    True
    """
    return sha256(json.dumps(made_of, sort_keys=True).encode()).hexdigest()


@final
@dataclass(frozen=True, slots=True)
class Shelf:
    """A folder of finished work. A job's receipt is written last and names each file's SHA-256.

    A file that was cut short, changed or lost therefore no longer agrees with its receipt, and the
    job counts as not done. Nothing here reads a clock.
    """

    folder: Path

    def holds(self, key: str) -> bool:
        """Say whether every file of a job is there, byte for byte."""
        return self.read(key) is not None

    def read(self, key: str) -> Files | None:
        """Return the files of a job, or None where any is not as it was made."""
        try:
            told: Mapping[str, str] = json.loads(self._receipt(key).read_bytes())
            files = {path: (self.folder / path).read_bytes() for path in told}
        except (OSError, ValueError):
            return None
        same = all(sha256(files[path]).hexdigest() == wanted for path, wanted in told.items())
        return files if same else None

    def put(self, key: str, files: Files) -> None:
        """Keep what a job made; raises OutputError, with nothing of the job left behind."""
        self._receipt(key).unlink(missing_ok=True)
        try:
            for path, content in files.items():
                target = self.folder / path
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(content)  # torn by a power cut, it fails its receipt
        except OSError as failure:
            for path in files:
                (self.folder / path).unlink(missing_ok=True)
            reason = failure.strerror or failure
            raise OutputError(f"{self.folder}: cannot write: {reason}") from failure
        told = {path: sha256(content).hexdigest() for path, content in files.items()}
        write_whole(self._receipt(key), json.dumps(told, indent=0))

    def _receipt(self, key: str) -> Path:
        return self.folder / _RECEIPTS / f"{key}.json"


def settle(folder: Path) -> None:
    """Wait until every file of a folder is on the disk."""
    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("rb") as done:
                os.fsync(done.fileno())


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Hold a folder for one process at a time; the hold ends with the process, however it ends.

    A folder that is made for the purpose and stays empty is taken away again.

    Raises OutputError at once where another process holds it.
    """
    import fcntl

    lock, made = folder / _LOCK, not folder.exists()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle = lock.open("a+")
    except OSError as failure:
        reason = failure.strerror or failure
        raise OutputError(f"{folder}: cannot write: {reason}; nothing was changed") from failure
    with handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as failure:
            if failure.errno not in (errno.EWOULDBLOCK, errno.EACCES):
                raise
            holder = lock.read_text(encoding="utf-8").strip() or "another process"
            message = f"{folder} is in use by {holder}; wait for it or choose another folder"
            raise OutputError(message) from failure
        handle.truncate(0)
        handle.write(f"process {os.getpid()} on {socket.gethostname()}")
        handle.flush()
        try:
            yield
        finally:
            lock.unlink(missing_ok=True)
            if made and not any(folder.iterdir()):
                folder.rmdir()
