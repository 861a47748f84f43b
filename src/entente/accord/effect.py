"""What the law comes to at an instant, as one expression of the facts of a case.

Choices, states and dates stand in it as they are then, so that two such expressions can be compared
case by case, whatever their texts were.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import reduce
from typing import Final, final

import numpy as np

from entente.accord.clauses import Allocate, Exempt, Schedule
from entente.accord.course import Course, resting_places
from entente.accord.expression.scope import Known
from entente.accord.expression.tree import (
    DATE_FUNCTIONS,
    STATE_FUNCTIONS,
    Arithmetic,
    Call,
    Choose,
    Compare,
    Constant,
    ListOf,
    Logic,
    Member,
    Name,
    Negative,
    Node,
    Not,
    Value,
    children,
)
from entente.accord.quantities import Part, carried, levers_of, matched, parts
from entente.accord.standing import Moment, Standing
from entente.accord.step import undone
from entente.evidence import Lever
from entente.problems import Place

NOTHING: Final = -1e15  # what stands in an amount for "nothing is set"
NO_ONE: Final = "none"  # no clause says anything, and none says what holds otherwise
_HERE: Final = Place("")
_NOTHING: Final = Constant(NOTHING, _HERE)


@final
@dataclass(frozen=True, slots=True)
class Effect:
    """The law at one instant of a course, in its first draw; nothing stands outside the horizon.

    parts   what each schedule sets by itself then
    """

    run: Course
    standing: Standing
    parts: tuple[Part, ...]

    @classmethod
    def of(cls, run: Course, moment: np.datetime64) -> "Effect":
        """Return the law of a course at an instant."""
        plan = run.plan
        if not plan.begin <= moment < plan.end:
            return cls(run, Standing.opening(plan, 1), ())
        standing = replace(run.at(moment), now=moment)
        return cls(run, standing, tuple(parts(standing, run.world)))

    def amount(self, lever: Lever, goods: str) -> Node:
        """Return what schedules set, exemptions taken off; `NOTHING` where none does."""
        group = [part for part in self.parts if lever in levers_of(part.clause)]
        acts = self.standing.acts()[0]
        meant = [
            part.clause
            for part in matched(group, goods)
            if acts[self.run.plan.index(part.id)]
            and not (carried(part.clause) and np.isnan(part.values[0]))
        ]
        own = {part.id: float(part.values[0]) for part in group}
        return self._folded(meant, [self._own(clause, own, goods) for clause in meant])

    def _own(self, clause: Schedule, own: dict[str, float], goods: str) -> Node:
        """Return what one schedule sets for a case of some goods."""
        if carried(clause):
            value: Node = Constant(own[clause.common.id], _HERE)
        elif clause.formula is not None:
            value = self._settled(clause.formula.tree)
            if clause.cap is not None:
                value = Call("min", (value, Constant(clause.cap, _HERE)), _HERE)
        else:
            assert clause.quota is not None
            inside = Compare(
                "<=", Name("quantity", _HERE), Constant(clause.quota.limit, _HERE), _HERE
            )
            sides = Constant(clause.quota.inside, _HERE), Constant(clause.quota.outside, _HERE)
            value = Choose(inside, *sides, _HERE)
        for exempt in self._exempts(clause):
            if exempt.goods and not goods.startswith(exempt.goods):
                continue
            to = (
                Constant(float(exempt.to), _HERE)
                if isinstance(exempt.to, float | int)
                else _NOTHING
            )
            value = Choose(self._settled(exempt.if_.tree), to, value, _HERE)
        return self._placed(clause, value, _NOTHING)

    def _exempts(self, clause: Schedule | Allocate) -> list[Exempt]:
        """Return the exemptions that act on a clause, and turn on the facts of a case."""
        plan, standing, id_ = self.run.plan, self.standing, clause.common.id
        acts = standing.acts()
        return [
            other
            for other_id, other in plan.accord.clauses.items()
            if isinstance(other, Exempt)
            and id_ in other.from_clauses
            and acts[0, plan.index(other_id)]
            and not (isinstance(clause, Schedule) and carried(other))
            and not undone(plan, standing.fired, standing.since, acts, other_id, id_)[0]
        ]

    def _folded(self, clauses: Sequence[Schedule], values: Sequence[Node]) -> Node:
        """Fold amounts: beaten ones only where what beats them sets nothing."""
        if not clauses:
            return _NOTHING
        beats = self.run.plan.beats
        left = [
            reduce(_unless_set, (values[j] for j, other in enumerate(clauses)
                                 if clause.common.id in beats[other.common.id]), value)
            for clause, value in zip(clauses, values, strict=True)
        ]  # fmt: skip
        if len(left) == 1:
            return left[0]
        if clauses[0].common.combine == "add":
            return reduce(_plus, map(zero_if_none, left))
        return Call("max", tuple(left), _HERE)

    def outcome(self, quantity: str) -> Node:
        """Return what allocations of a quantity say of a case, the strongest clause first."""
        standing, plan = self.standing, self.run.plan
        group = [
            clause
            for clause in plan.accord.clauses.values()
            if isinstance(clause, Allocate) and clause.sets == quantity
        ]
        found: Node = Constant(NO_ONE, _HERE)
        said = next((clause.otherwise for clause in group if clause.otherwise), None)
        if said is not None and not np.isnat(standing.now):
            found = said.tree
        acts = standing.acts()[0]
        for clause in sorted(group, key=lambda c: (len(plan.beats[c.common.id]), c.common.id)):
            if acts[plan.index(clause.common.id)]:
                found = self._placed(clause, self._ruled(clause), found)
        return found

    def _ruled(self, clause: Allocate) -> Node:
        *rules, last = clause.rules
        found = last.to.tree
        for rule in reversed(rules):
            found = Choose(self._settled(rule.if_.tree), rule.to.tree, found, _HERE)
        for exempt in self._exempts(clause):
            to = exempt.to.tree if exempt.to is not None and not isinstance(exempt.to, float) else (
                clause.otherwise.tree if clause.otherwise else Constant(NO_ONE, _HERE))  # fmt: skip
            found = Choose(self._settled(exempt.if_.tree), to, found, _HERE)
        return found

    def _placed(self, clause: Schedule | Allocate, value: Node, otherwise: Node) -> Node:
        """Let a clause decide only in its places, and not where it rests."""
        inside = clause.common.where_places
        resting = resting_places(self.run.plan, self.standing, clause.common.id)
        if inside:
            value = Choose(_met_in(inside), value, otherwise, _HERE)
        if resting:
            value = Choose(_met_in(resting), otherwise, value, _HERE)
        return value

    def _settled(self, node: Node) -> Node:
        """Put in the choices, states and dates as they are at the instant."""
        accord, standing = self.run.plan.accord, self.standing
        moment = Moment(self.run.world, standing.now, standing.codes)
        match node:
            case Name(id=id_) if id_ in accord.choices or id_ in accord.sources:
                return _constant(moment.value(id_), node)
            case Call(function=function, arguments=(Name(id=id_),)) if function in STATE_FUNCTIONS:
                return Constant(bool(moment.state(function, id_)[0]), _HERE)
            case Call(function=function, arguments=(Name(id=id_),)) if function in DATE_FUNCTIONS:
                return _constant(moment.date(function, id_), node)
        return with_children(node, tuple(self._settled(child) for child in children(node)))


def with_children(node: Node, parts: tuple[Node, ...]) -> Node:
    """Return a node with other nodes below it."""
    match node:
        case ListOf():
            return replace(node, items=parts)
        case Compare() | Arithmetic():
            return replace(node, left=parts[0], right=parts[1])
        case Member():
            return replace(node, item=parts[0], items=parts[1])
        case Logic():
            return replace(node, parts=parts)
        case Not() | Negative():
            return replace(node, part=parts[0])
        case Choose():
            return replace(node, condition=parts[0], then=parts[1], otherwise=parts[2])
        case Call():
            return replace(node, arguments=parts)
        case _:
            return node


def _constant(known: Known, node: Node) -> Node:
    """Write a value that is known as a literal; what is not known stays asked for."""
    if not known.known.reshape(-1)[0]:
        return node
    value = known.values.reshape(-1)[0]
    if isinstance(value, np.datetime64):
        value = value.astype("datetime64[s]" if value.dtype != "datetime64[D]" else value.dtype)
    plain = value.item() if hasattr(value, "item") else value
    literal: Value = plain if isinstance(plain, bool | str | date | datetime) else float(plain)
    return Constant(literal, _HERE)


def _met_in(places: Sequence[str]) -> Node:
    items = tuple(Constant(place, _HERE) for place in places)
    return Member(Name("place", _HERE), ListOf(items, _HERE), _HERE)


def _unless_set(value: Node, winner: Node) -> Node:
    """Let a value stand only where what beats it sets nothing."""
    if isinstance(winner, Constant):
        return value if winner.value == NOTHING else _NOTHING
    return Choose(Compare("==", winner, _NOTHING, _HERE), value, _NOTHING, _HERE)


def _plus(one: Node, other: Node) -> Node:
    match one, other:
        case Constant(value=float(a)), Constant(value=float(b)):
            return Constant(a + b, _HERE)
        case Constant(value=0.0), _:
            return other
        case _, Constant(value=0.0):
            return one
    return Arithmetic("+", one, other, _HERE)


def zero_if_none(value: Node) -> Node:
    """Read nothing as a sum of nothing."""
    if isinstance(value, Constant):
        return Constant(0.0, _HERE) if value.value == NOTHING else value
    return Choose(Compare("==", value, _NOTHING, _HERE), Constant(0.0, _HERE), value, _HERE)
