"""Which lines are alike: each gets a number, the key of its class, by joins on its cells.

A key is a number in mixed radix: one digit for each column that can set lines apart.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any, Final, TypeAlias, final

import ibis

from entente.cases.lines.table import EntryTable
from entente.cases.store import Columns
from entente.problems import NoSolutionError

Expr: TypeAlias = Any  # an Ibis table or value; Ibis gives no types to check against

_MOST_KEYS: Final = 2**62
_ANSWERED_WHOLE: Final = 4096  # so few classes are answered without asking which of them occur


@final
@dataclass(slots=True)
class Part:
    """One column's share of a key.

    codes    the code of each different cell
    stands   for each code, one value that stands for all that share it
    """

    column: str
    codes: Mapping[Any, int]
    stands: list[Any]


@final
@dataclass(slots=True)
class Grades:
    """An amount's share of a key: its place among the values with which it is compared."""

    column: str
    edges: Sequence[float]

    @property
    def stands(self) -> list[float | None]:
        """Return one value for each place: unknown, below the first edge, on it, between, ..."""
        found: list[float | None] = [None, self.edges[0] - 1]
        for edge, following in zip(self.edges, [*self.edges[1:], None], strict=True):
            found += [edge, edge + 1 if following is None else (edge + following) / 2]
        return found

    def code(self, amount: Expr) -> Expr:
        """Return the place of each row's amount."""
        at = [(amount > edge).cast("int64") + (amount >= edge).cast("int64") for edge in self.edges]
        return (reduce(lambda a, b: a + b, at) + 1).fill_null(0)


Parts: TypeAlias = Sequence[Part | Grades]
Meanings: TypeAlias = Mapping[str, Columns]


def weights(parts: Parts) -> list[int]:
    """Return what each part's code counts in a key.

    Raises NoSolutionError where lines differ in more ways than a number can tell.
    """
    sizes = [max(len(part.stands), 1) for part in parts]
    found = reduce(lambda so_far, size: [*so_far, so_far[-1] * size], sizes, [1])
    if found[-1] > _MOST_KEYS:
        raise NoSolutionError("the lines differ in too many ways at once; price them in parts")
    return found[:-1]


def keyed(
    lines: EntryTable, parts: Parts, wrong: Expr | None, meanings: Meanings | None = None
) -> Expr:
    """Return the good lines with their `key`, and what amounts need of their cells.

    meanings   for a column, further columns: one value for each cell, in the order of its codes
    """
    table = lines.table if wrong is None else lines.table.filter(~wrong)
    fixed, key = 0, ibis.literal(0, "int64")
    for part, weight in zip(parts, weights(parts), strict=True):
        more = (meanings or {}).get(part.column, {})
        if isinstance(part, Grades):
            amount = lines.amount(table, part.column)
            key = key + part.code(amount).cast("int64") * weight
            continue
        apart = len(part.stands) > 1
        if len(part.codes) > 1 and (apart or more):
            code = f"{part.column}_code"
            told = {code: [n * weight for n in part.codes.values()]} if apart else {}
            table = _joined(lines, table, part, {**told, **more})
            key = key + table[code] if apart else key
        elif part.codes:
            fixed += next(iter(part.codes.values())) * weight
            table = table.mutate(**{n: _constant(v[0]) for n, v in more.items()}) if more else table
    return table.mutate(key=key + fixed)


def _joined(lines: EntryTable, table: Expr, part: Part, columns: Columns) -> Expr:
    """Join what each cell means; an empty cell joins to nothing and is given its own."""
    places = {cell: place for place, cell in enumerate(part.codes)}
    empty = places.pop(None, None)
    told = {name: [values[place] for place in places.values()] for name, values in columns.items()}
    cells = f"{part.column}_cell"
    meaning = lines.store.lookup({cells: list(places), **told})
    table = table.left_join(meaning, table[part.column] == meaning[cells]).drop(cells)
    if empty is None:
        return table
    filled = {
        name: table[name].fill_null(values[empty])
        for name, values in columns.items()
        if values[empty] is not None
    }
    return table.mutate(**filled)


def _constant(value: Any) -> Expr:
    match value:
        case None:
            return ibis.null()
        case str():
            return ibis.literal(value)
        case _:
            return ibis.literal(value, "int64")


def occurring(lines: EntryTable, parts: Parts, wrong: Expr | None) -> list[int]:
    """Return the keys to answer, in order: those that occur, or all where they are few."""
    size = weights(parts)[-1] * max(len(parts[-1].stands), 1)
    if size <= _ANSWERED_WHOLE:
        return list(range(size))
    found = keyed(lines, parts, wrong).select("key").distinct()
    return sorted(lines.store.arrow(found).column(0).to_pylist())


def stands_of(parts: Parts, keys: Sequence[int]) -> dict[str, list[Any]]:
    """Return for each part the values that stand for its digit of each key."""
    found: dict[str, list[Any]] = {}
    for part, weight in zip(parts, weights(parts), strict=True):
        size = max(len(part.stands), 1)
        found[part.column] = [part.stands[key // weight % size] for key in keys]
    return found
