"""A negotiation: deals sampled over terms, tried, weighed beside no deal, and the points found."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final, NamedTuple, final

import numpy as np
import pandas as pd
from scipy.stats import qmc

from entente.accord.document import Accord
from entente.advice.deals import bargain
from entente.advice.deals.emulator import Emulator
from entente.advice.deals.terms import Term, deal
from entente.advice.deals.trials import Bench, Trial
from entente.evidence import FloatArray
from entente.grid import Grid, Tabled
from entente.lab.crew import Hands
from entente.lab.settings import Settings
from entente.lab.work import Progress
from entente.outcome.play import Play, from_record, require_playable, wanted
from entente.outcome.simulate import require_covered
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
class Negotiation(Tabled):
    """All that a negotiation found; an empty zone has no points.

    against   the label of the text that holds without a deal
    shares    where each deal lies in the range of each term           [deal, term]
    outcomes  gains of both sides over no deal, people waiting, protected: means  [deal, outcome]
    better    share of draws in which each side gains                  [deal, side]
    frontier  acceptable deals that the emulator finds undominated, by the first's gain, with the
              same outcomes                                            [corner, outcome]
    error     of the emulator, leave-one-out, and `spread` of the deals themselves   [outcome]
    base      people waiting and protected without a deal
    played    what the parties would choose, where they were asked to: by the text it is told of
    """

    accord: Accord
    against: str
    sides: tuple[str, str]
    terms: tuple[Term, ...]
    shares: FloatArray
    outcomes: FloatArray
    better: FloatArray
    frontier: FloatArray
    error: FloatArray
    spread: FloatArray
    base: FloatArray
    points: tuple[Point, ...]
    concessions: tuple[Concession, ...]
    draws: int
    played: Mapping[str, Play]

    @property
    def empty(self) -> bool:
        """Tell whether no deal that was tried is better than none for both sides."""
        return not bargain.acceptable(self.outcomes[:, :2]).any()

    def grid(self) -> Grid:
        """Lay out every deal tried."""
        note = "No deal tried is better than none for both sides." if self.empty else ""
        return Grid.of(f"deals for {self.accord.label}, against {self.against}", self.table(), note)

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

    Raises InputProblemsError where the world does not hold the parties, or a choice that is to be
    played anew in every deal cannot be played in the accord as it is written.
    """
    require_covered(accord)
    settled = settings.settled(accord)
    require_playable(accord, settled, wanted(accord, settled.choices, "played"))
    rules = tuple(from_record(accord, settled.choices))
    return replace(settled, choices=replace(settled.choices, reckoned=rules))


