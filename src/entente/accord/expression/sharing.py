"""Trees that share their equal parts, so that each part is read once."""

from collections.abc import Callable
from dataclasses import dataclass, field, fields, replace
from typing import Final, final

from entente.accord.expression.coded import asked
from entente.accord.expression.facts import FACTS
from entente.accord.expression.scope import Answer
from entente.accord.expression.symbols import Kind
from entente.accord.expression.tree import Constant, Named, Node, free_elements, with_parts
from entente.problems import Place

_NOWHERE: Final = Place("")


@final
@dataclass(slots=True)
class Sharing:
    """A pool of trees without their places: equal parts are one object.

    number     gives a code its number, for tables whose codes are numbered; without, codes and the
               names of terms stay
    entrywise  the parts, by identity, whose value depends on the entry that is read
    coded      the names that a part asks, by identity, where it may be read by combination
    answered   what such parts answer by combination, once for all cases
    """

    number: Callable[[str], int] | None = None
    entrywise: set[int] = field(default_factory=set)
    coded: dict[int, tuple[str, ...]] = field(default_factory=dict)
    answered: dict[object, Answer] = field(default_factory=dict)
    _pool: dict[object, Node] = field(default_factory=dict)
    _known: dict[int, tuple[Node, Node]] = field(default_factory=dict)

    def of(self, tree: Node) -> Node:
        """Return the shared tree that stands for one."""
        if id(tree) not in self._known:
            self._known[id(tree)] = tree, self._shared(tree)
        return self._known[id(tree)][1]

    def _shared(self, node: Node) -> Node:
        plain = replace(with_parts(node, self._shared), at=_NOWHERE)
        if self.number is not None:
            plain = self._numbered(plain, self.number)
        kept = self._pool.setdefault(_key(plain), plain)
        if kept is plain:
            if any(_is_list(name) for name in free_elements(plain)):
                self.entrywise.add(id(plain))
            if self.number is not None and (names := asked(plain)):
                self.coded[id(plain)] = names
        return kept

    @staticmethod
    def _numbered(node: Node, number: Callable[[str], int]) -> Node:
        if isinstance(node, Constant) and isinstance(node.value, str):
            return Constant(number(node.value), _NOWHERE)
        return replace(node, id="", says="") if isinstance(node, Named) else node


def _key(node: Node) -> object:
    """Tell nodes apart whose parts are already shared."""
    values = [getattr(node, each.name) for each in fields(node)]
    return type(node), *map(_mark, values)


def _mark(value: object) -> object:
    if isinstance(value, tuple):
        return tuple(map(_mark, value))
    return id(value) if isinstance(value, Node) else (type(value), value)


def _is_list(name: str) -> bool:
    return name in FACTS and FACTS[name].type.kind is Kind.LIST
