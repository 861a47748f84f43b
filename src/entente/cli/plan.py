"""`entente plan`: what an importer should do now, under a run of an accord."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from entente.cli import completing
from entente.cli.options import LANGUAGE

if TYPE_CHECKING:
    from entente.advice.contingency import Plan

_HELP = """Plan purchases over the courses of events that a run's draws took.

IMPORTS.csv has a row for each way to buy each product. Needed: line_id, hts, origin, price_usd (a
unit, customs value), and in a product's first row need_units (a month; or one number a month split
by ';') and short_usd (what a unit not supplied loses). The first row of a product is in use today.

\b
of goods: preference (that could be claimed), goods,
  base_rate_percent, mode
of a product: stock_units, store_units (room),
  store_usd (a unit and month), elasticity (of sales
  to the price; empty: the price cannot rise)
of a row: product, supplier, freight_usd, lead_months,
  ordered_units (already ordered, by month), most_units
  (a month), switch_usd (once), bond_units, bond_usd,
  zone_units, zone_usd (room and cost of a unit and month
  in a bonded warehouse, in a foreign-trade zone),
  claim_percent (of value)

It writes DIR/plan.html, DIR/plan.csv and DIR/plan.json. Rows that cannot be used are listed, and
exit is 3; where no plan meets every limit, exit is 4.
"""


@click.command(
    help=_HELP,
    epilog="Example:  entente plan imports.csv --accord us-mexico-2019 --run us-mexico-2019-run "
    "--choose preset=as-announced-2019",
)
@click.argument("imports", type=click.Path(dir_okay=False))
@click.option(
    "--accord",
    "name",
    required=True,
    metavar="NAME",
    help="that the run was made of",
    shell_complete=completing.accords,
)
@click.option(
    "--run", "folder", required=True, metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path), help="a folder that entente run wrote",
)  # fmt: skip
@click.option(
    "--choose",
    multiple=True,
    metavar="ID=VALUE",
    help="also preset=NAME",
    shell_complete=completing.choices,
)
@click.option("--months", type=click.IntRange(1, 12), default=12, show_default=True)
@click.option(
    "--paths", type=click.IntRange(1, 200), default=50, show_default=True,
    help="most courses of events to plan for; more are merged",
)  # fmt: skip
@click.option(
    "--aversion", type=click.FloatRange(0), default=0.0, show_default=True,
    help="weight on the cost of the dearest courses",
)  # fmt: skip
@click.option(
    "--tail", type=click.FloatRange(0, 0.999), default=0.9, show_default=True,
    help="the dearest courses are those beyond this share of draws",
)  # fmt: skip
@click.option(
    "--interest", type=click.FloatRange(0, 100), help="percent a year; default plan.interest"
)
@click.option(
    "--bond-limit", type=click.FloatRange(0), metavar="USD",
    help="of the customs bond: twelve months' duties may be ten times as much",
)  # fmt: skip
@click.option("--quick", is_flag=True, help="leave out which assumption would change the plan")
@LANGUAGE
@click.option("--out", type=click.Path(path_type=Path), help="folder; default ./IMPORTS-plan")
@click.option("--json", "as_json", is_flag=True, help="print plan.json for machines")
def command(
    imports: str,
    name: str,
    folder: Path,
    choose: tuple[str, ...],
    months: int,
    paths: int,
    aversion: float,
    tail: float,
    interest: float | None,
    bond_limit: float | None,
    quick: bool,
    out: Path | None,
    as_json: bool,
) -> None:
    """Plan purchases under a run (see _HELP)."""
    from entente.accord.usable import usable
    from entente.advice import contingency
    from entente.advice.costs import Taste
    from entente.advice.imports import read
    from entente.outcome.courses import of_accord
    from entente.outcome.run import Run
    from entente.world.parameters import table

    if interest is None:
        interest = table()["plan.interest"].value
    wanted, run = read(imports), Run.load(folder)
    of_accord(run, usable(name))
    taste = Taste(aversion, tail, interest, bond_limit)
    plan = contingency.plan(
        wanted, run, taste, choose=choose, months=months, most=paths, assumptions=not quick
    )
    _write(plan, out or Path(f"{Path(imports).stem}-plan"), run.record["version"])
    _show(plan, as_json=as_json)


def _write(plan: "Plan", folder: Path, version: str) -> None:
    import json

    from entente.advice.tables import as_csv, as_json
    from entente.files import write_whole
    from entente.language import spoken
    from entente.report.pages import plan_page

    write_whole(folder / "plan.csv", as_csv(plan))
    page = folder / spoken().page("plan")
    write_whole(page, plan_page(plan, version))
    write_whole(folder / "plan.json", json.dumps(as_json(plan), indent=2) + "\n")
    click.echo(f"wrote {page}", err=True)


def _show(plan: "Plan", *, as_json: bool) -> None:
    import json

    from rich.console import Console

    from entente.advice.tables import as_json as figures
    from entente.report.planning import summary

    if as_json:
        click.echo(json.dumps(figures(plan), indent=2))
    else:
        Console().print(summary(plan))
