"""Options and shows that several verbs share."""

import re
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from entente.cli import completing

if TYPE_CHECKING:
    from entente.lab.crew import Hands

_Verb = TypeVar("_Verb", bound=Callable[..., Any])


class OneOf(click.Choice[str]):
    """One of a few words; a slip of the pen is told the nearest."""

    def get_invalid_choice_message(self, value: Any, ctx: click.Context | None) -> str:
        """Name the nearest word, or all of them."""
        from entente.problems import did_you_mean

        return f"there is no '{value}'; {did_you_mean(str(value), self.choices)}"


BEYOND_THE_WORLD: Final = ("E303", "E630")  # parties, or months, that it does not hold
DAY: Final = click.DateTime(["%Y-%m-%d"])


def size(_context: click.Context, _option: click.Parameter, given: str) -> str:
    """Check a size of memory."""
    if given and not re.fullmatch(r"[1-9][0-9]*(\.[0-9]+)? ?[KMGT]i?B", given):
        raise click.BadParameter(f"'{given}' is no size; write it as in 512MB or 2GB")
    return given


MEMORY: Final = click.option(
    "--memory",
    metavar="SIZE",
    default="",
    callback=size,
    help="the most that duckdb holds, as in 2GB; what does not fit waits on disk",
)
BACKEND: Final = click.option(
    "--backend",
    type=OneOf(["duckdb", "spark"]),
    default="duckdb",
    show_default=True,
    help="the engine that holds the table; spark needs entente[spark] and Java",
)


def day(_context: click.Context, _option: click.Parameter, value: datetime | None) -> date | None:
    """Turn click's date-time into a date."""
    return None if value is None else value.date()


def _speak(context: click.Context, option: click.Parameter, tag: str) -> None:
    """Speak a language from here on until the verb ends."""
    from entente.language import Language, speaking

    try:
        language = Language.named(tag)
    except ValueError as unknown:
        raise click.BadParameter(str(unknown), context, option) from unknown
    context.with_resource(speaking(language))


LANGUAGE: Final = click.option(
    "--language",
    metavar="TAG",
    default="en",
    show_default=True,
    expose_value=False,
    callback=_speak,
    shell_complete=completing.languages,
    help="of what is said: en, es, or with a region for numbers, as es-MX",
)


def settings(verb: _Verb) -> _Verb:
    """Add the options that say how a run is made."""
    options = (
        click.option("--draws", type=click.IntRange(1), default=2000, show_default=True),
        click.option(
            "--months", type=click.IntRange(1), help="18, or as many as the horizon holds"
        ),
        click.option("--start", type=DAY, callback=day, help="any day of the first month"),
        click.option("--seed", type=click.IntRange(0), default=1, show_default=True),
        click.option("--as-of", type=DAY, callback=day, help="what was known of the text that day"),
        click.option(
            "--choose",
            multiple=True,
            metavar="ID=VALUE",
            help="also ID@DATE=VALUE",
            shell_complete=completing.choices,
        ),
    )
    for option in reversed(options):
        verb = option(verb)
    return verb


def hands(verb: _Verb) -> _Verb:
    """Add the options that say who does the work; they never change a number."""
    options = (
        click.option(
            "--workers",
            type=click.IntRange(1),
            help="processes to use; left out, one for each core on Linux, else one",
        ),
        click.option("--cluster", metavar="URL", help="a Dask scheduler, as tcp://host:8786"),
    )
    for option in reversed(options):
        verb = option(verb)
    return verb


def crew(workers: int | None, cluster: str | None) -> "Hands":
    """Say who does the work: those asked for, or a process for each core."""
    from entente.lab.crew import Hands

    if workers is None and cluster is None:
        return Hands.usual()
    return Hands(workers or 1, cluster)


AS_JSON: Final = click.option("--json", "as_json", is_flag=True, help="print it for machines")


def as_json(found: object) -> str:
    """Write what a verb found as JSON; days and amounts of money as text."""
    import json

    return json.dumps(found, indent=1, ensure_ascii=False, default=str)


def records(table: str, words: Collection[str] = ()) -> str:
    r"""Write a CSV table as a JSON list of records; cells are numbers save in columns of `words`.

    >>> print(records("camp,count\n12,3.5\n", words=("camp",)))
    [
     {
      "camp": "12",
      "count": 3.5
     }
    ]
    """
    import csv
    import io

    rows = csv.DictReader(io.StringIO(table))
    return as_json(
        [{name: cell if name in words else float(cell) for name, cell in r.items()} for r in rows]
    )


@contextmanager
def progress(label: str, total: float, unit: str = "draws") -> Iterator[Callable[[float], None]]:
    """Show what is done and the time left on stderr; quiet where stderr is no terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed:,.0f}/{task.total:,.0f}"),
        TextColumn(unit),
        TimeRemainingColumn(),
    )
    console = Console(stderr=True)
    with Progress(
        *columns,
        console=console,
        transient=True,
        disable=not console.is_terminal,
        auto_refresh=False,  # a thread of its own would keep workers from being forked
    ) as bar:
        task = bar.add_task(label, total=total)
        yield lambda done: bar.update(task, completed=done, refresh=True)
