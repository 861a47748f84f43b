"""Allocate: rules in order say which party is responsible, or what a case gets."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, final

from entente.accord.calendar import Duration
from entente.accord.clauses.common import Common, Given, Say
from entente.accord.expression import Expression
from entente.accord.expression.tree import Constant
from entente.accord.schema import (
    TEXT_FORM,
    Field,
    Path,
    Reading,
    drawn,
    duration,
    expression,
    identifier,
    list_of,
    outcome,
    plain,
    table_form,
    table_of,
    text,
)
from entente.problems import Place, Problem


@final
@dataclass(frozen=True, slots=True)
class Rule:
    """A case that fulfils `if_` goes `to` an outcome; `citation` is the article."""

    id: str
    if_: Expression
    to: Expression
    citation: str
    where: Place = field(compare=False)

    @property
    def catches_all(self) -> bool:
        """Whether the rule takes every case."""
        return isinstance(self.if_.tree, Constant) and self.if_.tree.value is True

    def plain(self) -> dict[str, Any]:
        """Write it as the file does."""
        rows = {"id": self.id, "if": plain(self.if_), "to": plain(self.to)}
        return rows | ({"citation": self.citation} if self.citation else {})


@final
@dataclass(frozen=True, slots=True)
class Clock:
    """A limit that runs from `starts` for `length`; when it ends, `on_expiry` is the outcome."""

    id: str
    starts: Expression
    length: Duration
    on_expiry: Expression
    extend: Expression | None

    def plain(self) -> dict[str, Any]:
        """Write it as the file does."""
        rows = {key: plain(getattr(self, key)) for key in CLOCK}
        return {key: value for key, value in rows.items() if value is not None}


@final
@dataclass(frozen=True, slots=True)
class Allocate:
    """`sets` a quantity for each case by the first rule that holds.

    `otherwise` is the answer whenever the clause is not in force; `frozen_at` names the column
    whose date fixes the facts.
    """

    common: Common
    sets: str
    rules: tuple[Rule, ...]
    clocks: tuple[Clock, ...]
    otherwise: Expression | None
    frozen_at: str | None

    def sentence(self, say: Say) -> str:
        """Say the clause in one sentence."""
        parts = [
            f"{'else' if rule.catches_all else f'if {say(rule.if_)}'} {_target(rule.to, say)}"
            for rule in self.rules
        ]
        return f"{self.sets.capitalize()}: {'; '.join(parts)}."

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
    return to.text if isinstance(to.tree, Constant) else say(to)


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
}


@drawn(table_form(RULE))
def rule(reading: Reading, path: Path, value: object) -> Rule | None:
    """Read a rule."""
    found: Rule | None = table_of(RULE, lambda **parts: Rule(**parts, where=reading.at(path)))(
        reading, path, value
    )
    return found


CLOCK: Final[Mapping[str, Field]] = {
    "id": Field(identifier, "E102"),
    "starts": Field(expression("date"), "E102"),
    "length": Field(duration, "E102"),
    "on_expiry": Field(expiry, "E102"),
    "extend": Field(expression("condition")),
}
FIELDS: Final[Mapping[str, Field]] = {
    "sets": Field(identifier, "E102"),
    "rules": Field(list_of(rule), "E102"),
    "clocks": Field(list_of(table_of(CLOCK, Clock)), default=()),
    "otherwise": Field(outcome),
    "frozen_at": Field(identifier),
}
