"""What a program sends, laid where the verbs read it: no path of a sender's is ever opened."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from entente.accord.document import Accord
from entente.accord.text import shipped
from entente.accord.usable import usable
from entente.problems import InputProblemsError, Place, Problem, did_you_mean


def of_library(name: str, as_of: date | None = None) -> Accord:
    """Take a shipped accord and nothing else; raises InputProblemsError."""
    if name not in shipped():
        mend = did_you_mean(name, shipped())
        problem = Problem("E100", Place(name), "", f"no shipped accord named '{name}'", mend)
        raise InputProblemsError([problem])
    return usable(name, as_of)


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
