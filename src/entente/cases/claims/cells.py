"""What one cell of a table of claims may hold, and the value that it stands for."""

from collections.abc import Callable, Collection, Mapping
from datetime import date
from functools import cache
from typing import Final, TypeAlias

from entente.accord.expression import Kind
from entente.accord.expression.facts import BESIDE, CLAIMS, WORDS
from entente.places import countries, subdivisions
from entente.problems import did_you_mean

# `none` in a date column: what never happened lies after every date that can be asked about.
NEVER: Final = date(9000, 1, 1)
NONE: Final = "none"

Cell: TypeAlias = Callable[[str], object]

NOT_FACTS: Final = ("claim_id", "as_of")
COLUMNS: Final = (
    *NOT_FACTS,
    *(name for name in CLAIMS if name not in ("demographic", "claimed_on")),
)
# A column of pairs, and the facts that its parts are.
DERIVED: Final[Mapping[str, tuple[str, str]]] = {"claims_in": ("claims_in", "claimed_on")}
FOLLOWERS: Final = frozenset(name for group in BESIDE.values() for name in group[1:])
MOST: Final = 40  # entries of a list; nobody writes a longer one by hand


def words_of(column: str) -> tuple[str, ...]:
    """Return the words that a column may hold; none where it holds codes."""
    return WORDS.get(column, ())


@cache
def cell(column: str) -> Cell:
    """Return what reads a column's cells: the text to its value, or ValueError('what; mend').

    Empty cells are not passed: they are not known.
    """
    if column == "claim_id":
        return str
    if column == "as_of":
        return _day
    if column == "claims_in":
        return _list(_state_on_a_day, follows=False)
    kind = CLAIMS[column].type
    if kind.kind is Kind.LIST:
        one = _CELLS.get(kind.of or Kind.CODE) or _code(column)
        return _list(one, follows=column in FOLLOWERS)
    return _CELLS.get(kind.kind) or _code(column)


def _list(one: Cell, *, follows: bool) -> Cell:
    """Read a list; `none` is the empty list, or in a list that follows another an absent entry."""

    def read(text: str) -> tuple[object, ...]:
        if text == NONE and not follows:
            return ()
        parts = [part.strip() for part in text.split(";")]
        if len(parts) > MOST:
            raise ValueError(f"the list has {len(parts)} entries; give at most {MOST}")
        return tuple(one(part) if part else None for part in parts)

    return read


def _truth(text: str) -> bool:
    if text in ("yes", "no", NONE):
        return text == "yes"
    raise ValueError(f"'{text}' is neither yes nor no; write yes or no")


def _number(text: str) -> float | None:
    """Read a whole number, zero or more; an amount of what is absent is not known."""
    if text == NONE:
        return None
    if text.isdecimal() and len(text) < 10:
        return float(text)
    raise ValueError(f"'{text}' is no whole number; write digits only")


def _months(text: str) -> float | None:
    """Read a number of months, zero or more."""
    if text == NONE:
        return None
    if text.replace(".", "", 1).isdecimal() and len(text) < 10:
        return float(text)
    raise ValueError(f"'{text}' is no number; write digits")


def _day(text: str) -> date:
    if text == NONE:
        return NEVER
    try:
        if len(text) == 10:
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise ValueError(f"'{text}' is no date; write it as 2019-07-01")


def _code(column: str) -> Cell:
    if column == "stay_months":
        return _months
    known, what = _known(column)
    if known is None:
        return str

    def read(text: str) -> str:
        if text in known or text == NONE:
            return text
        raise ValueError(f"'{text}' is no {what}; {did_you_mean(text, known)}")

    return read


@cache
def _known(column: str) -> tuple[Collection[str] | None, str]:
    """Return the words that a column of codes takes; None: any."""
    if column in WORDS:
        return WORDS[column], f"word of {column}"
    if column == "place":
        return subdivisions(), "place code such as US-TX"
    if column == "visa_type":
        return None, ""
    if column == "nationality":
        return {*countries(), "stateless"}, "country code such as GTM"
    return countries(), "country code such as GTM"


def _state_on_a_day(text: str) -> tuple[str, date]:
    """Read `STATE:date`."""
    state, colon, day = text.partition(":")
    if not colon:
        raise ValueError(f"'{text}' has no date; write STATE:date, such as DEU:2019-07-01")
    return str(_code("lodged_state")(state)), _day(day)


_CELLS: Final[Mapping[Kind, Cell]] = {
    Kind.TRUTH: _truth, Kind.NUMBER: _number, Kind.DATE: _day, Kind.TEXT: str,
}  # fmt: skip
