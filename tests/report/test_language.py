"""The reader's language: a whole catalogue, the same figures, and no English left on the page."""

import re
import sys
from pathlib import Path
from string import Formatter

import pytest
from click.testing import CliRunner
from made_up_run import made_up_run
from markupsafe import escape

from entente.accord.text import read, shipped
from entente.cli import entente
from entente.language import (
    ENGLISH,
    LANGUAGES,
    Language,
    counted,
    day,
    decimal,
    listing,
    phrase,
    speaking,
    spoken,
)
from entente.places import country
from entente.report import amounts, naming, words
from entente.report.pages import brief, brief_markdown

ROOT = Path(__file__).parents[2]
sys.path.append(str(ROOT / "scripts"))
import catalogue  # noqa: E402

SPANISH = Language("es")


@pytest.fixture(scope="module", params=[code for code in LANGUAGES if code != "en"])
def held(request):
    return catalogue.held(request.param)


@pytest.fixture(scope="module")
def page(run):
    with speaking(SPANISH):
        return brief(run, [ENGLISH])


def _ids(messages):
    return {(m.context, m.id if isinstance(m.id, str) else tuple(m.id)) for m in messages if m.id}


def test_a_catalogue_holds_every_sentence_and_no_other(held):
    assert _ids(held) == _ids(catalogue.gathered())


def test_a_catalogue_has_nothing_untranslated_and_nothing_doubtful(held):
    for message in held:
        strings = [message.string] if isinstance(message.string, str) else message.string
        assert all(strings), message.id
        assert not message.fuzzy, message.id


def test_a_translation_fills_the_same_places(held):
    for message in held:
        if not message.id:
            continue
        pairs = zip(
            [message.id] if isinstance(message.id, str) else message.id,
            [message.string] if isinstance(message.string, str) else message.string,
            strict=True,
        )
        for sentence, translation in pairs:
            assert _places(translation) == _places(sentence), sentence


def _places(template):
    return {name for _, name, _, _ in Formatter().parse(template) if name}


def test_numbers_and_dates_are_the_readers():
    from datetime import date

    with speaking(SPANISH):
        assert decimal(1234567.5, 1) == "1.234.567,5"
        assert day(date(2019, 7, 22)) == "22 de julio de 2019"
        assert amounts.quantity(1.34e9, "USD") == "1,34 mil millones de dólares"
        assert amounts.cell(1.34e9, "USD") == "US$ 1,34 mil millones"
        assert country("USA") == "Estados Unidos"
    with speaking(Language("es-MX")):
        assert decimal(1234567.5, 1) == "1,234,567.5"


def test_words_follow_the_grammar_of_the_language():
    with speaking(SPANISH):
        assert counted("{count} day", "{count} days", 1) == "1 día"
        assert listing(["Guatemala", "Honduras"]) == "Guatemala y Honduras"
        assert listing(["Turquía", "Irán"]) == "Turquía e Irán"
        assert listing(["siete", "ocho"], "or") == "siete u ocho"
        assert phrase("the signature of {clause}", clause="el acuerdo") == "la firma del acuerdo"
        said = words.difference(-1200, -800, -300, naming.noun("apprehensions"))
        assert said == (
            "800 aprehensiones menos (90 % de las simulaciones: entre 300 y 1.200 menos)"
        )


@pytest.mark.parametrize("name", shipped())
def test_each_shipped_accord_says_its_clauses_in_the_readers_language(name, held):
    accord, english = read(name), set()
    known = {m.id if isinstance(m.id, str) else m.id[0] for m in held}
    with speaking(Language(str(held.locale))), pytest.MonkeyPatch.context() as patch:
        catalogue_of = spoken().catalogue
        say = catalogue_of.gettext

        def listened(template):
            english.update({template} - known)
            return say(template)

        patch.setattr(catalogue_of, "gettext", listened)
        accord.explain()
    codes = re.compile(r"[A-Z_-]+|[\d.]+")  # what a table of claims or entry lines holds
    assert [said for said in english if not codes.fullmatch(said)] == []


def test_a_language_is_spoken_inside_its_block_alone():
    with speaking(SPANISH):
        assert spoken() == SPANISH
    assert spoken() == ENGLISH
    assert phrase("Who pays") == "Who pays"


def test_the_page_names_its_language_and_leads_to_the_other(page):
    assert page.startswith('<!doctype html>\n<html lang="es" dir="ltr">')
    assert '<a href="brief.html" hreflang="en" lang="en" rel="alternate">English</a>' in page


def test_what_stays_in_its_authors_words_is_marked_as_english(page):
    assert 'lang="en">' in page
    assert re.search(r"<dl class=\"record\" lang=\"en\">", page)


def test_no_english_sentence_is_left_on_the_page(run, page):
    shown = re.sub(r'<(span|td|dl)[^>]* lang="en">.*?</\1>', "", page, flags=re.DOTALL)
    unread = r"<style>.*?</style>|<script.*?</script>|<pre.*?</pre>|data:[^\"]*"
    shown = re.sub(unread, "", shown, flags=re.DOTALL)
    for words_of_authors in _of_authors(run.accord):
        shown = shown.replace(str(escape(words_of_authors)), "")
    told = re.findall(r">([^<]+)<", shown) + re.findall(r'aria-label="([^"]+)"', shown)
    english = re.compile(r"\b(the|of|draws|with|from|which|people|and|is|are|to|not|by)\b")
    assert [text for text in told if english.search(text)] == []


def _of_authors(accord):
    yield "US Chamber of Commerce"
    yield accord.title
    yield from (choice.asks for choice in accord.choices.values())
    yield from (id_.replace("_", " ") for id_ in accord.clauses)


def test_both_pages_hold_the_same_figures(run):
    with speaking(SPANISH):
        spanish = brief_markdown(run)
    english = brief_markdown(run)

    def figures(text):
        return sorted(re.sub(r"\D", "", n) for n in re.findall(r"\d[\d.,]*", _tables(text)))

    def _tables(text):
        return "\n".join(line for line in text.splitlines() if line.startswith("| "))

    assert figures(spanish) == figures(english)


def test_a_language_that_nobody_holds_is_wrong_usage():
    result = CliRunner().invoke(entente, ["brief", ".", "--language", "xx-nowhere"])
    assert result.exit_code == 2
    assert "language" in result.output


def test_a_made_up_run_reads_the_same_twice_in_spanish(page):
    with speaking(SPANISH):
        assert brief(made_up_run(), [ENGLISH]) == page
