"""`entente cite`: how to cite entente."""

import click


@click.command(epilog="Example:  entente cite")
def command() -> None:
    """Say how to cite entente; a run's brief says how to cite the run."""
    from importlib.metadata import version

    click.echo(
        f"The entente developers. entente {version('entente')}: a laboratory for conditional "
        "agreements between states on trade and migration. Apache-2.0."
    )
