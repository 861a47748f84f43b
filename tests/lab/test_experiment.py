"""A plan's runs are each done once, its faults are told at their place, and its drivers found."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from entente.accord.text import read
from entente.lab.experiment import Sensitivity, read_plan
from entente.lab.settings import Settings
from entente.outcome import experiment as carrying
from entente.outcome import sensitivity
from entente.outcome.experiment import experiment
from entente.outcome.simulate import simulate
from entente.problems import InputProblemsError
from entente.report import sections
from entente.report.figures import swings
from entente.report.reading import Reading
from entente.world.parameters import table

ACCORD = "us-mexico-2019@2019-05-31"
PLAN = f"""
experiment = "speed"
accords = ["{ACCORD}"]
draws = 4
months = 1
seeds = [1, 2]
measures = ["apprehensions", "duty_rate"]

[parameters]
"movement.travel_speed" = [100, 250]
"""
ASKS = """
[sensitivity]
parameters = ["movement.travel_speed"]
measure = "apprehensions"
"""


def plan_of(tmp_path: Path, text: str) -> str:
    file = tmp_path / "plan.toml"
    file.write_text(text)
    return str(file)


def test_every_combination_is_run_once_and_a_plan_that_grows_goes_on(tmp_path, monkeypatch):
    made = []
    run = carrying._run_files
    monkeypatch.setattr(carrying, "_run_files", lambda *a: (made.append(a[0]), run(*a))[1])
    found = experiment(read_plan(plan_of(tmp_path, PLAN)), tmp_path / "out")
    assert found.runs[["seed", "movement.travel_speed"]].to_numpy().tolist() == [
        [1, 100], [1, 250], [2, 100], [2, 250],
    ]  # fmt: skip
    assert len(made) == len(set(found.runs["key"])) == 4
    grown = PLAN.replace("seeds = [1, 2]", "seeds = [2, 1]") + ASKS
    again = experiment(read_plan(plan_of(tmp_path, grown)), tmp_path / "out")
    assert len(made) == 6, "both orders hold the same four runs; one is asked with nothing fixed"
    assert again.planned == 4
    assert again.runs["run"].size == 4 + 2 * 3


def test_the_tables_and_draws_of_an_experiment_are_those_of_its_runs(tmp_path):
    text = PLAN.replace("[1, 2]", "1").replace("[100, 250]", "149")
    found = experiment(read_plan(plan_of(tmp_path, text)), tmp_path / "out")
    settled = Settings(4, 1, fixed={"movement.travel_speed": 149.0})
    run = simulate(read(ACCORD), settled)
    kept = run.monthly["measure"].isin(["apprehensions", "duty_rate"])
    ours = found.monthly.drop(columns="run")
    pd.testing.assert_frame_equal(ours, run.monthly[kept].reset_index(drop=True))
    draws = xr.open_zarr(tmp_path / "out" / "experiment.zarr", chunks=None)
    assert np.array_equal(draws["apprehensions"][0], run.dataset["apprehensions"].sum("group"))


def test_every_fault_of_a_plan_is_told_with_line_and_column(tmp_path):
    text = """experiment = "Speed"
accords = ["us-mexico-2019"]
draws = 0
measures = ["aprehensions"]

[choices]
resumd = [true]

[parameters]
"movement.travel_speed" = [149, 900]
"movement.detention_places" = 3
"movement.speed" = 4

