"""Units of measure as an accord file writes them: parse, compare, multiply; never convert."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Final, final

from entente.problems import did_you_mean

_WORDS: Final = """
percent fraction ratio index point|points
person|persons|people child|children family|families claim|claims case|cases place|places bed|beds
site|sites flight|flights vote|votes seat|seats state|states line|lines unit|units head pair|pairs
dozen|dozens event|events
day|days week|weeks month|months quarter|quarters year|years hour|hours minute|minutes
USD CAD MXN EUR GBP CNY JPY CHF AUD BRL COP GTQ HNL TRY XDR
thousand million billion
kg tonne|tonnes lb litre|litres barrel|barrels m2 m3 km W kW MW GW kWh MWh GWh
"""
# The first spelling stands for all: persons and people are one unit.
_CANONICAL: Final = {
    spelling: spellings.split("|")[0]
    for spellings in _WORDS.split()
    for spelling in spellings.split("|")
}
_DIMENSIONLESS: Final = frozenset({"fraction", "ratio"})
_TIMES: Final = frozenset({"day", "week", "month", "quarter", "year", "hour", "minute"})


class UnitError(ValueError):
    """A text is no known unit; the message says which word, and the nearest known one."""


@final
@dataclass(frozen=True, slots=True)
class Unit:
    """A product of named units over another; two units compare only when they are the same.

    >>> Unit.parse("persons/month") == Unit.parse("people/months")
    True
    >>> Unit.parse("persons/month") == Unit.parse("persons")
    False
    """

    above: tuple[str, ...]
    below: tuple[str, ...] = ()
    text: str = field(default="", compare=False)

    @classmethod
    def parse(cls, text: str) -> "Unit":
        """Read `"USD"`, `"persons/month"` or `"million USD/year"`; raise UnitError with a mend."""
        above, *below = text.strip().split("/")
        if len(below) > 1 or not above.strip():
            raise UnitError(f"'{text}' is not a unit; write it as 'persons' or 'persons/month'")
        return _product(_atoms(above), _atoms(below[0]) if below else (), text.strip())

    def __str__(self) -> str:
        if self.text:
            return self.text
        above = " ".join(self.above) or "ratio"
        return f"{above}/{' '.join(self.below)}" if self.below else above

    def __mul__(self, other: "Unit") -> "Unit":
        """Multiply two units; what stands above and below cancels."""
        return _product(self.above + other.above, self.below + other.below)

    def __truediv__(self, other: "Unit") -> "Unit":
        """Divide two units."""
        return _product(self.above + other.below, self.below + other.above)

    def over_time(self) -> "Unit | None":
        """Return the unit of a flow's sum over time, or None where this is no flow.

        >>> str(Unit.parse("persons/month").over_time())
        'person'
        """
        times = [word for word in self.below if word in _TIMES]
        if not times:
            return None
        rest = list(self.below)
        rest.remove(times[0])
        return _product(self.above, tuple(rest))

    @property
    def time(self) -> str:
        """Return the time a flow is counted by (`month`), or an empty text for a stock."""
        return next((word for word in self.below if word in _TIMES), "")


RATIO: Final = Unit((), (), "ratio")
FRACTION: Final = Unit((), (), "fraction")
DAYS: Final = Unit(("day",), (), "days")
MONTHS: Final = Unit(("month",), (), "months")


def _atoms(text: str) -> tuple[str, ...]:
    words = text.split()
    for word in words:
        if word not in _CANONICAL:
            raise UnitError(f"no unit named '{word}'; {did_you_mean(word, _CANONICAL)}")
    return tuple(_CANONICAL[word] for word in words)


def _product(above: tuple[str, ...], below: tuple[str, ...], text: str = "") -> Unit:
    top = Counter(word for word in above if word not in _DIMENSIONLESS)
    bottom = Counter(word for word in below if word not in _DIMENSIONLESS)
    return Unit(
        tuple(sorted((top - bottom).elements())), tuple(sorted((bottom - top).elements())), text
    )
