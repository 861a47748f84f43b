"""The front door: a short list of names, each imported when asked for."""

import subprocess
import sys
from datetime import date

import pytest

import entente

PROMISED = {
    "Accord", "Choices", "Comparison", "Difference", "EntenteError", "InputProblemsError", "Luck",
    "NoSolutionError", "OutputError", "Problem", "Run", "Settings", "backtest", "border_counts",
    "brief", "chart", "check", "compare", "compare_page", "difference", "displace", "equilibrium",
    "explain", "forecast", "duty",
    "responsible", "legislature", "EntryTable", "read_claims",
    "read", "read_folder", "read_observations", "simulate", "timeline",
}  # fmt: skip


def test_the_front_door_gives_what_it_promises_and_nothing_else() -> None:
    assert set(entente.__all__) == PROMISED
    assert set(dir(entente)) >= PROMISED
    for name in PROMISED:
        assert getattr(entente, name) is not None


def test_every_name_has_words() -> None:
    assert all(getattr(entente, name).__doc__ for name in PROMISED)


def test_importing_the_package_imports_no_library() -> None:
    heavy = "{'numpy', 'pandas', 'xarray', 'numba', 'ibis', 'altair', 'click'}"
    asked = f"import sys, entente; print(sorted({heavy} & set(sys.modules)))"
    told = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'tariff'"):
        entente.tariff  # noqa: B018


def test_a_run_and_a_comparison_show_themselves_in_a_notebook() -> None:
    accord = entente.read("us-mexico-2019@2019-05-31")
    assert "<td>ladder</td>" in accord._repr_html_()
    assert "ladder" in entente.explain(accord, date(2019, 6, 10))._repr_html_()
    assert "House" in entente.legislature(accord, entente.Choices())._repr_html_()
    run = entente.simulate(accord, entente.Settings(draws=20, months=3))
    assert "us-mexico-2019@2019-05-31" in run._repr_html_()
    assert "<table" in run._repr_html_()
    same = entente.compare([run, run])
    assert "<table" in same._repr_html_()
