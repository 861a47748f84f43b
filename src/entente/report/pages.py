"""Pages: one self-contained HTML file for a run, or for runs set beside each other."""

import re
from base64 import b64encode
from collections.abc import Sequence
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

import jinja2
from markupsafe import Markup

from entente.language import ENGLISH, Language, counted, phrase, spoken
from entente.report import amounts, opening, sections, theme, words
from entente.report.reading import FinishedRun, Reading
from entente.report.tables import Cell, Table

if TYPE_CHECKING:
    from entente.accord.document import Accord
    from entente.advice.contingency import Plan
    from entente.advice.deals.negotiation import Negotiation
    from entente.outcome.compare import Comparison

_POLICY: Final = (
    "default-src 'none'; img-src data:; style-src 'sha256-{}'; script-src 'sha256-{}'; "
    "base-uri 'none'; form-action 'none'"
)
# The units that keep to their number: `90 %`, `$47 billion`, `47 mil millones de dólares`.
_UNITS: Final = "%|trillion|billion|million|billones|mil millones|millones"


def brief(
    run: FinishedRun, others: Sequence[Language] = (), deals: "Negotiation | None" = None
) -> str:
    """Write a run as one page that opens offline: findings, figures, sources and how to make it.

    The page loads nothing; its content policy allows its one style sheet and its one script (which
    draws charts as PNG, and without which it lacks nothing else) by digest. The same run gives the
    same bytes. It is in the language that is spoken, and leads to the same page in `others` beside
    it.

    deals   a finished negotiation whose frontier the page shows
    """
    return render("brief.html", others=others, **_content(Reading(run, deals)))


def brief_markdown(run: FinishedRun, deals: "Negotiation | None" = None) -> str:
    """Write the same page as Markdown: a table stands for each picture."""
    template = _templates().overlay(autoescape=False).get_template("brief.md")
    text = template.render(grid=_piped, **_content(Reading(run, deals)))
    return re.sub(r"\n{3,}", "\n\n", text)


def pictures(run: FinishedRun, deals: "Negotiation | None" = None) -> dict[str, str]:
    """Give the charts of a run's page as SVG files of their own, by name."""
    parts = sections.sections(Reading(run, deals))
    charts = {figure.name: figure.file for part in parts for figure in part.figures}
    return charts | {drawn.name: drawn.file for part in parts for drawn in part.maps}


def _content(reading: Reading) -> dict[str, Any]:
    """Gather what the page of a run says."""
    run = reading.run
    return {
        "title": reading.title,
        "headline": opening.headline(reading),
        "deal": opening.deal(reading),
        "answer": opening.answer(reading),
        "key_numbers": opening.key_numbers(reading),
        "findings": opening.findings(reading),
        "period": sections.period(reading),
        "caution": _caution(reading),
        "rests": _rests(reading),
        "sections": sections.sections(reading),
        "made_by": made_by(str(run.record["version"])),
        "version": str(run.record["version"]),
    }


def _caution(reading: Reading) -> str:
    """Say what the numbers of the page are, and what they are not."""
    return phrase(
        "{draws} draws of a model, not a prediction. Middle numbers are the middle draw; an "
        "interval holds 90 % of draws unless it says otherwise. Counts of one to nine people are "
        "shown as <10.",
        draws=amounts.number(reading.draws),
    )


def _rests(reading: Reading) -> Markup:
    """Say on what the clauses rest, each basis leading to the section of sources."""
    accord = reading.run.accord
    marks = Markup(", ").join(
        Markup('{} <a href="#sources"><span class="mark {}">{}</span></a>').format(
            b["count"], b["basis"], phrase(b["basis"])
        )
        for b in sections.bases(accord)
    )
    opens = sum(point.chosen is None for point in accord.opens.values())
    rests = Markup(  # noqa: S704
        counted(
            "Rests on {bases} clause", "Rests on {bases} clauses", len(accord.clauses), bases=marks
        )
    )
    if not opens:
        return Markup("{}.").format(rests)
    left = counted(
        "{count} point of the text left open", "{count} points of the text left open", opens
    )
    return Markup("{}; {}.").format(rests, left)


