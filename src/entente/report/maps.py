"""The corridor as a map: who sets out, who waits in Mexico, who is met in which sector, by month.

One picture a month over a common base. Places are countries and border sectors, never finer.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from math import cos, radians, sqrt
from typing import Final, final

import numpy as np
from markupsafe import escape

from entente.language import marked, phrase
from entente.places import SECTORS, Group
from entente.report import amounts, charts, naming, theme, words
from entente.report.reading import Ends, Reading
from entente.report.tables import Table, Value
from entente.world.sources import corridor, rows

WAITING: Final = {
    "detained_mexico": marked("held in Mexican detention"),
    "asylum_pending_mexico": marked("with an asylum claim waiting in Mexico"),
    "waiting_returned": marked("sent back, waiting for a US hearing"),
    "waiting_metered": marked("on waiting lists at ports"),
}
# Where a country's own number stands: inside it, not where people are. Longitude, latitude.
_COUNTRIES: Final = {
    Group.GTM: (-90.3, 15.6),
    Group.HND: (-86.6, 14.9),
    Group.SLV: (-88.9, 13.7),
    Group.MEX: (-102.5, 23.6),
}
_WEST, _NORTH = -119.0, 36.0
_EAST, _SOUTH = -82.0, 11.8
_MIDDLE: Final = 24.0  # the parallel along which the map is true to scale
_BROADEST: Final = 0.015  # width of the broadest line, as a share of the map's width
_LARGEST: Final = 0.055  # radius of the largest circle, as a share of the map's width


@final
@dataclass(frozen=True, slots=True)
class Frame:
    """A month of the map: its name, its picture wide and narrow, and who waits, in words."""

    label: str
    wide: str
    narrow: str
    waiting: tuple[tuple[str, str], ...]


@final
@dataclass(frozen=True, slots=True)
class Map:
    """A map with a picture a month; `first` numbers the one that shows without any choice.

    bases     the land, drawn once for each width
    """

    name: str
    title: str
    note: str
    bases: tuple[str, str]
    frames: tuple[Frame, ...]
    first: int
    table: Table

    @property
    def file(self) -> str:
        """Return the month that shows first as an SVG file."""
        return theme.standing_alone(self.frames[self.first].wide, self.bases[0])

    @property
    def href(self) -> str:
        """Return that file inside a link."""
        return theme.link(self.file)


@final
@dataclass(frozen=True, slots=True)
class _Sheet:
    """A drawing of one width: equirectangular, true along the middle parallel."""

    width: int

    @property
    def height(self) -> float:
        return self.width * (_NORTH - _SOUTH) / ((_EAST - _WEST) * cos(radians(_MIDDLE)))

    def at(self, longitude: float, latitude: float) -> tuple[float, float]:
        x = self.width * (longitude - _WEST) / (_EAST - _WEST)
        return x, self.height * (_NORTH - latitude) / (_NORTH - _SOUTH)

    @property
    def is_wide(self) -> bool:
        return self.width == charts.WIDE


@final
@dataclass(frozen=True, slots=True)
class _Month:
    """The middle draws of a month: who set out, who is met in each sector, who waits where."""

    departures: Mapping[str, float]
    sectors: Mapping[str, float]
    waiting: Mapping[str, float]


def corridor_map(reading: Reading) -> Map | None:
    """Draw the corridor month by month; None where the run reports nothing by sector."""
    if not reading.has("departures", "apprehensions_sector"):
        return None
    months = _months(reading)
    first = reading.tested
    largest = max(
        max((*m.departures.values(), *m.sectors.values(), sum(m.waiting.values()))) for m in months
    )
    frames = tuple(
        _frame(when, month, largest) for when, month in zip(reading.months, months, strict=True)
    )
    return Map(
        "corridor-map",
        _title(reading, months),
        phrase(
            "Middle draw of each month. A circle's area is a number of people or events: those who "
            "set out (in their country), those held or waiting in Mexico (one circle for the whole "
            "country) and those apprehended (by Border Patrol sector). Lines are as wide as the "
            "numbers that set out and that are met. A circle stands for a country or a sector, not "
            "for a place in it. Land: Natural Earth."
        ),
        (_base(charts.WIDE), _base(charts.NARROW)),
        frames,
        first,
        _table(reading, months),
    )


def _months(reading: Reading) -> list[_Month]:
    middle = {
        name: np.median(reading.run.dataset[name].to_numpy(), axis=0)  # [month, axis]
        for name in ("departures", "apprehensions_sector")
    }
    groups = [str(group) for group in reading.run.dataset["group"].to_numpy()]
    waiting = {
        m.name: np.median(reading.total(m.name), axis=0) for m in reading.present(*WAITING)
    }  # name -> [month]
    return [
        _Month(
            dict(zip(groups, middle["departures"][i].tolist(), strict=True)),
            dict(zip(SECTORS, middle["apprehensions_sector"][i].tolist(), strict=True)),
            {name: float(values[i]) for name, values in waiting.items()},
        )
        for i in range(len(reading.months))
    ]


def _title(reading: Reading, months: Sequence[_Month]) -> str:
    """Say where most are met, and how many are left waiting."""
    total = {sector: sum(m.sectors[sector] for m in months) for sector in SECTORS}
    busiest = max(SECTORS, key=lambda sector: total[sector])
    share = amounts.percentage(total[busiest] / max(sum(total.values()), 1))
    sector = naming.label(busiest)
    ends = reading.sum(*WAITING)
    if not ends:
        return phrase("{share} of apprehensions fall in {sector}", share=share, sector=sector)
    return phrase(
        "{share} of apprehensions fall in {sector}; {count} people are held or wait in Mexico at "
        "the end of {month}",
        share=share,
        sector=sector,
        count=Ends.of(ends[0][:, -1]).about("persons"),
        month=words.month(reading.months[-1]),
    )


def _about(value: float, unit: str) -> str:
    """Write a number as coarsely as is fair where its band is not shown: two figures or three.

    >>> _about(16320, "events"), _about(7, "events")
    ('16,300', '<10')
    """
    return amounts.cell(amounts.rounded(value, value), unit)


def _frame(when: np.datetime64, month: _Month, largest: float) -> Frame:
    label = words.month(when)
    spoken = _spoken(label, month)
    wide, narrow = (
        _picture(_Sheet(width), month, largest, spoken) for width in (charts.WIDE, charts.NARROW)
    )
    waiting = tuple(
        (words.capital(phrase(WAITING[name])), _about(value, "persons"))
        for name, value in month.waiting.items()
    )
    return Frame(words.short_month(when), wide, narrow, waiting)


def _spoken(label: str, month: _Month) -> str:
    """Say a month's map for those who do not see it."""
    out = [f"{naming.label(g)} {_about(v, 'persons')}" for g, v in month.departures.items()]
    met = [f"{naming.label(s)} {_about(v, 'events')}" for s, v in month.sectors.items()]
    return phrase(
        "{month}. Set out from: {origins}. Held or waiting in Mexico: {waiting}. Apprehended in: "
        "{sectors}.",
        month=label,
        origins=", ".join(out),
        waiting=_about(sum(month.waiting.values()), "persons"),
        sectors=", ".join(met),
    )


