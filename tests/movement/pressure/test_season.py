"""The seasonal recursion against plain loops, and forwards against backwards."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from entente.world.movement.pressure.season import MEMORY, Habits, extend, surprises


def one(rho: float, phi: float, theta: float, capital: float) -> Habits:
    return Habits(*(np.array([value]) for value in (rho, phi, theta, capital)))


def plain_surprises(
    x: list[float], rho: float, phi: float, theta: float, capital: float
) -> list[float]:
    """Equation (1), a month at a time."""
    e = [0.0] * len(x)
    for t in range(14, len(x)):
        z = [x[t - k] - x[t - k - 12] if t - k >= 12 else 0.0 for k in range(3)]
        carried = (rho + phi) * z[1] - rho * phi * z[2]
        echo = -theta * e[t - 1] - capital * e[t - 12] + theta * capital * e[t - 13]
        e[t] = z[0] - carried - echo
    return e


habits = st.tuples(st.floats(0.8, 1), st.floats(0, 0.8), st.floats(0, 0.8), st.floats(0, 0.9))


@given(habits, st.integers(0, 99))
def test_surprises_equal_those_of_a_plain_loop(habit, seed):
    x = np.random.default_rng(seed).normal(size=40)
    fast = surprises(x[:, None], one(*habit))[:, 0, 0]
    assert np.allclose(fast, plain_surprises(list(x), *habit), atol=1e-9)


@given(habits, st.integers(0, 99))
def test_feeding_surprises_back_gives_the_months_that_made_them(habit, seed):
    x = np.random.default_rng(seed).normal(size=40)
    e = surprises(x[:, None], one(*habit))
    again = extend(x[26 - MEMORY : 26, None, None], e[26 - MEMORY : 26], one(*habit), e[26:])
    assert np.allclose(again[:, 0, 0], x[26:], atol=1e-8)


def test_without_surprises_a_steady_season_repeats_itself():
    season = np.sin(np.arange(60) * np.pi / 6)
    still = np.zeros((MEMORY, 1, 1))
    ahead = extend(
        season[60 - MEMORY :, None, None], still, one(0.95, 0.3, 0.4, 0.7), np.zeros((24, 1, 1))
    )
    assert np.allclose(ahead[:, 0, 0], np.sin(np.arange(60, 84) * np.pi / 6))


def test_with_rho_below_one_a_surge_fades_towards_last_year():
    log = np.concatenate([np.zeros(24), np.full(12, 1.0)])
    still = np.zeros((MEMORY, 1, 1))
    ahead = extend(log[-MEMORY:, None, None], still, one(0.5, 0.0, 0.0, 0.0), np.zeros((12, 1, 1)))[
        :, 0, 0
    ]
    assert np.all(np.diff(ahead) < 0)
    assert ahead[-1] - log[-1] < 0.01
