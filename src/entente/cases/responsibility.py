"""Which state answers for each claim: an accord's allocations over tables of any length."""

import tempfile
from collections.abc import Iterable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeAlias, final

import pyarrow as pa
import pyarrow.parquet

from entente.accord.choices import Choices
from entente.accord.document import Accord
from entente.cases.claim_answers import PLAIN, Answers, Write
from entente.cases.claims import claims_by_block, parts
from entente.cases.court import Court
from entente.cases.listing import Listing
from entente.cases.threads import CORES, in_order
from entente.grid import Grid, Tabled
from entente.problems import Problem

if TYPE_CHECKING:
    import pandas as pd

Table: TypeAlias = Any  # a pyarrow.Table; pyarrow gives no types to check against

_ROWS: Final = pa.schema([("row", pa.int64()), *PLAIN])


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
    backend  what holds the claims: duckdb, which is this process, or spark

    `state` is a code, or what the clause says; MISSING where a fact is not known, FLAG where an
    open point or the time of day decides, none where no clause says anything. Raises
    InputProblemsError where the accord allocates nothing, or two of its clauses clash.
    """
    court = Court(accord, choices or Choices(), as_of, sets)
    with ThreadPoolExecutor(CORES) as pool:
        decided = _decided(parts(claims), court, backend, pool)
        return Verdicts(pa.concat_tables(answers.table() for answers in decided))


def answer_file(
    claims: Path,
    accord: Accord,
    write: Write,
    choices: Choices | None = None,
    *,
    as_of: date | None = None,
    sets: str | None = None,
    backend: str = "duckdb",
) -> Answered:
    """Answer the claims of a file of any length, handing answers to `write` as they are found.

    The arguments are those of `responsible`; raises as it and `read_claims` do.
    """
    court, listing, count = Court(accord, choices or Choices(), as_of, sets), Listing(), 0
    with ThreadPoolExecutor(CORES) as pool:
        tables = claims_by_block(claims, listing, pool)
        for answers in _decided(tables, court, backend, pool):
            write(answers)
            count += len(answers.place)
    return Answered(count, listing.rejected, listing.problems())


def _decided(
    tables: Iterable[Table], court: Court, backend: str, pool: Executor
) -> Iterator[Answers]:
    """Decide claims here, on every core, or where Spark holds them; in their order."""
    if backend == "duckdb":
        yield from in_order(pool, (court.case(table) for table in tables))
        return
    from entente.cases.engine import connected, mapped

    engine = connected(backend)
    with tempfile.TemporaryDirectory(prefix="entente-") as folder:
        _laid(tables, court, Path(folder) / "claims.parquet")
        for table in mapped(engine, Path(folder), partial(_changed, court), _ROWS):
            yield Answers.of_table(table)


def _laid(tables: Iterable[Table], court: Court, file: Path) -> None:
    """Write claims to a Parquet file, and let the court know of the days asked about."""
    writer = None
    try:
        for table in tables:
            court.case(table)
            writer = writer or pyarrow.parquet.ParquetWriter(file, table.schema)
            writer.write_table(table)
    finally:
        if writer is not None:
            writer.close()


def _changed(court: Court, claims: Table) -> Table:
    """Answer claims on a worker."""
    answers = court.case(claims)().table()
    return answers.add_column(0, "row", claims["row"])
