"""`entente forecast`: monthly border counts by group, from the months up to one of them."""

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from entente.cli import completing
from entente.cli.options import AS_JSON, OneOf, records

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np

    from entente.world.sources import BorderCounts

    Month = np.datetime64

SERIES = ("usbp_apprehensions_sw", "usbp_expulsions_t42_sw", "ofo_inadmissibles_sw")

SERIES_OPTION: Final = click.option(
    "--series",
    type=OneOf(SERIES),
    metavar="SERIES",
    default=SERIES[0],
    show_default=True,
    help="Arrests by the Border Patrol, its expulsions under Title 42 (usbp_expulsions_t42_sw), or "
    "people found inadmissible at ports (ofo_inadmissibles_sw).",
)


def month(_ctx: click.Context, _param: click.Parameter, value: str | None) -> "Month | None":
    """Read a month written 2019-05, if one is given; another spelling is wrong usage."""
    import re

    import numpy as np

    if value is None:
        return None
    if not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", value):
        raise click.BadParameter(f"'{value}' is not a month; write it as 2019-05")
    return np.datetime64(value, "M")


@click.command(epilog="Example:  entente forecast --through 2019-05 --accord us-mexico-2019")
@click.option(
    "--data",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Observations: month, series, group, demographic, count; the shipped table if left out.",
)
@SERIES_OPTION
@click.option(
    "--through",
    metavar="YYYY-MM",
    callback=month,
    required=True,
    help="Last month known; later ones are not read.",
)
@click.option(
    "--horizon", type=click.IntRange(1, 120), default=6, show_default=True, help="Months ahead."
)
@click.option(
    "--draws", type=click.IntRange(1, 1_000_000), default=2000, show_default=True, help="Samples."
)
@click.option(
    "--seed", type=click.IntRange(0), default=1, show_default=True, help="Seed of all chance."
)
@click.option(
    "--accord",
    help="Accord whose pledged enforcement begins: a name, NAME@DATE, a path.",
    shell_complete=completing.accords,
)
@click.option(
    "--choose",
    multiple=True,
    metavar="ID=VALUE",
    help="Choice in the accord.",
    shell_complete=completing.choices,
)
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the quantiles here instead of to standard output.",
)
@click.option(
    "--samples",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write every draw here: target_month, group, draw, count.",
)
@AS_JSON
def command(
    data: Path | None,
    series: str,
    through: "Month",
    horizon: int,
    draws: int,
    seed: int,
    accord: str | None,
    choose: tuple[str, ...],
    out: Path | None,
    samples: Path | None,
    as_json: bool,
) -> None:
    """Forecast monthly counts of events (not persons) for ALL and five groups, with bands.

    Only months up to --through are used, even where the data go further. An accord that pledges
    forces at Mexico's southern border starts the effect that such enforcement had in the past.
    """
    from entente.files import write_whole
    from entente.luck import Luck
    from entente.world.movement.pressure import forecast

    if choose and accord is None:
        raise click.UsageError("--choose needs --accord")
    begun = begun_by(accord, choose) if accord else {}
    told = forecast(counts_of(data, series), through, horizon, Luck(seed, draws), begun)
    quantiles = "\n".join([*told.quantile_rows(), ""])
    if samples is not None:
        write_whole(samples, "\n".join([*told.sample_rows(), ""]))
    if out is not None:
        write_whole(out, quantiles)
    if as_json:
        click.echo(records(quantiles, words=("target_month", "group")))
    elif out is None:
        click.echo(quantiles, nl=False)
    for lever, month in begun.items():
        click.echo(f"{lever.replace('_', ' ')} begins in {month}", err=True)


def counts_of(data: Path | None, series: str) -> "BorderCounts":
    """Read the user's observations, or the shipped ones."""
    from entente.world.sources import border_counts, read_observations

    return border_counts(series) if data is None else read_observations(data, series)


def begun_by(name: str, choose: tuple[str, ...]) -> "Mapping[str, Month]":
    """Return the month in which an accord starts each kind of lever that has a past.

    An obligation measured by forces at Mexico's southern border starts transit enforcement, in the
    month it is signed, applied or announced, or else in the month it was made known.
    """
    import numpy as np

    from entente.accord.choices import Choices
    from entente.accord.clauses import Obligation
    from entente.accord.text import read
    from entente.world.movement.pressure import TRANSIT_ENFORCEMENT

    accord = read(name)
    Choices.parse(choose, accord)
    pledged = []
    for id_, clause in accord.clauses.items():
        if not isinstance(clause, Obligation) or clause.must is None:
            continue
        named = {reference.id for reference in clause.must.names()} & accord.metrics.keys()
        if "guard_south" not in {accord.metrics[metric].series for metric in named}:
            continue
        day = min(
            (moment for moment in clause.common.dates().values()), default=accord.known_from(id_)
        )
        if day is not None:
            pledged.append(np.datetime64(str(day)[:7], "M"))
    if not pledged:
        click.echo(f"{accord.title}: nothing in it starts a lever with a past", err=True)
        return {}
    return {TRANSIT_ENFORCEMENT: min(pledged)}
