"""Words for numbers: sentences that never sound surer than the draws they come from."""

import math
import re
import textwrap
from collections.abc import Sequence
from datetime import date
from typing import Final

import numpy as np

from entente import language
from entente.language import decimal, marked, marked_for, phrase, phrase_for
from entente.language import listing as listing
from entente.places import Demographic, Group, Sector, country
from entente.world.measures import Measure

MINIMUM_CELL: Final = 10

# Lower bound of the share of draws, and what may be said of it. The words between certainty and
# impossibility are those that readers of weather and climate reports already know.
_ODDS: Final = (
    (0.99, marked("almost certain")),
    (0.90, marked("very likely")),
    (0.66, marked("likely")),
    (0.34, marked("about as likely as not")),
    (0.10, marked("unlikely")),
    (0.01, marked("very unlikely")),
)
_EXCLUDED: Final = marked("almost excluded")
# Upper bounds of the share of draws that fails: almost certainly, very probably, probably.
_SURE: Final = (0.01, 0.1, 0.34)

# Dollars by their size: how they are said in a sentence, and in the cell of a table.
_SCALES: Final = (
    (
        1e12,
        marked_for("in a sentence", "${amount} trillion"),
        marked_for("in a table", "${amount} trillion"),
    ),
    (
        1e9,
        marked_for("in a sentence", "${amount} billion"),
        marked_for("in a table", "${amount} billion"),
    ),
    (
        1e6,
        marked_for("in a sentence", "${amount} million"),
        marked_for("in a table", "${amount} million"),
    ),
)
_DOLLARS: Final = marked_for("in a sentence", "${amount}")
_CELL: Final = marked_for("in a table", "${amount}")

NEVER: Final = 8  # the last grade of `surety`

_PEOPLE: Final = {"persons", "events"}

_ANYBODY: Final = marked("people")
_NOUNS: Final = {
    "apprehensions": marked("apprehensions"),
    "apprehensions_sector": marked("apprehensions"),
    "apprehensions_demographic": marked("apprehensions"),
    "encounters": marked("encounters"),
    "port_encounters": marked("encounters at ports"),
    "detentions_mexico": marked("detentions in Mexico"),
    "guard_south": marked("forces at Mexico's southern border"),
    "court_queue": marked("cases"),
    "asylum_claims_mexico": marked("asylum claims in Mexico"),
}

_ANYBODY_DOES: Final = marked_for("as the subject of a sentence", "people")
_SUBJECTS: Final = {
    "apprehensions": marked_for("as the subject of a sentence", "apprehensions"),
    "apprehensions_sector": marked_for("as the subject of a sentence", "apprehensions"),
    "apprehensions_demographic": marked_for("as the subject of a sentence", "apprehensions"),
    "encounters": marked_for("as the subject of a sentence", "encounters"),
    "port_encounters": marked_for("as the subject of a sentence", "encounters at ports"),
    "detentions_mexico": marked_for("as the subject of a sentence", "detentions in Mexico"),
    "guard_south": marked_for("as the subject of a sentence", "forces at Mexico's southern border"),
    "court_queue": marked_for("as the subject of a sentence", "cases"),
    "asylum_claims_mexico": marked_for("as the subject of a sentence", "asylum claims in Mexico"),
}

_SECTORS: Final = {
    Sector.RIO_GRANDE: marked("Rio Grande Valley"),
    Sector.LAREDO: "Laredo",
    Sector.DEL_RIO: "Del Rio",
    Sector.BIG_BEND: "Big Bend",
    Sector.EL_PASO: "El Paso",
    Sector.TUCSON: "Tucson",
    Sector.YUMA: "Yuma",
    Sector.EL_CENTRO: "El Centro",
    Sector.SAN_DIEGO: "San Diego",
}
_DEMOGRAPHICS: Final = {
    Demographic.SINGLE_ADULT: marked("single adult"),
    Demographic.FAMILY_UNIT: marked("family unit"),
    Demographic.UNACCOMPANIED_CHILD: marked("unaccompanied child"),
}


