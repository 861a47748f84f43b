"""Courses of events: what the draws of a run did to duties, each way once."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from entente.accord.course import course
from entente.accord.value import Asked, at_moment
from entente.outcome.courses import Courses, courses
from entente.problems import NoSolutionError


def rate_on(run, day: np.datetime64) -> float:
    answer = at_moment(run, day.astype("datetime64[s]"), Asked("duty", "USA", "MEX"))
    return float(answer.value or 0)


@pytest.mark.parametrize("which", ["run_2019", "run_eased"])
def test_a_course_has_in_every_month_the_duty_that_its_draws_had(which, request):
    run = request.getfixturevalue(which)
    found = courses(run)
    assert sum(found.shares) == pytest.approx(1)
    assert len(found.courses) >= 2
    for number, one in enumerate(found.courses):
        draws, went = np.flatnonzero(found.of == number), course(one.accord)
        assert one.share == pytest.approx(len(draws) / len(found.of))
        for month, given_ in zip(run.months, run.dataset["duty_rate"].T.to_numpy(), strict=True):
            days = np.arange(month.astype("datetime64[D]"), (month + 1).astype("datetime64[D]"))
            mean = np.mean([rate_on(went, day) for day in days])
            assert given_[draws] == pytest.approx(mean, abs=1e-4), f"{one.words} in {month}"


def test_figures_decide_a_course_as_they_decided_the_draw(eased):
    assert len(eased.courses) > 2, "the day on which the duty rests differs between draws"
    assert all("none from" in one.words or one.words.endswith("10-01") for one in eased.courses)


@pytest.fixture(scope="module")
def eased(run_eased) -> Courses:
    return courses(run_eased)


@given(seed=st.integers(0, 99), days=st.lists(st.integers(0, 200), min_size=2, max_size=2))
def test_a_belief_is_a_martingale_along_the_draws(eased, seed, days):
    values = np.random.default_rng(seed).uniform(0, 25, len(eased.courses))
    early, late = sorted(np.datetime64("2019-05-30", "s") + np.timedelta64(d, "D") for d in days)
    today, then = eased.belief(early, values), eased.belief(late, values)
    assert eased.belief(early, then) == pytest.approx(today)
    before = np.datetime64("2019-05-29", "s")
    assert eased.belief(before, then) == pytest.approx(eased.shares @ values)


def test_who_knows_the_whole_run_expects_what_comes(eased):
    values = np.arange(len(eased.courses), dtype=float)
    assert eased.belief(eased.end, values) == pytest.approx(values)


def test_a_run_of_other_draws_is_refused(run_2019):
    other = replace(run_2019, record={**run_2019.record, "seed": 2})
    with pytest.raises(NoSolutionError, match="do not come out as the run has them"):
        courses(other)
