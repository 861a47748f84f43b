"""`entente legislature`: decide recorded votes."""

from pathlib import Path

import click


@click.command(epilog="Example:  entente legislature --votes votes.csv --out decided.csv")
@click.option(
    "--votes",
    type=click.Path(path_type=Path),
    required=True,
    help="case_id, chamber, seated, yea, nay, rule, first_chamber_result",
)
@click.option("--out", type=click.Path(path_type=Path), help="where to write; default stdout")
def command(votes: Path, out: Path | None) -> None:
    """Decide recorded votes: how many yeas each needed, whether it was called and passed.

    A rule names its base: '2/3 of votes cast', '1/2 of seated'. A chamber that was not called
    because the first chamber failed still shows what it would have needed.
    """
    import csv
    import io

    from entente.files import write_whole
    from entente.world.politics.recorded import read_votes

    page = io.StringIO()
    writer = csv.writer(page, lineterminator="\n")
    writer.writerow(["case_id", "chamber", "needed", "passed", "called"])
    words = {True: "yes", False: "no"}
    for vote in read_votes(votes):
        decided = (vote.needed, words[vote.passed], words[vote.called])
        writer.writerow([vote.case_id, vote.chamber, *decided])
    if out is None:
        click.echo(page.getvalue(), nl=False)
    else:
        write_whole(out, page.getvalue())
