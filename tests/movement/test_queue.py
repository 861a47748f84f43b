"""Queues, and the ways people come."""

import csv
from collections import deque

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from entente.places import GROUPS, SECTORS, Group, Sector
from entente.world import sources
from entente.world.movement.corridor.routes import distances, journey_months, shortest
from entente.world.movement.waiting.queue import mean_wait, months_of_work


def test_a_wait_without_service_is_without_end():
    got = months_of_work(np.array([12.0, 12.0, 0.0]), np.array([4.0, 0.0, 0.0]))
    assert got.tolist() == [3, np.inf, 0]


@given(
    joined=st.lists(st.integers(0, 9), min_size=1, max_size=12),
    leaving=st.lists(st.integers(0, 9), min_size=12, max_size=12),
)
def test_the_mean_wait_is_that_of_a_line_kept_person_by_person(joined, leaving):
    """Leavers are taken evenly over the line, as chance takes them in the mean."""
    line: deque[float] = deque()
    mean = np.zeros(1)
    for new, leave in zip(joined, leaving, strict=False):
        line = deque(w + 1 for w in line)
        weight = max(len(line) - leave, 0) / len(line) if line else 0
        stayed = weight * len(line)
        expected = (weight * sum(line) + 0.5 * new) / max(stayed + new, 1.0)
        mean = mean_wait(mean, np.array([stayed]), np.array([float(new)]))
        assert mean[0] == pytest.approx(expected)
        line = deque([mean[0]] * round(stayed + new))


@given(seed=st.integers(0, 999))
def test_shortest_ways_are_those_of_the_slow_relaxation(seed):
    dice = np.random.default_rng(seed)
    nodes = [str(n) for n in range(8)]
    links = [
        (nodes[a], nodes[b], float(dice.integers(1, 50)))
        for a in range(8)
        for b in range(a)
        if dice.random() < 0.4
    ]
    slow = dict.fromkeys(nodes, np.inf) | {"0": 0.0}
    for _ in nodes:
        for one, other, km in links:
            slow[other] = min(slow[other], slow[one] + km)
            slow[one] = min(slow[one], slow[other] + km)
    got = shortest(links, "0")
    assert got == {node: km for node, km in slow.items() if km < np.inf}


def _corridor():
    links = [(r["from"], r["to"], float(r["road_km"])) for r in sources.rows("corridor-links")]
    nodes = {r["id"]: Sector(r["sector"]) for r in sources.rows("corridor-nodes") if r["sector"]}
    return links, nodes


def test_hondurans_come_further_than_guatemalans_and_mexicans_least():
    km = distances(*_corridor())
    months = journey_months(km, np.full(len(SECTORS), 1 / len(SECTORS)), np.array([149.0]))[0]
    honduran, guatemalan, mexican = (
        months[GROUPS.index(g)] for g in (Group.HND, Group.GTM, Group.MEX)
    )
    assert honduran > guatemalan > mexican
    assert 0.1 < mexican < honduran < 1.5


def test_the_first_caravan_reaches_tijuana_in_about_its_month(reference):
    links, _ = _corridor()
    days = shortest(links, "SPS")["TIJ"] / 149
    assert days == pytest.approx(32, rel=0.05)
    with (reference / "migration" / "policy_events.csv").open(encoding="utf-8") as file:
        left = [r["date"] for r in csv.DictReader(file) if "caravan" in r["event"]]
    assert left == ["2018-10-13"]
