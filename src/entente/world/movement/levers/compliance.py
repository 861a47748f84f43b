"""What becomes of a pledge: forces come early or late, in full or in part, and so does the effect.

Forces move toward what is finally delivered at a constant rate a day,

    F(s) = F_end + (F(0) - F_end) exp(-s / tau),                                     (3)

with F_end the larger of the forces already there and delivery x pledge, so a pledge no larger than
what stands there moves nobody. The strength of the programme is the forces added, relative to what
a programme of the size whose effect is known, kept in full at the ordinary pace, has added at the
same age: 1 is that programme, and the most.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias, final

import numpy as np

from entente.evidence import COURSES, FloatArray, Pledge
from entente.world.parameters import table

Draws: TypeAlias = Mapping[str, FloatArray]

# The learned programme began on 7 July 2014: its first month held 25 of 31 days.
_FIRST_MONTH: Final = 25 / 31
_DAYS_A_MONTH: Final = 30.4375
_REACH: Final = 3.0  # time constants to the day a promised level is reached: 95 % of the goal then


@final
@dataclass(frozen=True, slots=True)
class Deployment:
    """Forces at the southern border at the end of a month.

    personnel   in place                                                        [draw]
    months      months since the pledge came into force, its first month counting the
                share of days it held; -1 where it never did                    [draw]
    worked      the same, of the part whose effect the record before the run holds; -1 for none
    strength    relative to the known programme, mean over the month            [draw]
    in_force    share of the month in which the programme ran                   [draw]
    """

    personnel: FloatArray
    months: FloatArray
    worked: FloatArray
    strength: FloatArray
    in_force: FloatArray

    @classmethod
    def before(cls, given: Draws) -> "Deployment":
        """Return the forces in place before any pledge."""
        existing = given["movement.guard_existing"]
        none = np.zeros_like(existing)
        return cls(existing.copy(), none - 1, none - 1, none, none)

    def after(
        self, pledge: Pledge | None, month: np.datetime64, given: Draws, *, opening: bool = False
    ) -> "Deployment":
        """Return the forces a month later, under a pledge or under none. Equation (3).

        In the opening month of a run a pledge may have been in force for months already.
        """
        existing, tau = given["movement.guard_existing"], given["movement.guard_days"]
        pledged = np.zeros_like(existing) if pledge is None else np.maximum(pledge.level, 0.0)
        goal = np.maximum(existing, given["movement.guard_delivery"] * pledged)
        if pledge is not None and pledge.course is not None:
            goal, tau = _kept(pledge, existing, goal, tau, given)
        begins = (self.months < 0) & (pledged > 0)
        share, gone = _in_force(pledge, month)
        if not opening:
            gone = 0.0
        start, _ = _approach(self.personnel, goal, np.where(begins, gone, 0.0), tau)
        days = days_in(month) * np.where(begins, share, 1.0)
        end, mean = _approach(start, goal, days, tau)
        earlier = gone / _DAYS_A_MONTH
        months = np.where(
            begins, earlier + share, np.where(self.months >= 0, self.months + 1, -1.0)
        )
        known = _known_programme(months, np.where(begins, share, 1.0))
        added = np.where(months >= 0, mean - existing, 0.0)
        return Deployment(
            personnel=end,
            months=months,
            worked=np.where(begins & (earlier > 0), earlier, self.worked),
            strength=np.clip(added / known, 0.0, 1.0),
            in_force=np.where(begins, share, (self.months >= 0).astype(np.float64)),
        )


def _kept(
    pledge: Pledge, existing: FloatArray, goal: FloatArray, tau: FloatArray, given: Draws
) -> tuple[FloatArray, FloatArray]:
    """Return where forces head and how fast, as the promise is kept; unsaid: as they were.

    Kept on time, equation (3) reaches the promised level on the day it is due; early, in half that
    time; late, in the time that late promises have taken. Kept partly, a part of what was to be
    added comes in time; not kept, none.
    """
    course = np.asarray(pledge.course)
    due = float(max((pledge.due - pledge.since).days, 1))
    times: dict[str, float | FloatArray] = {
        "early": 0.5,
        "on time": 1.0,
        "partly": 1.0,
        "late": given["politics.late"],
    }
    added = np.maximum(pledge.level - existing, 0.0)
    for name, factor in times.items():
        holds = course == COURSES.index(name)
        part = given["politics.partly"] if name == "partly" else 1.0
        goal = np.where(holds, existing + part * added / (1 - np.exp(-_REACH)), goal)
        tau = np.where(holds, factor * due / _REACH, tau)
    return np.where(course == COURSES.index("not"), existing, goal), tau


def answer(effect: FloatArray, deployment: Deployment) -> FloatArray:
    """Return the log effect of a programme of this age and strength, by draw and group.

    `effect[:, :, a]` is the effect in the programme's month `a` when it began as early in its month
    as the one it was learned from; between months it is interpolated, before the first it is zero.
    What a programme had done before the run is in the record, and not counted again.

    effect   log effect of the known programme    [draw, group, age]
    returns                                       [draw, group]
    """
    more = _at(effect, deployment.months) - _at(effect, deployment.worked)
    return np.asarray(deployment.strength[:, None] * more)


def _at(effect: FloatArray, months: FloatArray) -> FloatArray:
    """Return the effect at an age in months, zero where the programme has not begun."""
    draws, groups, ages = effect.shape
    padded = np.concatenate([np.zeros((draws, groups, 1)), effect], axis=2)
    # Position 0 is the month before; the known programme's first month sits at 1.
    position = np.clip(months - _FIRST_MONTH + 1, 0.0, float(ages))
    low = np.minimum(position.astype(np.int64), ages - 1)
    part = (position - low)[:, None]
    rows = np.arange(draws)
    learned = (1 - part) * padded[rows, :, low] + part * padded[rows, :, low + 1]
    return np.where((months >= 0)[:, None], learned, 0.0)


def days_in(month: np.datetime64) -> int:
    """Return the number of days of a month.

    >>> days_in(np.datetime64("2020-02", "M"))
    29
    """
    first = month.astype("datetime64[M]")
    return int(((first + 1).astype("datetime64[D]") - first.astype("datetime64[D]")).astype(int))


def _in_force(pledge: Pledge | None, month: np.datetime64) -> tuple[float, float]:
    """Return the share of the month's days on which a pledge holds, and its days before them."""
    if pledge is None:
        return 1.0, 0.0
    first = month.astype("datetime64[M]").astype("datetime64[D]")
    since = int((np.datetime64(pledge.since, "D") - first).astype(int))
    length = days_in(month)
    return (length - min(max(since, 0), length - 1)) / length, float(max(-since, 0))


def _approach(
    start: FloatArray, goal: FloatArray, days: FloatArray, tau: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return forces at the end of `days` and their mean over them. Equation (3)."""
    decay = np.exp(-days / tau)
    end = goal + (start - goal) * decay
    mean = goal + (start - goal) * (1 - decay) * tau / np.maximum(days, 1e-9)
    return end, mean


def _known_programme(months: FloatArray, share: FloatArray) -> FloatArray:
    """Return the forces that the known programme had added, mean over its month of this age."""
    rows = table()
    tau = rows["movement.guard_days"].value
    full = rows["movement.guard_programme"].value - rows["movement.guard_existing"].value
    length = _DAYS_A_MONTH * share
    until_now = _DAYS_A_MONTH * np.maximum(months, share) - length
    decay = np.exp(-until_now / tau) * (1 - np.exp(-length / tau)) * tau / length
    return np.asarray(full * (1 - decay))
