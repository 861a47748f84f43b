"""What a person takes away, as one ZIP file that is written while it is sent."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import IO, cast
from zipfile import ZIP_DEFLATED, ZipFile

from django.core.serializers.json import DjangoJSONEncoder

from entente.desk.people.held import files_of, held_on
from entente.desk.people.models import User

_CHUNK = 1 << 20


class _Written:
    """What was written since it was last taken; a ZIP file can be made without looking back."""

    def __init__(self) -> None:
        self._held = bytearray()

    def write(self, part: bytes) -> int:
        """Hold a part."""
        self._held += part
        return len(part)

    def flush(self) -> None:
        """Do nothing: a part is sent when it is taken."""

    def taken(self) -> bytes:
        """Give what was written, and forget it."""
        held = bytes(self._held)
        self._held.clear()
        return held


def packed(user: User) -> Iterator[bytes]:
    """Give the parts of the file; no more of it than a part is ever held."""
    rows = json.dumps(held_on(user), cls=DjangoJSONEncoder, indent=2, ensure_ascii=False)
    written = _Written()
    with ZipFile(cast("IO[bytes]", written), "w", ZIP_DEFLATED, compresslevel=1) as made:
        for name, content in (("account.json", rows), *files_of(user)):
            with made.open(name, "w", force_zip64=True) as member:
                for part in _parts(content):
                    member.write(part)
                    yield written.taken()
    yield written.taken()


def _parts(content: Path | str) -> Iterator[bytes]:
    if isinstance(content, str):
        yield content.encode()
        return
    with content.open("rb") as file:
        yield from iter(lambda: file.read(_CHUNK), b"")
