"""Forecasts from many past origins, scored beside simple rivals by regime."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Final, final

import numpy as np

from entente.evidence import FloatArray
from entente.grid import Grid, Tabled
from entente.luck import Luck
from entente.places import ALL
from entente.problems import InputProblemsError, Place, Problem
from entente.world.movement.pressure import scores
from entente.world.movement.pressure.fit import SHORTEST, Fit, fit_each
from entente.world.movement.pressure.forecast import SERIES_ORDER
from entente.world.movement.pressure.rivals import RIVALS, Rival
from entente.world.movement.pressure.season import YEAR
from entente.world.sources import BorderCounts

if TYPE_CHECKING:
    import pandas as pd

MODEL: Final = "entente"

# Regimes by the month of the origin, each from its first month on.
REGIMES: Final = (
    ("calm", np.datetime64("1999-01")),
    ("accord", np.datetime64("2019-01")),
    ("expulsions", np.datetime64("2020-03")),  # 42 U.S.C. 265, to May 2023
    ("after", np.datetime64("2023-05")),
)


@final
@dataclass(frozen=True, slots=True)
class Score:
    """How one model did at one horizon over the origins of a regime.

    crps, wis   in the counts' unit;   log_crps   on log(1 + count)
    mase        absolute error of the median over the mean absolute yearly change before the origin
    coverage80  share of counts within the central 80 % band
    mean_rank, spread_rank   mean and standard deviation of the PIT: 0.5 and 0.289 when calibrated
    skill       1 - CRPS over that of the best rival
    """

    regime: str
    group: str
    horizon: int
    model: str
    origins: int
    crps: float
    log_crps: float
    wis: float
    mase: float
    coverage80: float
    mean_rank: float
    spread_rank: float
    skill: float


@final
class Scores(tuple[Score, ...], Tabled):
    """The scores of a backtest, by regime, group, horizon and model."""

    __slots__ = ()

    def table(self) -> "pd.DataFrame":
        """Return a row for each score, as `entente backtest --out` writes them."""
        import pandas as pd

        return pd.DataFrame([asdict(score) for score in self])

    def grid(self) -> Grid:
        """Lay out how far each model was from what came, and whether its bands held it."""
        columns = ["regime", "group", "horizon", "model", "origins", "crps", "mase", "coverage80"]
        note = "Lower crps and mase are better; coverage80 should be near 0.8."
        return Grid.of("scores of past forecasts", self.table()[columns], note)


def backtest(
    counts: BorderCounts,
    origins: Sequence[np.datetime64],
    horizons: Sequence[int],
    luck: Luck,
    groups: Sequence[str] = (ALL,),
    progress: Callable[[int], None] = lambda done: None,
) -> Scores:
    """Score forecasts without interventions from each origin, refitted on the months up to it.

    A month ahead that is not known yet is left out of the scores.

    Raises InputProblemsError when an origin is outside the series or too early in it.
    """
    known = _known(counts, origins)
    every = np.column_stack([counts.total, counts.counts]).astype(np.float64)  # [month, series]
    columns = [SERIES_ORDER.index(group) for group in groups]
    fits = fit_each(every[:, 1:], counts.first, list(origins))
    told = [
        _samples(fit, every[:end], columns, max(horizons), luck.of(str(fit.through)))
        for fit, end in zip(fits, _counted(known, progress), strict=True)
    ]
    found: list[Score] = []
    for name, chosen in _by_regime(origins):
        for column, group in enumerate(groups):
            for horizon in horizons:
                scored = [i for i in chosen if known[i] + horizon <= len(every)]
                if scored:
                    cases = [_case(told[i], every[:, columns[column]], known[i], column, horizon)
                             for i in scored]  # fmt: skip
                    found += _scored(name, group, horizon, cases)
    return Scores(found)


def months_between(start: np.datetime64, end: np.datetime64) -> list[np.datetime64]:
    """List the months from `start` to `end`, both included."""
    return list(np.arange(start, end + 1))


def _known(counts: BorderCounts, origins: Sequence[np.datetime64]) -> list[int]:
    """Return how many months are known at each origin."""
    known = [int((origin - counts.first).astype(int)) + 1 for origin in origins]
    earliest = counts.first + SHORTEST - 1
    problems = [
        Problem(
            "E630",
            Place(counts.series),
            "",
            f"no forecast from {origin}: the months run from {counts.first} to {counts.last}",
            f"choose origins from {earliest} to {counts.last}",
        )
        for origin, n in zip(origins, known, strict=True)
        if not SHORTEST <= n <= len(counts.counts)
    ]
    if problems:
        raise InputProblemsError([problems[0], *problems[1:][-1:]])
    return known


def _counted(known: list[int], progress: Callable[[int], None]) -> Iterator[int]:
    for done, end in enumerate(known, 1):
        yield end
        progress(done)


def _samples(
    fit: Fit, past: FloatArray, columns: list[int], horizon: int, luck: Luck
) -> dict[str, FloatArray]:
    """Return every model's samples of the chosen columns; [draw, ahead, series]."""
    groups = fit.paths(horizon, luck.of("pressure"))
    both = np.concatenate([groups.sum(axis=2, keepdims=True), groups], axis=2)
    return {MODEL: both[:, :, columns]} | {
        name: np.stack(
            [_rival(rival, one, horizon, luck.of(name)) for one in past[:, columns].T], 2
        )
        for name, rival in RIVALS.items()
    }


