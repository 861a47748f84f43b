"""Lists read entry by entry, as table columns: `some`, `count`, `best` and `alike`.

They are written out for as many entries as the longest list has, so that every engine can answer
them and no row is taken apart; an entry counts only where a row has that many.
"""

from collections.abc import Sequence
from functools import reduce
from typing import NamedTuple, Protocol, final

import ibis

from entente.accord.expression.facts import BESIDE
from entente.accord.expression.table import (
    NO,
    NOTHING,
    Column,
    Columns,
    Expr,
    any_of,
    fault,
    first_of,
    told,
    weighed,
)
from entente.accord.expression.tree import Call, Node, elements, plain


class Reader(Protocol):
    """What reads the nodes below, outside of entries or at one of them."""

    scope: Columns

    def of(self, node: Node) -> Column:
        """Read a node."""

    def at(self, index: int) -> "Reader":
        """Return what reads nodes for one entry."""


@final
class _Entry(NamedTuple):
    """One entry: whether there is one, and what was read for it."""

    there: Expr
    read: Column


@final
class _Spread(NamedTuple):
    """Values of entries, which of them stand in the list, and what is missing to say so."""

    present: list[Expr]
    values: list[Expr]
    unknown: Expr
    missing: Expr | None


def some(reader: Reader, node: Call) -> Column:
    """Read whether some entry fulfils a condition."""
    condition = node.arguments[0]
    each = _each(reader, condition, condition)
    found = any_of([entry.there & entry.read.value for entry in each])
    unlisted = _count(reader, condition).isnull()
    value = unlisted.ifelse(ibis.null("boolean"), found)
    return _read(reader, value, beside=condition, each=each)


def number(reader: Reader, node: Call) -> Column:
    """Read how many entries fulfil a condition."""
    condition = node.arguments[0]
    each = _each(reader, condition, condition)
    return _counted(reader, condition, each, [entry.read.value for entry in each])


def alike(reader: Reader, node: Call) -> Column:
    """Read how many entries fulfil a condition and share this entry's value."""
    value, condition = node.arguments
    own, each = reader.of(value), _each(reader, condition, value)
    others = [entry.read.value for entry in _each(reader, value, value)]
    same = [e.read.value & (other == own.value) for e, other in zip(each, others, strict=True)]
    return _counted(reader, value, each, same)


def first(reader: Reader, best: Node) -> Column:
    """Read the first value of a list made by `best`."""
    spread = _best(reader, best)
    if not spread.present:
        return _known(spread, ibis.null("string"))
    return _known(spread, ibis.cases(*zip(spread.present, spread.values, strict=True)))


def length(reader: Reader, best: Node) -> Column:
    """Read how many values a list made by `best` has."""
    spread = _best(reader, best)
    value = spread.unknown.ifelse(ibis.null("float64"), _sum(spread.present))
    return Column(value, spread.missing)


def among(reader: Reader, item: Column, best: Node) -> Column:
    """Read whether an item is in a list made by `best`."""
    spread = _best(reader, best)
    pairs = zip(spread.present, spread.values, strict=True)
    found = any_of([present & (value == item.value) for present, value in pairs])
    unknown = spread.unknown | item.value.isnull()
    value = unknown.ifelse(ibis.null("boolean"), found)
    return Column(value, first_of(item.missing, spread.missing))


def joined(reader: Reader, best: Node) -> Column:
    """Read a list made by `best` as one text, its values joined by ';'."""
    spread = _best(reader, best)
    whole, begun = ibis.literal(""), NO
    for present, value in zip(spread.present, spread.values, strict=True):
        piece = begun.ifelse(ibis.literal(";"), ibis.literal("")) + value.cast("string")
        whole = present.ifelse(whole + piece, whole)
        begun = begun | present
    return _known(spread, whole)


