"""`entente duty`: price entry lines under an accord."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from entente.cli import completing, options
from entente.cli.options import AS_JSON, BACKEND, DAY, MEMORY, day

if TYPE_CHECKING:
    from collections.abc import Callable

    from pandas import DataFrame
    from rich.console import RenderableType

    from entente.accord.document import Accord
    from entente.cases.lines.duty import Priced
    from entente.outcome.exposure import Exposure
    from entente.problems import Problem


@click.command(
    epilog="Example:  entente duty lines.csv --accord us-mexico-2019@2019-06-01 "
    "--choose preset=terms-of-2025 --out priced.csv",
    short_help="Price entry lines under an accord, to the cent.",
)
@click.argument("lines", type=click.Path())
@click.option(
    "--accord",
    "names",
    multiple=True,
    required=True,
    metavar="NAME",
    help="repeatable",
    shell_complete=completing.accords,
)
@click.option("--as-of", type=DAY, callback=day, help="what was known of the text that day")
@click.option(
    "--choose", multiple=True, metavar="ID=VALUE", shell_complete=completing.choices,
    help="also ID@DATE=VALUE; preset=as-announced-2019 or preset=terms-of-2025 settles what a text "
    "leaves unspecified",
)  # fmt: skip
@BACKEND
@MEMORY
@click.option("--out", metavar="FILE", help="a row a line: OUT.csv or OUT.parquet")
@click.option(
    "--exposure", "exposed", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path),
    help="totals by month, chapter, supplier, day of entry and course of events: FILE.csv",
)  # fmt: skip
@click.option(
    "--run", "folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path),
    help="with --exposure: over the draws of this run of the accord, each with its own duties",
)  # fmt: skip
@click.option(
    "--realised", "collected", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path),
    help="what goods from Canada and Mexico would pay once preference is claimed: FILE.csv",
)  # fmt: skip
@click.option(
    "--claimed", type=click.FloatRange(0, 1), metavar="SHARE",
    help="with --realised: the share of goods claimed where it pays; default trade.claim_share",
)  # fmt: skip
@AS_JSON
@click.pass_context
def command(
    context: click.Context,
    lines: str,
    names: tuple[str, ...],
    as_of: date | None,
    choose: tuple[str, ...],
    backend: str,
    memory: str,
    out: str | None,
    exposed: Path | None,
    folder: Path | None,
    collected: Path | None,
    claimed: float | None,
    as_json: bool,
) -> None:
    """Price the entry lines of LINES under one or more accords.

    LINES is CSV, Parquet or a folder of Parquet files, and may be larger than memory.

    Every good line gets its ordinary duty, added duty, fees and total. A term that the text leaves
    open flags the lines it decides (FLAG, with each reading); a fact that is not known gives
    MISSING; neither is priced. Rows that cannot be read are listed, and exit is 3.

    Each line is priced under the text alone; --run adds chance, for the totals of --exposure. There
    added_mean and added_p05 to added_p95 are the added duty over the draws, and chance_pays how
    likely a dollar of goods is to meet one.

    --realised sets the file's own claims aside and sets the rate in law beside what is collected
    where shares of each chapter are claimed, as recorded, as inferred and as claims answer: for
    the file, and for each month and origin.
    """
    from entente.accord.usable import usable
    from entente.report.exposing import claims, summary

    if out is None and exposed is None and collected is None:
        raise click.UsageError("name --out, --exposure or --realised")
    if out is not None and not out.endswith((".csv", ".parquet")):
        raise click.UsageError("--out must end in .csv or .parquet")
    if folder is not None and exposed is None:
        raise click.UsageError("--run needs --exposure")
    if claimed is not None and collected is None:
        raise click.UsageError("--claimed needs --realised")
    accords = [usable(name) for name in names]
    rejected: tuple[Problem, ...] = ()
    told: dict[str, object] = {}
    if out is not None:
        priced = _price(lines, accords, as_of, choose, backend, memory, out)
        rejected = priced.rejected
        told["totals"] = priced.totals
    if exposed is not None:
        found = _expose(lines, accords, as_of, choose, backend, exposed, folder)
        _complain((*found.warnings, *found.rejected) if out is None else ())
        rejected = rejected or found.rejected
        told["exposure"] = _shown(found.table, summary, as_json)
    if collected is not None:
        table, wrong = _collect(lines, accords, choose, backend, collected, claimed)
        _complain(wrong if out is None and exposed is None else ())
        rejected = rejected or wrong
        told["realised"] = _shown(table, lambda all_: claims(_whole(all_)), as_json)
    if as_json:
        told["rejected"] = [problem.as_json() for problem in rejected]
        click.echo(options.as_json(told))
    if rejected:
        context.exit(3)


def _price(
    lines: str,
    accords: list["Accord"],
    as_of: date | None,
    choose: tuple[str, ...],
    backend: str,
    memory: str,
    out: str,
) -> "Priced":
    from entente.cases.engine import enough
    from entente.cases.lines.duty import duty
    from entente.cases.lines.table import EntryTable

    with enough():
        priced = duty(EntryTable.read(lines, backend, memory), accords, as_of=as_of, choose=choose)
        _write(priced, out)
        _tell(priced, out)
    return priced


def _shown(
    table: "DataFrame", show: "Callable[[DataFrame], RenderableType]", as_json: bool
) -> list[dict[str, object]]:
    """Show a table in the terminal, unless a machine reads; gives its rows."""
    from rich.console import Console

    from entente.report.reading import records

    if not as_json:
        Console().print(show(table))
    return records(table)


def _write(priced: "Priced", out: str) -> None:
    from entente.files import whole

    with whole(out) as scratch:
        priced.write(scratch)


def _tell(priced: "Priced", out: str) -> None:
    for problem in (*priced.warnings, *priced.twice, *priced.rejected):
        click.echo(str(problem), err=True)
    rejected = f", {priced.refused:,} rejected" if priced.refused else ""
    click.echo(f"{priced.lines:,} lines priced{rejected}: {out}", err=True)
    if priced.refundable:
        back = priced.totals["refundable_duty"]
        click.echo(f"collected and later held unlawful: {back:,} USD", err=True)


def _expose(
    lines: str,
    accords: list["Accord"],
    as_of: date | None,
    choose: tuple[str, ...],
    backend: str,
    out: Path,
    folder: Path | None,
) -> "Exposure":
    from entente.files import write_whole
    from entente.outcome.exposure import as_csv, exposure
    from entente.outcome.run import Run

    run = None if folder is None else Run.load(folder)
    found = exposure(lines, accords, run, as_of=as_of, choose=choose, backend=backend)
    write_whole(out, as_csv(found.table))
    click.echo(f"wrote {out}", err=True)
    return found


def _collect(
    lines: str, accords: list["Accord"], choose: tuple[str, ...], backend: str, out: Path,
    share: float | None,
) -> tuple["DataFrame", tuple["Problem", ...]]:  # fmt: skip
    from entente.files import write_whole
    from entente.outcome.realised import realised

    table, rejected = realised(lines, accords, choose, backend, share)
    write_whole(out, table.round(4).to_csv(index=False, lineterminator="\n"))
    click.echo(f"wrote {out}", err=True)
    return table, rejected


def _whole(table: "DataFrame") -> "DataFrame":
    """Cut the table to the rows of the whole file."""
    from entente.outcome.realised import ALL

    return table[table["month"] == ALL]


def _complain(problems: tuple["Problem", ...]) -> None:
    for problem in problems:
        click.echo(str(problem), err=True)
