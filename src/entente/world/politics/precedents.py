"""Votes on record: how often such votes were agreed to, and what they say of the next one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Final, Literal, TypeAlias, final

import numpy as np

from entente.language import counted, phrase
from entente.world.parameters import table
from entente.world.politics.bodies import Body
from entente.world.politics.tally import Threshold, chance
from entente.world.sources import rows

Question: TypeAlias = Literal["passage", "override"]

# 2 U.S.C. 2a for the House; US Constitution, article I section 3, with fifty states.
SEATS: Final = {"House": 435, "Senate": 100}
# Ten days, Sundays excepted, from when a bill is presented (article I section 7), with room for
# the presentation itself.
_TO_DECIDE: Final = timedelta(days=30)


@final
@dataclass(frozen=True, slots=True)
class Precedent:
    """One recorded vote of a chamber on a resolution against an emergency."""

    day: date
    measure: str
    chamber: str
    question: Question
    yea: int
    nay: int
    rule: Threshold
    agreed: bool


@final
@dataclass(frozen=True, slots=True)
class Frequency:
    """How many of the votes of one kind were agreed to."""

    agreed: int
    of: int

    @property
    def odds(self) -> float:
        """Return Laplace's rule of succession, which is never sure: (k + 1) / (n + 2)."""
        return (self.agreed + 1) / (self.of + 2)


@final
@dataclass(frozen=True, slots=True)
class Score:
    """Brier and log score (lower is better) of the tally and of the base rate on past votes."""

    question: Question
    votes: int
    brier: float
    log: float
    base_brier: float
    base_log: float


@cache
def precedents() -> tuple[Precedent, ...]:
    """Return every shipped vote, in order of day."""
    kept = [
        Precedent(
            date.fromisoformat(row["date"]),
            row["measure"],
            row["chamber"].capitalize(),
            "override" if row["question"] == "override" else "passage",
            int(row["yea"]),
            int(row["nay"]),
            Threshold.parse(row["rule"]),
            row["agreed"] == "yes",
        )
        for row in rows("legislature-votes")
    ]
    return tuple(sorted(kept, key=lambda vote: (vote.day, vote.chamber)))


def before(day: date) -> tuple[Precedent, ...]:
    """Return the votes taken before a day."""
    return tuple(vote for vote in precedents() if vote.day < day)


def frequency(votes: Sequence[Precedent], chamber: str, question: Question) -> Frequency:
    """Count how often one chamber agreed to one question."""
    kind = [vote for vote in votes if (vote.chamber, vote.question) == (chamber, question)]
    return Frequency(sum(vote.agreed for vote in kind), len(kind))


def vetoes(votes: Sequence[Precedent], day: date) -> Frequency:
    """Count the measures that two chambers passed, and those of them that came to an override.

    One passed within the last month and not yet voted on again still lies with the President.
    """
    passed: dict[str, dict[str, date]] = {}
    for vote in votes:
        if vote.question == "passage" and vote.agreed:
            passed.setdefault(vote.measure, {})[vote.chamber] = vote.day
    vetoed = {vote.measure for vote in votes if vote.question == "override"}
    decided = [
        measure
        for measure, days in passed.items()
        if len(days) > 1 and (measure in vetoed or max(days.values()) < day - _TO_DECIDE)
    ]
    return Frequency(sum(measure in vetoed for measure in decided), len(decided))


def from_totals(votes: Sequence[Precedent], chamber: str) -> Body | None:
    """Return a chamber whose members are all alike, as its recorded totals have it.

    Totals do not say who voted how: each member's chance is the pooled share of yeas, with one
    imagined vote on either side. None where no vote of the chamber is on record.
    """
    own = [vote for vote in votes if vote.chamber == chamber]
    if not own or chamber not in SEATS:
        return None
    yeas, cast = sum(v.yea for v in own), sum(v.yea + v.nay for v in own)
    seats = SEATS[chamber]
    origin = counted(
        "pooled from {count} recorded {chamber} vote, {first} to {last}, all members alike",
        "pooled from {count} recorded {chamber} votes, {first} to {last}, all members alike",
        len(own),
        chamber=phrase(chamber),
        first=own[0].day,
        last=own[-1].day,
    )
    share, present = (yeas + 1) / (cast + 2), min(cast / (seats * len(own)), 1.0)
    return Body(chamber, np.full(seats, share), np.full(seats, present), origin)


def scores(votes: Sequence[Precedent]) -> tuple[Score, ...]:
    """Score the tally on past votes, each told from the votes before it, beside the base rate."""
    told: dict[Question, list[tuple[float, float, bool]]] = {"passage": [], "override": []}
    correlation = table()["politics.vote_correlation"].value
    for vote in votes:
        earlier = [other for other in votes if other.day < vote.day]
        body = from_totals(earlier, vote.chamber)
        if body is not None:
            model = chance(vote.rule, body.yea, body.attend, correlation)
            base = frequency(earlier, vote.chamber, vote.question).odds
            told[vote.question].append((model, base, vote.agreed))
    return tuple(_score(question, rows) for question, rows in told.items() if rows)


def _score(question: Question, told: Sequence[tuple[float, float, bool]]) -> Score:
    model, base, agreed = (np.array(column, np.float64) for column in zip(*told, strict=True))
    return Score(
        question, len(told), brier(model, agreed), log_score(model, agreed),
        brier(base, agreed), log_score(base, agreed),
    )  # fmt: skip


def brier(odds: np.ndarray, came: np.ndarray) -> float:
    """Return the mean squared difference between odds and what came.

    >>> brier(np.array([1.0, 0.5]), np.array([1.0, 0.0]))
    0.125
    """
    return float(np.mean((odds - came) ** 2))


def log_score(odds: np.ndarray, came: np.ndarray) -> float:
    """Return the mean of minus the log of the odds given to what came, at most 13.8 for each.

    >>> round(log_score(np.array([0.5]), np.array([1.0])), 3)
    0.693
    """
    sure = np.clip(odds, 1e-6, 1 - 1e-6)
    return float(-np.mean(np.where(came > 0.5, np.log(sure), np.log(1 - sure))))
