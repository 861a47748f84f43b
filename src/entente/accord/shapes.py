"""Shapes of single values: texts, numbers, days, codes and expressions of an accord file."""

import re
from datetime import date, datetime
from difflib import get_close_matches
from typing import Final

from entente.accord.calendar import Duration, parse_duration
from entente.accord.expression import Expression, Kind, Symbols, Use, parse_all
from entente.accord.expression.facts import FACTS
from entente.accord.expression.tree import Constant
from entente.accord.schema import (
    DATE_FORM,
    INSTANT_FORM,
    MOMENT_FORM,
    TEXT_FORM,
    Moment,
    Path,
    Reading,
    Scalar,
    Shape,
    drawn,
    kind_of,
    text_form,
)
from entente.places import countries, subdivisions
from entente.problems import did_you_mean
from entente.units import Unit, UnitError

_ID: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
SLUG: Final = re.compile(r"[a-z0-9][a-z0-9._-]*")
_GOODS: Final = re.compile(r"\d{2,10}")
_OUTCOME: Final = re.compile(r"[A-Z][A-Z_]*[A-Z]")


@drawn(TEXT_FORM)
def text(reading: Reading, path: Path, value: object) -> str | None:
    """Read words for people; not empty."""
    if isinstance(value, str) and value.strip():
        return value
    reading.wrong(path, "a text in quotes", value if value != "" else None, "write some words")
    return None


@drawn(text_form(SLUG.pattern))
def slug(reading: Reading, path: Path, value: object) -> str | None:
    """Read a name fit for a file or an address: small letters, digits, '-'."""
    if isinstance(value, str) and SLUG.fullmatch(value):
        return value
    reading.wrong(path, "a short name in small letters, digits and '-'", value)
    return None


@drawn(text_form(_ID.pattern))
def identifier(reading: Reading, path: Path, value: object) -> str | None:
    """Read an id: letters, digits and underscores, so that expressions can name it."""
    if isinstance(value, str) and _ID.fullmatch(value):
        return value
    reading.wrong(path, "an id of letters, digits and '_'", value)
    return None


@drawn({"type": "boolean"})
def flag(reading: Reading, path: Path, value: object) -> bool | None:
    """Read true or false."""
    if isinstance(value, bool):
        return value
    reading.wrong(path, "true or false", value)
    return None


@drawn({"type": "number"})
def number(reading: Reading, path: Path, value: object) -> float | None:
    """Read a finite number; true and false are none."""
    if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e18:
        return float(value)
    reading.wrong(path, "a number", value)
    return None


@drawn({"type": "number", "minimum": 0, "maximum": 1})
def share(reading: Reading, path: Path, value: object) -> float | None:
    """Read a chance or a share, 0 to 1."""
    found = number(reading, path, value)
    if found is not None and not 0 <= found <= 1:
        reading.wrong(path, "a share from 0 to 1", value, "write 0.05 for 5 %")
        return None
    return found


@drawn({"type": ["boolean", "number", "string"]})
def scalar(reading: Reading, path: Path, value: object) -> Scalar | None:
    """Read a choice's value: true or false, a number or a word."""
    if isinstance(value, bool | str):
        return value
    return number(reading, path, value)


@drawn(DATE_FORM)
def day(reading: Reading, path: Path, value: object) -> date | None:
    """Read a whole day."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    reading.wrong(path, "a date such as 2019-06-10, without quotes", value)
    return None


@drawn(MOMENT_FORM)
def moment(reading: Reading, path: Path, value: object) -> Moment | None:
    """Read a day or an instant, local to the accord's zone unless it has an offset."""
    if isinstance(value, date):
        return value
    reading.wrong(path, "a date such as 2019-06-10, without quotes", value)
    return None


@drawn(TEXT_FORM)
def unit(reading: Reading, path: Path, value: object) -> Unit | None:
    """Read a unit."""
    if not isinstance(value, str):
        reading.wrong(path, "a unit in quotes", value)
        return None
    try:
        return Unit.parse(value)
    except UnitError as wrong:
        message, _, mend = str(wrong).partition("; ")
        reading.say("E111", reading.at(path), message, mend)
        return None


@drawn(text_form(r"\d{1,5}(bd|d|w|m|y)"))
def duration(reading: Reading, path: Path, value: object) -> Duration | None:
    """Read a length of time such as 45d."""
    found = parse_duration(value) if isinstance(value, str) else None
    if found is None:
        reading.wrong(path, "a length of time", value, 'write "45d", "6w", "3m" or "1y"')
    return found


