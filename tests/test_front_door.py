"""The front door: a short list of names, each imported when asked for."""

import inspect
import pkgutil
import subprocess
import sys
from datetime import date

import pyarrow as pa
import pytest

import entente
from entente.grid import Shown, Tabled, Told

PROMISED = {
    "Accord", "Choices", "Comparison", "Difference", "EntenteError", "EntryTable", "Experiment",
    "Hands", "InputProblemsError", "Luck", "Negotiation", "NoSolutionError", "OutputError",
    "Plan", "Problem", "Run", "Settings", "Taste", "backtest", "border_counts", "brief",
    "chart", "check", "compare", "compare_page", "deals_page", "difference", "displace", "duty",
    "equilibrium", "experiment", "explain", "explain_claim", "explain_line", "forecast",
    "legislature", "negotiate", "plan", "plan_page", "read", "read_claims", "read_experiment",
    "read_folder", "read_imports", "read_observations", "responsible", "shipped", "simulate",
    "text_page", "timeline",
}  # fmt: skip

TABLES = {
    **dict.fromkeys(("read", "duty"), Shown),
    **dict.fromkeys(("explain", "explain_claim", "explain_line", "difference"), Told),
    **dict.fromkeys(
        ("backtest", "check", "compare", "displace", "equilibrium", "experiment", "forecast",
         "legislature", "negotiate", "plan", "responsible", "simulate", "timeline"),
        Tabled,
    ),
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


@pytest.mark.parametrize("verb", sorted(TABLES))
def test_every_result_shows_itself_and_hands_over_its_table(verb: str) -> None:
    result = inspect.signature(getattr(entente, verb)).return_annotation
    assert TABLES[verb] in inspect.getmro(result)


def test_importing_a_chapter_takes_no_name_of_the_front_door_away() -> None:
    chapters = {module.name for module in pkgutil.iter_modules(entente.__path__)}
    assert not chapters & PROMISED


def test_what_an_accord_says_shows_itself_in_a_notebook() -> None:
    accord = entente.read("us-mexico-2019@2019-05-31")
    assert "<td>ladder</td>" in accord._repr_html_()
    assert "ladder" in entente.explain(accord, date(2019, 6, 10))._repr_html_()
    assert "House" in entente.legislature(accord, entente.Choices())._repr_html_()
    assert "<td>ladder</td><td>announced" in entente.timeline(accord)._repr_html_()
    assert "0 errors" in entente.check(accord)._repr_html_()
    assert "W205" in entente.check("us-mexico-2019")._repr_html_()
    assert "law: the same" in entente.difference(accord, accord)._repr_html_()


def test_a_run_and_a_comparison_show_themselves_in_a_notebook() -> None:
    accord = entente.read("us-mexico-2019@2019-05-31")
    run = entente.simulate(accord, entente.Settings(draws=20, months=3))
    assert "us-mexico-2019@2019-05-31" in run._repr_html_()
    assert "<table" in run._repr_html_()
    same = entente.compare([run, run])
    assert "<table" in same._repr_html_()
    assert pa.table(same).num_rows == len(same.differences)


def test_a_clean_accord_gives_an_empty_table_of_problems() -> None:
    assert list(entente.check("us-mexico-2019@2019-05-31").table()) == [
        "code", "file", "line", "col", "clause", "message", "mend",
    ]  # fmt: skip


def test_a_timeline_is_a_table_in_arrow_and_in_pandas() -> None:
    rows = entente.timeline(entente.read("us-mexico-2019"))
    held = list(rows.table()["clause"])
    assert rows.arrow()["clause"].to_pylist() == held
    assert pa.RecordBatchReader.from_stream(rows).read_all()["clause"].to_pylist() == held
