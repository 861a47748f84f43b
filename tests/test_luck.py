"""Luck belongs to a name and a draw, never to the block it is computed in."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from entente.luck import Luck


@given(seed=st.integers(0, 2**40), draws=st.integers(2, 30), size=st.integers(1, 9), data=st.data())
def test_any_split_of_the_draws_gives_the_same_numbers(seed, draws, size, data):
    cut = data.draw(st.integers(1, draws - 1))
    whole = Luck(seed, draws).of("harvest").uniform(size)
    left = Luck(seed, cut).of("harvest").uniform(size)
    right = Luck(seed, draws - cut, first=cut).of("harvest").uniform(size)
    assert np.array_equal(whole, np.concatenate([left, right]))


@given(seed=st.integers(0, 2**40), draws=st.integers(1, 20))
def test_twice_the_draws_give_the_same_first_half(seed, draws):
    once, twice = Luck(seed, draws).of("wage"), Luck(seed, 2 * draws).of("wage")
    assert np.array_equal(once.normal(3), twice.normal(3)[:draws])


def test_each_name_has_its_own_luck():
    luck = Luck(1, 4)
    streams = [luck.of("a"), luck.of("b"), luck.of("a", "b"), luck.of("ab"), Luck(2, 4).of("a")]
    assert len({s.uniform(2).tobytes() for s in streams}) == len(streams)


def test_names_nest_without_clashing():
    luck = Luck(1, 3)
    assert np.array_equal(luck.of("a", "b").uniform(), luck.of("a").of("b").uniform())


def test_uniforms_are_uniform_and_normals_normal():
    luck = Luck(7, 200_000)
    uniform, normal = luck.of("u").uniform(), luck.of("n").normal()
    assert 0 < uniform.min() < uniform.max() < 1
    assert abs(uniform.mean() - 0.5) < 0.003
    assert abs(uniform.var() - 1 / 12) < 0.001
    assert abs(normal.mean()) < 0.01
    assert abs(normal.std() - 1) < 0.01
