"""One acting clause as table columns: exemptions, clocks and rules, tried in order."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, Final, NamedTuple, TypeAlias, final

import ibis

from entente.accord.clauses import Allocate
from entente.accord.document import Accord
from entente.accord.expression import Expression
from entente.accord.expression.columns import Column, OfTable
from entente.accord.expression.facts import FACTS
from entente.accord.expression.symbols import Kind
from entente.accord.expression.tree import Constant
from entente.cases.cells import NEVER
from entente.cases.law import Acting
from entente.places import alpha3_of_alpha2

Expr: TypeAlias = Any  # an Ibis value; Ibis gives no types to check against
MISSING: Final = "MISSING"
NONE: Final = "none"

_ENDS: Final = {"accept": "requested_state", "refuse": "lodged_state"}  # what a clock brings
_IBIS: Final = {
    Kind.TRUTH: "boolean", Kind.NUMBER: "float64", Kind.DATE: "date",
    Kind.CODE: "string", Kind.TEXT: "string",
}  # fmt: skip


@final
@dataclass(frozen=True, slots=True)
class Ground:
    """What an answer rests on: clause, rule, the article, the clause's basis, and why in words."""

    clause: str
    rule: str
    citation: str
    basis: str
    why: str


class Answer(NamedTuple):
    """What a clause answers, as columns.

    code     the index of the ground it rests on
    state    the outcome, MISSING where a fact is not known
    missing  what is not known, null where nothing
    """

    code: Expr
    state: Expr
    missing: Expr


class Step(NamedTuple):
    """One thing to try: where it `holds` (None: always) the outcome is `to`."""

    holds: Column | None
    to: Column
    ground: Ground


class _NotKnown(dict[str, Any]):
    """Values that calls ask for; a figure over time is never known to a table of claims."""

    def __missing__(self, _call: str) -> Expr:
        return ibis.null("float64")


@final
@dataclass
class Scribe:
    """Says what clauses rest on, and numbers the grounds   [code]."""

    accord: Accord
    grounds: list[Ground] = field(default_factory=list)

    def number(self, ground: Ground) -> int:
        """Return the number of a ground."""
        if ground not in self.grounds:
            self.grounds.append(ground)
        return self.grounds.index(ground)

    @cached_property
    def _say(self) -> Callable[[Expression], str]:
        labels, symbols = self.accord.labels(), self.accord.symbols()
        return lambda expression: expression.words(labels, symbols)

    def ground(
        self, clause: Allocate, rule: str, citation: str, because: Expression | str
    ) -> Ground:
        """Say why a part of a clause decides."""
        common = clause.common
        said = because if isinstance(because, str) else f"{rule}: {self._say(because)}"
        return Ground(common.id, rule, citation or self.sources(clause), common.basis or "", said)

    def sources(self, clause: Allocate) -> str:
        """Name the sources that a clause rests on."""
        known = self.accord.sources
        return "; ".join(known[id_].title for id_ in clause.common.source if id_ in known)


@final
@dataclass(frozen=True, slots=True)
class Reader:
    """A table of claims as expressions read it.

    table   the claims
    today   the day for which the law and the facts are read
    asked   the day up to which clocks have run
    """

    table: Expr
    today: Expr
    asked: Expr

    def scope(self, given: Mapping[str, Any]) -> OfTable:
        """Return the columns beside what a clause is given; an absent column is not known."""
        absent = {name: _null(name) for name in FACTS if name not in self.table.columns}
        values = absent | {key: _given(value) for key, value in given.items()}
        return OfTable(self.table, self.today, values, _NotKnown(values))

    def answer(self, acting: Acting, scribe: Scribe) -> Answer:
        """Try a clause's parts in order; the first that holds decides, a missing fact stops."""
        scope = self.scope(dict(acting.given))
        return _first_of(list(self._steps(acting, scope, scribe)), scribe)

    def _steps(self, acting: Acting, scope: OfTable, scribe: Scribe) -> Iterator[Step]:
        clause = acting.clause
        for exempt in acting.exempts:
            ground = scribe.ground(clause, exempt.common.id, "", exempt.if_)
            yield Step(exempt.if_.column(scope), _instead(exempt.to, clause, scope), ground)
        yield from self._clocks(clause, scope, scribe)
        for rule in clause.rules:
            holds = None if rule.catches_all else rule.if_.column(scope)
            because = f"{rule.id}: none of the rules before" if rule.catches_all else rule.if_
            ground = scribe.ground(clause, rule.id, rule.citation, because)
            yield Step(holds, rule.to.column(scope), ground)

    def _clocks(self, clause: Allocate, scope: OfTable, scribe: Scribe) -> Iterator[Step]:
        """Let a clock that has run out decide; of several, the one that ran out first.

        A clock that is extended has not run out, whatever its start.
        """
        ends, missing = [], []
        for clock in clause.clocks:
            starts = clock.starts.column(scope)
            length = ibis.interval(
                **(
                    {"months": clock.length.months}
                    if clock.length.unit in ("m", "y")
                    else {"days": clock.length.count * (7 if clock.length.unit == "w" else 1)}
                )
            )
            ended, lacks = (starts.value + length).cast("date"), starts.missing
            if clock.extend is not None:
                extended = clock.extend.column(scope)
                held = extended.value.fill_null(ibis.literal(value=False))
                ended = held.ifelse(ibis.literal(NEVER), ended)
                lacks = None if lacks is None else held.ifelse(ibis.null("string"), lacks)
                lacks = _joined(extended.missing, lacks)
            ends.append(ended.fill_null(ibis.literal(NEVER)))
            missing.append(lacks)
        for clock, ended, lacks in zip(clause.clocks, ends, missing, strict=True):
            first = ibis.least(*ends) if len(ends) > 1 else ended
            holds = Column((self.asked > ended) & (ended <= first), lacks)
            said = f"{clock.id}: {clock.length.words()} ran out"
            ground = scribe.ground(clause, clock.id, "", said)
            yield Step(holds, _brought(clock.on_expiry, scope), ground)


