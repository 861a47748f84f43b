"""Conditions, dates and amounts of an accord's text: one tree, parsed once, with four readings.

`parse` gives an `Expression`; it checks itself against the names in scope and reads itself over
arrays (`over`), as a table column (`column`) and in words (`words`). Solver terms will be a fourth
reading beside these; nothing else in entente walks the tree.
"""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias, final

from entente.accord.expression.parse import tree_of
from entente.accord.expression.symbols import (
    Kind,
    Reference,
    Role,
    Symbol,
    Symbols,
    Type,
    references,
)
from entente.accord.expression.tree import Named, Node, is_best, with_terms
from entente.accord.expression.types import type_of
from entente.problems import InputProblemsError, Place, Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from entente.accord.expression.scope import Answer, Scope
    from entente.accord.expression.table import Column, Columns

Use: TypeAlias = Literal["condition", "date", "number", "rule", "outcome", "term"]

_WANTED: Final[dict[Use, frozenset[Kind]]] = {
    "condition": frozenset({Kind.TRUTH}),
    "rule": frozenset({Kind.TRUTH}),
    "date": frozenset({Kind.DATE}),
    "number": frozenset({Kind.NUMBER}),
    "outcome": frozenset({Kind.CODE, Kind.TEXT, Kind.LIST}),
    "term": frozenset(Kind),
}


@final
@dataclass(frozen=True, slots=True)
class Expression:
    """An expression of an accord: its tree, its text, where it stands and what it is for.

    `use` says what it must give: a condition or rule yes or no, a date, a number, or a code; a
    term gives anything. In a rule the parts of `and` and `or` are weighed together, so that what
    is not known stops only a rule that known facts do not settle.
    Two expressions are equal when their texts and uses are.
    """

    text: str
    use: Use
    tree: Node
    where: Place

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Expression):
            return NotImplemented
        return (self.text, self.use) == (other.text, other.use)

    def __hash__(self) -> int:
        return hash((self.text, self.use))

    @property
    def together(self) -> bool:
        """Whether parts are weighed together, not from the left."""
        return self.use == "rule"

    def with_terms(self, terms: "Mapping[str, Named]") -> "Expression":
        """Put what a clause's terms stand for in place of their names."""
        return replace(self, tree=with_terms(self.tree, terms)) if terms else self

    def names(self) -> frozenset[Reference]:
        """Return every name used, with its role; `Role.NAME` is what the symbols say it is."""
        return references(self.tree)

    def type(self, symbols: Symbols) -> Type:
        """Return the type of the whole expression."""
        return type_of(self.tree, symbols)[0]

    def check(self, symbols: Symbols, clause: str = "") -> list[Problem]:
        """List every undefined name (E103) and every clash of types and units (E111)."""
        found, problems = type_of(self.tree, symbols)
        wanted = _WANTED[self.use]
        if found.kind not in wanted and found.kind is not Kind.ANY:
            message = f"this gives a {found}, where a {' or '.join(sorted(wanted))} is needed"
            problems.append(Problem("E111", self.where, clause, message))
        return [replace(problem, clause=clause) for problem in dict.fromkeys(problems)]

    def over(self, scope: "Scope") -> "NDArray[Any]":
        """Evaluate over arrays; a missing value raises InputProblemsError with name and line.

        scope   where names get their values   -> array broadcast over the scope's axes [draw] ...
        """
        from entente.accord.expression.arrays import over

        return over(self.tree, scope, together=self.together)

    def answer(self, scope: "Scope") -> "Answer":
        """Evaluate over arrays, with what is missing told by case instead of raised."""
        from entente.accord.expression.arrays import answer
        from entente.accord.expression.scope import joined

        found = answer(self.tree, scope, together=self.together)
        return joined(found) if self.use == "outcome" and is_best(self.tree) else found

    def column(self, table: "Columns | Any") -> "Column":
        """Read over a table: an Ibis value and, beside it, the name of what is missing in a row."""
        from entente.accord.expression.columns import column

        return column(self.tree, table, together=self.together)

    def because(
        self, scope: "Scope", labels: "Mapping[str, str]", symbols: Symbols
    ) -> tuple[bool | None, str]:
        """Say whether a condition holds in the first case (None: not known), and why."""
        from entente.accord.expression.because import because

        return because(self.tree, scope, labels, symbols, together=self.together)

    def words(self, labels: "Mapping[str, str] | None" = None, symbols: Symbols = Symbols()) -> str:  # noqa: B008 - frozen
        """Say it in plain English; `labels` gives names their phrases."""
        from entente.accord.expression.words import words

        return words(self.tree, labels or {}, symbols)


def parse_all(
    text: str, place: Place, use: Use = "condition"
) -> tuple[Expression | None, list[Problem]]:
    """Parse a text whose first character stands at `place`; give the expression or all problems."""
    tree, problems = tree_of(text, place)
    return (None, problems) if tree is None else (Expression(text, use, tree, place), [])


def parse(text: str, place: Place, *, kind: Use = "condition") -> Expression:
    """Parse an expression; raises InputProblemsError with every problem found in it.

    >>> parse("arrivals < 900", Place("harbour.toml", 3, 8)).text
    'arrivals < 900'
    """
    expression, problems = parse_all(text, place, kind)
    if expression is None:
        raise InputProblemsError(problems)
    return expression


__all__ = [
    "Expression",
    "Kind",
    "Reference",
    "Role",
    "Symbol",
    "Symbols",
    "Type",
    "Use",
    "parse",
    "parse_all",
]
