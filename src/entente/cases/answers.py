"""What an accord answers for classes of entries at one instant: rates, clauses, reasons.

Every array holds one value for each class   [class].
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, final

import numpy as np
from numpy.typing import NDArray

from entente.accord.calendar import DateArray, Duration
from entente.accord.clauses import Exempt, Schedule
from entente.accord.clauses.common import STATES
from entente.accord.course import Course
from entente.accord.expression.arrays import answer
from entente.accord.expression.facts import GOODS
from entente.accord.expression.faults import Truth
from entente.accord.expression.scope import Known
from entente.accord.quantities import Part, carried, folded, losers, parts
from entente.accord.standing import Moment, Standing
from entente.accord.step import undone
from entente.cases.program import Program, undecided
from entente.cases.words import OTHER
from entente.evidence import FloatArray

_OF_KIND: Final[Mapping[str, type[Any]]] = {
    "transshipped": np.bool_, "value_usd": np.float64, "base_rate_percent": np.float64,
    "quantity": np.float64, "trigger_price": np.float64, "price": np.float64,
    "us_content_share": np.float64, "steel_share": np.float64, "aluminum_share": np.float64,
    "copper_share": np.float64,
}  # fmt: skip
_DATES: Final = ("entry_date", "loaded_date", "export_date", "final_mode_date")


@final
@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of each class of entries; None is not known.

    columns   fact -> values   [class]
    size      how many classes
    """

    columns: Mapping[str, Sequence[Any]]
    size: int

    def known(self, name: str) -> Known:
        """Return a fact as expressions read it   [class]."""
        given = self.columns.get(name, (None,) * self.size)
        known = np.array([value is not None for value in given], np.bool_)
        if name in _DATES:
            filled = [np.datetime64("1970-01-01") if value is None else value for value in given]
            return Known(np.array(filled, "datetime64[D]"), known)
        kind = _OF_KIND.get(name)
        if kind is not None:
            filled = [kind() if value is None else value for value in given]
            return Known(np.array(filled, kind), known)
        values = np.empty(self.size, object)
        values[:] = ["" if value is None else value for value in given]
        return Known(values, known)


@final
@dataclass(frozen=True, slots=True)
class Answers:
    """What holds for each class at one instant, under one reading.

    rates    of each clause that stands, NaN where it sets nothing   [clause, class]
    total    what they come to; 0 where nothing is set                      [class]
    doubt    what is missing and would decide, else None                    [class]
    lifted   the exemptions that took a duty off or changed it, by class    [class]
    money    whether the total is money for each unit, not percent
    """

    clauses: tuple[str, ...]
    rates: FloatArray
    total: FloatArray
    doubt: NDArray[Any]
    lifted: NDArray[Any]
    money: Truth


def answers(
    program: Program, run: Course, edge: np.datetime64, facts: Facts, *, lawful: bool
) -> Answers:
    """Answer for every class at one instant of a course."""
    return _Asked(program, run, edge, facts, lawful).found()


@final
@dataclass(frozen=True, slots=True)
class _Scope:
    """An instant with the facts of entries; today is the day of entry."""

    moment: Moment
    facts: Facts

    @property
    def today(self) -> DateArray:
        return self.moment.today

    def value(self, name: str) -> Known:
        if name == "entry_date":
            return Known(self.today, np.ones((), np.bool_))
        return self.facts.known(name) if name in GOODS else self.moment.value(name)

    def state(self, function: str, clause: str) -> Truth:
        return self.moment.state(function, clause)

    def date(self, function: str, clause: str) -> Known:
        return self.moment.date(function, clause)

    def series(self, function: str, metric: str, other: "Duration | str | None") -> Known:
        return self.moment.series(function, metric, other)


@dataclass(slots=True)
class _Rate:
    """What one duty sets, and what is missing to say so, as exemptions are taken off   [class]."""

    duty: Schedule
    values: FloatArray
    doubt: NDArray[Any]

    @property
    def id(self) -> str:
        return self.duty.common.id

    def miss(self, where: Truth, reason: str) -> None:
        """Note what is missing, where nothing was missing before."""
        where = where & _none(self.doubt)
        self.doubt[where] = reason

    def drop(self, where: Truth) -> None:
        """Set nothing, for certain."""
        self.values = np.where(where, np.nan, self.values)
        self.doubt[where] = None


