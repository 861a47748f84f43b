"""A starter file: a small accord that checks clean, for a person to change."""

from importlib.resources import files

from entente.accord.shapes import SLUG
from entente.problems import InputProblemsError, Place, Problem


def starter(name: str) -> str:
    """Return the text of a starter accord; raises InputProblemsError for a name that cannot be."""
    if not SLUG.fullmatch(name):
        mend = "use small letters, digits and '-', such as my-accord"
        raise InputProblemsError([Problem("E111", Place(name), "", "no name for an accord", mend)])
    text = (files("entente") / "accord" / "starter.toml").read_text(encoding="utf-8")
    return text.replace('"NAME"', f'"{name}"')