def _rival(rival: Rival, past: FloatArray, horizon: int, luck: Luck) -> FloatArray:
    counts: FloatArray = np.exp(rival(np.log(past + 0.5), horizon, luck))
    return counts


def _by_regime(origins: Sequence[np.datetime64]) -> Iterator[tuple[str, list[int]]]:
    """Give each regime's origins, then all of them when there is more than one regime."""
    starts = [first for _, first in REGIMES]
    regime = [sum(origin >= first for first in starts) - 1 for origin in origins]
    held = sorted(set(regime))
    for r in held:
        yield REGIMES[r][0], [i for i, here in enumerate(regime) if here == r]
    if len(held) > 1:
        yield "all", list(range(len(origins)))


@final
@dataclass(frozen=True, slots=True)
class _Case:
    """One origin and horizon: what each model drew, what came, and a yearly change for scale."""

    drawn: dict[str, FloatArray]
    came: float
    scale: float


def _case(
    told: dict[str, FloatArray], series: FloatArray, known: int, column: int, horizon: int
) -> _Case:
    yearly = np.abs(series[YEAR:known] - series[: known - YEAR]).mean()
    drawn = {name: samples[:, horizon - 1, column] for name, samples in told.items()}
    return _Case(drawn, float(series[known + horizon - 1]), float(yearly))


def _scored(regime: str, group: str, horizon: int, cases: list[_Case]) -> list[Score]:
    """Score every model on the same cases, best rival by CRPS setting the skill."""
    came = np.array([case.came for case in cases])
    scale = np.array([case.scale for case in cases])
    drawn = {name: np.stack([case.drawn[name] for case in cases]) for name in cases[0].drawn}
    crps = {name: float(scores.crps(samples, came).mean()) for name, samples in drawn.items()}
    best = min(crps[name] for name in RIVALS)
    return [
        Score(
            regime,
            group,
            horizon,
            name,
            len(cases),
            crps[name],
            float(scores.log_crps(samples, came).mean()),
            float(scores.weighted_interval(samples, came).mean()),
            float((np.abs(np.median(samples, axis=1) - came) / scale).mean()),
            float(scores.covered(samples, came).mean()),
            float(scores.rank(samples, came).mean()),
            float(scores.rank(samples, came).std()),
            1 - crps[name] / best,
        )
        for name, samples in drawn.items()
    ]