@dataclass(slots=True)
class _Asked:
    program: Program
    run: Course
    edge: np.datetime64
    facts: Facts
    lawful: bool
    standing: Standing = field(init=False)
    acts: Truth = field(init=False)
    scope: _Scope = field(init=False)
    lifted: NDArray[Any] = field(init=False)

    def found(self) -> Answers:
        self.lifted = np.full(self.facts.size, "", object)
        self.standing = replace(self.run.at(self.edge), now=self.edge)
        self.acts = self.standing.acts()
        self.scope = _Scope(Moment(self.run.world, self.edge, self.standing.codes), self.facts)
        stepped = {part.id: part.values[0] for part in parts(self.standing, self.run.world)}
        rates = [self._rate(duty, stepped[duty.common.id]) for duty in self.program.duties]
        for rate in rates:
            self._exempt(rate)
        doubt = np.full(self.facts.size, None, object)
        for rate in rates:
            doubt = np.where(_none(doubt), rate.doubt, doubt)
        if reasons := undecided(self.program, self.run, self.edge):
            doubt[:] = reasons[0].message
        return self._folded(rates, doubt)

    def _rate(self, duty: Schedule, stepped: float) -> _Rate:
        """Return what a duty sets by itself, where it reaches the goods and their origin."""
        size = self.facts.size
        rate = _Rate(duty, np.full(size, np.nan), np.full(size, None, object))
        index = self.run.plan.index(duty.common.id)
        annulled = self.lawful and _annulled(self.run, index)
        if not self.acts[0, index] or annulled or not self._inside():
            return rate
        if carried(duty):
            rate.values = np.full(size, stepped)
        elif duty.formula is not None:
            self._by_formula(rate)
        elif duty.quota is not None:
            quantity, known = self.facts.known("quantity")
            amounts = np.where(quantity > duty.quota.limit, duty.quota.outside, duty.quota.inside)
            rate.values = amounts.astype(np.float64)
            rate.miss(~known, "quantity is not known")
        set_ = ~np.isnan(rate.values)
        self._reach(rate, *self._origins(duty), set_, "origin is not known")
        self._reach(rate, *self._goods(duty), set_, "hts is not known")
        return rate

    def _inside(self) -> bool:
        return bool(self.run.plan.begin <= self.edge < self.run.plan.end)

    def _by_formula(self, rate: _Rate) -> None:
        assert rate.duty.formula is not None
        asked = answer(rate.duty.formula.tree, self.scope)
        values = np.broadcast_to(asked.values, self.facts.size).astype(np.float64)
        fault = np.broadcast_to(asked.fault, self.facts.size)
        for code, reason in enumerate(asked.faults, 1):
            rate.miss(fault == code, reason.reason)
        rate.values = values if rate.duty.cap is None else np.minimum(values, rate.duty.cap)

    def _reach(self, rate: _Rate, reached: Truth, known: Truth, set_: Truth, reason: str) -> None:
        rate.drop(known & ~reached)
        rate.miss(~known & set_, reason)

    def _origins(self, duty: Schedule) -> tuple[Truth, Truth]:
        """Return whether a duty is on each class's origin, and whether that is known."""
        origin, known = self.facts.known("origin")
        if duty.common.on:
            return np.isin(origin.astype(str), duty.common.on), known
        return ~np.isin(origin.astype(str), duty.common.by), np.ones(self.facts.size, np.bool_)

    def _goods(self, duty: Schedule) -> tuple[Truth, Truth]:
        """Return whether a duty is on each class's goods, and whether that is known."""
        length = self._length(duty.goods)
        _, known = self.facts.known("hts")
        everything = duty.goods == () or "*" in duty.goods
        return length >= 0, known | np.full(self.facts.size, everything)

    def _length(self, goods: tuple[str, ...]) -> NDArray[np.int64]:
        """Return the length of the longest prefix that matches; -1 where none does   [class]."""
        everything = 0 if goods == () or "*" in goods else -1
        digits = self.facts.columns.get("hts", (None,) * self.facts.size)
        prefixes = frozenset(goods)
        lengths = sorted({len(prefix) for prefix in prefixes if prefix != "*"}, reverse=True)
        return np.array(
            [
                next((n for n in lengths if text and text[:n] in prefixes), everything)
                for text in digits
            ],
            np.int64,
        )

    def _exempt(self, rate: _Rate) -> None:
        """Put an exemption's value in place of the duty's own, where the exemption holds."""
        if np.isnan(rate.values).all() and _none(rate.doubt).all():
            return
        plan, standing, acts = self.run.plan, self.standing, self.acts
        for exempt in self.program.exempts:
            relief = exempt.common.id
            if rate.id not in exempt.from_clauses or not acts[0, plan.index(relief)]:
                continue
            if carried(exempt) and carried(rate.duty):  # it is taken off with the duty's own steps
                continue
            if undone(plan, standing.fired, standing.since, acts, relief, rate.id)[0]:
                continue
            self._relieve(rate, exempt)

    def _relieve(self, rate: _Rate, exempt: Exempt) -> None:
        asked = answer(exempt.if_.tree, self.scope)
        listed = self._length(exempt.goods) >= 0
        fault = np.where(listed, np.broadcast_to(asked.fault, self.facts.size), 0)
        holds = np.broadcast_to(asked.values, self.facts.size).astype(np.bool_) & (fault == 0)
        to = float(exempt.to) if isinstance(exempt.to, float | int) else np.nan
        set_ = ~np.isnan(rate.values)
        for code, reason in enumerate(asked.faults, 1):
            rate.miss(set_ & (fault == code) & (rate.values != to), reason.reason)
        if exempt.goods:
            rate.miss(set_ & holds & self._unnamed() & (rate.values != to), "hts is not known")
        holds = holds & set_ & listed
        for case in np.flatnonzero(holds):
            told = f"{exempt.common.id} {'lifts' if np.isnan(to) else 'changes'} {rate.id}"
            self.lifted[case] = f"{self.lifted[case]}; {told}" if self.lifted[case] else told
        if np.isnan(to):
            rate.drop(holds)
        rate.values = np.where(holds, to, rate.values)

    def _unnamed(self) -> Truth:
        """Return whether neither a number nor a word says what the goods are   [class].

        Goods called `other` are none that an accord names.
        """
        word, told = self.facts.known("goods")
        _, known = self.facts.known("hts")
        return np.asarray(~known & ~(told & (word == OTHER)), np.bool_)

    def _folded(self, rates: Sequence[_Rate], doubt: NDArray[Any]) -> Answers:
        """Weigh the duties of each quantity against each other; what quantities come to is added.

        The finest goods come first, then `over`, then what `combine` says.
        """
        stands = np.full((len(rates), self.facts.size), np.nan)  # [clause, class]
        for quantity in dict.fromkeys(rate.duty.sets for rate in rates):
            places = [i for i, rate in enumerate(rates) if rate.duty.sets == quantity]
            stands[places] = self._survivors([rates[i] for i in places])
        money = np.zeros(self.facts.size, np.bool_)
        for rate, kept in zip(rates, stands, strict=True):
            money |= ~np.isnan(kept) & (str(rate.duty.unit) != "percent")
        names = tuple(rate.id for rate in rates)
        return Answers(names, stands, np.nansum(stands, axis=0), doubt, self.lifted, money)

    def _survivors(self, rates: Sequence[_Rate]) -> FloatArray:
        """Return what stands of each duty on one quantity, NaN where another takes its place."""
        lengths = np.array([self._length(rate.duty.goods) for rate in rates])  # [clause, class]
        values = np.array([rate.values for rate in rates])
        finest = np.where(np.isnan(values), -1, lengths).max(axis=0)
        group = []
        for rate, length in zip(rates, lengths, strict=True):
            coarse = (rate.duty.common.combine not in ("add", "max")) & (length < finest)
            group.append(Part(rate.duty, np.where(coarse, np.nan, rate.values)))
        plan = self.run.plan
        folded(plan, group)  # refuses what cannot stand together
        kept = np.array(
            [
                np.where(lost, np.nan, part.values)
                for part, lost in zip(group, losers(plan, group), strict=True)
            ]
        )
        largest = [i for i, rate in enumerate(rates) if rate.duty.common.combine == "max"]
        if largest:
            of_these = kept[largest]
            best = np.where(np.isnan(of_these), -np.inf, of_these).argmax(axis=0)
            kept[largest] = np.where(np.arange(len(largest))[:, None] == best, of_these, np.nan)
        return kept


def _none(reasons: NDArray[Any]) -> Truth:
    return np.array([reason is None for reason in reasons], np.bool_)


def _annulled(run: Course, index: int) -> bool:
    """Tell whether a clause is void from the beginning, as the end of the horizon knows it."""
    return STATES[run.standings[-1].codes[0, index]] == "void_ab_initio"
