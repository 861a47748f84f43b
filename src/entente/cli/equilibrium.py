"""The verb that solves a world trade equilibrium under a tariff schedule."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from entente.world.trade.equilibrium import Deficits, Result


@click.command(
    name="equilibrium",
    epilog="Example:  entente equilibrium world-2023 --tariffs tariff_ustr_2025",
)
@click.argument("directory")
@click.option(
    "--tariffs",
    required=True,
    help="The complete new schedule, a file or the name of one beside the tables: importer, "
    "exporter, sector, rate (a fraction); an absent row is a rate of 0.",
)
@click.option(
    "--deficits",
    type=click.Choice(["zero", "observed"]),
    default="zero",
    show_default=True,
    help="Trade deficits in both the base and the schedule.",
)
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the table here instead of to standard output.",
)
@click.option("--json", "as_json", is_flag=True, help="Write rows and residuals as JSON.")
def command(
    directory: str, tariffs: str, deficits: "Deficits", out: Path | None, as_json: bool
) -> None:
    """Solve world trade under a tariff schedule and compare it with the solved base.

    DIRECTORY holds trade, tariff, input_output, value_added, theta and deficit as long CSV files,
    gzipped or not; world-2023 is shipped and found by name. Gives percent changes by country: exact
    real income, real wage, the first-order welfare decomposition with its terms of trade and volume
    of trade, and imports by exporter in value net of tariff. A pair that did not trade at base has
    no row.
    """
    from entente.files import write_whole
    from entente.world.trade.equilibrium import Model

    model = Model.read(directory, deficits)
    for warning in model.warnings:
        click.echo(str(warning), err=True)
    found = model.under(model.schedule(tariffs))
    table = _csv(found)
    if out is not None:
        write_whole(out, table)
    if as_json:
        click.echo(_json(found, deficits))
    elif out is None:
        click.echo(table, nl=False)
    largest = found.residuals.largest
    click.echo(f"{len(found.countries)} countries; largest residual {largest:.1e}", err=True)


def _csv(found: "Result") -> str:
    rows = (f"{country},{measure},{value!r}" for country, measure, value in found.rows())
    return "\n".join(["country,measure,value", *rows, ""])


def _json(found: "Result", deficits: str) -> str:
    import json
    from dataclasses import asdict

    rows = [
        {"country": country, "measure": measure, "value": value}
        for country, measure, value in found.rows()
    ]
    record = {
        "unit": "percent change",
        "deficits": deficits,
        "residuals": asdict(found.residuals),
        "rows": rows,
    }
    return json.dumps(record, indent=1)
