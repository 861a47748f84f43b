"""What the terminal shows of a ledger's exposure to duties."""

from typing import Any, Final

import pandas as pd
from rich import box
from rich.console import Group, RenderableType
from rich.table import Table as Grid
from rich.text import Text

from entente.report import amounts
from entente.report.goods import chapter
from entente.report.reading import records

_HEADS: Final = {"month": "month of entry", "chapter": "chapter", "supplier": "supplier"}
_MOST: Final = 8


def summary(table: pd.DataFrame) -> RenderableType:
    """Say what all lines may cost, then the courses of events and the largest groups.

    table   see `outcome.exposure.Exposure`
    """
    if not (table["by"] == "all").any():
        return Text("no line could be priced", style="bold")
    (whole,) = records(table[table["by"] == "all"])
    parts: list[RenderableType] = [Text(_headline(whole), style="bold")]
    courses = table[table["by"] == "course"]
    if len(courses) > 1:
        parts.append(_courses(courses))
    for by, head in _HEADS.items():
        rows = table[table["by"] == by]
        if len(rows):
            parts.append(_groups(rows, head, by == "chapter"))
    return Group(*parts)


def _headline(whole: dict[str, Any]) -> str:
    left = f"; {whole['unpriced']:,} lines are not priced" if whole["unpriced"] else ""
    low, high = (amounts.quantity(whole[name], "USD") for name in ("added_p05", "added_p95"))
    over = "" if low == high else f" (90 % of draws: {low} to {high})"
    return (
        f"{whole['lines']:,} lines worth {amounts.quantity(whole['value_usd'], 'USD')}: "
        f"{amounts.quantity(whole['ordinary_usd'], 'USD')} ordinary duty and fees, "
        f"{amounts.quantity(whole['added_mean'], 'USD')} added duty expected{over}{left}"
    )


def _courses(rows: pd.DataFrame) -> Grid:
    grid = Grid(box=box.SIMPLE_HEAD, pad_edge=False)
    grid.add_column("course of events", ratio=2)
    grid.add_column("draws", justify="right", no_wrap=True)
    grid.add_column("added duty", justify="right", no_wrap=True)
    for row in records(rows.head(_MOST)):
        amount = amounts.quantity(row["added_mean"], "USD")
        grid.add_row(row["label"], amounts.percentage(row["share"]), amount)
    return grid


def _groups(rows: pd.DataFrame, head: str, chapters: bool) -> Grid:
    grid = Grid(box=box.SIMPLE_HEAD, pad_edge=False)
    grid.add_column(head, ratio=2)
    grid.add_column("value", justify="right", no_wrap=True)
    grid.add_column("expected", justify="right", no_wrap=True)
    grid.add_column("95 %", justify="right", no_wrap=True)
    grid.add_column("pays", justify="right", no_wrap=True)
    shown = rows if head == _HEADS["month"] else rows.nlargest(_MOST, "value_usd")
    for row in records(shown):
        grid.add_row(
            chapter(row["key"]) if chapters and row["key"].isdigit() else row["key"],
            *(amounts.quantity(row[n], "USD") for n in ("value_usd", "added_mean", "added_p95")),
            amounts.percentage(row["chance_pays"]),
        )
    return grid


def claims(table: pd.DataFrame) -> RenderableType:
    """Set the duty in law beside what is collected under each reading of claims.

    table   see `outcome.realised.realised`
    """
    grid = Grid(box=box.SIMPLE_HEAD, pad_edge=False)
    grid.add_column("claims of preference", ratio=2)
    for head in ("claimed", "added duty", "of value"):
        grid.add_column(head, justify="right", no_wrap=True)
    for row in records(table):
        grid.add_row(
            f"{row['claims']}: {row['meaning']}",
            amounts.percentage(row["claimed_share"]),
            amounts.quantity(row["added_usd"], "USD"),
            amounts.quantity(row["added_percent"], "percent"),
        )
    return grid
