"""A negotiation: deals sampled over terms, tried, weighed beside no deal, and the points found."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final, NamedTuple, final

import numpy as np
import pandas as pd
from scipy.stats import qmc

from entente.accord.document import Accord
from entente.evidence import FloatArray
from entente.lab.crew import Hands
from entente.lab.settings import Settings
from entente.lab.work import Progress
from entente.outcome.play import reckoned, wanted
from entente.outcome.simulate import require_covered
from entente.plan.deals import bargain
from entente.plan.deals.emulator import Emulator
from entente.plan.deals.terms import Term, deal
from entente.plan.deals.trials import Bench, Trial
from entente.problems import InputProblemsError, Problem

_FINE: Final = 4096  # deals that the emulator is asked about
_STEP: Final = 0.1  # of a term's range, over which it is conceded
POINTS: Final = ("nash", "kalai-smorodinsky", "rubinstein")


class Concession(NamedTuple):
    """Moving a term by a tenth of its range in the other side's favour, from the Nash deal.

    cost   what it costs the side that concedes, and `gain` what it gives the other: US dollars
    """

    term: str
    by: str
    to: float
    cost: float
    gain: float

    @property
    def price(self) -> float:
        """Return what a dollar to the other costs; zero or less: both gain."""
        return self.cost / self.gain


@final
@dataclass(frozen=True, slots=True)
class Point:
    """A deal that was found and then run: what it holds and what it does.

    gains      over no deal, mean over draws, US dollars        [side]
    better     share of draws in which each side gains          [side]
    foreseen   the gains as the emulator had them               [side]
    """

    name: str
    accord: Accord
    terms: Mapping[str, float]
    gains: FloatArray
    better: FloatArray
    waiting: float
    protected: float
    foreseen: FloatArray


@final
@dataclass(frozen=True, slots=True)
class Negotiation:
    """All that a negotiation found; an empty zone has no points.

    shares    where each deal lies in the range of each term           [deal, term]
    outcomes  gains of both sides over no deal, people waiting, protected: means  [deal, outcome]
    better    share of draws in which each side gains                  [deal, side]
    fine      the same outcomes as the emulator has them               [deal, outcome]
    """

    accord: Accord
    no_deal: Accord
    sides: tuple[str, str]
    terms: tuple[Term, ...]
    shares: FloatArray
    outcomes: FloatArray
    better: FloatArray
    emulator: Emulator
    fine_shares: FloatArray
    fine: FloatArray
    base: FloatArray  # people waiting and protected without a deal
    points: tuple[Point, ...]
    concessions: tuple[Concession, ...]
    draws: int

    @property
    def empty(self) -> bool:
        """Tell whether no deal that was tried is better than none for both sides."""
        return not bargain.acceptable(self.outcomes[:, :2]).any()

    @property
    def frontier(self) -> FloatArray:
        """Return the acceptable deals that the emulator finds undominated, by the first's gain."""
        inside = self.fine[bargain.acceptable(self.fine[:, :2])]
        best = inside[bargain.undominated(inside[:, :2])]
        return np.asarray(best[np.argsort(best[:, 0])])

    def table(self) -> pd.DataFrame:
        """Return every deal tried: terms, gains, shares of draws, people, and how it stands."""
        first, second = self.sides
        people = np.column_stack([self.outcomes[:, :2], -self.outcomes[:, 2], self.outcomes[:, 3]])
        columns: dict[str, Any] = {
            term.name: [term.told(term.at(float(s))) for s in self.shares[:, i]]
            for i, term in enumerate(self.terms)
        }
        columns |= {
            f"gain_{first}_usd": self.outcomes[:, 0].round(-3),
            f"gain_{second}_usd": self.outcomes[:, 1].round(-3),
            f"better_{first}": self.better[:, 0],
            f"better_{second}": self.better[:, 1],
            "waiting_person_months": self.outcomes[:, 2].round(),
            "protected_persons": self.outcomes[:, 3].round(),
            "both_prefer": bargain.acceptable(self.outcomes[:, :2]),
            "undominated": bargain.undominated(self.outcomes[:, :2]),
            "undominated_with_people": bargain.undominated(people),
        }
        return pd.DataFrame(columns)


def before_signature(accord: Accord) -> Accord:
    """Return the text as it stood on the eve of its first signature: what holds without a deal.

    Raises InputProblemsError where nothing is signed or nothing was known before.
    """
    signed = [c.common.signed for c in accord.clauses.values() if c.common.signed is not None]
    if signed:
        eve = min(date(s.year, s.month, s.day) for s in signed) - timedelta(days=1)
        before = accord.known(eve)
        if before.clauses:
            return before
    message = "the text does not say what holds without a deal: no clause is signed after another"
    mend = "give --against NAME, the text or NAME@DATE that holds without a deal"
    raise InputProblemsError([Problem("E306", accord.at("clause"), "", message, mend)])


def sides_of(accord: Accord) -> tuple[str, str]:
    """Return the first two parties that say what they weigh; raises InputProblemsError."""
    weighing = [
        code
        for code in accord.parties
        if code in accord.players and any(s.by == code for s in accord.stakes.values())
    ]
    if len(weighing) < 2:
        message = "two parties must say what they weigh"
        mend = "add [stake] and [player] tables; us-mexico-2019 has both"
        raise InputProblemsError([Problem("E306", accord.at("stake"), "", message, mend)])
    return weighing[0], weighing[1]


