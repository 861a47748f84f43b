"""The desk in Spanish: every word of pages and code is translated, and the catalogue compiled."""

import gettext
import re
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse
from everything import known_to, pages

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


class Texts(HTMLParser):
    """What a page says in its own language: not in code, and not marked as of another."""

    QUIET = frozenset(("script", "style", "code", "pre", "textarea", "option", "time"))
    EMPTY = frozenset(("meta", "link", "input", "br", "img", "hr"))

    def __init__(self) -> None:
        super().__init__()
        self.said, self.quiet = set(), [False]

    def handle_starttag(self, tag, attrs):
        held = dict(attrs)
        quiet = self.quiet[-1] or tag in self.QUIET or (tag != "html" and "lang" in held)
        if tag not in self.EMPTY:
            self.quiet.append(quiet)
        if not quiet:
            self.said |= {held.get(name) or "" for name in ("aria-label", "placeholder", "alt")}

    def handle_endtag(self, tag):
        if tag not in self.EMPTY:
            self.quiet.pop()

    def handle_data(self, data):
        if not self.quiet[-1]:
            self.said.add(" ".join(data.split()))


def said_at(client, place: str, language: str) -> set[str]:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    told = client.get(place)
    told.close()
    if told.status_code != 200 or not told["Content-Type"].startswith("text/html"):
        return set()
    reader = Texts()
    reader.feed(told.content.decode())
    return reader.said


# What people wrote or are called, and what is called alike in both languages.
_NAMES = re.compile(
    r"Tariffs \d+|An added duty is|Apprehensions fall|(run|token|lines|Member|member) \d+|"
    r"Analyst|Writer|Institution|^[\w.-]+@example|entente|"
    r"^(A page|Skip|whole|U|Yes\.|Mine\.|: again|line:)$|"
    r"^(Atom|OpenAPI)$"
)


def test_no_page_says_the_same_in_both_languages_but_names(client, everything):
    alike = {}
    for page, words in pages():
        if page.startswith(("admin:", "v1:")) or page == "api:docs":  # of names of fields
            continue
        place = reverse(page, kwargs=known_to(everything, page, words))
        both = said_at(client, place, "en") & said_at(client, place, "es")
        found = {s for s in both if re.search(r"[^\W\d_]{3}", s) and not _NAMES.search(s)}
        if found:
            alike[page] = sorted(found)
    assert alike == {}
