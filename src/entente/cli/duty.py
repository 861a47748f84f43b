"""`entente duty`: price entry lines under an accord."""

from datetime import date
from typing import TYPE_CHECKING, Any

import click

from entente.cli.options import DAY, day

if TYPE_CHECKING:
    from entente.cases.duty import Priced


@click.command(
    epilog="Example:  entente duty lines.csv --accord us-mexico-2019@2019-06-01 "
    "--choose preset=terms-of-2025 --out priced.csv",
    short_help="Price entry lines under an accord, to the cent.",
)
@click.argument("lines", type=click.Path(dir_okay=False))
@click.option("--accord", "names", multiple=True, required=True, metavar="NAME", help="repeatable")
@click.option("--as-of", type=DAY, callback=day, help="what was known of the text that day")
@click.option(
    "--choose", multiple=True, metavar="ID=VALUE",
    help="also ID@DATE=VALUE; preset=as-announced-2019 or preset=terms-of-2025 settles what a text "
    "leaves unspecified",
)  # fmt: skip
@click.option("--backend", type=click.Choice(["duckdb"]), default="duckdb", show_default=True)
@click.option("--out", required=True, metavar="FILE", help="OUT.csv or OUT.parquet")
@click.pass_context
def command(
    context: click.Context,
    lines: str,
    names: tuple[str, ...],
    as_of: date | None,
    choose: tuple[str, ...],
    backend: str,
    out: str,
) -> None:
    """Price the entry lines of LINES, a CSV or Parquet file, under one or more accords.

    Every good line gets its ordinary duty, added duty, fees and total. A term that the text leaves
    open flags the lines it decides (FLAG, with each reading); a fact that is not known gives
    MISSING; neither is priced. Rows that cannot be read are listed, and exit is 3.
    """
    from entente.accord.usable import usable
    from entente.cases.duty import duty
    from entente.cases.table import EntryTable

    if not out.endswith((".csv", ".parquet")):
        raise click.UsageError("--out must end in .csv or .parquet")
    accords = [usable(name) for name in names]
    priced = duty(EntryTable.read(lines, backend), accords, as_of=as_of, choose=choose)
    _write(priced.table, out)
    _tell(priced, out)
    if priced.rejected:
        context.exit(3)


def _write(table: Any, out: str) -> None:
    from entente.cases.amounts import guarded
    from entente.files import whole

    with whole(out) as scratch:
        if out.endswith(".parquet"):
            table.to_parquet(scratch)
        else:
            guarded(table).to_csv(scratch)


def _tell(priced: "Priced", out: str) -> None:
    for problem in (*priced.warnings, *priced.rejected):
        click.echo(str(problem), err=True)
    rows = len({problem.where.line for problem in priced.rejected})
    rejected = f", {rows:,} rejected" if rows else ""
    click.echo(f"{priced.lines - rows:,} lines priced{rejected}: {out}", err=True)
