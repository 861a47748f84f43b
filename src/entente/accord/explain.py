"""Why a quantity is what it is on a day: value, clause, source, inputs, choices; and why not."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final, TypeAlias

import numpy as np

from entente.accord.calendar import as_date, local64, month_days
from entente.accord.choices import Choices
from entente.accord.clauses import Clause, Restore, Schedule
from entente.accord.clauses.common import STATES
from entente.accord.course import Course, course
from entente.accord.document import Accord, expressions
from entente.accord.expression.words import say_value
from entente.accord.flip import Question, flips
from entente.accord.govern import Ledger
from entente.accord.learnt import learnt
from entente.accord.plan import effects
from entente.accord.published import Published
from entente.accord.quantities import Part, levers_of, losers, parts
from entente.accord.readings import readings
from entente.accord.reasons import Explanation, Finding, Reason, say_amount
from entente.accord.standing import Moment, Standing, World
from entente.accord.value import Answer, answered, asked_of, at_moment
from entente.accord.whynot import Why, say_day
from entente.evidence import Evidence, Lever, Levers
from entente.language import figures, marked, marked_for, phrase, phrase_for
from entente.luck import Luck

_VINTAGES: Final = {
    "first": marked("first release"),
    "final": marked("final release"),
    "as_known": marked("latest release"),
}
_ORIGINS: Final = {
    "supplied": marked_for("where an answer comes from", "supplied"),
    "on record": marked_for("where an answer comes from", "on record"),
    "silence": marked_for("where an answer comes from", "silence"),
    "drawn": marked_for("where an answer comes from", "drawn"),
    "played": marked_for("where an answer comes from", "played"),
    "record": marked_for("where an answer comes from", "record"),
}
_JUDGED: Final = ("met", "breached", "triggered")  # by what was known when it came about
_Ask: TypeAlias = Callable[[Lever, str], Answer]  # a lever and a goods code -> what is set


def explain(
    accord: Accord,
    on: date | datetime,
    choices: Choices | None = None,
    as_of: date | None = None,
    seen: Evidence | None = None,
) -> Explanation:
    """Explain every quantity and clause of an accord on a day, as known on another.

    What became known after the day and changes the answer for it is told with both answers, and so
    is the least change of one input that would alter it. Clauses are read as the file writes them;
    a quantity on which open points differ says FLAG with each reading. Odds stay silent.
    """
    known = accord if as_of is None else accord.known(as_of)
    run = course(known, choices, seen, through=on)
    read = readings(known, choices, seen)
    moment = local64(on, known.zone)
    scribe = _Scribe(known, run, run.at(moment), moment)

    def ask(lever: Lever, goods: str) -> Answer:
        return answered(read, asked_of(lever, goods), on)

    question = Question(known, on, choices or Choices(), seen)
    return replace(
        scribe.explanation(on.isoformat(), ask),
        learnt=tuple(learnt(question, read)),
        flips=flips(question, read),
    )


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
        return at_moment(run, moment, asked_of(lever, goods))

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
            beaten = phrase("beaten by {clauses}, which stands over it", clauses=", ".join(over))
            return self.reason(part.id, part, beaten)
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
            "" if np.isnat(since) else phrase("since {day}", day=say_day(since)),
            self.accord.sentence(id_),
            why or self._why().of(clause, state, part),
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
            return phrase("{metric} ({label}): not known", metric=id_, label=phrase(metric.label))
        told = phrase(
            "{metric} ({label}): {amount} {unit} in {month}, {vintage}, known on {day}",
            metric=id_,
            label=phrase(metric.label),
            amount=say_amount(float(known.values.flat[0])),
            unit=phrase(str(metric.unit)),
            month=latest.month,
            vintage=phrase(_VINTAGES[metric.vintage]),
            day=latest.since,
        )
        if not latest.source:
            return told
        return phrase("{figure}, stated by {source}", figure=told, source=latest.source)

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
        said = phrase_for(*_ORIGINS[origin])
        if origin == "drawn" and isinstance(odds, float):
            said = phrase("drawn, with odds {odds}", odds=figures(odds))
        return phrase(
            "{choice}, '{question}': {answer} ({origin})",
            choice=id_,
            question=phrase(self.accord.choices[id_].asks),
            answer=answer,
            origin=said,
        )

    def _why(self) -> Why:
        return Why(self.accord, self.run, self.standing, self.moment)

    def _reads(self) -> Moment:
        return Moment(self.run.world, self.moment, self.standing.codes)


def _goods(group: list[Part]) -> str:
    """Return a code that every clause's goods reach, where they agree on one."""
    named = sorted({prefix.strip("*") for part in group for prefix in part.clause.goods})
    return named[-1] if named else ""
