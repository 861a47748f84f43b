"""The desk in Spanish: every word of pages and code is translated, and the catalogue compiled."""

import gettext
import re
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse

sys.path.insert(0, str(Path(__file__).parents[2] / "scripts"))
import translate_desk as script

_HOLE = re.compile(r"%\(\w+\)s|</?code>")


def test_every_word_of_the_desk_is_translated():
    kept = {m.id: m.string for m in script.kept() if m.id}
    words = {m.id for m in script.words() if m.id}
    assert sorted(words - set(kept)) == [], "run scripts/translate_desk.py, and translate these"
    assert sorted(w for w in words if not kept[w]) == []
    assert sorted(set(kept) - words) == [], "run scripts/translate_desk.py: these are gone"


def test_translations_have_the_same_holes():
    for message in script.kept():
        if message.id:
            assert sorted(_HOLE.findall(message.id)) == sorted(_HOLE.findall(message.string))


def test_the_compiled_catalogue_is_that_of_the_text():
    with script.PO.with_suffix(".mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    assert all(compiled.gettext(m.id) == m.string for m in script.kept() if m.id)


@pytest.mark.parametrize("page", ["/", "/membership/", "/account/login/", "/api/", "/search/?q=x"])
def test_pages_speak_the_language_that_the_reader_chose(client, db, page):
    client.post(reverse("set_language"), {"language": "es", "next": "/"})
    said = client.get(page).content.decode()
    assert '<html lang="es">' in said
    assert "Iniciar sesión" in said
    assert "Search briefs" not in said


def test_a_browser_that_prefers_spanish_gets_it(client, db):
    said = client.get("/", headers={"accept-language": "es-MX,es;q=0.9"}).content.decode()
    assert "¿Qué efectos tienen los acuerdos anunciados?" in said
    assert [code for code, _ in settings.LANGUAGES] == ["en", "es"]
