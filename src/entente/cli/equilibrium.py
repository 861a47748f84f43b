"""The verb that solves a world trade equilibrium under a tariff schedule."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from entente.cli.options import OneOf

if TYPE_CHECKING:
    from entente.evidence import FloatArray
    from entente.world.trade.equilibrium import Deficits, Horizon, Model, Result


@click.command(
    name="equilibrium",
    epilog="Example:  entente equilibrium world-2023 --tariffs tariff_ustr_2025",
)
@click.argument("directory")
@click.option(
    "--tariffs",
    required=True,
    multiple=True,
    help="The complete new schedule, a file or the name of one beside the tables: importer, "
    "exporter, sector, rate (a fraction); an absent row is a rate of 0. A row may name a group of "
    "groups.csv (group, country) or * for all. Given more than once, the table has a column more: "
    "schedule.",
)
@click.option(
    "--deficits",
    type=OneOf(["zero", "observed"]),
    default="zero",
    show_default=True,
    help="Trade deficits in both the base and the schedule.",
)
@click.option(
    "--retaliate",
    multiple=True,
    metavar="COUNTRY",
    help="Let this country answer each raise that its exports meet by the same raise; * for all.",
)
@click.option(
    "--horizon",
    type=OneOf(["long", "short"]),
    default="long",
    show_default=True,
    help="Short: elasticities of the first year, from theta_short.csv or a share of the long run.",
)
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the table here instead of to standard output.",
)
@click.option("--json", "as_json", is_flag=True, help="Write rows and residuals as JSON.")
def command(
    directory: str,
    tariffs: tuple[str, ...],
    deficits: "Deficits",
    retaliate: tuple[str, ...],
    horizon: "Horizon",
    out: Path | None,
    as_json: bool,
) -> None:
    """Solve world trade under tariff schedules and compare them with the solved base.

    DIRECTORY holds trade, tariff, input_output, value_added, theta and deficit as long CSV files,
    gzipped or not; world-2023 is shipped and found by name. Gives percent changes by country: exact
    real income, real wage, the first-order welfare decomposition with its terms of trade and volume
    of trade, and imports by exporter in value net of tariff. A pair that did not trade at base has
    no row. Papers differ in which of the three they call welfare: Caliendo and Parro (2015) print
    the first-order one.
    """
    from entente.files import write_whole
    from entente.world.trade.equilibrium import Model

    model = Model.read(directory, deficits, horizon)
    for warning in model.warnings:
        click.echo(str(warning), err=True)
    found = model.under_each(_schedules(model, tariffs, retaliate))
    table = _csv(tariffs, found)
    if out is not None:
        write_whole(out, table)
    if as_json:
        click.echo(_json(tariffs, found, deficits, horizon))
    elif out is None:
        click.echo(table, nl=False)
    largest = max(each.residuals.largest for each in found)
    click.echo(f"{len(found[0].countries)} countries; largest residual {largest:.1e}", err=True)


def _schedules(
    model: "Model", tariffs: Sequence[str], retaliate: Sequence[str]
) -> "list[FloatArray]":
    """Read the schedules, answered in kind where asked."""
    from entente.world.trade.equilibrium import answering, mirrored

    read = model.schedules(tariffs)
    if not retaliate:
        return read
    who = answering(retaliate, model.tables.countries)
    return [mirrored(model.tables.tariff, schedule, who) for schedule in read]


def _csv(tariffs: Sequence[str], found: "Sequence[Result]") -> str:
    many = len(found) > 1
    rows = [
        ",".join([*([name] if many else []), country, measure, repr(value)])
        for name, each in zip(_names(tariffs), found, strict=True)
        for country, measure, value in each.rows()
    ]
    header = "schedule,country,measure,value" if many else "country,measure,value"
    return "\n".join([header, *rows, ""])


def _names(tariffs: Sequence[str]) -> list[str]:
    """Name schedules by their files, without folder and ending, or as given if those coincide."""
    short = [Path(name).name.removesuffix(".gz").removesuffix(".csv") for name in tariffs]
    return short if len(set(short)) == len(short) else list(tariffs)


def _json(tariffs: Sequence[str], found: "Sequence[Result]", deficits: str, horizon: str) -> str:
    import json
    from dataclasses import asdict

    records = [
        {
            "unit": "percent change",
            "schedule": name,
            "deficits": deficits,
            "horizon": horizon,
            "residuals": asdict(each.residuals),
            "rows": [
                {"country": country, "measure": measure, "value": value}
                for country, measure, value in each.rows()
            ],
        }
        for name, each in zip(_names(tariffs), found, strict=True)
    ]
    return json.dumps(records[0] if len(records) == 1 else records, indent=1)