def made_by(version: str) -> str:
    """Say what made a page, and what cannot be found in it."""
    return phrase(
        "Made by entente {version}. Counts of people only; no person can be found in it.",
        version=version,
    )


def compare_page(comparison: "Comparison") -> str:
    """Write runs set beside each other, paired draw by draw, as one page that opens offline."""
    from entente.report import comparing

    return render("compare.html", **comparing.content(comparison))


def plan_page(plan: "Plan", version: str) -> str:
    """Write an importer's plan as one page that opens offline."""
    from entente.report import planning

    return render("plan.html", **planning.content(plan, version))


def deals_page(found: "Negotiation") -> str:
    """Write a negotiation as one page that opens offline."""
    from entente.report import dealing

    return render("deals.html", **dealing.content(found))


def text_page(accord: "Accord") -> str:
    """Write the page of an accord's text, which needs no run."""
    from entente.report import texts

    return render("text.html", **texts.content(accord))


def shelf_page(entries: "Sequence[tuple[Accord, bool]]") -> str:
    """Write the first page of the gallery; each accord with whether it was run forward."""
    from entente.report import texts

    return render("shelf.html", **texts.shelf(entries))


def render(template: str, **content: Any) -> str:
    """Fill a template with the house style sheet and script, each allowed by its digest."""
    style, script = _style(), _script()
    policy = _POLICY.format(*map(_digest, (style, script)))
    page = _templates().get_template(template)
    return page.render(
        style=Markup(style),  # noqa: S704
        script=Markup(script),  # noqa: S704
        policy=policy,
        **content,
    )


def _digest(text: str) -> str:
    return b64encode(sha256(text.encode()).digest()).decode()


def _foreign() -> Markup:
    """Mark what is in another language than the page: authors' words, which are English."""
    return Markup("") if spoken().code == ENGLISH.code else Markup(' lang="en"')


def _piped(table: Table) -> str:
    """Lay a table out in Markdown."""
    lines = [table.head, ("---",) * len(table.head)]
    lines += [tuple(map(_said, row)) for row in table.rows]
    body = "\n".join(f"| {' | '.join(cell.replace('|', '/') for cell in line)} |" for line in lines)
    return f"*{table.caption}*\n\n{body}"


def _said(cell: Cell) -> str:
    """Write a cell with its interval in brackets."""
    if isinstance(cell, str):
        return cell
    return f"{cell.shown} ({cell.spread})" if cell.spread else cell.shown


def _unbroken(value: object) -> object:
    """Keep a number with its unit, and a date, on one line; what is to be copied is Markup."""
    if type(value) is not str:
        return value
    return _together(spoken()).sub(lambda found: found[0].replace(" ", "\N{NO-BREAK SPACE}"), value)


@cache
def _together(language: Language) -> re.Pattern[str]:
    """Find a number with its unit, and a date: `5 September 2019`, `5 de` septiembre."""
    months = "|".join(language.months)
    return re.compile(
        rf"\d (?:{_UNITS})|US\$ \d|EE\. UU|\b\d{{1,2}} de(?= )|"
        rf"(?:\b\d{{1,2}} )?\b(?:{months}) \d{{4}}"
    )


def _verbatim(text: str) -> str:
    """Say an author's words, marked as English where they are not held in the reader's language."""
    said = phrase(text)
    if said != text or spoken().code == ENGLISH.code:
        return said
    return Markup("<span{}>{}</span>").format(_foreign(), text)


@cache
def _style() -> str:
    sheet = (files("entente.report") / "static" / "page.css").read_text()
    return sheet.replace("/* charts in the dark */", theme.dark_rules())


@cache
def _script() -> str:
    return (files("entente.report") / "static" / "page.js").read_text()


@cache
def _templates() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("entente.report"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        finalize=_unbroken,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {
        "phrase": phrase,
        "spoken": spoken,
        "foreign": _foreign,
        "made_by": made_by,
    }
    environment.filters |= {
        "capital": words.capital,
        "sentence": words.sentence,
        "verbatim": _verbatim,
    }
    return environment
