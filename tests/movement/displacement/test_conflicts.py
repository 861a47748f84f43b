"""Rivals: the five open conflicts, against Flee's published errors and an equal split."""

from pathlib import Path

import numpy as np
import pytest

from entente.luck import Luck
from entente.world.movement.displacement.displace import displace
from entente.world.movement.displacement.folder import Folder, read
from entente.world.movement.displacement.inflow import Source
from entente.world.movement.displacement.rules import FLEE
from entente.world.movement.displacement.score import registered_people, score

# Mean rescaled ARD of Flee, with camp capacities (published validation settings); equal split.
FLEE_ERROR = {
    "burundi2015": 0.53, "car2013": 0.43, "mali2012": 0.36, "ssudan2013": 0.54, "syria2013": 0.38,
}  # fmt: skip
EQUAL_SPLIT = {
    "burundi2015": 0.75, "car2013": 0.78, "mali2012": 1.08, "ssudan2013": 0.74, "syria2013": 0.49,
}  # fmt: skip


@pytest.fixture(scope="module")
def conflicts(reference: Path) -> dict[str, Folder]:
    base = reference / "migration" / "conflicts"
    if not base.is_dir():
        pytest.skip(f"no conflicts in {reference}")
    return {name: read(base / name) for name in FLEE_ERROR}


def test_an_equal_split_scores_as_published(conflicts: dict[str, Folder]) -> None:
    for name, folder in conflicts.items():
        even = np.ones_like(registered_people(folder))
        assert score(folder, even).rescaled == pytest.approx(EQUAL_SPLIT[name], abs=0.01)


@pytest.mark.parametrize("source", list(Source))
def test_without_capacities_the_errors_are_below_equal_split_and_mostly_below_flee(
    conflicts: dict[str, Folder], source: Source
) -> None:
    errors = {
        name: score(folder, displace(folder, Luck(1, 30), source=source).in_camp.mean(axis=0))
        for name, folder in conflicts.items()
    }
    assert all(errors[name].rescaled < EQUAL_SPLIT[name] for name in errors)
    assert sum(errors[name].rescaled < FLEE_ERROR[name] for name in errors) >= 4
    assert np.mean([found.rescaled for found in errors.values()]) < 0.42


def test_the_peers_rules_with_capacities_come_near_the_peers_error(
    conflicts: dict[str, Folder],
) -> None:
    for name in ("mali2012", "syria2013"):
        counts = displace(conflicts[name], Luck(1, 1), rules=FLEE, use_capacity=True).in_camp[0]
        assert score(conflicts[name], counts).rescaled == pytest.approx(FLEE_ERROR[name], abs=0.05)
