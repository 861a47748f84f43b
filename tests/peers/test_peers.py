"""What the comparison with other tools reports, and that our side of it is right."""

import json
import subprocess
import sys

import numpy as np
import pytest
from peers.limits import share
from peers.measure import HERE, Taken, measured
from peers.report import picture, rows, table
from peers.works import Work, works

# It checks that shares of spending sum to 1 and that value added and inputs make up output.
STAND_IN = """
import numpy as np
def solve_model(data):
    countries, sectors = len(data["regions"]), len(data["sectors"])
    assert data["tau_nijp"].shape == (countries, countries, sectors)
    assert np.allclose(data["pi_nij"].sum(axis=1), 1)
    assert np.allclose(data["gamma_nkj"].sum(axis=1) + data["gamma_nj"], 1)
    same = np.array_equal(data["tau_nijp"], data["tau_nij"])
    return {"wp_n_hat": np.full(countries, 1.0 if same else 2.0)}
"""


def adapter(tool):
    return {tool: [sys.executable, str(HERE / "adapters" / f"{tool}.py")]}


def work(name, size):
    return next(w for w in works(None) if w.name == name and w.size.startswith(size))


def done(asked, folder):
    task = asked.lay(folder)
    return task, measured(adapter(asked.tools[0]), task, folder, rounds=1, turns=1)[0]


def test_every_work_starts_with_ours_and_says_how_answers_should_agree():
    for one in works(None):
        assert one.tools[0].startswith("entente")
        assert one.within is not None or one.differs


@pytest.mark.parametrize("shape", ["flat", "nested", "conditions"])
def test_our_rule_is_that_of_a_plain_loop(tmp_path, shape):
    task, taken = done(work(f"rules, {shape}", "10,000"), tmp_path)
    held = dict(np.load(task["arrays"]))
    due = [sum(plain_due(task, shape, month, held)) for month in range(1, 13)]
    assert taken.answer == pytest.approx(due, rel=1e-9)


def plain_due(task, shape, month, held):
    low, allowance = (0.1, 500) if month < 7 else (0.12, 520)
    rates = task["rates"]["2010-01-01" if month < 7 else "2019-07-01"]
    for place, income in enumerate(held["income"].tolist()):
        if shape == "flat":
            yield income * low
        elif shape == "nested":
            yield income * rates[held["zone"][place]][held["category"][place]]
        elif held["exempt_origin"][place] == 0:
            part = 0.5 if held["age"][place] < 25 else 1.0
            yield max(income - allowance, 0) * (low if income < 2000 else 0.2) * part


def test_ratios_are_taken_turn_by_turn():
    ours = Taken("entente_x", ((1.0, 1.0), (2.0, 2.0)), (3.0, 3.0), (5.0,), 100.0, 2.0)
    peer = Taken("other_x", ((4.0,), (6.0,)), (6.0, 9.0), (5.1,), 50.0, 8.0)
    asked = Work("x", "small", lambda at: {}, ("entente_x", "other_x"), 1e-3, needs={"bytes": 3e8})
    mine, other = rows(asked, [ours, peer], {"bytes": 1e9})
    assert (mine.times_ours, mine.agrees) == (1.0, "")
    assert (mine.of_limit, other.of_limit) == ("20 % (memory)", "6 % (memory)")
    assert (other.low, other.times_ours, other.high) == (3.0, 3.5, 4.0)
    assert (mine.processor_times_ours, other.processor_times_ours) == (1.0, 4.0)
    assert other.agrees.startswith("no: apart")
    assert table([mine, other]).count("\n") == 3
    assert picture([mine, other]).to_dict()["layer"]


def test_a_tool_that_is_absent_is_left_out_and_told(tmp_path, capsys):
    absent = {"nothing_x": [sys.executable, "-c", "raise SystemExit('no such tool')"]}
    assert measured(absent, {}, tmp_path, rounds=1, turns=1) == []
    assert "nothing_x failed: no such tool" in capsys.readouterr().err


def test_the_limit_is_the_slowest_of_what_a_work_needs():
    machine = {"bytes": 1e9, "numbers": 1e6, "operations": 1e9}
    assert share({"bytes": 1e9, "numbers": 2e6}, 4.0, machine) == "50 % (random numbers)"
    assert share({}, 4.0, machine) == ""


def test_a_solver_in_a_folder_that_the_user_names_is_run_on_our_tables(tmp_path, reference):
    (tmp_path / "cp2015.py").write_text(STAND_IN)
    asked = next(w for w in works(reference) if w.name == "equilibrium" and "40" in w.size)
    command = [sys.executable, str(HERE / "adapters" / "cp2015_jax.py"), str(tmp_path)]
    found = measured({"x": command}, asked.lay(tmp_path), tmp_path, rounds=1, turns=1)
    assert found[0].answer == pytest.approx([100.0] * 5)  # the base counts 1, the schedule 2


def test_the_command_line_writes_table_and_picture_without_any_peer(tmp_path):
    command = [sys.executable, "-m", "peers", "--only", "1,000 arrivals", "--out", str(tmp_path)]
    absent = [*command, "--python", str(tmp_path / "none")]
    subprocess.run(absent, check=True, cwd=HERE.parent, capture_output=True)
    assert "queue" in (tmp_path / "peers.csv").read_text()
    assert json.dumps((tmp_path / "peers.md").read_text())
