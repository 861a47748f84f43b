"""Each verb's help ends with an example that runs; `--json` gives a machine what it can read."""

import json
import os
import re
import shlex
import shutil
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from pages import ROOT, blocks

from entente.accord.starter import starter
from entente.cli import VERBS, entente
from entente.problems import NoSolutionError
from entente.world.sources import text

# An example as it stands would take minutes: the same line with less to do.
SMALLER = {
    "run": "--draws 4 --months 2",
    "experiment": "--workers 1",
    "compare": "--draws 4 --months 2",
    "negotiate": "--deals 4 --draws 2 --months 2",
    "backtest": "--from 2018-11 --to 2018-12 --horizons 1 --draws 50",
    "forecast": "--draws 50",
    "displacement": "--draws 4",
    "products": "--draws 4",
    "plan": "--quick --paths 4",
}
NO_RECORD = {"desk"}  # serves until it is stopped
MAY_FAIL = {"negotiate": NoSolutionError}  # so few deals may hold none that is better for both


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Path:
    """Lay out the files that the examples name, taken from the guides, and a finished run."""
    folder = tmp_path_factory.mktemp("examples")
    for page in sorted(ROOT.glob("docs/guides/*.md")):
        for block in blocks(page):
            if block.kind.startswith("file "):
                path = folder / block.kind.removeprefix("file ")
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(block.body, encoding="utf-8")
    shutil.copy(folder / "speed.toml", folder / "guard.toml")
    (folder / "my-accord.toml").write_text(starter("my-accord"), encoding="utf-8")
    (folder / "imports.csv").write_text(text("sample-imports"), encoding="utf-8")
    shutil.copytree(folder / "valley", folder / "conflicts" / "mali2012")
    run = ["run", "us-mexico-2019", "--draws", "20", "--months", "5"]
    done = CliRunner().invoke(entente, [*run, "--out", str(folder / "us-mexico-2019-run")])
    assert done.exit_code == 0, done.output
    return folder


def example(verb: str) -> list[str]:
    """Return the words of the example with which a verb's help ends, less the program's name."""
    context = click.Context(entente, info_name="entente")
    command = entente.get_command(context, verb)
    assert command is not None
    page = command.get_help(click.Context(command, info_name=verb, parent=context))
    found = re.search(r"Example:\s+entente (.+)\Z", page, re.DOTALL)
    assert found is not None, f"{verb} --help does not end with an example"
    return shlex.split(found[1].replace("\\\n", " "))


@pytest.mark.parametrize("verb", VERBS)
def test_the_help_of_each_verb_ends_with_an_example_of_it(verb):
    assert example(verb)[0] == verb


@pytest.mark.parametrize("verb", [verb for verb in VERBS if verb not in NO_RECORD])
def test_the_example_of_each_verb_runs_and_tells_a_machine_in_json(
    verb, place, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path if verb == "new" else place)
    monkeypatch.setattr(os, "environ", os.environ | {"COLUMNS": "40", "NO_COLOR": "1"})
    words = [*example(verb), *shlex.split(SMALLER.get(verb, "")), "--json"]
    done = CliRunner().invoke(entente, words, catch_exceptions=True)
    assert done.exception is None or isinstance(done.exception, MAY_FAIL.get(verb, ())), done.output
    assert json.loads(done.stdout) not in ({}, None)
