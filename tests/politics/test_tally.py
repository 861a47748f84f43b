"""A threshold names its base, and the exact tally is what counting every outcome gives."""

from itertools import product
from math import isclose

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from entente.world.politics.tally import Threshold, chance

TWO_THIRDS = Threshold.parse("2/3 of votes cast")
HALF = Threshold.parse("1/2 of votes cast")


def test_an_override_of_429_votes_needs_286_and_of_89_needs_60():
    assert TWO_THIRDS.needed(429) == 286
    assert TWO_THIRDS.needed(89) == 60


def test_a_tie_is_not_a_majority():
    assert HALF.needed(100) == 51


@pytest.mark.parametrize(
    "text", ["2/3", "two thirds of votes cast", "3/0 of seated", "5/4 of seated"]
)
def test_a_threshold_without_a_base_is_refused(text):
    with pytest.raises(ValueError, match="its base"):
        Threshold.parse(text)


def by_counting(threshold: Threshold, yea: list[float], attend: list[float]) -> float:
    """Sum the chances of every outcome in which the threshold is met, one by one."""
    total = 0.0
    for votes in product(("yea", "nay", "absent"), repeat=len(yea)):
        weight = 1.0
        for vote, p, a in zip(votes, yea, attend, strict=True):
            weight *= {"yea": a * p, "nay": a * (1 - p), "absent": 1 - a}[vote]
        base = len(yea) if threshold.base == "seated" else len(yea) - votes.count("absent")
        y = votes.count("yea")
        met = 2 * y > base if threshold.share * 2 == 1 else y >= threshold.share * base
        total += weight * met
    return total


@given(
    members=st.lists(st.tuples(st.floats(0.01, 0.99), st.floats(0, 1)), min_size=1, max_size=6),
    rule=st.sampled_from(
        ["1/2 of votes cast", "2/3 of votes cast", "3/5 of seated", "1/2 of seated"]
    ),
)
def test_the_exact_tally_equals_counting_every_outcome(members, rule):
    yea, attend = (list(column) for column in zip(*members, strict=True))
    threshold = Threshold.parse(rule)
    exact = chance(threshold, np.array(yea), np.array(attend))
    assert isclose(exact, by_counting(threshold, yea, attend), abs_tol=1e-12)


def test_a_common_shock_fattens_both_tails():
    yea, attend = np.full(435, 0.6), np.ones(435)
    assert chance(TWO_THIRDS, yea, attend) < 0.01 < chance(TWO_THIRDS, yea, attend, 0.1)
