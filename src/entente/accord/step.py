"""One instant: all clauses judged together, each by how all stood a pass before.

Passes follow one another until nothing changes, so the order of the file never matters.
"""

from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from entente.accord.calendar import DateArray, local64, shift
from entente.accord.clauses import Clause, Obligation, Procedure, Restore, Suspend, Trigger
from entente.accord.expression import Expression
from entente.accord.expression.arrays import Truth, answer, missing
from entente.accord.plan import NEVER, Plan
from entente.accord.standing import CODE, Codes, Moment, Standing, World
from entente.problems import Problem

# Order of strength at one instant: void_ab_initio > void_from > lapsed > suspended > reserved.
_EFFECTS: Final = ("suspended", "lapsed", "void_from", "void_ab_initio")
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
        come = local64(clause.decided, self.world.plan.accord.zone) <= self.now
        return np.asarray(acts & come & self._decides(clause))

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
