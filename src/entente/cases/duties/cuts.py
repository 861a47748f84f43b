"""Which differences between entries an accord can see: the values at which its answers may change.

Two lines that no condition can tell apart belong to one class, and a class is answered once.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final, TypeAlias, final

from entente.accord.clauses import Exempt, Schedule
from entente.accord.document import Accord
from entente.accord.expression.facts import GOODS
from entente.accord.expression.tree import (
    Call,
    Compare,
    Constant,
    ListOf,
    Member,
    Name,
    Node,
    children,
)

_DAILY: Final = frozenset({"today", "days_since", "months_since", "within"})


@final
@dataclass(slots=True)
class Cut:
    """What is asked about one fact.

    codes    words that it is compared with
    edges    numbers or days that it is compared with
    whole    every value may matter
    """

    codes: set[str] = field(default_factory=set)
    edges: set[Any] = field(default_factory=set)
    whole: bool = False

    def side(self, value: object) -> object:
        """Return what tells a known value from others as far as the accord can see."""
        if self.whole or isinstance(value, bool):
            return value
        if isinstance(value, str):
            return value if value in self.codes else None
        return tuple((value > edge) + (value >= edge) for edge in sorted(self.edges))


Cuts: TypeAlias = Mapping[str, Cut]


def cuts_of(accord: Accord, clauses: Iterable[str]) -> tuple[dict[str, Cut], bool]:
    """Return what some clauses ask of an entry's facts, and whether each day may differ."""
    found: dict[str, Cut] = {}
    daily = False
    for id_ in clauses:
        clause = accord.clauses[id_]
        if isinstance(clause, Exempt):
            daily |= _see(clause.if_.tree, found)
        if isinstance(clause, Schedule) and clause.formula is not None:
            daily |= _see(clause.formula.tree, found)
        if isinstance(clause, Schedule) and clause.quota is not None:
            found.setdefault("quantity", Cut()).edges.add(clause.quota.limit)
    return found, daily or "entry_date" in found


def _see(node: Node, found: dict[str, Cut]) -> bool:
    """Note what a tree asks of each fact; tell whether its answer may change from day to day."""
    match node:
        case Compare(left=Name(id=name), right=Constant(value=value)) if name in GOODS:
            _compared(found.setdefault(name, Cut()), value)
            return False
        case Compare(left=Constant(value=value), right=Name(id=name)) if name in GOODS:
            _compared(found.setdefault(name, Cut()), value)
            return False
        case Member(item=Name(id=name), items=ListOf(items=items)) if name in GOODS:
            for item in items:
                assert isinstance(item, Constant)
                _compared(found.setdefault(name, Cut()), item.value)
            return False
        case Call(function="known", arguments=(Name(id=name),)) if name in GOODS:
            found.setdefault(name, Cut())
            return False
        case Name(id=name) if name in GOODS:
            found.setdefault(name, Cut()).whole = True
            return False
    daily = isinstance(node, Call) and node.function in _DAILY
    for child in children(node):
        daily |= _see(child, found)
    return daily


def _compared(cut: Cut, value: object) -> None:
    if isinstance(value, datetime):
        cut.whole = True
    elif isinstance(value, str):
        cut.codes.add(value)
    elif isinstance(value, date | float | int):
        cut.edges.add(value)
