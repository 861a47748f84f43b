"""An accord fit for use: read, checked, and as it was known on a day."""

from datetime import date

from entente.accord.checks import check
from entente.accord.document import Accord
from entente.accord.text import read
from entente.problems import InputProblemsError


def usable(name: str, as_of: date | None = None) -> Accord:
    """Read a shipped accord, a file or `NAME@DATE`, as known on a day.

    Raises InputProblemsError with every error of the text; warnings leave it usable.
    """
    accord = read(name)
    errors = [problem for problem in check(accord) if problem.is_error]
    if errors:
        raise InputProblemsError(errors)
    return accord if as_of is None else accord.known(as_of)
