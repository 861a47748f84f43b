"""`entente legislature`: will a body stop it; or decide recorded votes."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from entente.cli import completing
from entente.cli.options import DAY, day, records

if TYPE_CHECKING:
    from rich.console import RenderableType

    from entente.outcome.legislature import Legislature, Passage


@click.command(epilog="Example:  entente legislature us-mexico-2019 --members members.csv")
@click.argument("name", required=False, shell_complete=completing.accords)
@click.option(
    "--choose",
    multiple=True,
    metavar="ID=VALUE",
    help="also ID@DATE=VALUE",
    shell_complete=completing.choices,
)
@click.option("--as-of", type=DAY, callback=day, help="use only the text and votes of before")
@click.option(
    "--members",
    type=click.Path(path_type=Path),
    help="a Voteview table (chamber, icpsr, party_code, nominate_dim1, cast_code), or chances: "
    "chamber, yea, attend, members",
)
@click.option("--veto", type=click.FloatRange(0, 1), help="chance of a veto; else the record's")
@click.option("--json", "as_json", is_flag=True, help="print a record a machine can read")
@click.option(
    "--votes",
    type=click.Path(path_type=Path),
    help="decide these: case_id, chamber, seated, yea, nay, rule, first_chamber_result",
)
@click.option("--out", type=click.Path(path_type=Path), help="where --votes writes; default stdout")
def command(
    name: str | None,
    choose: tuple[str, ...],
    as_of: date | None,
    members: Path | None,
    veto: float | None,
    as_json: bool,
    votes: Path | None,
    out: Path | None,
) -> None:
    """Say how likely each vote, veto, override and judgement is that NAME provides for.

    Every chance names its origin: recorded votes, a user's table, odds in the file, or supplied.
    With --votes instead of NAME, decide recorded votes: yeas needed, whether called, whether
    passed. A rule names its base: '2/3 of votes cast', '1/2 of seated'. A chamber that was not
    called because the first chamber failed still shows what it would have needed. Rows that can be
    decided are written; exit 3 where others were not, each with what is wrong.
    """
    import json

    from rich.console import Console

    if (name is None) == (votes is None):
        raise click.UsageError("give either NAME or --votes FILE")
    if votes is not None:
        _decide(votes, out, as_json)
        return
    if out is not None:
        raise click.UsageError("--out goes with --votes")
    found = _told(str(name), choose, as_of, members, veto)
    if as_json:
        click.echo(json.dumps(found.as_json(), indent=2))
    else:
        Console().print(_shown(found))


def _told(
    name: str, choose: tuple[str, ...], as_of: date | None, members: Path | None, veto: float | None
) -> "Legislature":
    from entente.accord.choices import Choices
    from entente.accord.usable import usable
    from entente.outcome.legislature import legislature
    from entente.world.politics.members import read_members

    accord = usable(name, as_of)
    table = None if members is None else read_members(members)
    return legislature(accord, Choices.parse(choose, accord), table, veto)


def _decide(votes: Path, out: Path | None, as_json: bool) -> None:
    import csv
    import io

    from entente.files import write_whole
    from entente.problems import InputProblemsError
    from entente.world.politics.recorded import read_votes

    decidable, problems = read_votes(votes)
    page = io.StringIO()
    writer = csv.writer(page, lineterminator="\n")
    writer.writerow(["case_id", "chamber", "needed", "passed", "called"])
    words = {True: "yes", False: "no"}
    for vote in decidable:
        decided = (vote.needed, words[vote.passed], words[vote.called])
        writer.writerow([vote.case_id, vote.chamber, *decided])
    if out is not None:
        write_whole(out, page.getvalue())
    if as_json:
        told = ("case_id", "chamber", "passed", "called")
        click.echo(records(page.getvalue(), words=told))
    elif out is None:
        click.echo(page.getvalue(), nl=False)
    if problems:
        raise InputProblemsError(problems)


def _shown(found: "Legislature") -> "RenderableType":
    from rich.console import Group

    parts: list[RenderableType] = [f"{found.accord.label}, told from votes before {found.day}"]
    for passage in found.passages:
        parts += _passage(passage)
    for score in found.scores:
        parts.append(
            f"Record, {score.question} ({score.votes} past votes, each from those before it): "
            f"Brier {score.brier:.3f}, log {score.log:.3f}; "
            f"base rate alone: {score.base_brier:.3f}, {score.base_log:.3f}."
        )
    for fit in found.fits:
        parts.append(
            f"Table, {fit.chamber} ({fit.votes} votes, each told by a fit that has not seen it): "
            f"Brier {fit.brier:.3f}, log {fit.log:.3f}; "
            f"share of yeas alone: {fit.base_brier:.3f}, {fit.base_log:.3f}."
        )
    parts.append("Lower scores are better. A chance is no better than its origin.")
    return Group(*parts)


def _passage(passage: "Passage") -> "list[RenderableType]":
    from rich import box
    from rich.table import Table

    from entente.report.narrow import Fitted
    from entente.report.words import percentage

    grid = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for column in ("step", "needs", "chance if reached", "on record"):
        grid.add_column(column, overflow="fold")
    origins: dict[str, None] = {}
    for outcome, rate in zip(passage.outcomes, passage.rates, strict=True):
        step = outcome.step
        due = f" by {step.due}" if step.due else ""
        rule = f"{step.rule.words}: {outcome.needed}" if step.rule else ""
        record = f"{rate.agreed} of {rate.of}" if rate else "none"
        grid.add_row(
            f"{step.who}: {step.question}{due}", rule, percentage(outcome.succeeds), record
        )
        origins[f"{step.who}, {step.question}: {outcome.origin}"] = None
    effects = ", ".join(passage.effects)
    return [
        f"\n[bold]{passage.clause}[/bold]: chance {percentage(passage.becomes)}: {effects}",
        f"in force under these choices: {'; '.join(passage.holds)}",
        Fitted(grid),
        *(f"origin: {origin}" for origin in origins),
        "",
    ]
