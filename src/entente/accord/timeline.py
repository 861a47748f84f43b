"""What is in force when: every clause's state and value over an accord's horizon."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import product
from typing import Final, TypeAlias, final

import numpy as np

from entente.accord.calendar import as_moment, local64
from entente.accord.choices import Choices
from entente.accord.clauses import Schedule, Suspend
from entente.accord.clauses.common import STATES
from entente.accord.document import Accord
from entente.accord.plan import Plan
from entente.accord.published import Published
from entente.accord.quantities import Part, carried, folded, levers_of, matched, parts
from entente.accord.standing import Standing, World, advance, due_next, instants
from entente.evidence import Evidence, Lever
from entente.problems import NoSolutionError, Problem

FLAG: Final = "FLAG"
Value: TypeAlias = float | str | None  # a number, FLAG where readings differ, None: nothing set

_MOST_READINGS: Final = 64


@final
@dataclass(frozen=True, slots=True)
class Interval:
    """A stretch of time in which one clause stands one way.

    from_, to   the first moment, and the first after it
    value       what a schedule sets; FLAG where open points read differently
    places      where only, for a state that holds in some places; empty: everywhere
    readings    the value or state under each reading of the open points, where they differ
    """

    clause: str
    state: str
    from_: date | datetime
    to: date | datetime
    value: Value
    basis: str | None
    places: tuple[str, ...] = ()
    readings: Mapping[str, str] | None = None

    def as_json(self) -> dict[str, object]:
        """Give the flat record that `entente timeline --json` prints."""
        return {
            "clause": self.clause,
            "state": self.state,
            "from": self.from_.isoformat(),
            "to": self.to.isoformat(),
            "value": self.value,
            "basis": self.basis,
            "places": list(self.places),
            "readings": dict(self.readings) if self.readings else None,
        }


@final
@dataclass(frozen=True, slots=True)
class Answer:
    """A quantity on a date.

    value      a number, None where nothing is set, FLAG where readings or times of day differ
    clauses    those that set it
    flags      `open_point`, `time_of_day`; `facts` where it turns on the facts of a single entry
    readings   the value under each reading or time of day, where they differ
    """

    value: Value
    clauses: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    readings: Mapping[str, Value] | None = None


@final
@dataclass(frozen=True, slots=True)
class Course:
    """The whole run of one accord without chance: how everything stands at each instant."""

    plan: Plan
    world: World
    standings: tuple[Standing, ...]

    def at(self, moment: np.datetime64) -> Standing:
        """Return how things stand at an instant."""
        known = [standing for standing in self.standings if standing.now <= moment]
        return known[-1] if known else Standing.opening(self.plan, 1)


def course(
    accord: Accord,
    choices: Choices | None = None,
    seen: Evidence | None = None,
    *,
    lawful: bool = False,
    through: date | datetime | None = None,
) -> Course:
    """Run an accord once over its horizon, or through a day; odds stay silent.

    Figures are known only as far as `seen` has them.
    """
    plan = Plan.of(accord, lawful=lawful)
    published = Published(accord, seen)
    world = World(plan, published, choices or Choices(), None)
    standings: list[Standing] = []
    end = plan.end
    if through is not None:
        end = min(end, local64(through, accord.zone) + np.timedelta64(1, "D"))
    walk(Standing.opening(plan, 1), world, plan.begin, end, standings.append)
    return Course(plan, world, tuple(standings))


def walk(
    standing: Standing,
    world: World,
    first: np.datetime64,
    last: np.datetime64,
    visit: Callable[[Standing], None] = lambda standing: None,
) -> Standing:
    """Move through every instant of [first, last) at which anything may change; visit each."""
    plan = world.plan
    waiting = instants(world, first, last)
    now = first
    while True:
        standing = advance(standing, world, now)
        visit(standing)
        following = waiting[waiting > now]
        own = due_next(standing, plan)
        times = [*following[:1], *([own] if not np.isnat(own) else [])]
        now = min(times, default=last)
        if now >= last:
            return standing


def variants(accord: Accord) -> Iterator[tuple[str, Accord]]:
    """Yield the accord under each reading of its open points, with the readings' names.

    Raises NoSolutionError where there are too many to compute.
    """
    points = [point for point in accord.opens.values() if point.chosen is None and point.readings]
    count = int(np.prod([len(point.readings) for point in points], dtype=int))
    if count > _MOST_READINGS:
        raise NoSolutionError(f"{len(points)} open points have {count} readings; settle some")
    for values in product(*(point.readings for point in points)):
        settled, names = accord, []
        for point, value in zip(points, values, strict=True):
            settled = settled.reading(point.id, value)
            names.append(f"{point.id} = {value}")
        yield ", ".join(names), settled


def timeline(
    accord: Accord, choices: Choices | None = None, as_of: date | None = None
) -> tuple[Interval, ...]:
    """Return every clause's states over the horizon, sorted by clause then time.

    Without luck, odds stay silent: a choice is what was supplied or recorded, else its silence.
    Under open points each reading is computed; where they differ, the interval says FLAG.
    """
    known = accord if as_of is None else accord.known(as_of)
    found = {name: _intervals(course(settled, choices)) for name, settled in variants(known)}
    rows = [row for id_ in known.clauses for row in _agreed(known, id_, found)]
    return tuple(rows)


def undecided(accord: Accord, choices: Choices | None = None) -> tuple[Problem, ...]:
    """Return what a timeline without figures cannot judge, with the lines that ask."""
    return course(accord, choices).standings[-1].undecided


_Row: TypeAlias = tuple[str, Value, tuple[str, ...]]  # state, value, places
_Rows: TypeAlias = Mapping[str, list[tuple[np.datetime64, frozenset[_Row]]]]


def _intervals(run: Course) -> _Rows:
    """Return for each clause what holds from each instant on, in order of time."""
    rows: dict[str, list[tuple[np.datetime64, frozenset[_Row]]]] = {id_: [] for id_ in run.plan.ids}
    for standing in run.standings:
        values = {part.id: part.values[0] for part in parts(standing, run.world)}
        for index, id_ in enumerate(run.plan.ids):
            value = values.get(id_, np.nan)
            state = STATES[standing.codes[0, index]]
            here: set[_Row] = {(state, None if np.isnan(value) else float(value), ())}
            places = resting_places(run.plan, standing, id_)
            if places and standing.acts()[0, index]:
                here.add(("suspended", None, places))
            if not rows[id_] or rows[id_][-1][1] != frozenset(here):
                rows[id_].append((standing.now, frozenset(here)))
    return rows


def resting_places(plan: Plan, standing: Standing, clause: str) -> tuple[str, ...]:
    """Return the places where suspensions of a clause act, in the first draw."""
    found: set[str] = set()
    for id_, other in plan.accord.clauses.items():
        rests = isinstance(other, Suspend) and clause in other.what
        if rests and standing.acts()[0, plan.index(id_)]:
            found |= set(other.common.where_places)
    return tuple(sorted(found))


def _agreed(accord: Accord, id_: str, found: Mapping[str, _Rows]) -> list[Interval]:
    """Lay the readings of one clause over each other, and flag where they part."""
    edges = sorted({moment for rows in found.values() for moment, _ in rows[id_]})
    end = local64(accord.horizon[1], accord.zone) + np.timedelta64(1, "D")
    stretches: list[Interval] = []
    for first, last in zip(edges, [*edges[1:], end], strict=True):
        held = {name: _held(rows[id_], first) for name, rows in found.items()}
        from_, to = as_moment(first), as_moment(last)
        stretches += [replace(row, from_=from_, to=to) for row in _rows_of(accord, id_, held)]
    return _merged(stretches)


def _held(
    rows: list[tuple[np.datetime64, frozenset[_Row]]], moment: np.datetime64
) -> frozenset[_Row]:
    return [row for since, row in rows if since <= moment][-1]


def _rows_of(accord: Accord, id_: str, held: Mapping[str, frozenset[_Row]]) -> list[Interval]:
    basis, here = accord.clauses[id_].common.basis, accord.horizon[0]
    if len(set(held.values())) == 1:
        rows = sorted(next(iter(held.values())), key=lambda row: row[2])
        return [Interval(id_, s, here, here, v, basis, places) for s, v, places in rows]
    told = {name: "; ".join(sorted(map(_told, rows))) for name, rows in held.items()}
    states = {state for rows in held.values() for state, _, places in rows if not places}
    values = {value for rows in held.values() for _, value, places in rows if not places}
    state = states.pop() if len(states) == 1 else FLAG
    value = values.pop() if len(values) == 1 else FLAG
    return [Interval(id_, state, here, here, value, basis, (), told)]


def _told(row: _Row) -> str:
    state, value, places = row
    amount = "" if value is None else f" {value:g}" if isinstance(value, float) else f" {value}"
    return f"{state}{amount}{' in ' + ', '.join(places) if places else ''}"


def _merged(rows: list[Interval]) -> list[Interval]:
    """Join neighbours that say the same."""
    open_: dict[tuple[str, ...], Interval] = {}
    done: list[Interval] = []
    for row in rows:
        before = open_.get(row.places)
        if (
            before is not None
            and before == replace(row, from_=before.from_, to=before.to)
            and (before.to == row.from_)
        ):
            open_[row.places] = replace(before, to=row.to)
            continue
        if before is not None:
            done.append(before)
        open_[row.places] = row
    done += open_.values()
    return sorted(done, key=lambda row: (str(local64(row.from_, "UTC")), row.places))


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
    lawful: bool = False,
) -> Answer:
    """Return what a quantity is on a date, as known on another, folded over all clauses.

    on        a day (the whole day is asked: a change inside it is flagged) or an instant
    by, party keep the schedules set by one party, or on one
    goods     a goods code; without, only clauses for all goods count
    lawful    follow legal effect instead of what was collected
    """
    known = accord if as_of is None else accord.known(as_of)
    asked: dict[tuple[str, str], tuple[Value, tuple[str, ...]]] = {}
    for name, settled in variants(known):
        run = course(settled, choices, lawful=lawful, through=None if lawful else on)
        for moment in _moments_of(run, on):
            asked[name, str(moment)[11:16]] = _valued(
                run, moment, quantity, by, party, goods, lawful=lawful
            )
    ids = tuple(sorted({id_ for _, clauses in asked.values() for id_ in clauses}))
    amounts = {key: amount for key, (amount, _) in asked.items()}
    if len(set(amounts.values())) == 1:
        answer = next(iter(amounts.values()))
        return Answer(answer, ids, ("facts",) if answer == FLAG else ())
    told = {", ".join(filter(None, key)): amount for key, amount in amounts.items()}
    return Answer(FLAG, ids, _flags(amounts), told)


def _flags(amounts: Mapping[tuple[str, str], Value]) -> tuple[str, ...]:
    """Say what a quantity turns on: facts, the reading of an open point, the time of day."""
    flags = ["facts"] if FLAG in amounts.values() else []
    for part, flag in ((0, "time_of_day"), (1, "open_point")):
        for fixed in {key[part] for key in amounts}:
            if len({amount for key, amount in amounts.items() if key[part] == fixed}) > 1:
                flags.append(flag)
                break
    return tuple(flags)


def _moments_of(run: Course, on: date | datetime) -> list[np.datetime64]:
    start = local64(on, run.plan.accord.zone)
    if isinstance(on, datetime):
        return [start]
    inside = [s.now for s in run.standings if start < s.now < start + np.timedelta64(1, "D")]
    return [start, *inside]


def _valued(
    run: Course,
    moment: np.datetime64,
    quantity: str,
    by: str | None,
    party: str | None,
    goods: str,
    *,
    lawful: bool,
) -> tuple[Value, tuple[str, ...]]:
    standing = replace(run.at(moment), now=moment)
    meant = [p for p in parts(standing, run.world) if _meant(p.clause, quantity, by, party)]
    if lawful:
        meant = [replace(p, values=p.values * np.nan) if _annulled(run, p) else p for p in meant]
    # Where every clause adds, nothing set is a sum of nothing.
    adds = bool(meant) and all(part.clause.common.combine == "add" for part in meant)
    nothing = 0.0 if adds else None
    group = matched(meant, goods)
    if not group or not run.plan.begin <= moment < run.plan.end:
        return nothing, ()
    asking = tuple(part.id for part in group if _asks_facts(run, standing, part, lawful=lawful))
    if asking:
        return FLAG, asking
    amount = folded(run.plan, group)[0]
    ids = tuple(part.id for part in group if not np.isnan(part.values[0]))
    return (nothing if np.isnan(amount) else float(amount)), ids


def at_moment(
    run: Course, moment: np.datetime64, quantity: str, by: str, party: str, goods: str = ""
) -> Answer:
    """Return what a quantity is at one instant of a course, in its first draw."""
    amount, clauses = _valued(run, moment, quantity, by or None, party or None, goods, lawful=False)
    return Answer(amount, clauses, ("facts",) if amount == FLAG else ())


def _asks_facts(run: Course, standing: Standing, part: Part, *, lawful: bool) -> bool:
    """Tell whether a clause has effect, and sets a value only for the facts of a single entry."""
    acts = bool(standing.acts()[0, run.plan.index(part.id)])
    return acts and not carried(part.clause) and not (lawful and _annulled(run, part))


def _annulled(run: Course, part: Part) -> bool:
    """Tell whether a clause is void from the beginning, as the end of the horizon knows it."""
    code = run.standings[-1].codes[0, run.plan.index(part.id)]
    return STATES[code] == "void_ab_initio"


def _meant(clause: Schedule, quantity: str, by: str | None, party: str | None) -> bool:
    return clause.sets == quantity and any(
        lever.by == (by or lever.by)
        and lever.on in ("", party or lever.on)
        and (not party or party != lever.by)
        for lever in levers_of(clause)
    )


__all__ = [
    "FLAG", "STATES", "Answer", "Course", "Interval", "Lever", "at_moment", "course", "timeline",
    "undecided", "value", "variants", "walk",
]  # fmt: skip
