"""Amounts as a reader meets them: in their unit, and no finer than the draws allow."""

import math
from typing import Final

from entente import language
from entente.language import decimal, marked_for, phrase, phrase_for
from entente.language import listing as listing

MINIMUM_CELL: Final = 10
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
_PEOPLE: Final = {"persons", "events"}


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


def _of(amount: str, noun: str) -> str:
    return phrase("{amount} {noun}", amount=amount, noun=noun) if noun else amount


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
