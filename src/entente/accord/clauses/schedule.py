"""Schedule: a rate, quota or target that moves on set dates."""

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, final

from entente.accord.clauses.common import MANY, Common, Given, Say, absent, names_of
from entente.accord.expression import Expression
from entente.accord.expression.facts import SHARES
from entente.accord.schema import (
    DATE_FORM,
    Field,
    Moment,
    Path,
    Reading,
    drawn,
    list_of,
    one_or_more,
    plain,
    table_of,
    text_form,
)
from entente.accord.shapes import (
    expression,
    goods,
    identifier,
    moment,
    number,
    one_of,
    unit,
)
from entente.language import counted, figures, phrase
from entente.problems import Problem
from entente.units import Unit


@final
@dataclass(frozen=True, slots=True)
class Step:
    """A value from a date until the next step, or until `last` (that day included)."""

    first: Moment
    last: Moment | None
    value: float

    def plain(self) -> list[Any]:
        """Write it as the file does."""
        return [self.first, *([self.last] if self.last else []), plain(self.value)]

    def words(self) -> str:
        """Say it."""
        value = figures(self.value)
        if self.last is None:
            return phrase("{value} from {first}", value=value, first=self.first)
        return phrase(
            "{value} from {first} to {last}", value=value, first=self.first, last=self.last
        )


@final
@dataclass(frozen=True, slots=True)
class Quota:
    """Two rates by the running quantity of a year; the unit that reaches the limit is inside."""

    limit: float
    inside: float
    outside: float
    unit: Unit
    year: str | date

    def plain(self) -> dict[str, Any]:
        """Write it as the file does."""
        return {key: plain(getattr(self, key)) for key in QUOTA}


@final
@dataclass(frozen=True, slots=True)
class Schedule:
    """`sets` a quantity in `unit`, by dated `steps` or by a `formula`.

    rank    among duties of several actions on one value: a lower one takes its share of the value
            first, later ones lie on what is left; without a rank a duty takes nothing from others
    share   the fact that says on which share of the value it lies, such as `steel_share`
    """

    common: Common
    sets: str
    unit: Unit
    steps: tuple[Step, ...]
    formula: Expression | None
    goods: tuple[str, ...]
    quota: Quota | None
    prorate: str | None
    cap: float | None
    rank: float | None
    share: str | None

    def sentence(self, say: Say) -> str:
        """Say the clause in one sentence."""
        said = counted(
            "{parties} sets {quantity}",
            "{parties} set {quantity}",
            len(self.common.by) or MANY,
            parties=self.common.actors(),
            quantity=phrase(self.sets.replace("_", " ")),
        )
        if self.common.on:
            said = phrase("{sentence} on {others}", sentence=said, others=names_of(self.common.on))
        if self.goods not in ((), ("*",)):
            said = phrase(
                "{sentence} for goods {goods}", sentence=said, goods=", ".join(self.goods)
            )
        return f"{said}: {self._path(say)}."

    def _path(self, say: Say) -> str:
        if self.formula is not None:
            return phrase(
                "{value}, in {unit}", value=say(self.formula), unit=phrase(str(self.unit))
            )
        parts = [step.words() for step in self.steps]
        quota = self.quota
        if quota is not None:
            parts.append(
                phrase(
                    "{inside} up to {limit} {unit} a year, {outside} beyond",
                    inside=figures(quota.inside),
                    limit=figures(quota.limit, 10),
                    unit=phrase(str(quota.unit)),
                    outside=figures(quota.outside),
                )
            )
        return f"{', '.join(parts)} ({phrase(str(self.unit))})"

    def own_problems(self, given: Given) -> list[Problem]:
        """List what is wrong in the clause itself; `given` are the keys that its file has."""
        found = []
        if absent(given, "steps", "formula", "quota"):
            found.append(_say("E102", self.common, "'steps' or 'formula' is missing", "add steps"))
        if self.steps and self.formula is not None:
            message = "has both 'steps' and 'formula'"
            found.append(_say("E105", self.common, message, "keep one of them"))
        return found


_YEAR: Final = re.compile(r"\d{2}-\d{2}")


def _say(code: str, common: Common, message: str, mend: str) -> Problem:
    return Problem(code, common.where, common.id, message, mend)


@drawn({"type": "array", "minItems": 2, "maxItems": 3})
def step(reading: Reading, path: Path, value: object) -> Step | None:
    """Read `[date, value]` or `[first, last, value]`."""
    if not isinstance(value, list) or len(value) not in (2, 3):
        mend = "write [2019-06-10, 5] or [2019-06-10, 2019-06-30, 5]"
        reading.wrong(path, "[date, value] or [first, last, value]", value, mend)
        return None
    days = [moment(reading, (*path, i), part) for i, part in enumerate(value[:-1])]
    amount = number(reading, (*path, len(value) - 1), value[-1])
    if amount is None or days[0] is None or days[-1] is None:
        return None
    return Step(days[0], days[1] if len(days) == 2 else None, amount)


@drawn({"anyOf": [DATE_FORM, text_form(r"calendar|\d{2}-\d{2}")]})
def quota_year(reading: Reading, path: Path, value: object) -> str | date | None:
    """Read when a quota's year starts: `"calendar"`, `"02-07"` or a date."""
    if isinstance(value, date) or value == "calendar":
        return value
    if isinstance(value, str) and _YEAR.fullmatch(value):
        with suppress(ValueError):
            date.fromisoformat(f"2001-{value}")  # 29 February opens no year
            return value
    mend = 'write "calendar", a month and day such as "02-07", or a date'
    reading.wrong(path, "the first day of the quota year", value, mend)
    return None


QUOTA: Final[Mapping[str, Field]] = {
    "limit": Field(number, "E102"),
    "inside": Field(number, "E102"),
    "outside": Field(number, "E102"),
    "unit": Field(unit, "E102"),
    "year": Field(quota_year, "E102"),
}
FIELDS: Final[Mapping[str, Field]] = {
    "sets": Field(identifier, "E102"),
    "unit": Field(unit, "E102"),
    "goods": Field(one_or_more(goods), default=()),
    "steps": Field(list_of(step), default=()),
    "formula": Field(expression("number")),
    "quota": Field(table_of(QUOTA, Quota)),
    "prorate": Field(one_of("binding")),
    "cap": Field(number),
    "rank": Field(number),
    "share": Field(one_of(*SHARES)),
}
