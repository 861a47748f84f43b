"""`entente timeline`: what is in force when."""

from datetime import date
from typing import TYPE_CHECKING, Final

import click

from entente.cli import completing
from entente.cli.options import DAY, LANGUAGE, day

if TYPE_CHECKING:
    from collections.abc import Sequence

    from entente.accord.timeline import Interval

_COLOURS: Final = {
    "in_force": "green", "triggered": "green", "met": "green", "suspended": "yellow",
    "reserved": "yellow", "announced": "cyan", "draft": "dim", "FLAG": "bold magenta",
}  # fmt: skip


@click.command(
    epilog="Example:  entente timeline us-mexico-2019 --choose resumed=true",
    short_help="Say what is in force when.",
)
@click.argument("name", shell_complete=completing.accords)
@click.option(
    "--choose",
    multiple=True,
    metavar="ID=VALUE",
    help="Take a choice; ID@DATE=VALUE too.",
    shell_complete=completing.choices,
)
@click.option(
    "--as-of", type=DAY, callback=day, help="Use only what was known of the text that day."
)
@LANGUAGE
@click.option("--json", "as_json", is_flag=True, help="Print a list a machine can read.")
def command(name: str, choose: tuple[str, ...], as_of: date | None, as_json: bool) -> None:
    """Say what is in force when: clause, state, from, to (the first day after) and value.

    NAME is a shipped accord or a file. Choices with odds stay silent unless they are taken.
    """
    import json

    from entente.accord.choices import Choices
    from entente.accord.timeline import timeline, undecided
    from entente.accord.usable import usable
    from entente.language import phrase

    accord = usable(name, as_of)
    choices = Choices.parse(choose, accord)
    intervals = timeline(accord, choices)
    if as_json:
        click.echo(json.dumps([interval.as_json() for interval in intervals], indent=1))
        return
    _show(intervals)
    for problem in undecided(accord, choices):
        what = f"{problem.where}: {problem.message}"
        click.echo(phrase("not decided: {what}", what=what), err=True)


def _show(intervals: "Sequence[Interval]") -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from entente.accord.clauses.common import said_state
    from entente.language import phrase
    from entente.report.narrow import Fitted

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for title in (phrase("clause"), phrase("state"), phrase("from"), phrase("to")):
        table.add_column(title, overflow="fold")
    table.add_column(phrase("value"), justify="right")
    before = ""
    for row in intervals:
        said = said_state(row.state)
        if row.places:
            said = phrase("{state} in {places}", state=said, places=", ".join(row.places))
        state = Text(said, _COLOURS.get(row.state, "red"))
        amount = f"{row.value:g}" if isinstance(row.value, float) else row.value or ""
        clause = "" if row.clause == before else row.clause
        table.add_row(clause, state, row.from_.isoformat(), row.to.isoformat(), amount)
        for reading, told in (row.readings or {}).items():
            table.add_row("", Text(f"{reading}: {told}", "dim"), "", "", "")
        before = row.clause
    Console(soft_wrap=False).print(Fitted(table))
