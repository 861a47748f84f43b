"""Claims by the block: where a file is cut never shows, and no more than some blocks are held."""

import csv
import io
import random
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from entente.cases import listing
from entente.cases.claims import files as claim_files
from entente.cases.claims import reading as claim_cells
from entente.cases.claims.answers import SAID, Answers
from entente.cases.claims.table import read_claims
from entente.cases.store import Store
from entente.cases.threads import CORES, in_order
from entente.cli.responsible import command
from entente.problems import InputProblemsError

HEAD = "claim_id,application_date,place,transited,protection_denied_in,trafficking_victim"
WORDS = {
    "application_date": ["2019-07-20", "2019-10-01", "2020-02-01", "", "never"],
    "place": ["US-TX", "US-CA", "", "US-XX"],
    "transited": ["MEX", "MEX;GTM", "none", ""],
    "protection_denied_in": ["none", "MEX"],
    "trafficking_victim": ["no", "yes", "perhaps"],
}


def ledger(count: int) -> str:
    """Write claims of which some are bad, some stand twice and some lines are no rows."""
    luck = random.Random(8)
    lines = [HEAD]
    for number in range(count):
        id_ = luck.choice([f"c{number}"] * 30 + [f"c{number // 2}", "", f'"c{number},\n""x"""'])
        row = ",".join([id_, *(luck.choice([*words[:3]] * 9 + words) for words in WORDS.values())])
        lines.append(luck.choice([row] * 40 + ["a,b", ""]))
    return "\n".join(lines) + "\n"


def answered(claims: Path, *options: str) -> tuple[bytes, str]:
    """Return what the verb writes, and what it says of bad rows."""
    out = claims.parent / "out.csv"
    told = [str(claims), "--accord", "us-mexico-2019", "--out", str(out), *options]
    done = CliRunner().invoke(command, told)
    return out.read_bytes(), str(done.exception or "")


def test_no_id_is_run_by_a_spreadsheet(tmp_path: Path) -> None:
    claims = tmp_path / "claims.csv"
    claims.write_text(
        f"{HEAD}\n=1+1,2019-07-20,US-TX,MEX,none,no\n-7,2019-07-20,US-TX,MEX,none,no\n"
    )
    written, _ = answered(claims)
    assert [line[:7] for line in written.splitlines()[1:]] == [b'"\'=1+1"', b'"\'-7","']


def test_where_a_file_is_cut_never_shows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    claims = tmp_path / "claims.csv"
    claims.write_text(ledger(400), encoding="utf-8")
    whole = answered(claims)
    assert "E100 claim_id: an earlier row has the same id" in whole[1]
    assert "E102" in whole[1]
    for length in (7, 100, 399):
        monkeypatch.setattr(claim_files, "BLOCK", length)
        assert answered(claims) == whole


def test_a_folder_of_parquet_files_is_one_table(tmp_path: Path) -> None:
    claims, folder = tmp_path / "claims.csv", tmp_path / "ledger"
    claims.write_text(ledger(300), encoding="utf-8")
    rows = read_claims(claims).table.drop_columns(["row"])
    folder.mkdir()
    pyarrow.parquet.write_table(rows.slice(0, 100), folder / "part-0.parquet")
    rest = rows.slice(100).set_column(
        rows.column_names.index("transited"), "transited",
        rows["transited"].slice(100).cast(pa.large_list(pa.string())),
    )  # fmt: skip
    pyarrow.parquet.write_table(rest, folder / "part-1.parquet")
    (folder / "_SUCCESS").touch()
    assert answered(folder)[0] == answered(claims)[0]
    pyarrow.parquet.write_table(rows.slice(50, 1), folder / "part-2.parquet")
    assert answered(folder)[1] == (
        f"{folder}/part-2.parquet:1: E100 claim_id: an earlier row has the same id; "
        "mend: give each claim its own id"
    )


def test_a_column_that_one_file_of_a_folder_lacks_is_not_known_there(tmp_path: Path) -> None:
    for name, row in (("a", {"claim_id": [1], "age": [17]}), ("b", {"claim_id": [2]})):
        pyarrow.parquet.write_table(pa.table(row), tmp_path / f"{name}.parquet")
    assert read_claims(tmp_path).table["age"].to_pylist() == [17.0, None]


