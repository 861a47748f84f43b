"""Ledgers: files of CSV and folders of Parquet, larger than memory, and where their rows stand."""

import csv
import os
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet
import pytest
from click.testing import CliRunner

from entente.cli import duty, responsible

ACCORD = {"duty": "us-ieepa-2025-26", "responsible": "us-mexico-2019"}
VERBS = {"duty": duty.command, "responsible": responsible.command}
HEADS = {
    "duty": "line_id,entry_date,origin,hts,value_usd,base_rate_percent,mode",
    "responsible": "claim_id,application_date,place,transited,protection_denied_in,asked_on,age",
}
ROWS = {
    "duty": ",2025-06-01,MEX,8544.30.00,48210.37,5,truck",
    "responsible": ",2019-10-01,US-TX,MEX;GTM,none,,17",
}


def asked(verb: str, ledger: Path, *options: str) -> tuple[Any, bytes]:
    """Ask a verb about a ledger; returns what was told, and what was written."""
    out = ledger.parent / "out.csv"
    arguments = [str(ledger), "--accord", ACCORD[verb], "--out", str(out), *options]
    done = CliRunner().invoke(VERBS[verb], arguments)
    return done, out.read_bytes() if out.exists() else b""


def told(done: Any) -> list[str]:
    """Return the problems that a verb told, without the name of the file."""
    problems = getattr(done.exception, "problems", None)
    lines = [str(p) for p in problems] if problems else done.stderr.splitlines()
    return [line.partition(".csv:")[2].partition("; mend")[0] for line in lines if ".csv:" in line]


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_row_is_told_by_the_line_where_it_begins(tmp_path: Path, verb: str, end: str) -> None:
    row = ROWS[verb]
    rows = [HEADS[verb], f'"a\n1"{row}', "", "few,cells", "   ", f"b{row}", f"c{row},1", f"b{row}"]
    ledger = tmp_path / "ledger.csv"
    ledger.write_bytes((end.join(rows) + end).encode("utf-8-sig"))
    done, written = asked(verb, ledger)
    cells = {"duty": "E301 the row has", "responsible": "E102 the row has"}[verb]
    twice = {
        "duty": "W302 line_id: an earlier line is named 'b' too; both are priced",
        "responsible": "E100 claim_id: an earlier row has the same id",
    }[verb]
    named = [f"5: {cells} 2 cells, not 7", f"8: {cells} 8 cells, not 7", f"9: {twice}"]
    assert sorted(told(done)) == named
    ids = [cells[0] for cells in csv.reader(written.decode().splitlines(keepends=True))]
    assert ids[1:] == ["a\n1", "b", "b"][: 3 if verb == "duty" else 2]


@pytest.mark.parametrize("verb", VERBS)
def test_line_ends_of_two_kinds_change_nothing(tmp_path: Path, verb: str) -> None:
    ledger, rows = tmp_path / "ledger.csv", [f"{n}{ROWS[verb]}\r\n" for n in range(3)]
    ledger.write_bytes("".join([HEADS[verb] + "\n", *rows, "few,cells\n"]).encode())
    done, written = asked(verb, ledger)
    assert written.count(b"\n") == 4
    assert told(done)[0].startswith("5: ")


def test_lines_that_share_a_name_are_priced_and_told(tmp_path: Path) -> None:
    ledger = tmp_path / "ledger.csv"
    rows = [f"{name}{ROWS['duty']}" for name in ("a", "b", "a", " a ", "c")]
    ledger.write_text("\n".join([HEADS["duty"], *rows]) + "\n")
    done, written = asked("duty", ledger)
    assert (done.exit_code, written.count(b"\n")) == (0, 6)
    assert [line[:7] for line in told(done)] == ["4: W302", "5: W302"]


def test_too_little_memory_is_told_and_leaves_nothing(tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "ledger", "duty", 4_000)
    done, written = asked("duty", folder, "--memory", "1MB")
    assert "--memory: E300 too little" in str(done.exception)
    assert written == b""


def folder_of(folder: Path, verb: str, count: int) -> Path:
    """Write a folder of Parquet files whose ids take room."""
    names, cells = HEADS[verb].split(","), ROWS[verb].split(",")
    folder.mkdir()
    for part in range(4):
        ids = [f"{part}-{n}-{os.urandom(500).hex()}" for n in range(count // 4)]
        table = {name: [cell] * len(ids) for name, cell in zip(names, cells, strict=True)}
        rows = pa.table(table | {names[0]: ids})
        pyarrow.parquet.write_table(rows, folder / f"{part}.parquet", row_group_size=3_000)
    return folder


@pytest.mark.parametrize("verb", VERBS)
def test_a_folder_larger_than_the_memory_allowed_gives_the_same_bytes(
    tmp_path: Path, verb: str
) -> None:
    folder = folder_of(tmp_path / "ledger", verb, 48_000)
    assert sum(file.stat().st_size for file in folder.iterdir()) > 48_000_000
    whole, written = asked(verb, folder)
    assert whole.exit_code == 0
    limited, same = asked(verb, folder, "--memory", "40MB")
    assert limited.exit_code == 0, limited.output
    assert same == written
    assert written.count(b"\n") == 48_001


def test_lines_keep_their_order_on_every_core(tmp_path: Path) -> None:
    names, cells = HEADS["duty"].split(","), ROWS["duty"].split(",")
    ids = [f"{n}" for n in range(60_000)]
    table = {name: [cell] * len(ids) for name, cell in zip(names, cells, strict=True)}
    ledger = tmp_path / "ledger.parquet"
    pyarrow.parquet.write_table(pa.table(table | {"line_id": ids}), ledger, row_group_size=2_000)
    done, written = asked("duty", ledger)
    assert done.exit_code == 0
    assert [line.partition(b",")[0].decode() for line in written.splitlines()[1:]] == ids
