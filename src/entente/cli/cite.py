"""`entente cite`: how to cite entente."""

import click

from entente.cli import options
from entente.cli.options import AS_JSON


@click.command(epilog="Example:  entente cite")
@AS_JSON
def command(as_json: bool) -> None:
    """Say how to cite entente; a run's brief says how to cite the run.

    --json gives an item of CSL, the language of reference managers.
    """
    from importlib.metadata import version

    author, title = "The entente developers", "a laboratory for conditional agreements between"
    title = f"{title} states on trade and migration"
    if as_json:
        item = {"id": "entente", "type": "software", "title": f"entente: {title}"}
        more = {"author": [{"literal": author}], "version": version("entente")}
        click.echo(options.as_json([item | more | {"license": "Apache-2.0"}]))
        return
    click.echo(f"{author}. entente {version('entente')}: {title}. Apache-2.0.")
