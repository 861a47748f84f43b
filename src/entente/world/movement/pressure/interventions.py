"""What past interventions did, month by month after they began, and what the next may do.

An episode's effect is how far the log counts of the months after it came from what was to be
expected on its eve. Month 0 is the one in which it began. Effects grow and fade along a profile,

    effect(a) = size * (1 - exp(-(a + 1/2) / ramp)) * 2^(-a / half)                            (2)

which a kind of lever shares, while sizes differ by group and by episode as far as the past says
they do (partial pooling; DerSimonian and Laird 1986). Two readings of a past size are held equally
likely: that the next has the same size, or that it undoes the same share of the surge on its eve,
which is what mostly provokes it. A group that had no surge then says nothing of a share and keeps
its size. A kind never seen before has no estimate.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Final, final

import numpy as np
from numpy.typing import NDArray

from entente.evidence import FloatArray
from entente.luck import Luck
from entente.places import GROUPS, NORTHERN_TRIANGLE, Group
from entente.world.movement.pressure.fit import SHORTEST, Fit, fit_each

SEASON: Final = 3  # months over which a surge is measured
LEAST: Final = 0.25  # a smaller surge does not tell what share of it was undone
AGES: Final = 36  # months of an effect that are told apart; later ones stay at the last
RAMP: Final = (0.25, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0)  # months
HALF: Final = (2.0, 3.0, 4.0, 6.0, 9.0, 12.0, 18.0, 24.0, 36.0, 60.0)  # months
_PRACTICE: Final = Luck(seed=0, draws=1000, name=("pressure", "episodes"))


@final
@dataclass(frozen=True, slots=True)
class Episode:
    """A lever pulled in the past: its kind, the month in which it began, and who announced it."""

    lever: str
    began: np.datetime64  # [M]
    source: str


EPISODES: Final = (
    Episode(
        "transit_enforcement",
        np.datetime64("2014-07"),
        "Mexico's Southern Border Programme, announced 2014-07-07",
    ),
    Episode(
        "expectations",
        np.datetime64("2017-01"),
        "Change of administration in the United States, 2017-01-20",
    ),
    Episode(
        "deterrence",
        np.datetime64("2018-04"),
        "Zero tolerance, US Attorney General, 2018-04-06",
    ),
    Episode(
        "transit_enforcement",
        np.datetime64("2019-06"),
        "Joint declaration of the United States and Mexico, 2019-06-07",
    ),
    Episode(
        "expulsion",
        np.datetime64("2020-03"),
        "Expulsions under 42 U.S.C. 265, US CDC order of 2020-03-20",
    ),
)

# Whom a kind of lever can touch. Controls on people in transit through Mexico do not meet
# Mexicans, who serve as the check on the rest.
TOUCHED: Final[Mapping[str, tuple[Group, ...]]] = {
    "transit_enforcement": tuple(g for g in GROUPS if g != Group.MEX),
    "expectations": GROUPS,
    "deterrence": GROUPS,
    "expulsion": GROUPS,
}

# Groups whose sizes are taken to be alike; the others lean on them.
ALIKE: Final = NORTHERN_TRIANGLE


@final
@dataclass(frozen=True, slots=True)
class Aftermath:
    """The months after an episode began, as far as they were known at the origin.

    surge       how far counts stood above the year before  [group]
    deviation   log count less its expectation on the eve   [group, age]
    error       deviations of that expectation's own draws  [draw, group, age]
    """

    lever: str
    surge: FloatArray
    deviation: FloatArray
    error: FloatArray


@final
@dataclass(frozen=True, slots=True)
class Effect:
    """The distribution of a lever's log effect on the groups it touches.

    profiles   equation (2) with size 1, once for each reading           [case, age]
    standing   cumulative weight                                         [case]
    size       expected size                                             [case, group]
    shared     standard deviation that groups have in common             [case, group]
    own        standard deviation of each group's own                    [case, group]
    """

    lever: str
    profiles: FloatArray
    standing: FloatArray
    size: FloatArray
    shared: FloatArray
    own: FloatArray

    def draw(self, luck: Luck) -> FloatArray:
        """Draw log effects; zero for groups that the lever does not touch; [draw, group, age]."""
        luck = luck.of("effect", self.lever)
        rank = luck.of("profile").uniform()
        which = np.minimum(np.searchsorted(self.standing, rank), len(self.standing) - 1)
        touched = [GROUPS.index(group) for group in TOUCHED[self.lever]]
        shock = luck.of("size").normal(1 + len(touched))
        size = self.size[which] + self.shared[which] * shock[:, :1]
        size = size + self.own[which] * shock[:, 1:]  # [draw, touched group]
        effect = np.zeros((luck.draws, len(GROUPS), AGES))
        effect[:, touched] = size[:, :, None] * self.profiles[which, None, :]
        return effect


def effects(
    observed: FloatArray, first: np.datetime64, through: np.datetime64, eve: np.datetime64
) -> Mapping[str, Effect]:
    """Learn the effect of each kind of lever from the episodes begun by `through`.

    observed   counts [month, group], from `first`; months after `through` are not looked at
    eve        last month before a lever is pulled, `through` or earlier
    """
    seen = aftermaths(observed, first, through)
    surge = surge_at(observed, first, eve)
    return {
        lever: learn(lever, [a for a in seen if a.lever == lever], surge)
        for lever in dict.fromkeys(one.lever for one in seen)
    }


def surge_at(observed: FloatArray, first: np.datetime64, month: np.datetime64) -> FloatArray:
    """Return how far three months of log counts stood above the year before, at least 0; [group].

    observed   counts [month, group], from `first`
    """
    end = int((month - first).astype(int)) + 1
    log = np.log(observed[end - SEASON - 12 : end] + 0.5)
    surge: FloatArray = np.maximum(0.0, (log[-SEASON:] - log[:SEASON]).mean(axis=0))
    return surge


def aftermaths(
    observed: FloatArray, first: np.datetime64, through: np.datetime64
) -> list[Aftermath]:
    """Set each past episode's months against what was expected on its eve.

    An episode is read until the next one of any kind begins, or until `through`.
    """
    earliest = first + SHORTEST
    known = [e for e in EPISODES if earliest <= e.began <= through]
    if not known:
        return []
    eves = fit_each(observed, first, [e.began - 1 for e in known], checked=False)
    ends = [*(e.began for e in known[1:]), through + 1]
    return [
        _aftermath(episode, eve, observed, first, end)
        for episode, eve, end in zip(known, eves, ends, strict=True)
    ]


def _aftermath(
    episode: Episode, eve: Fit, observed: FloatArray, first: np.datetime64, end: np.datetime64
) -> Aftermath:
    ages = min(AGES, int((end - episode.began).astype(int)))
    touched = [GROUPS.index(group) for group in TOUCHED[episode.lever]]
    drawn = np.log(eve.paths(ages, _PRACTICE)).transpose(0, 2, 1)[:, touched]
    expected = np.median(drawn, axis=0)  # [group, age]
    row = int((episode.began - first).astype(int))
    came = np.log(observed[row : row + ages, touched] + 0.5).T
    surge = surge_at(observed, first, episode.began - 1)[touched]
    return Aftermath(episode.lever, surge, came - expected, drawn - expected)


def learn(lever: str, seen: Sequence[Aftermath], surge: FloatArray) -> Effect:
    """Pool the aftermaths of one kind of lever, for a next one pulled at a surge of [group].

    The whole deviation from the expected path is put down to the lever; that the path would have
    strayed by itself shows in the spread of sizes, not in smaller ones.
    """
    profiles = _profiles()
    fitted = [_sizes(one, profiles) for one in seen]
    sizes, variances, fit = (np.array(part) for part in zip(*fitted, strict=True))
    together = float(np.mean([_together(one) for one in seen]))
    groups = sizes.shape[2]
    score = fit.sum(axis=0) / (1 + (groups - 1) * together)  # groups that err together count less
    weight = np.exp(score - score.max())
    alike = np.array([group in ALIKE for group in TOUCHED[lever]])
    then = np.maximum(LEAST, [one.surge for one in seen])[:, None]  # [episode, 1, group]
    now = surge[[GROUPS.index(group) for group in TOUCHED[lever]]]
    surged = np.all(then > LEAST, axis=(0, 1))  # [group]
    same = _pool(sizes, variances, together, alike)
    share = [part * now for part in _pool(sizes / then, variances / then**2, together, alike)]
    undone = [np.where(surged, other, one) for one, other in zip(same, share, strict=True)]
    readings = (same, undone)  # equally likely
    return Effect(
        lever,
        np.tile(profiles, (len(readings), 1)),
        np.cumsum(np.tile(weight / weight.sum(), len(readings)) / len(readings)),
        *(np.concatenate(parts) for parts in zip(*readings, strict=True)),
    )


def _profiles() -> FloatArray:
    """List equation (2) for every pair of ramp and half-life, each with size 1; [profile, age]."""
    age = np.arange(AGES)
    return np.array(
        [
            (1 - np.exp(-(age + 0.5) / ramp)) * 0.5 ** (age / half)
            for ramp, half in product(RAMP, HALF)
        ]
    )


def _sizes(one: Aftermath, profiles: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Fit a size to each group by generalised least squares against the error of the expectation.

    A path that strays keeps straying, so what tells most is how fast it left its course.

    returns   sizes [profile, group], their error variances [profile, group], and the log
              likelihood of each profile, as if groups erred apart [profile]
    """
    shape = profiles[:, : one.deviation.shape[1]]  # [profile, age]
    sizes, variances = [], []
    fit = np.zeros(len(profiles))
    for deviation, error in zip(one.deviation, one.error.transpose(1, 2, 0), strict=True):
        noise = np.cov(error).reshape(len(error), -1)
        noise += np.diag(np.full(len(error), noise[0, 0] / 2))  # what does not last
        pull = np.linalg.solve(noise, shape.T).T  # [profile, age]
        variance = 1 / (pull * shape).sum(axis=1)
        size = variance * (pull @ deviation)
        sizes.append(size)
        variances.append(variance)
        fit += size**2 / variance / 2
    return np.array(sizes).T, np.array(variances).T, fit


