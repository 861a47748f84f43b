"""What would flip an entry line's added duty: the least change of one column, priced again."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from entente.accord.usable import usable
from entente.cases.lines.duty import duty
from entente.cases.lines.flip import LineExplanation, explain_line
from entente.cases.lines.table import EntryTable
from entente.cli import entente
from entente.problems import InputProblemsError

COLUMNS = "line_id,entry_date,origin,hts,value_usd,base_rate_percent,preference,quantity,goods"
LINES = f"""{COLUMNS}
L1,2025-03-10,MEX,87032301,10000,2.5,none,,
W1,2018-03-01,KOR,84501100,900,1,none,1200000,washer
"""


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("lines") / "lines.csv"
    path.write_text(LINES)
    return path


@pytest.fixture(scope="module")
def of_mexico(table: Path) -> LineExplanation:
    return explain_line(EntryTable.read(table), "L1", [usable("us-ieepa-2025-26")])


def test_origin_preference_and_day_are_moved_as_little_as_will_do(
    of_mexico: LineExplanation,
) -> None:
    moved = {(flip.input, flip.after): flip.then for flip in of_mexico.flips}
    assert of_mexico.answer["additional_rate"] == "25"
    assert moved["preference", "USMCA"] == "0"
    assert moved["origin", "CHN"] == "20"
    assert moved["entry_date", "2025-03-04"] == "FLAG"  # the order took effect at 00:01 that day


def test_other_duties_say_why_they_are_not_on_a_line(of_mexico: LineExplanation) -> None:
    told = dict(each.split(": ", 1) for each in of_mexico.others)
    assert told["canada"] == "on goods of CAN, not of MEX"
    assert told["worldwide"] == "draft: not announced before 2026-02-21"
    assert "mexico" not in told


def test_a_quota_flips_with_the_unit_after_its_last(table: Path) -> None:
    found = explain_line(EntryTable.read(table), "W1", [usable("us-washers-2018")])
    moved = {(flip.input, flip.after): flip.then for flip in found.flips}
    assert (found.answer["additional_rate"], moved["quantity", "1200001"]) == ("20", "50")


def test_a_column_that_is_left_out_may_still_flip_a_line(tmp_path: Path) -> None:
    path = tmp_path / "few.csv"
    path.write_text("line_id,entry_date,origin,hts,value_usd,base_rate_percent\n"
                    "L1,2025-03-10,MEX,87032301,10000,2.5\n")  # fmt: skip
    found = explain_line(EntryTable.read(path), "L1", [usable("us-ieepa-2025-26")])
    assert ("preference", "USMCA", "0") in {(f.input, f.after, f.then) for f in found.flips}


def test_what_flips_a_line_is_so_when_it_is_priced_anew(
    table: Path, of_mexico: LineExplanation, tmp_path: Path
) -> None:
    header, line, *_ = LINES.splitlines()
    cells = dict(zip(header.split(","), line.split(","), strict=True))
    other = tmp_path / "other.csv"
    flips = [flip for flip in of_mexico.flips if flip.input in cells]
    rows = [",".join((cells | {flip.input: flip.after}).values()) for flip in flips]
    other.write_text("\n".join([header, *rows, ""]))
    again = duty(EntryTable.read(other), [usable("us-ieepa-2025-26")]).table.to_pyarrow()
    assert again["additional_rate"].to_pylist() == [flip.then for flip in flips]


def test_the_verb_explains_a_line_to_people_and_machines(table: Path) -> None:
    asked = ["explain", "us-washers-2018", "--line", f"{table}:W1"]
    told = CliRunner().invoke(entente, asked)
    assert told.exit_code == 0
    assert told.stdout.startswith("line W1 under us-washers-2018: additional_rate 20\n")
    record: Any = json.loads(CliRunner().invoke(entente, [*asked, "--json"]).stdout)
    assert record["answer"]["line_id"] == "W1"


def test_a_line_that_is_not_there_is_a_located_problem(table: Path) -> None:
    with pytest.raises(InputProblemsError, match="no line is named 'L9'"):
        explain_line(EntryTable.read(table), "L9", [usable("us-washers-2018")])
