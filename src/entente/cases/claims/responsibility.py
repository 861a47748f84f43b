"""Which state answers for each claim: an accord's allocations over tables of any length."""

import json
from collections.abc import Iterable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeAlias, final

import pyarrow as pa
import pyarrow.compute as pc

from entente.accord.choices import Choices
from entente.accord.document import Accord
from entente.cases.claims.answers import PLAIN, Answers, Write
from entente.cases.claims.court import Court
from entente.cases.claims.files import ClaimFile, Texts
from entente.cases.claims.reading import checked
from entente.cases.claims.table import claims_by_block, parts
from entente.cases.engine import mapped
from entente.cases.listing import Listing
from entente.cases.store import Store
from entente.cases.threads import CORES, in_order
from entente.grid import Grid, Tabled
from entente.problems import Place, Problem

if TYPE_CHECKING:
    import pandas as pd

Table: TypeAlias = Any  # a pyarrow.Table; pyarrow gives no types to check against

_ROWS: Final = pa.schema([("row", pa.int64()), *PLAIN])
_JUDGED: Final = pa.schema([*_ROWS, ("wrong", pa.string())])


@final
@dataclass(frozen=True, slots=True)
class Answered:
    """How many claims of a file were answered, how many were left out, and why."""

    count: int
    rejected: int
    problems: tuple[Problem, ...]


@final
@dataclass(frozen=True, slots=True)
class Verdicts(Tabled):
    """An answer for each claim, in the claims' order.

    answers   claim_id, state, clause, rule, citation, flags, readings, why: a pyarrow.Table
    """

    answers: Table

    def table(self) -> "pd.DataFrame":
        """Return the answers in pandas."""
        found: pd.DataFrame = self.answers.to_pandas()
        return found

    def arrow(self) -> Table:
        """Return the answers in Arrow."""
        return self.answers

    def grid(self) -> Grid:
        """Lay out how many claims have each answer, and by which rule."""
        ground = ["state", "clause", "rule"]
        counts = self.table()[ground].fillna("").value_counts(sort=False)
        note = f"{self.answers.num_rows:,} claims; the table has each with its ground."
        return Grid.of("answers to claims", counts.rename("claims").reset_index(), note)


def responsible(
    claims: Table,
    accord: Accord,
    choices: Choices | None = None,
    *,
    as_of: date | None = None,
    sets: str | None = None,
    backend: str = "duckdb",
) -> Verdicts:
    """Say which state answers for each claim, or what each claim gets.

    claims   as `read_claims` gives them; a claim's own `as_of` beats the argument
    sets     the quantity to answer; by default the one that the accord brings to bear
    backend  where they are decided: here (duckdb), or where Spark holds them

    `state` is a code, or what the clause says; MISSING where a fact is not known, FLAG where an
    open point or the time of day decides, none where no clause says anything. Raises
    InputProblemsError where the accord allocates nothing, or two of its clauses clash.
    """
    court = Court(accord, choices or Choices(), as_of, sets)
    if backend != "duckdb":
        return Verdicts(_decided_there(claims, court))
    with ThreadPoolExecutor(CORES) as pool:
        found = _decided(parts(claims), court, pool)
        return Verdicts(pa.concat_tables(answers.table() for answers in found))


def answer_file(
    claims: Path,
    accord: Accord,
    write: Write,
    choices: Choices | None = None,
    *,
    as_of: date | None = None,
    sets: str | None = None,
    backend: str = "duckdb",
    memory: str = "",
) -> Answered:
    """Answer the claims of a file of any length, handing answers to `write` as they are found.

    The arguments are those of `responsible`, and `memory` the most that DuckDB holds, as in 2GB;
    raises as `responsible` and `read_claims` do.
    """
    court, listing, count = Court(accord, choices or Choices(), as_of, sets), Listing(), 0
    file = ClaimFile.read(claims, backend, memory)
    with ThreadPoolExecutor(CORES) as pool:
        if file.store.embedded:
            found = _decided(claims_by_block(file, listing, pool), court, pool)
        else:
            found = _judged_there(file, court, listing)
        for answers in found:
            write(answers)
            count += len(answers.place)
    problems, rejected = file.problems(listing)
    return Answered(count, rejected, problems)


def _decided(tables: Iterable[Table], court: Court, pool: Executor) -> Iterator[Answers]:
    """Decide claims here, on every core, in their order."""
    yield from in_order(pool, (court.case(table) for table in tables))


def _decided_there(claims: Table, court: Court) -> Table:
    """Decide claims that are in memory where Spark holds them."""
    court.ready()
    store = Store("spark")
    kept = store.of_arrow(pa.concat_tables(parts(claims)))
    answered = mapped(store.connection, kept, partial(_answered, court), _ROWS, store.folder)
    return pa.concat_tables(answered).drop_columns(["row"])


def _judged_there(file: ClaimFile, court: Court, listing: Listing) -> Iterator[Answers]:
    """Read and decide the claims of a file where Spark holds them; in their order."""
    court.ready()
    judge = partial(_judged, court, file.file)
    for table in mapped(file.store.connection, file.table, judge, _JUDGED, file.store.folder):
        refused = table["wrong"].is_valid()
        wrong = table.filter(refused)
        told = [
            Problem(code, Place(file.file, row), *said)
            for row, faults in zip(
                wrong["row"].to_pylist(), wrong["wrong"].to_pylist(), strict=True
            )
            for code, *said in json.loads(faults)
        ]
        listing.add(told, {}, wrong.num_rows)
        yield Answers.of_table(table.filter(pc.invert(refused)))


def _answered(court: Court, claims: Table) -> Table:
    """Answer claims on a worker."""
    answers = court.case(claims)().table()
    return answers.add_column(0, "row", claims["row"])


def _judged(court: Court, file: str, table: Table) -> Table:
    """Read and answer a block of claims on a worker; the bad ones come with what is wrong."""
    block = checked(Texts.of(file, table))
    wrong: dict[int, list[tuple[str, ...]]] = {}
    for told in block.rows.told:
        said = (told.code, told.clause, told.message, told.mend)
        wrong.setdefault(told.where.line, []).append(said)
    refused = {"row": list(wrong), "wrong": [json.dumps(faults) for faults in wrong.values()]}
    empty = pa.nulls(len(wrong), pa.string())
    rows = pa.array(block.rows.rows[~block.rows.bad])
    good = court.case(block.kept())().table().add_column(0, "row", rows)
    good = good.append_column("wrong", pa.nulls(good.num_rows, pa.string()))
    bad = pa.table(dict.fromkeys(PLAIN.names, empty) | refused)
    return pa.concat_tables([part.select(_JUDGED.names).cast(_JUDGED) for part in (good, bad)])
