"""The page on paper and as text: the same numbers, tagged for readers who do not see it."""

import re
from collections.abc import Iterator
from io import BytesIO
from itertools import pairwise

import pytest
from pypdf import PdfReader
from pypdf.generic import DictionaryObject, NullObject, PdfObject

from entente.report.pages import brief_markdown, pictures
from entente.report.paper import _whole, pdf
from entente.report.theme import picture


@pytest.fixture(scope="module")
def printed(page):
    pytest.importorskip("weasyprint")
    return pdf(page)


@pytest.fixture(scope="module")
def read(printed) -> PdfReader:
    return PdfReader(BytesIO(printed))


@pytest.fixture(scope="module")
def parts(read) -> list[tuple[str, DictionaryObject]]:
    """Every part of the tagged tree in reading order: its kind and itself."""
    return list(_below(read.trailer["/Root"]["/StructTreeRoot"]))


def _below(part: DictionaryObject) -> Iterator[tuple[str, DictionaryObject]]:
    kids = part.get("/K", [])
    for kid in map(_resolved, kids if isinstance(kids, list) else [kids]):
        if isinstance(kid, DictionaryObject) and "/S" in kid:
            yield str(kid["/S"])[1:], kid
            yield from _below(kid)


def _resolved(kid: PdfObject) -> PdfObject:
    return kid.get_object() or NullObject()


# The conditions of PDF/UA-1 (ISO 14289-1, Matterhorn Protocol 1.1) that a program can test.


def test_the_pdf_is_tagged_and_says_its_language_title_and_standard(read):
    root = read.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] == True  # noqa: E712 - a BooleanObject
    assert root["/Lang"] == "en"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"] == True  # noqa: E712
    assert "made-up" in read.metadata.title
    about = root["/Metadata"].get_data().decode()
    assert re.search(r"pdfuaid:part(>|=.)1", about)
    assert "<dc:title>" in about


def test_the_pdf_of_a_spanish_page_is_spanish():
    pytest.importorskip("weasyprint")
    small = pdf('<!doctype html><html lang="es"><title>Acuerdo</title><p>Quién paga</p></html>')
    assert PdfReader(BytesIO(small)).trailer["/Root"]["/Lang"] == "es"


def test_the_pdf_is_a_tree_of_headings_paragraphs_tables_and_figures(parts):
    kinds = {kind for kind, _ in parts}
    assert {"H1", "H2", "H3", "P", "L", "LI", "Table", "TH", "TD", "Figure"} <= kinds


def test_headings_of_the_pdf_step_down_one_at_a_time(parts):
    levels = [int(kind[1]) for kind, _ in parts if re.fullmatch(r"H[1-6]", kind)]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_every_figure_of_the_pdf_is_described(parts, run):
    figures = [part for kind, part in parts if kind == "Figure"]
    assert len(figures) == len(pictures(run))
    assert all(len(figure.get("/Alt", "")) > 40 for figure in figures)


def test_the_cells_of_every_table_of_the_pdf_stand_in_rows_and_name_their_headers(parts):
    for _, table in [each for each in parts if each[0] == "Table"]:
        inside = list(_below(table))
        headers = {str(part["/ID"]) for kind, part in inside if kind == "TH"}
        rows = [{kind for kind, _ in _below(part)} for kind, part in inside if kind == "TR"]
        assert all(row & {"TH", "TD"} for row in rows if row)  # a page break may leave one empty
        for named in [part["/A"]["/Headers"] for kind, part in inside if kind == "TD"]:
            assert named
            assert {str(header) for header in named} <= headers


def test_pages_are_read_in_the_order_of_the_tree_and_their_links_have_words(read):
    for page in read.pages:
        assert page["/Tabs"] == "/S"
        assert "/StructParents" in page
        for link in map(_resolved, page.get("/Annots", [])):
            assert link["/Contents"]
            assert "/StructParent" in link


def test_every_font_of_the_pdf_is_in_the_file(read):
    fonts = {
        name: font.get_object()
        for page in read.pages
        for name, font in page["/Resources"].get("/Font", {}).items()
    }
    assert fonts
    for font in fonts.values():
        (own,) = font["/DescendantFonts"]
        described = own.get_object()["/FontDescriptor"]
        assert {"/FontFile2", "/FontFile3"} & set(described)


def test_a_map_on_paper_has_its_land(page):
    assert 'class="land"' in page
    for drawing in re.findall(r"<svg.*?</svg>", _whole(page), re.DOTALL):
        assert "<use " not in drawing
        assert ('class="land"' in drawing) == ("Set out from" in drawing)


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
