"""The page on paper and as text: the same numbers, tagged for readers who do not see it."""

import re
import zlib

import pytest

from entente.report.pages import brief_markdown, pictures
from entente.report.paper import pdf
from entente.report.theme import picture


@pytest.fixture(scope="module")
def printed(page):
    pytest.importorskip("weasyprint")
    return pdf(page)


def _streams(raw: bytes) -> bytes:
    packed = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", raw, re.DOTALL)
    return b"".join(zlib.decompress(part) for part in packed if part[:1] == b"\x78")


def test_the_pdf_says_that_it_is_tagged_and_names_its_language(printed):
    content = printed + _streams(printed)
    assert b"pdfuaid" in content
    assert b"/MarkInfo" in content
    assert b"/Lang" in content


def test_the_pdf_of_a_spanish_page_is_spanish():
    pytest.importorskip("weasyprint")
    small = pdf('<!doctype html><html lang="es"><title>Acuerdo</title><p>Quién paga</p></html>')
    assert b"/Lang (es)" in small + _streams(small)


def test_the_pdf_is_a_tree_of_headings_paragraphs_tables_and_figures(printed):
    content = printed + _streams(printed)
    assert b"/StructTreeRoot" in content
    assert re.search(rb"/DisplayDocTitle true", content)
    for kind in (b"H1", b"H2", b"H3", b"P", b"L", b"LI", b"Table", b"TH", b"TD", b"Figure"):
        assert re.search(rb"/S ?/" + kind + rb"\b", content), kind


def test_every_picture_of_the_pdf_is_described(printed, run):
    content = printed + _streams(printed)
    assert content.count(b"/Alt") >= len(pictures(run))


def test_the_text_holds_the_headline_and_every_table(run, page):
    text = brief_markdown(run)
    headline = re.search(r"<h1>(.*?)</h1>", page)[1]
    assert text.startswith(f"# {headline}\n")
    assert text.count("\n| --- |") == page.count('download="') - len(pictures(run))


def test_a_chart_taken_away_is_a_whole_drawing(run):
    drawings = pictures(run)
    assert drawings
    for svg in drawings.values():
        assert svg.startswith('<svg xmlns="http://www.w3.org/2000/svg"')
    assert picture(next(iter(drawings.values()))).startswith(b"\x89PNG")
