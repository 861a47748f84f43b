"""Which clause stands how, in every draw, from one instant to the next.

All clauses of an instant are judged together, again and again until nothing changes, so their order
in the file never matters.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final, TypeAlias, final

import numpy as np
from numpy.typing import NDArray

from entente.accord.calendar import DateArray, Duration, local64, shift
from entente.accord.choices import Choices, taken
from entente.accord.clauses import Clause, Obligation, Procedure, Restore, Suspend, Trigger
from entente.accord.clauses.common import STATES
from entente.accord.expression import Expression, Kind
from entente.accord.expression.arrays import Known, Truth, answer, as_array, missing, unknown
from entente.accord.expression.facts import FACTS
from entente.accord.plan import NEVER, Plan, date_of
from entente.accord.published import Published
from entente.luck import Luck
from entente.problems import NoSolutionError, Problem

Codes: TypeAlias = NDArray[np.int8]
CODE: Final[Mapping[str, int]] = {state: code for code, state in enumerate(STATES)}
# Order of strength at one instant: void_ab_initio > void_from > lapsed > suspended > reserved.
_EFFECTS: Final = ("suspended", "lapsed", "void_from", "void_ab_initio")
_ACTING: Final = np.array(
    [state in ("in_force", "triggered", "met", "breached") for state in STATES], np.bool_
)
_UNTESTED: Final = -1
_ASKED: Final[Mapping[str, tuple[str, ...]]] = {
    "in_force": ("in_force", "triggered", "met", "breached"),
    "void": ("void_from", "void_ab_initio"),
}


@final
@dataclass(frozen=True, slots=True)
class Standing:
    """How every clause stands at `now`, and what must be remembered to say how it will.

    codes    index into STATES                                            [draw, clause]
    since    when each clause came to its state                           [draw, clause] [s]
    fired    when a trigger or restore fired; NaT: it has not             [draw, clause] [s]
    begun    when a `from` condition came true                            [draw, clause] [s]
    ended    when a clause ended for good                                 [draw, clause] [s]
    judged   0, -1 (due, but not testable), or the code of met or breached   [draw, clause]
    void     0, or the code of a void                                     [draw, clause]
    paused   seconds for which a suspension has stopped the clock         [draw, clause]
    cooling  until when a trigger rests after it reset                    [draw, clause] [s]
    undecided   what could not be judged for want of a published value
    """

    now: np.datetime64
    codes: Codes
    since: DateArray
    fired: DateArray
    begun: DateArray
    ended: DateArray
    judged: Codes
    void: Codes
    paused: NDArray[np.int64]
    cooling: DateArray
    undecided: tuple[Problem, ...] = ()

    @classmethod
    def opening(cls, plan: Plan, draws: int) -> "Standing":
        """Return how things stand before the first instant: every clause a draft."""
        shape = (draws, len(plan.ids))  # clause by clause in memory, as they are judged
        never = np.full(shape, NEVER, order="F")
        drafts = np.zeros(shape, np.int8, order="F")
        return cls(
            NEVER, drafts, never, never, never, never, drafts, drafts,
            np.zeros(shape, np.int64, order="F"), never,
        )  # fmt: skip

    def acts(self) -> Truth:
        """Return which clauses have effect: those in force, triggered, met or breached."""
        return np.asarray(_ACTING[self.codes])


@final
@dataclass(frozen=True, slots=True)
class World:
    """What the text may read at an instant: published figures, choices, luck."""

    plan: Plan
    published: Published
    choices: Choices
    luck: Luck | None


@final
@dataclass(frozen=True, slots=True)
class Moment:
    """An instant as expressions read it; codes are those reached so far  [draw, clause]."""

    world: World
    now: np.datetime64
    codes: Codes
    waits: bool = False  # for reviews, before a choice that they decide

    @property
    def today(self) -> DateArray:
        """Return the local day   []."""
        return np.asarray(self.now.astype("datetime64[D]"))

    def value(self, name: str) -> Known:
        """Return a metric's last published value, a choice as taken so far, a source's date."""
        accord = self.world.plan.accord
        if name in accord.metrics:
            return self.world.published.series("last", name, None, self.now)
        if name in accord.choices:
            return self.choice(name)[0]
        source = accord.sources.get(name)
        if source is not None:
            return Known(as_array(source.date), np.ones((), np.bool_))
        fact = FACTS.get(name)
        return unknown(fact.type.kind if fact else Kind.NUMBER)

    def choice(self, name: str) -> tuple[Known, str]:
        """Return a choice as taken so far, and where its value comes from."""
        plan, world = self.world.plan, self.world
        choice, taking = plan.accord.choices[name], plan.takings[name]
        return taken(choice, taking, self.now, world.choices, world.luck, waits=self.waits)

    def state(self, function: str, clause: str) -> Truth:
        """Return whether a clause is in a state   [draw]."""
        codes = [CODE[state] for state in _ASKED.get(function, (function,))]
        return np.isin(self.codes[:, self.world.plan.index(clause)], codes)

    def date(self, function: str, clause: str) -> Known:
        """Return one of a clause's four dates."""
        return date_of(self.world.plan.accord, function, clause)

    def series(self, function: str, metric: str, other: "Duration | str | None") -> Known:
        """Return a metric over time, as published by now."""
        return self.world.published.series(function, metric, other, self.now)


