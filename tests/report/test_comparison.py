"""The page of a comparison speaks of paired differences, and of none where there is none."""

from types import SimpleNamespace

import pytest
from made_up_run import made_up_run

from entente.accord.text import read
from entente.outcome.compare import compare
from entente.report.pages import compare_page
from entente.report.words import difference


@pytest.fixture
def pair():
    base = made_up_run()
    fewer = base.dataset.assign(apprehensions=base.dataset["apprehensions"] // 2)
    other = SimpleNamespace(label="amended", accord=base.accord, record=base.record, dataset=fewer)
    return base, other


def test_a_clear_difference_makes_the_headline(pair):
    page = compare_page(compare(pair))
    assert "fewer apprehensions" in page
    assert "amended, beside made-up" in page


def test_equal_runs_differ_in_nothing(pair):
    base, _ = pair
    twin = SimpleNamespace(
        label="twin", accord=base.accord, record=base.record, dataset=base.dataset
    )
    page = compare_page(compare((base, twin)))
    assert "No outcome differs in any draw" in page
    assert "<figure" not in page


def test_the_page_tells_of_text_and_law_before_outcomes(pair):
    base, _ = pair
    announced = read("us-mexico-2019@2019-05-31")
    other = SimpleNamespace(
        label="announced", accord=announced, record=base.record, dataset=base.dataset
    )
    page = compare_page(compare((base, other)))
    assert page.index("<h3>Text</h3>") < page.index("<h3>Law</h3>") < page.index("<h3>Outcome</h3>")
    assert "clause standstill" in page
    assert "duty by USA on MEX" in page
    assert "2019-06-10" in page


def test_an_accord_beside_itself_is_the_same_in_all_three_layers(pair):
    base, _ = pair
    page = compare_page(compare((base, base)))
    assert "The texts are the same." in page
    assert "The law is the same for every day and case." in page
    assert "No outcome differs in any draw." in page


def test_a_difference_that_may_be_zero_is_never_called_a_change():
    for low, high in ((-5, 90), (0, 90), (-90, 0), (-1, 1)):
        assert "no clear change" in difference(low, 20, high, "apprehensions")
