"""Clocks as table columns: which limits had run out by the day asked for.

A clock that has run out decides before the rules do. Of several the one that ran out first is told.
Tacit acceptance (`accept`) holds only while no clock that shifts responsibility has run out: it
settles the request, not what comes after. Without `asked_on` no clock has run.
"""

from collections.abc import Iterator
from typing import Final

import ibis

from entente.accord.clauses import Allocate
from entente.accord.clauses.allocate import Clock
from entente.accord.expression.table import NO, Column, Expr, OfTable, all_of, any_of, weighed
from entente.accord.expression.tree import Constant
from entente.cases.cells import NEVER

_SATURDAY: Final = 5
_RAN, _END = "has run out ", "ends "  # columns that stand ready, beside those of terms


def in_order(clause: Allocate) -> list[Clock]:
    """Return a clause's clocks: those that shift responsibility, then those that accept."""
    return sorted(clause.clocks, key=_accepts)


def columns(clause: Allocate, scope: OfTable) -> Iterator[tuple[str, Expr]]:
    """Read for each clock whether it has run out, what is missing to say so, and when it ends."""
    for clock in clause.clocks:
        ran = _ran(clock, scope)
        yield f"{_RAN}{clock.id}", ran.value
        if ran.missing is not None:
            yield f"{_RAN}{clock.id}?", ran.missing
        yield f"{_END}{clock.id}", _end(clock, scope).value


def holds(clock: Clock, clause: Allocate, scope: OfTable) -> Column:
    """Say where a clock has run out, before every other of its kind.

    Where others of the same outcome surely ran out, one that may have does not matter.
    """
    own = _ran(clock, scope)
    kind = [c for c in clause.clocks if _accepts(c) == _accepts(clock)]
    if len(kind) == 1:
        return own
    sure = {c.id: _ready(_RAN, c, scope).fill_null(NO) for c in kind}
    alike = len({c.on_expiry.text for c in kind}) == 1
    unknown = own.value.isnull() & (~any_of(list(sure.values())) if alike else ~NO)
    first = sure[clock.id] & _first_of(clock, kind, sure, scope)
    value = unknown.ifelse(ibis.null("boolean"), first)
    return Column(value, None) if scope.silent else weighed(value, [own.missing])


def _accepts(clock: Clock) -> bool:
    outcome = clock.on_expiry.tree
    return isinstance(outcome, Constant) and outcome.value == "accept"


def _first_of(clock: Clock, kind: list[Clock], sure: dict[str, Expr], scope: OfTable) -> Expr:
    """Tell whether no other clock that surely ran out ended earlier, or stands before it."""
    end, place = _ready(_END, clock, scope), kind.index(clock)
    later = [
        ~(sure[other.id] & ((rival < end) if index > place else (rival <= end)).fill_null(NO))
        for index, other in enumerate(kind)
        if other is not clock
        for rival in [_ready(_END, other, scope)]
    ]
    return all_of(later)


def _ready(what: str, clock: Clock, scope: OfTable) -> Expr:
    found = scope.term(f"{what}{clock.id}", None)
    if found is not None:
        return found.value
    return (_ran if what == _RAN else _end)(clock, scope).value


def _ran(clock: Clock, scope: OfTable) -> Column:
    """Say whether a clock's end has passed and nothing stopped it."""
    ready = scope.term(f"{_RAN}{clock.id}", None)
    if ready is not None:
        return ready
    asked, end = scope.value("asked_on"), _end(clock, scope)
    over = asked > end.value
    missing = [end.missing]
    if clock.extend is not None:
        held = clock.extend.column(scope)
        over, missing = over & ~held.value, [held.missing, end.missing]
    value = asked.isnull().ifelse(NO, over)
    return Column(value, None) if scope.silent else weighed(value, missing)


def _end(clock: Clock, scope: OfTable) -> Column:
    """Return the last day of a clock; what never began never ends."""
    starts, length = clock.starts.column(scope), clock.length
    whole = length.months if length.unit in ("m", "y") else 0
    days = length.count * {"d": 1, "w": 7}.get(length.unit, 0)
    span = ibis.interval(months=whole) if whole else ibis.interval(days=days)
    end = (starts.value + span).cast("date")
    if clock.roll is not None:
        late = end.day_of_week.index() - _SATURDAY
        rolled = (late == 0).ifelse(end + ibis.interval(days=2), end + ibis.interval(days=1))
        end = (late >= 0).ifelse(rolled.cast("date"), end)
    never = ibis.literal(NEVER)
    return Column((starts.value >= never).ifelse(never, end), starts.missing)
