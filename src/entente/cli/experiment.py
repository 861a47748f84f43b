"""`entente experiment`: every run of a plan, once, with tables and what drives the answer."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from entente.cli.options import LANGUAGE, crew, hands, progress

if TYPE_CHECKING:
    from entente.outcome.experiment import Experiment


@click.command(epilog="Example:  entente experiment guard.toml --workers 2")
@click.argument("plan", metavar="PLAN.toml")
@hands
@click.option("--out", type=click.Path(path_type=Path), help="folder; default ./PLAN-experiment")
@LANGUAGE
@click.option("--json", "as_json", is_flag=True, help="print the experiment's record for machines")
def command(
    plan: str, workers: int | None, cluster: str | None, out: Path | None, as_json: bool
) -> None:
    """Run every combination of PLAN's accords, choices, parameters and seeds; each is done once.

    Runs are kept in DIR by digest: a plan that was cut short, or has grown, goes on from there.
    DIR/tables has runs, monthly figures and targets as Parquet; DIR/experiment.zarr has every draw.
    """
    from entente.lab.experiment import read_plan
    from entente.lab.shelf import alone
    from entente.outcome.experiment import experiment, size

    read = read_plan(plan)
    folder = out or Path(f"{Path(plan).stem}-experiment")
    with alone(folder), progress(read.name, size(read), "runs") as advance:
        found = experiment(read, folder, crew(workers, cluster), advance)
    if found.sensitivity:
        _draw(found, folder)
    click.echo(f"wrote {folder / 'tables'}", err=True)
    if as_json:
        click.echo((folder / "experiment.json").read_text(encoding="utf-8"), nl=False)
    else:
        _tell(found)


def _draw(found: "Experiment", folder: Path) -> None:
    """Write the tornado as SVG and PNG."""
    from entente.files import write_whole
    from entente.report import theme
    from entente.report.figures.swings import tornado

    svg = tornado(found.sensitivity[0]).file
    write_whole(folder / "swings.svg", svg)
    write_whole(folder / "swings.png", theme.picture(svg))


def _tell(found: "Experiment") -> None:
    """Print the last month's totals of every run of the grid, then what drives the answer."""
    from rich import box
    from rich.console import Console
    from rich.table import Table

    from entente.language import decimal, figures, phrase
    from entente.report.figures.swings import answer, flipping
    from entente.report.narrow import Fitted

    last = found.monthly["month"].max()
    rows = found.monthly[(found.monthly["month"] == last) & (found.monthly["group"] == "ALL")]
    planned = rows[rows["run"] < found.planned].drop_duplicates(["run", "measure"])
    told = found.runs.drop(columns="key").set_index("run")
    title = phrase("{month}, middle and 90 % of draws", month=last)
    table = Table(box=box.SIMPLE_HEAD, title=title)
    for heading in (phrase("run"), phrase("measure"), phrase("middle"), phrase("90 % of draws")):
        table.add_column(heading, overflow="fold")
    for row in planned.to_dict("records"):
        run = told.loc[row["run"]].dropna().drop("accord")
        settled = [f"{key} {value}" for key, value in run.items()]
        name = ", ".join([str(told.loc[row["run"], "accord"]), *settled])
        low, middle, high = (decimal(row[name]) for name in ("p05", "p50", "p95"))
        band = phrase("{low} to {high}", low=low, high=high)
        table.add_row(name, row["measure"], middle, band)
    Console().print(Fitted(table))
    for base in found.sensitivity:
        of = base.iloc[0]
        if len(found.sensitivity) > 1:
            named = {key: of[key] for key in ("accord", "seed", "choices")}
            Console().print(phrase("{accord}, seed {seed}, choices {choices}", **named))
        value = figures(of["answer"], 4)
        Console().print(
            phrase("The answer is {measure}: {value}.", measure=answer(base), value=value)
        )
        Console().print(flipping(base))
