"""Clocks over many claims: which limits had run out by the day asked for.

A clock that has run out decides before the rules do. Of several the one that ran out first is told.
Tacit acceptance (`accept`) holds only while no clock that shifts responsibility has run out: it
settles the request, not what comes after. Without `asked_on` no clock has run.
"""

from functools import reduce
from typing import Final

import numpy as np

from entente.accord import calendar
from entente.accord.clauses import Allocate
from entente.accord.clauses.allocate import Clock
from entente.accord.expression.entry_values import Read
from entente.accord.expression.faults import (
    NO,
    SOUND,
    Truth,
    any_of,
    either,
    lacking,
    only,
    unless,
)
from entente.accord.expression.tree import Constant
from entente.cases.claims.block import Reader
from entente.cases.claims.cells import NEVER

_NEVER: Final = np.datetime64(NEVER, "D")


def in_order(clause: Allocate) -> list[Clock]:
    """Return a clause's clocks: those that shift responsibility, then those that accept."""
    return sorted(clause.clocks, key=_accepts)


def holds(clock: Clock, clause: Allocate, reader: Reader) -> Read:
    """Say where a clock has run out, before every other of its kind.

    Where others of the same outcome surely ran out, one that may have does not matter.
    """
    own = _ran(clock, reader)
    kind = [c for c in clause.clocks if _accepts(c) == _accepts(clock)]
    if len(kind) == 1:
        return own
    fault = own[1]
    if len({c.on_expiry.text for c in kind}) == 1:
        fault = only(~reduce(any_of, [_ran(c, reader)[0] for c in kind]), fault)
    return unless(own[0], _earlier(clock, kind, reader)), fault


def _accepts(clock: Clock) -> bool:
    outcome = clock.on_expiry.tree
    return isinstance(outcome, Constant) and outcome.value == "accept"


def _earlier(clock: Clock, kind: list[Clock], reader: Reader) -> Truth:
    """Tell where another clock surely ran out earlier; of equal ones the first in the text."""
    end, place = _end(clock, reader)[0], kind.index(clock)
    found = NO
    for index, other in enumerate(kind):
        if other is not clock:
            rival = _end(other, reader)[0]
            before = rival < end if index > place else rival <= end
            found = any_of(found, _ran(other, reader)[0] & before)
    return found


def _ran(clock: Clock, reader: Reader) -> Read:
    """Say where a clock's end has surely passed and nothing stopped it."""
    key = ("ran", *_key(clock, reader))
    if key not in reader.once:
        asked, known = reader.block.fact("asked_on")
        end, unending = _end(clock, reader)
        held, unheld = (NO, SOUND) if clock.extend is None else reader.read(clock.extend)
        over = unless(unless(known & (asked > end), lacking(unending)), lacking(unheld))
        ran = unless(over, np.asarray(held, np.bool_)) if held is not NO else over
        stopped = any_of(
            ~known | unless(asked <= end, lacking(unending)),
            NO if held is NO else unless(np.asarray(held, np.bool_), lacking(unheld)),
        )
        reader.once[key] = ran, only(~stopped, either(unheld, unending))
    found: Read = reader.once[key]
    return found


def _end(clock: Clock, reader: Reader) -> Read:
    """Return the last day of a clock; what never began never ends."""
    key = ("end", *_key(clock, reader))
    if key not in reader.once:
        starts, fault = reader.read(clock.starts)
        end = calendar.shift(starts, clock.length)
        if clock.roll is not None:
            end = clock.rest.next_working_day(end)
        reader.once[key] = np.where(starts >= _NEVER, _NEVER, end), fault
    found: Read = reader.once[key]
    return found


def _key(clock: Clock, reader: Reader) -> tuple[object, ...]:
    """Tell clocks apart by what they read: an open point may change a term that two share."""
    trees = [e.tree for e in (clock.starts, clock.extend) if e is not None]
    return clock.length, clock.roll, clock.rest, *(id(reader.shared.of(tree)) for tree in trees)
