"""`entente backtest`: the forecast's scores on past months, beside simple rivals."""

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from entente.cli.forecast import SERIES_OPTION, counts_of, month
from entente.cli.options import OneOf

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np

    from entente.world.movement.pressure.backtest import Score
    from entente.world.movement.pressure.placebo import Placebo

GROUPS = ("ALL", "GTM", "HND", "SLV", "MEX", "OTHER")


def _drawable(_context: click.Context, _option: click.Parameter, file: Path | None) -> Path | None:
    if file is not None and file.suffix not in (".svg", ".png"):
        raise click.BadParameter(f"{file} ends neither in .svg nor in .png")
    return file


@click.command(epilog="Example:  entente backtest --from 2010-01 --to 2018-12 --horizons 1,3,6")
@click.option(
    "--data",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Observations: month, series, group, demographic, count; the shipped table if left out.",
)
@SERIES_OPTION
@click.option(
    "--from", "start", metavar="YYYY-MM", callback=month, required=True, help="First origin."
)
@click.option("--to", "end", metavar="YYYY-MM", callback=month, required=True, help="Last origin.")
@click.option("--horizons", default="1,3,6", show_default=True, help="Months ahead, with commas.")
@click.option(
    "--group", "groups", type=OneOf(GROUPS), multiple=True, default=["ALL"],
    show_default=True, help="Series to score; may be repeated.",
)  # fmt: skip
@click.option(
    "--placebo", "began", metavar="YYYY-MM", callback=month,
    help="Instead of scores, rank what followed this month among the origins when nothing began.",
)  # fmt: skip
@click.option(
    "--draws", type=click.IntRange(2, 100_000), default=10_000, show_default=True, help="Samples."
)
@click.option(
    "--seed", type=click.IntRange(0), default=1, show_default=True, help="Seed of all chance."
)
@click.option("--json", "as_json", is_flag=True, help="Print the scores as JSON.")
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="Write the scores here as CSV."
)
@click.option(
    "--picture", type=click.Path(dir_okay=False, path_type=Path), callback=_drawable,
    help="Draw the scores here, as .svg or .png.",
)  # fmt: skip
def command(
    data: Path | None,
    series: str,
    start: "np.datetime64",
    end: "np.datetime64",
    horizons: str,
    groups: tuple[str, ...],
    began: "np.datetime64 | None",
    draws: int,
    seed: int,
    as_json: bool,
    out: Path | None,
    picture: Path | None,
) -> None:
    """Forecast again from every month between --from and --to and score what came, by regime.

    Each origin is refitted on the months up to it. Lower CRPS, WIS and MASE are better; coverage80
    should be near 0.8, mean_rank near 0.5 and spread_rank near 0.29. Final data are used: monthly
    releases as first published are not available.

    With --placebo the months that follow it, as many as the longest horizon, are set against what
    was expected, and the change is ranked among those of origins clear of any known intervention.
    """
    from entente.luck import Luck
    from entente.world.movement.pressure.backtest import backtest, months_between
    from entente.world.movement.pressure.placebo import placebo

    if end < start:
        raise click.UsageError(f"--from {start} is after --to {end}")
    origins = months_between(start, end)
    if began is not None and picture is not None:
        raise click.UsageError("--picture draws scores; --placebo ranks instead")
    if began is not None:
        reach = _horizons(horizons)[-1]
        ranked = placebo(counts_of(data, series), began, reach, origins, Luck(seed, draws))
        _give(ranked, series, "placebos", out, as_json, _print_placebos)
        return
    found = backtest(
        counts_of(data, series),
        origins,
        _horizons(horizons),
        Luck(seed, draws),
        tuple(dict.fromkeys(groups)),
        _told(len(origins)),
    )
    if picture is not None:
        _draw(found, picture)
    _give(found, series, "scores", out, as_json, _print)


def _give(
    found: "Sequence[Any]",
    series: str,
    what: str,
    out: Path | None,
    as_json: bool,
    show: "Callable[[Sequence[Any]], None]",
) -> None:
    """Write what was found as CSV, print it as JSON, or show it as a table."""
    from entente.files import write_whole

    if out is not None:
        write_whole(out, _csv(found))
    if as_json:
        click.echo(_json(found, series, what))
    elif out is None:
        show(found)


def _draw(found: "Sequence[Score]", file: Path) -> None:
    from entente.files import write_whole
    from entente.report.scores import drawn
    from entente.report.theme import picture

    svg = drawn(found)
    write_whole(file, picture(svg) if file.suffix == ".png" else svg)
    click.echo(f"wrote {file}", err=True)


def _told(origins: int) -> "Callable[[int], None]":
    """Say on stderr how far the work is, a line a year of origins."""

    def tell(done: int) -> None:
        if done % 12 == 0 or done == origins:
            click.echo(f"{done} of {origins} origins", err=True)

    return tell


def _horizons(text: str) -> list[int]:
    """Read `1,3,6`; anything else is wrong usage."""
    parts = [part.strip() for part in text.split(",")]
    if not all(part.isdigit() and 1 <= int(part) <= 36 for part in parts):
        raise click.UsageError(f"--horizons {text}: write months ahead from 1 to 36, such as 1,3,6")
    return sorted({int(part) for part in parts})


def _csv(found: "Sequence[Any]") -> str:
    from dataclasses import astuple, fields

    header = ",".join(field.name for field in fields(found[0])) if found else ""
    rows = (",".join(_cell(value) for value in astuple(row)) for row in found)
    return "\n".join([header, *rows, ""])


def _cell(value: object) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def _json(found: "Sequence[Any]", series: str, what: str) -> str:
    import json
    from dataclasses import asdict

    return json.dumps(
        {"series": series, "unit": "events", what: [asdict(row) for row in found]}, indent=1
    )


def _print(found: "Sequence[Score]") -> None:
    """Print one table a regime, group and horizon."""
    from itertools import groupby

    from rich.console import Console
    from rich.table import Table

    from entente.report.narrow import Fitted

    console = Console()
    for (regime, group, horizon), rows in groupby(
        found, key=lambda s: (s.regime, s.group, s.horizon)
    ):
        scores = list(rows)
        title = f"{regime}, {group}, {horizon} months ahead, {scores[0].origins} origins"
        table = Table(title=title, title_justify="left", box=None)
        table.add_column("model", overflow="fold")
        for name in ("CRPS", "WIS", "MASE", "cover 80 %", "mean PIT", "skill"):
            table.add_column(name, justify="right")
        for s in scores:
            table.add_row(
                s.model,
                f"{s.crps:,.0f}",
                f"{s.wis:,.0f}",
                f"{s.mase:.2f}",
                f"{s.coverage80:.2f}",
                f"{s.mean_rank:.2f}",
                f"{s.skill:+.0%}",
            )
        console.print(Fitted(table))


def _print_placebos(found: "Sequence[Placebo]") -> None:
    """Print what followed an intervention in each series, with its rank."""
    from rich.console import Console
    from rich.table import Table

    from entente.report.narrow import Fitted

    one = found[0]
    title = (
        f"{one.months} months from {one.began} against what was expected on the eve, ranked among "
        f"{one.placebos} origins when nothing began"
    )
    table = Table(title=title, title_justify="left", box=None)
    table.add_column("series", overflow="fold")
    for name in ("change", "p, fall", "p, either way", "outside 80 %"):
        table.add_column(name, justify="right")
    for row in found:
        table.add_row(
            row.group,
            f"{math.expm1(row.change):+.0%}",
            f"{row.p_lower:.3f}",
            f"{row.p_both:.3f}",
            f"{row.outside80:.2f}",
        )
    Console().print(Fitted(table))
