"""Words for chances, changes and dates: sentences that never sound surer than their draws."""

import re
import textwrap
from collections.abc import Sequence
from datetime import date
from typing import Final

import numpy as np

from entente import language
from entente.language import decimal, marked, phrase, phrase_for
from entente.language import listing as listing
from entente.report.amounts import number, percentage, rounded

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
_DAY: Final = re.compile(r"(\bel )?\b(\d{4}-\d{2}-\d{2})(?:[ T](\d{2}:\d{2})(?::\d{2})?)?\b")
_EXCLUDED: Final = marked("almost excluded")
# Upper bounds of the share of draws that fails: almost certainly, very probably, probably.
_SURE: Final = (0.01, 0.1, 0.34)
NEVER: Final = 8  # the last grade of `surety`


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


def days(text: str) -> str:
    """Write the days in a text as a reader does.

    >>> days("tested on 2016-06-30"), days("from 2025-02-04 00:01:00")
    ('tested on 30 June 2016', 'from 4 February 2025, 00:01')
    """
    return language.joined(_DAY.sub(_read_day, text))


def sentence(text: str) -> str:
    """Give a phrase a capital and a full stop.

    >>> sentence("no added duty is charged")
    'No added duty is charged.'
    """
    text = text.strip()
    stop = "" if text.endswith((".", "?", "!")) else "."
    return f"{text[:1].upper()}{text[1:]}{stop}"


def _read_day(found: re.Match[str]) -> str:
    said = day(date.fromisoformat(found[2]))
    said = phrase_for("within a sentence", "{day}", day=said)
    return f"{said}, {found[3]}" if found[3] else said


def _first_day(when: np.datetime64) -> date:
    """Turn a month into a date."""
    first: date = when.astype("datetime64[M]").astype("datetime64[D]").item()
    return first


def _more(value: float, spread: float) -> str:
    size = number(abs(rounded(value, spread)))
    if size == "0":
        return size
    return phrase("{size} more", size=size) if value > 0 else phrase("{size} fewer", size=size)
