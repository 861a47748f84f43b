"""`entente legislature`: will a body stop it; or decide recorded votes."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from entente.cli import completing
from entente.cli.options import DAY, LANGUAGE, day, records
from entente.language import counted, decimal, marked, phrase

if TYPE_CHECKING:
    from rich.console import RenderableType

    from entente.outcome.legislature import Legislature, Passage
    from entente.world.politics.members import Fit
    from entente.world.politics.precedents import Score

_QUESTIONS: Final = {
    "passage": marked("passage"),
    "veto": marked("veto"),
    "override": marked("override"),
    "decision": marked("decision"),
}


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
@LANGUAGE
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

    head = phrase(
        "{accord}, told from votes before {day}", accord=found.accord.label, day=found.day
    )
    parts: list[RenderableType] = [head]
    for passage in found.passages:
        parts += _passage(passage)
    for score in found.scores:
        parts.append(
            counted(
                "Record, {question} ({count} past vote, each from those before it): "
                "Brier {brier}, log {log}; base rate alone: {base_brier}, {base_log}.",
                "Record, {question} ({count} past votes, each from those before it): "
                "Brier {brier}, log {log}; base rate alone: {base_brier}, {base_log}.",
                score.votes,
                question=phrase(_QUESTIONS[score.question]),
                **_scored(score),
            )
        )
    for fit in found.fits:
        parts.append(
            counted(
                "Table, {chamber} ({count} vote, each told by a fit that has not seen it): "
                "Brier {brier}, log {log}; share of yeas alone: {base_brier}, {base_log}.",
                "Table, {chamber} ({count} votes, each told by a fit that has not seen it): "
                "Brier {brier}, log {log}; share of yeas alone: {base_brier}, {base_log}.",
                fit.votes,
                chamber=phrase(fit.chamber),
                **_scored(fit),
            )
        )
    parts.append(phrase("Lower scores are better. A chance is no better than its origin."))
    return Group(*parts)


def _scored(found: "Score | Fit") -> dict[str, str]:
    """Write the scores beside those of the simple rule."""
    names = ("brier", "log", "base_brier", "base_log")
    return {name: decimal(getattr(found, name), 3) for name in names}


def _passage(passage: "Passage") -> "list[RenderableType]":
    from rich import box
    from rich.table import Table

    from entente.report.amounts import percentage
    from entente.report.narrow import Fitted

    grid = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for column in (
        phrase("step"), phrase("needs"), phrase("chance if reached"), phrase("on record")
    ):  # fmt: skip
        grid.add_column(column, overflow="fold")
    origins: dict[str, None] = {}
    for outcome, rate in zip(passage.outcomes, passage.rates, strict=True):
        step = outcome.step
        who, question = phrase(step.who), phrase(_QUESTIONS[step.question])
        asked = f"{who}: {question}"
        if step.due:
            asked = phrase("{step} by {day}", step=asked, day=step.due)
        rule = ""
        if step.rule:
            base = phrase(step.rule.base)
            share = phrase("{share} of {base}", share=step.rule.share, base=base)
            rule = f"{share}: {outcome.needed}"
        record = phrase("none")
        if rate:
            record = phrase("{part} of {whole}", part=rate.agreed, whole=rate.of)
        grid.add_row(asked, rule, percentage(outcome.succeeds), record)
        origins[f"{who}, {question}: {outcome.origin}"] = None
    chance = phrase(
        "{clause}: chance {chance}: {effects}",
        clause=f"[bold]{passage.clause}[/bold]",
        chance=percentage(passage.becomes),
        effects=", ".join(passage.effects),
    )
    return [
        f"\n{chance}",
        phrase("in force under these choices: {spans}", spans="; ".join(passage.holds)),
        Fitted(grid),
        *(phrase("origin: {origin}", origin=origin) for origin in origins),
        "",
    ]
