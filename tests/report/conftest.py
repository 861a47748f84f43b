"""The made-up runs that tests of the page share."""

import pytest
from made_up_run import MadeUpRun, made_up_run

from entente.report.pages import brief


@pytest.fixture(scope="session")
def run() -> MadeUpRun:
    return made_up_run()


@pytest.fixture(scope="session")
def page(run: MadeUpRun) -> str:
    return brief(run)