def advance(standing: Standing, world: World, now: np.datetime64) -> Standing:
    """Move every draw to an instant; nothing may change between the last one and this.

    Raises NoSolutionError where clauses switch one another on and off without end.
    """
    origin = _aged(standing, world.plan, now)
    step, passes = origin, len(world.plan.ids) + 3
    for count in range(2 * passes):
        # What happens is judged from before this instant, so that states passed through on the way
        # leave no trace; only where that never settles does what happened first stand.
        origin = (
            replace(step, codes=origin.codes, since=origin.since) if count == passes else origin
        )
        found = _Step(origin, step, world, now).settled()
        since = np.where(found.codes == origin.codes, origin.since, now)
        last, step = step, replace(found, since=since)
        if np.array_equal(step.codes, last.codes) and _same(step.fired, last.fired):
            return step
    changing = (step.codes != last.codes) | ~_equal(step.fired, last.fired)
    names = ", ".join(np.array(world.plan.ids)[changing.any(axis=0)].tolist())
    raise NoSolutionError(f"on {now} the clauses {names} switch one another on and off without end")


def _equal(one: DateArray, other: DateArray) -> Truth:
    return np.asarray((one == other) | (np.isnat(one) & np.isnat(other)))


def _same(one: DateArray, other: DateArray) -> bool:
    return bool(_equal(one, other).all())


def _aged(standing: Standing, plan: Plan, now: np.datetime64) -> Standing:
    """Let the time since the last instant pass: clocks that a suspension stops stand still."""
    if np.isnat(standing.now):
        return replace(standing, now=now)
    passed = int((now - standing.now) / np.timedelta64(1, "s"))
    stopped = np.zeros_like(standing.codes, np.bool_)
    acts = standing.acts()
    for clause in plan.accord.clauses.values():
        if isinstance(clause, Suspend) and clause.clock == "stops":
            for target in clause.what:
                held = standing.codes[:, plan.index(target)] == CODE["suspended"]
                stopped[:, plan.index(target)] |= acts[:, plan.index(clause.common.id)] & held
    return replace(standing, now=now, paused=standing.paused + stopped * passed)


