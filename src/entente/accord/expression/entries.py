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
    missing: Expr | None


def some(reader: Reader, node: Call) -> Column:
    """Read whether some entry fulfils a condition."""
    condition = node.arguments[0]
    each = _each(reader, condition, condition)
    found = any_of([entry.there & entry.read.value for entry in each])
    unlisted = _count(reader, condition).isnull()
    value = unlisted.ifelse(ibis.null("boolean"), found)
    return weighed(value, [_unlisted(reader, condition), *_lacks(each)])


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
    missing = first_of(spread.missing, _none_fits(spread))
    if not spread.present:
        return Column(ibis.null("string"), missing)
    value = ibis.cases(*zip(spread.present, spread.values, strict=True))
    return Column(_nothing_if(missing, value), missing)


def length(reader: Reader, best: Node) -> Column:
    """Read how many values a list made by `best` has."""
    spread = _best(reader, best)
    return weighed(_nothing_if(spread.missing, _sum(spread.present)), [spread.missing])


def among(reader: Reader, item: Column, best: Node) -> Column:
    """Read whether an item is in a list made by `best`."""
    spread = _best(reader, best)
    pairs = zip(spread.present, spread.values, strict=True)
    found = any_of([present & (value == item.value) for present, value in pairs])
    missing = first_of(item.missing, spread.missing)
    return weighed(_nothing_if(missing, found), [missing])


def joined(reader: Reader, best: Node) -> Column:
    """Read a list made by `best` as one text, its values joined by ';'."""
    spread = _best(reader, best)
    whole, begun = ibis.literal(""), NO
    for present, value in zip(spread.present, spread.values, strict=True):
        piece = begun.ifelse(ibis.literal(";"), ibis.literal("")) + value.cast("string")
        whole = present.ifelse(whole + piece, whole)
        begun = begun | present
    missing = first_of(spread.missing, _none_fits(spread))
    return Column(_nothing_if(missing, whole), missing)


def _best(reader: Reader, node: Node) -> _Spread:
    """Rank the entries that fit by each key in turn; tell each value of the best once.

    A key that is not known matters only while entries of different values are left to rank.
    """
    call = plain(node)
    assert isinstance(call, Call)
    wanted, condition, *keys = call.arguments
    fits, values = _each(reader, condition, wanted), _each(reader, wanted, wanted)
    kept = [_sure(entry.there & entry.read.value) for entry in fits]
    lacks: list[Expr | None] = [_unlisted(reader, wanted), *_lacks(fits)]
    lacks += [_lack(keep, value.read) for keep, value in zip(kept, values, strict=True)]
    for key in keys:
        several = _several(kept, values)
        ranks = [entry.read for entry in _each(reader, key, wanted)]
        lacks += [_lack(several & keep, rank) for keep, rank in zip(kept, ranks, strict=True)]
        kept = _highest(kept, [rank.value for rank in ranks], several)
    plainly = [entry.read.value for entry in values]
    present = [
        keep & ~any_of([_sure(kept[j] & (plainly[j] == plainly[i])) for j in range(i)])
        for i, keep in enumerate(kept)
    ]
    return _Spread(present, plainly, reduce(first_of, lacks))


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


def _unlisted(reader: Reader, node: Node) -> Expr:
    """Name the leading list where none of those side by side is known."""
    name = _list_of(reader, node)
    leader = next((names[0] for names in BESIDE.values() if name in names), name)
    return fault(_count(reader, node).isnull(), f"{leader} is not known")


def _counted(reader: Reader, beside: Node, each: list[_Entry], holds: list[Expr]) -> Column:
    """Count the entries for which something holds; unknown where it is for one of them."""
    held = [entry.there & where for entry, where in zip(each, holds, strict=True)]
    unknown = any_of([_count(reader, beside).isnull(), *(where.isnull() for where in held)])
    value = unknown.ifelse(ibis.null("float64"), _sum([_sure(where) for where in held]))
    return weighed(value, [_unlisted(reader, beside), *_lacks(each)])


def _sum(parts: Sequence[Expr]) -> Expr:
    one, zero = ibis.literal(1.0), ibis.literal(0.0)
    return reduce(lambda so_far, part: so_far + part.ifelse(one, zero), parts, zero)


def _sure(condition: Expr) -> Expr:
    return condition.fill_null(NO)


def _nothing_if(missing: Expr | None, value: Expr) -> Expr:
    return value if missing is None else missing.isnull().ifelse(value, ibis.null(value.type()))


def _lack(where: Expr, read: Column) -> Expr:
    return (where & read.value.isnull()).ifelse(told(read.missing), ibis.null("string"))


def _lacks(each: Sequence[_Entry]) -> list[Expr]:
    """Name what is missing for those entries that are there."""
    return [_lack(entry.there, entry.read) for entry in each if entry.read.missing is not None]


def _several(kept: Sequence[Expr], values: Sequence[_Entry]) -> Expr:
    """Tell whether the entries that are kept differ in their values."""
    own = [entry.read.value for entry in values]
    return any_of(
        [_sure(kept[i] & kept[j] & (own[i] != own[j])) for j in range(len(kept)) for i in range(j)]
    )


def _highest(kept: Sequence[Expr], ranks: Sequence[Expr], several: Expr) -> list[Expr]:
    """Keep the entries that rank highest, where several are left to rank."""
    if len(kept) < 2:
        return list(kept)
    own = [k.ifelse(rank, ibis.null(rank.type())) for k, rank in zip(kept, ranks, strict=True)]
    top = ibis.greatest(*own)
    return [keep & (~several | _sure(rank == top)) for keep, rank in zip(kept, own, strict=True)]


def _none_fits(spread: _Spread) -> Expr:
    return fault(~any_of(spread.present), "no entry fits")
