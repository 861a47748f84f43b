"""What the months up to an origin teach: which habits hold, how surprises fall, how wide to be."""

from dataclasses import dataclass, replace
from typing import Final, final

import numpy as np

from entente.evidence import FloatArray
from entente.luck import Luck
from entente.world.movement.pressure.season import (
    MEMORY,
    RHO,
    Habits,
    extend,
    surprises,
)

HALF_LIFE: Final = 36.0  # months after which a surprise counts half
TAIL: Final = 5.0  # degrees of freedom of the Student likelihood that ranks habits
WARM_UP: Final = 25  # months without which a surprise is still settling
SHORTEST: Final = 48  # months of history needed
TRAILING: Final = 96  # origins on which past bands are checked
FURTHEST: Final = 12  # months ahead to which they are checked
SLOWING: Final = 2.0  # logs beyond the record by which growth has halved its pace
LEVEL: Final = 0.8  # of the band that is checked
TRUST: Final = 0.75  # part of a widening, in logs, that is used
FEWEST: Final = 24  # past origins that may change a band
_PRACTICE: Final = Luck(seed=0, draws=512, name=("pressure", "practice"))


@final
@dataclass(frozen=True, slots=True)
class Fit:
    """Everything about the past that a path needs.

    through    the last month known                               [M]
    log_rate   log daily counts                                   [month, group]
    echoes     surprises of the last 14 months by candidate       [14, habit, group]
    standing   cumulative weight of each candidate                [habit, group]
    pool       past surprises to draw from                        [past, group]
    widening   factor on the spread that makes past bands honest  [ahead]
    """

    through: np.datetime64
    log_rate: FloatArray
    habits: Habits
    echoes: FloatArray
    standing: FloatArray
    pool: FloatArray
    widening: FloatArray

    def paths(self, horizon: int, luck: Luck) -> FloatArray:
        """Draw counts of the months ahead if no intervention begins; [draw, month, group].

        Each month has luck of its own name, so a longer horizon repeats the shorter one.
        """
        centre, spread = self._split(horizon, luck)
        log_rate = centre + self.stretch(horizon)[:, None] * spread
        return counts(slowed(log_rate, self.log_rate.max(axis=0)), self.through)

    def stretch(self, horizon: int) -> FloatArray:
        """Return the widening for each month ahead, held beyond the last one checked."""
        ahead = np.minimum(np.arange(horizon), len(self.widening) - 1)
        stretch: FloatArray = self.widening[ahead]
        return stretch

    def _split(self, horizon: int, luck: Luck) -> tuple[FloatArray, FloatArray]:
        """Return where each draw's habits lead and what surprises add; [draw, month, group]."""
        groups = np.arange(self.pool.shape[1])
        rank = luck.of("habit").uniform()  # [draw]
        habit = np.stack([np.searchsorted(self.standing[:, g], rank) for g in groups], axis=1)
        habit = np.minimum(habit, len(self.standing) - 1)  # [draw, group]
        surprise = self._surprises(horizon, luck)  # [ahead, draw, group]
        recent = self.log_rate[-MEMORY:]
        certain = extend(
            recent[:, None],
            self.echoes,
            self.habits.columns(),
            np.zeros((horizon, len(self.standing), len(groups))),
        )  # [ahead, habit, group]
        still = np.zeros((MEMORY, 1, len(groups)))
        spread = extend(still, still, self.habits.take(habit), surprise)
        return (
            certain[:, habit, groups].transpose(1, 0, 2),
            spread.transpose(1, 0, 2),
        )

    def _surprises(self, horizon: int, luck: Luck) -> FloatArray:
        """Draw whole past months, all groups together, each with either sign.

        Breaks of the past are in the pool as they were, and an old one counts as much as a new one,
        so bands know about shocks; the sign is free because past breaks do not say which way the
        next one goes.
        """
        drawn = []
        for month in self.through + 1 + np.arange(horizon):
            rank, sign = luck.of("surprise", str(month)).uniform(2).T
            past = (rank * len(self.pool)).astype(int)
            drawn.append(self.pool[past] * np.where(sign < 0.5, -1.0, 1.0)[:, None])
        return np.stack(drawn)


def fit(observed: FloatArray, first: np.datetime64, through: np.datetime64) -> Fit:
    """Learn from the months `first` to `through`; later rows are not looked at.

    observed   counts                        [month, group]

    Raises ValueError when fewer than 48 months are known or `through` is not among them.
    """
    return fit_each(observed, first, [through])[0]


def fit_each(
    observed: FloatArray, first: np.datetime64, origins: list[np.datetime64], checked: bool = True
) -> list[Fit]:
    """Fit at several origins, sharing the pass over the months; each sees only its own past.

    checked   whether bands are widened by how past ones fared, most of the work
    """
    known = [int((origin - first).astype(int)) + 1 for origin in origins]
    if min(known) < SHORTEST or max(known) > len(observed):
        raise ValueError(
            f"the counts hold {len(observed)} months from {first}; a fit through "
            f"{min(origins)} needs that month and {SHORTEST} in all up to it"
        )
    log_rate = _log_rate(observed[: max(known)], first)
    habits = Habits.candidates()
    surprise = surprises(log_rate, habits)
    reach = TRAILING + FURTHEST if checked else 0
    needed = {n - back for n in known for back in range(reach + 1) if n - back >= SHORTEST}
    bare = {n: _bare(log_rate[:n], surprise[:n], habits, first) for n in sorted(needed)}
    if not checked:
        return [bare[n] for n in known]
    misses = {n: _misses(bare[n], log_rate) for n in bare if n < max(known)}
    return [replace(bare[n], widening=_widening(misses, n)) for n in known]