def number(value: float) -> str:
    """Write a number with thousands separators and a true minus sign.

    >>> number(1234567), number(-4200.4)
    ('1,234,567', '\N{MINUS SIGN}4,200')
    """
    return decimal(value)


def rounded(value: float, spread: float) -> float:
    """Round a value to what a spread of draws allows: about a twentieth of the spread.

    A value that is the same in every draw keeps three figures.

    >>> rounded(52341, 57000)
    52000.0
    >>> rounded(52341, 0)
    52300.0
    """
    grain = spread / 20 if spread > 0 else abs(value) / 100
    if not math.isfinite(value) or not math.isfinite(grain) or grain <= 0:
        return value
    step = 10.0 ** math.floor(math.log10(grain))
    return round(value / step) * step


def quantity(value: float, unit: str) -> str:
    """Write one value in a reader's unit: people whole, dollars scaled, percent with a decimal.

    Counts of one to nine people are never written out.

    >>> quantity(4, "persons")
    'fewer than 10'
    >>> quantity(1.34e9, "USD")
    '$1.34 billion'
    >>> quantity(12.345, "percent")
    '12.3 %'
    """
    if is_small(value, unit):
        return phrase("fewer than {least}", least=MINIMUM_CELL)
    if unit == "share":
        return percentage(value)
    if unit == "USD":
        return _dollars(value)
    if unit == "percent":
        return _percent(value)
    return number(value)


def is_small(value: float, unit: str) -> bool:
    """Say whether a count of people is one that must not be published; none may be.

    >>> is_small(9, "persons"), is_small(0, "persons"), is_small(9, "percent")
    (True, False, False)
    """
    return unit in _PEOPLE and 0 < abs(value) < MINIMUM_CELL


def cell(value: float, unit: str) -> str:
    """Write one value for a table; a withheld or absent value is a dash.

    >>> cell(7, "events"), cell(float("nan"), "persons"), cell(61234, "persons")
    ('<10', '\N{EN DASH}', '61,234')
    """
    if not math.isfinite(value):
        return "\N{EN DASH}"
    if is_small(value, unit):
        return f"<{MINIMUM_CELL}"
    return _short(value, unit)


def interval(low: float, middle: float, high: float, unit: str, noun: str = "") -> str:
    """Say a value with its 90 % interval, rounded as coarsely as the interval is wide.

    >>> interval(31210, 52341, 88000, "events", "apprehensions")
    'about 52,000 apprehensions (90 % of draws: 31,000 to 88,000)'
    >>> interval(0, 0, 0, "USD")
    '$0 in every draw'
    """
    if low == high:
        return phrase("{amount} in every draw", amount=_of(quantity(middle, unit), noun))
    ends = [_short(rounded(v, high - low), unit) for v in (low, high)]
    if ends[0] == ends[1]:
        nearly = quantity(rounded(middle, high - low), unit)
        return phrase("{amount} in nearly every draw", amount=_of(nearly, noun))
    return phrase(
        "{amount} (90 % of draws: {low} to {high})",
        amount=_of(approximately(low, middle, high, unit), noun),
        low=ends[0],
        high=ends[1],
    )


def approximately(low: float, middle: float, high: float, unit: str) -> str:
    """Say a value alone, rounded as its interval asks, for where the interval stands close by.

    >>> approximately(31210, 52341, 88000, "events")
    'about 52,000'
    """
    value = rounded(middle, high - low)
    said = quantity(value, unit)
    is_exact = is_small(value, unit) or said in (quantity(0, unit), quantity(0, ""))
    return said if is_exact else phrase("about {amount}", amount=said)


