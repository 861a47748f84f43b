"""The page of a run: whole, self-contained, readable by everyone, and true to its draws."""

import re
from base64 import b64decode, b64encode
from dataclasses import replace
from hashlib import sha256
from html.parser import HTMLParser
from itertools import pairwise

import numpy as np
import pytest
from made_up_run import DRAWS, made_up_run

from entente.accord.text import read
from entente.lab.settings import Settings
from entente.outcome.run import Run
from entente.outcome.simulate import simulate
from entente.report import sections, theme
from entente.report.pages import brief
from entente.report.reading import Reading
from entente.world.measures import MEASURES

_VOID = {"meta", "link", "br", "img", "input", "hr", "wbr"}


class Outline(HTMLParser):
    """What the tests ask of a page: its elements with their attributes, properly nested."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(page)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in _VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


@pytest.fixture(scope="module")
def outline(page):
    return Outline(page)


def test_the_same_run_gives_the_same_bytes(run, page):
    assert brief(run) == page


def test_the_page_is_whole_and_smaller_than_two_megabytes(page):
    assert page.startswith("<!doctype html>")
    assert page.rstrip().endswith("</html>")
    assert len(page.encode()) < 2_000_000


def test_the_page_loads_nothing_and_runs_its_own_script_only(page, outline):
    assert outline.all("script") == [{}]
    assert not outline.all("link")
    assert not outline.all("iframe")
    assert not re.search(r"<[^>]+ on[a-z]+=", page)
    assert not re.search(r"url\((?!#)|@import", page)
    sources = [a["src"] for _, a in outline.elements if "src" in a]
    assert all(source.startswith("data:") for source in sources)


def test_links_lead_into_the_page_to_its_tables_or_to_the_accords_sources(run, outline):
    ids = {a["id"] for _, a in outline.elements if "id" in a}
    urls = {source.url for source in run.accord.sources.values()}
    for link in outline.all("a"):
        href = link["href"]
        if href.startswith("#"):
            assert href[1:] in ids
        elif href.startswith("data:"):
            kind = {".csv": "data:text/csv", ".svg": "data:image/svg+xml"}[link["download"][-4:]]
            assert href.startswith(kind)
        else:
            assert href in urls
            assert href.startswith("https://")


def test_the_policy_allows_the_one_style_sheet_and_the_one_script_by_digest(page):
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', page)[1].replace("&#39;", "'")
    assert policy.startswith("default-src 'none'")
    for tag in ("style", "script"):
        text = re.search(rf"<{tag}>(.*?)</{tag}>", page, re.DOTALL)[1]
        digest = b64encode(sha256(text.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy
    assert "unsafe" not in policy
    assert 'style="' not in page


def test_ids_are_unique_and_headings_step_down_one_at_a_time(outline):
    ids = [a["id"] for _, a in outline.elements if "id" in a]
    assert len(ids) == len(set(ids))
    levels = [int(tag[1]) for tag, _ in outline.elements if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_every_chart_has_a_name_in_words_and_a_table_beneath(page):
    figures = re.findall(r"<figure id=.*?</figure>", page, re.DOTALL)
    assert len(figures) >= 8
    for figure in figures:
        charts = re.findall(r'<svg role="img" aria-label="([^"]+)"', figure)
        pictures = max(1, figure.count('type="radio"'))
        assert len(charts) == 2 * pictures, "one wide, one narrow"
        assert all(len(name) > 40 for name in charts)
        assert "<details>" in figure
        assert "<table" in figure
        assert 'scope="col"' in figure


def test_every_table_can_be_taken_as_csv_with_plain_numbers(page):
    links = re.findall(r'href="data:text/csv;charset=utf-8;base64,([^"]+)"', page)
    assert len(links) == page.count("<table") - 1, "all but the list of clauses"
    for link in links:
        lines = b64decode(link).decode().splitlines()
        assert len(lines) > 1
    border = next(text for text in map(b64decode, links) if text.startswith(b"Month,5 %"))
    assert re.fullmatch(rb"June 2019(,\d+)+", border.splitlines()[1])


def test_what_the_accord_says_is_escaped_and_only_web_addresses_are_links(page):
    assert "A made-up accord &lt;of 2019&gt;" in page
    assert "A statement &amp; its &lt;terms&gt;" in page
    assert "javascript:" not in page


def test_every_clause_shows_its_basis(run, page):
    for name, clause in run.accord.clauses.items():
        row = re.search(rf'<tr id="clause-{name}">.*?</tr>', page, re.DOTALL)[0]
        assert f">{clause.common.basis}<" in row
    assert "4 of 6 clauses rest on something other than the signed words" in page


def test_series_breaks_are_flagged_on_the_chart_of_border_counts(page):
    chart = re.search(r'<figure id="border-count">.*?</figure>', page, re.DOTALL)[0]
    assert "Title 42" in chart
    assert "target: at most 50,000" in chart
    assert "target: fewer than 20,000" in chart


def test_a_tail_that_would_flatten_the_chart_is_cut_and_the_cut_is_said(run):
    wild = run.dataset["apprehensions"].copy(deep=True)
    wild[:40] *= 40
    page = brief(replace(run, dataset=run.dataset.assign(apprehensions=wild)))
    chart = re.search(r'<figure id="border-count">.*?</figure>', page, re.DOTALL)[0]
    assert "Bands cut by the upper edge go on to about" in chart


def test_the_answer_speaks_of_the_month_of_the_last_test(page):
    assert re.search(r"<h3>Apprehensions in September.2019: about", page)


def test_what_truly_happened_stands_beside_the_draws(page):
    assert "132,856 in May" in page
    assert re.search(r"What truly happened lies inside the 80.% band in \d+ of 18 months", page)


def test_outcomes_for_people_stand_beside_outcomes_for_states(page):
    table = re.search(r"<section id=\"outcomes\".*?</section>", page, re.DOTALL)[0]
    assert table.index("For people") < table.index("For states") < table.index("For trade")


def test_one_to_nine_people_are_never_shown():
    run = made_up_run()
    few = run.dataset["transferred"].copy(data=np.ones_like(run.dataset["transferred"]))
    few[:, :, 1:] = 0
    page = brief(replace(run, dataset=run.dataset.assign(transferred=few)))
    row = re.search(r"<tr><th scope=\"row\">People transferred.*?</tr>", page, re.DOTALL)[0]
    assert re.findall(r'<td class="n">([^<]+)', row)[:2] == ["&lt;10", "&lt;10"]


def test_an_accord_without_duty_has_no_tariff_section(run):
    money = [m.name for m in MEASURES if m.subject == "trade"]
    page = brief(run.without(*money))
    assert '<section id="tariff"' not in page
    assert "duty" not in re.search(r"<h1>(.*?)</h1>", page)[1]


def test_an_accord_without_people_has_no_movement_section(run):
    people = [m.name for m in MEASURES if m.subject != "trade"]
    page = brief(run.without(*people))
    assert '<section id="people"' not in page
    assert '<section id="border"' not in page
    assert '<section id="tariff"' in page


def test_a_duty_never_charged_is_said_to_cost_nobody():
    page = brief(made_up_run(duty=False))
    assert f"No added duty is charged in any of the {DRAWS} draws" in page
    assert 'figure id="duty"' not in page
    assert "Does the ladder resume?" in page


def test_the_page_says_how_to_make_it_again(page):
    command = "entente run made-up --draws 400 --months 18 --start 2019-06-01 --seed 1"
    assert command in page
    assert "0f0f0f0f0f0f" in page


def test_every_chart_follows_the_schema_of_its_language(run, monkeypatch):
    checked = []

    def drawn(chart, name, alternative):
        checked.append(chart.to_dict(validate=True))
        return draw(chart, name, alternative)

    draw = theme.draw
    monkeypatch.setattr(theme, "draw", drawn)
    sections.sections(Reading(run))
    assert len(checked) >= 16


def test_the_page_of_a_loaded_run_is_that_of_the_run_itself(tmp_path):
    accord = read("us-mexico-2019")
    made = simulate(accord, Settings(draws=12, months=3).settled(accord))
    made.save(tmp_path)
    assert brief(Run.load(tmp_path).shown()) == brief(made.shown())
