"""What a text rests on: clauses with their basis, sources, what it leaves open."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from entente.language import figures, marked, phrase
from entente.report import naming, words
from entente.report.clauses import said
from entente.report.figures import law as of_law
from entente.report.reading import Reading
from entente.report.sections.section import Section, some

if TYPE_CHECKING:
    from entente.accord.document import Accord, Choice, Open, Source

_UNMARKED: Final = "unmarked"
_BASIS: Final = {
    "text": marked("in the signed words"),
    "reported": marked("reported by the press or in speech, not in the text"),
    "assumed": marked("our reading"),
    "unspecified": marked("the text is silent and a value was needed"),
    _UNMARKED: marked("the file does not say what these rest on"),
}


def law(reading: Reading) -> Section:
    """Show which clause is in which state, and its sentence."""
    heading = phrase("Which clause holds when")
    return Section("law", heading, figures=some(of_law.clause_picture(reading)))


def sources(reading: Reading) -> Section:
    """List what the run's accord rests on."""
    chosen = {str(k): v for k, v in (reading.run.record.get("choices") or {}).items()}
    return sources_of(reading.run.accord, chosen)


def sources_of(accord: "Accord", chosen: Mapping[str, Any]) -> Section:
    """List every clause with its basis and sources; every source; what is left open."""
    marks = bases(accord)
    return Section(
        "sources",
        phrase("What this rests on"),
        more={
            "bases": marks,
            "soft": sum(mark["count"] for mark in marks if mark["basis"] != "text"),
            "all": len(accord.clauses),
            "clauses": [_clause(accord, name) for name in accord.clauses],
            "sources": [_source(source) for source in accord.sources.values()],
            "opens": [_opening(point) for point in accord.opens.values()],
            "choices": [_choice(choice, chosen) for choice in accord.choices.values()],
        },
    )


def bases(accord: "Accord") -> list[dict[str, Any]]:
    """Group the clauses by what they rest on, firmest first: basis, meaning, clauses, count."""
    by_basis: dict[str, list[str]] = {}
    for name, clause in accord.clauses.items():
        by_basis.setdefault(clause.common.basis or _UNMARKED, []).append(name)
    return [
        {"basis": b, "meaning": phrase(meaning), "clauses": by_basis[b], "count": len(by_basis[b])}
        for b, meaning in _BASIS.items()
        if b in by_basis
    ]


def _clause(accord: "Accord", name: str) -> dict[str, Any]:
    common = accord.clauses[name].common
    return {
        "id": name,
        "kind": common.kind,
        "basis": common.basis or _UNMARKED,
        "source": common.source,
        "said": said(accord, name),
        "note": common.note,
    }


def _source(source: "Source") -> dict[str, str]:
    """Describe a source; only web addresses become links."""
    is_web = urlsplit(source.url or "").scheme in ("http", "https")
    return {
        "id": source.id,
        "date": words.day(source.date),
        "title": source.title,
        "url": source.url if is_web else "",
    }


def _opening(point: "Open") -> dict[str, str]:
    readings = words.listing([_answer(reading) for reading in point.readings], "or")
    told = (
        phrase("readings: {readings}; none is chosen", readings=readings)
        if point.chosen is None
        else phrase(
            "readings: {readings}; taken here: {chosen}",
            readings=readings,
            chosen=_answer(point.chosen),
        )
    )
    return {"about": point.about, "readings": told}


def _choice(choice: "Choice", chosen: Mapping[str, Any]) -> dict[str, str]:
    """Say who may choose what, what silence means, and what this run does."""
    given = {key: value for key, value in chosen.items() if key.partition("@")[0] == choice.id}
    if given:
        here = ", ".join(_given(key, value) for key, value in given.items())
    elif choice.odds is not None:
        here = phrase("drawn with odds {odds}", odds=_odds(choice.odds))
    else:
        here = phrase("nobody acts")
    return {
        "id": choice.id,
        "by": words.listing([naming.label(party) for party in choice.by]) or phrase("nobody named"),
        "asks": choice.asks,
        "rest": phrase(
            "if nobody acts: {silence}; in this run: {here}",
            silence=_answer(choice.silence),
            here=here,
        ),
    }


def _given(key: str, value: object) -> str:
    """Say an answer that was given, and from which day if not from the start."""
    since = key.partition("@")[2]
    if not since:
        return _answer(value)
    return phrase("{answer} from {day}", answer=_answer(value), day=words.days(since))


def _odds(odds: object) -> str:
    """Write a chance; odds by answer as the file does."""
    return figures(odds) if isinstance(odds, float) else str(odds)


def _answer(value: object) -> str:
    """Write an answer to a choice as a reader would.

    >>> _answer(True), _answer("false"), _answer("runs")
    ('yes', 'no', 'runs')
    """
    said = str(value)
    return words.days(phrase({"true": "yes", "false": "no"}.get(said.lower(), said)))
