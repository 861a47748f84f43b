"""The dice against the paper's vectors, a plain twin, and the laws of probability."""

import numba
import numpy as np
import pytest
from scipy import stats

from entente.luck import Luck
from entente.world.movement import dice

from . import plain

KEY = np.array([0x0123456789ABCDEF, 0x5555], dtype=np.uint64)


@numba.njit
def _philox(words):
    return dice.philox(words[0], words[1], words[2], words[3], words[4], words[5])


@numba.njit
def _uniforms(hand, key, draw, purpose, count):
    mine = hand[0]
    dice.deal(mine, key, draw)
    dice.seat(mine, purpose)
    return np.array([dice.uniform(mine) for _ in range(count)])


@numba.njit
def _binomials(hand, key, n, p, count):
    mine = hand[0]
    dice.deal(mine, key, 3)
    out = np.empty(count, dtype=np.int64)
    for i in range(count):
        out[i] = dice.binomial(mine, n, p)
    return out


@numba.njit
def _scatters(hand, key, n, shares, count):
    mine = hand[0]
    dice.deal(mine, key, 4)
    out = np.zeros((count, len(shares) + 1), dtype=np.int64)
    for i in range(count):
        out[i, -1] = dice.scatter(mine, n, shares, out[i, :-1])
    return out


@numba.njit
def _gammas(hand, key, shape, count):
    mine = hand[0]
    dice.deal(mine, key, 5)
    return np.array([dice.gamma(mine, shape) for _ in range(count)])


@numba.njit
def _drifts(hand, key, shares, concentration, count):
    mine = hand[0]
    dice.deal(mine, key, 6)
    out = np.empty((count, len(shares)))
    for i in range(count):
        out[i] = shares
        dice.drift(mine, out[i], concentration)
    return out


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ([0] * 6, "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
        ([0xFFFFFFFF] * 6, "408f276d 41c83b0e a20bc7c6 6d5451fd"),
        (
            [0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344, 0xA4093822, 0x299F31D0],
            "d16cfe09 94fdcceb 5001e420 24126ea1",
        ),
    ],
)
def test_the_generator_gives_the_vectors_its_authors_published(words, expected):
    got = _philox(np.array(words, dtype=np.uint64))
    assert " ".join(f"{int(word):08x}" for word in got) == expected


def test_uniforms_are_those_of_the_plain_twin():
    for draw, purpose in ((0, 0), (7, 300), (2**35 + 1, 65_535)):
        assert _uniforms(dice.hand(), KEY, draw, purpose, 9).tolist() == plain.uniforms(
            KEY, draw, purpose, 9
        )


def test_draws_purposes_and_names_share_no_numbers():
    keys = [Luck(1, 1).of(name).key() for name in ("rain", "wind")]
    streams = [
        _uniforms(dice.hand(), k, d, p, 50) for k in keys for d in range(3) for p in range(3)
    ]
    assert len(np.unique(np.concatenate(streams))) == 50 * len(streams)


@pytest.mark.parametrize(
    ("n", "p"),
    [
        (1, 0.3),
        (7, 0.02),
        (25, 0.39),
        (40, 0.25),
        (64, 0.5),
        (300, 0.93),
        (20_000, 0.17),
        (3, 0.98),
    ],
)
def test_binomial_counts_follow_the_binomial_law(n, p):
    count = 200_000
    got = _binomials(dice.hand(), KEY, n, p, count)
    low, high = stats.binom.ppf([1e-4, 1 - 1e-4], n, p)
    edges = np.unique(np.r_[-1, np.arange(low, high, max(1, (high - low) // 50)), n])
    expected = np.diff(stats.binom.cdf(edges, n, p)) * count
    observed = np.histogram(got, edges + 0.5)[0]
    enough = expected > 5
    rest = np.array([expected[~enough].sum(), observed[~enough].sum()])
    chi = (((observed - expected) ** 2 / expected)[enough]).sum() + (rest[1] - rest[0]) ** 2 / max(
        rest[0], 5
    )
    assert stats.chi2.sf(chi, max(enough.sum() - 1, 1)) > 1e-3


def test_a_binomial_at_its_ends_is_certain():
    assert set(_binomials(dice.hand(), KEY, 10, 0.0, 20)) == {0}
    assert set(_binomials(dice.hand(), KEY, 10, 1.0, 20)) == {10}
    assert set(_binomials(dice.hand(), KEY, 0, 0.5, 20)) == {0}


def test_scattered_counts_add_up_and_covary_as_a_multinomial():
    shares, n, count = np.array([0.2, 0.5, 0.1]), 80, 100_000
    got = _scatters(dice.hand(), KEY, n, shares, count)
    whole = np.r_[shares, 0.2]
    assert (got.sum(axis=1) == n).all()
    np.testing.assert_allclose(got.mean(axis=0), n * whole, rtol=0.01)
    expected = n * (np.diag(whole) - np.outer(whole, whole))
    np.testing.assert_allclose(np.cov(got.T), expected, atol=0.25)


@pytest.mark.parametrize("shape", [0.4, 1.0, 9.5])
def test_gamma_numbers_follow_the_gamma_law(shape):
    assert stats.kstest(_gammas(dice.hand(), KEY, shape, 50_000), "gamma", (shape,)).pvalue > 1e-3


def test_drifting_shares_keep_their_mean_and_never_revive_an_empty_place():
    shares = np.array([0.6, 0.0, 0.4])
    got = _drifts(dice.hand(), KEY, shares, 99.0, 50_000)
    np.testing.assert_allclose(got.sum(axis=1), 1.0)
    assert (got[:, 1] == 0).all()
    np.testing.assert_allclose(got.mean(axis=0), shares, atol=0.002)
    np.testing.assert_allclose(got[:, 0].var(), 0.6 * 0.4 / 100, rtol=0.03)
