"""`entente new`: a starter file for an accord of your own."""

import click

from entente.cli import options
from entente.cli.options import AS_JSON


@click.command(epilog="Example:  entente new my-accord")
@click.argument("name")
@AS_JSON
def command(name: str, as_json: bool) -> None:
    """Write NAME.toml: a small accord that checks clean, with a comment at every part.

    NAME is a short name in small letters, digits and '-'; a file of that name stays as it is.
    """
    from pathlib import Path

    from entente.accord.starter import starter
    from entente.files import write_whole
    from entente.problems import OutputError

    path = Path(f"{name.removesuffix('.toml')}.toml")
    text = starter(path.stem)
    if path.exists():
        raise OutputError(f"{path}: it is there already; nothing was changed")
    write_whole(path, text)
    click.echo(f"wrote {path}; next: entente check {path}", err=True)
    if as_json:
        click.echo(options.as_json({"wrote": [str(path)]}))
