"""How many entries of each list suffice to decide whether conditions can hold together.

Take a case in which they do, and keep of each list only some entries: those that are needed for
every part below to be answered as before. The conditions then hold with these entries alone, so
where they cannot hold with as many entries as are needed at most, they cannot hold at all.

- `some(c)`: one entry that fulfils it, or if none does one of which that is not known.
- `count(c)` compared with a number n: n + 1 that fulfil it, or one of which it is not known.
- a list itself, or `best(x, c)`: its first entry for `first`, one for each item that is sought in
  it, n + 1 (of `best`, with different values) where its length is compared with n.
- `best(x, c, key)`: also the entry that ranks highest and the highest of another value. They beat
  all that is beaten, so what is not in the list stays out of it.

What keeps no such number is told as `short`: then only that a case is found settles anything.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, final

from entente.accord.expression.said import said
from entente.accord.expression.symbols import Kind, Symbols
from entente.accord.expression.tree import (
    ENTRY_FUNCTIONS,
    Call,
    Compare,
    Constant,
    ListOf,
    Member,
    Name,
    Node,
    children,
    counts_entries,
    elements,
    free_elements,
    plain,
)

_MOST: Final = 12  # entries that one part may ask for
_TRIED: Final = 3  # entries looked at for a part for which no number is known to suffice


@final
@dataclass(frozen=True, slots=True)
class Rooms:
    """How many entries suffice, by what is listed, for the lists whose entries are read.

    short   the parts for which no number of entries is known to suffice
    """

    entries: Mapping[str, int]
    short: tuple[str, ...]


def rooms(trees: Sequence[Node], symbols: Symbols) -> Rooms:
    """Look through trees whose equal parts are one object."""
    survey = _Survey(symbols, doubted(trees))
    for node in _below(trees):
        for name in _read_by_entry(node, symbols):
            survey.entries[symbols.group(name)] = 0
    for tree in trees:
        survey.walk(tree)
    return Rooms(survey.entries, tuple(dict.fromkeys(survey.short)))


def doubted(trees: Sequence[Node]) -> frozenset[str]:
    """Return the names of which some part asks whether they are known."""
    asked = (node for node in _below(trees) if isinstance(node, Call) and node.function == "known")
    return frozenset(part.id for call in asked for part in call.arguments if isinstance(part, Name))


def _below(trees: Sequence[Node]) -> Iterator[Node]:
    seen, waiting = set[int](), list(trees)
    while waiting:
        node = waiting.pop()
        if id(node) not in seen:
            seen.add(id(node))
            yield node
            waiting.extend(children(node))


def _read_by_entry(node: Node, symbols: Symbols) -> Iterator[str]:
    """Give the lists whose entries a node reads, and those that hold no codes."""
    if isinstance(node, Call) and (node.function in ENTRY_FUNCTIONS or counts_entries(node)):
        yield from filter(symbols.is_list, elements(node))
    if isinstance(node, Name) and symbols.of(node.id) not in (None, Kind.CODE):
        yield node.id


@dataclass(slots=True)
class _Survey:
    symbols: Symbols
    doubted: frozenset[str]
    entries: dict[str, int] = field(default_factory=dict)
    short: list[str] = field(default_factory=list)
    seen: set[tuple[int, bool]] = field(default_factory=set)

    def walk(self, node: Node, inside: bool = False) -> None:
        """Add up what the parts of a node need; `inside` tells that entries are being read."""
        if (id(node), inside) in self.seen:
            return
        self.seen.add((id(node), inside))
        match node:
            case Compare(left=left, right=right):
                for side, other in ((plain(left), right), (plain(right), left)):
                    if _counts(side) and isinstance(other, Constant):
                        assert isinstance(side, Call)
                        self._counted(side, int(float(str(other.value)) // 1) + 1, inside)
                        return
            case Member(item=item, items=items) if not isinstance(items, ListOf):
                many = inside and any(map(self.symbols.is_list, free_elements(item)))
                self._list(plain(items), None if many else 1, inside)
                self.walk(item, inside)
                return
            case Call():
                self._call(node, inside)
                return
        for child in children(node):
            self.walk(child, inside)

    def _call(self, node: Call, inside: bool) -> None:
        if node.function == "count":
            self._counted(node, None, inside)
        elif node.function == "first":
            self._list(plain(node.arguments[0]), 1, inside)
        elif node.function in ENTRY_FUNCTIONS:
            self._need(node, 1 if node.function == "some" else None)
            for part in node.arguments:
                self.walk(part, inside=True)
        else:
            for part in node.arguments:
                self.walk(part, inside)

    def _counted(self, node: Call, need: int | None, inside: bool) -> None:
        if counts_entries(node):
            self._need(node, need)
            self.walk(node.arguments[0], inside=True)
        else:
            self._list(plain(node.arguments[0]), need, inside)

    def _list(self, list_: Node, need: int | None, inside: bool) -> None:
        """Add what is needed of a list as a whole."""
        if isinstance(list_, Name) and self.symbols.group(list_.id) in self.entries:
            self._need(list_, need)
        if not isinstance(list_, Call):
            return
        _, _, *keys = list_.arguments
        if need is not None and keys:
            doubt = any(_names(key) & self.doubted for key in keys)
            need = None if doubt else need + 4  # two that beat, and two where it is not known
        self._need(list_, need)
        for part in list_.arguments:
            self.walk(part, inside=True)

    def _need(self, node: Node, need: int | None) -> None:
        if need is None or need > _MOST:
            self.short.append(said(node))
            need = _TRIED
        names = filter(self.symbols.is_list, elements(node))
        group = self.symbols.group(next(names))
        self.entries[group] += max(need, 1)


def _counts(node: Node) -> bool:
    return isinstance(node, Call) and node.function == "count"


def _names(node: Node) -> frozenset[str]:
    return frozenset(part.id for part in _below([node]) if isinstance(part, Name))
