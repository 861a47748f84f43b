"""Runs that the tests of outcomes share."""

from datetime import date
from pathlib import Path

import pytest

from entente.accord.choices import Choices
from entente.accord.text import read
from entente.lab.settings import Settings
from entente.outcome.run import Run
from entente.outcome.simulate import simulate

# The duties of 2019 with another way out: they rest in each month after few were met at the border.
EASED = """
[clause.eased]
kind = "trigger"
when = "apprehensions < 95000"
then = ["suspended(ladder)"]
latch = false
effective = 2019-06-20
basis = "assumed"
source = "statement"
"""


@pytest.fixture(scope="session")
def run_2019() -> Run:
    """Give the accord of June 2019 over 30 draws, June to November."""
    return simulate(read("us-mexico-2019"), Settings(60, 6, date(2019, 6, 1), 1, Choices()))


@pytest.fixture(scope="session")
def run_eased(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Give a ladder that rests when few are met at the border, over 30 draws, June to November."""
    text = read("us-mexico-2019@2019-05-31").text
    path = tmp_path_factory.mktemp("accords") / "eased.toml"
    path.write_text(text.replace('until = "alleviated"\n', "") + EASED, encoding="utf-8")
    accord = read(f"{path}@2019-05-31")
    return simulate(accord, Settings(30, 6, date(2019, 6, 1), 1, Choices()))


@pytest.fixture(scope="session")
def saved_2019(run_2019: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the folder of the run of June 2019."""
    folder = tmp_path_factory.mktemp("runs") / "deal"
    run_2019.save(folder)
    return folder
