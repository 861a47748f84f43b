"""What of an accord is fixed by its text alone: dates, reviews, and who beats whom."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, final

import numpy as np
from numpy.typing import NDArray

from entente.accord.calendar import DateArray, Duration, local64, shift
from entente.accord.choices import Taking
from entente.accord.clauses import (
    Clause,
    Obligation,
    Procedure,
    Restore,
    Review,
    Schedule,
    Suspend,
    Trigger,
)
from entente.accord.clauses.common import STATES, Effect
from entente.accord.document import Accord, expressions
from entente.accord.expression import Expression, Kind, Role
from entente.accord.expression.facts import FACTS
from entente.accord.expression.faults import Truth
from entente.accord.expression.scope import Known, as_array, unknown
from entente.accord.expression.tree import Call, Node, children
from entente.accord.schema import Moment

NEVER: Final = np.datetime64("NaT", "s")
_DAILY: Final = frozenset({"today", "days_since", "months_since", "within"})


@final
@dataclass(frozen=True, slots=True)
class Life:
    """The days of one clause that its text fixes; NaT where the text gives none  [s]."""

    known: np.datetime64
    announced: np.datetime64
    start: np.datetime64
    expires: np.datetime64


@final
@dataclass(frozen=True, slots=True)
class Plan:
    """An accord prepared for asking what is in force: all that no draw can change.

    breakpoints   instants at which anything may change by the text alone, in order  [s]
    beats         for each clause, every clause it beats, through others too
    daily         whether some condition may change on any day
    sunset        the first instant after the accord; NaT: none  [s]
    announced, starts, expires   each clause's days; NaT: none   [clause] [s]
    begins        the state in which each clause begins, an index into STATES   [clause]
    waits         whether a clause waits for its `from`          [clause]
    triggers      whether a clause is a trigger                  [clause]
    own           the instants on each clause's own calendar, which a stopped clock shifts  [s]
    stops         (suspension, suspended) where the suspension stops the other's clock
    movers        the clauses that do something to others
    resting       by state, what puts which clause to rest everywhere
    restoring     what brings which clause back, or out of reserve
    """

    accord: Accord
    ids: tuple[str, ...]
    lives: Mapping[str, Life]
    takings: Mapping[str, Taking]
    beats: Mapping[str, frozenset[str]]
    breakpoints: DateArray
    begin: np.datetime64
    end: np.datetime64
    sunset: np.datetime64
    daily: bool
    announced: DateArray
    starts: DateArray
    expires: DateArray
    begins: NDArray[np.int8]
    waits: Truth
    triggers: Truth
    own: tuple[DateArray, ...]
    stops: tuple[tuple[int, int], ...]
    movers: tuple[str, ...]
    resting: Mapping[str, tuple[tuple[str, str], ...]]
    restoring: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, accord: Accord, *, lawful: bool = False) -> "Plan":
        """Prepare an accord; `lawful` follows legal effect where dues were collected otherwise."""
        lives = {
            id_: _life(accord, clause, lawful=lawful) for id_, clause in accord.clauses.items()
        }
        begin = local64(accord.horizon[0], accord.zone)
        end = local64(accord.horizon[1], accord.zone) + np.timedelta64(1, "D")
        takings = _takings(accord, lives, end)
        points = [moment for life in lives.values() for moment in _moments(life)]
        points += [moment for taking in takings.values() for moment in taking.moments]
        points += [
            moment for clause in accord.clauses.values() for moment in _dated(accord, clause)
        ]
        sunset = _instant(accord.sunset, accord.zone)
        known = np.array(
            [moment for moment in (*points, sunset) if not np.isnat(moment)], "datetime64[s]"
        )
        return cls(
            accord,
            tuple(accord.clauses),
            lives,
            takings,
            {id_: _beaten(accord, id_) for id_ in accord.clauses},
            np.unique(known),
            begin,
            end,
            sunset,
            any(reads_today(e.tree) for c in accord.clauses.values() for e in conditions(c)),
            np.array([life.announced for life in lives.values()], "datetime64[s]"),
            np.array([life.start for life in lives.values()], "datetime64[s]"),
            np.array([life.expires for life in lives.values()], "datetime64[s]"),
            np.array([STATES.index(opening(accord, id_)) for id_ in accord.clauses], np.int8),
            np.array([c.common.from_ is not None for c in accord.clauses.values()], np.bool_),
            np.array([isinstance(c, Trigger) for c in accord.clauses.values()], np.bool_),
            tuple(_own(accord, clause, lives[id_]) for id_, clause in accord.clauses.items()),
            _stops(accord),
            tuple(id_ for id_, clause in accord.clauses.items() if effects(clause)),
            {state: tuple(_resting(accord, state)) for state in ("suspended", "reserved")},
            tuple(_restoring(accord)),
        )

    def index(self, clause: str) -> int:
        """Return a clause's place in arrays [draw, clause]."""
        return self.ids.index(clause)


