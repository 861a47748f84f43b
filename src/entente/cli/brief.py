"""`entente brief`: write the page of a finished run again, on screen, on paper or as text."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from entente.cli import options
from entente.cli.options import AS_JSON, LANGUAGE

if TYPE_CHECKING:
    from entente.accord.document import Accord
    from entente.advice.deals.negotiation import Negotiation
    from entente.language import Language
    from entente.outcome.run import Run


@click.command(
    epilog="Example:  entente brief us-mexico-2019-run --language es --markdown brief.es.md"
)
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--pdf", type=click.Path(path_type=Path), help="also as PDF/UA, to this file")
@click.option("--markdown", type=click.Path(path_type=Path), help="also as Markdown, to this file")
@click.option(
    "--pictures", type=click.Path(path_type=Path), help="also every chart as SVG and PNG, in here"
)
@click.option(
    "--deals",
    type=click.Path(path_type=Path),
    help="show the deals of this negotiation's folder; left out, those in DIR, if it has any",
)
@LANGUAGE
@AS_JSON
def command(
    folder: Path,
    pdf: Path | None,
    markdown: Path | None,
    pictures: Path | None,
    deals: Path | None,
    as_json: bool,
) -> None:
    """Write DIR/brief.html again from the finished run in DIR, and what else is asked for.

    In another language the page is DIR/brief.es.html; pages that stand beside each other are
    written anew together, so that each leads to the others.
    """
    from entente.report import pen

    pen.ready()  # before anything that takes long is imported
    from entente.files import write_whole
    from entente.language import spoken
    from entente.outcome.run import Run
    from entente.report import pages

    run = Run.load(folder).shown()
    found = deals_beside(run.accord, folder, deals)
    written = write_briefs(run, folder, found, spoken())
    if markdown:
        write_whole(markdown, pages.brief_markdown(run, found))
        written.append(markdown)
    if pictures:
        written += _drawn(pages.pictures(run, found), pictures)
    if pdf:
        from entente.report import paper

        write_whole(pdf, paper.pdf(written[0].read_text(encoding="utf-8")))
        written.append(pdf)
    click.echo("\n".join(f"wrote {path}" for path in written), err=True)
    if as_json:
        click.echo(options.as_json({"wrote": [str(path) for path in written]}))


def deals_beside(accord: "Accord", folder: Path, given: Path | None) -> "Negotiation | None":
    """Return the negotiation to show; what reads it loads the model, so only where there is one."""
    if given is None and not (folder / "deals").is_dir():
        return None
    from entente.advice.deals.kept import beside

    return beside(accord, folder, given)


def write_briefs(
    run: "Run", folder: Path, deals: "Negotiation | None", *asked: "Language"
) -> list[Path]:
    """Write the brief in the languages asked for and in those that the folder holds already."""
    from entente.files import write_whole
    from entente.language import speaking
    from entente.report.pages import brief

    languages = list(dict.fromkeys((*asked, *_held(folder))))
    for language in languages:
        others = [other for other in languages if other != language]
        with speaking(language):
            write_whole(folder / language.page("brief"), brief(run, others, deals))
    return [folder / language.page("brief") for language in languages]


def _held(folder: Path) -> "list[Language]":
    """Name the languages in which a folder has its brief."""
    from entente.language import ENGLISH, Language

    tags = [path.name.split(".")[1:-1] for path in sorted(folder.glob("brief*.html"))]
    return [Language.named(tag[0]) if tag else ENGLISH for tag in tags]


def _drawn(charts: dict[str, str], folder: Path) -> list[Path]:
    from entente.files import write_whole
    from entente.report import theme

    for name, svg in charts.items():
        write_whole(folder / f"{name}.svg", svg)
        write_whole(folder / f"{name}.png", theme.picture(svg))
    return [folder / f"{name}.{kind}" for name in charts for kind in ("svg", "png")]
