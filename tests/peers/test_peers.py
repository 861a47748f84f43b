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
