"""The tree that every reading of an expression walks; each node knows its line and column."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final, Literal, TypeAlias, final

from entente.accord.calendar import Duration
from entente.problems import Place

Value: TypeAlias = bool | int | float | date | datetime | Duration | str


@final
@dataclass(frozen=True, slots=True)
class Constant:
    """A literal: a truth, a number, a date, a duration or a code.

    A whole number stands for a code, where a table numbers its codes.
    """

    value: Value
    at: Place


@final
@dataclass(frozen=True, slots=True)
class Name:
    """A metric, choice, fact (a claim or goods column) or source by its id."""

    id: str
    at: Place


@final
@dataclass(frozen=True, slots=True)
class ListOf:
    """A list of literals, as in `x in ['GTM', 'SLV']`."""

    items: tuple["Node", ...]
    at: Place


@final
@dataclass(frozen=True, slots=True)
class Compare:
    """One comparison; a chain `a < b < c` is the `and` of its links."""

    sign: Literal["==", "!=", "<", "<=", ">", ">="]
    left: "Node"
    right: "Node"
    at: Place


@final
@dataclass(frozen=True, slots=True)
class Member:
    """`item in items`; where the text says `not in`, a `Not` stands around it."""

    item: "Node"
    items: "Node"
    at: Place


@final
@dataclass(frozen=True, slots=True)
class Logic:
    """Parts joined by `and` or by `or`, read left to right and stopped early."""

    word: Literal["and", "or"]
    parts: tuple["Node", ...]
    at: Place


@final
@dataclass(frozen=True, slots=True)
class Not:
    """The contrary of a condition."""

    part: "Node"
    at: Place


@final
@dataclass(frozen=True, slots=True)
class Arithmetic:
    """`left + right` and its like, over numbers, dates and durations."""

    sign: Literal["+", "-", "*", "/"]
    left: "Node"
    right: "Node"
    at: Place


@final
@dataclass(frozen=True, slots=True)
class Negative:
    """The negative of a number."""

    part: "Node"
    at: Place


@final
@dataclass(frozen=True, slots=True)
class Choose:
    """`then if condition else otherwise`; only the side that is chosen is evaluated."""

    condition: "Node"
    then: "Node"
    otherwise: "Node"
    at: Place


@final
@dataclass(frozen=True, slots=True)
class Call:
    """A function of the language applied to its arguments."""

    function: str
    arguments: tuple["Node", ...]
    at: Place


@final
@dataclass(frozen=True, slots=True)
class Named:
    """A term that a clause defines, with what it stands for; every reading but words sees `part`.

    `says` is its phrase in a sentence.
    """

    id: str
    says: str
    part: "Node"
    at: Place


Node: TypeAlias = (
    Constant
    | Name
    | ListOf
    | Compare
    | Member
    | Logic
    | Not
    | Arithmetic
    | Negative
    | Choose
    | Call
    | Named
)

STATE_FUNCTIONS: Final = (
    "in_force", "suspended", "triggered", "met", "breached", "lapsed", "void"
)  # fmt: skip
DATE_FUNCTIONS: Final = ("announced", "signed", "effective", "applied")
SERIES_FUNCTIONS: Final = ("last", "lag", "mean", "sum", "change", "share")
# Read one entry after the other of the lists that run side by side, such as the relatives.
ENTRY_FUNCTIONS: Final = ("some", "best", "alike")
# name -> what each argument is; a trailing "*" repeats it
FUNCTIONS: Final[dict[str, tuple[str, ...]]] = {
    **dict.fromkeys(STATE_FUNCTIONS, ("clause",)),
    **dict.fromkeys(DATE_FUNCTIONS, ("clause",)),
    "min": ("value", "value*"),
    "max": ("value", "value*"),
    "abs": ("value",),
    "round_half_even": ("value", "value"),
    "days_since": ("value",),
    "months_since": ("value",),
    "within": ("value", "period"),
    "date": ("value",),
    "last": ("metric",),
    "lag": ("metric", "period"),
    "mean": ("metric", "period"),
    "sum": ("metric", "period"),
    "change": ("metric", "period"),
    "share": ("metric", "metric"),
    "known": ("name",),
    "count": ("value",),
    "first": ("value",),
    "some": ("condition",),
    "best": ("value", "condition*"),  # keys follow
    "alike": ("value", "condition"),
}


def children(node: Node) -> tuple[Node, ...]:
    """Return the nodes directly below one."""
    match node:
        case ListOf(items=items):
            return items
        case Compare(left=left, right=right) | Arithmetic(left=left, right=right):
            return (left, right)
        case Member(item=item, items=whole):
            return (item, whole)
        case Logic(parts=parts):
            return parts
        case Not(part=part) | Negative(part=part):
            return (part,)
        case Choose(condition=condition, then=then, otherwise=otherwise):
            return (condition, then, otherwise)
        case Call(arguments=arguments):
            return arguments
        case Named(part=part):
            return (part,)
        case _:
            return ()


def plain(node: Node) -> Node:
    """Return what a term stands for, or the node itself."""
    return plain(node.part) if isinstance(node, Named) else node


def is_best(node: Node) -> bool:
    """Tell whether a node is a list made of entries, by `best`."""
    found = plain(node)
    return isinstance(found, Call) and found.function == "best"


def counts_entries(node: Node) -> bool:
    """Tell `count(condition)`, which counts entries, from `count(list)`."""
    if not isinstance(node, Call) or node.function != "count":
        return False
    part = plain(node.arguments[0])
    return not isinstance(part, Name | ListOf | Constant) and not is_best(part)


def elements(node: Node) -> tuple[str, ...]:
    """Return the names that stand for one entry each, if they are lists, where entries are read."""
    match node:
        case Name(id=id_):
            return (id_,)
        case Member(item=item, items=Name()):
            return elements(item)
        case Call(function="first" | "count" | "known", arguments=(Name(),)):
            return ()
        case _:
            return tuple(name for child in children(node) for name in elements(child))


def free_elements(node: Node) -> tuple[str, ...]:
    """Return the names that stand for one entry each, if they are lists, wherever a node is read.

    Those inside `some`, `count` and `best` are read there; `alike` compares every entry with the
    one that is read where it stands.
    """
    if isinstance(node, Call) and node.function == "alike":
        return free_elements(node.arguments[0])
    if isinstance(node, Call) and (node.function in ENTRY_FUNCTIONS or counts_entries(node)):
        return ()
    if isinstance(node, Name):
        return (node.id,)
    if isinstance(node, Member) and isinstance(node.items, Name):
        return free_elements(node.item)
    if isinstance(node, Call) and node.function in ("first", "count", "known"):
        return ()
    return tuple(name for child in children(node) for name in free_elements(child))


def with_parts(node: Node, change: Callable[[Node], Node]) -> Node:
    """Change the nodes directly below one."""
    match node:
        case Constant() | Name():
            return node
        case ListOf(items=items):
            return replace(node, items=tuple(map(change, items)))
        case Compare(left=left, right=right) | Arithmetic(left=left, right=right):
            return replace(node, left=change(left), right=change(right))
        case Member(item=item, items=items):
            return replace(node, item=change(item), items=change(items))
        case Logic(parts=parts):
            return replace(node, parts=tuple(map(change, parts)))
        case Not(part=part) | Negative(part=part) | Named(part=part):
            return replace(node, part=change(part))
        case Choose(condition=condition, then=then, otherwise=otherwise):
            return Choose(change(condition), change(then), change(otherwise), node.at)
        case Call(arguments=arguments):
            return replace(node, arguments=tuple(map(change, arguments)))


def with_terms(node: Node, terms: Mapping[str, Named]) -> Node:
    """Put what terms stand for in place of their names."""
    if isinstance(node, Name) and node.id in terms:
        return replace(terms[node.id], at=node.at)
    return with_parts(node, lambda part: with_terms(part, terms))


def role_of(function: str, index: int) -> str:
    """Return what a function's argument stands for: clause, metric, name, period or value."""
    roles = FUNCTIONS[function]
    return roles[min(index, len(roles) - 1)].rstrip("*")