def _picture(sheet: _Sheet, month: _Month, largest: float, spoken: str) -> str:
    scale = _LARGEST * sheet.width / sqrt(max(largest, 1.0))
    parts = [*_flows(sheet, month), *_people(sheet, month, scale), *_met(sheet, month, scale)]
    size = f'viewBox="0 0 {sheet.width} {sheet.height:.0f}" width="{sheet.width}"'
    return (
        f'<svg role="img" aria-label="{escape(spoken)}" {size} focusable="false">'
        f'<use href="#{_base_id(sheet.width)}"/>{"".join(parts)}</svg>'
    )


def _flows(sheet: _Sheet, month: _Month) -> Iterator[str]:
    """Draw the way in and the way on as lines as wide as their numbers, through Mexico's circle."""
    out = {place: month.departures.get(g, 0.0) for g, place in _COUNTRIES.items() if g != Group.MEX}
    met = {place: month.sectors[sector] for sector, place in _sector_places().items()}
    widest = max(*out.values(), *met.values(), 1.0) / (_BROADEST * sheet.width)
    x, y = sheet.at(*_COUNTRIES[Group.MEX])
    for colour, ends in ((theme.RED, out), (theme.BLUE, met)):
        for (longitude, latitude), value in ends.items():
            x1, y1 = sheet.at(longitude, latitude)
            yield (
                f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x:.1f}" y2="{y:.1f}" stroke="{colour}" '
                f'stroke-width="{value / widest:.1f}" stroke-opacity="0.3"/>'
            )


