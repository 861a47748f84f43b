"""`entente displacement`: rows for every day and camp on stdout or in a file, words on stderr."""

import csv
from pathlib import Path

import pytest
from click.testing import CliRunner

from entente.cli.displacement import command
from entente.problems import InputProblemsError

EXAMPLE = Path(__file__).parent.parent / "movement" / "displacement" / "example"


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(text.splitlines()))


def test_every_day_and_camp_has_a_row_and_the_mean_lies_within_its_band(tmp_path: Path) -> None:
    out = tmp_path / "deep" / "out.csv"
    done = CliRunner().invoke(command, [str(EXAMPLE), "--draws", "40", "--out", str(out)])
    assert done.exit_code == 0 and done.stdout == ""
    table = rows(out.read_text())
    keys = [(row["day"], row["camp"]) for row in table]
    assert keys == [(str(day), camp) for day in range(40) for camp in ("Elms", "Glen", "Holt")]
    assert all(float(r["p05"]) <= float(r["p95"]) for r in table)
    assert list(table[0]) == ["day", "camp", "count", "p05", "p95"]


def test_without_out_the_rows_go_to_stdout_and_the_same_seed_gives_the_same_bytes() -> None:
    runs = [CliRunner().invoke(command, [str(EXAMPLE), "--draws", "3"]) for _ in range(2)]
    assert runs[0].stdout == runs[1].stdout
    assert len(rows(runs[0].stdout)) == 120
    other = CliRunner().invoke(command, [str(EXAMPLE), "--draws", "3", "--seed", "2"])
    assert other.stdout != runs[0].stdout


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ([], "camp capacities: not read"),
        (["--use-capacity"], "this is no forecast"),
        (["--inflow", "total"], "the rises of the total series"),
        (["--rules", "flee"], "the rises of the sum over camp series"),
    ],
)
def test_what_was_read_is_said_on_stderr(options: list[str], words: str) -> None:
    done = CliRunner().invoke(command, [str(EXAMPLE), "--draws", "2", *options])
    assert words in done.stderr
    assert "rescaled ARD" in done.stderr


def test_a_folder_with_mistakes_writes_nothing(tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    with pytest.raises(InputProblemsError, match="E400"):
        CliRunner().invoke(command, [str(tmp_path), "--out", str(out)], catch_exceptions=False)
    assert not out.exists()


def test_the_help_ends_with_an_example() -> None:
    text = CliRunner().invoke(command, ["--help"]).output
    assert text.rstrip().splitlines()[-1].strip().startswith(("Example:", "--out"))


def test_a_seed_below_zero_is_wrong_usage() -> None:
    done = CliRunner().invoke(command, [str(EXAMPLE), "--seed", "-1"])
    assert done.exit_code == 2
    assert "-1 is not in the range" in done.stderr
