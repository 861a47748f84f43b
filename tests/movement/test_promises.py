"""A promise kept early, on time, late, partly or not, as forces at the border show it."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from entente.evidence import COURSES, Pledge
from entente.luck import Luck
from entente.world.movement.levers.compliance import Deployment
from entente.world.parameters import parameters

SINCE, DUE = date(2019, 6, 7), date(2019, 7, 22)


def forces(course, months=6):
    given = parameters(Luck(1, 4))
    code = np.full(4, COURSES.index(course))
    pledge = Pledge(np.full(4, 9000.0), SINCE, DUE, None if course == "none" else code)
    found, path = Deployment.before(given), []
    for month in np.datetime64("2019-06", "M") + np.arange(months):
        found = found.after(pledge, month, given)
        path.append(found.personnel)
    return np.array(path)  # [month, draw]


def test_the_courses_come_in_their_order():
    by_july = {course: forces(course)[1].mean() for course in COURSES[1:]}
    order = ("early", "on time", "late", "not")
    assert sorted(order, key=lambda c: -by_july[c]) == list(order)
    assert by_july["early"] > 9000 > by_july["late"]


def test_kept_on_time_the_level_is_there_on_its_day():
    """22 July is day 45 of the promise, which began on 7 June: 23 days in June, 22 by then."""
    june, july = forces("on time")[:2, 0]
    assert june < 9000 < july


def test_late_is_after_the_day_and_partly_is_never():
    late, partly = forces("late", 12), forces("partly", 12)
    assert (late[1] < 9000).all()
    assert (late[-1] > 9000).all()
    assert (partly[-1] < 9000).all()
    assert (partly[-1] > 4500).all()


def test_a_promise_that_is_not_kept_adds_nobody():
    assert forces("not") == pytest.approx(4500)


def test_unsaid_is_the_model_s_own_doubt():
    given = parameters(Luck(1, 4))
    pledge = Pledge(np.full(4, 9000.0), SINCE, DUE)
    month = np.datetime64("2019-06", "M")
    before = Deployment.before(given)
    unsaid = replace(pledge, course=np.zeros(4, np.int64))
    one, other = (before.after(p, month, given) for p in (pledge, unsaid))
    assert (one.personnel == other.personnel).all()