def _people(sheet: _Sheet, month: _Month, scale: float) -> Iterator[str]:
    """Draw who set out in each country, and who is held or waits in Mexico."""
    for group, place in _COUNTRIES.items():
        if group == Group.MEX:
            continue
        value = month.departures.get(group, 0.0)
        x, y = sheet.at(*place)
        yield _circle(x, y, scale * sqrt(value), theme.RED)
        if sheet.is_wide:
            said = f"{naming.label(group)} {_about(value, 'persons')}"
            yield _label(x, y + scale * sqrt(value) + 13, said, "middle")
    value = sum(month.waiting.values())
    x, y = sheet.at(*_COUNTRIES[Group.MEX])
    yield _circle(x, y, scale * sqrt(value), theme.PURPLE)
    lines = [_about(value, "persons"), phrase("held or waiting")]
    for i, line in enumerate(lines):
        yield _label(x, y + scale * sqrt(value) + 13 * (i + 1), line, "middle")


def _met(sheet: _Sheet, month: _Month, scale: float) -> Iterator[str]:
    """Draw the apprehensions of each sector, named where there is room."""
    ranked = sorted(SECTORS, key=lambda s: -month.sectors[s])
    named = SECTORS if sheet.is_wide else ranked[:2]
    for sector, place in _sector_places().items():
        value = month.sectors[sector]
        x, y = sheet.at(*place)
        yield _circle(x, y, scale * sqrt(value), theme.BLUE)
        if sector in named:
            said = f"{naming.label(sector)} {_about(value, 'events')}"
            top = y - scale * sqrt(value) - 5
            if sheet.is_wide:
                yield _label(x + 3, top, said, "start", -38)
            else:
                yield _label(x, top, said, "start" if x < sheet.width / 2 else "middle")


def _circle(x: float, y: float, radius: float, colour: str) -> str:
    return (
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" fill="{colour}" fill-opacity="0.62" '
        f'stroke="{colour}"/>'
    )


def _label(x: float, y: float, said: str, anchor: str, turn: int = 0) -> str:
    """Write a label, turned about its foot."""
    turned = f' transform="rotate({turn} {x:.1f} {y:.1f})"' if turn else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{turned} font-size="11" '
        f'font-family="{theme.FONT}" fill="{theme.INK}">{escape(said)}</text>'
    )


def _sector_places() -> dict[str, tuple[float, float]]:
    """Put each sector at the middle of its crossings."""
    nodes = [node for node in corridor()[0] if node.sector is not None]
    return {
        sector: (
            float(np.mean([n.longitude for n in nodes if n.sector == sector])),
            float(np.mean([n.latitude for n in nodes if n.sector == sector])),
        )
        for sector in SECTORS
    }


def _base(width: int) -> str:
    """Draw the land once, to be used by every month of this width."""
    sheet = _Sheet(width)
    path = "".join(_ring(sheet, ring) for ring in _rings())
    return (
        f'<symbol id="{_base_id(width)}" viewBox="0 0 {width} {sheet.height:.0f}">'
        f'<path class="land" fill="{theme.GRID}" d="{path}"/></symbol>'
    )


def _base_id(width: int) -> str:
    return f"corridor-land-{width}"


def _rings() -> Iterator[list[tuple[float, float]]]:
    """Give the outlines of the land, ring by ring."""
    for _, ring in groupby(rows("outlines"), key=lambda row: row["ring"]):
        yield [(float(row["longitude"]), float(row["latitude"])) for row in ring]


def _ring(sheet: _Sheet, ring: Iterable[tuple[float, float]]) -> str:
    """Write a ring as a path to a tenth of a pixel, leaving out steps that nobody would see."""
    kept: list[tuple[float, float]] = []
    for x, y in (sheet.at(*point) for point in ring):
        if not kept or abs(x - kept[-1][0]) + abs(y - kept[-1][1]) >= 1:
            kept.append((x, y))
    if len(kept) < 3:
        return ""
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in kept) + "Z"


def _table(reading: Reading, months: Sequence[_Month]) -> Table:
    heads = [phrase("Set out: {group}", group=naming.label(g)) for g in months[0].departures]
    heads += [words.capital(phrase(WAITING[name])) for name in months[0].waiting]
    heads += [phrase("Apprehended: {sector}", sector=naming.label(s)) for s in SECTORS]
    return Table(
        "corridor-map",
        phrase("What the map shows, by month, middle draw of each"),
        (phrase("Month"), *heads),
        tuple(
            (
                words.month(when),
                *(Value(v, "persons") for v in (*m.departures.values(), *m.waiting.values())),
                *(Value(v, "events") for v in m.sectors.values()),
            )
            for when, m in zip(reading.months, months, strict=True)
        ),
    )
