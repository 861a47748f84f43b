"""Each name, verb, kind, check, parameter, measure and table has its entry in the reference."""

import json
import re
import sys
from importlib import import_module
from importlib.resources import files

import pytest
from pages import ROOT

import entente
from entente.accord.clauses import KINDS
from entente.cli import VERBS
from entente.world.measures import MEASURES
from entente.world.parameters import table

sys.path.insert(0, str(ROOT / "docs"))
PAGES = import_module("generated").PAGES

PACKAGE = json.loads((files("entente") / "data" / "datapackage.json").read_text(encoding="utf-8"))
ENTRIES: dict[str, list[str]] = {
    "verbs": [f"## {verb}\n" for verb in VERBS],
    "kinds": [f"## {kind}\n" for kind in KINDS],
    "parameters": [f"`{name}`<br>" for name in table()],
    "measures": [f"| `{measure.name}` |" for measure in MEASURES],
    "tables": [f"## {resource['name']}\n" for resource in PACKAGE["resources"]],
}


@pytest.mark.parametrize("page", ENTRIES)
def test_a_generated_page_has_an_entry_for_each_thing_that_the_package_knows(page: str) -> None:
    text = "\n".join(PAGES[page]())
    assert [entry for entry in ENTRIES[page] if entry not in text] == []


def test_every_code_of_the_checks_of_an_accord_is_shown_with_a_fault() -> None:
    sources = (ROOT / "src" / "entente" / "accord").rglob("*.py")
    raised = {
        code
        for source in sources
        for code in re.findall(r'"([EW][0-2]\d\d)"', source.read_text(encoding="utf-8"))
    }
    text = "\n".join(PAGES["checks"]())
    assert raised
    assert {code for code in raised if f"## {code}\n" not in text} == set()


def test_every_name_of_the_front_door_is_on_the_page_of_python() -> None:
    text = (ROOT / "docs" / "reference" / "python.md").read_text(encoding="utf-8")
    named = set(re.findall(r":: entente\.(\w+)", text))
    assert named == set(entente.__all__)
