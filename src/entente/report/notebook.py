"""A measure of a run as a chart of its own, for notebooks."""

from entente.language import phrase
from entente.places import ALL
from entente.report import charts, theme
from entente.report.reading import FinishedRun, Reading
from entente.world.measures import BY_NAME


def chart(run: FinishedRun, measure: str, group: str = ALL) -> charts.Picture:
    """Draw a measure month by month, with bands of 50, 80 and 90 % of draws, as on the page.

    Raises KeyError for a measure that no run has.
    """
    reading, known = Reading(run), BY_NAME[measure]
    bands = reading.bands(measure, group)
    observed = reading.observed(measure, group)
    fan = charts.fan(bands, observed, (), (), phrase(known.unit), charts.WIDE)
    house = theme.CONFIG | {"background": theme.PAPER}
    drawn: charts.Picture = fan.properties(title=phrase(known.title)).configure(**house)
    return drawn
