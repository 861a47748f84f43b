"""Results show themselves: a small table in a notebook, the whole table as pandas or Arrow."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any, Protocol, Self, final

if TYPE_CHECKING:
    import pandas as pd


@final
@dataclass(frozen=True, slots=True)
class Grid:
    """What a notebook shows of a result: plain HTML in its own colours, light or dark.

    caption   what the table is of
    head, rows   the columns' names and the cells; whatever they say is escaped
    note      what a reader should know beside it; may be empty

    >>> Grid("A & B", ["x"], [["<1>"]], "one row").html()
    '<table><caption>A &amp; B</caption><thead><tr><th scope="col">x</th></tr></thead>\
<tbody><tr><td>&lt;1&gt;</td></tr></tbody></table><p>one row</p>'
    """

    caption: str
    head: Sequence[str]
    rows: Iterable[Sequence[object]]
    note: str = ""

    @classmethod
    def of(cls, caption: str, table: "pd.DataFrame", note: str = "") -> Self:
        """Lay out a pandas table, without its index."""
        head = [str(name) for name in table.columns]
        return cls(caption, head, table.itertuples(index=False), note)

    def html(self) -> str:
        """Write the table."""
        heads = "".join(f'<th scope="col">{escape(name)}</th>' for name in self.head)
        body = "".join(f"<tr>{''.join(map(_cell, row))}</tr>" for row in self.rows)
        note = f"<p>{escape(self.note)}</p>" if self.note else ""
        return (
            f"<table><caption>{escape(self.caption)}</caption><thead><tr>{heads}</tr></thead>"
            f"<tbody>{body}</tbody></table>{note}"
        )


class Shown(Protocol):
    """A result that a notebook shows as a table."""

    def grid(self) -> Grid:
        """Lay out what a reader asks first."""

    def _repr_html_(self) -> str:
        return self.grid().html()


class Tabled(Shown, Protocol):
    """A result that is a table as well: in pandas, in Arrow, and for whatever reads Arrow."""

    def table(self) -> "pd.DataFrame":
        """Return every row of the result."""

    def arrow(self) -> Any:
        """Return every row of the result as a pyarrow.Table."""
        import pyarrow as pa

        return pa.Table.from_pandas(self.table(), preserve_index=False)

    def __arrow_c_stream__(self, requested_schema: object = None) -> Any:
        return self.arrow().__arrow_c_stream__(requested_schema)


class Told(Protocol):
    """A result that is told in sentences; a notebook shows them all."""

    def lines(self) -> Iterator[str]:
        """Say everything, one sentence a line."""

    def _repr_html_(self) -> str:
        told = "\n".join(self.lines())
        return f"<pre>{escape(told, quote=False)}</pre>"


def _cell(value: object) -> str:
    told = f"{value:,.6g}" if isinstance(value, float) else str(value)
    return f"<td>{escape(told)}</td>"