def one_of(*words: str) -> Shape:
    """Make the shape of a field that takes one of a few words."""

    @drawn({"enum": list(words)})
    def read(reading: Reading, path: Path, value: object) -> str | None:
        if isinstance(value, str) and value in words:
            return value
        wanted = f"one of {', '.join(words)}"
        mend = did_you_mean(value, words) if isinstance(value, str) else ""
        reading.wrong(path, wanted, value, mend if mend.startswith("did") else "")
        return None

    return read


def expression(use: Use) -> Shape:
    """Make the shape of an expression; where a date is wanted, a TOML date will do."""

    @drawn({"anyOf": [DATE_FORM, INSTANT_FORM, TEXT_FORM]} if use == "date" else TEXT_FORM)
    def read(reading: Reading, path: Path, value: object) -> Expression | None:
        if use == "date" and isinstance(value, date):
            value = f"'{value.isoformat()}'"
        if not isinstance(value, str):
            reading.wrong(path, f"a {use} in quotes", value)
            return None
        return _parsed(reading, path, value, use)

    return read


@drawn({"anyOf": [DATE_FORM, INSTANT_FORM, TEXT_FORM]})
def bound(reading: Reading, path: Path, value: object) -> Expression | None:
    """Read when a clause begins or ends: a date, or a condition that is to hold first."""
    if isinstance(value, date):
        value = f"'{value.isoformat()}'"
    if not isinstance(value, str):
        reading.wrong(path, "a date or a condition in quotes", value)
        return None
    found = _parsed(reading, path, value, "condition")
    if found is not None and found.type(Symbols()).kind is Kind.DATE:
        return Expression(found.text, "date", found.tree, found.where)
    return found


def _parsed(reading: Reading, path: Path, value: str, use: Use) -> Expression | None:
    found, problems = parse_all(value, reading.at((*path, "'")), use)
    for problem in problems:
        reading.say(problem.code, problem.where, problem.message, problem.mend)
    return found


@drawn(TEXT_FORM)
def outcome(reading: Reading, path: Path, value: object) -> Expression | None:
    """Read where a case goes: a word in capitals, a state's code, or a fact that holds a state."""
    if not isinstance(value, str):
        reading.wrong(path, 'an outcome in quotes, such as "GTM" or "lodged_state"', value)
        return None
    if _OUTCOME.fullmatch(value) and value not in FACTS:
        where = reading.at((*path, "'"))
        return Expression(value, "outcome", Constant(value, where), where)
    return _parsed(reading, path, value, "outcome")


@drawn(text_form("[A-Z]{3}"))
def party(reading: Reading, path: Path, value: object) -> str | None:
    """Read a party: a quoted ISO 3166-1 alpha-3 code."""
    if isinstance(value, str) and value in countries():
        return value
    mend = "quote a code of three capitals, such as 'MEX'"
    if isinstance(value, str) and re.fullmatch(r"[A-Za-z]{2,4}", value):
        near = get_close_matches(value.upper(), countries(), n=1)
        mend = f"did you mean '{near[0]}'?" if near else mend
    reading.say("E119", reading.at(path), f"{kind_of(value)} is no country code", mend)
    return None


@drawn(text_form("[A-Z]{3}|[A-Z]{2}-[A-Z0-9]{1,3}"))
def place(reading: Reading, path: Path, value: object) -> str | None:
    """Read a place: a country, or a part of one by its ISO 3166-2 code."""
    if isinstance(value, str) and (value in countries() or value in subdivisions()):
        return value
    mend = "quote a code such as 'US-TX' or 'MEX'"
    reading.say("E119", reading.at(path), f"{kind_of(value)} is no place code", mend)
    return None


@drawn(text_form(rf"\*|{_GOODS.pattern}"))
def goods(reading: Reading, path: Path, value: object) -> str | None:
    """Read goods: a quoted string of digits that starts with a chapter, or "*" for all."""
    chapters = isinstance(value, str) and _GOODS.fullmatch(value) and "01" <= value[:2] != "77"
    if isinstance(value, str) and (value == "*" or chapters):
        return value
    mend = 'quote the digits, such as "0702", or write "*" for all'
    reading.say("E119", reading.at(path), f"{kind_of(value)} is no goods code", mend)
    return None
