"""`entente compare`: two or more accords or runs beside each other: text, law, outcome."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from entente.cli import completing
from entente.cli.options import BEYOND_THE_WORLD, LANGUAGE, progress, settings
from entente.cli.telling import tell

if TYPE_CHECKING:
    from rich.table import Table

    from entente.accord.document import Accord
    from entente.accord.law_difference import Difference
    from entente.lab.settings import Settings
    from entente.outcome.compare import Comparison
    from entente.outcome.run import Run

_SHOWN: Final = ("apprehensions", "waiting_returned", "transferred", "protected_usa", "buyers_cost")


@click.command(epilog="Example:  entente compare us-mexico-2019 us-mexico-2019@2019-05-31")
@click.argument(
    "names", nargs=-1, required=True, metavar="A B [C...]", shell_complete=completing.accords
)
@settings
@click.option("--out", type=click.Path(path_type=Path), help="folder; default ./compare-run")
@LANGUAGE
@click.option("--law", "law_only", is_flag=True, help="text and law only: nothing is run")
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
    law_only: bool,
    as_json: bool,
) -> None:
    """Set B, C ... against A by text, by law and, paired draw by draw, by outcome.

    Each name is a shipped accord, a path, NAME@DATE, or the folder of a finished run. The law is
    compared to the first instant and case that differ. Outcomes go to DIR/compare.html and its
    table: accords meet the same harvests, wages and storms, so a difference is the accord's doing.
    Accords that the world cannot run are compared by text and law.
    """
    from rich.console import Console

    from entente.lab.settings import Settings
    from entente.report.narrow import Fitted

    if len(names) < 2:
        raise click.UsageError("name at least two accords or run folders")
    accords = _accords(names, as_of)
    differences = _differences(accords, choose)
    if not as_json:
        tell(line for found in differences for line in found.lines())
    asked = Settings(draws, months, start, seed)
    comparison = None if law_only else _outcomes(accords, asked, choose, out or Path("compare-run"))
    if as_json:
        click.echo(_record(differences, comparison))
        return
    if comparison is not None:
        Console().print(Fitted(_table(comparison)))


def _accords(names: tuple[str, ...], as_of: date | None) -> "list[Accord | Run]":
    """Read the accords and load the finished runs."""
    from entente.accord.usable import usable
    from entente.outcome.run import Run

    read = {
        name: Run.load(Path(name)) if Path(name).is_dir() else usable(name, as_of)
        for name in dict.fromkeys(names)
    }
    return [read[name] for name in names]


def _accord_of(one: "Accord | Run") -> "Accord":
    from entente.outcome.run import Run

    return one.accord if isinstance(one, Run) else one


def _differences(found: "list[Accord | Run]", choose: tuple[str, ...]) -> "list[Difference]":
    from entente.accord.choices import Choices
    from entente.accord.law_difference import difference

    base, *others = (_accord_of(one) for one in found)
    taken = Choices.parse(choose, base)
    return [difference(base, other, (taken, Choices.parse(choose, other))) for other in others]


def _outcomes(
    found: "list[Accord | Run]", asked: "Settings", choose: tuple[str, ...], folder: Path
) -> "Comparison | None":
    """Run what is not run yet and write the page; None, and why, where the world cannot run it."""
    from entente.files import write_whole
    from entente.language import spoken
    from entente.outcome.compare import as_csv, compare
    from entente.problems import InputProblemsError
    from entente.report.pages import compare_page

    try:
        comparison = compare(_runs(found, asked, choose))
    except InputProblemsError as refused:
        if any(problem.code not in BEYOND_THE_WORLD for problem in refused.problems):
            raise
        click.echo(f"outcomes are not compared: {refused}", err=True)
        return None
    page = folder / spoken().page("compare")
    write_whole(page, compare_page(comparison))
    write_whole(folder / "tables" / "differences.csv", as_csv(comparison.differences))
    click.echo(f"wrote {page}", err=True)
    return comparison


def _record(differences: "list[Difference]", comparison: "Comparison | None") -> str:
    """Write the three layers; the outcome is null where nothing was run."""
    import json

    layers = [
        {
            "before": found.before,
            "after": found.after,
            "text": [change.as_json() for change in found.text],
            "law": [witness.as_json() for witness in found.law],
        }
        for found in differences
    ]
    table = None if comparison is None else comparison.differences.to_json(orient="records")
    outcome = None if table is None else json.loads(table)
    return json.dumps({"pairs": layers, "outcome": outcome}, indent=1)


def _runs(found: "list[Accord | Run]", asked: "Settings", choose: tuple[str, ...]) -> list["Run"]:
    """Run the accords beside the finished runs, all of them in one world."""
    from dataclasses import replace

    from entente.accord.choices import Choices
    from entente.outcome.run import Run
    from entente.outcome.simulate import simulate

    runs = [one for one in found if isinstance(one, Run)]
    accords = [one for one in found if not isinstance(one, Run)]
    if not accords:
        return runs
    settled = _settled(asked, runs, accords)
    made: dict[int, Run] = {}
    for accord in accords:
        if id(accord) not in made:
            chosen = replace(settled, choices=Choices.parse(choose, accord))
            with progress(accord.label, settled.draws) as advance:
                made[id(accord)] = simulate(accord, chosen, advance)
    return [one if isinstance(one, Run) else made[id(one)] for one in found]


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

    from entente.language import phrase
    from entente.outcome.compare import WHOLE_PERIOD
    from entente.places import ALL
    from entente.report.comparing import difference_words
    from entente.report.reading import records
    from entente.world.measures import BY_NAME

    base, *others = comparison.runs
    table = Table(
        box=box.SIMPLE_HEAD, title=phrase("against {base}", base=base.label), title_justify="left"
    )
    table.add_column(phrase("run"), overflow="fold")
    table.add_column(phrase("difference over the whole run, middle and 90 % of draws"))
    rows = comparison.differences
    whole = rows[(rows["month"] == WHOLE_PERIOD) & (rows["group"] == ALL)]
    for other in others:
        totals = whole[whole["other"] == other.label].drop_duplicates("measure")
        told = {row["measure"]: row for row in records(totals)}
        for name in (name for name in _SHOWN if name in told):
            table.add_row(other.label, difference_words(told[name], BY_NAME[name]))
    return table
