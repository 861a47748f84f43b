"""`entente explain`: what holds on a day, and why."""

from datetime import date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from entente.cli import completing
from entente.cli.options import DAY, LANGUAGE, day
from entente.cli.telling import tell

if TYPE_CHECKING:
    from entente.accord.reasons import Explanation
    from entente.cases.claims.flip import ClaimExplanation
    from entente.cases.lines.flip import LineExplanation


@click.command(
    epilog="Example:  entente explain us-mexico-2019 --on 2019-06-10 --choose resumed=true",
    short_help="Say in sentences what holds on a day, and why.",
)
@click.argument("name", shell_complete=completing.accords)
@click.option(
    "--on",
    "on",
    type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]),
    help="The day, or the day and time, asked about.",
)
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
@click.option(
    "--run",
    "folder",
    type=click.Path(path_type=Path),
    help="Explain one draw of this finished run.",
)
@click.option(
    "--claim", metavar="CLAIMS.csv:ID", help="Explain the answer to one claim of a table."
)
@click.option("--line", metavar="LINES.csv:ID", help="Explain the price of one entry line.")
@click.option("--sets", metavar="QUANTITY", help="With --claim: which quantity is allocated.")
@click.option("--month", type=click.DateTime(["%Y-%m"]), help="With --run: the month.")
@click.option("--draw", type=click.IntRange(0), help="With --run: the draw's number.")
@LANGUAGE
@click.option("--json", "as_json", is_flag=True, help="Print a record a machine can read.")
def command(
    name: str,
    on: datetime | None,
    choose: tuple[str, ...],
    as_of: date | None,
    folder: Path | None,
    claim: str | None,
    line: str | None,
    sets: str | None,
    month: datetime | None,
    draw: int | None,
    as_json: bool,
) -> None:
    """Say in sentences what holds on a day: value, clause, source, inputs, choices.

    Every clause that does not decide says why not. NAME is a shipped accord or a file. With --run,
    --month and --draw it is told of one draw of a finished run, as it stood at the month's end.
    With --claim one claim of a table is answered, with --line one entry line is priced. Last come
    the least changes that would flip a result.
    """
    import json
    from dataclasses import asdict

    found: Explanation | ClaimExplanation | LineExplanation
    if line is not None and claim is None and on is None and folder is None:
        found = _of_a_line(name, line, choose, as_of)
    elif claim is not None and line is None and on is None and folder is None:
        found = _of_a_claim(name, claim, choose, as_of, sets)
    elif on is not None and (claim, line, folder, month, draw) == (None,) * 5:
        found = _on_a_day(name, on, choose, as_of)
    elif folder is not None and month is not None and draw is not None and on is None:
        if choose or as_of:
            raise click.UsageError("a finished run has its own choices and day of knowledge")
        found = _in_a_draw(name, folder, month.date(), draw)
    else:
        raise click.UsageError(
            "give --on DATE, --claim CLAIMS.csv:ID, --line LINES.csv:ID, or --run DIR with "
            "--month YYYY-MM and --draw I"
        )
    if as_json:
        click.echo(json.dumps(asdict(found), indent=1, default=str))
        return
    tell(found.lines())


def _on_a_day(
    name: str, on: datetime, choose: tuple[str, ...], as_of: date | None
) -> "Explanation":
    from entente.accord.choices import Choices
    from entente.accord.explain import explain
    from entente.accord.usable import usable

    accord = usable(name, as_of)
    moment = on.date() if on.time() == time.min else on
    return explain(accord, moment, Choices.parse(choose, accord))


def _of_a_claim(
    name: str, claim: str, choose: tuple[str, ...], as_of: date | None, sets: str | None
) -> "ClaimExplanation":
    from entente.accord.choices import Choices
    from entente.accord.usable import usable
    from entente.cases.claims.flip import explain_claim
    from entente.cases.claims.table import read_claims

    file, colon, claim_id = claim.rpartition(":")
    if not colon:
        raise click.UsageError("name the claim as CLAIMS.csv:ID")
    accord = usable(name)
    choices = Choices.parse(choose, accord)
    return explain_claim(read_claims(Path(file)), claim_id, accord, choices, as_of=as_of, sets=sets)


def _of_a_line(
    name: str, line: str, choose: tuple[str, ...], as_of: date | None
) -> "LineExplanation":
    from entente.accord.usable import usable
    from entente.cases.lines.flip import explain_line
    from entente.cases.lines.table import EntryTable

    file, colon, line_id = line.rpartition(":")
    if not colon:
        raise click.UsageError("name the line as LINES.csv:ID")
    lines = EntryTable.read(file)
    return explain_line(lines, line_id, [usable(name)], as_of=as_of, choose=choose)


def _in_a_draw(name: str, folder: Path, month: date, draw: int) -> "Explanation":
    import numpy as np

    from entente.accord.explain import explain_draw
    from entente.accord.text import read
    from entente.outcome.replay import replay
    from entente.outcome.run import Run

    run = Run.load(folder)
    if read(name).name != run.accord.name:
        raise click.UsageError(f"{folder} is a run of {run.accord.name}, not of {name}")
    made = replay(run, np.datetime64(month, "M"), draw)
    return explain_draw(made.ledger, made.seen, made.levers, made.choices, made.luck)
