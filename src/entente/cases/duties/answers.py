"""What an accord answers for classes of entries at one instant: rates, clauses, reasons.

Every array holds one value for each class   [class], or for each duty that may reach it
[slot, class]; see `reach`.
"""

from dataclasses import dataclass, field, replace
from typing import Any, final

import numpy as np
from numpy.typing import NDArray

from entente.accord.clauses import Exempt, Schedule
from entente.accord.clauses.common import STATES
from entente.accord.course import Course
from entente.accord.expression.arrays import answer
from entente.accord.expression.facts import GOODS
from entente.accord.expression.faults import Truth
from entente.accord.expression.scope import Answer, Known, Within
from entente.accord.quantities import carried, parts
from entente.accord.standing import Moment, Standing
from entente.accord.step import undone
from entente.cases.customs.words import OTHER
from entente.cases.duties.facts import Facts
from entente.cases.duties.program import Program, undecided
from entente.cases.duties.reach import Reach, first_of
from entente.cases.duties.survivors import survivors
from entente.evidence import FloatArray


@final
@dataclass(frozen=True, slots=True)
class Answers:
    """What holds for each class at one instant, under one reading.

    duty     the place of each duty that may reach the class   [slot, class]
    rates    what it sets, NaN where it sets nothing           [slot, class]
    doubt    what is missing and would decide, else None       [class]
    lifted   the exemptions that took a duty off or changed it, by class    [class]
    money    whether what is set is money for each unit, not percent
    """

    duty: NDArray[np.int64]
    rates: FloatArray
    doubt: NDArray[Any]
    lifted: NDArray[Any]
    money: Truth


def answers(
    program: Program,
    run: Course,
    edge: np.datetime64,
    facts: Facts,
    reach: Reach,
    *,
    lawful: bool,
) -> Answers:
    """Answer for every class at one instant of a course."""
    return _Asked(program, run, edge, facts, reach, lawful).found()


@final
@dataclass(frozen=True, slots=True)
class _Scope(Within):
    """An instant with the facts of entries; today is the day of entry."""

    facts: Facts

    def value(self, name: str) -> Known:
        if name == "entry_date":
            return Known(self.today, np.ones((), np.bool_))
        return self.facts.known(name) if name in GOODS else self.scope.value(name)


