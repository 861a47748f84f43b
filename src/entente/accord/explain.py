"""Why a quantity is what it is on a day: value, clause, source, inputs, choices; and why not."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final, TypeAlias, final

import numpy as np

from entente.accord.calendar import as_date, as_moment, local64, month_days
from entente.accord.choices import Choices
from entente.accord.clauses import (
    Allocate,
    Clause,
    Obligation,
    Procedure,
    Restore,
    Schedule,
    Suspend,
    Trigger,
)
from entente.accord.clauses.common import STATES
from entente.accord.document import Accord, expressions
from entente.accord.expression import Expression
from entente.accord.expression.words import say_value
from entente.accord.govern import Ledger
from entente.accord.plan import effects
from entente.accord.published import Published
from entente.accord.quantities import Part, carried, levers_of, losers, parts
from entente.accord.standing import Moment, Standing, World
from entente.accord.timeline import FLAG, Answer, Course, at_moment, course, resting_places, value
from entente.evidence import Evidence, Lever, Levers
from entente.luck import Luck

_JUDGED: Final = ("met", "breached", "triggered")  # by what was known when it came about
_Ask: TypeAlias = Callable[[Lever, str], Answer]  # a lever and a goods code -> what is set


@final
@dataclass(frozen=True, slots=True)
class Reason:
    """One clause on a day: its state, since when, what it says, and why it stands so."""

    clause: str
    state: str
    since: str
    sentence: str
    why: str
    basis: str | None
    sources: tuple[str, ...]
    choices: tuple[str, ...]
    inputs: tuple[str, ...] = ()

    def headline(self) -> str:
        """Say the state and why in a line."""
        state = " ".join(filter(None, [self.state.replace("_", " "), self.since]))
        return f"{self.clause} is {state}: {self.why}"

    def lines(self) -> Iterator[str]:
        """Say it: the state and why, then what it rests on."""
        yield self.headline()
        yield f"    says: {self.sentence}"
        basis = f" (basis: {self.basis})" if self.basis else ""
        yield f"    rests on: {'; '.join(self.sources) or 'no source'}{basis}"
        for figure in self.inputs:
            yield f"    reads: {figure}"
        for choice in self.choices:
            yield f"    choice: {choice}"


@final
@dataclass(frozen=True, slots=True)
class Finding:
    """A quantity on a day, the clauses that set it, and why others do not."""

    quantity: str
    by: str
    on: str
    unit: str
    answer: Answer
    winners: tuple[Reason, ...]
    losers: tuple[Reason, ...]
    over_month: float | None = None  # averaged over the month's days, where a run is explained

    def headline(self) -> str:
        """Say the value in a sentence.

        An added duty that nothing sets is a sum of nothing, so 0.
        """
        who = "".join(
            f" {word} {party}" for word, party in (("by", self.by), ("on", self.on)) if party
        )
        if self.answer.value == FLAG:
            readings = "; ".join(
                f"{k}: {_amount(v)}" for k, v in (self.answer.readings or {}).items()
            )
            told = f"{self.quantity}{who}: {FLAG} ({', '.join(self.answer.flags)}) {readings}"
            return told.rstrip()
        if self.answer.value is None:
            return f"{self.quantity}{who}: nothing is set"
        month = "" if self.over_month is None else f" ({_amount(self.over_month)} over the month)"
        return f"{self.quantity}{who}: {_amount(self.answer.value)} {self.unit}{month}"


@final
@dataclass(frozen=True, slots=True)
class Explanation:
    """What holds on a day under an accord, and why."""

    accord: str
    on: str
    findings: tuple[Finding, ...]
    others: tuple[Reason, ...]
    undecided: tuple[str, ...]

    def lines(self) -> Iterator[str]:
        """Say everything, one sentence a line."""
        yield f"{self.accord} on {self.on}"
        for finding in self.findings:
            yield ""
            yield finding.headline()
            for label, reasons in (("because", finding.winners), ("not", finding.losers)):
                for reason in reasons:
                    first, *rest = reason.lines()
                    yield f"  {label}: {first}"
                    yield from rest
        yield ""
        for reason in self.others:
            yield reason.headline()
            yield from (f"    reads: {figure}" for figure in reason.inputs)
        for problem in self.undecided:
            yield f"not decided: {problem}"


def explain(
    accord: Accord,
    on: date | datetime,
    choices: Choices | None = None,
    as_of: date | None = None,
    seen: Evidence | None = None,
) -> Explanation:
    """Explain every quantity and clause of an accord on a day, as known on another.

    Clauses are read as the file writes them; a quantity on which open points differ says FLAG with
    each reading. Odds stay silent.
    """
    known = accord if as_of is None else accord.known(as_of)
    run = course(known, choices, seen, through=on)
    moment = local64(on, known.zone)
    scribe = _Scribe(known, run, run.at(moment), moment)

    def ask(lever: Lever, goods: str) -> Answer:
        return value(
            known, lever.quantity, on, choices, by=lever.by or None, party=lever.on or None,
            goods=goods,
        )  # fmt: skip

    return scribe.explanation(on.isoformat(), ask)


def explain_draw(
    ledger: Ledger, seen: Evidence, levers: Levers, choices: Choices, luck: Luck
) -> Explanation:
    """Explain how one draw of a run stood at the end of the month that `seen` is of.

    ledger   as `govern` returned it for that month, as are the levers   [draw], one draw
    luck     the draw's own, as `govern` met it

    Clauses are read as the file writes them: a run settles no open point.
    """
    plan, accord = ledger.plan, ledger.plan.accord
    moment = month_days(seen.month)[1] - np.timedelta64(1, "s")
    world = World(plan, Published(accord, seen), choices, luck)
    run = Course(plan, world, (ledger.standing,))
    scribe = _Scribe(accord, run, replace(ledger.standing, now=moment), moment, levers)

    def ask(lever: Lever, goods: str) -> Answer:
        return at_moment(run, moment, *lever, goods)

    return scribe.explanation(str(as_date(moment)), ask)


@dataclass(frozen=True, slots=True)
class _Scribe:
    accord: Accord
    run: Course
    standing: Standing
    moment: np.datetime64
    levers: Levers | None = None

    def explanation(self, on: str, ask: _Ask) -> Explanation:
        """Explain every quantity, then every clause that sets none."""
        schedules = [c for c in self.accord.clauses.values() if isinstance(c, Schedule)]
        told = {clause.common.id for clause in schedules}
        return Explanation(
            self.accord.name,
            on,
            tuple(self.findings(schedules, ask)),
            tuple(self.reason(id_) for id_ in self.accord.clauses if id_ not in told),
            tuple(str(problem) for problem in self.standing.undecided),
        )

    def findings(self, schedules: list[Schedule], ask: _Ask) -> Iterator[Finding]:
        """Explain each quantity by who sets it and on whom."""
        levers = dict.fromkeys(lever for clause in schedules for lever in levers_of(clause))
        own = {part.id: part for part in parts(self.standing, self.run.world)}
        for lever in levers:
            reach = {lever, lever._replace(on="")}
            group = [own[c.common.id] for c in schedules if reach & set(levers_of(c))]
            lost = dict(zip((part.id for part in group), losers(self.run.plan, group), strict=True))
            wins = [p for p in group if not np.isnan(p.values[0]) and not lost[p.id][0]]
            yield Finding(
                *lever,
                str(group[0].clause.unit),
                ask(lever, _goods(group)),
                tuple(self.reason(part.id, part) for part in wins),
                tuple(self._loser(part, group) for part in group if part not in wins),
                self._over_month(lever),
            )

    def _over_month(self, lever: Lever) -> float | None:
        """Return what a lever came to over the month; None where goods differ or it is unset."""
        if self.levers is None:
            return None
        set_ = self.levers.rates.get(lever, self.levers.levels.get(lever))
        amounts = np.unique(np.array([]) if set_ is None else set_)
        return float(amounts[0]) if amounts.size == 1 and not np.isnan(amounts[0]) else None

    def _loser(self, part: Part, group: list[Part]) -> Reason:
        over = [o.id for o in group if part.id in self.run.plan.beats[o.id]
                and not np.isnan(o.values[0])]  # fmt: skip
        if over and not np.isnan(part.values[0]):
            return self.reason(part.id, part, f"beaten by {', '.join(over)}, which stands over it")
        return self.reason(part.id, part)

    def reason(self, id_: str, part: Part | None = None, why: str = "") -> Reason:
        """Say how one clause stands, and why."""
        clause = self.accord.clauses[id_]
        index = self.run.plan.index(id_)
        state = STATES[self.standing.codes[0, index]]
        since = self.standing.since[0, index]
        return Reason(
            id_,
            state,
            "" if np.isnat(since) else f"since {_day(since)}",
            self.accord.sentence(id_),
            why or self._why(clause, state, part),
            clause.common.basis,
            tuple(self._source(source) for source in clause.common.source),
            tuple(self._choice(name) for name in self._choices_of(clause)),
            tuple(
                self._figure(name, since if state in _JUDGED else self.moment)
                for name in self._metrics_of(clause)
            ),
        )

    def _metrics_of(self, clause: Clause) -> list[str]:
        used = {name.id for e in expressions(clause) for name in e.names()}
        used |= {read.metric for read in getattr(clause, "reads", ())}
        return [id_ for id_ in self.accord.metrics if id_ in used]

    def _figure(self, id_: str, when: np.datetime64) -> str:
        """Say the last value of a metric that was known: unit, release, month and day."""
        metric = self.accord.metrics[id_]
        latest = self.run.world.published.latest(id_, when)
        known = replace(self._reads(), now=when).value(id_)
        if latest is None or not known.known.flat[0]:
            return f"{id_} ({metric.label}): not known"
        amount = _amount(float(known.values.flat[0]))
        month, day = latest
        told = f"{id_} ({metric.label}): {amount} {metric.unit} in {month}"
        return f"{told}, {metric.vintage} release, known on {day}"

    def _source(self, id_: str) -> str:
        source = self.accord.sources.get(id_)
        return id_ if source is None else f"{source.title}, {source.date}"

    def _choices_of(self, clause: Clause) -> list[str]:
        """Return the choices a clause turns on: its own, and those of what may bring it back."""
        returning = [
            other
            for other in self.accord.clauses.values()
            if (isinstance(other, Restore) and clause.common.id in other.what)
            or clause.common.id in {effect.clause for effect in effects(other)}
        ]
        asked = [e for c in (clause, *returning) for e in expressions(c)]
        used = {name.id for e in asked for name in e.names()}
        used |= {getattr(clause, "judged", None) or ""}
        return [id_ for id_ in self.accord.choices if id_ in used]

    def _choice(self, id_: str) -> str:
        known, origin = self._reads().choice(id_)
        answer = say_value(np.asarray(known.values).reshape(-1).tolist()[0])
        odds = self.accord.choices[id_].odds
        if origin == "drawn" and not isinstance(odds, Mapping):
            origin = f"drawn, with odds {odds:g}"
        return f"{id_}, '{self.accord.choices[id_].asks}': {answer} ({origin})"

    def _reads(self) -> Moment:
        return Moment(self.run.world, self.moment, self.standing.codes)

    def _because(self, expression: Expression) -> str:
        return expression.because(self._reads(), self.accord.labels(), self.accord.symbols())[1]

    def _why(self, clause: Clause, state: str, part: Part | None) -> str:
        common, life = clause.common, self.run.plan.lives[clause.common.id]
        match state:
            case "draft":
                return f"not announced before {_day(life.announced)}"
            case "announced":
                return self._waits(clause)
            case "suspended":
                return self._rests(common.id)
            case "reserved":
                return f"agreed, and held back: {self._unreleased(common.id)}"
            case "lapsed":
                return self._ended(clause)
            case "void_from" | "void_ab_initio":
                return f"made void by {', '.join(self._acting_on(common.id, state)) or 'a clause'}"
            case "met" | "breached":
                return self._judged(clause, state)
        return self._in_force(clause) if part is None else _sets(part)

    def _waits(self, clause: Clause) -> str:
        life = self.run.plan.lives[clause.common.id]
        if np.isnat(life.start):
            return f"announced on {_day(life.announced)}, and never put into effect"
        if life.start > self.moment:
            return f"announced on {_day(life.announced)}, in effect from {_day(life.start)}"
        begins = clause.common.from_
        return "waits" if begins is None else f"waits: {self._because(begins)}"

    def _rests(self, id_: str) -> str:
        acting = [
            other.common.id
            for other in self.accord.clauses.values()
            if isinstance(other, Suspend) and id_ in other.what and self._acts(other.common.id)
        ] + self._acting_on(id_, "suspended")
        by = f"suspended by {', '.join(acting) or 'a clause'}"
        idle = [
            f"{other.common.id} does not restore it: {self._idle(other)}"
            for other in self.accord.clauses.values()
            if isinstance(other, Restore) and id_ in other.what
        ]
        return "; ".join([by, *idle])

    def _idle(self, clause: Restore | Trigger) -> str:
        state = STATES[self.standing.codes[0, self.run.plan.index(clause.common.id)]]
        if not self._acts(clause.common.id):
            return f"it is {state.replace('_', ' ')}"
        return self._because(clause.when) if clause.when is not None else "it has not come"

    def _unreleased(self, id_: str) -> str:
        waiting = [
            f"{other.common.id} has not brought it into force: {self._idle(other)}"
            for other in self.accord.clauses.values()
            if isinstance(other, Trigger)
            and any(e.clause == id_ and e.state == "in_force" for e in other.then)
        ]
        return "; ".join(waiting) or "nothing has brought it into force"

    def _ended(self, clause: Clause) -> str:
        life, sunset = self.run.plan.lives[clause.common.id], self.accord.sunset
        if not np.isnat(life.expires) and life.expires <= self.moment:
            return f"expired on {_day(life.expires)}"
        if sunset is not None and local64(sunset, self.accord.zone) <= self.moment:
            return f"the accord ended on {sunset}"
        until = clause.common.until
        if until is not None:
            return f"it held until {until.words(self.accord.labels(), self.accord.symbols())}"
        return f"ended by {', '.join(self._acting_on(clause.common.id, 'lapsed')) or 'a clause'}"

    def _judged(self, clause: Clause, state: str) -> str:
        if not isinstance(clause, Obligation):
            return state
        due = clause.due.words(self.accord.labels(), self.accord.symbols())
        return f"{state} when it was tested, on {due}"

    def _in_force(self, clause: Clause) -> str:
        match clause:
            case Obligation():
                due = clause.due.words(self.accord.labels(), self.accord.symbols())
                return f"owed, and tested on {due}"
            case Trigger():
                fired = self.standing.fired[0, self.run.plan.index(clause.common.id)]
                told = self._because(clause.when)
                return f"has not fired: {told}" if np.isnat(fired) else f"fired on {_day(fired)}"
            case Restore():
                return self._because(clause.when) if clause.when is not None else "it acts"
            case Procedure() if clause.decided is None:
                return "nothing is decided"
            case Allocate():
                places = resting_places(self.run.plan, self.standing, clause.common.id)
                return f"in force, but not in {', '.join(places)}" if places else "in force"
        return "in force"

    def _acts(self, id_: str) -> bool:
        return bool(self.standing.acts()[0, self.run.plan.index(id_)])

    def _acting_on(self, id_: str, state: str) -> list[str]:
        return [
            other.common.id
            for other in self.accord.clauses.values()
            if isinstance(other, Trigger | Procedure)
            and any(e.clause == id_ and e.state == state for e in other.then)
            and self._acts(other.common.id)
        ]


def _sets(part: Part) -> str:
    if not carried(part.clause):
        return "in force; what it sets turns on the facts of each entry"
    if np.isnan(part.values[0]):
        return "in force, but it sets nothing on this day"
    return f"sets {_amount(float(part.values[0]))} {part.clause.unit}"


def _goods(group: list[Part]) -> str:
    """Return a code that every clause's goods reach, where they agree on one."""
    named = sorted({prefix.strip("*") for part in group for prefix in part.clause.goods})
    return named[-1] if named else ""


def _day(moment: np.datetime64) -> str:
    return as_moment(moment).isoformat()


def _amount(amount: float | str | None) -> str:
    return "nothing" if amount is None else amount if isinstance(amount, str) else f"{amount:,.10g}"


__all__ = ["Explanation", "Finding", "Lever", "Reason", "explain", "explain_draw"]
