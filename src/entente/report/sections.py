"""The sections of a run's page: each with its figures, tables and remarks, left out when empty."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, final
from urllib.parse import urlsplit

from markupsafe import escape

from entente.language import decimal, figures, marked, phrase
from entente.report import trading, words
from entente.report.figures import border as at_border
from entente.report.figures import law as of_law
from entente.report.figures import people as of_people
from entente.report.figures import swings
from entente.report.figures.figure import Figure
from entente.report.figures.targets import target_chances
from entente.report.figures.tariff import cost_by_chapter, duty_steps
from entente.report.maps import Map, corridor_map
from entente.report.reading import Reading, measured
from entente.report.tables import Cell, Table
from entente.world.measures import MEASURES, Measure
from entente.world.parameters import table

if TYPE_CHECKING:
    from entente.accord.document import Accord, Choice, Open, Source

_WHOSE: Final = {
    "people": marked("For people"),
    "states": marked("For states"),
    "trade": marked("For trade"),
}
_UNMARKED: Final = "unmarked"
_BASIS: Final = {
    "text": marked("in the signed words"),
    "reported": marked("reported by the press or in speech, not in the text"),
    "assumed": marked("our reading"),
    "unspecified": marked("the text is silent and a value was needed"),
    _UNMARKED: marked("the file does not say what these rest on"),
}


@final
@dataclass(frozen=True, slots=True)
class Section:
    """A headed part of the page; `opening` is its first paragraph."""

    name: str
    heading: str
    opening: str = ""
    figures: Sequence[Figure] = ()
    tables: Sequence[Table] = ()
    remarks: Sequence[str] = ()
    maps: Sequence[Map] = ()
    more: dict[str, Any] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """A section without anything to show is left out."""
        return not (self.figures or self.tables or self.remarks or self.maps or self.more)


def sections(reading: Reading) -> list[Section]:
    """Return the sections that this run has something to say in."""
    every = (
        border(reading),
        targets(reading),
        tariff(reading),
        bearing(reading),
        estimates(reading),
        people(reading),
        loop(reading),
        driving(reading),
        law(reading),
        choosing(reading),
        bargaining(reading),
        outcomes(reading),
        record(reading),
        sources(reading),
        assumptions(reading),
        again(reading),
    )
    return [section for section in every if not section.is_empty]


def border(reading: Reading) -> Section:
    """Show the counts at the border against what was promised and what came."""
    return Section(
        "border",
        phrase("At the border"),
        phrase("An encounter is an event: one person met twice is two encounters."),
        _some(at_border.border_count(reading), at_border.by_citizenship(reading)),
    )


def targets(reading: Reading) -> Section:
    """Show the chance of each target."""
    heading = phrase("Are the targets met?")
    return Section("targets", heading, figures=_some(target_chances(reading)))


def tariff(reading: Reading) -> Section:
    """Show the duty in force and its cost, or say that there is none and what could change it."""
    if not reading.has("duty_rate"):
        return Section("tariff", phrase("The tariff"))
    charts = _some(duty_steps(reading), cost_by_chapter(reading))
    if charts:
        return Section("tariff", phrase("The tariff and who pays"), figures=charts)
    choices = [
        f"{name} ({phrase(choice.asks)})" for name, choice in reading.run.accord.choices.items()
    ]
    remark = [phrase("No added duty is charged in any month of any draw, so nobody pays one.")]
    if choices:
        remark.append(
            phrase(
                "A run with other choices may differ; this accord leaves open: {choices}.",
                choices=words.listing(choices, "or"),
            )
        )
    return Section("tariff", phrase("The tariff"), remarks=(" ".join(remark),))


def people(reading: Reading) -> Section:
    """Show where people are, and who passed from where to where."""
    return Section(
        "people",
        phrase("Where people are"),
        "",
        _some(of_people.whereabouts(reading)),
        _some(of_people.flows(reading)),
        maps=_some(corridor_map(reading)),
    )


def bearing(reading: Reading) -> Section:
    """Show who bears the duty, as far as public tables tell, and say what they do not."""
    return Section(
        "bearing",
        phrase("Who bears it, and where"),
        tables=(
            *trading.by_category(reading),
            *trading.by_state(reading),
            *trading.by_partner(reading),
        ),
        remarks=trading.bearing(reading),
    )


def estimates(reading: Reading) -> Section:
    """Show what others published on the same threat beside ours."""
    return Section(
        "estimates",
        phrase("What others said"),
        phrase("Rate times value bounds what a duty can bring and, nearly, what it can cost."),
        tables=trading.estimates(reading),
    )


def loop(reading: Reading) -> Section:
    """Say how goods and people move each other in this run, and by how much."""
    return Section(
        "loop",
        phrase("How goods and people move each other"),
        phrase(
            "A duty holds back Mexican exports, which lowers Mexican activity; lower activity "
            "makes more Mexicans set out; those who arrive, or do not, change the money sent home."
        ),
        remarks=trading.loop_remarks(reading),
    )


def law(reading: Reading) -> Section:
    """Show which clause is in which state, and its sentence."""
    heading = phrase("Which clause holds when")
    return Section("law", heading, figures=_some(of_law.clause_picture(reading)))


def choosing(reading: Reading) -> Section:
    """Say what the parties would choose, and why, where the run was asked to reckon it."""
    heading = phrase("What the parties would choose")
    if reading.run.played is None:
        return Section("choosing", heading)
    from entente.report.figures.choosing import tree  # needs the model; few runs are played
    from entente.report.playing import reasons, rungs_table

    opening = phrase(
        "Reckoned from what each would gain, by the stakes written in the accord; not observed, "
        "and no better than those numbers."
    )
    played = reading.run.played
    ladder = _some(rungs_table(played))
    return Section("choosing", heading, opening, (tree(played),), ladder, reasons(played))


def bargaining(reading: Reading) -> Section:
    """Show what a negotiation beside the run has found: the frontier, who waits, where it ends."""
    heading = phrase("Is there a better deal for both?")
    found = reading.deals
    if found is None:
        return Section("deals", heading)
    from entente.report import dealing  # needs the model, as above
    from entente.report.figures.deals import frontier

    opening = phrase(
        "{headline}, against {text}: {deals} deals of {draws} draws each.",
        headline=dealing.headline(found),
        text=found.against,
        deals=decimal(len(found.shares)),
        draws=decimal(found.draws),
    )
    points = (dealing.points_table(found),) if found.points else ()
    tables = (*points, dealing.stakes_table(found))
    told = (*dealing.sentences(found), *dealing.error_sentences(found))
    return Section("deals", heading, opening, (frontier(found),), tables, told)


def driving(reading: Reading) -> Section:
    """Show which assumptions move an answer, where an experiment beside the run has tried them."""
    heading = phrase("What drives the answer")
    found = reading.run.swings
    if found is None or found.empty:
        return Section("driving", heading)
    opening = phrase(
        "An experiment beside this run, of {draws} draws each time, asked for {answer}: {value}.",
        draws=words.number(float(found["draws"].iloc[0])),
        answer=swings.answer(found),
        value=swings.value(found),
    )
    opening = f"{opening} {swings.flipping(found)}"
    return Section("driving", heading, opening, (swings.tornado(found),))


def outcomes(reading: Reading) -> Section:
    """Show every measure over the run, outcomes for people beside those for states."""
    heading = phrase("Outcomes for people and for states")
    present = [m for m in MEASURES if reading.has(m.name) and not m.breaks_down]
    parts = [(whose, [m for m in present if m.subject == whose]) for whose in _WHOSE]
    parts = [(whose, measures) for whose, measures in parts if measures]
    if not parts:
        return Section("outcomes", heading)
    shown = Table(
        "outcomes",
        phrase(
            "Middle draw, and below it the range of 90 % of draws; where the middle draw has none, "
            "how much others have. Whole run: the sum of what happens, the average of a rate; a "
            "stock has none."
        ),
        (
            phrase("Outcome"),
            words.capital(words.month(reading.months[0])),
            words.month(reading.months[-1]),
            phrase("Whole run"),
        ),
        tuple(_outcome(reading, m) for _, measures in parts for m in measures),
        tuple((len(measures), phrase(_WHOSE[whose])) for whose, measures in parts),
    )
    return Section("outcomes", heading, tables=(shown,))


def record(reading: Reading) -> Section:
    """Show the model's own earlier forecasts beside what came."""
    return Section(
        "record",
        phrase("The model's record"),
        phrase(
            "What the same model would have said before, with the data of that time, beside what "
            "came."
        ),
        at_border.record(reading),
    )


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


