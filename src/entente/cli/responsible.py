"""`entente responsible`: which state answers for each claim."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from entente.cli import completing, options
from entente.cli.options import AS_JSON, BACKEND, DAY, day

if TYPE_CHECKING:
    from entente.cases.claims import Claims


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
@click.option("--out", type=click.Path(path_type=Path), help=".csv or .parquet; default stdout")
@AS_JSON
def command(
    claims: Path,
    name: str,
    as_of: date | None,
    choose: tuple[str, ...],
    sets: str | None,
    backend: str,
    out: Path | None,
    as_json: bool,
) -> None:
    """Say which state answers for each claim of a table (CSV or Parquet), and by which rule.

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
    from entente.cases.claims import read_claims
    from entente.cases.responsibility import responsible
    from entente.problems import InputProblemsError

    accord = usable(name)
    found: Claims = read_claims(claims)
    answers = responsible(
        found.table, accord, Choices.parse(choose, accord), as_of=as_of, sets=sets, backend=backend
    )
    if out is not None or not as_json:
        _write(answers, out)
    if as_json:
        click.echo(options.as_json(answers.to_pylist()))
    counted = f"{answers.num_rows} claims answered, {found.rejected} rejected"
    click.echo(counted, err=True)
    if found.problems:
        raise InputProblemsError(found.problems)


def _write(answers: object, out: Path | None) -> None:
    import io

    import pyarrow.csv
    import pyarrow.parquet

    from entente.files import write_whole

    page = io.BytesIO()
    if out is not None and out.suffix == ".parquet":
        pyarrow.parquet.write_table(answers, page)
    else:
        options = pyarrow.csv.WriteOptions(quoting_style="needed")
        pyarrow.csv.write_csv(answers, page, options)
    if out is None:
        click.echo(page.getvalue().decode(), nl=False)
    else:
        write_whole(out, page.getvalue())
