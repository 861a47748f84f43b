"""Lists as solver terms: their entries read one after the other, and lists asked about as a whole.

As over arrays, three-valued throughout. Lists of which no entry is read are of any length; the
others have as many entries at most as the ground has room for.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple, final

import z3

from entente.accord.expression.facts import BESIDE
from entente.accord.expression.months import id_of
from entente.accord.expression.said import said
from entente.accord.expression.solving import (
    SOUND,
    NoExactForm,
    Term,
    Truth,
    all_of,
    any_of,
    none_of,
)
from entente.accord.expression.symbols import Kind
from entente.accord.expression.tree import Call, Node, elements, is_best, plain

if TYPE_CHECKING:
    from entente.accord.expression.terms import Terms


@final
class _Each(NamedTuple):
    """What a node reads for every entry: whether there is one, its value and fault."""

    there: list[Truth]
    reads: list[Term]
    unlisted: Truth

    def fits(self) -> list[Truth]:
        """Return for each entry that it is there and its condition is known to hold."""
        pairs = zip(self.there, self.reads, strict=True)
        return [all_of(there, read.value, none_of(read.fault)) for there, read in pairs]

    def lacks(self) -> Truth:
        """Return that the lists, or what is read of an entry, are not known."""
        pairs = zip(self.there, self.reads, strict=True)
        return any_of(self.unlisted, *(all_of(there, read.fault) for there, read in pairs))


@final
class _Best(NamedTuple):
    """Entries, those that stand in a list made by `best`, and that this is not known."""

    kept: list[Truth]
    values: list[Any]
    fault: Truth

    def once(self) -> list[Truth]:
        """Return of the entries kept those that are the first with their value."""
        found = []
        for index, keep in enumerate(self.kept):
            same = [
                all_of(self.kept[before], self.values[before] == self.values[index])
                for before in range(index)
            ]
            found.append(all_of(keep, none_of(*same)))
        return found


def weighed(parts: Sequence[Term], ends: bool) -> Term:
    """Join parts of which one that is known and settles the whole makes the rest idle."""
    settles = [
        all_of(part.value if ends else none_of(part.value), none_of(part.fault)) for part in parts
    ]
    settled = any_of(*settles)
    fault = any_of(*(part.fault for part in parts))
    return Term(settled if ends else none_of(settled), all_of(none_of(settled), fault))


def some(reader: "Terms", node: Call) -> Term:
    """Read whether some entry fulfils a condition."""
    each = _each(reader, node.arguments[0], node.arguments[0])
    found = any_of(*each.fits())
    return Term(found, all_of(none_of(found), each.lacks()))


def number(reader: "Terms", node: Call) -> Term:
    """Read how many entries fulfil a condition."""
    each = _each(reader, node.arguments[0], node.arguments[0])
    return Term(_sum(each.fits()), each.lacks())


def alike(reader: "Terms", node: Call) -> Term:
    """Read how many entries fulfil a condition and share this entry's value."""
    value, condition = node.arguments
    own = reader.term(value)
    each, others = _each(reader, condition, value), _each(reader, value, value)
    same = [other.value == own.value for other in others.reads]
    fits = each.fits()
    lacks = [each.unlisted, own.fault]
    for index, other in enumerate(others.reads):
        faults = any_of(each.reads[index].fault, other.fault)
        unknown = all_of(each.there[index], each.reads[index].fault)
        doubt = any_of(other.fault, own.fault)
        matters = all_of(any_of(fits[index], unknown), any_of(same[index], doubt))
        lacks.append(all_of(matters, faults))
    return Term(_sum(map(all_of, fits, same)), any_of(*lacks))


def length(reader: "Terms", list_: Node) -> Term:
    """Read how many entries a list has, or values a list made by `best`."""
    if is_best(list_):
        best = _best(reader, list_)
        return Term(_sum(best.once()), best.fault)
    name, ground = id_of(list_), reader.ground
    if ground.symbols.group(name) in ground.rooms:
        return Term(z3.ToReal(ground.entries(name)), ground.unknown(name))
    return Term(z3.ToReal(ground.codes_in(_codes(reader, name)).count), ground.unknown(name))


def first(reader: "Terms", list_: Node) -> Term:
    """Read the first entry of a list, which none has where it is empty."""
    ground = reader.ground
    if is_best(list_):
        best = _best(reader, list_)
        if not best.kept:
            raise NoExactForm(said(list_))
        value = best.values[-1]
        for keep, other in zip(best.kept[-2::-1], best.values[-2::-1], strict=True):
            value = z3.If(keep, other, value)
        return Term(value, any_of(best.fault, none_of(*best.kept)))
    name = id_of(list_)
    if ground.symbols.group(name) in ground.rooms:
        entry = ground.entry(name, 0)
        return Term(entry.value, any_of(entry.fault, ground.entries(name) < 1))
    codes = ground.codes_in(_codes(reader, name))
    return Term(codes.at(0), any_of(ground.unknown(name), codes.count < 1))


