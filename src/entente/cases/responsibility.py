"""Which state answers for each claim: an accord's allocations over a whole table at once."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Final, TypeAlias

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from entente.accord.choices import Choices
from entente.accord.clauses import Allocate
from entente.accord.document import Accord
from entente.cases.allocation import Scribe, ready
from entente.cases.bench import Bench
from entente.cases.cells import NEVER
from entente.cases.claims import by_length, longest_list
from entente.cases.engine import Engine, connected, fetched, held
from entente.cases.law import quantity, readings
from entente.cases.verdict import Again, settled
from entente.problems import InputProblemsError, Problem

Table: TypeAlias = Any  # a pyarrow.Table; neither pyarrow nor Ibis gives types to check against
Expr: TypeAlias = Any

_DATED: Final = "asked_on or application_date"


def responsible(
    claims: Table,
    accord: Accord,
    choices: Choices | None = None,
    *,
    as_of: date | None = None,
    sets: str | None = None,
    backend: str = "duckdb",
) -> Table:
    """Say which state answers for each claim, or what each claim gets.

    claims   as `read_claims` gives them; a claim's own `as_of` beats the argument
    sets     the quantity to answer; by default the one that the accord brings to bear
    backend  the engine that holds the claims: duckdb, or spark
    returns  claim_id, state, clause, rule, citation, flags, readings, why, in the claims' order

    `state` is a code, or what the clause says; MISSING where a fact is not known, FLAG where an
    open point or the time of day decides, none where no clause says anything. Raises
    InputProblemsError where the accord allocates nothing, or two of its clauses clash.
    """
    taken = choices or Choices()
    wanted = quantity(accord, taken, sets)
    engine = connected(backend)
    answered = [
        _answered(part, known, taken, wanted, engine)
        for known, shared in _versions(claims, accord, as_of)
        for part in by_length(shared)
    ]
    whole = pa.concat_tables(answered)
    ordered = len(answered) == 1 and backend == "duckdb"
    return (whole if ordered else whole.sort_by("row")).drop_columns(["row"])


def _versions(claims: Table, accord: Accord, as_of: date | None) -> Iterator[tuple[Accord, Table]]:
    """Yield the claims with the text as it was known to each: one text a group."""
    general = accord if as_of is None else accord.known(as_of)
    if "as_of" not in claims.column_names:
        yield general, claims
        return
    own = claims["as_of"]
    if claims.num_rows == own.null_count:
        yield general, claims
        return
    edges = sorted(
        {accord.known_from(id_) or date.min for id_ in accord.clauses}
        | {source.date for source in accord.sources.values()}
    )
    days = own.combine_chunks().cast(pa.int32()).to_numpy(zero_copy_only=False)
    known = ~np.isnan(np.asarray(days, np.float64))
    ordinals = [(edge - date(1970, 1, 1)).days for edge in edges]
    version = np.where(known, np.searchsorted(ordinals, np.nan_to_num(days), "right"), -1)
    for number in np.unique(version).tolist():
        text = general if number < 0 else accord.known(edges[number - 1] if number else date.min)
        yield text, claims.filter(pa.array(version == number))


def _answered(claims: Table, accord: Accord, choices: Choices, sets: str, engine: Engine) -> Table:
    """Answer the claims that share one text."""
    group = [c for c in accord.clauses.values() if isinstance(c, Allocate) and c.sets == sets]
    frozen, longest = _frozen(group), longest_list(claims)
    dated = (frozen,) if frozen else ("asked_on", "application_date")
    with held(engine, claims) as table:
        asked = _first_known(table, dated)
        law = readings(accord, choices, sets, _days(engine, table, asked, accord))
        own = ready(table, longest)
        bench = Bench(
            own, _first_known(own, dated), longest, group, Scribe(accord), frozen or _DATED
        )
        found = fetched(engine, bench.query(law))
        second = _again(engine, claims, found, bench, dated)
    return settled(found, second, law, [step.ground for step in bench.steps], accord)


def _again(
    engine: Engine, claims: Table, found: Table, bench: Bench, dated: Sequence[str]
) -> Again:
    """Look again at the rows that lack something, or that readings answer by another rule."""
    again = Again.of(found)
    if not len(again.rows):
        return again
    at = pc.index_in(pa.array(again.rows), claims["row"].combine_chunks())
    rows = claims.take(at).append_column("code", pa.array(again.codes))
    rows = rows.append_column("place_", pa.array(np.arange(rows.num_rows)))
    with held(engine, rows) as table:
        own = ready(table, bench.longest)
        own = own.mutate(_day=_first_known(own, dated))
        told = fetched(engine, bench.again(own, sorted(set(again.codes.tolist()))))
    told = told.sort_by("place")
    return replace(again, states=told["state"].to_pylist(), missing=told["missing"].to_pylist())


def _frozen(group: Sequence[Allocate]) -> str | None:
    """Return the column whose date fixes the facts; raise E105 where clauses name several."""
    named = {clause.frozen_at: clause for clause in group if clause.frozen_at}
    if len(named) > 1:
        common = group[-1].common
        message = f"clauses on {group[0].sets} freeze at {' and '.join(sorted(map(str, named)))}"
        problem = Problem("E105", common.where, common.id, message, "name one column")
        raise InputProblemsError([problem])
    return next(iter(named), None)


def _first_known(table: Expr, names: Sequence[str]) -> Expr:
    """Return the first of some dates that a row has, null where none."""
    days = [table[name] for name in names if name in table.columns]
    happened = [(day < ibis.literal(NEVER)).ifelse(day, ibis.null("date")) for day in days]
    return ibis.coalesce(*happened) if happened else ibis.null("date")


def _days(engine: Engine, table: Expr, today: Expr, accord: Accord) -> tuple[date, date]:
    """Return the first and last day asked about, or the horizon where none is."""
    ends = fetched(engine, table.aggregate(first=today.min(), last=today.max())).to_pylist()[0]
    return (ends["first"] or accord.horizon[0], ends["last"] or accord.horizon[1])
