"""The types of the language, and what the names that an expression uses stand for."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, final

from entente.accord.expression.tree import Call, Name, Node, children, role_of
from entente.problems import Place
from entente.units import Unit


class Kind(StrEnum):
    """The types of the language."""

    TRUTH = "yes or no"
    NUMBER = "number"
    DATE = "date"
    DURATION = "duration"
    CODE = "code"
    LIST = "list"
    TEXT = "text"
    ANY = "anything"  # what a faulty part is, so that one fault is reported once


@final
@dataclass(frozen=True, slots=True)
class Type:
    """A type: `unit` of a number (None: bare, it takes any unit), `of` for what a list holds."""

    kind: Kind
    unit: Unit | None = None
    of: Kind | None = None

    def __str__(self) -> str:
        if self.kind is Kind.NUMBER and self.unit is not None:
            return f"number of {self.unit}"
        return str(self.kind)


TRUTH: Final = Type(Kind.TRUTH)
NUMBER: Final = Type(Kind.NUMBER)
DATE: Final = Type(Kind.DATE)
DURATION: Final = Type(Kind.DURATION)
CODE: Final = Type(Kind.CODE)
CODES: Final = Type(Kind.LIST, of=Kind.CODE)
TEXT: Final = Type(Kind.TEXT)
ANY: Final = Type(Kind.ANY)


class Role(StrEnum):
    """What a name stands for."""

    METRIC = "metric"
    CHOICE = "choice"
    FACT = "fact"
    SOURCE = "source"
    CLAUSE = "clause"
    NAME = "name"  # a metric, choice, fact or source: which one, the symbols say


@final
@dataclass(frozen=True, slots=True)
class Symbol:
    """What is known of a name before any value is.

    `beside` names the lists that run side by side with this one, such as the relatives; a list
    that names none stands alone.
    """

    role: Role
    type: Type
    beside: str = ""


@final
@dataclass(frozen=True, slots=True)
class Symbols:
    """The names an expression may use: `values` by id, and clauses, which functions ask about."""

    values: Mapping[str, Symbol] = field(default_factory=dict)
    clauses: frozenset[str] = frozenset()

    def is_list(self, name: str) -> bool:
        """Tell whether a name stands for a list."""
        return name in self.values and self.values[name].type.kind is Kind.LIST

    def of(self, name: str) -> Kind | None:
        """Return what the list holds for which a name stands; None where it stands for none."""
        return self.values[name].type.of if self.is_list(name) else None

    def group(self, name: str) -> str:
        """Return what a list's entries are parts of: what lists side by side list, or itself."""
        return self.values[name].beside or name if name in self.values else name


@final
@dataclass(frozen=True, slots=True)
class Reference:
    """A name that an expression uses, and as what."""

    role: Role
    id: str
    at: Place = field(compare=False)


def references(node: Node) -> frozenset[Reference]:
    """Return every name below a node with its role."""
    return frozenset(_references(node, Role.NAME, set()))


def _references(node: Node, role: Role, seen: set[tuple[int, Role]]) -> Iterator[Reference]:
    """Yield the names below a node; what a term stands for is read once, however often it is."""
    if (id(node), role) in seen:
        return
    seen.add((id(node), role))
    if isinstance(node, Name):
        yield Reference(role, node.id, node.at)
        return
    roles = [Role.NAME] * len(children(node))
    if isinstance(node, Call):
        named = {"clause": Role.CLAUSE, "metric": Role.METRIC}
        roles = [named.get(role_of(node.function, i), Role.NAME) for i in range(len(roles))]
    for child, below in zip(children(node), roles, strict=True):
        yield from _references(child, below, seen)
