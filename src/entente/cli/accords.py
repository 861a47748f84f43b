"""`entente accords`: the shipped library."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from entente.cli.options import BEYOND_THE_WORLD, LANGUAGE
from entente.cli.telling import tell

if TYPE_CHECKING:
    from datetime import date

    from entente.accord.document import Accord


@click.command(epilog="Example:  entente accords --json")
@LANGUAGE
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

    accords = [read(name) for name in shipped()]
    if gallery is not None:
        _write(gallery, accords, draws)
    if as_json:
        click.echo(json.dumps([_row(one) for one in accords], indent=2, ensure_ascii=False))
        return
    for accord in accords:
        name, *rest = _told(accord)
        tell([name, *(f"    {line}" for line in rest)])


def _row(accord: "Accord") -> dict[str, Any]:
    return {
        "name": accord.name,
        "title": accord.title,
        "parties": list(accord.parties),
        "clauses": len(accord.clauses),
        "known_on": [day.isoformat() for day in _known_days(accord)],
    }


def _known_days(accord: "Accord") -> "list[date]":
    days = {accord.known_from(clause) for clause in accord.clauses}
    return sorted(day for day in days if day is not None)


def _told(accord: "Accord") -> list[str]:
    """Say an accord in three lines: name, title, and its parties with the days it became known."""
    from entente.language import phrase

    parties, days = ", ".join(accord.parties), _known_days(accord)
    if days:
        parties = phrase(
            "{parties}; known from {first} to {last}",
            parties=parties,
            first=days[0],
            last=days[-1],
        )
    return [accord.name, phrase(accord.title), parties]


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
