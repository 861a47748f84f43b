"""What would flip a claim's answer: one column at a time, the least change, tried again."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final, TypeAlias, final

import pyarrow as pa

from entente.accord.choices import Choices
from entente.accord.clauses import Allocate
from entente.accord.document import Accord, expressions
from entente.accord.expression import Kind
from entente.accord.expression.facts import BESIDE, CLAIMS
from entente.accord.expression.tree import Constant, Node, children
from entente.accord.reasons import Flip, said_flips
from entente.cases.claims.cells import FOLLOWERS, NOT_FACTS, words_of
from entente.cases.claims.responsibility import responsible
from entente.cases.claims.table import Claims
from entente.cases.earlier import earlier_rules
from entente.grid import Told
from entente.language import phrase
from entente.problems import InputProblemsError, Place, Problem, did_you_mean

Row: TypeAlias = dict[str, Any]

_DAYS: Final = 800  # a date is moved at most so far either way
_NUMBERS: Final = 400  # a number is tried up to here


@final
@dataclass(frozen=True, slots=True)
class ClaimExplanation(Told):
    """One claim's answer as `responsible` gives it, why not by earlier rules, and what flips it."""

    accord: str
    answer: Mapping[str, Any]
    earlier: tuple[str, ...]
    flips: tuple[Flip, ...]

    def lines(self) -> Iterator[str]:
        """Say the answer, its ground and its flips, one sentence a line."""
        told = {key: value for key, value in self.answer.items() if value not in (None, "")}
        yield phrase(
            "claim {claim} under {accord}: {state}",
            claim=told.pop("claim_id"),
            accord=self.accord,
            state=told.pop("state"),
        )
        yield from (f"  {key}: {value}" for key, value in told.items())
        yield from ("  " + phrase("not: {reason}", reason=why) for why in self.earlier)
        yield from said_flips(self.flips)


def explain_claim(
    claims: Claims,
    claim_id: str,
    accord: Accord,
    choices: Choices | None = None,
    *,
    as_of: date | None = None,
    sets: str | None = None,
) -> ClaimExplanation:
    """Answer one claim of a table and find the least change of each column that alters the answer.

    Truths are turned, codes take those that the rules or the claim name, dates move a day at a time
    and numbers take every whole value; a list loses one entry or gains one that the rules name.
    Facts that are not known stay so. Ties are listed.

    Raises InputProblemsError where no claim has the id.
    """
    (row, *_) = [r for r in claims.table.to_pylist() if r["claim_id"] == claim_id] or [None]
    if row is None:
        known = claims.table["claim_id"].to_pylist()
        problem = Problem("E103", Place("--claim"), "", f"no claim is named '{claim_id}'",
                          did_you_mean(claim_id, known))  # fmt: skip
        raise InputProblemsError([*claims.problems, problem])

    def answered(rows: list[Row]) -> list[Row]:
        numbered = [{**r, "row": index} for index, r in enumerate(rows)]
        table = pa.Table.from_pylist(numbered, schema=claims.table.schema)
        found: list[Row] = (
            responsible(table, accord, choices, as_of=as_of, sets=sets).arrow().to_pylist()
        )
        return found

    tried = list(_changed(row, _named(accord)))
    now, *others = answered([row, *(changed for *_, changed in tried)])
    states = [found["state"] for found in others]
    least: dict[str, int] = {}
    for (column, distance, _), state in zip(tried, states, strict=True):
        if state != now["state"]:
            least[column] = min(distance, least.get(column, distance))
    picked = [
        (column, changed)
        for (column, distance, changed), state in zip(tried, states, strict=True)
        if state != now["state"] and distance == least[column]
    ]
    again = answered([changed for _, changed in picked]) if picked else []
    flips = [
        Flip("state", column, _said(row[column]), _said(changed[column]), now["state"],
             found["state"])
        for (column, changed), found in zip(picked, again, strict=True)
    ]  # fmt: skip
    known = accord if as_of is None else accord.known(as_of)
    why = tuple(earlier_rules(row, now, known, choices or Choices()))
    return ClaimExplanation(accord.label, now, why, tuple(flips))


def _named(accord: Accord) -> frozenset[str]:
    """Return the codes that allocations of an accord name, and its parties."""
    trees = [e.tree for c in accord.clauses.values() if isinstance(c, Allocate)
             for e in expressions(c)]  # fmt: skip
    places = frozenset(p for c in accord.clauses.values() for p in c.common.where_places)
    return places.union(accord.parties, *(_codes(tree) for tree in trees))


def _codes(node: Node) -> set[str]:
    if isinstance(node, Constant):
        return {node.value} if isinstance(node.value, str) else set()
    return set().union(*(_codes(child) for child in children(node)))


def _changed(row: Row, named: frozenset[str]) -> Iterator[tuple[str, int, Row]]:
    """Give a column, how far it was moved, and the row with that column changed."""
    own = {value for value in row.values() if isinstance(value, str)}
    for column, value in row.items():
        if value is None or column in NOT_FACTS or column not in CLAIMS or column in FOLLOWERS:
            continue
        for distance, other in _others(column, value, named | own):
            yield column, distance, {**row, column: other}
        for group in BESIDE.values():
            if column == group[0]:
                yield from ((column, 1, {**row, **less}) for less in _without_one(row, group))


def _others(column: str, value: Any, codes: frozenset[str]) -> Iterator[tuple[int, Any]]:
    kind = CLAIMS[column].type
    if kind.kind is Kind.TRUTH:
        yield 1, not value
    elif kind.kind is Kind.NUMBER:
        yield from ((int(abs(n - value)), float(n)) for n in range(_NUMBERS) if n != value)
    elif kind.kind is Kind.DATE:
        for days in range(1, _DAYS):
            yield from ((days, value + sign * timedelta(days)) for sign in (-1, 1))
    elif kind.kind is Kind.LIST and kind.of is Kind.CODE and column not in _HEADS:
        kept = [code for code in value if code is not None]
        yield from ((1, [c for c in kept if c != code]) for code in dict.fromkeys(kept))
        yield from ((1, [*kept, code]) for code in sorted(codes - set(kept)) if len(code) == 3)
    elif kind.kind is Kind.CODE:
        fits = words_of(column) or tuple(code for code in codes if len(code) == len(value))
        yield from ((1, code) for code in sorted(fits) if code != value)


_HEADS: Final = frozenset(group[0] for group in BESIDE.values())


def _without_one(row: Row, group: tuple[str, ...]) -> Iterator[Row]:
    """Leave out one entry of lists that run side by side."""
    for index in range(len(row[group[0]])):
        yield {
            name: [*row[name][:index], *row[name][index + 1 :]]
            for name in group
            if row.get(name) is not None
        }


def _said(value: Any) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case float():
            return f"{value:g}"
        case list():
            return ";".join(map(_said, value)) or "none"
        case _:
            return str(value)
