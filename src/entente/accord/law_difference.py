"""What two accords differ in by the law: the first instant, then the first case, with a witness."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from typing import Any, TypeAlias, final

import numpy as np

from entente.accord.calendar import as_moment
from entente.accord.checks.reason import settle
from entente.accord.checks.subject import Subject
from entente.accord.choices import Choices
from entente.accord.clauses import Allocate, Schedule
from entente.accord.difference import Change, plain, said_value, text_difference
from entente.accord.document import Accord
from entente.accord.effect import NOTHING, Effect, zero_if_none
from entente.accord.expression.arrays import answer
from entente.accord.expression.said import said
from entente.accord.expression.tree import Compare, Constant, Node
from entente.accord.readings import Reading, readings
from entente.accord.reasons import said_quantity
from entente.evidence import Lever
from entente.grid import Told
from entente.language import phrase

_Ask: TypeAlias = Callable[[Effect], Node]  # what is set, or said of a case


@final
@dataclass(frozen=True, slots=True)
class Witness:
    """The first instant at which two accords differ on a quantity, and a case for which they do.

    `goods` is the goods code for which they differ, `*` for all. `case` are the facts of a case;
    empty where every case will do. Where `decided` is false the rules differ, and no case was found
    that shows it; `before` and `after` are then the rules.
    """

    quantity: str
    by: str
    on: str
    goods: str
    when: date | datetime
    before: Any
    after: Any
    case: tuple[str, ...] = ()
    reading: str = ""
    decided: bool = True

    def as_json(self) -> dict[str, Any]:
        """Give the flat record that `entente compare --json` prints."""
        return {
            "quantity": self.quantity, "by": self.by, "on": self.on, "goods": self.goods,
            "when": self.when.isoformat(), "before": plain(self.before), "after": plain(self.after),
            "case": list(self.case), "reading": self.reading, "decided": self.decided,
        }  # fmt: skip

    def __str__(self) -> str:
        start = phrase("{quantity}: from {instant}", quantity=self.asked(), instant=self.when)
        if self.reading:
            start = phrase("{start} where {reading}", start=start, reading=self.reading)
        if not self.decided:
            return phrase(
                "{start}, the rules differ; whether they do for any case is not decided",
                start=start,
            )
        said = phrase(
            "{start}, {before} before, {after} after",
            start=start,
            before=said_value(self.before),
            after=said_value(self.after),
        )
        if not self.case:
            return said
        return phrase("{difference} for {case}", difference=said, case=", ".join(self.case))

    def asked(self) -> str:
        """Say on what the two differ."""
        return said_quantity(self.quantity, self.by, self.on, self.goods.strip("*"))


@final
@dataclass(frozen=True, slots=True)
class Difference(Told):
    """What two accords differ in, by text and by law; both are empty for an empty amendment."""

    before: str
    after: str
    text: tuple[Change, ...]
    law: tuple[Witness, ...]

    def lines(self) -> Iterator[str]:
        """Say both layers, a line a difference."""
        yield phrase("{after} beside {before}", after=self.after, before=self.before)
        yield phrase("text:") if self.text else phrase("text: the same")
        yield from (f"  {change}" for change in self.text)
        yield phrase("law:") if self.law else phrase("law: the same for every day and case")
        yield from (f"  {witness}" for witness in self.law)


def difference(
    before: Accord, after: Accord, choices: tuple[Choices, Choices] | None = None
) -> Difference:
    """Compare two accords by text and by law; choices are taken as given to each, odds silent."""
    found = law_difference(before, after, choices)
    return Difference(before.label, after.label, text_difference(before, after), found)


def law_difference(
    before: Accord, after: Accord, choices: tuple[Choices, Choices] | None = None
) -> tuple[Witness, ...]:
    """Give the first instant, and a case, at which each quantity differs, in order of time.

    Looked for on every instant at which either law changes, under every reading of open points.
    """
    chosen = choices or (Choices(), Choices())
    if before == after and chosen[0] == chosen[1]:
        return ()
    read = readings(before, chosen[0]), readings(after, chosen[1])
    nows = {s.now for of in read for reading in of for s in reading.run.standings}
    laws = [_Laws(moment, *(_effects(of, moment) for of in read)) for moment in sorted(nows)]
    subject = Subject(after, frozenset())
    asked = [*_levers(before, after), *_allocations(before, after)]
    found = (_first(subject, laws, named, ask) for named, ask in asked)
    known = [witness for witness in found if witness is not None]
    return tuple(sorted(known, key=lambda w: (str(w.when), w.quantity, w.by, w.on, w.goods)))


@dataclass(frozen=True, slots=True)
class _Laws:
    """Both laws at an instant, by reading."""

    moment: np.datetime64
    before: Mapping[str, Effect]
    after: Mapping[str, Effect]


def _effects(read: Sequence[Reading], moment: np.datetime64) -> dict[str, Effect]:
    return {reading.label: Effect.of(reading.run, moment) for reading in read}


def _levers(*accords: Accord) -> Iterator[tuple[tuple[str, str, str, str], _Ask]]:
    """Give everything that a schedule of some accord sets, and how to ask for it."""
    schedules = [c for a in accords for c in a.clauses.values() if isinstance(c, Schedule)]
    named = {
        (clause.sets, by, on, goods)
        for clause in schedules
        for by in clause.common.by or ("",)
        for on in clause.common.on or ("",)
        for goods in clause.goods or ("*",)
    }
    for quantity, by, on, goods in sorted(named):
        own = [c for c in schedules if c.sets == quantity]
        adds = all(clause.common.combine == "add" for clause in own)
        yield (quantity, by, on, goods), _amount(Lever(quantity, by, on), goods, adds)


def _amount(lever: Lever, goods: str, adds: bool) -> _Ask:
    def ask(effect: Effect) -> Node:
        found = effect.amount(lever, "" if goods == "*" else goods)
        return zero_if_none(found) if adds else found

    return ask


def _allocations(*accords: Accord) -> Iterator[tuple[tuple[str, str, str, str], _Ask]]:
    named = {c.sets for a in accords for c in a.clauses.values() if isinstance(c, Allocate)}
    for quantity in sorted(named):
        yield (quantity, "", "", ""), partial(_outcome, quantity)


def _outcome(quantity: str, effect: Effect) -> Node:
    return effect.outcome(quantity)


def _first(
    subject: Subject, both: Sequence[_Laws], named: tuple[str, str, str, str], ask: _Ask
) -> Witness | None:
    """Return the first difference in one quantity; one that is decided before one that is not."""
    open_: Witness | None = None
    for laws in both:
        pairs = list(_pairs(laws, ask))
        unlike = [pair for pair in pairs if said(pair[1]) != said(pair[2])]
        found = [
            witness
            for reading, *both_laws in unlike
            if (witness := _witness(subject, named, laws.moment, reading, both_laws)) is not None
        ]
        decided = [witness for witness in found if witness.decided]
        if decided:
            return _for_all(decided, len(pairs))
        open_ = open_ or (found[0] if found else None)
    return open_


def _for_all(found: Sequence[Witness], count: int) -> Witness:
    """Return the first witness, without its reading where the others say the same of theirs."""
    told = {(str(w.before), str(w.after), w.case) for w in found}
    return replace(found[0], reading="") if len(found) == count and len(told) == 1 else found[0]


def _pairs(laws: _Laws, ask: _Ask) -> Iterator[tuple[str, Node, Node]]:
    """Pair what both laws come to, reading by reading; each with each where readings are others."""
    before = {label: ask(effect) for label, effect in laws.before.items()}
    after = {label: ask(effect) for label, effect in laws.after.items()}
    if before.keys() == after.keys():
        yield from ((label, before[label], after[label]) for label in before)
        return
    for label, one in before.items():
        for another, other in after.items():
            yield "; ".join(filter(None, (label, another))), one, other


def _witness(
    subject: Subject,
    named: tuple[str, str, str, str],
    moment: np.datetime64,
    reading: str,
    laws: Sequence[Node],
) -> Witness | None:
    """Find a case for which two laws differ; None where the solver knows that there is none."""
    made = partial(Witness, *named, as_moment(moment), reading=reading)
    if all(isinstance(law, Constant) for law in laws):
        one, other = (_value(law.value) for law in laws if isinstance(law, Constant))
        return None if one == other else made(one, other)
    one_law, other_law = laws
    unlike = Compare("!=", one_law, other_law, one_law.at)
    found = settle(subject, [(unlike, True)], example=True)
    if found.possible is False:
        return None
    if found.case is None:
        return made(said(laws[0]), said(laws[1]), decided=False)
    one, other = (_value(answer(law, found.case).values.reshape(-1)[0]) for law in laws)
    return made(one, other, case=found.words)


def _value(value: Any) -> Any:
    """Turn an amount or a word into what is told of it; None where nothing is set."""
    plain_value = value.item() if hasattr(value, "item") else value
    return None if plain_value == NOTHING else plain_value
