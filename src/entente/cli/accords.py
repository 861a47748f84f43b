"""`entente accords`: the shipped library."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from entente.cli.options import BEYOND_THE_WORLD

if TYPE_CHECKING:
    from entente.accord.document import Accord


@click.command(epilog="Example:  entente accords --json")
@click.option("--json", "as_json", is_flag=True, help="a list for machines")
@click.option(
    "--gallery", type=click.Path(path_type=Path), help="write a page of each accord into here"
)
@click.option(
    "--draws", type=click.IntRange(1), default=500, show_default=True, help="of the gallery's runs"
)
def command(as_json: bool, gallery: Path | None, draws: int) -> None:
    """List the shipped accords: name, title, parties, and the days on which more became known.

    --gallery writes a page of each: the brief of a run where the shipped world holds the parties;
    else the page of its text, with what it does, when, on what it rests and what the checks say.
    """
    import json

    from entente.accord.text import read, shipped

    if gallery is not None:
        _write(gallery, [read(name) for name in shipped()], draws)

    rows = []
    for name in shipped():
        accord = read(name)
        days = {accord.known_from(clause) for clause in accord.clauses} - {None}
        rows.append(
            {
                "name": name,
                "title": accord.title,
                "parties": list(accord.parties),
                "clauses": len(accord.clauses),
                "known_on": [day.isoformat() for day in sorted(filter(None, days))],
            }
        )
    if as_json:
        click.echo(json.dumps(rows, indent=2, ensure_ascii=False))
        return
    for row in rows:
        known = row["known_on"]
        span = f"known from {known[0]} to {known[-1]}" if isinstance(known, list) and known else ""
        parties = ", ".join(row["parties"]) if isinstance(row["parties"], list) else ""
        click.echo(f"{row['name']}\n    {row['title']}\n    {parties}; {span}")


def _write(folder: Path, accords: "list[Accord]", draws: int) -> None:
    """Write the page of each accord and, last, the page that leads to them."""
    from entente.cli.options import progress
    from entente.files import write_whole
    from entente.report.pages import shelf_page

    entries = []
    with progress("gallery", len(accords), "accords") as advance:
        for done, accord in enumerate(accords, 1):
            page, was_run = _page(accord, draws)
            write_whole(folder / f"{accord.name}.html", page)
            entries.append((accord, was_run))
            advance(done)
    write_whole(folder / "index.html", shelf_page(entries))
    click.echo(f"wrote {folder / 'index.html'}", err=True)


def _page(accord: "Accord", draws: int) -> tuple[str, bool]:
    """Run an accord and write its brief; where the world does not hold it, the page of its text."""
    from entente.lab.settings import Settings
    from entente.outcome.simulate import simulate
    from entente.problems import InputProblemsError
    from entente.report.pages import brief, text_page

    try:
        return brief(simulate(accord, Settings(draws)).shown()), True
    except InputProblemsError as refused:
        if any(problem.code not in BEYOND_THE_WORLD for problem in refused.problems):
            raise
        return text_page(accord), False
