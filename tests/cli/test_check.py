"""The verbs `check` and `accords` as a person or a machine meets them."""

import json
from pathlib import Path

from click.testing import CliRunner

from entente.cli import entente

FAULTY = Path(__file__).parent.parent / "accord" / "fixtures" / "E104.toml"


def test_an_error_quotes_its_line_with_a_caret_and_exits_3() -> None:
    result = CliRunner().invoke(entente, ["check", str(FAULTY)])
    told, quoted, caret = result.stdout.splitlines()
    assert result.exit_code == 3
    assert f"{FAULTY}:16:10: E104 duty: no value on 2030-05-31" in told
    assert quoted.index("[2030-02-01") == caret.index("^")


def test_machines_read_one_record_a_problem() -> None:
    result = CliRunner().invoke(entente, ["check", str(FAULTY), "--json"])
    (row,) = json.loads(result.stdout)
    assert list(row) == ["code", "file", "line", "col", "clause", "message", "mend"]
    assert (row["code"], row["line"], row["clause"]) == ("E104", 16, "duty")
    assert result.exit_code == 3


def test_a_clean_accord_gives_no_output() -> None:
    result = CliRunner().invoke(entente, ["check", str(FAULTY.with_name("E104-clean.toml"))])
    assert (result.exit_code, result.output) == (0, "")


def test_warnings_leave_an_accord_usable() -> None:
    result = CliRunner().invoke(entente, ["check", "us-mexico-2019"])
    assert result.exit_code == 0
    assert "W206 ladder" in result.stdout


def test_an_unknown_name_is_told_with_the_nearest() -> None:
    result = CliRunner().invoke(entente, ["check", "us-mexco-2019"])
    assert result.exit_code == 3
    assert "did you mean 'us-mexico-2019'?" in result.stdout


def test_the_library_lists_its_accords() -> None:
    rows = json.loads(CliRunner().invoke(entente, ["accords", "--json"]).stdout)
    assert "us-mexico-2019" in [row["name"] for row in rows]
    assert "United" not in CliRunner().invoke(entente, ["accords"]).stdout[:10]
