"""The summary that the terminal shows when a run ends; it reads well narrow and without colour."""

from typing import Final

from rich import box
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table as Grid
from rich.text import Text

from entente.language import phrase
from entente.report import amounts, naming, opening, words
from entente.report.playing import reasons
from entente.report.reading import FinishedRun, Reading, measured, records

_SHOWN: Final = (
    "apprehensions",
    "encounters",
    "waiting_returned",
    "waiting_metered",
    "transferred",
    "protected_mexico",
    "protected_usa",
    "duty_rate",
    "buyers_cost",
)


def summary(run: FinishedRun) -> RenderableType:
    """Give the headline, the answer, a short table of outcomes and the chance of each target."""
    reading = Reading(run)
    parts: list[RenderableType] = [
        Text(opening.headline(reading), style="bold"),
        Padding(Text(opening.answer(reading)), (1, 0)),
        _outcomes(reading),
    ]
    if not run.targets.empty:
        parts.append(_targets(reading))
    if run.played is not None:
        parts += [Text(phrase("What the parties would choose"), style="bold"), *reasons(run.played)]
    return Group(*parts)


def _outcomes(reading: Reading) -> Grid:
    last = words.month(reading.months[-1])
    grid = Grid(box=box.SIMPLE_HEAD, pad_edge=False, title_justify="left", expand=False)
    grid.add_column(phrase("in {month}", month=last), ratio=2)
    grid.add_column(phrase("middle"), justify="right", no_wrap=True)
    grid.add_column(phrase("90 % of draws"), justify="right")
    for measure in reading.present(*_SHOWN):
        draws = reading.total(measure.name)
        told = draws.sum(axis=1) if measure.unit == "USD" else draws[:, -1]
        cell = measured(told, measure.unit)
        title = naming.title(measure)
        if measure.unit == "USD":
            title = phrase("{measure}, whole run", measure=title)
        grid.add_row(title, cell.shown, cell.spread or phrase("the same"))
    return grid


def _targets(reading: Reading) -> Grid:
    grid = Grid(box=box.SIMPLE_HEAD, pad_edge=False)
    grid.add_column(phrase("target"), ratio=2)
    grid.add_column(phrase("met in"), justify="right", no_wrap=True)
    for row in records(reading.run.targets):
        share = float(row["probability"])
        met = phrase("{share} of draws", share=amounts.percentage(share))
        grid.add_row(reading.target(row), met)
    return grid
