"""What the comparison with other tools reports, and that our side of it is right."""

import json
import subprocess
import sys

import numpy as np
import pytest
from peers.measure import HERE, Taken, measured
from peers.report import picture, rows, table
from peers.works import Work, works


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


@pytest.mark.parametrize("shape", ["flat", "nested"])
def test_our_rule_is_that_of_a_plain_loop(tmp_path, shape):
    task, taken = done(work(f"rules, {shape}", "10,000"), tmp_path)
    held = np.load(task["arrays"])
    income, age = held["income"].astype(float), held["age"]
    due = []
    for month in range(1, 13):
        low, allowance = (0.1, 500) if month < 7 else (0.12, 520)
        if shape == "flat":
            due.append((income * low).sum())
            continue
        rate = np.where(income < 2000, low, 0.2) * np.where(age < 25, 0.5, 1.0)
        due.append((np.maximum(income - allowance, 0) * rate * (held["exempt"] == 0)).sum())
    assert taken.answer == pytest.approx(due, rel=1e-9)


def test_ratios_are_taken_turn_by_turn():
    ours = Taken("entente_x", ((1.0, 1.0), (2.0, 2.0)), (3.0, 3.0), (5.0,), 100.0)
    peer = Taken("other_x", ((4.0,), (6.0,)), (6.0, 9.0), (5.1,), 50.0)
    asked = Work("x", "small", lambda at: {}, ("entente_x", "other_x"), 1e-3)
    mine, other = rows(asked, [ours, peer])
    assert (mine.times_ours, mine.agrees) == (1.0, "")
    assert (other.low, other.times_ours, other.high) == (3.0, 3.5, 4.0)
    assert other.agrees.startswith("no: apart")
    assert table([mine, other]).count("\n") == 3
    assert picture([mine, other]).to_dict()["layer"]


def test_a_tool_that_is_absent_is_left_out_and_told(tmp_path, capsys):
    absent = {"nothing_x": [sys.executable, "-c", "raise SystemExit('no such tool')"]}
    assert measured(absent, {}, tmp_path, rounds=1, turns=1) == []
    assert "nothing_x failed: no such tool" in capsys.readouterr().err


def test_the_command_line_writes_table_and_picture_without_any_peer(tmp_path):
    command = [sys.executable, "-m", "peers", "--only", "1,000 arrivals", "--out", str(tmp_path)]
    absent = [*command, "--python", str(tmp_path / "none")]
    subprocess.run(absent, check=True, cwd=HERE.parent, capture_output=True)
    assert "queue" in (tmp_path / "peers.csv").read_text()
    assert json.dumps((tmp_path / "peers.md").read_text())
