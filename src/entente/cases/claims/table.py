"""Tables of claims: every cell checked, bad rows told, good rows kept; whole or by the block."""

from collections.abc import Iterable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias, final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from entente.accord.expression.facts import BESIDE
from entente.cases.claims.cells import COLUMNS, DERIVED
from entente.cases.claims.files import BLOCK, ClaimFile
from entente.cases.claims.reading import arrow_type, checked
from entente.cases.listing import Listing
from entente.cases.threads import CORES, in_order
from entente.problems import Problem

Table: TypeAlias = Any  # a pyarrow.Table; pyarrow gives no types to check against


@final
@dataclass(frozen=True, slots=True)
class Claims:
    """Claims that could be read, and what is wrong with the others.

    table      a row each: `claim_id`, `as_of` and the facts that the file has, null where not
               known; `row` counts them from 0
    problems   bad rows and fields in reading order: of each column the first ten thousand, and how
               many more there are
    rejected   how many rows were left out
    """

    table: Table
    problems: tuple[Problem, ...]
    rejected: int


def read_claims(path: Path) -> Claims:
    """Read claims from CSV (also gzipped), Parquet, or a folder of Parquet files.

    Raises InputProblemsError where the file cannot be read or has a wrong header: E101 for an
    unknown column, E102 for a missing one, E100 for one given twice.
    """
    file, listing = ClaimFile.read(path), Listing()
    with ThreadPoolExecutor(CORES) as pool:
        whole = pa.concat_tables(claims_by_block(file, listing, pool))
    kinds = {n: pa.int64() if n == "row" else arrow_type(n) for n in whole.column_names}
    return Claims(whole.cast(pa.schema(kinds)), *file.problems(listing))


def claims_by_block(file: ClaimFile, listing: Listing, pool: Executor) -> Iterator[Table]:
    """Yield the claims of a file in its order, some at a time; at least one table, maybe empty.

    Columns of codes are dictionaries. What is wrong with rows is told to `listing`. Of the file no
    more is held than a few blocks.
    """
    row = 0
    for block in in_order(pool, (partial(checked, texts) for texts in file.blocks())):
        listing.add(block.rows.told, block.rows.more, int(block.rows.bad.sum()))
        kept = block.kept()
        yield kept.append_column("row", pa.array(np.arange(row, row + kept.num_rows)))
        row += kept.num_rows


def parts(claims: Table) -> Iterator[Table]:
    """Cut claims into tables that are decided together; one where there are none."""
    for first in range(0, max(claims.num_rows, 1), BLOCK):
        yield claims.slice(first, BLOCK)


def longest_lists(claims: Table) -> NDArray[np.int64]:
    """Return the length of each claim's longest list   [claim]."""
    longest = np.zeros(claims.num_rows, np.int64)
    for name in (name for names in BESIDE.values() for name in names):
        if name in claims.column_names:
            counted = pc.fill_null(pc.list_value_length(claims[name]), 0)
            longest = np.maximum(longest, counted.to_numpy())
    return longest


def table_of(rows: Iterable[dict[str, Any]]) -> Table:
    """Make a table of claims from values that are already of the right kinds."""
    listed = list(rows)
    derived = [name for names in DERIVED.values() for name in names]
    wanted = dict.fromkeys([*COLUMNS, *derived])
    names = [name for name in wanted if any(name in row for row in listed)]
    arrays = {name: pa.array([row.get(name) for row in listed], arrow_type(name)) for name in names}
    return pa.table(arrays).append_column("row", pa.array(np.arange(len(listed))))
