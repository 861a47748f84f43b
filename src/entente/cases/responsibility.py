"""Which state answers for each claim: an accord's allocations over a whole table at once."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeAlias, final

import ibis
import numpy as np
import pyarrow as pa

from entente.accord.choices import Choices
from entente.accord.clauses import Allocate
from entente.accord.document import Accord
from entente.cases.allocation import MISSING, NONE, Answer, Ground, Reader, Scribe, met_in
from entente.cases.cells import NEVER
from entente.cases.engine import Engine, connected, fetched, held
from entente.cases.law import Acting, Reading, Regime, Stretch, quantity, readings
from entente.cases.verdict import settled
from entente.problems import InputProblemsError, Problem

Table: TypeAlias = Any  # a pyarrow.Table; neither pyarrow nor Ibis gives types to check against
Expr: TypeAlias = Any


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
        for known, part in _versions(claims, accord, as_of)
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
    with held(engine, claims) as table:
        asked = _first_known(table, ("asked_on", "application_date"))
        today = asked if frozen is None else _first_known(table, (frozen,))
        reader = Reader(table, today, asked)
        law = readings(accord, choices, sets, _days(engine, table, today, accord))
        bench = _Bench(reader, group, Scribe(accord), frozen or "asked_on or application_date")
        found = fetched(engine, bench.query(law))
    return settled(found, law, bench.scribe.grounds, accord)


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


@final
@dataclass(slots=True)
class _Bench:
    """The query under way: what each acting clause answers is computed once, then chosen by day.

    dated   the columns that would say for which day a claim is
    """

    reader: Reader
    group: Sequence[Allocate]
    scribe: Scribe
    dated: str
    names: dict[Acting, str] = field(default_factory=dict)
    columns: dict[str, Expr] = field(default_factory=dict)

    def query(self, law: Sequence[Reading]) -> Expr:
        """Return a table: for each reading and time of day the code, state and what is missing.

        Columns are numbered by reading and by regime within the day: `state_0_1`.
        """
        for reading in law:
            for stretch in reading.stretches:
                for _, regime in stretch.regimes:
                    self._prepare(regime)
        begin, end = self.scribe.accord.horizon
        today = self.reader.today
        self.columns["_day"] = today
        self.columns["_outside"] = (today < ibis.literal(begin)) | (today > ibis.literal(end))
        table = self.reader.table.mutate(**self.columns)
        out = {"row": table.row, "claim_id": table.claim_id, "outside": table["_outside"]}
        for number, reading in enumerate(law):
            count = max(len(stretch.regimes) for stretch in reading.stretches)
            for index in range(count):
                answer = self._by_day(table, reading.stretches, index)
                suffix = f"{number}_{index}"
                out |= {f"{name}_{suffix}": getattr(answer, name) for name in Answer._fields}
                out[f"time_{suffix}"] = _times(table, reading.stretches, index)
        return table.select(**out)

    def _prepare(self, regime: Regime) -> None:
        """Add the columns that a regime chooses among, once each."""
        for acting in regime.acting:
            if acting not in self.names:
                self.names[acting] = name = f"_{len(self.names)}"
                answer = self.reader.answer(acting, self.scribe)
                for part in Answer._fields:
                    self.columns[f"{name}_{part}"] = getattr(answer, part)
                place = self._place()
                here = ibis.literal(value=True)
                if acting.inside:
                    here = here & met_in(place, acting.inside)
                if acting.resting:
                    here = here & ~met_in(place, acting.resting)
                self.columns[f"{name}_here"] = here

    def _place(self) -> Expr:
        table = self.reader.table
        return table.place if "place" in table.columns else ibis.null("string")

    def _by_day(self, table: Expr, stretches: Sequence[Stretch], index: int) -> Answer:
        """Choose by the day of each row what governs, as the day's `index`-th regime."""
        undated = Answer(
            ibis.literal(self.scribe.number(Ground("", "", "", "", "")), type="int32"),
            ibis.literal(MISSING),
            ibis.literal(f"{self.dated} is not known"),
        )
        governs = [
            self._governed(table, stretch.regimes[min(index, len(stretch.regimes) - 1)][1])
            for stretch in stretches
        ]
        ends = [table["_day"] < ibis.literal(stretch.end.item()) for stretch in stretches]
        return Answer(
            *(
                ibis.cases(
                    (table["_day"].isnull(), getattr(undated, part)),
                    *zip(ends, (getattr(answer, part) for answer in governs), strict=True),
                    else_=getattr(governs[-1], part),
                )
                for part in Answer._fields
            )
        )

    def _governed(self, table: Expr, regime: Regime) -> Answer:
        """Let the strongest clause that acts where the claim is decide, else what holds then."""
        unplaced = table.place.isnull() if "place" in table.columns else ibis.literal(value=True)
        branches: list[tuple[Expr, Answer]] = []
        for acting in regime.acting:
            name, places = self.names[acting], bool(acting.inside or acting.resting)
            own = Answer(*(table[f"{name}_{part}"] for part in Answer._fields))
            if not places:
                return _chosen(branches, own)
            ground = self.scribe.ground(acting.clause, "where", "", "the place of entry decides")
            branches.append((unplaced, self._constant(ground, MISSING, "place is not known")))
            branches.append((table[f"{name}_here"], own))
        return _chosen(branches, self._otherwise(table, regime))

    def _otherwise(self, table: Expr, regime: Regime) -> Answer:
        """Return what holds where no clause is in force: the first `otherwise` of the group."""
        said = [
            f"{id_} is {state.replace('_', ' ')}{f' since {since}' if since else ''}"
            for id_, state, since in regime.idle
        ]
        said += [f"{a.clause.common.id} rests in {', '.join(a.resting)}" for a in regime.acting
                 if a.resting]  # fmt: skip
        said += [f"{a.clause.common.id} acts in {', '.join(a.inside)} only" for a in regime.acting
                 if a.inside]  # fmt: skip
        clause = next((c for c in self.group if c.otherwise is not None), None)
        why = "; ".join(said)
        if clause is None or clause.otherwise is None:
            return self._constant(Ground("", "", "", "", why), NONE, None)
        to = clause.otherwise.column(self.reader.scope({}))
        ground = self.scribe.ground(clause, "otherwise", "", why)
        return Answer(
            ibis.literal(self.scribe.number(ground), type="int32"),
            to.value.cast("string").fill_null(MISSING),
            ibis.null("string") if to.missing is None else to.missing,
        )

    def _constant(self, ground: Ground, state: str, missing: str | None) -> Answer:
        lacks = ibis.null("string") if missing is None else ibis.literal(missing)
        number = ibis.literal(self.scribe.number(ground), type="int32")
        return Answer(number, ibis.literal(state), lacks)


def _chosen(branches: Sequence[tuple[Expr, Answer]], last: Answer) -> Answer:
    if not branches:
        return last
    return Answer(
        *(
            ibis.cases(
                *((where, getattr(answer, part)) for where, answer in branches),
                else_=getattr(last, part),
            )
            for part in Answer._fields
        )
    )


def _times(table: Expr, stretches: Sequence[Stretch], index: int) -> Expr:
    """Return from which time of its day a row's regime governs; null where the day has fewer."""
    several = [
        (
            (table["_day"] >= ibis.literal(stretch.first.item()))
            & (table["_day"] < ibis.literal(stretch.end.item())),
            ibis.literal(f"from {stretch.regimes[index][0]}"),
        )
        for stretch in stretches
        if len(stretch.regimes) > max(index, 1)
    ]
    if not several:
        return ibis.literal("") if index == 0 else ibis.null("string")
    return ibis.cases(*several, else_=ibis.literal("") if index == 0 else ibis.null("string"))