def difference(low: float, middle: float, high: float, noun: str) -> str:
    """Say a paired difference with its 90 % interval; one that may be zero is called unclear.

    >>> difference(-40, 30, 120, "arrivals")
    'no clear change in arrivals (90 % of draws: 40 fewer to 120 more)'
    >>> difference(-1200, -800, -300, "apprehensions")
    '800 fewer apprehensions (90 % of draws: 300 to 1,200 fewer)'
    >>> difference(0, 0, 0, "apprehensions")
    'no change in apprehensions in any draw'
    """
    spread = high - low
    if low == high == 0:
        return phrase("no change in {noun} in any draw", noun=noun)
    if low < 0 < high or 0 in (low, high):
        return phrase(
            "no clear change in {noun} (90 % of draws: {low} to {high})",
            noun=noun,
            low=_more(low, spread),
            high=_more(high, spread),
        )
    near, far = sorted((low, high), key=abs)
    size, near_size, far_size = (number(rounded(abs(v), spread)) for v in (middle, near, far))
    told = (
        marked("{size} more {noun} (90 % of draws: {near} to {far} more)")
        if middle > 0
        else marked("{size} fewer {noun} (90 % of draws: {near} to {far} fewer)")
    )
    return phrase(told, size=size, noun=noun, near=near_size, far=far_size)


def in_draws(share: float, draws: int) -> str:
    """Say in how many draws something happens; few are counted, none and all are said.

    >>> in_draws(0.74, 2000), in_draws(0, 2000)
    ('in 74 % of draws', 'in none of the 2,000 draws')
    >>> in_draws(0.0005, 2000), in_draws(1, 2000)
    ('in 1 of 2,000 draws', 'in all 2,000 draws')
    """
    count = round(share * draws)
    if count in (0, draws):
        said = marked("in all {draws} draws") if count else marked("in none of the {draws} draws")
        return phrase(said, draws=number(draws))
    if 0.01 <= share <= 0.99:
        return phrase("in {share} of draws", share=percentage(share))
    return phrase("in {count} of {draws} draws", count=number(count), draws=number(draws))


def odds(share: float, draws: int) -> str:
    """Say a chance as a share of draws, then in a word.

    >>> odds(0.74, 2000)
    'in 74 % of draws (likely)'
    >>> odds(0.0, 2000)
    'in none of the 2,000 draws'
    """
    said = in_draws(share, draws)
    return f"{said} ({likelihood(share)})" if 0 < round(share * draws) < draws else said


def surety(share: float, draws: int) -> int:
    """Grade how surely something happens, to choose one of nine sentences by.

    0 in every draw, 1 almost certainly, 2 very probably, 3 probably, 4 as likely as not,
    5 probably not, 6 very probably not, 7 almost certainly not, 8 in no draw.

    >>> [surety(share, 2000) for share in (1, 0.7, 0.5, 0.02, 0)]
    [0, 3, 4, 6, 8]
    """
    count = round(share * draws)
    if count in (0, draws):
        return 0 if count else NEVER
    if share < _SURE[-1]:
        return NEVER - surety(1 - share, draws)
    return 1 + sum(1 - share > bound + 1e-12 for bound in _SURE)


def graded(sentences: Sequence[str], share: float, draws: int, **places: str) -> str:
    """Say that of nine sentences which is as sure as the draws, see `surety`."""
    return phrase(sentences[surety(share, draws)], **places)


def span(low: str, high: str) -> str:
    """Join the ends of an interval or a period.

    >>> span("20", "40")
    '20 to 40'
    """
    return phrase("{low} to {high}", low=low, high=high)


def likelihood(share: float) -> str:
    """Name a chance.

    >>> likelihood(0.5), likelihood(0.95), likelihood(0.004)
    ('about as likely as not', 'very likely', 'almost excluded')
    """
    return phrase(next((word for bound, word in _ODDS if share >= bound), _EXCLUDED))


def percentage(share: float) -> str:
    """Write a share of draws; only none is 0 % and only all is 100 %.

    >>> percentage(0.0004), percentage(0.5), percentage(0.9996), percentage(1.0)
    ('<1 %', '50 %', '>99 %', '100 %')
    """
    if 0 < share < 0.01:
        return "<1 %"
    if 0.99 < share < 1:
        return ">99 %"
    return f"{decimal(100 * share)} %"


def month(when: np.datetime64) -> str:
    """Name a month.

    >>> month(np.datetime64("2019-06"))
    'June 2019'
    """
    return language.month(_first_day(when))


def short_month(when: np.datetime64) -> str:
    """Name a month where there is little room.

    >>> short_month(np.datetime64("2019-06"))
    'Jun 2019'
    """
    return language.short_month(_first_day(when))


