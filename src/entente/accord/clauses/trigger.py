"""Trigger: when known values fulfil a condition, other clauses change state."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, final

from entente.accord.calendar import Duration
from entente.accord.clauses.common import Common, Effect, Given, Say, effect
from entente.accord.expression import Expression
from entente.accord.schema import Field, one_or_more
from entente.accord.shapes import duration, expression, flag
from entente.language import listing, phrase
from entente.problems import Problem


@final
@dataclass(frozen=True, slots=True)
class Trigger:
    """Fires the first instant `when` is true; then its effects follow, `within` some days.

    With `latch` it stays fired; else it resets when false, `cool` later.
    """

    common: Common
    when: Expression
    then: tuple[Effect, ...]
    within: Duration | None
    latch: bool
    cool: Duration | None

    def sentence(self, say: Say) -> str:
        """Say the clause in one sentence."""
        said = phrase(
            "When {condition}, {effects}",
            condition=say(self.when),
            effects=listing([part.words() for part in self.then]),
        )
        if self.within:
            said = phrase("{sentence} within {period}", sentence=said, period=self.within.words())
        if self.latch:
            said = phrase("{sentence}, and stays so", sentence=said)
        return f"{said}."

    def own_problems(self, given: Given) -> list[Problem]:
        """List what is wrong in the clause itself; `given` are the keys that its file has."""
        return []


FIELDS: Final[Mapping[str, Field]] = {
    "when": Field(expression("condition"), "E102"),
    "then": Field(one_or_more(effect), "E102"),
    "within": Field(duration),
    "latch": Field(flag, default=False),
    "cool": Field(duration),
}
