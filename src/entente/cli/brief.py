"""`entente brief`: write the page of a finished run again, on screen, on paper or as text."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from entente.accord.document import Accord
    from entente.plan.deals.negotiation import Negotiation


@click.command(
    epilog="Example:  entente brief us-mexico-2019-run --pdf brief.pdf --pictures pictures"
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
def command(
    folder: Path,
    pdf: Path | None,
    markdown: Path | None,
    pictures: Path | None,
    deals: Path | None,
) -> None:
    """Write DIR/brief.html again from the finished run in DIR, and what else is asked for."""
    from entente.files import write_whole
    from entente.outcome.run import Run
    from entente.report import pages

    run = Run.load(folder).shown()
    found = _deals(run.accord, folder, deals)
    page = pages.brief(run, deals=found)
    write_whole(folder / "brief.html", page)
    written = [folder / "brief.html"]
    if markdown:
        write_whole(markdown, pages.brief_markdown(run, found))
        written.append(markdown)
    if pictures:
        written += _drawn(pages.pictures(run, found), pictures)
    if pdf:
        from entente.report import paper

        write_whole(pdf, paper.pdf(page))
        written.append(pdf)
    click.echo("\n".join(f"wrote {path}" for path in written), err=True)


def _deals(accord: "Accord", folder: Path, given: Path | None) -> "Negotiation | None":
    """Return the negotiation to show; what reads it loads the model, so only where there is one."""
    if given is None and not (folder / "deals").is_dir():
        return None
    from entente.plan.deals.kept import beside

    return beside(accord, folder, given)


def _drawn(charts: dict[str, str], folder: Path) -> list[Path]:
    from entente.files import write_whole
    from entente.report import theme

    for name, svg in charts.items():
        write_whole(folder / f"{name}.svg", svg)
        write_whole(folder / f"{name}.png", theme.picture(svg))
    return [folder / f"{name}.{kind}" for name in charts for kind in ("svg", "png")]
