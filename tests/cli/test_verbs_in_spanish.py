"""The verbs that print sentences speak the reader's language, down to what an accord asks."""

import re

import pytest
from click.testing import CliRunner

from entente.cli import entente

ENGLISH = re.compile(r"\b(the|is|of|are|with|which|not|from|would|because|says|known)\b")

# Titles of sources, names of bodies and what is wrong with a file stay as they are written.
AUTHORS = re.compile(r"se apoya en: .*|sin resolver: .*|US Chamber of Commerce")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (
            ["explain", "us-mexico-2019", "--on", "2019-07-30"],
            "arancel de USA a MEX: 0 por ciento\n  no: ladder está suspendida desde 2019-06-07",
        ),
        (["timeline", "us-mexico-2019"], "en vigor"),
        (
            ["compare", "us-mexico-2019", "us-mexico-2019@2019-05-31", "--law"],
            "metric apprehensions: se suprime",
        ),
        (["legislature", "us-mexico-2019"], "el Presidente: veto"),
        (["claims"], "motivo de duda: su base incluye servicios"),
        (["accords"], "Declaración UE-Turquía del 18 de marzo de 2016"),
    ],
    ids=lambda case: case[0] if isinstance(case, list) else "",
)
def test_a_verb_speaks_the_language_that_is_asked_for(words, told):
    done = CliRunner().invoke(entente, [*words, "--language", "es"])
    assert done.exit_code == 0, done.output
    said = AUTHORS.sub("", done.stdout)
    assert [line for line in said.splitlines() if ENGLISH.search(line)] == []
    assert told in done.stdout


def test_a_language_that_is_not_held_is_told():
    done = CliRunner().invoke(entente, ["explain", "us-mexico-2019", "--language", "fr"])
    assert done.exit_code == 2
    assert "no sentences are held in 'fr', but in en and es" in done.output
