"""Clocks as table columns: which limits had run out by the day asked for.

A clock that has run out decides before the rules do. Of several the one that ran out first is told.
Tacit acceptance (`accept`) holds only while no clock that shifts responsibility has run out: it
settles the request, not what comes after. Without `asked_on` no clock has run.
"""

from typing import Final

import ibis

from entente.accord.clauses import Allocate
from entente.accord.clauses.allocate import Clock
from entente.accord.expression.table import Column, Expr, OfTable, any_of, weighed
from entente.accord.expression.tree import Constant
from entente.cases.cells import NEVER

_SATURDAY: Final = 5
_NO: Final = ibis.literal(value=False)


def in_order(clause: Allocate) -> list[Clock]:
    """Return a clause's clocks: those that shift responsibility, then those that accept."""
    return sorted(clause.clocks, key=_accepts)


def holds(clock: Clock, clause: Allocate, scope: OfTable) -> Column:
    """Say where a clock has run out, before every other of its kind.

    Where others of the same outcome surely ran out, one that may have does not matter.
    """
    own = _ran(clock, scope)
    kind = [c for c in clause.clocks if _accepts(c) == _accepts(clock)]
    others = [_ran(c, scope) for c in kind if c is not clock]
    alike = len({c.on_expiry.text for c in kind}) == 1
    if not others:
        return own
    sure = own.value.fill_null(_NO)
    first = sure & _not_after(clock, kind, scope)
    for_certain = any_of([sure, *(ran.value.fill_null(_NO) for ran in others)])
    unknown = own.value.isnull() & (~for_certain if alike else ~_NO)
    return weighed(unknown.ifelse(ibis.null("boolean"), first), [own.missing])


def _accepts(clock: Clock) -> bool:
    outcome = clock.on_expiry.tree
    return isinstance(outcome, Constant) and outcome.value == "accept"


def _not_after(clock: Clock, kind: list[Clock], scope: OfTable) -> Expr:
    """Tell whether no other clock that surely ran out ended earlier, or stands before it."""
    end, place = _end(clock, scope).value, kind.index(clock)
    found = ~_NO
    for index, other in enumerate(kind):
        if other is not clock:
            rival = _end(other, scope).value
            earlier = rival < end if index > place else rival <= end
            found = found & ~(_ran(other, scope).value & earlier).fill_null(_NO)
    return found


def _ran(clock: Clock, scope: OfTable) -> Column:
    """Say whether a clock's end has passed and nothing stopped it."""
    asked, end = scope.value("asked_on"), _end(clock, scope)
    over = asked > end.value
    missing = [end.missing]
    if clock.extend is not None:
        held = clock.extend.column(scope)
        over, missing = over & ~held.value, [held.missing, end.missing]
    return weighed(asked.isnull().ifelse(_NO, over), missing)


def _end(clock: Clock, scope: OfTable) -> Column:
    """Return the last day of a clock; what never began never ends."""
    starts = clock.starts.column(scope)
    length = clock.length
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
