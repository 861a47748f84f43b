"""Obligation: what a party owes by a day, measured or judged."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, final

from entente.accord.clauses.common import Common, Either, Given, Say, names_of, on_day
from entente.accord.expression import Expression
from entente.accord.expression.tree import Name
from entente.accord.schema import (
    Field,
    list_of,
    one_or_more,
    plain,
    table_of,
)
from entente.accord.shapes import expression, identifier, party
from entente.language import phrase
from entente.problems import Problem


@final
@dataclass(frozen=True, slots=True)
class Stage:
    """A part of an obligation, due earlier than the whole."""

    due: Expression
    must: Expression

    def plain(self) -> dict[str, Any]:
        """Write it as the file does."""
        return {"due": plain(self.due), "must": plain(self.must)}


@final
@dataclass(frozen=True, slots=True)
class Obligation:
    """`by` owes `must` (a condition on metrics), or what the choice `judged` says, on `due`.

    `kept` names the choice that says how a promised level is kept: one of `COURSES`.
    """

    common: Common
    due: Expression
    must: Expression | None
    judged: str | None
    kept: str | None
    to: tuple[str, ...]
    stages: tuple[Stage, ...]

    def sentence(self, say: Say) -> str:
        """Say the clause in one sentence."""
        places = {
            "parties": self.common.actors(),
            "condition": say(self.must or self._judgement()),
            "day": on_day(self.due, say),
        }
        if not self.to:
            return phrase("{parties} must see to it that {condition}; tested {day}.", **places)
        return phrase(
            "{parties} must see to it that {condition}; owed to {others}, tested {day}.",
            others=names_of(self.to),
            **places,
        )

    def _judgement(self) -> Expression:
        """Return the choice that judges the duty, as a condition."""
        at = self.common.where
        return Expression(str(self.judged), "condition", Name(str(self.judged), at), at)

    def own_problems(self, given: Given) -> list[Problem]:
        """List what is wrong in the clause itself; `given` are the keys that its file has."""
        if self.must is None or self.judged is None:
            return []
        message = "has both 'must' and 'judged'"
        return [Problem("E110", self.common.where, self.common.id, message, MEASURE.mend)]


MEASURE: Final = Either(
    ("must", "judged"),
    "E110",
    "has no measure",
    "keep either must = a condition or judged = a choice",
)
STAGE: Final[Mapping[str, Field]] = {
    "due": Field(expression("date"), "E102"),
    "must": Field(expression("condition"), "E102"),
}
FIELDS: Final[Mapping[str, Field]] = {
    "by": Field(one_or_more(party), "E110", default=()),
    "must": Field(expression("condition")),
    "judged": Field(identifier),
    "kept": Field(identifier),
    "due": Field(expression("date"), "E110"),
    "to": Field(one_or_more(party), default=()),
    "stages": Field(list_of(table_of(STAGE, Stage)), default=()),
}
