"""`entente compare`: two or more accords or runs beside each other, draw by draw."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from entente.cli.options import progress, settings

if TYPE_CHECKING:
    from rich.table import Table

    from entente.accord.document import Accord
    from entente.lab.settings import Settings
    from entente.outcome.compare import Comparison
    from entente.outcome.run import Run

_SHOWN: Final = ("apprehensions", "waiting_returned", "transferred", "protected_usa", "buyers_cost")


@click.command(epilog="Example:  entente compare us-mexico-2019 us-mexico-2019@2019-05-31")
@click.argument("names", nargs=-1, required=True, metavar="A B [C...]")
@settings
@click.option("--out", type=click.Path(path_type=Path), help="folder; default ./compare-run")
@click.option("--json", "as_json", is_flag=True, help="print the differences for machines")
def command(
    names: tuple[str, ...],
    draws: int,
    months: int | None,
    start: date | None,
    seed: int,
    as_of: date | None,
    choose: tuple[str, ...],
    out: Path | None,
    as_json: bool,
) -> None:
    """Set B, C ... against A, paired draw by draw, and write DIR/compare.html and its table.

    Each name is a shipped accord, a path, NAME@DATE, or the folder of a finished run. Accords meet
    the same harvests, wages and storms, so a difference is the accord's doing.
    """
    from rich.console import Console

    from entente.files import write_whole
    from entente.lab.settings import Settings
    from entente.outcome.compare import as_csv, compare
    from entente.report.pages import compare_page

    if len(names) < 2:
        raise click.UsageError("name at least two accords or run folders")
    asked = Settings(draws, months, start, seed)
    comparison = compare(_runs(names, asked, as_of, choose))
    folder = out or Path("compare-run")
    write_whole(folder / "compare.html", compare_page(comparison))
    write_whole(folder / "tables" / "differences.csv", as_csv(comparison.differences))
    click.echo(f"wrote {folder / 'compare.html'}", err=True)
    if as_json:
        click.echo(comparison.differences.to_json(orient="records", indent=1))
    else:
        Console().print(_table(comparison))


def _runs(
    names: tuple[str, ...], asked: "Settings", as_of: date | None, choose: tuple[str, ...]
) -> list["Run"]:
    """Load the folders and run the accords, all of them in one world."""
    from dataclasses import replace

    from entente.accord.choices import Choices
    from entente.accord.usable import usable
    from entente.outcome.run import Run
    from entente.outcome.simulate import simulate

    loaded = {name: Run.load(Path(name)) for name in names if Path(name).is_dir()}
    accords = {name: usable(name, as_of) for name in names if name not in loaded}
    if not accords:
        return [loaded[name] for name in names]
    settled = _settled(asked, list(loaded.values()), list(accords.values()))
    for name, accord in accords.items():
        chosen = replace(settled, choices=Choices.parse(choose, accord))
        with progress(accord.label, settled.draws) as advance:
            loaded[name] = simulate(accord, chosen, advance)
    return [loaded[name] for name in names]


def _settled(asked: "Settings", runs: list["Run"], accords: list["Accord"]) -> "Settings":
    """Follow a finished run's settings where there is one, else the first accord's horizon."""
    from entente.lab.settings import Settings

    if not runs:
        return asked.settled(accords[0])
    made = runs[0].record
    start = date.fromisoformat(made["start"])
    return Settings(made["draws"], made["months"], start, made["seed"])


def _table(comparison: "Comparison") -> "Table":
    """Show the differences over the whole period, other by other."""
    from rich import box
    from rich.table import Table

    from entente.outcome.compare import WHOLE_PERIOD
    from entente.places import ALL
    from entente.report.comparing import difference_words
    from entente.report.reading import records
    from entente.world.measures import BY_NAME

    base, *others = comparison.runs
    table = Table(box=box.SIMPLE_HEAD, title=f"against {base.label}", title_justify="left")
    table.add_column("run", overflow="fold")
    table.add_column("difference over the whole run, middle and 90 % of draws")
    rows = comparison.differences
    whole = rows[(rows["month"] == WHOLE_PERIOD) & (rows["group"] == ALL)]
    for other in others:
        totals = whole[whole["other"] == other.label].drop_duplicates("measure")
        told = {row["measure"]: row for row in records(totals)}
        for name in (name for name in _SHOWN if name in told):
            table.add_row(other.label, difference_words(told[name], BY_NAME[name]))
    return table
