"""Which accords a program may name: those of the library, never a path."""

from datetime import date

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
