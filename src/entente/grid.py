"""A table that a notebook shows: plain HTML in the notebook's own colours, light or dark."""

from collections.abc import Iterable, Sequence
from html import escape


def grid(caption: str, head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Lay out cells as an HTML table; whatever they say is escaped.

    >>> grid("A & B", ["x"], [["<1>"]])
    '<table><caption>A &amp; B</caption><thead><tr><th scope="col">x</th></tr></thead>\
<tbody><tr><td>&lt;1&gt;</td></tr></tbody></table>'
    """
    heads = "".join(f'<th scope="col">{escape(name)}</th>' for name in head)
    body = "".join(f"<tr>{''.join(map(_cell, row))}</tr>" for row in rows)
    return (
        f"<table><caption>{escape(caption)}</caption><thead><tr>{heads}</tr></thead>"
        f"<tbody>{body}</tbody></table>"
    )


def _cell(value: object) -> str:
    told = f"{value:,.6g}" if isinstance(value, float) else str(value)
    return f"<td>{escape(told)}</td>"
