"""A text laid where the verbs read it: no path of a person's is ever opened."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from entente.problems import InputProblemsError


@contextmanager
def laid(text: str, name: str) -> Iterator[Path]:
    """Give a text as a file for as long as it is read; its problems name it by its plain name."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_text(text, encoding="utf-8", newline="")
        try:
            yield path
        except InputProblemsError as wrong:
            raise InputProblemsError([p.within(name) for p in wrong.problems]) from None
