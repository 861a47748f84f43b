"""What was known when: figures in their releases, and verdicts that turn on which is meant."""

from datetime import date

import pytest
from harbour import accord

from entente.accord.checks import check
from entente.accord.document import Accord
from entente.accord.explain import explain
from entente.accord.timeline import timeline

STATED = """
[source]
s = {{ date = 2018-12-01, title = "A statement" }}
early = {{ date = 2019-02-05, title = "First count", says = {{ "arrivals@2019-01" = 900 }} }}
late = {{ date = 2019-03-20, title = "Revised count", says = {{ "arrivals@2019-01" = 1100 }} }}
[metric]
arrivals = {{ unit = "persons/month", lag = "9d", vintage = "{vintage}", label = "Harbour" }}
[clause.few]
kind = "obligation"
by = "MEX"
must = "arrivals < 1000"
due = "'{due}'"
source = ["s", "early", "late"]
known_on = 2018-12-01
"""


def stated(vintage: str, due: str = "2019-04-01") -> Accord:
    head = """
accord = "harbour"
language = 1
parties = ["USA", "MEX"]
zone = "America/New_York"
horizon = [2019-01-01, 2020-12-31]
"""
    return accord(STATED.format(vintage=vintage, due=due), head)


def verdict(of: Accord) -> tuple[str, str]:
    last = [row for row in timeline(of) if row.clause == "few"][-1]
    return last.from_.isoformat(), last.state


@pytest.mark.parametrize(
    ("vintage", "due", "expected"),
    [
        ("first", "2019-04-01", "met"),
        ("as_known", "2019-04-01", "breached"),
        ("as_known", "2019-03-01", "met"),
        ("final", "2019-04-01", "breached"),
    ],
)
def test_the_release_that_a_metric_means_decides(vintage: str, due: str, expected: str) -> None:
    assert verdict(stated(vintage, due)) == (due, expected)


def test_what_is_not_out_yet_is_not_known() -> None:
    of = stated("final", "2019-03-01")
    assert verdict(of)[1] == "in_force"
    told = "\n".join(explain(of, date(2019, 3, 2)).lines())
    assert "not decided" in told
    assert "arrivals is not known" in told


def test_as_of_a_day_only_releases_up_to_it_are_used() -> None:
    of = stated("as_known")
    assert verdict(of.known(date(2019, 3, 1))) == ("2019-04-01", "met")
    assert verdict(of.known(date(2019, 3, 20))) == ("2019-04-01", "breached")


def test_a_verdict_says_which_release_it_used() -> None:
    told = "\n".join(explain(stated("first"), date(2019, 4, 2)).lines())
    assert (
        "arrivals (Harbour): 900 persons/month in 2019-01, first release, known on 2019-02-05, "
        "stated by early" in told
    )


def test_a_verdict_that_flips_with_the_release_is_said_to() -> None:
    (warning,) = check(stated("first"))
    assert warning.code == "W207"
    assert warning.message == (
        "the verdict flips: met with the first release of arrivals (900); breached with the "
        "release as known of arrivals (1100); breached with the final release of arrivals (1100)"
    )


def test_a_fall_of_sixty_per_cent_turns_on_which_count_is_meant() -> None:
    from pathlib import Path

    (warning,) = check(Path(__file__).parent / "fixtures" / "W207.toml")
    assert warning.message == (
        "the verdict flips: met with change(apprehensions, '3m') <= -0.6 (-0.6185); "
        "breached with change(encounters, '3m') <= -0.6 (-0.5633)"
    )


@pytest.mark.parametrize(
    ("key", "value", "code"),
    [("arrivals@2019-13", "1", "E111"), ("arivals@2019-01", "1", "E103"),
     ("arrivals@2019-01", "'many'", "E111")],
)  # fmt: skip
def test_a_figure_that_cannot_be_one_is_a_problem(key: str, value: str, code: str) -> None:
    whole = stated("first").text.replace('{ "arrivals@2019-01" = 900 }', f'{{ "{key}" = {value} }}')
    from entente.accord.checks import check_text

    assert [p.code for p in check_text(whole, "a.toml") if p.is_error] == [code]
