"""Writing files whole or not at all."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from entente.problems import OutputError

# A spreadsheet reads the wide forms of these signs as the signs themselves.
RUNS: Final = tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")


@contextmanager
def whole(path: str | Path) -> Iterator[Path]:
    """Give a temporary path beside `path` that takes its place only when all went well.

    A failure, a full disk among them, leaves what stood at `path` before and no remains beside it.

    Raises OutputError when the folder or the file cannot be written.
    """
    target = Path(path)
    scratch = None
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(
            dir=target.parent, prefix=f".{target.name}.", suffix=target.suffix
        )
        os.close(handle)
        scratch = Path(name)
        yield scratch
        _settle(scratch, target)
    except OSError as failure:
        reason = failure.strerror or failure
        raise OutputError(f"{target}: cannot write: {reason}; nothing was changed") from failure
    finally:
        if scratch is not None:
            with suppress(OSError):
                scratch.unlink(missing_ok=True)


def write_whole(path: str | Path, content: bytes | str) -> None:
    """Write a file in one step; raises OutputError and leaves no half of it behind."""
    raw = content.encode() if isinstance(content, str) else content
    with whole(path) as scratch:
        scratch.write_bytes(raw)


def harmless(cell: str) -> str:
    """Put an apostrophe before a text that a spreadsheet would run as a formula.

    >>> harmless("=1+1"), harmless("Northern Glass")
    ("'=1+1", 'Northern Glass')
    """
    return f"'{cell}" if cell[:1] in RUNS else cell


def _settle(scratch: Path, target: Path) -> None:
    """Put the finished file in place, on disk, with the permissions a new file would have."""
    umask = os.umask(0)
    os.umask(umask)
    scratch.chmod(0o666 & ~umask)
    with scratch.open("rb") as done:
        os.fsync(done.fileno())
    scratch.replace(target)
