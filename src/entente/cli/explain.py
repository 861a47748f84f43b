"""`entente explain`: what holds on a day, and why."""

from datetime import date, datetime, time

import click

from entente.cli.options import DAY, day


@click.command(
    epilog="Example:  entente explain us-mexico-2019 --on 2019-06-10 --choose resumed=true",
    short_help="Say in sentences what holds on a day, and why.",
)
@click.argument("name")
@click.option(
    "--on",
    "on",
    required=True,
    type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]),
    help="The day, or the day and time, asked about.",
)
@click.option(
    "--choose", multiple=True, metavar="ID=VALUE", help="Take a choice; ID@DATE=VALUE too."
)
@click.option(
    "--as-of", type=DAY, callback=day, help="Use only what was known of the text that day."
)
@click.option("--json", "as_json", is_flag=True, help="Print a record a machine can read.")
def command(
    name: str,
    on: datetime,
    choose: tuple[str, ...],
    as_of: date | None,
    as_json: bool,
) -> None:
    """Say in sentences what holds on a day: value, clause, source, inputs, choices.

    Every clause that does not decide says why not. NAME is a shipped accord or a file.
    """
    import json
    from dataclasses import asdict

    from entente.accord.choices import Choices
    from entente.accord.explain import explain
    from entente.accord.usable import usable

    accord = usable(name, as_of)
    moment = on.date() if on.time() == time.min else on
    found = explain(accord, moment, Choices.parse(choose, accord))
    if as_json:
        click.echo(json.dumps(asdict(found), indent=1))
        return
    for line in found.lines():
        click.echo(line)
