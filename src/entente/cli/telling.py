"""Sentences in a terminal: folded between words to its width, what goes on set further in."""

import sys
from collections.abc import Iterable
from shutil import get_terminal_size
from textwrap import wrap

import click

_FURTHER = "    "


def tell(lines: Iterable[str]) -> None:
    """Print sentences, each a line of its own where a pipe or a file takes them."""
    width = get_terminal_size().columns if sys.stdout.isatty() else None
    for line in lines:
        click.echo("\n".join(folded(line, width)))


def folded(line: str, width: int | None) -> list[str]:
    """Fold a sentence to a width; None leaves it as it is.

    >>> folded("  because: the ladder stands over it", 24)
    ['  because: the ladder', '      stands over it']
    """
    if width is None or len(line) <= width:
        return [line]
    indent = line[: len(line) - len(line.lstrip())]
    return wrap(
        line,
        width,
        subsequent_indent=indent + _FURTHER,
        break_long_words=False,
        break_on_hyphens=False,
    )