[sensitivity]
parameters = ["movement.travel_speed"]
methods = "sobol"
samples = 3
measure = "imports"
"""
    with pytest.raises(InputProblemsError) as told:
        read_plan(plan_of(tmp_path, text))
    spots = [(p.code, p.where.line, p.where.col) for p in told.value.problems]
    assert spots == [
        ("E111", 1, 14), ("E111", 3, 9), ("E111", 4, 13), ("E103", 7, 1), ("E111", 10, 33),
        ("E111", 11, 31), ("E103", 12, 20), ("E111", 17, 11), ("E112", 18, 11),
    ]  # fmt: skip
    assert told.value.problems[-1].mend == "add it to measures"


def test_months_beyond_an_accords_horizon_are_told_at_the_plans_line(tmp_path):
    text = PLAN.replace("months = 1", "months = 99")
    with pytest.raises(InputProblemsError, match=r"plan\.toml:5:10: E302"):
        read_plan(plan_of(tmp_path, text))


def test_a_question_about_a_month_that_is_not_run_and_an_empty_list_are_told(tmp_path):
    with pytest.raises(InputProblemsError, match=r"plan\.toml:15:9: E302 2031-01 is no month of"):
        read_plan(plan_of(tmp_path, PLAN + ASKS + 'month = "2031-01"\n'))
    with pytest.raises(InputProblemsError, match=r"plan\.toml:6:9: E111 seeds is an empty list"):
        read_plan(plan_of(tmp_path, PLAN.replace("[1, 2]", "[]")))
    with pytest.raises(InputProblemsError, match=r"none\.toml: E100 no such file; mend: give the"):
        read_plan("none.toml")


def test_a_plan_that_is_no_toml_is_told_at_its_place(tmp_path):
    with pytest.raises(InputProblemsError, match=r"plan\.toml:1:14: E100 not TOML"):
        read_plan(plan_of(tmp_path, "experiment = speed\n"))


NAMES = ("movement.travel_speed", "trade.eta", "movement.detention_surge")
ASKED = Sensitivity(NAMES, "apprehensions", ("tornado", "morris", "sobol"), 256, "", 10.0)


def linear(values: dict[str, float], weights: dict[str, float]) -> float:
    """Answer by a weighted sum of where each value lies in its range; the middle where free."""
    rows = table()
    shares = {
        name: (values[name] - rows[name].low) / (rows[name].high - rows[name].low)
        if name in values
        else 0.5
        for name in weights
    }
    return sum(weight * shares[name] for name, weight in weights.items())


def test_sobol_and_morris_find_the_weights_of_a_sum(monkeypatch):
    """For a sum of independent uniforms the first-order share is weight^2 / sum of weight^2."""
    uniform = {n: type(table()[n])(**{**_plain(n), "distribution": "uniform"}) for n in NAMES}
    monkeypatch.setattr(sensitivity, "table", lambda: uniform)
    weights = dict(zip(NAMES, (3.0, 1.0, 0.0), strict=True))
    tried = sensitivity.points(ASKED, seed=1)
    answers = {m: [linear(v, weights) for v in values] for m, values in tried.items()}
    found = sensitivity.indices(ASKED, answers, seed=1).set_index("parameter")
    assert list(found.index) == list(NAMES), "widest swing first"
    assert found["sobol_total"].to_numpy() == pytest.approx([0.9, 0.1, 0], abs=0.02)
    assert found["morris_mean"].to_numpy() == pytest.approx([3, 1, 0], abs=1e-9)
    assert (found["answer_high"] - found["answer_low"]).to_list() == pytest.approx([3, 1, 0])


def _plain(name: str) -> dict[str, object]:
    row = table()[name]
    return {key: getattr(row, key) for key in row.__slots__}


def test_an_assumption_flips_a_share_that_it_moves_across_one_half():
    answers = {"tornado": [0.45, 0.4, 0.6, 0.45, 0.45, 0.2, 0.1]}
    found = sensitivity.indices(ASKED, answers, seed=1).set_index("parameter")
    assert found["flips"].to_dict() == dict(zip(NAMES, (True, False, False), strict=True))
    said = swings.flipping(found.reset_index())
    assert said.startswith("It crosses one half within the range of: Speed of the journey north")


def test_an_answer_is_the_middle_draw_or_the_share_of_draws_within_a_level():
    months = np.array(["2019-06", "2019-07"], "datetime64[M]")
    totals = np.array([[10.0, 1.0], [20.0, 2.0], [60.0, 3.0]])
    middle = Sensitivity(NAMES, "apprehensions", month="2019-06")
    assert sensitivity.answer(middle, months, totals) == 20
    share = Sensitivity(NAMES, "apprehensions", at_most=22.0)
    assert sensitivity.answer(share, months, totals) == 2 / 3


def test_an_experiment_in_a_runs_folder_is_shown_with_that_run_and_no_other(tmp_path):
    plan = PLAN.replace("draws = 4", "draws = 2").replace("[100, 250]", "149").replace("1, 2", "1")
    experiment(read_plan(plan_of(tmp_path, plan + ASKS)), tmp_path / "out")
    asked = Settings(3, 1)
    run = simulate(read(ACCORD), asked, folder=tmp_path / "out")
    assert run.swings is not None
    assert run.swings["parameter"].to_list() == ["movement.travel_speed"]
    said = sections.driving(Reading(run)).opening
    assert said.startswith(
        "An experiment beside this run, of 2 draws each time, asked for apprehen"
    )
    other = simulate(read("us-mexico-2019-asylum"), asked, folder=tmp_path / "out")
    assert other.swings is None
