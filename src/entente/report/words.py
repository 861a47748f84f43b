"""Words for numbers: sentences that never sound surer than the draws they come from."""

import math
import textwrap
from collections.abc import Sequence
from datetime import date
from typing import Final

import numpy as np

from entente.places import Group, Sector, countries

MINIMUM_CELL: Final = 10

# Lower bound of the share of draws, and what may be said of it. The words between certainty and
# impossibility are those that readers of weather and climate reports already know.
_UNLIKELY: Final = 0.34  # below it a sentence denies
_ODDS: Final = (
    (0.99, "almost certain"),
    (0.90, "very likely"),
    (0.66, "likely"),
    (0.34, "about as likely as not"),
    (0.10, "unlikely"),
    (0.01, "very unlikely"),
)

MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip

_SCALES: Final = ((1e12, "trillion"), (1e9, "billion"), (1e6, "million"))

_PEOPLE: Final = {"persons", "events"}

_NOUNS: Final = {
    "apprehensions": "apprehensions",
    "apprehensions_sector": "apprehensions",
    "apprehensions_demographic": "apprehensions",
    "encounters": "encounters",
    "port_encounters": "encounters at ports",
    "detentions_mexico": "detentions in Mexico",
    "guard_south": "forces at Mexico's southern border",
    "court_queue": "cases",
    "asylum_claims_mexico": "asylum claims in Mexico",
}

_SECTORS: Final = {
    Sector.RIO_GRANDE: "Rio Grande Valley",
    Sector.LAREDO: "Laredo",
    Sector.DEL_RIO: "Del Rio",
    Sector.BIG_BEND: "Big Bend",
    Sector.EL_PASO: "El Paso",
    Sector.TUCSON: "Tucson",
    Sector.YUMA: "Yuma",
    Sector.EL_CENTRO: "El Centro",
    Sector.SAN_DIEGO: "San Diego",
}


def number(value: float) -> str:
    """Write a number with thousands separators and a true minus sign.

    >>> number(1234567), number(-4200.4)
    ('1,234,567', '\N{MINUS SIGN}4,200')
    """
    sign = "\N{MINUS SIGN}" if round(value) < 0 else ""
    return f"{sign}{abs(round(value)):,}"


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
        return "fewer than 10"
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
        return "<10"
    return quantity(value, unit)


def interval(low: float, middle: float, high: float, unit: str, noun: str = "") -> str:
    """Say a value with its 90 % interval, rounded as coarsely as the interval is wide.

    >>> interval(31210, 52341, 88000, "events", "apprehensions")
    'about 52,000 apprehensions (90 % of draws: 31,000 to 88,000)'
    >>> interval(0, 0, 0, "USD")
    '$0 in every draw'
    """
    noun = f" {noun}" if noun else ""
    if low == high:
        return f"{quantity(middle, unit)}{noun} in every draw"
    near = [quantity(rounded(v, high - low), unit) for v in (low, middle, high)]
    if near[0] == near[2]:
        return f"{near[1]}{noun} in nearly every draw"
    return f"{_about(near[1])}{noun} (90 % of draws: {near[0]} to {near[2]})"


def approximately(low: float, middle: float, high: float, unit: str) -> str:
    """Say a value alone, rounded as its interval asks, for where the interval stands close by.

    >>> approximately(31210, 52341, 88000, "events")
    'about 52,000'
    """
    return _about(quantity(rounded(middle, high - low), unit))


def difference(low: float, middle: float, high: float, unit: str) -> str:
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
        return f"no change in {unit} in any draw"
    if low < 0 < high or 0 in (low, high):
        ends = f"{_more(low, spread)} to {_more(high, spread)}"
        return f"no clear change in {unit} (90 % of draws: {ends})"
    near, far = sorted((low, high), key=abs)
    word = "more" if middle > 0 else "fewer"
    sizes = [number(rounded(abs(v), spread)) for v in (middle, near, far)]
    return f"{sizes[0]} {word} {unit} (90 % of draws: {sizes[1]} to {sizes[2]} {word})"


def in_draws(share: float, draws: int) -> str:
    """Say in how many draws something happens; few are counted, none and all are said.

    >>> in_draws(0.74, 2000), in_draws(0, 2000)
    ('in 74 % of draws', 'in none of the 2,000 draws')
    >>> in_draws(0.0005, 2000), in_draws(1, 2000)
    ('in 1 of 2,000 draws', 'in all 2,000 draws')
    """
    count = round(share * draws)
    if count in (0, draws):
        return f"in all {draws:,} draws" if count else f"in none of the {draws:,} draws"
    if 0.01 <= share <= 0.99:
        return f"in {percentage(share)} of draws"
    return f"in {count:,} of {draws:,} draws"


def odds(share: float, draws: int) -> str:
    """Say a chance as a share of draws, then in a word.

    >>> odds(0.74, 2000)
    'in 74 % of draws (likely)'
    >>> odds(0.0, 2000)
    'in none of the 2,000 draws'
    """
    said = in_draws(share, draws)
    return f"{said} ({likelihood(share)})" if 0 < round(share * draws) < draws else said