def assumptions(reading: Reading) -> Section:
    """List the model's parameters with range and source."""
    chapters = {
        "movement": any(m.subject == "people" for m in MEASURES if reading.has(m.name)),
        "trade": any(m.subject == "trade" for m in MEASURES if reading.has(m.name)),
        "feedback": reading.has("activity_mexico"),
    }
    used = [p for p in table().values() if chapters.get(p.name.split(".")[0], False)]
    if not used:
        return Section("assumptions", phrase("What the model assumes"))
    rows = tuple(
        (
            phrase(p.title),
            phrase(p.basis),
            p.source,
            _number(p.value),
            _spread(p.low, p.high),
            phrase(p.unit),
        )
        for p in used
    )
    head = (
        phrase("Parameter"),
        phrase("Basis"),
        phrase("Source"),
        phrase("Value"),
        phrase("Range"),
        phrase("Unit"),
    )
    caption = phrase("Parameters of the model; a draw picks each within its range")
    opening = phrase(
        "{count} parameters with a source each; {assumed} of them rest on judgement alone.",
        count=len(used),
        assumed=sum(p.basis == "assumed" for p in used),
    )
    shown = Table("parameters", caption, head, rows, verbatim=frozenset({2}))
    return Section(
        "assumptions", phrase("What the model assumes"), opening, more={"parameters": shown}
    )


