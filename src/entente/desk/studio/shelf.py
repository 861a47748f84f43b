"""The shipped accords in short; read once a process, for they change with the release alone."""

from functools import cache
from typing import NamedTuple

from entente.accord.text import read, shipped


class InShort(NamedTuple):
    """What a list shows of an accord."""

    name: str
    title: str
    parties: list[str]
    clauses: int


@cache
def in_short() -> tuple[InShort, ...]:
    """List the shipped accords, in order of name."""
    read_all = ((name, read(name)) for name in shipped())
    return tuple(
        InShort(name, held.title or name, list(held.parties), len(held.clauses))
        for name, held in read_all
    )
