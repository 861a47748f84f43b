"""The page of an accord's text: what it does, when, on what it rests, and what the checks say.

For accords between states that the shipped world does not hold, which cannot be run forward.
"""

from collections.abc import Sequence
from importlib.metadata import version
from typing import Any, Final

from entente.accord.checks import check
from entente.accord.document import Accord
from entente.accord.timeline import timeline
from entente.language import counted, phrase
from entente.report import naming, sections, words
from entente.report.clauses import said
from entente.report.figures.law import course_picture
from entente.report.tables import Table

_OF_THE_CHECKS: Final = frozenset({1, 2, 3})  # cells in the words of the checks, which are English


def content(accord: Accord) -> dict[str, Any]:
    """Gather what the page of an accord's text says."""
    first, last = accord.horizon
    return {
        "title": accord.title or accord.name,
        "kicker": phrase(
            "{parties} · {first} to {last}",
            parties=words.listing([naming.label(party) for party in accord.parties]),
            first=words.day(first),
            last=words.day(last),
        ),
        "caution": phrase(
            "What the text says, not what came of it: the shipped world does not hold these "
            "states, so the accord is read and not run forward."
        ),
        "clauses": [said(accord, name) for name in accord.clauses],
        "figure": course_picture(timeline(accord)),
        "section": sections.sources_of(accord, {}),
        "checks": _checks(accord),
        "command": f"entente timeline {accord.label}",
        "version": version("entente"),
    }


def _checks(accord: Accord) -> Table | None:
    """List what the checks found; None where they found nothing."""
    found = check(accord)
    if not found:
        return None
    return Table(
        "checks",
        counted("The checks have {count} remark", "The checks have {count} remarks", len(found)),
        (phrase("Code"), phrase("Clause"), phrase("What"), phrase("How to mend it")),
        tuple((p.code, p.clause, p.message, p.mend) for p in found),
        verbatim=_OF_THE_CHECKS,
    )


def shelf(entries: Sequence[tuple[Accord, bool]]) -> dict[str, Any]:
    """Gather what the gallery's first page says; each accord with whether it was run forward."""
    return {
        "title": phrase("The shipped accords"),
        "entries": [
            {
                "page": f"{accord.name}.html",
                "title": accord.title or accord.name,
                "parties": words.listing([naming.label(party) for party in accord.parties]),
                "kind": phrase("run forward") if was_run else phrase("read, not run"),
            }
            for accord, was_run in entries
        ],
        "version": version("entente"),
    }
