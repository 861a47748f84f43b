"""A table as expressions read it: values, and beside each the name of what a row lacks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import reduce
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol, TypeAlias, final

import ibis

from entente.accord.expression.facts import BESIDE

if TYPE_CHECKING:
    from entente.accord.calendar import Duration

Expr: TypeAlias = Any  # an Ibis value; Ibis gives no types to check against
NO: Final = ibis.literal(value=False)
NOTHING: Final = ibis.null("string")


class Column(NamedTuple):
    """An Ibis value, and a text column that names what a row lacks, null where nothing."""

    value: Expr
    missing: Expr | None


class Columns(Protocol):
    """Where names get their columns; null is missing."""

    @property
    def today(self) -> Expr:
        """Return the date for which each row is read."""

    def value(self, name: str) -> Expr:
        """Return the column of a fact, choice, metric or source."""

    def state(self, function: str, clause: str) -> Expr:
        """Return whether a clause is in a state on each row's date."""

    def date(self, function: str, clause: str) -> Expr:
        """Return one of a clause's four dates."""

    def series(self, function: str, metric: str, other: "Duration | str | None") -> Expr:
        """Return a metric over time, as known on each row's date."""

    @property
    def longest(self) -> int:
        """Return how many entries the longest list of any row has."""

    def entries(self, name: str) -> Expr:
        """Return how many entries a list has, or those beside it; null where none is known."""

    def element(self, name: str, index: int) -> Expr:
        """Return one entry of a list; null where it is not known or there is none."""


@final
@dataclass(frozen=True, slots=True)
class OfTable:
    """The columns of one table, with values beside it.

    values   what is no column: choices, source dates      name -> value or Ibis expression
    known    states, dates and series, by the call that asks for them, `"in_force(ladder)"`
    longest  how many entries the longest list has, where rules read lists entry by entry
    """

    table: Expr
    today: Expr = None
    values: Mapping[str, Any] = field(default_factory=dict)
    known: Mapping[str, Any] = field(default_factory=dict)
    longest: int = 0

    def entries(self, name: str) -> Expr:
        """Return the number of entries: the first known length of the lists side by side."""
        entry = next((entry for entry, names in BESIDE.items() if name in names), name)
        beside = [n for n in BESIDE.get(entry, (name,)) if n in self.table.columns] or [name]
        return ibis.coalesce(*(self.value(n).length() for n in beside))

    def element(self, name: str, index: int) -> Expr:
        """Return one entry of a list."""
        return self.value(name)[index]

    def value(self, name: str) -> Expr:
        """Return a given value, else the table's column; raises KeyError for neither."""
        if name in self.values:
            return literal(self.values[name])
        if name in self.table.columns:
            return self.table[name]
        raise KeyError(name)

    def state(self, function: str, clause: str) -> Expr:
        """Return the state given for `function(clause)`."""
        return literal(self.known[f"{function}({clause})"])

    def date(self, function: str, clause: str) -> Expr:
        """Return the date given for `function(clause)`."""
        return literal(self.known[f"{function}({clause})"])

    def series(self, function: str, metric: str, other: "Duration | str | None") -> Expr:
        """Return the value given for `function(metric, other)`."""
        asked = metric if other is None else f"{metric}, {other}"
        return literal(self.known[f"{function}({asked})"])


def literal(value: Any) -> Expr:
    """Turn a plain value into a column of one value; a column stays."""
    match value:
        case bool() | str():
            return ibis.literal(value)
        case int() | float():
            return ibis.literal(float(value))
        case datetime():
            return ibis.literal(value, type="timestamp")
        case date():
            return ibis.literal(value, type="date")
        case _:
            return value


def told(missing: Expr | None) -> Expr:
    """Return what is missing as a column."""
    return ibis.null("string") if missing is None else missing


def fault(where: Expr, reason: str) -> Expr:
    """Give a reason where a condition holds."""
    return where.ifelse(ibis.literal(reason), ibis.null("string"))


def first_of(one: Expr | None, other: Expr | None) -> Expr | None:
    """Join two missing columns: what comes first in the text is named."""
    if one is None or other is None:
        return other if one is None else one
    return ibis.coalesce(one, other)


def all_of(parts: Sequence[Expr]) -> Expr:
    """Join conditions by `and`."""
    return reduce(lambda a, b: a & b, parts)


def any_of(parts: Sequence[Expr]) -> Expr:
    """Join conditions by `or`; none of none."""
    return reduce(lambda a, b: a | b, parts, NO)


def weighed(value: Expr, missing: Sequence[Expr | None]) -> Column:
    """Say what is missing only where the whole is not known: the first part that is not."""
    known = [lacks for lacks in missing if lacks is not None]
    if not known:
        return Column(value, None)
    reason = ibis.coalesce(*known, ibis.literal("something is not known"))
    return Column(value, value.isnull().ifelse(reason, ibis.null("string")))