def settled_for(accord: Accord, settings: Settings) -> Settings:
    """Settle what every deal is run with; choices by the record of promises have their odds.

    Raises InputProblemsError where the world does not hold the parties, or a choice is to be
    played: what a party would choose differs from deal to deal.
    """
    require_covered(accord)
    settled = settings.settled(accord)
    played = wanted(accord, settled.choices, "played")
    message = "it cannot be played anew in every deal"
    mend = "supply it, or give it odds; the deals found can be run with it played"
    found = [Problem("E306", accord.at("choice", id_), id_, message, mend) for id_ in played]
    if found:
        raise InputProblemsError(found)
    choices, _ = reckoned(accord, settled)
    return replace(settled, choices=choices)


def negotiate(
    bench: Bench,
    accord: Accord,
    no_deal: Accord,
    terms: Sequence[Term],
    deals: int,
    hands: Hands,
    progress: Progress = lambda done: None,
) -> Negotiation:
    """Sample deals, try them and no deal with the same luck, and find where the sides may settle.

    Raises what `Bench.trials` raises.
    """
    sample = qmc.Sobol(len(terms), seed=bench.settled.seed)
    shares = sample.random_base2(max(deals - 1, 1).bit_length())[:deals]
    name = f"{accord.name}-deal"
    texts = [deal(accord, terms, row, name) for row in shares]
    base, *tried = bench.trials([no_deal, *texts], hands, progress)
    gains = np.stack([_gains(trial, base) for trial in tried])
    people = [(trial.waiting.mean(), trial.protected.mean()) for trial in tried]
    outcomes = np.column_stack([gains, people])
    better = np.stack([(t.worth > base.worth).mean(axis=0) for t in tried])
    emulator = Emulator.fit(shares, outcomes)
    fine_shares = np.concatenate([qmc.Sobol(len(terms), seed=0).random(_FINE), shares])
    fine = np.concatenate([emulator.at(fine_shares[:_FINE]), outcomes])
    found = Negotiation(
        accord, no_deal, bench.sides, tuple(terms), shares, outcomes, better, emulator,
        fine_shares, fine, np.array([base.waiting.mean(), base.protected.mean()]), (), (),
        bench.settled.draws,
    )  # fmt: skip
    if found.empty:
        return found
    chosen = _chosen(found, bench)
    points = _points(found, bench, base, chosen, hands)
    return replace(found, points=points, concessions=_concessions(found, chosen["nash"]))


def _gains(trial: Trial, base: Trial) -> FloatArray:
    return np.asarray((trial.worth - base.worth).mean(axis=0))


def _chosen(found: Negotiation, bench: Bench) -> dict[str, int]:
    """Return the number of the fine deal at each point; the zone is not empty."""
    gains = found.fine[:, :2]
    first, second = (bench.by.players[side].discount for side in found.sides)
    split = bargain.rubinstein(gains, (first, second))
    nash, equal = bargain.nash(gains), bargain.kalai_smorodinsky(gains)
    assert split is not None and nash is not None and equal is not None
    return dict(zip(POINTS, (nash, equal, bargain.nearest(gains, split)), strict=True))


def _points(
    found: Negotiation, bench: Bench, base: Trial, chosen: Mapping[str, int], hands: Hands
) -> tuple[Point, ...]:
    """Run the deals at the points, so that what is told of them comes from the model."""
    accords = {
        name: deal(found.accord, found.terms, found.fine_shares[row], f"{found.accord.name}-{name}")
        for name, row in chosen.items()
    }
    trials = bench.trials(list(accords.values()), Hands(1) if hands.cluster is None else hands)
    points = []
    for (name, row), trial in zip(chosen.items(), trials, strict=True):
        values = {
            term.name: term.at(float(share))
            for term, share in zip(found.terms, found.fine_shares[row], strict=True)
        }
        points.append(
            Point(
                name,
                accords[name],
                values,
                _gains(trial, base),
                (trial.worth > base.worth).mean(axis=0),
                float(trial.waiting.mean()),
                float(trial.protected.mean()),
                found.fine[row, :2],
            )
        )
    return tuple(points)


def _concessions(found: Negotiation, nash: int) -> tuple[Concession, ...]:
    """Return what each side could concede on each term from the Nash deal, cheapest first."""
    here = found.fine_shares[nash]
    now = found.emulator.at(here[None])[0, :2]
    told = []
    for index, term in enumerate(found.terms):
        for step in (-_STEP, _STEP):
            there = here.copy()
            there[index] = np.clip(here[index] + step, 0.0, 1.0)
            moved = found.emulator.at(there[None])[0, :2] - now
            for side, other in ((0, 1), (1, 0)):
                if moved[other] > 0 and moved[side] < moved[other]:
                    told.append(
                        Concession(
                            term.name,
                            found.sides[side],
                            term.at(float(there[index])),
                            -float(moved[side]),
                            float(moved[other]),
                        )
                    )
    return tuple(sorted(told, key=lambda c: (c.by, c.price)))
