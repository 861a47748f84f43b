"""Reference pages that a machine can write, from the verbs to the measures.

They are made anew before each build, so they cannot be stale.
"""

import json
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from importlib.resources import files
from inspect import cleandoc
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

HERE = Path(__file__).parent / "reference"
FAULTS = Path(__file__).parents[1] / "tests" / "accord" / "fixtures"


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
    yield "# Parameters\n\nThe free numbers of the world, each with its range and source.\n"
    yield row("parameter", "value", "range", "unit", "source")
    yield row(*["---"] * 5)
    for name, entry in leaves(table):
        between = " to ".join(f"{end:g}" for end in entry.get("range", ())) or "fixed"
        yield row(
            f"`{name}`<br>{entry['title']}",
            f"{entry['value']:g}",
            between,
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
        yield f"## {resource['name']}\n\n{resource['title']}.\n"
        yield f"{resource.get('description', '')}\n"
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


def kinds() -> Iterator[str]:
    """Give every table of an accord file and every clause kind with its fields."""
    from entente.accord.clauses import KINDS
    from entente.accord.clauses.common import COMMON
    from entente.accord.tables import HEAD, TABLES

    yield "# Tables, kinds and fields\n\nA field in **bold** is required.\n"
    yield f"## Top of the file\n\n{fields(HEAD)}\n"
    for name, known in TABLES.items():
        yield f"## source.ID\n\n{fields(known)}\n".replace("source", name, 1)
    yield f"## Fields of any clause\n\n{fields({'kind': None} | dict(COMMON))}\n"
    for name, (made, known) in KINDS.items():
        yield f"## {name}\n\n{cleandoc(made.__doc__)}\n\n{fields(known)}\n"


def fields(known: Mapping[str, Any]) -> str:
    """Name the keys of a table; those whose absence is an error are bold."""
    needed = [f"**{name}**" for name, field in known.items() if field is None or field.missing]
    rest = [name for name, field in known.items() if field is not None and not field.missing]
    return ", ".join([*needed, *(f"`{name}`" for name in rest)])


def checks() -> Iterator[str]:
    """Give every code with the line that a faulty accord draws."""
    from entente.accord.checks import check

    yield "# Check codes\n"
    yield "E is an error: the file cannot be used. W is a warning. Each code is shown with what a"
    yield "small faulty file draws; files and mended twins are in `tests/accord/fixtures`.\n"
    for path in sorted(FAULTS.glob("????.toml")):
        (problem, *_) = check(path)
        (line,) = [text for text in path.read_text().splitlines() if "# <--" in text]
        told = str(problem).replace(str(path), path.name)
        yield f"## {path.stem}\n\n```text\n{line.split('  # <--')[0]}\n```\n"
        yield f"```text\n{told}\n```\n"


def accords() -> Iterator[str]:
    """Give every shipped accord in sentences."""
    from entente.accord.text import read, shipped
    from entente.report.clauses import said

    yield "# Shipped accords\n"
    for name in shipped():
        accord = read(name)
        parties, (first, last) = ", ".join(accord.parties), accord.horizon
        yield f"## {name}\n\n{accord.title}. Parties: {parties}. From {first} to {last}.\n"
        for id_, clause in accord.clauses.items():
            told = said(accord, id_)
            yield f"- `{id_}` ({clause.common.kind}, {clause.common.basis}): {told.sentence}"
            yield from (f"  {n}. {rule}" for n, rule in enumerate(told.rules, 1))
        yield ""


def row(*cells: str) -> str:
    """Join cells into a Markdown table row."""
    return "| " + " | ".join(cells) + " |"


PAGES = {
    "verbs": verbs,
    "kinds": kinds,
    "checks": checks,
    "accords": accords,
    "parameters": parameters,
    "tables": tables,
    "measures": measures,
}


def write(name: str, lines: Iterable[str]) -> None:
    """Write one page only when it changed, so that an unchanged build stays quick."""
    page, text = HERE / f"{name}.md", "\n".join(lines) + "\n"
    if not page.exists() or page.read_text() != text:
        page.write_text(text)


def plain(_app: Sphinx, _what: str, _name: str, _of: object, _options: object, lines: list[str]):
    """Show a docstring as it is written: words as words, aligned tables as they stand."""
    text = "\n".join(lines).strip()
    lines[:] = "\n\n".join(map(paragraph, re.split(r"\n\s*\n", text))).split("\n")


def paragraph(text: str) -> str:
    """Keep the columns of a table of arguments; let words flow."""
    if re.search(r"^\s|\S {2,}\S", text, re.MULTILINE):
        return "::\n\n" + "\n".join(f"   {line}" for line in text.split("\n"))
    return text.replace("`", "``").replace("*", "\\*")


def setup(app: Sphinx) -> None:
    """Write the pages before Sphinx reads its sources."""
    app.connect("autodoc-process-docstring", plain)
    for name, make in PAGES.items():
        write(name, make())
