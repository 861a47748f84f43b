"""`entente run`: run an accord forward and leave a brief to read."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from entente.cli import completing
from entente.cli.options import LANGUAGE, crew, hands, progress, settings

if TYPE_CHECKING:
    from entente.lab.crew import Hands


@click.command(epilog="Example:  entente run us-mexico-2019 --draws 500 --choose resumed=true")
@click.argument("name", required=False, shell_complete=completing.accords)
@settings
@hands
@click.option("--without-feedback", is_flag=True, help="let goods and people not move each other")
@click.option(
    "--again",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="make the run in DIR again from its record, and check that it comes out the same",
)
@click.option(
    "--believe",
    type=click.FloatRange(0, 1),
    metavar="ODDS",
    help="chance that buyers give the highest duty of any course; left out, the share of draws",
)
@click.option(
    "--deals",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="show the deals that entente negotiate left in DIR; left out, those in the run's folder",
)
@LANGUAGE
@click.option("--out", type=click.Path(path_type=Path), help="folder; default ./NAME-run")
@click.option("--json", "as_json", is_flag=True, help="print the run's record for machines")
def command(
    name: str | None,
    draws: int,
    months: int | None,
    start: date | None,
    seed: int,
    as_of: date | None,
    choose: tuple[str, ...],
    workers: int | None,
    cluster: str | None,
    without_feedback: bool,
    again: Path | None,
    believe: float | None,
    deals: Path | None,
    out: Path | None,
    as_json: bool,
) -> None:
    """Run NAME forward month by month over many draws and write DIR/brief.html beside its tables.

    With --language es it also writes DIR/brief.es.html, and the two lead to each other.

    NAME is a shipped accord, a path, or NAME@DATE as known on that day. Parts that are finished are
    kept in DIR while it works: a run that was cut short goes on with the same command.
    """
    if again is not None:
        _only_again()
        _check(again, crew(workers, cluster))
        return
    if name is None:
        raise click.UsageError("name an accord, or give --again DIR")
    import json

    from rich.console import Console

    from entente.accord.choices import Choices
    from entente.accord.usable import usable
    from entente.cli.brief import deals_beside, write_briefs
    from entente.lab.settings import Settings
    from entente.lab.shelf import alone
    from entente.language import ENGLISH, spoken
    from entente.outcome.simulate import simulate
    from entente.report import pen
    from entente.report.terminal import summary

    accord = usable(name, as_of)
    chosen = Choices.parse(choose, accord)
    loop = not without_feedback
    asked = Settings(draws, months, start, seed, chosen, feedback=loop, believed=believe).settled(
        accord
    )
    folder = out or Path(f"{Path(name).stem}-run")
    talks = deals_beside(accord, folder, deals)
    with alone(folder):
        if "played" in chosen.asked.values():
            click.echo("running every course of the choices to be played ...", err=True)
        with progress(accord.name, draws) as advance:
            run = simulate(accord, asked, advance, hands=crew(workers, cluster), folder=folder)
        pen.ready()
        shown = run.shown()
        told = json.dumps(run.record, indent=2) if as_json else summary(shown)
        written = write_briefs(shown, folder, talks, ENGLISH, spoken())
        run.save(folder)
    click.echo("\n".join(f"wrote {path}" for path in written), err=True)
    click.echo(told) if isinstance(told, str) else Console().print(told)


def _only_again() -> None:
    """Refuse what a run made again takes from its record."""
    context = click.get_current_context()
    given = [
        parameter.opts[0]
        for parameter in context.command.params
        if parameter.name not in ("again", "workers", "cluster")
        and context.get_parameter_source(parameter.name or "") is ParameterSource.COMMANDLINE
    ]
    if given:
        raise click.UsageError(f"a run made again has its own: leave out {', '.join(given)}")


def _check(folder: Path, hands: "Hands") -> None:
    """Make a run again and say whether it comes out the same."""
    from entente.lab.shelf import alone
    from entente.outcome.again import again, draws_of
    from entente.outcome.run import clear
    from entente.problems import InputProblemsError, Place, Problem

    with alone(folder), progress(str(folder), draws_of(folder)) as advance:
        found = again(folder, hands, advance)
        clear(folder)
    for line in found.means:
        click.echo(f"not as then: {line}", err=True)
    if found.different:
        where = Place(str(folder))
        raise InputProblemsError([Problem("E307", where, "", line) for line in found.different])
    click.echo(f"{folder}: made again, the same in every number")
