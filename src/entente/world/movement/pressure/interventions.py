"""What past interventions did, month by month after they began, and what the next may do.

An episode's effect is how far the log counts of the months after it came from what was to be
expected on its eve. Month 0 is the one in which it began. Effects grow and fade along a profile,

    effect(a) = size * (1 - exp(-(a + 1/2) / ramp)) * 2^(-a / half)                            (2)

which a kind of lever shares, while sizes differ by group and by episode as far as the past says
they do (partial pooling; DerSimonian and Laird 1986). A kind never seen before has no estimate.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Final, final

import numpy as np

from entente.evidence import FloatArray
from entente.luck import Luck
from entente.places import GROUPS, Group
from entente.world.movement.pressure.fit import SHORTEST, Fit, fit_each

AGES: Final = 36  # months of an effect that are told apart; later ones stay at the last
RAMP: Final = (0.25, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0)  # months
HALF: Final = (2.0, 3.0, 4.0, 6.0, 9.0, 12.0, 18.0, 24.0, 36.0, 60.0)  # months
TOGETHER: Final = 6  # months of a path that err together and count as one
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


@final
@dataclass(frozen=True, slots=True)
class Aftermath:
    """The months after an episode began, as far as they were known at the origin.

    deviation   log count less its expectation on the eve   [group, age]
    error       deviations of that expectation's own draws  [draw, group, age]
    """

    lever: str
    deviation: FloatArray
    error: FloatArray


@final
@dataclass(frozen=True, slots=True)
class Effect:
    """The distribution of a lever's log effect on the groups it touches.

    profiles   candidates of equation (2), size 1                        [profile, age]
    standing   their cumulative weight                                   [profile]
    size       expected size under each                                  [profile, group]
    shared     standard deviation that all groups have in common         [profile]
    own        standard deviation of each group's own                    [profile, group]
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
        size = self.size[which] + self.shared[which, None] * shock[:, :1]
        size = size + self.own[which] * shock[:, 1:]  # [draw, touched group]
        effect = np.zeros((luck.draws, len(GROUPS), AGES))
        effect[:, touched] = size[:, :, None] * self.profiles[which, None, :]
        return effect


def effects(
    observed: FloatArray, first: np.datetime64, through: np.datetime64
) -> Mapping[str, Effect]:
    """Learn the effect of each kind of lever from the episodes begun by `through`.

    observed   counts [month, group], from `first`; months after `through` are not looked at
    """
    seen = aftermaths(observed, first, through)
    levers = dict.fromkeys(one.lever for one in seen)
    return {lever: learn(lever, [a for a in seen if a.lever == lever]) for lever in levers}


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
    return Aftermath(episode.lever, came - expected, drawn - expected)


def learn(lever: str, seen: Sequence[Aftermath]) -> Effect:
    """Pool the aftermaths of one kind of lever.

    The whole deviation from the expected path is put down to the lever; that the path would have
    strayed by itself shows in the spread of sizes, not in smaller ones.
    """
    profiles = _profiles()
    misfit = np.zeros(len(profiles))
    sizes, variances = [], []
    for one in seen:
        size, variance, left = _sizes(one, profiles)
        sizes.append(size)
        variances.append(variance)
        misfit += left
    months = sum(one.deviation.size for one in seen) / TOGETHER
    weight = np.exp(-months / 2 * np.log(misfit / misfit.min()))
    return Effect(
        lever,
        profiles,
        np.cumsum(weight / weight.sum()),
        *_pool(np.array(sizes), np.array(variances)),
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
    """Fit a size to each group, months weighed by how surely they could be foreseen.

    returns   sizes [profile, group], their error variances [profile, group], misfit [profile]
    """
    ages = one.deviation.shape[1]
    shape = profiles[:, None, :ages]  # [profile, 1, age]
    weight = 1 / one.error.var(axis=0)  # [group, age]
    weight /= weight.sum(axis=1, keepdims=True)
    pull = weight * shape / (weight * shape**2).sum(axis=2, keepdims=True)  # [profile, group, age]
    size = np.einsum("pga,ga->pg", pull, one.deviation)
    strayed = np.einsum("pga,dga->pgd", pull, one.error)
    left = one.deviation - size[:, :, None] * shape
    return size, strayed.var(axis=2), (weight * left**2).sum(axis=(1, 2))


def _pool(sizes: FloatArray, variances: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Predict the next episode's sizes from those of past ones [episode, profile, group].

    Groups meet the same shocks, so their errors are taken to be shared within an episode. What
    sizes differ by beyond that is both how groups differ and how episodes of a kind do.

    returns   size [profile, group], shared [profile], own [profile, group]
    """
    episodes = len(sizes)
    group = sizes.mean(axis=0)  # [profile, group]
    middle = group.mean(axis=1, keepdims=True)
    apart = ((sizes - middle) ** 2).sum(axis=(0, 2)) / max(1, sizes[:, 0].size - 1)  # [profile]
    error = variances.mean(axis=0) / episodes  # [profile, group]
    trust = apart[:, None] / (apart[:, None] + error)
    shared = np.sqrt(error.mean(axis=1) + apart / sizes.shape[2])
    own = np.sqrt(apart[:, None] * (1 - trust))
    return middle + trust * (group - middle), shared, own
