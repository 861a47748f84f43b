"""`plan` as a purchasing manager meets it: files, words, and what happens with bad rows."""

import csv
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from entente.advice.case import Case
from entente.advice.contingency import case_of, contingency
from entente.advice.costs import Taste
from entente.advice.imports import COLUMNS, read
from entente.advice.tables import COLUMNS as PLAN
from entente.advice.tree import Tree
from entente.cli import entente, main
from entente.outcome.run import Run
from entente.problems import InputProblemsError


@pytest.fixture(scope="module")
def case(imports, finished) -> Case:
    return case_of(read(imports), Run.load(finished), Taste(interest=5.5))


def test_a_unit_pays_in_each_course_what_the_engine_says(case):
    held = [words.startswith("no added") for words in case.words].index(True)
    resumed = 1 - held
    added = case.rates.added[..., 0]  # [course, month, row]
    assert not added[held].any()
    assert added[resumed, -1].tolist() == pytest.approx([0.25, 0, 0.25])
    september = (26 * 0.20) / 30  # the duty resumes on the 5th
    assert added[resumed, 3, 0] == pytest.approx(september, abs=1e-6)
    ordinary = case.rates.ordinary[0, 0, :, 0]
    assert ordinary[0] == pytest.approx(0.05 + 0.003464, abs=1e-5)
    assert ordinary[1] == pytest.approx(0.05 + 0.003464 + 0.00125, abs=1e-5)


def test_the_tree_parts_when_the_law_does(case):
    assert len(case.tree.chance) == 2
    by_month = [len(np.unique(column)) for column in case.tree.node_of.T]
    assert by_month == [1, 1, 1, 2, 2, 2]


def test_what_is_known_is_worth_nothing_with_one_scenario(case):
    sure = replace(
        case,
        words=case.words[:1],
        rates=replace(case.rates, ordinary=case.rates.ordinary[:1], added=case.rates.added[:1]),
        tree=Tree.of(np.ones(1), np.zeros((1, 6), np.int64)),
    )
    plan = contingency(sure, assumptions=False)
    assert (plan.stochastic, plan.perfect) == (0, 0)


def test_a_plan_costs_no_more_than_going_on_and_no_less_than_knowing_all(case):
    plan = contingency(case, assumptions=False)
    assert plan.solution.expected <= plan.as_now.expected
    assert plan.perfect > 0
    assert plan.stochastic >= 0
    august = plan.solution.decisions["stock"][2, 0]
    assert august > 900, "before the review that may bring the duty back, stock is laid in"


def test_the_verb_leaves_a_page_a_table_and_figures(imports, finished, tmp_path):
    out = tmp_path / "plan"
    asked = ["plan", str(imports), "--accord", "us-mexico-2019", "--run", str(finished)]
    result = CliRunner().invoke(entente, [*asked, "--quick", "--out", str(out), "--json"])
    assert result.exit_code == 0, result.output
    figures = json.loads(result.stdout)
    assert figures == json.loads((out / "plan.json").read_text())
    rows = list(csv.DictReader((out / "plan.csv").read_text().splitlines()))
    assert tuple(rows[0]) == PLAN
    assert {row["supplier"] for row in rows} == {"Norte", "'=Ost", "Campo"}
    page = (out / "plan.html").read_text()
    assert "What to do now" in page
    assert "order" in page
    assert "<script src" not in page


def test_every_bad_cell_is_told_by_row_and_field(finished, tmp_path):
    path = tmp_path / "bad.csv"
    path.write_text(
        "line_id,product,hts,origin,price_usd,need_units,short_usd,lead_months,elasticity\n"
        "a,x,85443000,MEX,-3,10,5,0,\n"
        "a,x,8544x,XX,3,,,1.5,0.5\n"
        "c,y,85443000,MEX,3,,5,0,\n",
        encoding="utf-8",
    )
    asked = ["plan", str(path), "--accord", "us-mexico-2019", "--run", str(finished)]
    result = CliRunner().invoke(entente, asked)
    assert result.exit_code != 0
    with pytest.raises(InputProblemsError) as failure:
        read(path)
    told = {(p.where.line, p.clause) for p in failure.value.problems}
    assert {(2, "price_usd"), (3, "hts"), (3, "origin"), (3, "lead_months"), (3, "elasticity"),
            (4, "need_units")} <= told  # fmt: skip


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("line_id,hts\na,85\n", "column missing"),
        ("line_id,hts,origin,price_usd,need_units,short_usd,colour\n", "unknown column .colour."),
        ("line_id,hts,origin,price_usd,need_units,short_usd\n", "has no rows"),
        ("line_id,hts,origin,price_usd,need_units,short_usd\na,85,MEX\n", "has 3 cells"),
    ],
)
def test_a_file_that_is_no_table_of_imports_is_refused(tmp_path, text, told):
    path = tmp_path / "imports.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputProblemsError, match=told):
        read(path)


def test_a_row_whose_duty_turns_on_an_open_term_asks_for_a_preset(imports, finished, tmp_path):
    path = tmp_path / "claimed.csv"
    path.write_text(
        "line_id,hts,origin,preference,base_rate_percent,mode,price_usd,need_units,short_usd\n"
        "a,85443000,MEX,NAFTA,5,truck,40,1000,60\n",
        encoding="utf-8",
    )
    run = Run.load(finished)
    with pytest.raises(InputProblemsError, match="preset"):
        case_of(read(path), run, Taste())
    settled = case_of(read(path), run, Taste(), choose=["preset=terms-of-2025"])
    assert np.nanmax(settled.rates.added[..., 1]) == 0


def test_a_row_whose_tariff_number_no_edition_has_is_listed(finished, tmp_path):
    path = tmp_path / "strange.csv"
    path.write_text(
        "line_id,hts,origin,mode,price_usd,need_units,short_usd\na,85443000,MEX,truck,40,10,60\n"
        "b,85443077,MEX,truck,40,10,60\n",
        encoding="utf-8",
    )
    with pytest.raises(InputProblemsError) as refused:
        case_of(read(path), Run.load(finished), Taste())
    assert [(p.where.line, p.clause) for p in refused.value.problems] == [(3, "hts")]


def test_goods_on_their_way_without_room_leave_no_plan(finished, tmp_path, monkeypatch, capsys):
    path = tmp_path / "full.csv"
    path.write_text(
        "line_id,hts,origin,base_rate_percent,mode,price_usd,need_units,short_usd,lead_months,"
        "ordered_units\na,85443000,MEX,5,truck,40,10,60,1,5000\n",
        encoding="utf-8",
    )
    asked = ["plan", str(path), "--accord", "us-mexico-2019", "--run", str(finished)]
    monkeypatch.setattr("sys.argv", ["entente", *asked, "--quick", "--out", str(tmp_path / "out")])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 4
    assert "no plan meets every limit" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_every_column_is_told_in_help_and_guide():
    shown = CliRunner().invoke(entente, ["plan", "--help"]).output
    guide = (Path(__file__).parent.parent.parent / "docs/guides/plan.md").read_text()
    for name in COLUMNS:
        assert name in shown, name
        assert f"`{name}`" in guide, name