def conditions(clause: Clause) -> tuple[Expression, ...]:
    """Return the expressions of a clause that decide its state over time."""
    own = (clause.common.from_, clause.common.until, getattr(clause, "when", None),
           getattr(clause, "unless", None), getattr(clause, "formula", None))  # fmt: skip
    return tuple(expression for expression in own if expression is not None)


def effects(clause: Clause) -> tuple[Effect, ...]:
    """Return what a trigger or procedure does to other clauses."""
    return getattr(clause, "then", ())


def opening(accord: Accord, clause: str) -> str:
    """Return the state in which a clause begins, once its day has come.

    A clause that says nothing is in force; but one that a trigger or a procedure brings into force,
    and that nothing puts to rest, is held in reserve until then.
    """
    begins = accord.clauses[clause].common.begins
    if begins is not None:
        return begins
    done = {effect.state for c in accord.clauses.values() for effect in effects(c)
            if effect.clause == clause}  # fmt: skip
    rests = "suspended" in done or any(
        isinstance(c, Suspend) and clause in c.what for c in accord.clauses.values()
    )
    return "reserved" if "in_force" in done and not rests else "in_force"


def may_be_unlawful(accord: Accord) -> bool:
    """Whether collected and lawful can differ: some clause is annulled, or lives other days."""
    return any(
        _life(accord, clause, lawful=False) != _life(accord, clause, lawful=True)
        or clause.common.begins == "void_ab_initio"
        or any(effect.state == "void_ab_initio" for effect in effects(clause))
        for clause in accord.clauses.values()
    )


def _life(accord: Accord, clause: Clause, *, lawful: bool) -> Life:
    common, zone = clause.common, accord.zone
    known = accord.known_from(common.id) or accord.horizon[0]
    first, second = common.applied, common.effective
    start = second or first
    if not lawful:
        start = first or second
    elif isinstance(clause, Procedure):
        start = second or clause.decided
    start = start or common.signed or (None if common.announced else known)
    told = [moment for moment in (common.announced, common.signed, start) if moment is not None]
    told += [known] if common.announced is None else []
    announced = min((local64(moment, zone) for moment in told), default=local64(known, zone))
    return Life(
        local64(known, zone), announced, _instant(start, zone), _instant(common.expires, zone)
    )


def _instant(moment: Moment | None, zone: str) -> np.datetime64:
    return NEVER if moment is None else local64(moment, zone)


def _moments(life: Life) -> tuple[np.datetime64, ...]:
    return (life.known, life.announced, life.start, life.expires)


def _own(accord: Accord, clause: Clause, life: Life) -> DateArray:
    """Return the instants that a clause keeps by its own calendar: its span, and its steps."""
    edges = step_edges(clause, accord.zone) if isinstance(clause, Schedule) else []
    points = [
        life.start,
        life.expires,
        *_bounds(accord, clause),
        *(e for pair in edges for e in pair),
    ]
    return np.array([point for point in points if not np.isnat(point)], "datetime64[s]")


def _bounds(accord: Accord, clause: Clause) -> list[np.datetime64]:
    """Return the dates that `from` and `until` fix."""
    bounds = (clause.common.from_, clause.common.until)
    return [fixed_day(accord, e) for e in bounds if e is not None and e.use == "date"]


def _resting(accord: Accord, state: str) -> Iterator[tuple[str, str]]:
    for id_, clause in accord.clauses.items():
        if isinstance(clause, Suspend) and state == "suspended" and not clause.common.where_places:
            yield from ((id_, target) for target in clause.what if target in accord.clauses)
        yield from ((id_, e.clause) for e in effects(clause)
                    if e.state == state and e.clause in accord.clauses)  # fmt: skip


def _restoring(accord: Accord) -> Iterator[tuple[str, str]]:
    for id_, clause in accord.clauses.items():
        if isinstance(clause, Restore):
            yield from ((id_, target) for target in clause.what if target in accord.clauses)
        yield from ((id_, e.clause) for e in effects(clause)
                    if e.state == "in_force" and e.clause in accord.clauses)  # fmt: skip


def _stops(accord: Accord) -> tuple[tuple[int, int], ...]:
    ids = list(accord.clauses)
    return tuple(
        (ids.index(id_), ids.index(target))
        for id_, clause in accord.clauses.items()
        if isinstance(clause, Suspend) and clause.clock == "stops"
        for target in clause.what
        if target in accord.clauses
    )


def _dated(accord: Accord, clause: Clause) -> list[np.datetime64]:
    """Return the instants a clause's own fields name: steps, due days, decisions."""
    found: list[np.datetime64] = []
    if isinstance(clause, Schedule):
        found += [edge for pair in step_edges(clause, accord.zone) for edge in pair]
    if isinstance(clause, Procedure) and clause.decided is not None:
        found.append(local64(clause.decided, accord.zone))
    if isinstance(clause, Obligation):
        dues = [fixed_day(accord, due) for due in (clause.due, *(s.due for s in clause.stages))]
        found += list(rolled(clause, np.array(dues, "datetime64[s]")))
    return found + _bounds(accord, clause)


