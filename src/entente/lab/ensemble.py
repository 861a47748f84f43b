"""The month loop: an accord and a world taken in turn, over many draws at once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias, final

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from entente.accord.choices import Choices
from entente.accord.clauses.common import STATES
from entente.accord.document import Accord
from entente.accord.govern import Ledger
from entente.evidence import Evidence
from entente.lab.foresight import course, timed
from entente.lab.march import march
from entente.world.baseline import World
from entente.world.measures import AXES, BY_NAME

Progress: TypeAlias = Callable[[int], None]
_Month: TypeAlias = tuple[Mapping[str, NDArray[Any]], NDArray[np.int8]]


@final
@dataclass(frozen=True, slots=True)
class Ensemble:
    """What an accord did in every draw and month.

    dataset   one variable a measure [draw, month, *axes], and `clause_state`, the code of each
              clause's state at the month's end [draw, month, clause]
    ledger    how the law stands after the last month
    seen      what can be known after the last month
    """

    accord: Accord
    dataset: xr.Dataset
    ledger: Ledger
    seen: Evidence


def unroll(
    accord: Accord,
    world: World,
    months: int,
    choices: Choices,
    progress: Progress = lambda done: None,
    *,
    ahead: bool = True,
    believed: float | None = None,
) -> Ensemble:
    """Run an accord forward from the world's start; every accord meets the same luck there.

    ahead      whether buyers stock up ahead of duties; not where texts are only weighed
    believed   see `Settings.believed`
    """
    courses, history = [], []
    for month in march(accord, world, months, choices):
        courses.append(course(accord, month.levers, month.ledger, world.luck.draws))
        history.append((month.state.measures, month.ledger.codes))
        progress(len(history))
    measures = [measures for measures, _ in history]
    if ahead:
        measures = timed(accord, world, choices, courses, measures, believed)
    codes = [codes for _, codes in history]
    dataset = _dataset(accord, world, list(zip(measures, codes, strict=True)))
    return Ensemble(accord, dataset, month.ledger, world.observe(month.state))


def _dataset(accord: Accord, world: World, history: Sequence[_Month]) -> xr.Dataset:
    """Stack the months of each measure under their names and labels; counts stay whole."""
    months = (world.start + np.arange(len(history))).astype("datetime64[ns]")
    first = world.luck.first
    coords: dict[str, Any] = {"draw": first + np.arange(world.luck.draws), "month": months}
    variables: dict[str, Any] = {}
    for name, before in history[0][0].items():
        measure = BY_NAME[name]
        kind = np.int32 if measure.counts_people else np.float32
        shape = (len(before), len(history), *before.shape[1:])
        monthly = np.empty(shape, kind)  # [draw, month, *axes]
        for index, (measures, _) in enumerate(history):
            monthly[:, index] = measures[name]
        labels = {"title": measure.title, "unit": measure.unit}
        variables[name] = (("draw", "month", *measure.axes), monthly, labels)
        coords |= {axis: [str(label) for label in AXES[axis]] for axis in measure.axes}
    codes = np.stack([codes for _, codes in history], axis=1)
    variables["clause_state"] = (("draw", "month", "clause"), codes, {"states": " ".join(STATES)})
    coords["clause"] = list(accord.clauses)
    return xr.Dataset(variables, coords)
