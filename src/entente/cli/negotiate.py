"""`entente negotiate`: deals both sides prefer to none."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from entente.cli import completing
from entente.cli.options import DAY, LANGUAGE, crew, day, hands, progress

if TYPE_CHECKING:
    from entente.accord.document import Accord
    from entente.lab.settings import Settings


@click.command(
    epilog="Example:  entente negotiate us-mexico-2019 --vary ladder.steps=5:30 "
    "--vary enforce_6000.must=4500:15000 --deals 32 --draws 100"
)
@click.argument("name", shell_complete=completing.accords)
@click.option(
    "--vary",
    multiple=True,
    required=True,
    metavar="CLAUSE.FIELD=LOW:HIGH",
    shell_complete=completing.clauses,
)
@click.option("--against", metavar="NAME", help="what holds without a deal; else as before signing")
@click.option("--deals", type=click.IntRange(4), default=128, show_default=True)
@click.option("--draws", type=click.IntRange(2), default=500, show_default=True)
@click.option("--months", type=click.IntRange(1), help="18, or as many as the horizon holds")
@click.option("--start", type=DAY, callback=day, help="any day of the first month")
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True)
@click.option(
    "--choose",
    multiple=True,
    metavar="ID=VALUE",
    help="also ID@DATE=VALUE",
    shell_complete=completing.choices,
)
@hands
@LANGUAGE
@click.option("--out", type=click.Path(path_type=Path), help="folder; default ./NAME-run")
@click.option("--json", "as_json", is_flag=True, help="print a record a machine can read")
def command(
    name: str,
    vary: tuple[str, ...],
    against: str | None,
    deals: int,
    draws: int,
    months: int | None,
    start: date | None,
    seed: int,
    choose: tuple[str, ...],
    workers: int | None,
    cluster: str | None,
    out: Path | None,
    as_json: bool,
) -> None:
    """Look for terms of NAME that both sides prefer to no deal, and write DIR/deals.html.

    Deals are sampled over the ranges given, run with the same luck as no deal, and weighed by the
    accord's [stake] and [player] tables. DIR/deals/*.toml hold the deals found, each of which
    `entente run` accepts. A negotiation that was cut short goes on with the same command. Exit 4
    where the bargaining zone is empty.
    """
    import json

    from rich.console import Console

    from entente.accord.choices import Choices
    from entente.accord.usable import usable
    from entente.advice.deals.negotiation import settled_for
    from entente.advice.deals.talks import negotiate
    from entente.files import write_whole
    from entente.lab.settings import Settings
    from entente.language import spoken
    from entente.problems import NoSolutionError
    from entente.report.dealing import as_json as record
    from entente.report.dealing import summary
    from entente.report.pages import deals_page

    accord = usable(name)
    without = None if against is None else usable(against)
    asked = Settings(draws, months, start, seed, Choices.parse(choose, accord))
    folder = out or Path(f"{Path(name).stem}-run")
    _tell_cost(accord, settled_for(accord, asked))
    with progress(accord.name, deals + 1, "deals") as advance:
        found = negotiate(
            accord, vary, folder, asked,
            against=without, deals=deals, hands=crew(workers, cluster), progress=advance,
        )  # fmt: skip
    page = folder / spoken().page("deals")
    write_whole(page, deals_page(found))
    click.echo(f"wrote {page}", err=True)
    if as_json:
        click.echo(json.dumps(record(found), indent=2))
    else:
        Console().print(summary(found))
    if found.empty:
        raise NoSolutionError(
            "the bargaining zone is empty: no deal tried is better for both sides"
        )


def _tell_cost(accord: "Accord", settled: "Settings") -> None:
    """Say what playing choices anew in every deal costs, by the accord as it is written."""
    from entente.outcome.play import DRAWS, arising, most_courses

    runs = most_courses(accord, settled)
    draws = min(DRAWS, settled.draws)
    if runs:
        choices = ", ".join(arising(accord, settled))
        click.echo(
            f"playing {choices} anew in every deal: up to {runs} more runs of {draws} draws for "
            f"each, {1 + runs * draws / settled.draws:.1f} times the work",
            err=True,
        )
