"""One instant: all clauses judged together, each by how all stood a pass before.

Passes follow one another until nothing changes, so the order of the file never matters.
"""

from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from entente.accord.calendar import DateArray, local64, shift
from entente.accord.clauses import Clause, Obligation, Procedure, Restore, Trigger
from entente.accord.expression import Expression
from entente.accord.expression.arrays import answer
from entente.accord.expression.faults import Truth
from entente.accord.expression.scope import missing
from entente.accord.plan import NEVER, Plan, effects, rolled
from entente.accord.standing import CODE, Codes, Moment, Standing, World
from entente.problems import Problem

# Order of strength at one instant: void_ab_initio > void_from > lapsed > suspended > reserved.
_EFFECTS: Final = ("lapsed", "void_from", "void_ab_initio", "met", "breached")
_UNTESTED: Final = -1


@dataclass(slots=True)
class Step:
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
            if isinstance(clause, Procedure):
                self._decide(clause, index, fired)
            if isinstance(clause, Obligation):
                self._judge(clause, index, acts, judged)
            self._begin_and_end(clause, index, begun, ended)
        pushed = self._pushed(fired)
        for state in ("void_from", "void_ab_initio"):
            void = np.where(pushed[state] & (void < CODE[state]), np.int8(CODE[state]), void)
        for state in ("met", "breached"):  # what a body finds, where nothing was found before
            judged = np.where(pushed[state] & (judged <= 0), np.int8(CODE[state]), judged)
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
        """On the day it is due an obligation is met or breached, by what is published then.

        A stage that fails on its own day breaches the whole; one that is met leaves it open.
        """
        for stage in clause.stages:
            asked = self._due(clause, stage.due, index, acts, judged)
            asked &= self._today(clause, stage.due)
            if asked.any():
                met, known = self._fulfils(stage.must)
                breach = asked & known & ~met
                judged[:, index] = np.where(breach, CODE["breached"], judged[:, index])
        asked = self._due(clause, clause.due, index, acts, judged)
        if not asked.any():
            return
        if clause.must is not None:
            met, known = self._fulfils(clause.must)
        else:
            assert clause.judged is not None
            value = self.moment.choice(clause.judged)[0]
            met, known = value.values.astype(np.bool_), value.known
        verdict = np.where(known, np.where(met, CODE["met"], CODE["breached"]), _UNTESTED)
        judged[:, index] = np.where(asked, verdict, judged[:, index])

    def _due(
        self, clause: Obligation, due: Expression, index: int, acts: Truth, judged: Codes
    ) -> Truth:
        """Return where an obligation in force is not judged, and its day has come."""
        day = answer(due.tree, self.moment)
        self.problems.update(dict.fromkeys(missing(day)))
        open_ = acts & (judged[:, index] == 0) & (day.fault == 0)
        return np.asarray(open_ & (rolled(clause, day.values) <= self.now))

    def _today(self, clause: Obligation, due: Expression) -> Truth:
        """Return where a day is this one: a stage is tested once."""
        day = answer(due.tree, self.moment)
        return np.asarray(rolled(clause, day.values).astype("datetime64[D]") == self.moment.today)

    def _fulfils(self, must: Expression) -> tuple[Truth, Truth]:
        """Return whether a measure is fulfilled, and whether that is known."""
        found = answer(must.tree, self.moment)
        self.problems.update(dict.fromkeys(missing(found)))
        return found.values.astype(np.bool_), found.fault == 0

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
                holds = self._reached(expression, index) if open_.any() else open_
                column[:, index] = np.where(open_ & holds, self.now, column[:, index])

    def _reached(self, expression: Expression, index: int) -> Truth:
        """Return where a condition holds, or a date has come on the clause's own calendar."""
        if expression.use != "date":
            return self._holds(expression)
        found = answer(expression.tree, self.moment)
        self.problems.update(dict.fromkeys(missing(found)))
        come = found.values.astype("datetime64[s]") <= self._local()[:, index]
        return np.asarray(np.broadcast_to(come & (found.fault == 0), (len(self.before.codes),)))

    def _pushed(self, fired: DateArray) -> dict[str, Truth]:
        """Return, by state, which clauses triggers and procedures put into it  [draw, clause]."""
        plan = self.world.plan
        pushed = {state: np.zeros(self.before.codes.shape, np.bool_) for state in _EFFECTS}
        for id_ in plan.movers:
            for effect in effects(plan.accord.clauses[id_]):
                if effect.state in pushed:
                    works = self._came(id_, fired) <= self.now
                    pushed[effect.state][:, plan.index(effect.clause)] |= works
        return pushed

    def _came(self, id_: str, fired: DateArray) -> DateArray:
        """Return when what an acting clause does came about; NaT where it has not   [draw]."""
        return came(self.world.plan, fired, self.step.since, self.acts, id_)

    def _decide(self, clause: Procedure, index: int, fired: DateArray) -> None:
        """Note when a body decided: on its day, by its odds; at once where silence is assent."""
        comes, when = self.acts[:, index] & (clause.silence is True), self.now
        if clause.decided is not None:
            when = local64(clause.decided, self.world.plan.accord.zone)
            comes = self.acts[:, index] & (when <= self.now) & self._decides(clause)
        already = self.before.fired[:, index]
        fired[:, index] = np.where(comes, np.where(np.isnat(already), when, already), NEVER)

    def _decides(self, clause: Procedure) -> Truth:
        """Return where a body decides so: everywhere, or by its odds; without luck, nowhere."""
        luck, draws = self.world.luck, len(self.before.codes)
        if clause.odds is None:
            return np.ones(draws, np.bool_)
        if luck is None:
            return np.full(draws, clause.odds == 1.0)
        return np.asarray(luck.of("procedure", clause.common.id).uniform() < clause.odds)

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
        suspended, held = self._rested("suspended", fired), self._rested("reserved", fired)
        code = self._base(begun, self._restored(fired))
        stands = code == CODE["in_force"]
        code = np.where(stands & plan.triggers & ~np.isnat(fired), CODE["triggered"], code)
        code = np.where(stands & (judged > 0), judged, code)
        told = code != CODE["draft"]
        code = np.where(told & held, CODE["reserved"], code)
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

    def _rested(self, state: str, fired: DateArray) -> Truth:
        """Return which clauses rest everywhere: something rests them and nothing undoes it."""
        plan = self.world.plan
        found = np.zeros(self.before.codes.shape, np.bool_)
        for relief, target in plan.resting[state]:
            rests = self._came(relief, fired) <= self.now
            if rests.any():
                back = undone(plan, fired, self.step.since, self.acts, relief, target)
                found[:, plan.index(target)] |= rests & ~back
        return found

    def _restored(self, fired: DateArray) -> Truth:
        """Return which clauses something brings into force, also out of reserve."""
        plan = self.world.plan
        found = np.zeros(self.before.codes.shape, np.bool_)
        for source, target in plan.restoring:
            found[:, plan.index(target)] |= self._came(source, fired) <= self.now
        return found


