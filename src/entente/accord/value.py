"""What a quantity is on a date, as known on another, folded over all clauses."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final, TypeAlias, final

import numpy as np

from entente.accord.calendar import local64
from entente.accord.choices import Choices
from entente.accord.clauses import Schedule
from entente.accord.clauses.common import STATES
from entente.accord.course import Course, resting_places
from entente.accord.document import Accord
from entente.accord.quantities import Part, carried, folded, levers_of, matched, parts
from entente.accord.readings import Reading, readings
from entente.accord.standing import Standing
from entente.evidence import Lever

FLAG: Final = "FLAG"
Value: TypeAlias = float | str | None  # a number, FLAG where readings differ, None: nothing set


@final
@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of an accord: a quantity, and of whose schedules, goods and place.

    by, party  keep the schedules set by one party, or on one; empty: any; `*`: on every other
    goods      a goods code; without, only clauses for all goods count
    place      a part of a country; without, what differs from place to place is not settled
    """

    quantity: str
    by: str = ""
    party: str = ""
    goods: str = ""
    place: str = ""


def asked_of(lever: Lever, goods: str) -> Asked:
    """Ask for what moves one lever; one that is on nobody in particular is on every other party."""
    return Asked(lever.quantity, lever.by, lever.on or "*", goods)


@final
@dataclass(frozen=True, slots=True)
class Answer:
    """A quantity on a date.

    value      a number, None where nothing is set, FLAG where readings or times of day differ
    clauses    those that set it
    flags      `open_point`, `time_of_day`; `facts` where it turns on the facts of a single entry,
               or on the place
    readings   the value under each reading or time of day, where they differ
    """

    value: Value
    clauses: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    readings: Mapping[str, Value] | None = None


def value(
    accord: Accord,
    quantity: str,
    on: date | datetime,
    choices: Choices | None = None,
    as_of: date | None = None,
    *,
    by: str | None = None,
    party: str | None = None,
    goods: str = "",
    place: str = "",
    lawful: bool = False,
) -> Answer:
    """Return what a quantity is on a date, as known on another, folded over all clauses.

    on        a day (the whole day is asked: a change inside it is flagged) or an instant
    by, party, goods, place   as in `Asked`
    lawful    follow legal effect instead of what was collected
    """
    known = accord if as_of is None else accord.known(as_of)
    found = readings(known, choices, lawful=lawful, through=None if lawful else on)
    asked = Asked(quantity, by or "", party or "", goods, place)
    return answered(found, asked, on, lawful=lawful)


def answered(
    found: Sequence[Reading], asked: Asked, on: date | datetime, *, lawful: bool = False
) -> Answer:
    """Return what a quantity is on a day, from courses that reach it."""
    told: dict[tuple[str, str], tuple[Value, tuple[str, ...]]] = {}
    for reading in found:
        for moment in moments_of(reading.run, on):
            key = reading.label, str(moment)[11:16]
            told[key] = _valued(reading.run, moment, asked, lawful=lawful)
    ids = tuple(sorted({id_ for _, clauses in told.values() for id_ in clauses}))
    amounts = {key: amount for key, (amount, _) in told.items()}
    if len(set(amounts.values())) == 1:
        answer = next(iter(amounts.values()))
        return Answer(answer, ids, ("facts",) if answer == FLAG else ())
    said = {", ".join(filter(None, key)): amount for key, amount in amounts.items()}
    return Answer(FLAG, ids, _flags(amounts), said)


def _flags(amounts: Mapping[tuple[str, str], Value]) -> tuple[str, ...]:
    """Say what a quantity turns on: facts, the reading of an open point, the time of day."""
    flags = ["facts"] if FLAG in amounts.values() else []
    for part, flag in ((0, "time_of_day"), (1, "open_point")):
        for fixed in {key[part] for key in amounts}:
            if len({amount for key, amount in amounts.items() if key[part] == fixed}) > 1:
                flags.append(flag)
                break
    return tuple(flags)


def moments_of(run: Course, on: date | datetime) -> list[np.datetime64]:
    """Return the instants of a day at which anything changes, its midnight first."""
    start = local64(on, run.plan.accord.zone)
    if isinstance(on, datetime):
        return [start]
    inside = [s.now for s in run.standings if start < s.now < start + np.timedelta64(1, "D")]
    return [start, *inside]


def _valued(
    run: Course, moment: np.datetime64, asked: Asked, *, lawful: bool
) -> tuple[Value, tuple[str, ...]]:
    standing = replace(run.at(moment), now=moment)
    meant = [p for p in parts(standing, run.world) if _meant(p.clause, asked)]
    if lawful:
        meant = [_none_of(p) if _annulled(run, p) else p for p in meant]
    # Where every clause adds, nothing set is a sum of nothing.
    adds = bool(meant) and all(part.clause.common.combine == "add" for part in meant)
    nothing = 0.0 if adds else None
    group = [_here(run, standing, part, asked.place) for part in matched(meant, asked.goods)]
    if not group or not run.plan.begin <= moment < run.plan.end:
        return nothing, ()
    asking = tuple(
        part.id
        for part in group
        if _asks_facts(run, standing, part, lawful=lawful)
        or (not asked.place and not np.isnan(part.values[0]) and _placed(run, standing, part))
    )
    if asking:
        return FLAG, asking
    amount = folded(run.plan, group)[0]
    ids = tuple(part.id for part in group if not np.isnan(part.values[0]))
    return (nothing if np.isnan(amount) else float(amount)), ids


def _placed(run: Course, standing: Standing, part: Part) -> bool:
    """Tell whether what a clause sets differs from place to place."""
    inside = part.clause.common.where_places
    return bool(inside or resting_places(run.plan, standing, part.id))


def _here(run: Course, standing: Standing, part: Part, place: str) -> Part:
    """Leave out a clause that does not reach a place, or rests there."""
    inside = part.clause.common.where_places
    outside = inside and place not in inside
    rests = place in resting_places(run.plan, standing, part.id)
    return _none_of(part) if place and (outside or rests) else part


def _none_of(part: Part) -> Part:
    return replace(part, values=part.values * np.nan)


def at_moment(run: Course, moment: np.datetime64, asked: Asked) -> Answer:
    """Return what a quantity is at one instant of a course, in its first draw."""
    amount, clauses = _valued(run, moment, asked, lawful=False)
    return Answer(amount, clauses, ("facts",) if amount == FLAG else ())


def _asks_facts(run: Course, standing: Standing, part: Part, *, lawful: bool) -> bool:
    """Tell whether a clause has effect, and sets a value only for the facts of a single entry."""
    acts = bool(standing.acts()[0, run.plan.index(part.id)])
    return acts and not carried(part.clause) and not (lawful and _annulled(run, part))


def _annulled(run: Course, part: Part) -> bool:
    """Tell whether a clause is void from the beginning, as the end of the horizon knows it."""
    code = run.standings[-1].codes[0, run.plan.index(part.id)]
    return STATES[code] == "void_ab_initio"


def _meant(clause: Schedule, asked: Asked) -> bool:
    return clause.sets == asked.quantity and any(
        lever.by == (asked.by or lever.by)
        and lever.on in ("", asked.party or lever.on)
        and (not asked.party or asked.party != lever.by)
        for lever in levers_of(clause)
    )
