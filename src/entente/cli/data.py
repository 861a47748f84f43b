"""`entente data`: the shipped tables and where they come from."""

from collections.abc import Mapping
from typing import Any

import click


@click.command(epilog="Example:  entente data border-sectors")
@click.argument("name", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print the tables' descriptions as JSON.")
def command(name: str | None, as_json: bool) -> None:
    """List the shipped tables with source, vintage and licence; print table NAME as CSV."""
    import json

    from entente.world.sources import resources, text

    if name is None and as_json:
        click.echo(json.dumps(list(resources().values()), ensure_ascii=False, indent=2))
    elif name is None:
        _list(resources())
    else:
        content = text(name)
        described = json.dumps(resources()[name], ensure_ascii=False, indent=2)
        click.echo(described if as_json else content, nl=as_json)


def _list(resources: Mapping[str, Mapping[str, Any]]) -> None:
    """Print a block a table, its name as headline, so that it reads in the narrowest terminal."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    listing = Table(box=None, padding=(0, 1, 1, 0), show_header=False)
    for name, resource in resources.items():
        lines = [
            f"\n{resource['title']}",
            *(f"source: {source['title']}" for source in resource["sources"]),
            f"vintage: {resource['vintage']}",
            *(f"licence: {licence['title']}" for licence in resource["licenses"]),
        ]
        listing.add_row(Text.assemble((name, "bold"), "\n".join(lines)))
    Console().print(listing)