def day(when: date) -> str:
    """Name a day.

    >>> day(date(2019, 7, 22))
    '22 July 2019'
    """
    return language.day(when)


def label(code: str) -> str:
    """Name a code of a group, state, sector or class of people; other words lose underscores.

    >>> label("GTM"), label("RGV"), label("family_unit"), label("OTHER")
    ('Guatemala', 'Rio Grande Valley', 'family unit', 'Other countries')
    """
    if code == Group.OTHER:
        return phrase("Other countries")
    if code in _SECTORS:
        return phrase(_SECTORS[Sector(code)])
    if code in _DEMOGRAPHICS:
        return phrase(_DEMOGRAPHICS[Demographic(code)])
    return country(code).replace("_", " ")


def noun(measure: str) -> str:
    """Name what a measure counts, as a word in a sentence.

    >>> noun("encounters"), noun("waiting_metered")
    ('encounters', 'people')
    """
    return phrase(_NOUNS.get(measure, _ANYBODY))


def subject(measure: str) -> str:
    """Name what a measure counts, as the subject of a sentence.

    >>> subject("encounters")
    'encounters'
    """
    return phrase_for(*_SUBJECTS.get(measure, _ANYBODY_DOES))


def title(measure: Measure) -> str:
    """Name a measure."""
    return phrase(measure.title)


def change(share: float) -> str:
    """Say a relative change.

    >>> change(-0.534), change(0.2), change(0.001)
    ('down 53 %', 'up 20 %', 'about the same')
    """
    if abs(share) < 0.005:
        return phrase("about the same")
    said = marked("up {share} %") if share > 0 else marked("down {share} %")
    return phrase(said, share=decimal(abs(100 * share)))


def capital(text: str) -> str:
    """Begin with a capital; names inside keep theirs.

    >>> capital("at most 50,000 by July")
    'At most 50,000 by July'
    """
    return text[:1].upper() + text[1:]


def wrapped(text: str, width: int) -> str:
    """Break a long name into lines, but not between a number and its percent sign.

    >>> wrapped("Electrical equipment (85)", 15).splitlines()
    ['Electrical', 'equipment (85)']
    """
    together = re.sub(r"(\d) %", "\\1\N{NO-BREAK SPACE}%", text)
    return "\n".join(textwrap.wrap(together, width, break_long_words=False))


def sentence(text: str) -> str:
    """Give a phrase a capital and a full stop.

    >>> sentence("no added duty is charged")
    'No added duty is charged.'
    """
    text = text.strip()
    stop = "" if text.endswith((".", "?", "!")) else "."
    return f"{text[:1].upper()}{text[1:]}{stop}"


def _first_day(when: np.datetime64) -> date:
    """Turn a month into a date."""
    first: date = when.astype("datetime64[M]").astype("datetime64[D]").item()
    return first


def _of(amount: str, noun: str) -> str:
    return phrase("{amount} {noun}", amount=amount, noun=noun) if noun else amount


def _more(value: float, spread: float) -> str:
    size = number(abs(rounded(value, spread)))
    if size == "0":
        return size
    return phrase("{size} more", size=size) if value > 0 else phrase("{size} fewer", size=size)


def _short(value: float, unit: str) -> str:
    """Write one value as `quantity` does, with as few words as are clear."""
    return _dollars(value, short=True) if unit == "USD" else quantity(value, unit)


def _dollars(value: float, *, short: bool = False) -> str:
    """Write dollars, scaled; in short for the cells of tables."""
    size, sign = abs(value), "\N{MINUS SIGN}" if value < 0 else ""
    for scale, said, told in _SCALES:
        if size >= 0.9995 * scale:
            amount = _three_figures(size / scale)
            return sign + phrase_for(*(told if short else said), amount=amount)
    return sign + phrase_for(*(_CELL if short else _DOLLARS), amount=decimal(size))


def _three_figures(size: float) -> str:
    return decimal(size) if size >= 999.5 else language.figures(size, 3)


def _percent(value: float) -> str:
    places = 0 if f"{value:.1f}".endswith(".0") else 1
    return f"{decimal(value, places)} %"
