"""Restore: what was suspended or relieved comes back, by a decision or by itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, final

from entente.accord.clauses.common import Common, Given, Say, listed
from entente.accord.expression import Expression
from entente.accord.schema import Field, one_or_more
from entente.accord.shapes import expression, flag, identifier
from entente.language import counted, phrase
from entente.problems import Problem


@final
@dataclass(frozen=True, slots=True)
class Restore:
    """`what` returns to force `when` a condition holds; `automatic`: `unless` someone acts."""

    common: Common
    what: tuple[str, ...]
    when: Expression | None
    automatic: bool
    unless: Expression | None

    def sentence(self, say: Say) -> str:
        """Say the clause in one sentence."""
        said = (
            counted(
                "{clauses} returns to force by itself",
                "{clauses} return to force by themselves",
                len(self.what),
                clauses=listed(self.what),
            )
            if self.automatic
            else counted(
                "{clauses} returns to force",
                "{clauses} return to force",
                len(self.what),
                clauses=listed(self.what),
            )
        )
        if self.when:
            said = phrase("{sentence} when {condition}", sentence=said, condition=say(self.when))
        if self.unless:
            said = phrase(
                "{sentence} unless {condition}", sentence=said, condition=say(self.unless)
            )
        return f"{said}."

    def own_problems(self, given: Given) -> list[Problem]:
        """List what is wrong in the clause itself; `given` are the keys that its file has."""
        return []


FIELDS: Final[Mapping[str, Field]] = {
    "what": Field(one_or_more(identifier), "E102"),
    "when": Field(expression("condition")),
    "automatic": Field(flag, default=False),
    "unless": Field(expression("condition")),
}
