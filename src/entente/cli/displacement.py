"""`entente displacement`: a Flee-format folder in, people in camps by day out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from entente.cli.options import AS_JSON, OneOf, records

if TYPE_CHECKING:
    from entente.world.movement.displacement.displace import Displacement
    from entente.world.movement.displacement.folder import Folder


@click.command(
    epilog="Example:  entente displacement conflicts/mali2012 --draws 200 --out mali.csv"
)
@click.argument("directory", type=click.Path(path_type=Path))
@click.option("--draws", default=200, show_default=True, type=click.IntRange(1), help="Draws.")
@click.option(
    "--seed", default=1, show_default=True, type=click.IntRange(0), help="Seed of all luck."
)
@click.option(
    "--rules",
    type=OneOf(["entente", "flee"]),
    default="entente",
    show_default=True,
    help="Choose a camp and make for it, or wander as Flee's people do.",
)
@click.option(
    "--inflow",
    "source",
    type=OneOf(["camps", "total"]),
    help="Whose rises are the newcomers: the camps' together, or the total series. "
    "[default: camps; total where a camp shows only day 0]",
)
@click.option(
    "--use-capacity",
    is_flag=True,
    help="Read camp capacities. In published folders many are the maximum of the very series to be "
    "forecast, so such a run is no forecast.",
)
@click.option("--out", type=click.Path(path_type=Path), help="CSV to write. [default: stdout]")
@AS_JSON
def command(
    directory: Path,
    draws: int,
    seed: int,
    rules: str,
    source: str | None,
    use_capacity: bool,
    out: Path | None,
    as_json: bool,
) -> None:
    """Simulate displacement in a Flee-format folder as counts of people.

    DIRECTORY holds input_csv/ and source_data/. The answer has one row for each day and each camp
    or idpcamp: day, camp, count (the mean over draws), p05, p95. What was read, and how well past
    registrations are met, is said on stderr.
    """
    from entente.files import write_whole
    from entente.luck import Luck
    from entente.world.movement.displacement.displace import RULES, Book, displace
    from entente.world.movement.displacement.folder import read
    from entente.world.movement.displacement.inflow import Source

    folder = read(directory)
    _say_what_was_read(folder, use_capacity)
    result = displace(
        folder,
        Luck(seed, draws).of("displacement"),
        rules=RULES[Book(rules)],
        source=Source(source) if source else None,
        use_capacity=use_capacity,
    )
    _say_what_came_out(folder, result)
    table = _table(result)
    if out is not None:
        write_whole(out, table)
        click.echo(f"wrote {out}", err=True)
    if as_json:
        click.echo(records(table, words=("camp",)))
    elif out is None:
        click.echo(table, nl=False)


def _table(result: Displacement) -> str:
    """Write the answer as CSV: a row for each day and camp, camps in the folder's order."""
    import csv
    import io

    import numpy as np

    mean = result.in_camp.mean(axis=0)  # [day, camp]
    low, high = np.quantile(result.in_camp, [0.05, 0.95], axis=0)
    text = io.StringIO()
    sheet = csv.writer(text, lineterminator="\n")
    sheet.writerow(["day", "camp", "count", "p05", "p95"])
    for day in range(mean.shape[0]):
        for camp, name in enumerate(result.camps):
            numbers = (mean[day, camp], low[day, camp], high[day, camp])
            sheet.writerow([day, name, *(f"{number:.1f}" for number in numbers)])
    return text.getvalue()


def _say_what_was_read(folder: Folder, use_capacity: bool) -> None:
    for warning in folder.warnings:
        click.echo(str(warning), err=True)
    click.echo(
        f"read {folder.path}: {len(folder.spots)} places, {len(folder.roads)} roads, "
        f"{len(folder.camps)} camps, {folder.days} days from {folder.start}; conflict and closures "
        "as given, which in a past conflict is hindsight",
        err=True,
    )
    capacity = "read: this is no forecast" if use_capacity else "not read"
    click.echo(f"camp capacities: {capacity}", err=True)


def _say_what_came_out(folder: Folder, result: Displacement) -> None:
    """Name the source of newcomers and, where registrations go beyond day 0, the score."""
    from entente.world.movement.displacement.score import score

    series = {"camps": "the sum over camp series", "total": "the total series"}[result.source]
    click.echo(
        f"newcomers: {result.entered[-1] - result.entered[0]:,} persons, the rises of {series}; "
        "who goes where rests on no camp series after day 0",
        err=True,
    )
    on_road, elsewhere = result.on_road.mean(axis=0), result.elsewhere.mean(axis=0)  # [day]
    click.echo(
        f"on the road: {on_road[-1]:,.0f} persons on the last day, {on_road.max():,.0f} at most "
        f"(day {on_road.argmax()}); at places that are no camp: {elsewhere[-1]:,.0f}",
        err=True,
    )
    if not all(folder.register(camp).only_opening for camp in folder.camps):
        found = score(folder, result.in_camp.mean(axis=0))
        click.echo(
            f"against corrected registrations: rescaled ARD {found.rescaled:.3f}, ARD "
            f"{found.ard:.3f}, misplaced share {found.misplaced:.3f}",
            err=True,
        )