def test_a_run_that_fails_on_the_way_leaves_what_stood_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(_answers: Answers) -> bytes:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Answers, "csv", fails)
    claims, out = tmp_path / "claims.csv", tmp_path / "out.csv"
    claims.write_text(ledger(20), encoding="utf-8")
    out.write_text("before")
    left, told = answered(claims)
    assert left == b"before"
    assert told == f"{out}: cannot write: No space left on device; nothing was changed"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["claims.csv", "out.csv"]


def test_of_many_bad_rows_the_first_are_listed_and_the_rest_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (claim_cells, listing):
        monkeypatch.setattr(module, "MOST_LISTED", 3)
    monkeypatch.setattr(claim_files, "BLOCK", 10)
    claims = tmp_path / "claims.csv"
    rows = "".join(f"{number},old,\n" for number in range(40))
    claims.write_text(f"claim_id,age,married\n{rows}x,1,perhaps\n", encoding="utf-8")
    found = read_claims(claims)
    assert found.rejected == 41
    assert [(p.where.line, p.clause) for p in found.problems] == [
        (2, "age"), (3, "age"), (4, "age"), (5, "age"), (42, "married"),
    ]  # fmt: skip
    assert found.problems[3].message == "this row and 36 more are wrong too, and not listed"


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    few, many = ("".join(f"{n},2019-10-01,US-TX,MEX;GTM,none,no\n" for n in range(count))
                 for count in (20_000, 400_000))  # fmt: skip
    for name, rows in (("few", few), ("many", many)):
        (tmp_path / f"{name}.csv").write_text(f"{HEAD}\n{rows}", encoding="utf-8")
    script = (
        "import resource, sys\n"
        "from entente.cases.claims import files\n"
        "from entente.cli.responsible import command\n"
        "files.BLOCK = 2048\n"
        "for name in ('few', 'many'):\n"
        "    command([f'{sys.argv[1]}/{name}.csv', '--accord', 'us-mexico-2019',\n"
        "             '--memory', '64MB', '--out', f'{sys.argv[1]}/{name}.out.csv'],\n"
        "            standalone_mode=False)\n"
        "    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)\n"
    )
    told = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)], capture_output=True, text=True, check=True
    )
    before, after = map(int, told.stdout.split())  # KiB
    written = (tmp_path / "many.out.csv").stat().st_size / 1024
    assert after - before < written


def test_work_is_taken_up_only_as_its_results_are_taken_away() -> None:
    begun = []

    def work() -> Any:
        for number in range(50):
            begun.append(number)
            yield partial(int, number)

    with ThreadPoolExecutor(CORES) as pool:
        for done, number in enumerate(in_order(pool, work())):
            assert number == done
            assert len(begun) <= done + CORES + 1


@settings(max_examples=25)
@given(ids=st.lists(st.sampled_from(["", "a", "b", " a", "a ", "c", "æ"]), max_size=30))
def test_a_row_is_told_that_has_the_id_of_an_earlier_one(ids: list[str]) -> None:
    store = Store()
    table = store.of_arrow(pa.table({"id": pa.array([id_ or None for id_ in ids], pa.string())}))
    repeated = store.repeated(table, "id")
    found = [] if repeated is None else store.rows(store.again(table, "id", repeated))
    bare = [id_.strip() for id_ in ids]
    twice = [n for n, id_ in enumerate(bare) if id_ and id_ in bare[:n]]
    assert [row["row"] for row in found if row["again"]] == twice
    assert len(found) in (0, len(ids))


def test_answers_are_written_as_a_csv_reader_reads_them() -> None:
    said = {name: ['say "so"', "one, two\nlines", "", "=1+1"] for name in SAID}
    answers = Answers(pa.array(["a", "b,c", 'd"']), pa.table(said), np.array([1, 0, 3]))
    rows = list(csv.reader(io.StringIO(bytes(answers.csv()).decode(), newline="")))
    assert rows == [list(row.values()) for row in answers.table().to_pylist()]


def test_text_that_is_no_file_of_claims_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputProblemsError, match=r"holds no \.parquet file"):
        read_claims(tmp_path)