def counts(log_rate: FloatArray, through: np.datetime64) -> FloatArray:
    """Turn log daily counts of the months after `through` into monthly counts.

    log_rate   [..., month, group]
    """
    ahead = through + 1 + np.arange(log_rate.shape[-2])
    monthly: FloatArray = np.exp(log_rate) * days(ahead)[:, None]
    return monthly


def slowed(log_rate: FloatArray, record: FloatArray) -> FloatArray:
    """Let growth beyond a group's record slow: an excess e in logs becomes 2 log(1 + e / 2).

    Nothing seen says how long growth beyond the record goes on, only that it ends; a model linear
    in logs has no end. Twice the record stays nearly that, twenty times becomes six and a half.

    log_rate   [..., group];   record   highest log daily count known [group]
    """
    excess = np.maximum(log_rate - record, 0.0)
    slowed: FloatArray = np.minimum(log_rate, record) + SLOWING * np.log1p(excess / SLOWING)
    return slowed


def days(months: np.ndarray) -> FloatArray:
    """Return the number of days of each month; [month]."""
    starts = months.astype("datetime64[D]")
    length: FloatArray = ((months + 1).astype("datetime64[D]") - starts).astype(np.float64)
    return length


def _log_rate(observed: FloatArray, first: np.datetime64) -> FloatArray:
    rate: FloatArray = np.log((observed + 0.5) / days(first + np.arange(len(observed)))[:, None])
    return rate


def _bare(log_rate: FloatArray, surprise: FloatArray, habits: Habits, first: np.datetime64) -> Fit:
    """Fit without asking how past bands fared."""
    settled = surprise[WARM_UP:]
    weight = 0.5 ** (np.arange(len(settled))[::-1] / HALF_LIFE)
    weight /= weight.sum()
    standing = _standing(settled, weight)
    return Fit(
        through=first + len(log_rate) - 1,
        log_rate=log_rate,
        habits=habits,
        echoes=surprise[-MEMORY:],
        standing=np.cumsum(standing, axis=0),
        pool=np.einsum("thg,hg->tg", settled, standing),
        widening=np.ones(1),
    )


def _standing(settled: FloatArray, weight: FloatArray) -> FloatArray:
    """Weigh candidates by how well they foresaw each month, recent months more; [habit, group]."""
    scale = np.sqrt(np.einsum("t,thg->hg", weight, settled**2) * (TAIL - 2) / TAIL)
    bent = np.log1p((settled / scale) ** 2 / TAIL)
    each = -(TAIL + 1) / 2 * np.einsum("t,thg->hg", weight, bent) - np.log(scale)
    months = 1 / np.square(weight).sum()  # the effective number of months behind the ranking
    standing = np.exp(months * (each - each.max(axis=0)))
    by_rho = standing.reshape(len(RHO), -1, standing.shape[1])
    shared: FloatArray = standing / np.repeat(by_rho.sum(axis=1), len(standing) // len(RHO), axis=0)
    return shared / len(RHO)


def _misses(past: Fit, log_rate: FloatArray) -> FloatArray:
    """Say how far the total fell from the median, in half-widths of the band; [ahead]."""
    known = len(past.log_rate)
    months = min(FURTHEST, len(log_rate) - known)
    total = np.log(past.paths(months, _PRACTICE).sum(axis=2))
    low, middle, high = np.quantile(total, [(1 - LEVEL) / 2, 0.5, (1 + LEVEL) / 2], axis=0)
    came = np.log(counts(log_rate[known : known + months], past.through).sum(axis=1))
    miss: FloatArray = np.abs(came - middle) / np.where(came < middle, middle - low, high - middle)
    return miss


def _widening(misses: dict[int, FloatArray], known: int) -> FloatArray:
    """Return split-conformal factors, at least 1, from origins whose months ahead were all known.

    Forecasts `ahead` months apart or less share what happened, so n of them count as n / ahead; the
    factor is that of one standard error above the level. Part of it is used, in logs: one break
    touches many of these origins, which tell less than they seem to.
    """
    factors = []
    for ahead in range(1, FURTHEST + 1):
        due = range(known - ahead - TRAILING + 1, known - ahead + 1)
        seen = [misses[n][ahead - 1] for n in due if n in misses]
        if len(seen) < FEWEST:
            factors.append(1.0)
            continue
        error = np.sqrt(LEVEL * (1 - LEVEL) * ahead / len(seen))
        factors.append(max(1.0, float(np.quantile(seen, min(1.0, LEVEL + error)))) ** TRUST)
    return np.array(factors)