def _together(one: Aftermath) -> float:
    """Return the mean correlation between groups of the first month's errors, at least 0."""
    groups = one.error.shape[1]
    correlation = np.corrcoef(one.error[:, :, 0], rowvar=False).reshape(groups, groups)
    return max(0.0, float(correlation[np.triu_indices(groups, 1)].mean()))


def _pool(
    sizes: FloatArray, variances: FloatArray, together: float, alike: NDArray[np.bool_]
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Predict the next episode's sizes from those of past ones [episode, profile, group].

    Part of a size's error is met by all groups together, the rest by each alone. As much as groups
    that are alike differ beyond that, a group is taken to differ from one episode to the next.

    together   correlation of errors between groups
    returns    size, shared and own spread, each [profile, group]
    """
    group = sizes.mean(axis=0)  # [profile, group]
    error = variances.mean(axis=0) / len(sizes)  # [profile, group]
    alone = (1 - together) * error
    kin = group[:, alike]
    middle = kin.mean(axis=1, keepdims=True)
    noise = alone[:, alike].mean(axis=1, keepdims=True)
    apart = np.maximum(kin.var(axis=1, ddof=1, keepdims=True) - noise, 0.0)  # [profile, 1]
    trust = apart / (apart + alone)
    shared = np.sqrt(
        together * error[:, alike].mean(axis=1, keepdims=True) + (apart + noise) / alike.sum()
    )
    own = np.sqrt(apart * (1 - trust) + apart)
    return middle + trust * (group - middle), np.broadcast_to(shared, group.shape), own