@final
@dataclass(frozen=True, slots=True)
class _Search:
    """Deals tried and, by the emulator, many more that lie between them.

    fine_shares, fine   every deal that a point may be, with its outcomes   [deal, term or outcome]
    """

    accord: Accord
    bench: Bench
    terms: tuple[Term, ...]
    base: Trial
    emulator: Emulator
    fine_shares: FloatArray
    fine: FloatArray

    @classmethod
    def over(
        cls, accord: Accord, bench: Bench, terms: tuple[Term, ...], base: Trial,
        shares: FloatArray, outcomes: FloatArray,
    ) -> "_Search":  # fmt: skip
        """Fit the emulator to the deals tried, and ask it about many more."""
        emulator = Emulator.fit(shares, outcomes)
        sample = qmc.Sobol(len(terms), seed=0).random(_FINE)
        fine = np.concatenate([emulator.at(sample), outcomes])
        fine_shares = np.concatenate([sample, shares])
        return cls(accord, bench, terms, base, emulator, fine_shares, fine)

    @property
    def frontier(self) -> FloatArray:
        """Return the acceptable deals that no other betters, by the first side's gain."""
        inside = self.fine[bargain.acceptable(self.fine[:, :2])]
        best = inside[bargain.undominated(inside[:, :2])]
        return np.asarray(best[np.argsort(best[:, 0])])

    @property
    def chosen(self) -> dict[str, int]:
        """Return the number of the fine deal at each point; the zone is not empty."""
        gains = self.fine[:, :2]
        first, second = (self.bench.by.players[side].discount for side in self.bench.sides)
        split = bargain.rubinstein(gains, (first, second))
        nash, equal = bargain.nash(gains), bargain.kalai_smorodinsky(gains)
        assert split is not None and nash is not None and equal is not None
        return dict(zip(POINTS, (nash, equal, bargain.nearest(gains, split)), strict=True))

    def points(self, hands: Hands) -> tuple[Point, ...]:
        """Run the deals at the points, so that what is told of them comes from the model."""
        accords = {
            name: deal(self.accord, self.terms, self.fine_shares[row], f"{self.accord.name}-{name}")
            for name, row in self.chosen.items()
        }
        alone = Hands(1) if hands.cluster is None else hands
        trials = self.bench.trials(list(accords.values()), alone)
        rows = zip(self.chosen.items(), trials, strict=True)
        return tuple(self._point(name, accords[name], row, trial) for (name, row), trial in rows)

    def _point(self, name: str, accord: Accord, row: int, trial: Trial) -> Point:
        values = {
            term.name: term.at(float(share))
            for term, share in zip(self.terms, self.fine_shares[row], strict=True)
        }
        return Point(
            name,
            accord,
            values,
            _gains(trial, self.base),
            (trial.worth > self.base.worth).mean(axis=0),
            float(trial.waiting.mean()),
            float(trial.protected.mean()),
            self.fine[row, :2],
        )

    @property
    def concessions(self) -> tuple[Concession, ...]:
        """Return what each side could concede on each term from the Nash deal, cheapest first."""
        here = self.fine_shares[self.chosen["nash"]]
        now = self.emulator.at(here[None])[0, :2]
        told = []
        for index, term in enumerate(self.terms):
            for step in (-_STEP, _STEP):
                there = here.copy()
                there[index] = np.clip(here[index] + step, 0.0, 1.0)
                moved = self.emulator.at(there[None])[0, :2] - now
                to = term.at(float(there[index]))
                told += _conceded(term.name, to, self.bench.sides, moved)
        return tuple(sorted(told, key=lambda c: (c.by, c.price)))


def _conceded(term: str, to: float, sides: tuple[str, str], moved: FloatArray) -> list[Concession]:
    """Return who concedes where a term moves so that the other gains more   moved [side]."""
    return [
        Concession(term, sides[side], to, -float(moved[side]), float(moved[other]))
        for side, other in ((0, 1), (1, 0))
        if moved[other] > 0 and moved[side] < moved[other]
    ]


def try_deals(
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
    search = _Search.over(accord, bench, tuple(terms), base, shares, outcomes)
    empty = not bargain.acceptable(gains).any()
    points = () if empty else search.points(hands)
    return Negotiation(
        accord,
        no_deal.label,
        bench.sides,
        tuple(terms),
        shares,
        outcomes,
        better,
        search.frontier,
        search.emulator.error,
        search.emulator.spread,
        np.array([base.waiting.mean(), base.protected.mean()]),
        points,
        () if empty else search.concessions,
        bench.settled.draws,
        _played(bench, accord, no_deal, points),
    )


def _gains(trial: Trial, base: Trial) -> FloatArray:
    return np.asarray((trial.worth - base.worth).mean(axis=0))


def _played(
    bench: Bench, accord: Accord, no_deal: Accord, points: Sequence[Point]
) -> dict[str, Play]:
    """Return what the parties would choose without a deal and in the Nash deal, if asked.

    In an empty zone the accord as it is written stands for a deal.
    """
    deals = {f"in the {p.name.capitalize()} deal": p.accord for p in points if p.name == "nash"}
    texts = {"without a deal": no_deal, **(deals or {f"in {accord.label} as written": accord})}
    found = {told: bench.play(text) for told, text in texts.items()}
    return {told: play for told, play in found.items() if play is not None}