def contains(reader: "Terms", list_: Node, item: Term) -> Term:
    """Read whether an item is in a list."""
    ground = reader.ground
    if is_best(list_):
        best = _best(reader, list_)
        pairs = zip(best.kept, best.values, strict=True)
        found = any_of(*(all_of(keep, value == item.value) for keep, value in pairs))
        return Term(found, any_of(item.fault, best.fault))
    name = id_of(list_)
    fault = any_of(item.fault, ground.unknown(name))
    if ground.symbols.group(name) in ground.rooms:
        count = ground.entries(name)
        entries = [
            ground.entry(name, index) for index in range(ground.rooms[ground.symbols.group(name)])
        ]
        found = any_of(
            *(all_of(count > n, entry.value == item.value) for n, entry in enumerate(entries))
        )
        return Term(found, fault)
    codes = ground.codes_in(_codes(reader, name))
    ground.place(codes, item.value)
    return Term(codes.inside(item.value), fault)


def _codes(reader: "Terms", name: str) -> str:
    symbol = reader.ground.symbols.values.get(name)
    if symbol is None or symbol.type.of is not Kind.CODE:
        raise NoExactForm(f"the list '{name}'")
    return name


def _best(reader: "Terms", node: Node) -> _Best:
    """Rank the entries that fit by each key in turn.

    An entry is beaten by one of another value that ranks higher: keys matter only between values.
    """
    call, ground = plain(node), reader.ground
    assert isinstance(call, Call)
    wanted, condition, *keys = call.arguments
    fits, values = _each(reader, condition, wanted), _each(reader, wanted, wanted)
    ranks = [_each(reader, key, wanted).reads for key in keys]
    sure, count = fits.fits(), range(len(fits.there))
    maybe = [any_of(sure[n], all_of(fits.there[n], fits.reads[n].fault)) for n in count]
    kept, unknown = [], [fits.unlisted]
    for index in count:
        higher = [
            (rival, _and(_differ(values.reads, rival, index), _higher(ranks, rival, index)))
            for rival in (count if keys else ())
            if rival != index
        ]
        beaten = any_of(*(all_of(sure[n], more.value, none_of(more.fault)) for n, more in higher))
        perhaps = any_of(*(all_of(maybe[n], any_of(more.value, more.fault)) for n, more in higher))
        kept.append(all_of(sure[index], none_of(perhaps)))
        unknown.append(all_of(kept[index], values.reads[index].fault))
        if not _sound(fits.reads, values.reads, *ranks):
            unknown.append(all_of(maybe[index], none_of(beaten), none_of(kept[index])))
    fault = any_of(*unknown)
    # Of entries that fit, one ranks highest: it is said, since the solver is slow to see it.
    ground.ties.append(any_of(none_of(*sure), fault, *kept))
    return _Best(kept, [read.value for read in values.reads], fault)


def _sound(*reads: Sequence[Term]) -> bool:
    """Tell whether nothing can be lacking."""
    return all(read.fault is SOUND for each in reads for read in each)


def _and(one: Term, other: Term) -> Term:
    return weighed([one, other], ends=False)


def _differ(values: Sequence[Term], one: int, other: int) -> Term:
    left, right = values[one], values[other]
    return Term(left.value != right.value, any_of(left.fault, right.fault))


def _higher(ranks: Sequence[Sequence[Term]], one: int, other: int) -> Term:
    """Tell whether one entry ranks higher than another, by each key in turn."""
    found: Term | None = None
    for reads in reversed(ranks):
        left, right = reads[one], reads[other]
        fault = any_of(left.fault, right.fault)
        more = Term(left.value > right.value, fault)
        if found is not None:
            equal = Term(left.value == right.value, fault)
            more = weighed([more, _and(equal, found)], ends=True)
        found = more
    assert found is not None
    return found


def _each(reader: "Terms", node: Node, beside: Node) -> _Each:
    """Read a node for every entry of the lists that `beside` names."""
    ground = reader.ground
    name = next(n for n in elements(beside) if ground.symbols.is_list(n))
    group = ground.symbols.group(name)
    count = ground.entries(name)
    there = [count > index for index in range(ground.rooms[group])]
    reads = [reader.at(index).term(node) for index in range(len(there))]
    return _Each(there, reads, all_of(*map(ground.unknown, BESIDE.get(group, (name,)))))


def _sum(truths: Any) -> Any:
    zero, one = z3.RealVal(0), z3.RealVal(1)
    parts = [z3.If(truth, one, zero) for truth in truths if truth is not SOUND]
    return z3.Sum(*parts) if parts else zero


READERS: Final[Mapping[str, Callable[..., Term]]] = {
    "some": some, "count": number, "alike": alike,
}  # fmt: skip
