"""Which state answers for each claim: an accord's allocations over a whole table at once."""

from collections.abc import Iterator, Sequence
from datetime import date
from functools import partial
from typing import Any, Final, TypeAlias

import ibis
import numpy as np
import pyarrow as pa

from entente.accord.choices import Choices
from entente.accord.clauses import Allocate, Clause
from entente.accord.document import Accord, expressions
from entente.accord.expression.entry_values import BESIDE_OF
from entente.cases.bench import Bench
from entente.cases.block import Block, first_day
from entente.cases.cells import NEVER
from entente.cases.claims import longest_lists
from entente.cases.engine import Engine, connected, fetched, held, mapped
from entente.cases.law import Acting, Reading, quantity, readings
from entente.cases.verdict import settled
from entente.problems import InputProblemsError, Problem

Table: TypeAlias = Any  # a pyarrow.Table; neither pyarrow nor Ibis gives types to check against
Expr: TypeAlias = Any

_DATED: Final = "asked_on or application_date"
_OF_CLOCKS: Final = ("asked_on", "lodged_state", "requested_state")  # read by clocks, unnamed
_ANSWERS: Final = pa.schema(
    {"row": pa.int64()}
    | dict.fromkeys(
        ("claim_id", "state", "clause", "rule", "citation", "flags", "readings", "why"),
        pa.string(),
    )
)


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
        _answered(shared, known, taken, wanted, engine)
        for known, shared in _versions(claims, accord, as_of)
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
    frozen = _frozen(group)
    dated = (frozen,) if frozen else ("asked_on", "application_date")
    with held(engine, claims) as table:
        law = readings(accord, choices, sets, _days(engine, table, dated, accord))
        bench = Bench(law, group, accord, frozen or _DATED)
        asked = table.select(*_asked(table.columns, law, dated))
        return mapped(engine, asked, partial(_decided, bench, dated), _ANSWERS)


def _decided(bench: Bench, dated: tuple[str, ...], claims: Table) -> Table:
    """Decide a block of claims."""
    today, known = first_day(claims, dated, NEVER)
    block = Block.of_table(claims, today, bench.numbers)
    found = bench.decide(block, known, longest_lists(claims))
    own = {name: claims[name] for name in ("row", "claim_id")}
    return pa.table(own | settled(found, bench), schema=_ANSWERS)


def _asked(columns: Sequence[str], law: Sequence[Reading], dated: Sequence[str]) -> list[str]:
    """Return the columns that the law reads, all of a group of lists that run side by side."""
    acting = {a for r in law for s in r.stretches for _, regime in s.regimes for a in regime.acting}
    parts = [part for a in acting for part in _parts(a)]
    read = {name.id for part in parts for e in expressions(part) for name in e.names()}
    beside = {other for name in read for other in BESIDE_OF.get(name, ())}
    wanted = {"row", "claim_id", "place", *_OF_CLOCKS, *dated, *read, *beside}
    return [name for name in columns if name in wanted]


def _parts(acting: Acting) -> tuple[Clause, ...]:
    return (acting.clause, *acting.exempts)


def _frozen(group: Sequence[Allocate]) -> str | None:
    """Return the column whose date fixes the facts; raise E105 where clauses name several."""
    named = {clause.frozen_at: clause for clause in group if clause.frozen_at}
    if len(named) > 1:
        common = group[-1].common
        message = f"clauses on {group[0].sets} freeze at {' and '.join(sorted(map(str, named)))}"
        problem = Problem("E105", common.where, common.id, message, "name one column")
        raise InputProblemsError([problem])
    return next(iter(named), None)


def _days(engine: Engine, table: Expr, dated: Sequence[str], accord: Accord) -> tuple[date, date]:
    """Return the first and last day asked about, or the horizon where none is."""
    days = [table[name] for name in dated if name in table.columns]
    if not days:
        return accord.horizon
    happened = [(day < ibis.literal(NEVER)).ifelse(day, ibis.null("date")) for day in days]
    today = ibis.coalesce(*happened)
    ends = fetched(engine, table.aggregate(first=today.min(), last=today.max())).to_pylist()[0]
    return (ends["first"] or accord.horizon[0], ends["last"] or accord.horizon[1])
