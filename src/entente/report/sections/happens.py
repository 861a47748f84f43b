"""What happens: at the border, to trade, to people, and whether targets are met."""

from typing import Final

from entente.language import marked, phrase
from entente.report import naming, trading, words
from entente.report.figures import border as at_border
from entente.report.figures import people as of_people
from entente.report.figures.targets import target_chances
from entente.report.figures.tariff import cost_by_chapter, duty_steps
from entente.report.maps import corridor_map
from entente.report.reading import Reading, measured
from entente.report.sections.section import Section, some
from entente.report.tables import Cell, Table
from entente.world.measures import MEASURES, Measure

_WHOSE: Final = {
    "people": marked("For people"),
    "states": marked("For states"),
    "trade": marked("For trade"),
}


def border(reading: Reading) -> Section:
    """Show the counts at the border against what was promised and what came."""
    return Section(
        "border",
        phrase("At the border"),
        phrase("An encounter is an event: one person met twice is two encounters."),
        some(at_border.border_count(reading), at_border.by_citizenship(reading)),
    )


def targets(reading: Reading) -> Section:
    """Show the chance of each target."""
    heading = phrase("Are the targets met?")
    return Section("targets", heading, figures=some(target_chances(reading)))


def tariff(reading: Reading) -> Section:
    """Show the duty in force and its cost, or say that there is none and what could change it."""
    if not reading.has("duty_rate"):
        return Section("tariff", phrase("The tariff"))
    charts = some(duty_steps(reading), cost_by_chapter(reading))
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
        some(of_people.whereabouts(reading)),
        some(of_people.flows(reading)),
        maps=some(corridor_map(reading)),
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


def _outcome(reading: Reading, measure: Measure) -> tuple[Cell, ...]:
    draws = reading.total(measure.name)  # [draw, month]
    whole = {"flow": draws.sum(axis=1), "rate": draws.mean(axis=1)}.get(measure.kind)
    unit = measure.unit
    return (
        naming.title(measure),
        measured(draws[:, 0], unit),
        measured(draws[:, -1], unit),
        "" if whole is None else measured(whole, unit),
    )
