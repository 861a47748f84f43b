"""The head of an accord file and its plain tables: which keys each has, and their shapes."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfoNotFoundError, available_timezones

from entente.accord.calendar import WEEK, zone_named
from entente.accord.clauses import KINDS
from entente.accord.clauses.common import BASES
from entente.accord.schema import (
    DATE_FORM,
    TEXT_FORM,
    Field,
    Path,
    Reading,
    drawn,
    form_of,
    list_of,
    one_or_more,
    text_form,
)
from entente.accord.shapes import (
    day,
    duration,
    flag,
    identifier,
    moment,
    number,
    one_of,
    party,
    scalar,
    share,
    slug,
    text,
    unit,
)
from entente.problems import did_you_mean


@drawn(TEXT_FORM)
def zone(reading: Reading, path: Path, value: object) -> str | None:
    """Read the name of a time zone."""
    try:
        if isinstance(value, str):
            return zone_named(value).key
    except (ZoneInfoNotFoundError, ValueError, OSError):
        pass
    mend = did_you_mean(value, available_timezones()) if isinstance(value, str) else ""
    mend = mend if mend.startswith("did") else 'write an IANA name, such as "America/New_York"'
    reading.wrong(path, "the name of a time zone", value, mend)
    return None


@drawn({"type": "array", "items": DATE_FORM, "minItems": 2, "maxItems": 2})
def horizon(reading: Reading, path: Path, value: object) -> tuple[date, date] | None:
    """Read the first and the last day of an accord's horizon."""
    if not isinstance(value, list) or len(value) != 2:
        reading.wrong(path, "two dates, [first, last]", value)
        return None
    first, last = (day(reading, (*path, i), part) for i, part in enumerate(value))
    if first is None or last is None:
        return None
    if last < first:
        reading.say("E117", reading.at(path), "the horizon ends before it begins", "swap its dates")
        return None
    return first, last


@drawn({"anyOf": [DATE_FORM, text_form(r"(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")]})
def holiday(reading: Reading, path: Path, value: object) -> date | str | None:
    """Read a day of rest: a date, or a day of every year."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        if isinstance(value, str) and len(value) == 5:
            date.fromisoformat(f"2000-{value}")  # a leap year
            return value
    except ValueError:
        pass
    reading.wrong(path, "a day of rest", value, 'write 2026-12-24, or "12-25" for every year')
    return None


def anything(_reading: Reading, _path: Path, value: object) -> Any:
    """Read a value whose shape another field decides."""
    return value


@drawn({"type": "object"})
def says(reading: Reading, path: Path, value: object) -> Mapping[str, Any] | None:
    """Read a source's own figures: `{ "clause.field" = value }`."""
    if isinstance(value, dict):
        return value
    reading.wrong(path, 'a table such as { "ladder.effective" = 2019-06-10 }', value)
    return None


@drawn({"anyOf": [form_of(share), {"type": "object", "additionalProperties": form_of(share)}]})
def odds(reading: Reading, path: Path, value: object) -> float | Mapping[str, float] | None:
    """Read a chance, or a chance for each option; those must sum to 1."""
    if not isinstance(value, dict):
        found: float | None = share(reading, path, value)
        return found
    chances = {key: share(reading, (*path, key), part) for key, part in value.items()}
    if any(chance is None for chance in chances.values()):
        return None
    if abs(sum(chances.values()) - 1) > 1e-9:  # type: ignore[arg-type]
        reading.say("E111", reading.at(path), "the odds do not sum to 1", "make them sum to 1")
        return None
    return {key: chance for key, chance in chances.items() if chance is not None}


@drawn({"type": "integer", "minimum": 1})
def months(reading: Reading, path: Path, value: object) -> int | None:
    """Read a whole number of months, one or more."""
    if isinstance(value, int) and not isinstance(value, bool) and value >= 1:
        return value
    reading.wrong(path, "a whole number of months, 1 or more", value)
    return None


@drawn({"type": "number", "minimum": 0})
def dollars(reading: Reading, path: Path, value: object) -> float | None:
    """Read an amount of US dollars that is not negative."""
    found = number(reading, path, value)
    if found is not None and found < 0:
        reading.wrong(path, "an amount of US dollars, zero or more", value)
        return None
    return found


@drawn({"const": 1})
def language(reading: Reading, path: Path, value: object) -> int | None:
    """Read the version of the language, now 1."""
    if value == 1 and not isinstance(value, bool):
        return 1
    reading.wrong(path, "1", value, "this entente reads language = 1")
    return None


KIND: Final = Field(one_of(*KINDS), "E102")
HEAD: Final[Mapping[str, Field]] = {
    "accord": Field(slug, "E102"),
    "language": Field(language, "E102"),
    "title": Field(text, default=""),
    "parties": Field(one_or_more(party), "E102"),
    "zone": Field(zone, "E102"),
    "horizon": Field(horizon, "E102"),
    "known_on": Field(day),
    "sunset": Field(moment),
}
SOURCE: Final[Mapping[str, Field]] = {
    "date": Field(day, "E102"),
    "title": Field(text, "E102"),
    "url": Field(text, default=""),
    "says": Field(says, default={}),
}
METRIC: Final[Mapping[str, Field]] = {
    "unit": Field(unit, "E102"),
    "lag": Field(duration, "E102"),
    "vintage": Field(one_of("first", "final", "as_known"), "E102"),
    "label": Field(text, "E102"),
    "series": Field(identifier, default=""),
}
CHOICE: Final[Mapping[str, Field]] = {
    "by": Field(one_or_more(party), "E102"),
    "asks": Field(text, "E102"),
    "silence": Field(scalar, "E120"),
    "odds": Field(odds),
    "options": Field(list_of(scalar), default=()),
    "threatens": Field(scalar),
    "played": Field(flag, default=False),
}
STAKE: Final[Mapping[str, Field]] = {
    "by": Field(party, "E102"),
    "measure": Field(identifier, "E102"),
    "worth": Field(number, "E102"),
    "basis": Field(one_of(*BASES), "E102"),
    "note": Field(text, default=""),
}
PLAYER: Final[Mapping[str, Field]] = {
    "discount": Field(share, "E102"),
    "patience": Field(months, "E102"),
    "audience": Field(dollars, "E102"),
    "doubt": Field(dollars, "E102"),
    "basis": Field(one_of(*BASES), "E102"),
    "note": Field(text, default=""),
}
CALENDAR: Final[Mapping[str, Field]] = {
    "title": Field(text, default=""),
    "holidays": Field(list_of(holiday), "E102"),
    "weekend": Field(list_of(one_of(*WEEK)), default=("sat", "sun")),
    "source": Field(one_or_more(identifier), default=()),
}
OPEN: Final[Mapping[str, Field]] = {
    "about": Field(text, "E102"),
    "clauses": Field(one_or_more(identifier), "E102"),
    "field": Field(text, "E102"),
    "readings": Field(list_of(anything), "E102"),
    "chosen": Field(anything),
}
# Every plain table, in the order in which it is written; clauses stand before the open points.
TABLES: Final[Mapping[str, Mapping[str, Field]]] = {
    "source": SOURCE,
    "calendar": CALENDAR,
    "metric": METRIC,
    "choice": CHOICE,
    "open": OPEN,
    "stake": STAKE,
    "player": PLAYER,
}