def _first_of(steps: Sequence[Step], scribe: Scribe) -> Answer:
    """Let the first step that holds decide; number the steps by their grounds."""
    choose: list[tuple[Expr, Expr]] = []
    states: list[tuple[Expr, Expr]] = []
    lacks: list[tuple[Expr, Expr]] = []
    for step in steps:
        number = ibis.literal(scribe.number(step.ground), type="int32")
        holds = ibis.literal(value=True) if step.holds is None else step.holds.value
        if step.holds is not None and step.holds.missing is not None:
            stops = step.holds.missing.notnull()
            choose.append((stops, number))
            states.append((stops, ibis.literal(MISSING)))
            lacks.append((stops, step.holds.missing))
        state = step.to.value.cast("string")
        choose.append((holds, number))
        states.append((holds, state if step.to.missing is None else state.fill_null(MISSING)))
        if step.to.missing is not None:
            lacks.append((holds & step.to.missing.notnull(), step.to.missing))
        lacks.append((holds, ibis.null("string")))
    return Answer(
        ibis.cases(*choose, else_=ibis.null("int32")),
        ibis.cases(*states, else_=ibis.literal(NONE)),
        ibis.cases(*lacks, else_=ibis.null("string")),
    )


def _joined(one: Expr | None, other: Expr | None) -> Expr | None:
    if one is None or other is None:
        return other if one is None else one
    return ibis.coalesce(one, other)


def _brought(outcome: Expression, scope: OfTable) -> Column:
    """Return what a clock that ran out brings; an acceptance falls on the requested state."""
    if isinstance(outcome.tree, Constant) and outcome.tree.value in _ENDS:
        name = _ENDS[str(outcome.tree.value)]
        value = scope.value(name)
        unknown = ibis.literal(f"{name} is not known")
        return Column(value, value.isnull().ifelse(unknown, ibis.null("string")))
    return outcome.column(scope)


def _instead(to: float | Expression | None, clause: Allocate, scope: OfTable) -> Column:
    """Return what an exempt case gets: what the text says, else as if the clause were not there."""
    if isinstance(to, Expression):
        return to.column(scope)
    if clause.otherwise is not None:
        return clause.otherwise.column(scope)
    return Column(ibis.literal(NONE), None)


def _given(value: Any) -> Any:
    if isinstance(value, date):
        return ibis.literal(value, type="date")
    return ibis.null("date") if value is None else value


def _null(name: str) -> Expr:
    kind = FACTS[name].type
    if kind.kind is Kind.LIST:
        return ibis.null(f"array<{_IBIS[kind.of or Kind.CODE]}>")
    return ibis.null(_IBIS[kind.kind])


def met_in(place: Expr, places: Sequence[str]) -> Expr:
    """Return whether a place is one of some, or a part of a country among them."""
    alpha2 = {three: two for two, three in alpha3_of_alpha2().items()}
    found = place.isin(list(places))
    for country in (alpha2[code] for code in places if code in alpha2):
        found = found | place.startswith(f"{country}-")
    return found