@dataclass(slots=True)
class _Step:
    """One pass over all clauses at an instant, each judged by the states of the pass before.

    `before` is how things stood when the instant began, `step` what the last pass found.
    """

    before: Standing
    step: Standing
    world: World
    now: np.datetime64
    moment: Moment = field(init=False)
    acts: Truth = field(init=False)
    problems: dict[Problem, None] = field(init=False)

    def settled(self) -> Standing:
        """Return how every clause stands after this pass."""
        plan, before = self.world.plan, self.before
        self.moment = Moment(self.world, self.now, self.step.codes)
        self.acts = self.step.acts()
        self.problems: dict[Problem, None] = dict.fromkeys(before.undecided)
        fired, cooling = before.fired.copy("K"), before.cooling.copy("K")
        begun, ended = before.begun.copy("K"), before.ended.copy("K")
        judged, void = before.judged.copy("K"), before.void.copy("K")
        for index, id_ in enumerate(plan.ids):
            clause = plan.accord.clauses[id_]
            acts = self.acts[:, index]
            if isinstance(clause, Trigger | Restore):
                self._fire(clause, index, fired, cooling)
            if isinstance(clause, Obligation):
                self._judge(clause, index, acts, judged)
            self._begin_and_end(clause, index, begun, ended)
        pushed = self._pushed(fired)
        for state in ("void_from", "void_ab_initio"):
            void = np.where(pushed[state] & (void < CODE[state]), np.int8(CODE[state]), void)
        ended = np.where(pushed["lapsed"] & np.isnat(ended), self.now, ended)
        codes = self._codes(fired, begun, ended, judged, void, pushed)
        return replace(
            before, codes=codes, fired=fired, begun=begun, ended=ended, judged=judged, void=void,
            cooling=cooling, undecided=tuple(self.problems),
        )  # fmt: skip

    def _holds(self, expression: Expression, moment: Moment | None = None) -> Truth:
        """Return where a condition is true; where it cannot be judged it is noted, and not true."""
        found = answer(expression.tree, moment or self.moment)
        self.problems.update(dict.fromkeys(missing(found)))
        shape = (len(self.before.codes),)
        return np.asarray(np.broadcast_to(found.values & (found.fault == 0), shape))

    def _fire(
        self, clause: Trigger | Restore, index: int, fired: DateArray, cooling: DateArray
    ) -> None:
        """Fire where the condition holds; a trigger that latches stays fired, others reset."""
        acts = self.acts[:, index]
        holds = acts & self._fulfilled(clause) if acts.any() else acts
        already = ~np.isnat(self.before.fired[:, index])
        latched = isinstance(clause, Trigger) and clause.latch
        rests = self.now < self.before.cooling[:, index]  # NaT compares as false
        fires = holds & ~already & ~rests
        column = np.where(fires, self.now, self.before.fired[:, index])
        if not latched:
            resets = already & ~holds
            column = np.where(resets, NEVER, column)
            if isinstance(clause, Trigger) and clause.cool is not None:
                rest = shift(np.asarray(self.now), clause.cool)
                cooling[:, index] = np.where(resets, rest, cooling[:, index])
        fired[:, index] = column

    def _fulfilled(self, clause: Trigger | Restore) -> Truth:
        holds = np.ones(len(self.before.codes), np.bool_)
        if clause.when is not None:
            waits = isinstance(clause, Trigger)
            holds = self._holds(clause.when, replace(self.moment, waits=waits))
        if isinstance(clause, Restore) and clause.unless is not None:
            holds = holds & ~self._holds(clause.unless)
        return holds

    def _judge(self, clause: Obligation, index: int, acts: Truth, judged: Codes) -> None:
        """On the day it is due an obligation is met or breached, by what is published then."""
        due = answer(clause.due.tree, self.moment)
        self.problems.update(dict.fromkeys(missing(due)))
        asked = acts & (judged[:, index] == 0) & (due.fault == 0)
        asked = asked & (due.values.astype("datetime64[s]") <= self.now)
        if not asked.any():
            return
        if clause.must is not None:
            found = answer(clause.must.tree, self.moment)
            self.problems.update(dict.fromkeys(missing(found)))
            met, known = found.values.astype(np.bool_), found.fault == 0
        else:
            assert clause.judged is not None
            value = self.moment.choice(clause.judged)[0]
            met, known = value.values.astype(np.bool_), value.known
        verdict = np.where(known, np.where(met, CODE["met"], CODE["breached"]), _UNTESTED)
        judged[:, index] = np.where(asked, verdict, judged[:, index])

    def _begin_and_end(
        self, clause: Clause, index: int, begun: DateArray, ended: DateArray
    ) -> None:
        """Note when `from` and `until` first hold, from the day the clause is announced."""
        begins, until = clause.common.from_, clause.common.until
        life = self.world.plan.lives[clause.common.id]
        if self.now < life.announced:
            return
        for expression, column in ((begins, begun), (until, ended)):
            if expression is not None:
                open_ = np.isnat(column[:, index])
                holds = self._reached(expression) if open_.any() else open_
                column[:, index] = np.where(open_ & holds, self.now, column[:, index])

    def _reached(self, expression: Expression) -> Truth:
        """Return where a condition holds, or a date has come."""
        if expression.use != "date":
            return self._holds(expression)
        found = answer(expression.tree, self.moment)
        self.problems.update(dict.fromkeys(missing(found)))
        come = found.values.astype("datetime64[s]") <= self.now
        return np.asarray(np.broadcast_to(come & (found.fault == 0), (len(self.before.codes),)))

    def _pushed(self, fired: DateArray) -> dict[str, Truth]:
        """Return, by state, which clauses triggers and procedures put into it  [draw, clause]."""
        plan = self.world.plan
        pushed = {
            state: np.zeros(self.before.codes.shape, np.bool_) for state in (*_EFFECTS, "in_force")
        }
        for index, id_ in enumerate(plan.ids):
            clause = plan.accord.clauses[id_]
            if isinstance(clause, Trigger | Procedure):
                works = self._works(clause, index, fired)
                for effect in clause.then:
                    if effect.state in pushed:
                        pushed[effect.state][:, plan.index(effect.clause)] |= works
        return pushed

    def _works(self, clause: Trigger | Procedure, index: int, fired: DateArray) -> Truth:
        """Return where effects have come: a trigger's by the end of `within`, a court's at once."""
        acts = self.acts[:, index]
        if isinstance(clause, Trigger):
            since = fired[:, index]
            since = since if clause.within is None else shift(since, clause.within)
            return np.asarray(acts & (since <= self.now))
        if clause.decided is None:
            return np.zeros_like(acts)
        return acts & (local64(clause.decided, self.world.plan.accord.zone) <= self.now)

    def _codes(
        self,
        fired: DateArray,
        begun: DateArray,
        ended: DateArray,
        judged: Codes,
        void: Codes,
        pushed: dict[str, Truth],
    ) -> Codes:
        plan = self.world.plan
        suspended = pushed["suspended"] | self._suspended(fired)
        released = pushed["in_force"] | self._restored(fired)
        code = self._base(begun, released)
        stands = code == CODE["in_force"]
        code = np.where(stands & plan.triggers & ~np.isnat(fired), CODE["triggered"], code)
        code = np.where(stands & (judged > 0), judged, code)
        told = code != CODE["draft"]
        code = np.where(told & suspended, CODE["suspended"], code)
        code = np.where(told & self._over(ended), CODE["lapsed"], code)
        codes: Codes = np.where(void > 0, void, code).astype(np.int8)
        return codes

    def _base(self, begun: DateArray, released: Truth) -> Codes:
        """Return draft, announced, in force, or the state in which a clause begins."""
        plan = self.world.plan
        started = (self._local() >= plan.starts) & ~(plan.waits & np.isnat(begun))  # NaT: never
        code = np.where(released, np.int8(CODE["in_force"]), plan.begins)
        code = np.where(started, code, np.int8(CODE["announced"]))
        return np.where(self.now >= plan.announced, code, np.int8(CODE["draft"]))

    def _local(self) -> DateArray:
        """Return the instant on each clause's own calendar   [draw, clause]."""
        return np.asarray(self.now - self.before.paused.astype("timedelta64[s]"))

    def _over(self, ended: DateArray) -> Truth:
        """Return which clauses have ended: by their day, by the sunset, or by what happened."""
        plan = self.world.plan
        return np.asarray(
            (self._local() >= plan.expires) | ~np.isnat(ended) | (self.now >= plan.sunset)
        )

    def _suspended(self, fired: DateArray) -> Truth:
        """Return which clauses rest everywhere: a suspension acts and no restore undoes it."""
        plan = self.world.plan
        found = np.zeros(self.before.codes.shape, np.bool_)
        for index, id_ in enumerate(plan.ids):
            clause = plan.accord.clauses[id_]
            if isinstance(clause, Suspend) and not clause.common.where_places:
                for target in clause.what:
                    acts = self.acts[:, index] & ~undone(
                        plan, fired, self.step.since, self.acts, id_, target
                    )
                    found[:, plan.index(target)] |= acts
        return found

    def _restored(self, fired: DateArray) -> Truth:
        """Return which clauses a restore brings into force, also out of reserve."""
        plan = self.world.plan
        found = np.zeros(self.before.codes.shape, np.bool_)
        for index, id_ in enumerate(plan.ids):
            clause = plan.accord.clauses[id_]
            if isinstance(clause, Restore):
                for target in clause.what:
                    found[:, plan.index(target)] |= self.acts[:, index] & ~np.isnat(fired[:, index])
        return found


