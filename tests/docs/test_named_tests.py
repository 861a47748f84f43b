"""Tests that the documentation names are there."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_every_test_file_that_a_page_names_is_there():
    named = {
        (page.name, path)
        for page in (ROOT / "docs").rglob("*.md")
        for path in re.findall(r"`(tests/[\w/]+\.py)", page.read_text(encoding="utf-8"))
    }
    assert named
    assert {pair for pair in named if not (ROOT / pair[1]).is_file()} == set()
