"""Answers to claims, each different one said once, and how they are written block by block."""

import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final, TypeAlias, final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet
from numpy.typing import NDArray

from entente.files import RUNS, whole

Table: TypeAlias = Any  # a pyarrow.Table; pyarrow gives no types to check against
Column: TypeAlias = Any
Write: TypeAlias = Callable[["Answers"], None]

SAID: Final = ("state", "clause", "rule", "citation", "flags", "readings", "why")
COLUMNS: Final = ("claim_id", *SAID)
PLAIN: Final = pa.schema(dict.fromkeys(COLUMNS, pa.string()))
_HELD: Final = 8 << 20  # bytes held before what goes to the terminal waits on disk


@final
@dataclass(frozen=True, slots=True)
class Answers:
    """What some claims are answered.

    ids     of the claims                                                 [claim]
    said    state, clause, rule, citation, flags, readings and why of each different answer
    place   which of them each claim has                                  [claim]
    """

    ids: Column
    said: Table
    place: NDArray[np.int64]

    @classmethod
    def of_table(cls, table: Table) -> "Answers":
        """Take answers that are written out, row by row."""
        place = np.arange(table.num_rows)
        return cls(table["claim_id"].combine_chunks(), table.select(SAID).combine_chunks(), place)

    @classmethod
    def joined(cls, ids: Column, parts: "Sequence[tuple[NDArray[np.int64], Answers]]") -> "Answers":
        """Join answers that were found apart; each part has the numbers of its claims."""
        place, before = np.zeros(len(ids), np.int64), 0
        for claims, part in parts:
            place[claims] = part.place + before
            before += part.said.num_rows
        return cls(ids, pa.concat_tables([part.said for _, part in parts]), place)

    def table(self) -> Table:
        """Write the answers out, a row for each claim."""
        rows = self.said.take(pa.array(self.place))
        return pa.table({"claim_id": self.ids} | {name: rows[name] for name in SAID})

    def csv(self) -> Any:
        """Write the rows of a CSV file, every cell in quotes, as a buffer of bytes.

        An id that a spreadsheet would run gets an apostrophe; other texts are the project's own.
        """
        cells = [_quoted(self.said[name].combine_chunks()) for name in SAID]
        ends = pc.binary_join_element_wise(pc.binary_join_element_wise(*cells, ","), "\n", "")
        lines = pc.binary_join_element_wise(
            _quoted(_harmless(self.ids)), ends.take(pa.array(self.place)), ","
        )
        _, places, letters = lines.buffers()
        if not len(lines):
            return b""
        return letters.slice(0, np.frombuffer(places, np.int32)[len(lines)])


@contextmanager
def written(path: Path | None, terminal: IO[bytes] | None) -> Iterator[Write]:
    """Write answers as they come: to CSV or Parquet by the ending, else to the terminal, if any.

    All is written or nothing: a failure on the way leaves what stood at `path` before, and the
    terminal is told nothing.

    Raises OutputError where the file cannot be written.
    """
    if path is None:
        with tempfile.SpooledTemporaryFile(_HELD) as page:
            yield _csv(page) if terminal else lambda _answers: None
            page.seek(0)
            if terminal:
                shutil.copyfileobj(page, terminal)
        return
    with whole(path) as scratch:
        if path.suffix == ".parquet":
            with pyarrow.parquet.ParquetWriter(scratch, PLAIN) as parquet:
                yield lambda answers: parquet.write_table(answers.table())
        else:
            with scratch.open("wb") as page:
                yield _csv(page)


def _csv(page: IO[bytes]) -> Write:
    page.write(",".join(f'"{name}"' for name in COLUMNS).encode() + b"\n")

    def write(answers: Answers) -> None:
        page.write(answers.csv())

    return write


def _quoted(cells: Column) -> Column:
    return pc.binary_join_element_wise('"', pc.replace_substring(cells, '"', '""'), '"', "")


def _harmless(ids: Column) -> Column:
    runs = pc.is_in(pc.utf8_slice_codeunits(ids, 0, 1), pa.array(RUNS))
    return pc.if_else(runs, pc.binary_join_element_wise("'", ids, ""), ids)
