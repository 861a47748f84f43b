"""A tree of decisions and what each party would choose in it, found from the last decision back.

At a decision in month t a party weighs, for each answer, what it expects to follow,

    W(answer) = sum_{s = t}^{t + patience - 1} delta^(s - t) u(s) - audience(answer),          (4)

with u(s) the worth of month s under what all parties would choose later. It takes the answer of
most worth; where the model does not know its mind to less than `doubt` dollars, the odds are

    P(answer) = exp(W(answer) / doubt) / sum over answers of exp(W / doubt)                     (5)

(the logit response of McKelvey and Palfrey, Experimental Economics 1998). Without doubt this is
backward induction.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias, final

import numpy as np
from scipy.special import softmax

from entente.evidence import FloatArray

Answer: TypeAlias = bool | float | str
# What months are worth by what is at stake: stake -> US dollars a month [month].
Worths: TypeAlias = Mapping[str, FloatArray]
Made: TypeAlias = tuple[tuple[str, date, Answer], ...]


@final
@dataclass(frozen=True, slots=True)
class Mind:
    """How a party weighs: see `Player`; `stakes` are its own, `at_home` among them."""

    stakes: tuple[str, ...]
    discount: float
    patience: int
    doubt: float

    def weighs(self, worths: Worths, month: int) -> dict[str, float]:
        """Return the discounted worth of each own stake, from a month on. Equation (4)."""
        window = slice(month, month + self.patience)
        months = worths[self.stakes[0]][window].size
        return {
            stake: float(worths[stake][window] @ self.discount ** np.arange(months))
            for stake in self.stakes
        }


@final
@dataclass(frozen=True, slots=True)
class Leaf:
    """A whole course of decisions, and what it is worth; `at_home` of each party is zero."""

    worths: Worths


@final
@dataclass(frozen=True, slots=True)
class Decision:
    """A party answers a choice on a day, knowing what was decided before.

    month      number of the month in the course
    branches   what follows each answer                           [answer]
    audience   US dollars that an answer costs the party at home  [answer]
    undone     chance that others undo an answer at once, as if the first had been given   [answer]
    """

    party: str
    choice: str
    day: date
    month: int
    after: Made
    answers: tuple[Answer, ...]
    branches: tuple["Decision | Leaf", ...]
    audience: tuple[float, ...]
    undone: tuple[float, ...]


Node: TypeAlias = Decision | Leaf


@final
@dataclass(frozen=True, slots=True)
class Solved:
    """A decision with the odds of its answers and why.

    worth    of each answer to the party that decides, US dollars, audience included    [answer]
    parts    the same by stake                                       stake -> [answer]
    expected   what all stakes are worth in each month, as the odds have it
    """

    decision: Decision
    odds: FloatArray
    worth: FloatArray
    parts: Mapping[str, FloatArray]
    expected: Worths
    branches: tuple["Solved | Leaf", ...]

    @property
    def takes(self) -> Answer:
        """Return the likeliest answer."""
        return self.decision.answers[int(np.argmax(self.odds))]


def solve(node: Node, minds: Mapping[str, Mind]) -> Solved | Leaf:
    """Return a tree with the odds of every answer, from the last decision back to the first."""
    if isinstance(node, Leaf):
        return node
    branches = tuple(solve(branch, minds) for branch in node.branches)
    follows = [
        branch.worths if isinstance(branch, Leaf) else branch.expected for branch in branches
    ]
    follows = [_mixed(follows[0], after, p) for after, p in zip(follows, node.undone, strict=True)]
    mind = minds[node.party]
    weighed = [mind.weighs(worths, node.month) for worths in follows]
    parts = {stake: np.array([row[stake] for row in weighed]) for stake in mind.stakes}
    parts[at_home(node.party)] = parts[at_home(node.party)] - np.array(node.audience)
    worth = np.asarray(np.sum(list(parts.values()), axis=0))
    odds = _odds(worth, mind.doubt)
    expected = {
        stake: np.tensordot(odds, np.stack([worths[stake] for worths in follows]), axes=1)
        for stake in follows[0]
    }
    expected[at_home(node.party)][node.month] -= float(odds @ np.array(node.audience))
    return Solved(node, odds, worth, parts, expected, branches)


def at_home(party: str) -> str:
    """Name the stake under which what its decisions cost a party at home is carried."""
    return f"{party} at home"


def _mixed(first: Worths, other: Worths, undone: float) -> Worths:
    if undone == 0:
        return other
    return {stake: (1 - undone) * other[stake] + undone * first[stake] for stake in other}


def _odds(worth: FloatArray, doubt: float) -> FloatArray:
    """Return equation (5); without doubt the better answer, the earlier of equals."""
    if doubt > 0:
        return np.asarray(softmax(worth / doubt))
    sure = np.zeros(worth.size)
    sure[int(np.argmax(worth))] = 1.0
    return sure
