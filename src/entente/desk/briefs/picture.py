"""What is shown of a brief elsewhere: a card where it is shared, a map on the home page."""

import re
from textwrap import wrap
from typing import Final

from django.utils.html import escape

from entente.report import theme

_WIDE, _HIGH = 1200, 630  # as those who show such cards expect
_MAP: Final = re.compile(
    r'<figure id="corridor-map">\s*<h3>(?P<title>.*?)</h3>\s*(?P<land><svg class="unseen".*?</svg>)'
    r'.*? checked>\s*<label[^>]*>(?P<month>.*?)</label>\s*<div class="frame">\s*'
    r'(?P<frame><div class="wide">.*?</div>\s*<div class="narrow">.*?</div>)',
    re.DOTALL,
)


def card(title: str, headline: str) -> bytes:
    """Draw a brief's headline under its title as PNG, 1200 by 630 points."""
    said = [*_lines(headline, 40, 5, 250, 54, "700 46px Georgia, Liberation Serif, serif")]
    named = [*_lines(title, 66, 2, 130, 36, "400 28px Arial, Liberation Sans, sans-serif")]
    mark = f'<rect width="{_WIDE}" height="14" fill="{theme.INK}"/>'
    sign = _line("entente", 565, "700 34px Georgia, Liberation Serif, serif")
    svg = f'<svg width="{_WIDE}" height="{_HIGH}" viewBox="0 0 {_WIDE} {_HIGH}">'
    return theme.picture(
        theme.standing_alone(f"{svg}{mark}{''.join(named)}{''.join(said)}{sign}</svg>")
    )


def map_of(page: str) -> str:
    """Take the map of a frozen page in the month that shows first; empty where it has none."""
    found = _MAP.search(page)
    if found is None:
        return ""
    shown = f"{found['land']}{found['frame']}"
    return f"<figure>{shown}<figcaption>{found['title']} ({found['month']})</figcaption></figure>"


def _lines(text: str, most: int, rows: int, top: int, step: int, font: str) -> list[str]:
    """Set a text in rows of a length, cut where it is longer."""
    set_ = wrap(text, most, max_lines=rows, placeholder=" …")
    return [_line(row, top + step * i, font) for i, row in enumerate(set_)]


def _line(text: str, y: int, font: str) -> str:
    weight, size, family = font.split(" ", 2)
    return (
        f'<text x="70" y="{y}" font-weight="{weight}" font-size="{size}" '
        f'font-family="{family}" fill="{theme.INK}">{escape(text)}</text>'
    )
