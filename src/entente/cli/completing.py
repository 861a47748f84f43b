"""What a shell completes as a person types: names of accords, ids of clauses and of choices."""

from typing import TYPE_CHECKING

import click
from click.shell_completion import CompletionItem

if TYPE_CHECKING:
    from entente.accord.document import Accord


def accords(_context: click.Context, _param: click.Parameter, begun: str) -> list[CompletionItem]:
    """Offer the shipped accords and, after them, files."""
    from importlib.resources import files

    names = sorted(
        file.name.removesuffix(".toml")
        for file in (files("entente") / "accords").iterdir()
        if file.name.endswith(".toml")
    )
    found = [CompletionItem(name) for name in names if name.startswith(begun)]
    return [*found, CompletionItem(begun, type="file")]


def languages(_context: click.Context, _param: click.Parameter, begun: str) -> list[CompletionItem]:
    """Offer the languages in which sentences are held."""
    from entente.language import LANGUAGES

    return [CompletionItem(c, help=n) for c, n in LANGUAGES.items() if c.startswith(begun)]


def choices(context: click.Context, _param: click.Parameter, begun: str) -> list[CompletionItem]:
    """Offer the choices of the accord that was named, as `ID=`, with what each asks."""
    accord = _named(context)
    if accord is None:
        return []
    return [
        CompletionItem(f"{id_}=", help=choice.asks)
        for id_, choice in accord.choices.items()
        if id_.startswith(begun)
    ]


def clauses(context: click.Context, _param: click.Parameter, begun: str) -> list[CompletionItem]:
    """Offer the clauses of the accord that was named, as `CLAUSE.`, with the kind of each."""
    accord = _named(context)
    if accord is None:
        return []
    return [
        CompletionItem(f"{id_}.", help=clause.common.kind)
        for id_, clause in accord.clauses.items()
        if id_.startswith(begun)
    ]


def _named(context: click.Context) -> "Accord | None":
    """Read the accord that stands on the line; None where there is none, or it cannot be read."""
    from entente.accord.text import read
    from entente.problems import EntenteError

    known = context.params
    # A line that ends in an option without its value is not parsed: its words are in `args`.
    given = [known.get("name"), known.get("accord"), *(known.get("names") or ()), *context.args]
    for name in filter(None, given):
        try:
            return read(name)
        except EntenteError:
            continue
    return None
