"""Allocate: rules in order say which party is responsible, or what a case gets."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, final

from entente.accord.calendar import WEEKDAYS, Business, Duration
from entente.accord.clauses.common import BASES, Common, Given, Say
from entente.accord.expression import Expression
from entente.accord.expression.facts import FACTS
from entente.accord.expression.tree import Constant, Named
from entente.accord.schema import (
    TEXT_FORM,
    Field,
    Path,
    Reading,
    drawn,
    list_of,
    plain,
    table_form,
    table_of,
)
from entente.accord.shapes import (
    duration,
    expression,
    identifier,
    one_of,
    outcome,
    text,
)
from entente.language import phrase
from entente.places import with_article
from entente.problems import Place, Problem


@final
@dataclass(frozen=True, slots=True)
class Rule:
    """A case that fulfils `if_` goes `to` an outcome; `citation` is the article.

    `basis` and `note` are the rule's own, where they differ from the clause's.
    """

    id: str
    if_: Expression
    to: Expression
    citation: str
    basis: str | None
    note: str
    where: Place = field(compare=False)

    @property
    def catches_all(self) -> bool:
        """Whether the rule takes every case."""
        return isinstance(self.if_.tree, Constant) and self.if_.tree.value is True

    def plain(self) -> dict[str, Any]:
        """Write it as the file does."""
        rows = {"id": self.id, "if": plain(self.if_), "to": plain(self.to)}
        said = {key: getattr(self, key) for key in ("citation", "basis", "note")}
        return rows | {key: value for key, value in said.items() if value}


@final
@dataclass(frozen=True, slots=True)
class Clock:
    """A limit that runs from `starts` for `length`; when it ends, `on_expiry` is the outcome.

    `extend` says where it has not run out after all: the act was done in time, or another limit
    governs. With `roll` a limit that ends on a day of rest ends on the next working day, by the
    clause's calendar.
    """

    id: str
    starts: Expression
    length: Duration
    on_expiry: Expression
    extend: Expression | None
    citation: str
    roll: str | None
    rest: Business = field(default=WEEKDAYS, compare=False, repr=False)

    def plain(self) -> dict[str, Any]:
        """Write it as the file does."""
        rows = {key: plain(getattr(self, key)) for key in CLOCK}
        return {key: value for key, value in rows.items() if value not in (None, "")}


@final
@dataclass(frozen=True, slots=True)
class Term:
    """What a name stands for in the rules of one clause, and how it is said."""

    is_: Expression
    says: str

    def plain(self) -> dict[str, Any]:
        """Write it as the file does."""
        return {"is": plain(self.is_)} | ({"says": self.says} if self.says else {})


@final
@dataclass(frozen=True, slots=True)
class Allocate:
    """`sets` a quantity for each case by the first rule that holds.

    `otherwise` is the answer whenever the clause is not in force; `frozen_at` names the column
    whose date fixes the facts. `terms` name what its rules and clocks ask more than once; rules
    hold them already in place of their names.
    """

    common: Common
    sets: str
    terms: Mapping[str, Term] = field(hash=False)
    rules: tuple[Rule, ...]
    clocks: tuple[Clock, ...]
    otherwise: Expression | None
    frozen_at: str | None

    def sentence(self, say: Say) -> str:
        """Say the clause in one sentence."""
        return f"{self.quantity()}: {'; '.join(self.said_rules(say))}."

    def quantity(self) -> str:
        """Say what it sets."""
        return phrase(self.sets.replace("_", " ").capitalize())

    def said_rules(self, say: Say) -> list[str]:
        """Say each rule, in their order."""
        return [
            phrase("else {state}", state=_target(rule.to, say))
            if rule.catches_all
            else phrase(
                "if {condition}, {state}", condition=say(rule.if_), state=_target(rule.to, say)
            )
            for rule in self.rules
        ]

    def own_problems(self, given: Given) -> list[Problem]:
        """List what is wrong in the clause itself; `given` are the keys that its file has."""
        common, found = self.common, []
        seen: set[str] = set()
        for rule in self.rules:
            if rule.id in seen:
                message = f"two rules are named '{rule.id}'"
                found.append(Problem("E100", rule.where, common.id, message, "rename one"))
            seen.add(rule.id)
        return found


def _target(to: Expression, say: Say) -> str:
    return with_article(to.text) if isinstance(to.tree, Constant) else say(to)


@drawn({"anyOf": [TEXT_FORM, {"type": "object", "required": ["to"]}]})
def expiry(reading: Reading, path: Path, value: object) -> Expression | None:
    """Read what follows when a clock ends: `"accept"`, an outcome, or `{ to = outcome }`."""
    if isinstance(value, dict) and set(value) == {"to"}:
        found: Expression | None = outcome(reading, (*path, "to"), value["to"])
        return found
    if value in ("accept", "refuse"):
        at = reading.at(path)
        return Expression(str(value), "outcome", Constant(str(value), at), at)
    return outcome(reading, path, value)


RULE: Final[Mapping[str, Field]] = {
    "id": Field(identifier, "E102"),
    "if": Field(expression("rule"), "E102", attribute="if_"),
    "to": Field(outcome, "E102"),
    "citation": Field(text, default=""),
    "basis": Field(one_of(*BASES)),
    "note": Field(text, default=""),
}


@drawn(table_form(RULE))
def rule(reading: Reading, path: Path, value: object) -> Rule | None:
    """Read a rule."""
    found: Rule | None = table_of(RULE, lambda **parts: Rule(**parts, where=reading.at(path)))(
        reading, path, value
    )
    return found


def allocate(*, terms: Mapping[str, Term], **parts: Any) -> Allocate:
    """Make the clause: what a term says stands for its name, also in the terms after it."""
    found = _meanings(terms)

    def meant(value: Any) -> Any:
        if isinstance(value, Expression):
            return value.with_terms(found)
        if isinstance(value, tuple):
            return tuple(meant(item) for item in value)
        if isinstance(value, Rule):
            return replace(value, if_=meant(value.if_), to=meant(value.to))
        if isinstance(value, Clock):
            own = {key: meant(getattr(value, key)) for key in ("starts", "on_expiry", "extend")}
            return replace(value, **own)
        return value

    return Allocate(terms=terms, **{key: meant(value) for key, value in parts.items()})


def _meanings(terms: Mapping[str, Term]) -> dict[str, Named]:
    found: dict[str, Named] = {}
    for id_, term in terms.items():
        tree = term.is_.with_terms(found).tree
        found[id_] = Named(id_, term.says, tree, term.is_.where)
    return found


TERM: Final[Mapping[str, Field]] = {
    "is": Field(expression("term"), "E102", attribute="is_"),
    "says": Field(text, default=""),
}


@drawn({"type": "object", "additionalProperties": {"anyOf": [TEXT_FORM, table_form(TERM)]}})
def named(reading: Reading, path: Path, value: object) -> Mapping[str, Term] | None:
    """Read terms: a name each, and the expression for which it stands."""
    if not isinstance(value, dict):
        reading.wrong(path, "a table of terms by name", value, "write { name = { is = ... } }")
        return None
    one = table_of(TERM, Term)
    found = {}
    for id_, row in value.items():
        where = (*path, id_)
        if id_ in FACTS:
            mend = "choose another name"
            reading.say("E111", reading.key(where), f"'{id_}' is a column already", mend)
        found[id_] = one(reading, where, {"is": row} if isinstance(row, str) else row)
        if found[id_] is None or identifier(reading, where, id_) is None:
            return None
    return found


CLOCK: Final[Mapping[str, Field]] = {
    "id": Field(identifier, "E102"),
    "starts": Field(expression("date"), "E102"),
    "length": Field(duration, "E102"),
    "on_expiry": Field(expiry, "E102"),
    "extend": Field(expression("rule")),
    "citation": Field(text, default=""),
    "roll": Field(one_of("next_working_day")),
}
FIELDS: Final[Mapping[str, Field]] = {
    "sets": Field(identifier, "E102"),
    "terms": Field(named, default={}),
    "rules": Field(list_of(rule), "E102"),
    "clocks": Field(list_of(table_of(CLOCK, Clock)), default=()),
    "otherwise": Field(outcome),
    "frozen_at": Field(identifier),
}
