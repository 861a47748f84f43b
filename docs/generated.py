"""Reference pages that a machine can write: verbs, parameters, tables, accords, clause kinds, measures.

They are made anew before each build, so they cannot be stale.
"""

import json
import tomllib
from collections.abc import Iterable, Iterator
from importlib.resources import files
from pathlib import Path

from sphinx.application import Sphinx

HERE = Path(__file__).parent / "reference"


def verbs() -> Iterator[str]:
    """Give each verb's help as the command line prints it."""
    import click

    from entente.cli import VERBS, entente

    yield "# Verbs\n"
    context = click.Context(entente, info_name="entente", max_content_width=90)
    for name in VERBS:
        command = entente.get_command(context, name)
        assert command is not None
        page = command.get_help(click.Context(command, info_name=name, parent=context))
        yield f"## {name}\n\n```text\n{page}\n```\n"


def parameters() -> Iterator[str]:
    """Give every parameter with unit, value, range and source."""
    table = tomllib.loads((files("entente.world") / "parameters.toml").read_text())
    yield "# Parameters\n\nEach is drawn from its range in every draw.\n"
    yield row("parameter", "value", "range", "unit", "source")
    yield row(*["---"] * 5)
    for name, entry in leaves(table):
        low, high = entry["range"]
        yield row(
            f"`{name}`<br>{entry['title']}",
            f"{entry['value']:g}",
            f"{low:g} to {high:g}",
            entry["unit"],
            entry["source"],
        )


def leaves(table: dict, prefix: str = "") -> Iterator[tuple[str, dict]]:
    """Walk to the entries that hold a value."""
    for name, entry in table.items():
        if "value" in entry:
            yield prefix + name, entry
        else:
            yield from leaves(entry, f"{prefix}{name}.")


def tables() -> Iterator[str]:
    """Give the catalogue of shipped tables."""
    package = json.loads((files("entente") / "data" / "datapackage.json").read_text())
    yield "# Shipped tables\n"
    for resource in package["resources"]:
        yield f"## {resource['name']}\n\n{resource['title']}.\n\n{resource.get('description', '')}\n"
        for source in resource["sources"]:
            address = f" <{source['path']}>" if source.get("path") else ""
            yield f"- Source: {source['title']}{address}\n"
        yield f"- Vintage: {resource.get('vintage', 'not stated')}\n"


def measures() -> Iterator[str]:
    """Give every measure that a run reports."""
    from entente.world.measures import MEASURES

    yield "# Measures\n"
    yield row("measure", "what it counts", "unit", "by", "kind")
    yield row(*["---"] * 5)
    for m in MEASURES:
        yield row(f"`{m.name}`", m.title, m.unit, ", ".join(m.axes) or "total", m.kind)


def row(*cells: str) -> str:
    """Join cells into a Markdown table row."""
    return "| " + " | ".join(cells) + " |"


PAGES = {"verbs": verbs, "parameters": parameters, "tables": tables, "measures": measures}


def write(name: str, lines: Iterable[str]) -> None:
    """Write one page only when it changed, so that an unchanged build stays quick."""
    page, text = HERE / f"{name}.md", "\n".join(lines) + "\n"
    if not page.exists() or page.read_text() != text:
        page.write_text(text)


def setup(app: Sphinx) -> None:
    """Write the pages before Sphinx reads its sources."""
    for name, make in PAGES.items():
        write(name, make())
