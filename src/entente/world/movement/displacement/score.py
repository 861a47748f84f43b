"""How far simulated camps are from registered ones."""

from dataclasses import dataclass

import numpy as np

from entente.evidence import FloatArray
from entente.world.movement.displacement.folder import Folder


@dataclass(frozen=True, slots=True)
class Score:
    """Means over days with people registered: shares of all registered people, 0 (right) to 2.

    `ard` is the averaged relative difference of Flee (Suleimenova, Bell and Groen 2017); `rescaled`
    the same after simulated counts are scaled to the registered sum; `misplaced` half of that.
    """

    ard: float
    rescaled: float
    misplaced: float


def score(folder: Folder, counts: FloatArray) -> Score:
    """Score counts [day, camp] against the corrected registrations of every camp, open or not."""
    registered = registered_people(folder)
    return Score(*_differences(np.asarray(counts, dtype=np.float64), registered))


def registered_people(folder: Folder) -> FloatArray:
    """Give the corrected registrations [day, camp] in persons."""
    columns = [folder.register(camp).daily(folder.days) for camp in folder.camps]
    return np.stack(columns, axis=1).astype(np.float64)


def _differences(counts: FloatArray, registered: FloatArray) -> tuple[float, float, float]:
    known = registered.sum(axis=1)
    days = known > 0
    if not days.any():
        return float("nan"), float("nan"), float("nan")
    known, counts, registered = known[days], counts[days], registered[days]
    simulated = counts.sum(axis=1)
    scale = np.divide(known, simulated, out=np.zeros_like(known), where=simulated > 0)
    ard = np.abs(counts - registered).sum(axis=1) / known
    rescaled = np.abs(counts * scale[:, None] - registered).sum(axis=1) / known
    return float(ard.mean()), float(rescaled.mean()), float(rescaled.mean() / 2)
