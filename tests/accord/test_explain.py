"""What is said of a day: value, clause, source, choices, and why not."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result
from harbour import DUTY, accord

from entente.accord.choices import Choices
from entente.accord.explain import explain
from entente.accord.text import read
from entente.evidence import Cohorts, Evidence, Series


def run(verb: str, *arguments: str) -> Result:
    from importlib import import_module

    command = import_module(f"entente.cli.{verb}").command
    return CliRunner().invoke(command, list(arguments))


def told(*choose: str, on: str = "2019-06-10") -> str:
    shipped = read("us-mexico-2019")
    return "\n".join(
        explain(shipped, date.fromisoformat(on), Choices.parse(choose, shipped)).lines()
    )


def test_a_value_leads_back_to_clause_source_and_choice() -> None:
    said = told("resumed=true")
    assert "duty by USA on MEX: 5 percent" in said
    assert "because: ladder is in force since 2019-06-10: sets 5 percent" in said
    assert "rests on: President's statement, southern border emergency, 2019-05-30" in said
    assert "resumed, 'Is the standstill ended?': yes (supplied)" in said


def test_what_does_not_hold_says_why_not() -> None:
    said = told()
    assert "duty by USA on MEX: 0 percent" in said
    assert (
        "not: ladder is suspended since 2019-06-07: suspended by standstill; resume does not "
        "restore it: 'Is the standstill ended?' is answered no" in said
    )
    said = told(on="2019-08-20")
    assert (
        "first_country is reserved since 2019-06-11: agreed, and held back: activate has not "
        "brought it into force: 'Are results insufficient at day 45?' is answered no" in said
    )
    assert "in force, but not in US-AZ, US-CA" in said
    assert "enjoined is lapsed since 2019-08-16: expired on 2019-08-16" in said


def test_a_condition_that_fails_names_the_part_and_its_figures() -> None:
    text = """
[metric]
arrivals = { unit = "persons/month", lag = "9d", vintage = "first", label = "Harbour office" }
[clause.alarm]
kind = "trigger"
when = "in_force(duty) and arrivals > 100"
then = ["suspended(duty)"]
source = "s"
"""
    series = {"arrivals": Series(np.datetime64("2018-10", "M"), np.full((1, 4), 60.0), "x")}
    seen = Evidence(np.datetime64("2019-02", "M"), 1, series, Cohorts((), {}))
    said = "\n".join(explain(accord(DUTY + text), date(2019, 2, 20), seen=seen).lines())
    assert (
        "alarm is in force since 2019-01-01: has not fired: "
        "reported arrivals (Harbour office) are at most 100 (arrivals = 60)" in said
    )


def test_a_beaten_clause_names_what_stands_over_it() -> None:
    over = DUTY.replace("duty]", "truce]").replace('combine = "add"', 'over = ["duty"]')
    said = "\n".join(explain(accord(DUTY + over), date(2019, 2, 20)).lines())
    assert "not: duty is in force since 2019-02-01: beaten by truce" in said


def test_the_verb_explain_speaks_to_people_and_machines() -> None:
    spoken = run("explain", "us-mexico-2019", "--on", "2019-07-01", "--choose", "resumed=true")
    assert spoken.exit_code == 0
    assert "duty by USA on MEX: 10 percent" in spoken.stdout
    read_out = run("explain", "us-mexico-2019", "--on", "2019-07-01", "--json")
    record: Any = json.loads(read_out.stdout)
    assert record["findings"][0]["answer"]["value"] == 0


def test_the_verb_timeline_gives_rows_that_a_machine_reads() -> None:
    rows = json.loads(
        run("timeline", "us-mexico-2019", "--choose", "resumed=true", "--json").stdout
    )
    ladder = [(row["from"], row["value"]) for row in rows if row["clause"] == "ladder"]
    assert ladder == [
        ("2019-05-30", None), ("2019-06-10", 5), ("2019-07-01", 10), ("2019-08-01", 15),
        ("2019-09-01", 20), ("2019-10-01", 25),
    ]  # fmt: skip
    assert rows[-1]["to"] == "2021-06-01"


def test_the_verb_timeline_fits_a_narrow_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    shown = run("timeline", "us-mexico-2019")
    assert shown.exit_code == 0
    assert max(map(len, shown.stdout.splitlines())) <= 60


def test_a_faulty_accord_is_refused_with_its_errors(tmp_path: Path) -> None:
    from entente.problems import InputProblemsError

    file = tmp_path / "bad.toml"
    file.write_text(read("us-mexico-2019").text.replace('what = ["ladder"]', 'what = ["lader"]'))
    refused = run("timeline", str(file))
    assert isinstance(refused.exception, InputProblemsError)
    assert "E112" in str(refused.exception)


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from entente.lab.settings import Settings
    from entente.outcome.simulate import simulate

    folder = tmp_path_factory.mktemp("run")
    shipped = read("us-mexico-2019")
    supplied = Choices.parse(["resumed@2019-08-01=true"], shipped)
    simulate(shipped, Settings(draws=6, months=4, choices=supplied)).save(folder)
    return folder


def of_draw(folder: Path, *arguments: str) -> Result:
    return run("explain", "us-mexico-2019", "--run", str(folder), *arguments)


def test_a_draw_of_a_finished_run_is_made_again_as_the_run_has_it(finished: Path) -> None:
    from entente.outcome.replay import replay
    from entente.outcome.run import Run

    made, month = Run.load(finished), np.datetime64("2019-09", "M")
    again = replay(made, month, 4)
    held = made.dataset["apprehensions"].sel(draw=4, month="2019-08-01").sum().item()
    seen = again.seen.series["apprehensions"]
    assert seen.month_at(seen.values.shape[1] - 1) == np.datetime64("2019-08", "M")
    assert seen.values.shape[0] == 1
    assert seen.values[0, -1] == held


def test_a_draw_says_its_own_figures_choices_and_months(finished: Path) -> None:
    told_of = of_draw(finished, "--month", "2019-09", "--draw", "4")
    assert told_of.exit_code == 0
    said = told_of.stdout
    assert "duty by USA on MEX: 20 percent (20 over the month)" in said
    assert "resumed, 'Is the standstill ended?': yes (supplied)" in said
    assert "in 2019-07, first release, known on 2019-08-09" in said  # read on 5 September
    record: Any = json.loads(
        of_draw(finished, "--month", "2019-09", "--draw", "4", "--json").stdout
    )
    assert record["findings"][0]["over_month"] == 20


def test_a_draw_that_does_not_come_out_again_is_refused(finished: Path) -> None:
    from dataclasses import replace

    from entente.outcome.replay import replay
    from entente.outcome.run import Run
    from entente.problems import NoSolutionError

    made = Run.load(finished)
    other = made.dataset.assign(clause_state=made.dataset["clause_state"] * 0)
    with pytest.raises(NoSolutionError, match="draw 2 does not come out as the run has it"):
        replay(replace(made, dataset=other), np.datetime64("2019-07", "M"), 2)