def step_edges(clause: Schedule, zone: str) -> list[tuple[np.datetime64, np.datetime64]]:
    """Return each step's first instant and the first after it (NaT: until the next step)  [s]."""
    edges = []
    for step in clause.steps:
        last: np.datetime64 = NEVER
        if step.last is not None:
            last = local64(step.last, zone)
            last += np.timedelta64(1, "D") if type(step.last) is date else np.timedelta64(0, "s")
        edges.append((local64(step.first, zone), last))
    return edges


def _takings(accord: Accord, lives: Mapping[str, Life], end: np.datetime64) -> dict[str, Taking]:
    uses = {id_: _used(clause) for id_, clause in accord.clauses.items()}
    return {
        choice: _taking(
            accord, choice, lives, end, [lives[id_].start for id_ in uses if choice in uses[id_]]
        )
        for choice in accord.choices
    }


def _taking(
    accord: Accord,
    choice: str,
    lives: Mapping[str, Life],
    end: np.datetime64,
    users: Sequence[np.datetime64],
) -> Taking:
    reviews = [
        clause
        for clause in accord.clauses.values()
        if isinstance(clause, Review) and choice in clause.decides
    ]
    if reviews:
        days = [day for review in reviews for day in review_days(accord, review, lives, end)]
        return Taking(tuple(sorted(set(days))), reviewed=True)
    known = sorted(start for start in users if not np.isnat(start))
    return Taking(tuple(known[:1]), reviewed=False)


def _used(clause: Clause) -> set[str | None]:
    """Return the names that a clause asks, and the choices that judge or keep it."""
    named = {r.id for e in expressions(clause) for r in e.names() if r.role is Role.NAME}
    return named | {getattr(clause, "judged", None), getattr(clause, "kept", None)}


def review_days(
    accord: Accord, review: Review, lives: Mapping[str, Life], end: np.datetime64
) -> list[np.datetime64]:
    """Return the days on which a review is held, before `end`  [s]."""
    if review.at is not None:
        days = rolled(review, np.array([fixed_day(accord, review.at)]))
        return list(days[~np.isnat(days)])
    start = lives[review.common.id].start
    found: list[np.datetime64] = []
    if review.every is None or not review.every.count or np.isnat(start):
        return []
    for count in range(1, 1200):
        step = replace(review.every, count=count * review.every.count)
        day = rolled(review, shift(np.array([start]), step))[0]
        if day >= end:
            break
        found.append(day)
    return found


def rolled(clause: Clause, days: DateArray) -> DateArray:
    """Move the ends of periods to the next working day, where a clause says so   [...] [s]."""
    if clause.common.roll is None:
        return days.astype("datetime64[s]")
    return clause.common.rest.next_working_day(days).astype("datetime64[s]")


def fixed_day(accord: Accord, expression: Expression) -> np.datetime64:
    """Return the day of a date that the text alone fixes; NaT where it does not  [s]."""
    found = expression.answer(_Fixed(accord))
    if found.fault.any():
        return NEVER
    day: np.datetime64 = found.values.reshape(-1)[0].astype("datetime64[s]")
    return day


@final
@dataclass(frozen=True, slots=True)
class _Fixed:
    """What is known before anything happens: dates of clauses and of sources."""

    accord: Accord

    @property
    def today(self) -> DateArray:
        return np.asarray(np.datetime64(self.accord.horizon[0], "D"))

    def value(self, name: str) -> Known:
        source = self.accord.sources.get(name)
        if source is not None:
            return Known(as_array(source.date), np.ones((), np.bool_))
        fact = FACTS.get(name)
        return unknown(fact.type.kind if fact else Kind.NUMBER)

    def state(self, function: str, clause: str) -> Truth:
        return np.zeros((), np.bool_)

    def date(self, function: str, clause: str) -> Known:
        return date_of(self.accord, function, clause)

    def series(self, function: str, metric: str, other: "Duration | str | None") -> Known:
        return Known(np.zeros(()), np.zeros((), np.bool_))


def date_of(accord: Accord, function: str, clause: str) -> Known:
    """Return one of a clause's four dates, as far as the text states it."""
    moment = getattr(accord.clauses[clause].common, function)
    known = np.asarray(moment is not None)
    return Known(np.asarray(_instant(moment, accord.zone).astype("datetime64[D]")), known)


def _beaten(accord: Accord, clause: str) -> frozenset[str]:
    found: set[str] = set()
    waiting = list(accord.clauses[clause].common.over)
    while waiting:
        beaten = waiting.pop()
        if beaten not in found and beaten in accord.clauses:
            found.add(beaten)
            waiting += accord.clauses[beaten].common.over
    return frozenset(found - {clause})


def reads_today(node: Node) -> bool:
    """Tell whether an expression may change from day to day by itself."""
    if isinstance(node, Call) and node.function in _DAILY:
        return True
    return any(reads_today(child) for child in children(node))