def probably(share: float, draws: int) -> str:
    """Give the adverb for a chance; below an even one it ends in `not`.

    >>> probably(0.7, 2000), probably(0.5, 2000), probably(0.02, 2000), probably(0, 2000)
    ('probably', 'as likely as not', 'very probably not', 'in no draw')
    """
    count = round(share * draws)
    if count in (0, draws):
        return "in every draw" if count else "in no draw"
    if share < _UNLIKELY:
        return f"{probably(1 - share, draws)} not"
    adverbs = ((0.99, "almost certainly"), (0.9, "very probably"), (0.66, "probably"))
    return next((word for bound, word in adverbs if share >= bound), "as likely as not")


def happens(share: float, draws: int, verb: str) -> str:
    """Say how surely several things do something.

    >>> [happens(share, 2000, "come") for share in (0.7, 0.5, 0.02, 0)]
    ['probably come', 'as likely as not come', 'very probably do not come', 'in no draw come']
    """
    surely = probably(share, draws)
    denied = share < _UNLIKELY and surely.endswith(" not")
    return f"{surely.removesuffix(' not')} do not {verb}" if denied else f"{surely} {verb}"


def likelihood(share: float) -> str:
    """Name a chance.

    >>> likelihood(0.5), likelihood(0.95), likelihood(0.004)
    ('about as likely as not', 'very likely', 'almost excluded')
    """
    return next((word for bound, word in _ODDS if share >= bound), "almost excluded")


def percentage(share: float) -> str:
    """Write a share of draws; only none is 0 % and only all is 100 %.

    >>> percentage(0.0004), percentage(0.5), percentage(0.9996), percentage(1.0)
    ('<1 %', '50 %', '>99 %', '100 %')
    """
    if 0 < share < 0.01:
        return "<1 %"
    if 0.99 < share < 1:
        return ">99 %"
    return f"{100 * share:.0f} %"


def month(when: np.datetime64) -> str:
    """Name a month.

    >>> month(np.datetime64("2019-06"))
    'June 2019'
    """
    year, index = str(when.astype("datetime64[M]")).split("-")
    return f"{MONTHS[int(index) - 1]} {year}"


def day(when: date) -> str:
    """Name a day.

    >>> day(date(2019, 7, 22))
    '22 July 2019'
    """
    return f"{when.day} {MONTHS[when.month - 1]} {when.year}"


def listing(items: Sequence[str], last: str = "and") -> str:
    """Join words as a sentence does.

    >>> listing(["duty", "fees", "tax"])
    'duty, fees and tax'
    """
    head, tail = items[:-1], items[-1:]
    return f" {last} ".join(filter(None, [", ".join(head), *tail]))


def plural(count: int, noun: str) -> str:
    """Count a noun.

    >>> plural(1, "draw"), plural(1200, "draw")
    ('1 draw', '1,200 draws')
    """
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def label(code: str) -> str:
    """Name a code of a group, state, sector or class of people; other words lose underscores.

    >>> label("GTM"), label("RGV"), label("family_unit"), label("OTHER")
    ('Guatemala', 'Rio Grande Valley', 'family unit', 'Other countries')
    """
    if code == Group.OTHER:
        return "Other countries"
    if code in _SECTORS:
        return _SECTORS[Sector(code)]
    return countries().get(code, code.replace("_", " "))


def noun(measure: str) -> str:
    """Name what a measure counts, as a word in a sentence.

    >>> noun("encounters"), noun("waiting_metered")
    ('encounters', 'people')
    """
    return _NOUNS.get(measure, "people")


def change(share: float) -> str:
    """Say a relative change.

    >>> change(-0.534), change(0.2), change(0.001)
    ('down 53 %', 'up 20 %', 'about the same')
    """
    if abs(share) < 0.005:
        return "about the same"
    return f"{'up' if share > 0 else 'down'} {abs(100 * share):.0f} %"


def capital(text: str) -> str:
    """Begin with a capital; names inside keep theirs.

    >>> capital("at most 50,000 by July")
    'At most 50,000 by July'
    """
    return text[:1].upper() + text[1:]


def wrapped(text: str, width: int) -> str:
    """Break a long name into lines.

    >>> wrapped("Electrical equipment (85)", 15).splitlines()
    ['Electrical', 'equipment (85)']
    """
    return "\n".join(textwrap.wrap(text, width, break_long_words=False))


def sentence(text: str) -> str:
    """Give a phrase a capital and a full stop.

    >>> sentence("no added duty is charged")
    'No added duty is charged.'
    """
    text = text.strip()
    stop = "" if text.endswith((".", "?", "!")) else "."
    return f"{text[:1].upper()}{text[1:]}{stop}"


def _about(text: str) -> str:
    exact = text.startswith("fewer") or text in ("0", "$0", "0 %")
    return text if exact else f"about {text}"


def _more(value: float, spread: float) -> str:
    size = number(abs(rounded(value, spread)))
    return "0" if size == "0" else f"{size} {'more' if value > 0 else 'fewer'}"


def _dollars(value: float) -> str:
    size, sign = abs(value), "\N{MINUS SIGN}" if value < 0 else ""
    for scale, word in _SCALES:
        if size >= 0.9995 * scale:
            return f"{sign}${_three_figures(size / scale)} {word}"
    return f"{sign}${size:,.0f}"


def _three_figures(size: float) -> str:
    return f"{size:,.0f}" if size >= 999.5 else f"{size:.3g}"


def _percent(value: float) -> str:
    shown = f"{abs(value):.1f}".removesuffix(".0")
    sign = "\N{MINUS SIGN}" if value < 0 and shown != "0" else ""
    return f"{sign}{shown} %"
