"""Days of rest: the calendars that an accord names, and clauses that count by them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from datetime import date
from typing import Any, Final, cast, final

from entente.accord.calendar import WEEK, Business, Duration
from entente.accord.expression import Expression
from entente.accord.expression.tree import Constant, Node, with_parts
from entente.problems import Place

_BESIDE: Final = 2  # years before and after the horizon that days of every year are told for
_CLAUSES: Final = "entente.accord.clauses"


@final
@dataclass(frozen=True, slots=True)
class Calendar:
    """Days on which nobody works: `holidays` are dates, or days of every year (`"12-25"`)."""

    id: str
    title: str
    holidays: tuple[date | str, ...]
    weekend: tuple[str, ...]
    source: tuple[str, ...]
    where: Place = field(compare=False)

    def business(self, horizon: tuple[date, date]) -> Business:
        """Return its working days over a horizon and some years beside it."""
        first = max(horizon[0].year - _BESIDE, date.min.year)
        last = min(horizon[1].year + _BESIDE, date.max.year)
        days = {day for day in self.holidays if isinstance(day, date)}
        for text in self.holidays:
            if isinstance(text, str):
                month, day = int(text[:2]), int(text[3:])
                days |= {
                    date(year, month, day)
                    for year in range(first, last + 1)
                    if (month, day) != (2, 29) or _leap(year)
                }
        return Business(self.id, frozenset(days), tuple(d for d in WEEK if d in self.weekend))

    def silent_years(self, horizon: tuple[date, date]) -> list[int]:
        """Return the years of a horizon for which dates are to be listed, and none is."""
        told = {day.year for day in self.holidays if isinstance(day, date)}
        years = range(horizon[0].year, horizon[1].year + 1) if told else ()
        return [year for year in years if year not in told]


def counted(part: Any, rest: Business) -> Any:
    """Return a clause, or a part of one, that counts business days by a calendar."""
    if isinstance(part, Duration):
        return replace(part, rest=rest) if part.unit == "bd" else part
    if isinstance(part, Expression):
        return replace(part, tree=_counting(rest)(part.tree))
    if type(part) is tuple:
        return tuple(counted(item, rest) for item in part)
    if isinstance(part, Mapping):
        return {key: counted(value, rest) for key, value in part.items()}
    if is_dataclass(part) and type(part).__module__.startswith(_CLAUSES):
        own = {each.name: counted(getattr(part, each.name), rest) for each in fields(part)}
        return replace(cast("Any", part), **own | ({"rest": rest} if "rest" in own else {}))
    return part


def _counting(rest: Business) -> Callable[[Node], Node]:
    """Make what puts a calendar into a tree; what terms share stays shared."""
    done: dict[int, tuple[Node, Node]] = {}

    def change(node: Node) -> Node:
        if isinstance(node, Constant):
            return replace(node, value=counted(node.value, rest))
        if id(node) not in done:
            done[id(node)] = node, with_parts(node, change)
        return done[id(node)][1]

    return change


def _leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
