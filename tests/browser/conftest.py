"""Pages of small real runs, and one browser to open them in."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from entente.accord.text import read
from entente.lab.settings import Settings
from entente.outcome.compare import compare
from entente.outcome.simulate import open_world, simulate
from entente.report.pages import brief, compare_page

_QUIET = [
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-background-networking",
]


@pytest.fixture(scope="session")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Write the brief of a run, and a comparison with the accord of a few days before."""
    folder = tmp_path_factory.mktemp("pages")
    accord = read("us-mexico-2019")
    settled = Settings(draws=60, months=18).settled(accord)
    world = open_world(settled)
    runs = [simulate(a, settled, world) for a in (accord, read("us-mexico-2019@2019-05-31"))]
    written = {"brief": brief(runs[0]), "compare": compare_page(compare(runs))}
    for name, page in written.items():
        (folder / f"{name}.html").write_text(page, encoding="utf-8")
    return {name: folder / f"{name}.html" for name in written}


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as started:
        opened = started.chromium.launch(executable_path=chromium, args=_QUIET)
        yield opened
        opened.close()
