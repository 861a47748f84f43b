"""`entente responsible`: which state answers for each claim."""

import sys
from datetime import date
from pathlib import Path

import click

from entente.cli import completing, options
from entente.cli.options import AS_JSON, BACKEND, DAY, MEMORY, day


@click.command(
    epilog="Example:  entente responsible claims.csv --accord us-mexico-2019 --out answers.csv",
    short_help="Say which state answers for each asylum claim.",
)
@click.argument("claims", type=click.Path(path_type=Path))
@click.option(
    "--accord",
    "name",
    required=True,
    metavar="NAME",
    help="a shipped accord or a file",
    shell_complete=completing.accords,
)
@click.option("--as-of", type=DAY, callback=day, help="what was known of the text that day")
@click.option(
    "--choose",
    multiple=True,
    metavar="ID=VALUE",
    help="also ID@DATE=VALUE",
    shell_complete=completing.choices,
)
@click.option("--sets", metavar="QUANTITY", help="responsibility, eligibility, ... (see below)")
@BACKEND
@MEMORY
@click.option("--out", type=click.Path(path_type=Path), help=".csv or .parquet; default stdout")
@AS_JSON
def command(
    claims: Path,
    name: str,
    as_of: date | None,
    choose: tuple[str, ...],
    sets: str | None,
    backend: str,
    memory: str,
    out: Path | None,
    as_json: bool,
) -> None:
    """Say which state answers for each claim of CLAIMS, and by which rule.

    CLAIMS is CSV, Parquet or a folder of Parquet files, and may be larger than memory.

    The answer is for the day asked_on, else application_date, unless the accord freezes the facts
    at another. A state, or what the rule says (BARRED, NOT_BARRED); MISSING where a fact that the
    rule needs is empty; FLAG, with each reading, where an open point or the time of day decides;
    none where no clause says anything. An as_of column beats --as-of.

    An accord may set several quantities. Without --sets it is responsibility if one of its
    clauses is ever in force, else eligibility, else the first in the file.

    Rows that cannot be read are listed and left out (exit 3); all others are answered.
    """
    from entente.accord.choices import Choices
    from entente.accord.usable import usable
    from entente.cases.claims.answers import Answers, written
    from entente.cases.claims.responsibility import answer_file
    from entente.cases.engine import enough
    from entente.problems import InputProblemsError

    accord = usable(name)
    rows: list[object] = []
    terminal = None if as_json or out else sys.stdout.buffer
    with enough(), written(out, terminal) as write:

        def take(answers: Answers) -> None:
            write(answers)
            if as_json:
                rows.extend(answers.table().to_pylist())

        done = answer_file(
            claims, accord, take, Choices.parse(choose, accord),
            as_of=as_of, sets=sets, backend=backend, memory=memory,
        )  # fmt: skip
    if as_json:
        click.echo(options.as_json(rows))
    click.echo(f"{done.count} claims answered, {done.rejected} rejected", err=True)
    if done.problems:
        raise InputProblemsError(done.problems)
