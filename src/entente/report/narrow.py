"""Tables for narrow windows: a row becomes a block, rather than words cut short."""

from typing import Final

from rich.console import Console, ConsoleOptions, RenderResult
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

_ANY: Final = 10_000  # columns: wider than any table


class Fitted:
    """A table; where its words do not fit beside each other, a line for each cell of a row."""

    def __init__(self, table: Table) -> None:
        self.table = table

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Give the table, or its rows as blocks."""
        unbounded = options.update(max_width=_ANY)
        if Measurement.get(console, unbounded, self.table).minimum <= options.max_width:
            yield self.table
            return
        if self.table.title:
            yield self.table.title
        columns = [(str(column.header), list(column.cells)) for column in self.table.columns]
        for number in range(self.table.row_count):
            yield from _block([(head, cells[number]) for head, cells in columns])

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        """Fit into any window."""
        return Measurement(1, options.max_width)


def _block(row: list[tuple[str, object]]) -> RenderResult:
    """Give the first cell alone and the others under it, each with its heading; empty ones not."""
    for place, (head, cell) in enumerate(row):
        told = cell if isinstance(cell, Text) else Text.from_markup(str(cell))
        if told.plain.strip():
            yield told if place == 0 else Text.assemble(f"  {head}: ", told)