def again(reading: Reading) -> Section:
    """Say how to cite the run and how to make it again."""
    record = reading.run.record
    name = str(record["accord"])
    settings = {key: record[key] for key in ("draws", "months", "start", "seed")}
    if record.get("as_of"):
        settings["as-of"] = record["as_of"]
    options = [f"--{key} {value}" for key, value in settings.items()]
    options += [f"--choose {key}={value}" for key, value in (record.get("choices") or {}).items()]
    cite = phrase(
        "The entente developers. “{accord}”: a run of {draws} draws, seed {seed}, accord digest "
        "{digest}. entente {version}.",
        accord=phrase(reading.run.accord.title) if reading.run.accord.title else name,
        draws=words.number(reading.draws),
        seed=record["seed"],
        digest=str(record["digest"])[:12],
        version=record["version"],
    )
    return Section(
        "again",
        phrase("Cite it, make it again"),
        remarks=tuple(record.get("notes") or ()),
        more={
            "command": escape(" ".join(["entente run", name, *options])),
            "cite": cite,
            "record": _flat(record),
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


def period(reading: Reading) -> str:
    """Name the months of the run."""
    return words.span(words.month(reading.months[0]), words.month(reading.months[-1]))


def _number(value: float) -> str:
    """Write a parameter as its table does, with thousands separators.

    >>> _number(0.0481), _number(6931.0)
    ('0.0481', '6,931')
    """
    return decimal(value) if abs(value) >= 1000 else figures(value)


def _spread(low: float, high: float) -> str:
    return phrase("fixed") if low == high else words.span(_number(low), _number(high))


def _some(*items: Any) -> tuple[Any, ...]:
    return tuple(item for item in items if item is not None)


def _outcome(reading: Reading, measure: Measure) -> tuple[Cell, ...]:
    draws = reading.total(measure.name)  # [draw, month]
    whole = {"flow": draws.sum(axis=1), "rate": draws.mean(axis=1)}.get(measure.kind)
    unit = measure.unit
    return (
        words.title(measure),
        measured(draws[:, 0], unit),
        measured(draws[:, -1], unit),
        "" if whole is None else measured(whole, unit),
    )


def _clause(accord: "Accord", name: str) -> dict[str, Any]:
    common = accord.clauses[name].common
    return {
        "id": name,
        "kind": common.kind,
        "basis": common.basis or _UNMARKED,
        "source": common.source,
        "sentence": words.sentence(accord.sentence(name)),
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
    readings = words.listing([str(reading) for reading in point.readings], "or")
    said = (
        phrase("readings: {readings}; none is chosen", readings=readings)
        if point.chosen is None
        else phrase(
            "readings: {readings}; taken here: {chosen}", readings=readings, chosen=point.chosen
        )
    )
    return {"about": point.about, "readings": said}


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
        "by": words.listing([words.label(party) for party in choice.by]) or phrase("nobody named"),
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
    return phrase("{answer} from {day}", answer=_answer(value), day=since)


def _odds(odds: object) -> str:
    """Write a chance; odds by answer as the file does."""
    return figures(odds) if isinstance(odds, float) else str(odds)


def _answer(value: object) -> str:
    """Write an answer to a choice as a reader would.

    >>> _answer(True), _answer("false"), _answer("runs")
    ('yes', 'no', 'runs')
    """
    said = str(value)
    return phrase({"true": "yes", "false": "no"}.get(said.lower(), said))


def _flat(record: Any) -> list[tuple[str, str]]:
    """List a record line by line; nested tables become `table.key`."""
    lines: list[tuple[str, str]] = []
    for key, value in record.items():
        if isinstance(value, dict):
            lines += [(f"{key}: {inner}", text) for inner, text in _flat(value)]
        else:
            lines.append((str(key).replace("_", " "), str(value)))
    return lines
