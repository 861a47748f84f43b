"""Reasons to leave: small, uncertain, and moving nobody unless supposed to change."""

import csv
from collections import defaultdict

import numpy as np
import pytest

from entente.evidence import Levers
from entente.places import GROUPS, Group
from entente.problems import InputProblemsError
from entente.world import sources
from entente.world.movement.levers.causes import CAUSES
from entente.world.parameters import table

from .test_movement import JUNE, _actual, _run


def _change(months: int, value: float) -> np.ndarray:
    return np.full((months, len(GROUPS)), value)


def test_every_cause_has_a_range_that_holds_zero():
    for cause in CAUSES:
        row = table()[f"causes.{cause}"]
        assert row.low < 0 < row.high


def test_a_change_of_nothing_changes_nobody():
    movement = _actual(JUNE, 2, 10)
    still = movement.where({cause: _change(2, 0.0) for cause in CAUSES})
    one, other = (_run(m, [Levers()] * 2)[-1] for m in (movement, still))
    assert (one.stocks == other.stocks).all()


def test_causes_move_northern_central_americans_by_their_elasticities():
    movement = _actual(JUNE, 3, 500)
    change = _change(3, np.log(1.2))
    moved = np.log(movement.where({"homicide": change}).usual / movement.usual)
    for index, group in enumerate(GROUPS):
        effect = movement.given["causes.homicide"] * np.log(1.2)
        touched = group in (Group.GTM, Group.HND, Group.SLV)
        np.testing.assert_allclose(moved[:, 0, index], effect if touched else 0.0, atol=1e-12)
    both = movement.where({"homicide": change, "wage": change}).usual
    one_by_one = movement.where({"homicide": change}).where({"wage": change}).usual
    np.testing.assert_allclose(both, one_by_one)


@pytest.mark.parametrize(
    ("cause", "change", "code"),
    [("homicides", _change(2, 0.1), "E633"), ("wage", _change(3, 0.1), "E634")],
)
def test_an_unknown_cause_or_another_shape_is_refused(cause, change, code):
    with pytest.raises(InputProblemsError) as refused:
        _actual(JUNE, 2, 5).where({cause: change})
    assert [problem.code for problem in refused.value.problems] == [code]


def test_homicide_and_arrivals_moved_apart_as_often_as_together(reference):
    """Rival: national homicide rates 2014-2017 against CBP counts; so the range holds zero."""
    rates = defaultdict(dict)
    with (reference / "migration" / "homicide_rates_northern_triangle.csv").open() as file:
        for row in csv.DictReader(file):
            if row["rate_per_100k"] and row["country"] != "MEX":
                rates[row["country"]][int(row["year"])] = float(row["rate_per_100k"])
    held = sources.border_counts()
    signs = []
    for country, by_year in rates.items():
        for year in (y for y in by_year if y + 1 in by_year):
            came = [_in_year(held, country, y) for y in (year, year + 1)]
            signs.append((by_year[year + 1] > by_year[year]) == (came[1] > came[0]))
    assert len(signs) == 8
    assert 2 <= sum(signs) <= 6


def _in_year(held: sources.BorderCounts, country: str, year: int) -> int:
    first = int((np.datetime64(f"{year}-01", "M") - held.first).astype(int))
    return int(held.counts[first : first + 12, GROUPS.index(Group(country))].sum())
