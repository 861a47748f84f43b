"""The pages in a real browser: quiet, closed, no wider than the window, open to everyone."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, sync_playwright

from entente.accord.choices import Choices
from entente.accord.document import Accord
from entente.accord.text import read
from entente.advice.deals.negotiation import Negotiation
from entente.advice.deals.talks import negotiate
from entente.lab.settings import Settings
from entente.language import ENGLISH, Language, speaking
from entente.outcome.compare import compare
from entente.outcome.simulate import simulate
from entente.report.pages import brief, compare_page, deals_page, shelf_page, text_page

_RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]},
    "resultTypes": ["violations"],
}
_OPEN_ALL = "document.querySelectorAll('details').forEach(part => { part.open = true })"
_OVERHANG = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


_QUIET = [
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-background-networking",
]


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Write a run's brief with deals, a comparison, the deals with the choice played, a text."""
    folder = tmp_path_factory.mktemp("pages")
    accord = read("us-mexico-2019")
    settled = Settings(draws=60, months=18).settled(accord)
    runs = [simulate(a, settled) for a in (accord, read("us-mexico-2019@2019-05-31"))]
    found = negotiated(accord, folder)
    written = {
        "brief": brief(runs[0], deals=found),
        "compare": compare_page(compare(runs)),
        "deals": deals_page(found),
        "text": text_page(read("dublin-iii")),
        "shelf": shelf_page([(accord, True), (read("dublin-iii"), False)]),
    }
    with speaking(Language("es")):
        written["brief.es"] = brief(runs[0], [ENGLISH], deals=found)
    for name, page in written.items():
        (folder / f"{name}.html").write_text(page, encoding="utf-8")
    return {name: folder / f"{name}.html" for name in written}


def negotiated(accord: Accord, folder: Path) -> Negotiation:
    """Try four deals, in each of which one choice is played."""
    choices = Choices.parse(["resumed=played"], accord)
    vary = ["enforce_6000.must=4500:12000"]
    return negotiate(accord, vary, folder, Settings(4, 4, None, 1, choices), deals=4)


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as started:
        opened = started.chromium.launch(executable_path=chromium, args=_QUIET)
        yield opened
        opened.close()


@dataclass
class Opened:
    """A page in the browser, with what it said to the console and asked of the network."""

    page: Page
    file: Path
    said: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)


@pytest.fixture(scope="module", params=["brief", "brief.es", "compare", "deals", "text", "shelf"])
def file(request, pages) -> Path:
    return pages[request.param]


@pytest.fixture(scope="module", params=[1100, 320], ids=["wide", "narrow"])
def width(request) -> int:
    return request.param


@pytest.fixture(scope="module", params=["light", "dark"])
def opened(request, browser: Browser, file, width) -> Iterator[Opened]:
    size = {"width": width, "height": 900}
    with browser.new_context(viewport=size, color_scheme=request.param) as context:
        found = Opened(context.new_page(), file)
        found.page.on("console", lambda message: found.said.append(message.text))
        found.page.on("pageerror", lambda error: found.said.append(str(error)))
        found.page.on("request", lambda asked: found.asked.append(asked.url))
        found.page.goto(file.as_uri())
        yield found


def test_the_page_says_nothing_to_the_console_and_asks_nothing_of_the_network(opened):
    opened.page.wait_for_load_state("networkidle")
    opened.page.evaluate(_OPEN_ALL)
    assert opened.said == []
    assert opened.asked == [opened.file.as_uri()]


def test_the_page_never_scrolls_sideways(opened):
    assert opened.page.evaluate(_OVERHANG) <= 0
    opened.page.evaluate(_OPEN_ALL)
    assert opened.page.evaluate(_OVERHANG) <= 0


def test_the_page_breaks_no_rule_of_access(opened):
    opened.page.evaluate(_OPEN_ALL)
    found = Axe().run(opened.page, options=_RULES).response["violations"]
    broken = [f"{rule['id']}: {node['html'][:200]}" for rule in found for node in rule["nodes"]]
    assert broken == []


def test_a_chart_is_drawn_for_the_width_of_the_window(opened, width):
    drawn = opened.page.locator("figure svg[role=img]:visible")
    assert drawn.count() == opened.page.locator("figure").count()
    assert all(box.bounding_box()["width"] <= width for box in drawn.all())


def test_the_month_of_the_map_is_chosen_with_the_keyboard_alone(opened, file):
    if file.stem != "brief":
        pytest.skip("only a run's page has a map")
    shown = opened.page.locator("#corridor-map .frame svg:visible")
    before = shown.get_attribute("aria-label")
    opened.page.locator("#corridor-map input:checked").press("ArrowRight")
    assert shown.count() == 1
    assert shown.get_attribute("aria-label") != before


@pytest.fixture
def taking(browser: Browser, pages) -> Iterator[Opened]:
    """Open a run's page with its parts unfolded, to take files from it."""
    with browser.new_context(viewport={"width": 1100, "height": 900}) as context:
        found = Opened(context.new_page(), pages["brief"])
        found.page.on("console", lambda message: found.said.append(message.text))
        found.page.goto(found.file.as_uri())
        found.page.evaluate(_OPEN_ALL)
        yield found


def _taken(page: Page, control: Locator) -> tuple[str, bytes]:
    """Take a file with the keyboard alone; gives its name and content."""
    with page.expect_download() as download:
        control.press("Enter")
    return download.value.suggested_filename, Path(download.value.path()).read_bytes()


def test_charts_and_maps_are_taken_as_csv_svg_and_png_with_the_keyboard_alone(taking):
    figures = taking.page.locator("figure")
    buttons = taking.page.get_by_role("button", name="as PNG")
    assert buttons.count() == figures.count()
    for figure in (figures.first, taking.page.locator("#corridor-map")):
        name = figure.get_attribute("id")
        controls = (*figure.locator("a[download]").all(), figure.get_by_role("button"))
        files = dict(_taken(taking.page, control) for control in controls)
        assert [Path(one).suffix for one in files] == [".csv", ".svg", ".png"]
        assert files[f"{name}.svg"].startswith(b"<svg")
        assert files[f"{name}.png"].startswith(b"\x89PNG")
        assert _wide(files[f"{name}.png"]) >= 1200, "twice as fine as on the page"
    assert taking.said == []


def _wide(png: bytes) -> int:
    """Return the width of a picture in pixels."""
    return int.from_bytes(png[16:20])


def test_a_map_is_taken_as_the_month_that_is_shown(taking):
    taking.page.locator("#corridor-map label").last.click()
    said = taking.page.locator("#corridor-map .frame svg:visible").get_attribute("aria-label")
    _, file = _taken(taking.page, taking.page.locator("#corridor-map a[download$='.svg']"))
    assert said in file.decode()
