"""Slips on the command line: the nearest verb is named, an absent file is the input's problem."""

import pytest
from click.shell_completion import ShellComplete
from click.testing import CliRunner

from entente.cli import entente, main
from entente.problems import InputProblemsError


def test_a_mistyped_verb_is_told_the_nearest_one():
    done = CliRunner().invoke(entente, ["chek", "us-mexico-2019"])
    assert done.exit_code == 2
    assert "did you mean 'check'?" in done.output


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        (
            ["forecast", "--through", "2019-05", "--series", "usbp_aprehensions"],
            "usbp_apprehensions_sw",
        ),
        (["backtest", "--from", "2018-01", "--to", "2018-02", "--group", "GTN"], "GTM"),
        (["equilibrium", "world-2023", "--tariffs", "x", "--horizon", "shrt"], "short"),
    ],
    ids=lambda case: case[0] if isinstance(case, list) else "",
)
def test_a_mistyped_word_of_an_option_is_told_the_nearest_one(words, meant):
    done = CliRunner().invoke(entente, words)
    assert done.exit_code == 2
    assert f"did you mean '{meant}'?" in done.output


def test_a_folder_that_is_no_run_is_told_apart_from_one_that_is_not_there(tmp_path):
    for folder, told in ((tmp_path / "none", "no such folder"), (tmp_path, "run.json is not")):
        done = CliRunner().invoke(entente, ["brief", str(folder)])
        assert told in str(done.exception)


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


@pytest.mark.parametrize("verb", ["check", "timeline", "run"])
def test_a_fault_in_a_file_is_shown_in_its_line_with_a_caret(verb, tmp_path, monkeypatch, capsys):
    bad = tmp_path / "bad.toml"
    bad.write_text('accord = "bad"\nparties = ["USA", "MXE"]\n')
    monkeypatch.setattr("sys.argv", ["entente", verb, str(bad)])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 3
    told = "".join(capsys.readouterr())
    assert '    parties = ["USA", "MXE"]\n                      ^\n' in told


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("entente ti", "timeline"),
        ("entente run us-col", "us-colombia-2025"),
        ("entente run --dr", "--draws"),
        ("entente explain us-mexico-2019 --choose res", "resumed="),
        ("entente negotiate us-mexico-2019 --vary lad", "ladder."),
        ("entente plan imports.csv --accord us-col", "us-colombia-2025"),
        ("entente explain us-mexico-2019 --language e", "es"),
    ],
)
def test_a_shell_completes_verbs_accords_options_choices_and_clauses(line, offered):
    *before, begun = line.split()[1:]
    found = ShellComplete(entente, {}, "entente", "_ENTENTE_COMPLETE")
    assert offered in [item.value for item in found.get_completions(before, begun)]
