"""Exposure: what a ledger may cost, by course of events and over the draws."""

import csv
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from entente.accord.text import read
from entente.cases.lines.duty import duty
from entente.cases.lines.table import EntryTable
from entente.cli import entente
from entente.outcome.courses import courses
from entente.outcome.exposure import COLUMNS, exposure
from entente.problems import InputProblemsError

LINES = """\
line_id,entry_date,origin,hts,value_usd,base_rate_percent,preference,mode,supplier
a,2019-08-15,MEX,85443000,48210.37,5,none,truck,Norte
b,2019-09-15,MEX,85443000,100000,5,NAFTA,truck,=cmd
c,2019-10-03,MEX,07020020,50000,0,none,truck,Norte
d,2019-10-03,CHN,85443000,50000,5,none,vessel,Ost
e,2021-10-03,MEX,85443000,50000,5,none,truck,Ost
"""


@pytest.fixture
def lines(tmp_path: Path) -> str:
    path = tmp_path / "lines.csv"
    path.write_text(LINES, encoding="utf-8")
    return str(path)


def one(table, by: str, key: str = ""):
    (row,) = table[(table["by"] == by) & (table["key"] == key)].to_dict("records")
    return row


def test_totals_over_draws_are_those_of_pricing_every_draw(lines, run_2019):
    found = exposure(lines, [run_2019.accord], run_2019).table
    by_course = courses(run_2019)
    each = []
    for number in by_course.of:  # a draw at a time, as slowly as can be
        ways = by_course.courses[number]
        priced = duty(EntryTable.read(lines), [ways.accord], choose=ways.choose).table
        rows = priced.to_pyarrow().to_pylist()
        each.append(sum(float(r["additional_duty"]) for r in rows if r["line_id"] in "acd"))
        if len(each) == 4:
            break
    seen = found[found["by"] == "course"]["added_mean"].to_numpy()
    assert each == [seen[number] for number in by_course.of[:4]]
    row = one(found, "all")
    added = seen[by_course.of]
    assert row["added_mean"] == pytest.approx(added.mean())
    assert row["added_p95"] == pytest.approx(np.quantile(added, 0.95))
    assert (row["lines"], row["unpriced"]) == (3, 2)  # one turns on a term, one lies after the run


def test_a_group_adds_to_the_whole_and_a_day_knows_its_chance(lines, run_2019):
    found = exposure(lines, [run_2019.accord], run_2019).table
    assert tuple(found.columns) == COLUMNS
    whole = one(found, "all")
    for by in ("month", "chapter", "supplier", "day"):
        part = found[found["by"] == by]
        for name in ("lines", "value_usd", "ordinary_usd", "added_mean"):
            assert part[name].sum() == pytest.approx(whole[name]), (by, name)
    resumed = (run_2019.dataset["duty_rate"].isel(month=-1) > 0).mean().item()
    assert one(found, "day", "2019-10-03")["chance_pays"] == pytest.approx(resumed / 2)
    assert one(found, "day", "2019-08-15")["chance_pays"] == 0


def test_without_a_run_a_ledger_is_exposed_to_the_text_alone(lines):
    found = exposure(lines, [read("us-mexico-2019@2019-05-31")]).table
    row = one(found, "all")
    assert (
        row["added_mean"] == row["added_p95"] == 7231.50 + 12500
    )  # the last line lies after the text
    assert one(found, "month", "2019-08")["chance_pays"] == 1


def test_the_verb_writes_totals_that_no_spreadsheet_runs(lines, saved_2019, tmp_path):
    out = tmp_path / "totals.csv"
    asked = ["duty", lines, "--accord", "us-mexico-2019", "--run", str(saved_2019)]
    result = CliRunner().invoke(entente, [*asked, "--exposure", str(out)])
    assert result.exit_code == 0, result.output
    assert "course of events" in result.stdout
    rows = list(csv.DictReader(out.read_text(encoding="utf-8").splitlines()))
    assert {"'=cmd", "Norte", "Ost"} == {r["key"] for r in rows if r["by"] == "supplier"}


def test_a_run_of_another_text_and_choices_already_made_are_refused(lines, run_2019):
    with pytest.raises(InputProblemsError, match="made of another text"):
        exposure(lines, [read("us-mexico-2019@2019-05-31")], run_2019)
    with pytest.raises(InputProblemsError, match="have decided this"):
        exposure(lines, [run_2019.accord], run_2019, choose=["resumed=true"])


@pytest.mark.parametrize(
    "arguments", [[], ["--run", "somewhere", "--out", "a.csv"], ["--out", "a.txt"]]
)
def test_usage_that_cannot_be_meant_is_wrong_usage(lines, arguments):
    result = CliRunner().invoke(entente, ["duty", lines, "--accord", "us-mexico-2019", *arguments])
    assert result.exit_code == 2