def came(plan: Plan, fired: DateArray, since: DateArray, acts: Truth, id_: str) -> DateArray:
    """Return when what an acting clause does came about; NaT where it has not   [draw].

    A trigger's effects come by the end of `within`, a body's on the day it decided, or at once
    where its silence is assent; a suspension or an exemption works for as long as it acts.
    """
    clause, index = plan.accord.clauses[id_], plan.index(id_)
    when = since[:, index]
    if isinstance(clause, Trigger | Restore | Procedure):
        when = fired[:, index]
    if isinstance(clause, Trigger) and clause.within is not None:
        when = rolled(clause, shift(when, clause.within))
    return np.where(acts[:, index], when, NEVER)


def undone(
    plan: Plan, fired: DateArray, since: DateArray, acts: Truth, relief: str, target: str
) -> Truth:
    """Return where a suspension or an exemption of a clause is undone   [draw].

    What restores with `over` undoes those it beats; without, every one that came before it did.
    """
    found = np.zeros(len(acts), np.bool_)
    began = came(plan, fired, since, acts, relief)
    for source, restored in plan.restoring:
        over = bool(plan.accord.clauses[source].common.over)
        if restored != target or source == relief or (over and relief not in plan.beats[source]):
            continue
        back = came(plan, fired, since, acts, source)
        found |= ~np.isnat(back) if over else began <= back
    return found
