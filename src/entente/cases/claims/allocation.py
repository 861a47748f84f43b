"""One acting clause as steps to try in order: exemptions, clocks and rules, read over claims."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Final, TypeAlias, final

import numpy as np

from entente.accord.clauses import Allocate, Exempt
from entente.accord.document import Accord
from entente.accord.expression import Expression
from entente.accord.expression.entry_values import Read
from entente.accord.expression.faults import SOUND, Array, Truth
from entente.accord.expression.tree import Constant
from entente.cases.claims import clocks
from entente.cases.claims.block import Numbers, Reader
from entente.cases.claims.law import Acting, Given
from entente.places import alpha3_of_alpha2

MISSING: Final = "MISSING"
NONE: Final = "none"

_ENDS: Final = {"accept": "requested_state", "refuse": "lodged_state"}  # what a clock brings

Reads: TypeAlias = Callable[[Reader], Read]


@final
@dataclass(frozen=True, slots=True)
class Ground:
    """What an answer rests on: clause, rule, the article, the clause's basis, and why in words."""

    clause: str
    rule: str
    citation: str
    basis: str
    why: str


@final
@dataclass(frozen=True, slots=True)
class Try:
    """One thing to try: where it `holds` (None: always) the outcome is `to`.

    key    equal for steps that read alike
    to     what it brings, None where `lacks` names what is missing to say so
    """

    ground: Ground
    key: tuple[object, ...]
    to: Reads | None
    holds: Reads | None = None
    given: Given = ()
    lacks: str = ""

    @classmethod
    def missing(cls, ground: Ground, lacks: str) -> "Try":
        """Make a step that says what is missing."""
        return cls(ground, (MISSING, lacks), None, lacks=lacks)


@final
@dataclass
class Scribe:
    """Says what clauses rest on, and lists what they try."""

    accord: Accord
    numbers: Numbers

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
        clause, given = acting.clause, acting.given
        terms = tuple(clause.terms.items())
        for exempt in acting.exempts:
            ground = self.ground(clause, exempt.common.id, "", exempt.if_)
            holds, to = partial(_read, exempt.if_), self._instead(exempt, clause)
            yield Try(ground, (exempt.if_, exempt.to, terms), to, holds, given)
        for clock in clocks.in_order(clause):
            said = f"{clock.id}: {clock.length.words()} ran out"
            ground = self.ground(clause, clock.id, clock.citation, said)
            holds = partial(clocks.holds, clock, clause)
            key = (clause.clocks, clock.id, terms)
            yield Try(ground, key, partial(_brought, clock.on_expiry), holds, given)
        for rule in clause.rules:
            because = f"{rule.id}: none of the rules before" if rule.catches_all else rule.if_
            ground = self.ground(clause, rule.id, rule.citation, because, rule.basis)
            if_ = None if rule.catches_all else partial(_read, rule.if_)
            yield Try(ground, (rule.if_, rule.to, terms), partial(_read, rule.to), if_, given)

    def otherwise(self, clause: Allocate | None, why: str) -> Try:
        """Say what holds where no clause is in force: what `clause` says then, if any does."""
        if clause is None or clause.otherwise is None:
            return Try(
                Ground("", "", "", "", why), (NONE,), partial(_always, self.numbers.of(NONE))
            )
        to, ground = clause.otherwise, self.ground(clause, "otherwise", "", why)
        return Try(ground, (to,), partial(_read, to))

    def _instead(self, exempt: Exempt, clause: Allocate) -> Reads:
        """Return what an exempt case gets: what the text says, else as if no clause were there."""
        to = exempt.to if isinstance(exempt.to, Expression) else clause.otherwise
        return partial(_always, self.numbers.of(NONE)) if to is None else partial(_read, to)


def _read(expression: Expression, reader: Reader) -> Read:
    return reader.read(expression)


def _always(number: int, _reader: Reader) -> Read:
    return np.asarray(number, np.int32), SOUND


def _brought(outcome: Expression, reader: Reader) -> Read:
    """Return what a clock that ran out brings; an acceptance falls on the requested state."""
    if not isinstance(outcome.tree, Constant) or outcome.tree.value not in _ENDS:
        return reader.read(outcome)
    name = _ENDS[str(outcome.tree.value)]
    value, known = reader.block.fact(name)
    return value, reader.evaluator.fault(~known, f"{name} is not known", outcome.where)


def met_in(place: Array, places: Sequence[str], numbers: Numbers) -> Truth:
    """Return whether a place is one of some, or a part of a country among them   [claim]."""
    alpha2 = {three: two for two, three in alpha3_of_alpha2().items()}
    parts = tuple(f"{alpha2[code]}-" for code in places if code in alpha2)
    known = [word in places or word.startswith(parts) for word in numbers.words]
    return np.asarray(np.array(known, np.bool_)[place])
