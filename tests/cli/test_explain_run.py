"""`explain --run`: one draw of a finished run, made again and told."""

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from entente.cli import entente
from entente.outcome.replay import replay
from entente.outcome.run import Run
from entente.problems import InputProblemsError


def invoke(*arguments: object):
    return CliRunner().invoke(entente, [str(a) for a in arguments])


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("runs") / "threat"
    made = invoke("run", "us-mexico-2019@2019-05-31", "--draws", 6, "--months", 3, "--out", out)
    assert made.exit_code == 0, made.output
    return out


def explained(folder: Path, *options: object):
    return invoke("explain", "us-mexico-2019", "--run", folder, *options)


def test_a_draw_is_told_with_its_value_clause_and_source(folder):
    told = explained(folder, "--month", "2019-07", "--draw", 4)
    assert told.exit_code == 0, told.output
    assert "duty by USA on MEX: 10 percent (10 over the month)" in told.output
    assert "rests on: President's statement" in told.output


def test_machines_read_the_same(folder):
    told = explained(folder, "--month", "2019-06", "--draw", 0, "--json")
    (duty,) = [f for f in json.loads(told.output)["findings"] if f["quantity"] == "duty"]
    assert duty["over_month"] == pytest.approx(3.5)


def test_a_replayed_draw_stands_as_the_run_has_it(folder):
    run = Run.load(folder)
    for draw in (0, 5):
        found = replay(run, np.datetime64("2019-08", "M"), draw)
        kept = run.dataset["clause_state"].sel(draw=draw).to_numpy()[-1]
        assert np.array_equal(found.ledger.codes[0], kept)


def test_a_month_and_a_draw_that_the_run_lacks_are_told_at_once(folder):
    with pytest.raises(InputProblemsError) as caught:
        replay(Run.load(folder), np.datetime64("2024-01", "M"), 77)
    assert [str(p.where) for p in caught.value.problems] == ["--month", "--draw"]


def test_a_draw_needs_its_run_and_month():
    assert invoke("explain", "us-mexico-2019", "--draw", 1).exit_code == 2
    assert invoke("explain", "us-mexico-2019").exit_code == 2
