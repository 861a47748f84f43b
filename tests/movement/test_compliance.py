"""What becomes of a pledge."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from entente.evidence import Pledge
from entente.luck import Luck
from entente.world.movement.levers.compliance import Deployment, answer, days_in
from entente.world.parameters import parameters, table

JUNE = np.datetime64("2019-06", "M")


def _given(draws: int = 1, **values: float) -> dict[str, np.ndarray]:
    central = {name: row.value for name, row in table().items()}
    changed = {f"movement.{name}": value for name, value in values.items()}
    return {name: np.full(draws, value) for name, value in {**central, **changed}.items()}


def _pledge(level: float, draws: int = 1) -> Pledge:
    return Pledge(np.full(draws, level), since=date(2019, 6, 7), due=date(2019, 7, 22))


def test_forces_approach_what_is_delivered_day_by_day():
    given_ = _given(guard_delivery=1.5, guard_days=30.0)
    june = Deployment.before(given_).after(_pledge(6000), JUNE, given_)
    assert june.personnel[0] == pytest.approx(9000 - 4500 * np.exp(-24 / 30))
    july = june.after(_pledge(6000), JUNE + 1, given_)
    assert july.personnel[0] == pytest.approx(9000 - 4500 * np.exp(-55 / 30))
    assert june.in_force[0] == pytest.approx(24 / 30)
    assert july.in_force[0] == 1


def test_a_pledge_in_full_at_the_ordinary_pace_is_the_known_programme():
    given_ = _given(guard_delivery=1.0)
    forces = Deployment.before(given_)
    for month in range(6):
        forces = forces.after(_pledge(6000), JUNE + month, given_)
        assert forces.strength[0] == pytest.approx(1.0, abs=0.03)


def test_a_pledge_no_larger_than_what_stands_there_moves_nobody():
    given_ = _given(guard_delivery=1.0)
    forces = Deployment.before(given_)
    for month in range(4):
        forces = forces.after(_pledge(4500), JUNE + month, given_)
    assert forces.personnel[0] == 4500
    assert forces.strength[0] == 0


def test_without_a_pledge_nothing_begins_and_after_one_ends_forces_go_back():
    given_ = _given()
    idle = Deployment.before(given_).after(None, JUNE, given_)
    assert (idle.months, idle.strength) == (-1, 0)
    forces = Deployment.before(given_)
    for month in range(6):
        forces = forces.after(_pledge(6000), JUNE + month, given_)
    high = forces.personnel[0]
    for month in range(6, 18):
        forces = forces.after(_pledge(0), JUNE + month, given_)
    assert forces.personnel[0] == pytest.approx(4500, abs=1)
    assert high > 6500
    assert forces.strength[0] < 0.01


@given(low=st.floats(0, 20_000), more=st.floats(0, 20_000), seed=st.integers(0, 99))
def test_a_larger_pledge_never_brings_fewer_forces(low, more, seed):
    given_ = parameters(Luck(seed, 20))
    small = large = Deployment.before(given_)
    for month in range(4):
        small = small.after(_pledge(low, 20), JUNE + month, given_)
        large = large.after(_pledge(low + more, 20), JUNE + month, given_)
        assert (large.personnel >= small.personnel - 1e-9).all()
        assert (large.strength >= small.strength - 1e-12).all()
        assert ((small.strength >= 0) & (large.strength <= 1)).all()


def test_the_effect_is_read_at_its_age_and_none_before_it_begins():
    effect = np.tile(np.array([-0.2, -0.6, -1.0]), (1, 5, 1))
    given_ = _given(guard_delivery=1.0)
    forces = Deployment.before(given_)
    assert (answer(effect, forces) == 0).all()
    expected = []
    for month in range(5):
        forces = forces.after(_pledge(6000), JUNE + month, given_)
        expected.append(answer(effect, forces)[0, 0] / forces.strength[0])
    np.testing.assert_allclose(expected, [-0.2, -0.6, -1.0, -1.0, -1.0], atol=0.01)


def test_a_programme_that_begins_at_a_months_end_works_the_month_after():
    effect = np.tile(np.array([-0.2, -0.6, -1.0]), (1, 5, 1))
    given_ = _given(guard_delivery=1.0)
    late = Pledge(np.array([6000.0]), since=date(2019, 6, 30), due=date(2019, 9, 1))
    june = Deployment.before(given_).after(late, JUNE, given_)
    assert answer(effect, june)[0, 0] > -0.05
    july = june.after(late, JUNE + 1, given_)
    assert -0.35 < answer(effect, july)[0, 0] < -0.2


def test_what_a_programme_did_before_the_run_is_not_counted_again():
    effect = np.tile(np.array([-0.2, -0.6, -1.0, -1.1]), (1, 5, 1))
    given_ = _given(guard_delivery=1.0)
    forces = Deployment.before(given_)
    for month in range(3):
        forces = forces.after(_pledge(6000), JUNE + month, given_)
    late = Deployment.before(given_).after(_pledge(6000), JUNE + 2, given_, opening=True)
    assert late.personnel[0] == pytest.approx(forces.personnel[0], abs=1)
    assert late.months[0] == pytest.approx(forces.months[0], abs=0.05)
    assert answer(effect, late)[0, 0] == pytest.approx(-1.0 - -0.6, abs=0.03)
    fresh = Deployment.before(given_).after(_pledge(6000), JUNE + 2, given_)
    assert fresh.months[0] == 1  # within a run, a pledge begins when it first holds


def test_months_have_their_days():
    assert [days_in(np.datetime64(m, "M")) for m in ("2019-02", "2020-02", "2019-12")] == [
        28,
        29,
        31,
    ]
