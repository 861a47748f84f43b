"""What the documentation and the code say of each other is there: equations, pages, blocks."""

import re

import pytest
from pages import ROOT, blocks
from test_pages import PAGES

NOTES = {
    "trade": "trade",
    "movement": "movement",
    "politics": "politics",
    "deals": "politics",
    "accord": "law",
}
_CITED = re.compile(r"[Ee]quations? \(([A-Z]?\d+[a-z]?)\)(?:(?:,| and|, and| to) \(([A-Z]?\d+)\))*")
_DISPLAYED = re.compile(r" {10,}\(\d+\)$", re.MULTILINE)  # an equation that a module writes out
_TAG = re.compile(r"\\tag\{([^}]+)\}")
_NUMBER = re.compile(r"\(([A-Z]?\d+[a-z]?)\)")
_LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)\s#]+)(#[^)\s]*)?\)")
_FENCED = re.compile(r"^(`{3,})([^\n`]*)$", re.MULTILINE)
# Blocks that hold nothing to run: shell for a fresh clone, shapes of text, directives of the page.
_NOT_RUN = {"", "sh", "text", "toml", "{toctree}", "{eval-rst}", "{math}"}


def citations() -> list[tuple[str, str]]:
    """List (module, number) for every equation of the notes that the code cites."""
    found = []
    for path in sorted((ROOT / "src" / "entente").rglob("*.py")):
        part = next((p for p in path.parts[::-1] if p in NOTES), None)
        if part is None:
            continue
        text = path.read_text(encoding="utf-8")
        for cited in (*_CITED.finditer(text), *_DISPLAYED.finditer(text)):
            found += [(f"{part}:{path.name}", number) for number in _NUMBER.findall(cited[0])]
    return sorted(set(found))


@pytest.mark.parametrize(("module", "number"), citations())
def test_an_equation_that_the_code_cites_stands_in_the_notes(module, number):
    note = ROOT / "docs" / "models" / f"{NOTES[module.partition(':')[0]]}.md"
    assert f"\\tag{{{number}}}" in note.read_text(encoding="utf-8"), (
        f"{note.name} has no ({number})"
    )


@pytest.mark.parametrize("note", sorted({*NOTES.values()}))
def test_each_equation_of_a_note_has_a_number_of_its_own_and_is_cited_by_the_code(note):
    numbers = _TAG.findall((ROOT / "docs" / "models" / f"{note}.md").read_text(encoding="utf-8"))
    cited = {number for module, number in citations() if NOTES[module.partition(":")[0]] == note}
    assert sorted(set(numbers)) == sorted(numbers)
    assert {number for number in numbers if number not in cited} == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_a_link_to_another_page_finds_it(page):
    made = {f"docs/reference/{name}.md" for name in generated()}
    for found in _LINK.finditer(page.read_text(encoding="utf-8")):
        target = (page.parent / found[1]).resolve()
        assert target.exists() or str(target.relative_to(ROOT)) in made, found[0]


def generated() -> set[str]:
    """Name the pages of the reference that a build writes."""
    text = (ROOT / "docs" / "generated.py").read_text(encoding="utf-8")
    return set(re.findall(r'^    "(\w+)": \w+,$', text, re.MULTILINE))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_no_block_of_a_page_is_passed_over_in_silence(page):
    opened = _FENCED.findall(page.read_text(encoding="utf-8"))[::2]
    kinds = [kind.strip() for _, kind in opened]
    known = {"console", "python", "{code-cell} ipython3", "{code-block} text", "{code-block} toml"}
    assert set(kinds) <= known | _NOT_RUN
    run = sum(kind in ("console", "python", "{code-cell} ipython3") for kind in kinds)
    assert sum(not block.kind.startswith("file ") for block in blocks(page)) == run
