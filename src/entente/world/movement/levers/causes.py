"""Reasons to leave: what a change of each is taken to do to how many set out.

Evidence on single causes is weak and by place, so each effect is drawn from a range that holds zero
where the evidence does, and none moves a forecast unless a change is supplied. What the past
months of a series hold (last year's harvest, say) is in the forecast already: changes start there.
Mexican activity moves Mexicans through `feedback`.
"""

from collections.abc import Mapping
from typing import Final, TypeAlias

import numpy as np

from entente.evidence import FloatArray
from entente.places import GROUPS, NORTHERN_TRIANGLE
from entente.problems import InputProblemsError, Place, Problem, did_you_mean

Draws: TypeAlias = Mapping[str, FloatArray]

# Each cause with the unit of its change; the effect is the parameter `causes.<name>`.
CAUSES: Final[Mapping[str, str]] = {
    "homicide": "log change of the homicide rate at home",
    "drought": "change of the share of Dry Corridor households short of a harvest",
    "wage": "log change of real wages at home",
}
_TOUCHED: Final = np.array([group in NORTHERN_TRIANGLE for group in GROUPS])


def shifted(usual: FloatArray, given: Draws, changes: Mapping[str, FloatArray]) -> FloatArray:
    """Return the arrivals to be expected where causes change, as log effects that add.

    usual     arrivals with causes as they are                          [draw, month, group]
    changes   by cause, in its unit; only the three countries of northern Central America answer
                                                                        [month, group]

    Raises InputProblemsError for a cause that is not known or of another shape.
    """
    problems = [
        problem
        for cause, change in changes.items()
        for problem in _problems(cause, change, usual.shape[1:])
    ]
    if problems:
        raise InputProblemsError(problems)
    effect = np.zeros_like(usual)
    for cause, change in changes.items():
        effect += given[f"causes.{cause}"][:, None, None] * np.where(_TOUCHED, change, 0.0)
    return np.asarray(usual * np.exp(effect))


def _problems(cause: str, change: FloatArray, shape: tuple[int, ...]) -> list[Problem]:
    if cause not in CAUSES:
        text = f"'{cause}' is no cause that is known"
        return [Problem("E633", Place("causes"), cause, text, did_you_mean(cause, CAUSES))]
    if np.shape(change) != shape or not np.isfinite(change).all():
        text = f"{np.shape(change)} values; the run has {shape[0]} months and {shape[1]} groups"
        return [Problem("E634", Place("causes"), cause, text, "give a number for each of them")]
    return []
