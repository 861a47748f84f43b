"""How two accords of a comparison differ by text and by law, as tables of its page."""

from typing import TYPE_CHECKING, Any, Final

from entente.accord.difference import said_value
from entente.accord.law_difference import difference
from entente.language import phrase
from entente.outcome.evidence import choices_of
from entente.report.tables import Table

if TYPE_CHECKING:
    from entente.accord.law_difference import Difference, Witness
    from entente.outcome.run import Run

_AUTHORS: Final = frozenset(range(5))  # cells in the words of the accords, which are English


def layers(base: "Run", other: "Run") -> dict[str, Any]:
    """Set two accords beside each other by text and by law, with the choices of their runs.

    A layer in which nothing differs is None.
    """
    found = difference(base.accord, other.accord, (choices_of(base), choices_of(other)))
    return {
        "text": _text(found, other.label) if found.text else None,
        "law": _law(found, other.label) if found.law else None,
    }


def _text(found: "Difference", other: str) -> Table:
    rows = tuple(
        (
            f"{change.table} {change.id}".strip(),
            change.field or "*",
            said_value(change.before),
            said_value(change.after),
        )
        for change in found.text
    )
    caption = phrase("What was added, removed or changed; * is the whole entry")
    head = (phrase("Entry"), phrase("Field"), phrase("Base"), other)
    return Table(f"text-{other}", caption, head, rows, verbatim=_AUTHORS)


def _law(found: "Difference", other: str) -> Table:
    rows = tuple(
        (
            witness.asked(),
            witness.when.isoformat(),
            said_value(witness.before),
            said_value(witness.after),
            _case(witness),
        )
        for witness in found.law
    )
    caption = phrase("Of each quantity the first instant, and a case, for which the two differ")
    head = (phrase("Quantity"), phrase("From"), phrase("Base"), other, phrase("Case"))
    return Table(f"law-{other}", caption, head, rows, verbatim=_AUTHORS)


def _case(witness: "Witness") -> str:
    told = ", ".join(witness.case) or phrase("every case")
    if not witness.decided:
        told = phrase("the rules differ; whether any case does is not decided")
    return f"{told} ({witness.reading})" if witness.reading else told
