"""The fit that comes with the data: what the months to one origin teach, learned once.

Its table names the digest of the counts that it was learned from; any other counts, origin or eve
are fitted afresh. Numbers are written so that they read back to the last bit.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import numpy as np

from entente.evidence import FloatArray
from entente.world.movement.pressure.fit import Fit
from entente.world.movement.pressure.interventions import Effect
from entente.world.movement.pressure.season import Habits
from entente.world.sources import BorderCounts, rows

TABLE: Final = "forecast-fit"
COLUMNS: Final = ("part", "row", "values")
ORIGIN: Final = np.datetime64("2019-05", "M")  # the eve of the first accord
_FIT: Final = ("log_rate", "echoes", "standing", "pool", "widening")
_EFFECT: Final = ("profiles", "standing", "size", "shared", "own")

Learned = tuple[Mapping[str, Effect], Fit]


def held(counts: BorderCounts, eve: np.datetime64) -> Learned | None:
    """Return the shipped fit if it was learned from just these counts and on this eve."""
    if (counts.last, eve) != (ORIGIN, ORIGIN):
        return None
    table = rows(TABLE)
    if table[0]["values"] != counts.digest():
        return None
    parts: dict[str, list[FloatArray]] = {}
    for row in table[1:]:
        parts.setdefault(row["part"], []).append(np.array(row["values"].split(), np.float64))
    return _whole({part: np.stack(values) for part, values in parts.items()})


def table_rows(counts: BorderCounts, learned: Learned) -> Iterator[Sequence[object]]:
    """Lay a fit out as rows of `COLUMNS`, the digest of its counts first."""
    effects, fit = learned
    yield "counts", 0, counts.digest()
    for part in _FIT:
        yield from _laid(part, getattr(fit, part))
    for lever, effect in effects.items():
        for part in _EFFECT:
            yield from _laid(f"{lever}/{part}", getattr(effect, part))


def _laid(part: str, values: FloatArray) -> Iterator[Sequence[object]]:
    for row, line in enumerate(values.reshape(len(values), -1)):
        yield part, row, " ".join(repr(float(value)) for value in line)


def _whole(parts: Mapping[str, FloatArray]) -> Learned:
    """Put the rows of each part [row, rest] together again."""
    groups = parts["pool"].shape[1]
    fit = Fit(
        through=ORIGIN,
        log_rate=parts["log_rate"],
        habits=Habits.candidates(),
        echoes=parts["echoes"].reshape(len(parts["echoes"]), -1, groups),
        standing=parts["standing"],
        pool=parts["pool"],
        widening=parts["widening"][:, 0],
    )
    levers = dict.fromkeys(part.partition("/")[0] for part in parts if "/" in part)
    effects = {
        lever: Effect(
            lever,
            profiles=parts[f"{lever}/profiles"],
            standing=parts[f"{lever}/standing"][:, 0],
            size=parts[f"{lever}/size"],
            shared=parts[f"{lever}/shared"],
            own=parts[f"{lever}/own"],
        )
        for lever in levers
    }
    return effects, fit
