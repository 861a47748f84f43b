"""A forecast as integers, quantiles and rows."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, final

import numpy as np

from entente.evidence import FloatArray, IntArray
from entente.grid import Grid, Tabled
from entente.luck import Luck
from entente.places import ALL, GROUPS
from entente.problems import InputProblemsError, Place, Problem, did_you_mean
from entente.world.movement.pressure.outlook import outlook
from entente.world.sources import BorderCounts

if TYPE_CHECKING:
    import pandas as pd

LEVELS: Final = (0.05, 0.10, 0.25, 0.50, 0.75, 0.90, 0.95)
SERIES_ORDER: Final = (ALL, *GROUPS)


@final
@dataclass(frozen=True, slots=True)
class Forecast(Tabled):
    """Counts of the months after `through`, events a month.

    samples   ALL, the sum, before the groups        [draw, month, series]
    """

    through: np.datetime64  # [M]
    samples: IntArray

    @property
    def months(self) -> np.ndarray:
        """Return the months ahead [month]."""
        months: np.ndarray = self.through + 1 + np.arange(self.samples.shape[1])
        return months

    def quantiles(self) -> FloatArray:
        """Return the quantiles at `LEVELS`; [level, month, series]."""
        quantiles: FloatArray = np.quantile(self.samples, LEVELS, axis=0)
        return quantiles

    def quantile_rows(self) -> Iterator[str]:
        """Write a line for each month and group after a header; columns as the header says."""
        yield ",".join(["target_month,group,mean", *(f"p{level * 100:02.0f}" for level in LEVELS)])
        mean, at = self.samples.mean(axis=0), self.quantiles()
        for m, month in enumerate(self.months):
            for g, group in enumerate(SERIES_ORDER):
                values = (mean[m, g], *at[:, m, g])
                yield f"{month},{group}," + ",".join(f"{value:.1f}" for value in values)

    def table(self) -> "pd.DataFrame":
        """Return mean and quantiles by month and group, as `entente forecast` writes them."""
        import pandas as pd

        head, *lines = (line.split(",") for line in self.quantile_rows())
        words = head[:2]
        return pd.DataFrame(lines, columns=head).astype(dict.fromkeys(head[len(words) :], float))

    def grid(self) -> Grid:
        """Lay out the forecast of all groups together."""
        shown = self.table().query(f"group == '{ALL}'")
        columns = ["target_month", "p05", "p50", "p95"]
        return Grid.of(f"forecast from {self.through}, events a month", shown[columns])

    def sample_rows(self, first: int = 0) -> Iterator[str]:
        """Write a line for each month, group and draw, a header first; draws count from `first`."""
        yield "target_month,group,draw,count"
        for m, month in enumerate(self.months):
            for g, group in enumerate(SERIES_ORDER):
                for draw, count in enumerate(self.samples[:, m, g].tolist(), first):
                    yield f"{month},{group},{draw},{count}"


def forecast(
    counts: BorderCounts,
    through: np.datetime64,
    horizon: int,
    luck: Luck,
    begun: Mapping[str, np.datetime64] | None = None,
) -> Forecast:
    """Forecast the months after `through` from the months up to it.

    begun   the month in which each kind of lever is pulled, known already or assumed

    Raises InputProblemsError when the data are too short, or no past episode tells what a kind of
    lever does.
    """
    begun = begun or {}
    eve = min((month - 1 for month in begun.values()), default=through)
    ahead = outlook(counts, through, horizon, luck, eve)
    unknown = [lever for lever in begun if lever not in ahead.effects]
    if unknown:
        raise InputProblemsError([_unlearned(lever, through, ahead.effects) for lever in unknown])
    groups = np.floor(ahead.under(begun)).astype(np.int64)  # logs were taken of count + 1/2
    return Forecast(through, np.concatenate([groups.sum(axis=2, keepdims=True), groups], axis=2))


def _unlearned(lever: str, through: np.datetime64, known: Mapping[str, FloatArray]) -> Problem:
    text = f"no episode of '{lever}' is on record by {through}, so its effect has no estimate"
    return Problem("E631", Place("forecast"), "", text, did_you_mean(lever, known))
