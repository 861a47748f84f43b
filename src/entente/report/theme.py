"""The house theme of charts: colours that a style sheet can change, and SVG for the page.

A chart is drawn once for light paper. Each colour of the theme is used for one thing only, so the
page's style sheet can give it another value in the dark by asking for that colour.
"""

import re
from base64 import b64encode
from concurrent.futures import Future
from functools import cache
from typing import Any, Final

import altair as alt

from entente.language import Language, spoken
from entente.report import pen

FONT: Final = "Liberation Sans, Arial, Helvetica, sans-serif"

INK: Final = "#1b2733"
MUTED: Final = "#51606f"
GRID: Final = "#dfe4ea"
PAPER: Final = "#fefefe"
BLUE: Final = "#0b63a5"
RED: Final = "#b6430e"
GREEN: Final = "#0a7763"
PURPLE: Final = "#7a4699"
GOLD: Final = "#8f6400"
SLATE: Final = "#66717d"

# States of clauses, as pale fields that carry words.
WAITING: Final = "#e6dcf2"
HOLDS: Final = "#c5def3"
PAUSED: Final = "#f5e0ae"
KEPT: Final = "#bfe5d9"
BROKEN: Final = "#f6cdb8"
OVER: Final = "#d9dee4"

# Steps of an added duty, from none to the highest.
STEPS: Final = ("#dbe3eb", "#f6dcc6", "#eeb98f", "#de9159", "#c2652c", "#96430f", "#652a06")

# The same colours on dark paper.
DARK: Final = {
    INK: "#e8edf2",
    MUTED: "#a9b5c1",
    GRID: "#2e3944",
    PAPER: "#12181f",
    BLUE: "#5db1ec",
    RED: "#f2905a",
    GREEN: "#3fc3a4",
    PURPLE: "#c89be8",
    GOLD: "#dcb145",
    SLATE: "#95a1ad",
    WAITING: "#46345c",
    HOLDS: "#1d4a73",
    PAUSED: "#62490c",
    KEPT: "#13574a",
    BROKEN: "#743012",
    OVER: "#39434e",
    **dict(
        zip(
            STEPS,
            ("#2a343f", "#55361f", "#7d4a22", "#a8622c", "#d07f41", "#eca873", "#fad7b8"),
            strict=True,
        )
    ),
}

_AXIS: Final[dict[str, Any]] = {
    "domain": False,
    "ticks": False,
    "gridColor": GRID,
    "labelColor": MUTED,
    "titleColor": MUTED,
    "labelFontSize": 12,
    "titleFontSize": 12,
    "titleFontWeight": "normal",
    "labelPadding": 6,
}

CONFIG: Final[dict[str, Any]] = {
    "background": None,
    "font": FONT,
    "padding": 4,
    "view": {"stroke": None},
    "axis": _AXIS,
    "axisX": {"grid": False},
    "axisY": {"titleAngle": 0, "titleAlign": "left", "titleAnchor": "end", "titleY": -12},
    "legend": {
        "labelColor": INK,
        "titleColor": MUTED,
        "labelFontSize": 12,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
        "orient": "top",
        "symbolType": "square",
        "symbolStrokeWidth": 0,
        "labelLimit": 260,
    },
    "header": {
        "labelColor": INK,
        "labelFontSize": 13,
        "labelFontWeight": "bold",
        "labelAnchor": "start",
        "title": None,
    },
    "title": {"color": INK, "fontSize": 13, "anchor": "start", "offset": 8},
    "text": {"color": INK, "fontSize": 12},
}


def draw(chart: alt.TopLevelMixin, name: str, alternative: str) -> Future[str]:
    """Begin to draw a chart in the house theme and the reader's customs; see `pen.begin`."""
    specification = chart.to_dict(validate=False)  # tests hold every chart to the schema
    specification["config"] = CONFIG
    tag = spoken().tag
    customs = {"format_locale": _number_locale(tag), "time_format_locale": _time_locale(tag)}
    return pen.begin(specification, customs, name, alternative)


def standing_alone(svg: str, shared: str = "") -> str:
    """Make an inline drawing a file of its own, on light paper.

    shared   what the page holds once for several drawings, as the land of a map
    """
    opening = re.match(r"<svg [^>]*>", svg)
    assert opening is not None, "draw writes an svg element"
    head = opening[0].replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
    paper = f'<rect width="100%" height="100%" fill="{PAPER}"/>'
    return f"{head}{shared}{paper}{svg[opening.end() :]}\n"


def link(file: str) -> str:
    """Put a drawing that stands alone inside a link."""
    return "data:image/svg+xml;base64," + b64encode(file.encode()).decode()


def picture(svg: str) -> bytes:
    """Draw a file of `standing_alone` as PNG, twice as fine as on a page."""
    import vl_convert

    png: bytes = vl_convert.svg_to_png(svg, scale=2)
    return png


def dark_rules() -> str:
    """Write the style rules that turn drawn colours into those of dark paper."""
    return "".join(
        f'svg [fill="{light}"]{{fill:{dark}}}svg [stroke="{light}"]{{stroke:{dark}}}'
        for light, dark in DARK.items()
    )


@cache
def _number_locale(tag: str) -> dict[str, Any]:
    """Write the reader's customs of numbers as d3-format reads them."""
    symbols = Language(tag).locale.number_symbols["latn"]
    return {
        "decimal": symbols["decimal"],
        "thousands": symbols["group"],
        "grouping": [3],
        "currency": ["$", ""],
    }


@cache
def _time_locale(tag: str) -> dict[str, Any]:
    """Write the reader's names of months and days as d3-time-format reads them."""
    locale = Language(tag).locale
    months, days = locale.months["stand-alone"], locale.days["stand-alone"]
    sunday_first = (6, 0, 1, 2, 3, 4, 5)
    return {
        "dateTime": "%x %X", "date": "%d/%m/%Y", "time": "%H:%M:%S", "periods": ["AM", "PM"],
        "days": [days["wide"][i] for i in sunday_first],
        "shortDays": [days["abbreviated"][i] for i in sunday_first],
        "months": list(months["wide"].values()),
        "shortMonths": list(months["abbreviated"].values()),
    }  # fmt: skip
