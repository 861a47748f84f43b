"""Exempt: cases that other clauses leave alone, or treat otherwise."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, final

from entente.accord.clauses.common import Common, Given, Say, listed
from entente.accord.expression import Expression
from entente.accord.schema import (
    Field,
    Path,
    Reading,
    drawn,
    one_or_more,
)
from entente.accord.shapes import (
    expression,
    goods,
    identifier,
    number,
    outcome,
)
from entente.language import counted, figures, phrase
from entente.problems import Problem


@final
@dataclass(frozen=True, slots=True)
class Exempt:
    """For cases that fulfil `if_`, the clauses in `from_clauses` give `to`: none when absent.

    goods   prefixes of tariff numbers to which it is confined; empty: all
    """

    common: Common
    from_clauses: tuple[str, ...]
    if_: Expression
    to: float | Expression | None
    goods: tuple[str, ...]

    def sentence(self, say: Say) -> str:
        """Say the clause in one sentence."""
        beaten = {"condition": say(self.if_), "clauses": listed(self.from_clauses)}
        said = (
            counted(
                "If {condition}, {clauses} does not apply.",
                "If {condition}, {clauses} do not apply.",
                len(self.from_clauses),
                **beaten,
            )
            if self.to is None
            else counted(
                "If {condition}, {clauses} sets {value} instead.",
                "If {condition}, {clauses} set {value} instead.",
                len(self.from_clauses),
                value=self.to.text if isinstance(self.to, Expression) else figures(self.to),
                **beaten,
            )
        )
        if not self.goods:
            return said
        named = ", ".join(self.goods)
        return phrase("{sentence} for goods {goods}", sentence=said[:-1], goods=named) + "."

    def own_problems(self, given: Given) -> list[Problem]:
        """List what is wrong in the clause itself; `given` are the keys that its file has."""
        return []


@drawn({"type": ["number", "string"]})
def instead(reading: Reading, path: Path, value: object) -> float | Expression | None:
    """Read what holds instead: a number, or an outcome."""
    if isinstance(value, int | float):
        return number(reading, path, value)
    return outcome(reading, path, value)


FIELDS: Final[Mapping[str, Field]] = {
    "from_clauses": Field(one_or_more(identifier), "E102"),
    "if": Field(expression("condition"), "E102", attribute="if_"),
    "to": Field(instead),
    "goods": Field(one_or_more(goods), default=()),
}