def _best(reader: Reader, node: Node) -> _Spread:
    """Rank the entries that fit by each key in turn; tell each value of the best once.

    An entry is beaten by one of another value that ranks higher: keys matter only between values.
    """
    call = plain(node)
    assert isinstance(call, Call)
    wanted, condition, *keys = call.arguments
    fits = _each(reader, condition, wanted)
    values = [entry.read for entry in _each(reader, wanted, wanted)]
    ranks = [[entry.read for entry in _each(reader, key, wanted)] for key in keys]
    own = [entry.there & entry.read.value for entry in fits]
    kept = []
    for index, fit in enumerate(own):
        rivals = [
            other & (values[place].value != values[index].value) & _higher(ranks, place, index)
            for place, other in enumerate(own)
            if place != index
        ]
        kept.append(fit & ~any_of(rivals))
    unlisted = _count(reader, wanted).isnull()
    lacking = [keep & value.value.isnull() for keep, value in zip(kept, values, strict=True)]
    unknown = any_of([unlisted, *(keep.isnull() for keep in kept), *map(_sure, lacking)])
    present = [
        _sure(keep)
        & ~any_of([_sure(kept[j] & (values[j].value == values[i].value)) for j in range(i)])
        for i, keep in enumerate(kept)
    ]
    maybe = [entry.there & entry.read.value.fill_null(~NO) for entry in fits]
    lacks = list(fits)
    for reads in (values, *ranks):
        lacks += [_Entry(fit, read) for fit, read in zip(maybe, reads, strict=True)]
    missing = unknown.ifelse(_reasons(reader, wanted, lacks), NOTHING)
    return _Spread(present, [value.value for value in values], unknown, missing)


def _higher(ranks: Sequence[Sequence[Column]], one: int, other: int) -> Expr:
    """Tell whether one entry ranks higher than another, by each key in turn."""
    found = NO
    for reads in reversed(ranks):
        left, right = reads[one].value, reads[other].value
        found = (left > right) | ((left == right) & found)
    return found


def _read(reader: Reader, value: Expr, beside: Node, each: Sequence[_Entry]) -> Column:
    """Give a value, and what is missing where it is not known."""
    return weighed(value, [_reasons(reader, beside, each)])


def _known(spread: _Spread, value: Expr) -> Column:
    """Give what a list made by `best` tells, where it is known and not empty."""
    none = ~any_of(spread.present)
    value = (spread.unknown | none).ifelse(ibis.null(value.type()), value)
    return Column(value, first_of(spread.missing, fault(none, "no entry fits")))


def _reasons(reader: Reader, beside: Node, lacks: Sequence[_Entry]) -> Expr:
    """Name the lists where none is known, else the first part of an entry that is not."""
    name = _list_of(reader, beside)
    leader = next((names[0] for names in BESIDE.values() if name in names), name)
    unlisted = fault(_count(reader, beside).isnull(), f"{leader} is not known")
    told_ = [
        (lack.there & lack.read.value.isnull()).ifelse(told(lack.read.missing), NOTHING)
        for lack in lacks
        if lack.read.missing is not None
    ]
    return ibis.coalesce(unlisted, *told_)


def _each(reader: Reader, node: Node, beside: Node) -> list[_Entry]:
    """Read a node for every entry of the lists that `beside` names."""
    count = _count(reader, beside)
    return [
        _Entry(count > index, reader.at(index).of(node)) for index in range(reader.scope.longest)
    ]


def _list_of(reader: Reader, node: Node) -> str:
    return next(n for n in elements(node) if reader.scope.value(n).type().is_array())


def _count(reader: Reader, node: Node) -> Expr:
    return reader.scope.entries(_list_of(reader, node))


def _counted(reader: Reader, beside: Node, each: list[_Entry], holds: list[Expr]) -> Column:
    """Count the entries for which something holds; unknown where it is for one of them."""
    held = [entry.there & where for entry, where in zip(each, holds, strict=True)]
    unknown = any_of([_count(reader, beside).isnull(), *(where.isnull() for where in held)])
    value = unknown.ifelse(ibis.null("float64"), _sum([_sure(where) for where in held]))
    return _read(reader, value, beside, each)


def _sum(parts: Sequence[Expr]) -> Expr:
    one, zero = ibis.literal(1.0), ibis.literal(0.0)
    return reduce(lambda so_far, part: so_far + part.ifelse(one, zero), parts, zero)


def _sure(condition: Expr) -> Expr:
    return condition.fill_null(NO)