@dataclass(slots=True)
class _Asked:
    """What is found on the way.

    values   what each duty sets, NaN where nothing                    [slot, class]
    doubt    0, or one more than the place in `reasons` of what is missing to say so  [same]
    """

    program: Program
    run: Course
    edge: np.datetime64
    facts: Facts
    reach: Reach
    lawful: bool
    standing: Standing = field(init=False)
    acts: Truth = field(init=False)
    scope: _Scope = field(init=False)
    places: dict[str, int] = field(init=False)
    values: FloatArray = field(init=False)
    doubt: NDArray[np.int64] = field(init=False)
    lifted: NDArray[Any] = field(init=False)
    reasons: list[str] = field(default_factory=list)
    asked: dict[str, Answer] = field(default_factory=dict)

    def found(self) -> Answers:
        self.standing = replace(self.run.at(self.edge), now=self.edge)
        self.acts = self.standing.acts()
        self.scope = _Scope(Moment(self.run.world, self.edge, self.standing.codes), self.facts)
        self.places = {id_: place for place, id_ in enumerate(self.run.plan.ids)}
        self.lifted = np.full(self.facts.size, "", object)
        self.doubt = np.zeros(self.reach.duty.shape, np.int64)
        self.values = self._stepped()
        for place, duty in enumerate(self.program.duties):
            if not carried(duty) and self._stands(duty):
                self._of_facts(duty, self.reach.duty == place)
        set_ = ~np.isnan(self.values)
        self._miss(self.reach.origin_unknown & set_, "origin is not known")
        self._miss(self.reach.goods_unknown & set_, "hts is not known")
        self._exempt()
        return self._weighed()

    def _stands(self, duty: Schedule) -> bool:
        """Whether a duty acts at the instant, inside the accord's horizon."""
        plan, index = self.run.plan, self.places[duty.common.id]
        annulled = self.lawful and _annulled(self.run, index)
        return bool(self.acts[0, index] and not annulled and plan.begin <= self.edge < plan.end)

    def _stepped(self) -> FloatArray:
        """Return what duties set by their steps, whatever the facts   [slot, class]."""
        own = {part.id: part.values[0] for part in parts(self.standing, self.run.world)}
        sets = [
            own[duty.common.id] if carried(duty) and self._stands(duty) else np.nan
            for duty in self.program.duties
        ]
        return np.array([*sets, np.nan])[self.reach.duty]  # NO_DUTY takes the last

    def _of_facts(self, duty: Schedule, here: Truth) -> None:
        """Fill in what a duty sets by a formula or a quota, which ask each class's facts."""
        if duty.formula is not None:
            asked = answer(duty.formula.tree, self.scope)
            values = self._wide(asked.values, np.float64)
            self._lack(here, asked)
            values = values if duty.cap is None else np.minimum(values, duty.cap)
        elif duty.quota is not None:
            quantity, known = self.facts.known("quantity")
            amounts = np.where(quantity > duty.quota.limit, duty.quota.outside, duty.quota.inside)
            values = amounts.astype(np.float64)
            self._miss(here & ~known, "quantity is not known")
        else:
            return
        self.values = np.where(here, values, self.values)

    def _wide(self, values: NDArray[Any], kind: type[Any]) -> NDArray[Any]:
        return np.broadcast_to(values, self.facts.size).astype(kind)

    def _lack(self, where: Truth, asked: Answer) -> None:
        """Note what an expression lacks, where it counts   [slot, class]."""
        fault = np.broadcast_to(asked.fault, self.facts.size)
        for code, reason in enumerate(asked.faults, 1):
            self._miss(where & (fault == code), reason.reason)

    def _miss(self, where: Truth, reason: str) -> None:
        """Note what is missing, where nothing was missing before   [slot, class]."""
        where = where & (self.doubt == 0)
        if where.any():
            self.reasons.append(reason)
            self.doubt[where] = len(self.reasons)

    def _exempt(self) -> None:
        """Put exemptions' values in place of the duties' own, where the exemptions hold."""
        plan, standing, acts = self.run.plan, self.standing, self.acts
        acting = [
            (place, exempt)
            for place, exempt in enumerate(self.program.exempts)
            if acts[0, self.places[exempt.common.id]]
        ]
        relieved = frozenset(id_ for _, exempt in acting for id_ in exempt.from_clauses)
        for place, duty in enumerate(self.program.duties):
            id_ = duty.common.id
            if id_ not in relieved:
                continue
            here = self.reach.duty == place
            if np.isnan(self.values[here]).all() and not self.doubt[here].any():
                continue
            for number, exempt in acting:
                relief = exempt.common.id
                if id_ not in exempt.from_clauses:
                    continue
                if carried(exempt) and carried(duty):  # it is taken off with the duty's own steps
                    continue
                if not undone(plan, standing.fired, standing.since, acts, relief, id_)[0]:
                    self._relieve(id_, here, exempt, self.reach.listed[number])

    def _relieve(self, duty: str, here: Truth, exempt: Exempt, listed: Truth) -> None:
        id_ = exempt.common.id
        if id_ not in self.asked:
            self.asked[id_] = answer(exempt.if_.tree, self.scope)
        asked = self.asked[id_]
        fault = np.where(listed, np.broadcast_to(asked.fault, self.facts.size), 0)
        holds = self._wide(asked.values, np.bool_) & (fault == 0)
        to = float(exempt.to) if isinstance(exempt.to, float | int) else np.nan
        matters = here & ~np.isnan(self.values) & (self.values != to)
        self._lack(matters & listed, asked)
        if exempt.goods:
            self._miss(matters & holds & self._unnamed(), "hts is not known")
        relieved = here & ~np.isnan(self.values) & holds & listed
        told = f"{id_} {'lifts' if np.isnan(to) else 'changes'} {duty}"
        for case in np.flatnonzero(relieved.any(axis=0)):
            self.lifted[case] = f"{self.lifted[case]}; {told}" if self.lifted[case] else told
        if np.isnan(to):
            self.doubt[relieved] = 0
        self.values = np.where(relieved, to, self.values)

    def _unnamed(self) -> Truth:
        """Return whether neither a number nor a word says what the goods are   [class].

        Goods called `other` are none that an accord names.
        """
        word, told = self.facts.known("goods")
        _, known = self.facts.known("hts")
        return np.asarray(~known & ~(told & (word == OTHER)), np.bool_)

    def _weighed(self) -> Answers:
        """Weigh the duties of each quantity against each other."""
        duties, reach = self.program.duties, self.reach
        stands = survivors(self.run.plan, duties, reach, self.values)
        by_unit = np.array([*(str(duty.unit) != "percent" for duty in duties), False])
        money = (~np.isnan(stands) & by_unit[reach.duty]).any(axis=0)
        reasons = np.array([None, *self.reasons], object)
        doubt = reasons[first_of(self.doubt)]
        if open_ := undecided(self.program, self.run, self.edge):
            doubt[:] = open_[0].message
        return Answers(reach.duty, stands, doubt, self.lifted, money)


def _annulled(run: Course, index: int) -> bool:
    """Tell whether a clause is void from the beginning, as the end of the horizon knows it."""
    return STATES[run.standings[-1].codes[0, index]] == "void_ab_initio"