def undone(
    plan: Plan, fired: DateArray, since: DateArray, acts: Truth, relief: str, target: str
) -> Truth:
    """Return where a restore undoes a suspension or exemption of a clause   [draw].

    A restore with `over` undoes those it beats; without, every one that began before it fired.
    """
    found = np.zeros(len(acts), np.bool_)
    for index, id_ in enumerate(plan.ids):
        clause = plan.accord.clauses[id_]
        if not isinstance(clause, Restore) or target not in clause.what:
            continue
        works = acts[:, index] & ~np.isnat(fired[:, index])
        if not clause.common.over:
            works = works & (since[:, plan.index(relief)] <= fired[:, index])
        elif relief not in plan.beats[id_]:
            continue
        found |= works
    return found


def due_next(standing: Standing, plan: Plan) -> np.datetime64:
    """Return the next instant that some draw's own past brings: effects, rests, shifted days."""
    waiting: list[DateArray] = [standing.cooling.reshape(-1)]
    for index, id_ in enumerate(plan.ids):
        clause = plan.accord.clauses[id_]
        if isinstance(clause, Trigger) and clause.within is not None:
            waiting.append(shift(standing.fired[:, index], clause.within))
        shifts = np.unique(standing.paused[:, index])
        shifts = shifts[shifts > 0]
        if shifts.size:
            days = plan.breakpoints[:, None] + shifts.astype("timedelta64[s]")
            waiting.append(days.reshape(-1))
    later = np.concatenate(waiting)
    later = later[~np.isnat(later) & (later > standing.now)]
    return later.min() if later.size else NEVER


def instants(world: World, first: np.datetime64, last: np.datetime64) -> DateArray:
    """Return the instants in (first, last) at which the text, a choice or a release may change."""
    plan, choices = world.plan, world.choices
    dated = [
        day
        for table in (choices.supplied, choices.history)
        for rows in table.values()
        for day, _ in rows
        if day is not None
    ]
    points = [
        plan.breakpoints,
        np.array(world.published.releases(), "datetime64[s]"),
        np.array(dated, "datetime64[s]"),
    ]
    if plan.daily:
        points.append(np.arange(first, last, np.timedelta64(1, "D")))
    whole = np.unique(np.concatenate(points))
    inside: DateArray = whole[(whole > first) & (whole < last)]
    return inside
