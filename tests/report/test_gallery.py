"""The gallery: a page of each shipped accord, a brief where it can be run, its text where not."""

import pytest
from click.testing import CliRunner

from entente.accord.text import read, shipped
from entente.cli import entente
from entente.language import Language, speaking
from entente.report.pages import shelf_page, text_page


@pytest.mark.parametrize("name", ["dublin-iii", "us-washers-2018"])
def test_the_page_of_a_text_says_what_it_does_when_and_on_what_it_rests(name):
    accord = read(name)
    page = text_page(accord)
    assert '<figure id="course">' in page
    for source in accord.sources:
        assert f'id="source-{source}"' in page
    for clause in accord.clauses:
        assert f'id="clause-{clause}"' in page


def test_the_page_of_a_text_speaks_the_readers_language():
    with speaking(Language.named("es")):
        assert "Qué rige y cuándo" in text_page(read("wto-ssg"))


def test_the_first_page_leads_to_every_accord():
    accords = [read(name) for name in shipped()]
    page = shelf_page([(accord, False) for accord in accords])
    assert all(f'href="{accord.name}.html"' in page for accord in accords)


def test_one_command_writes_a_page_of_every_accord_it_lists(tmp_path, monkeypatch):
    few = {name: shipped()[name] for name in ("us-mexico-2019", "wto-ssg")}
    monkeypatch.setattr("entente.accord.text.shipped", lambda: few)
    done = CliRunner().invoke(entente, ["accords", "--gallery", str(tmp_path), "--draws", "4"])
    assert done.exit_code == 0, done.output
    assert {file.stem for file in tmp_path.iterdir()} == {*few, "index"}
    assert "At the border" in (tmp_path / "us-mexico-2019.html").read_text()
    assert "At the border" not in (tmp_path / "wto-ssg.html").read_text()
