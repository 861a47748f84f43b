"""Slips on the command line: the nearest verb is named, an absent file is the input's problem."""

import pytest
from click.testing import CliRunner

from entente.cli import entente
from entente.problems import InputProblemsError


def test_a_mistyped_verb_is_told_the_nearest_one():
    done = CliRunner().invoke(entente, ["chek", "us-mexico-2019"])
    assert done.exit_code == 2
    assert "did you mean 'check'?" in done.output


@pytest.mark.parametrize(
    "words",
    [["forecast", "--through", "2019-05"], ["backtest", "--from", "2018-01", "--to", "2018-02"]],
    ids=["forecast", "backtest"],
)
def test_an_absent_table_of_observations_is_a_problem_of_the_input(words, tmp_path):
    out = str(tmp_path / "out.csv")
    done = CliRunner().invoke(entente, [*words, "--data", "nothing.csv", "--out", out])
    assert isinstance(done.exception, InputProblemsError)
    assert "nothing.csv: E600 cannot read" in str(done.exception)
