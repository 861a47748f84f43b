"""One acting clause as steps to try in order: exemptions, clocks and rules, read by a table."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, partial
from typing import Any, Final, NamedTuple, TypeAlias, final

import ibis

from entente.accord.clauses import Allocate, Exempt
from entente.accord.clauses.allocate import Clock, Rule
from entente.accord.document import Accord
from entente.accord.expression import Expression
from entente.accord.expression.facts import BESIDE, FACTS
from entente.accord.expression.symbols import Kind
from entente.accord.expression.table import Column, OfTable
from entente.accord.expression.tree import Constant
from entente.cases import clocks
from entente.cases.law import Acting, Given
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


class Step(NamedTuple):
    """One thing to try: where it `holds` (None: always) the outcome is `to`."""

    holds: Column | None
    to: Column


Read: TypeAlias = Callable[[OfTable], Step]


@final
@dataclass(frozen=True, slots=True)
class Try:
    """A step not yet read: what it rests on, and how a table reads it.

    key    equal for steps that read alike
    """

    ground: Ground
    key: tuple[object, ...]
    read: Read
    given: Given = ()
    clause: Allocate | None = None

    @classmethod
    def constant(cls, ground: Ground, state: str, missing: str | None = None) -> "Try":
        """Make a step that always holds and gives one answer."""
        lacks = None if missing is None else ibis.literal(missing)
        return cls(
            ground, (state, missing), lambda _: Step(None, Column(ibis.literal(state), lacks))
        )


class _NotKnown(dict[str, Any]):
    """Values that calls ask for; a figure over time is never known to a table of claims."""

    def __missing__(self, _call: str) -> Expr:
        return ibis.null("float64")


@final
@dataclass
class Scribe:
    """Says what clauses rest on."""

    accord: Accord

    @cached_property
    def _say(self) -> Callable[[Expression], str]:
        labels, symbols = self.accord.labels(), self.accord.symbols()
        return lambda expression: expression.words(labels, symbols)

    def ground(
        self,
        clause: Allocate,
        rule: str,
        citation: str,
        because: Expression | str,
        basis: str | None = None,
    ) -> Ground:
        """Say why a part of a clause decides."""
        common = clause.common
        said = because if isinstance(because, str) else f"{rule}: {self._say(because)}"
        cited, rests = citation or self.sources(clause), basis or common.basis or ""
        return Ground(common.id, rule, cited, rests, said)

    def sources(self, clause: Allocate) -> str:
        """Name the sources that a clause rests on."""
        known = self.accord.sources
        return "; ".join(known[id_].title for id_ in clause.common.source if id_ in known)

    def tries(self, acting: Acting) -> Iterator[Try]:
        """List what a clause tries, in order: exemptions, clocks that have run out, rules."""
        clause = acting.clause
        for exempt in acting.exempts:
            ground = self.ground(clause, exempt.common.id, "", exempt.if_)
            read = partial(_exempted, exempt, clause)
            yield Try(ground, (exempt.if_, exempt.to), read, acting.given, clause)
        for clock in clocks.in_order(clause):
            said = f"{clock.id}: {clock.length.words()} ran out"
            ground = self.ground(clause, clock.id, clock.citation, said)
            read = partial(_ran_out, clock, clause)
            yield Try(ground, (clause.clocks, clock.id), read, acting.given, clause)
        for rule in clause.rules:
            because = f"{rule.id}: none of the rules before" if rule.catches_all else rule.if_
            ground = self.ground(clause, rule.id, rule.citation, because, rule.basis)
            yield Try(ground, (rule.if_, rule.to), partial(_ruled, rule), acting.given, clause)


def _exempted(exempt: Exempt, clause: Allocate, scope: OfTable) -> Step:
    return Step(exempt.if_.column(scope), _instead(exempt.to, clause, scope))


def _ran_out(clock: Clock, clause: Allocate, scope: OfTable) -> Step:
    return Step(clocks.holds(clock, clause, scope), _brought(clock.on_expiry, scope))


def _ruled(rule: Rule, scope: OfTable) -> Step:
    return Step(None if rule.catches_all else rule.if_.column(scope), rule.to.column(scope))


@final
@dataclass(frozen=True, slots=True)
class Reader:
    """A table of claims as expressions read it.

    table     the claims, with their entries and lengths of lists that stand ready
    today     the day for which the law and the facts are read
    longest   how many entries the longest list has
    silent    only values are asked for, not the names of what is missing
    """

    table: Expr
    today: Expr
    longest: int
    silent: bool

    def scope(self, given: Given, owner: str = "") -> OfTable:
        """Return the columns beside what a clause is given; an absent column is not known.

        `owner` names the clause whose terms stand ready.
        """
        absent = {name: _null(name) for name in FACTS if name not in self.table.columns}
        values = absent | {key: _given(value) for key, value in given}
        known = _NotKnown(values)
        return OfTable(self.table, self.today, values, known, self.longest, owner, self.silent)


def ready(table: Expr, longest: int) -> Expr:
    """Let the entries and lengths of lists that run side by side stand ready as columns."""
    columns = {}
    for entry, names in BESIDE.items():
        given = [name for name in names if name in table.columns]
        if given:
            columns[f"{entry}:n"] = ibis.coalesce(*(table[name].length() for name in given))
        columns |= {f"{name}:{k}": table[name][k] for name in given for k in range(longest)}
    return table.mutate(**columns) if columns else table


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
