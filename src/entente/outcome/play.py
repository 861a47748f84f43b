"""What parties would choose: an accord's decisions as a tree, each course of it run forward.

Every course of played decisions is one run with the same luck; what it is worth to a party is the
sum of the accord's stakes. `solve` then finds what each party would do, from the last day back.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from math import prod
from typing import Final, final

import numpy as np
import xarray as xr

from entente.accord.calendar import as_date
from entente.accord.choices import Choices, Odds
from entente.accord.clauses import Obligation, Procedure, Schedule
from entente.accord.clauses.common import STATES
from entente.accord.document import Accord, Choice
from entente.accord.plan import Plan, step_edges
from entente.evidence import FloatArray
from entente.lab.blocks import world_of
from entente.lab.ensemble import unroll
from entente.lab.settings import Settings
from entente.language import phrase
from entente.luck import Luck
from entente.outcome.ladders import month_of, rungs
from entente.outcome.legislature import legislature
from entente.outcome.stakes import worths
from entente.problems import InputProblemsError, Problem, did_you_mean
from entente.world.baseline import World
from entente.world.measures import BY_NAME
from entente.world.politics import promises
from entente.world.politics.decided import Backtest, backtest
from entente.world.politics.threat import Rung
from entente.world.politics.tree import (
    Answer,
    Decision,
    Leaf,
    Made,
    Mind,
    Node,
    Solved,
    at_home,
    solve,
)

MOST_COURSES: Final = 64
DRAWS: Final = 200
_BREACHED: Final = STATES.index("breached")
_NONE: Final[Made] = ()


@final
@dataclass(frozen=True, slots=True)
class Play:
    """The solved tree of an accord's played decisions.

    tree       the first decision, with all that follows
    courses    what each whole course is worth by stake and month, mean over draws
    rungs      by ladder, how its target weighs each step; None where the text holds no promise
    draws      in which the courses were run
    void       chance that a legislature undoes what a threat carries out, and where from
    """

    accord: Accord
    tree: Solved
    courses: Mapping[Made, Mapping[str, FloatArray]]
    rungs: Mapping[str, tuple[Rung, ...] | None]
    draws: int
    void: float
    void_origin: str

    @property
    def score(self) -> Backtest | None:
        """Return how well the threatening party's mind tells recorded threats; None: no threat."""
        for found in self.decisions:
            if self.accord.choices[found.decision.choice].threatens is not None:
                player = self.accord.players[found.decision.party]
                return backtest(player.audience, player.doubt, player.patience)
        return None

    @property
    def decisions(self) -> tuple[Solved, ...]:
        """Return every decision, each before those that follow from it."""
        return tuple(_walk(self.tree))

    def rules(self) -> tuple[Odds, ...]:
        """Return the odds of every decision, as a run draws them."""
        return tuple(
            Odds(
                found.decision.choice,
                found.decision.day,
                found.decision.after,
                tuple(zip(found.decision.answers, map(float, found.odds), strict=True)),
                "played",
            )
            for found in self.decisions
        )


def reckoned(accord: Accord, settled: Settings) -> tuple[Choices, Play | None]:
    """Return a run's choices with the odds of those it is asked to reckon, and the solved tree.

    Courses are run over at most `DRAWS` draws: what is played is a mean, which needs no tails.

    Raises InputProblemsError where a choice cannot be reckoned so.
    """
    choices = settled.choices
    played = wanted(accord, choices, "played")
    rules = from_record(accord, choices)
    if not rules and not played:
        return choices, None
    found = None
    if played:
        known = replace(choices, reckoned=tuple(rules))
        fewer = replace(settled, draws=min(settled.draws, DRAWS), choices=known)
        found = play(accord, fewer, played)
        rules += found.rules()
    return replace(choices, reckoned=tuple(rules)), found


def wanted(accord: Accord, choices: Choices, how: str) -> tuple[str, ...]:
    """Return the choices asked for, or played by the text itself where nobody supplied them."""
    return tuple(
        id_
        for id_, choice in accord.choices.items()
        if choices.asked.get(id_) == how
        or (how == "played" and choice.played and id_ not in choices.supplied)
    )


def arising(accord: Accord, settled: Settings) -> tuple[str, ...]:
    """Return the choices to be played that are taken on some day of the run."""
    played = wanted(accord, settled.choices, "played")
    days = _moments(accord, settled, played) if played else ()
    return tuple(id_ for id_ in played if any(id_ == other for _, other in days))


def most_courses(accord: Accord, settled: Settings) -> int:
    """Return how many courses the choices to be played can take at most; 0: none is played.

    A choice that ends a schedule is asked at each of its steps until it has.
    """
    days = Counter(
        id_ for _, id_ in _moments(accord, settled, wanted(accord, settled.choices, "played"))
    )
    ways = (
        count + 1 if _ended_by(accord, id_) else len(accord.choices[id_].answers()) ** count
        for id_, count in days.items()
    )
    return prod(ways) if days else 0


def from_record(accord: Accord, choices: Choices) -> list[Odds]:
    """Return the odds of past promises for the choices that say how a promise is kept.

    Raises InputProblemsError where no promise is kept by a choice.
    """
    rules = []
    takings = Plan.of(accord).takings
    for id_ in wanted(accord, choices, "record"):
        keeps = [c for c in accord.clauses.values() if getattr(c, "kept", None) == id_]
        days = [as_date(moment) for moment in takings[id_].moments]
        if not keeps or not days:
            message = "no promise is kept by this choice, so past promises say nothing of it"
            where = accord.at("choice", id_)
            mend = 'name it in an obligation: kept = "..."'
            raise InputProblemsError([Problem("E305", where, id_, message, mend)])
        odds = promises.odds(days[0])
        answers = [a for a in accord.choices[id_].answers() if a in odds]
        whole = sum(odds[str(a)] for a in answers)
        shares = tuple((a, odds[str(a)] / whole) for a in answers)
        rules.append(Odds(id_, days[0], _NONE, shares, "record"))
    return rules


def play(
    accord: Accord, settled: Settings, played: tuple[str, ...], world: World | None = None
) -> Play:
    """Run every course of the played choices and solve the tree.

    world   where one is open over the draws of the settings

    Raises InputProblemsError where stakes or players are missing or there are too many courses.
    """
    require_playable(accord, settled, played)
    moments = _moments(accord, settled, played)
    void, origin = _void(accord, settled)
    world = world or world_of(settled, Luck(settled.seed, settled.draws))
    courses = _Courses(accord, settled, world)
    tree = solve(_Growing(accord, settled, courses, moments, void).node(_NONE, 0), minds(accord))
    assert isinstance(tree, Solved)
    found = {made: leaf.worths for made, leaf in courses.leaves.items()}
    ladders = rungs(accord, settled, tree, found, void)
    return Play(accord, tree, found, ladders, world.luck.draws, void, origin)


def _walk(node: Solved | Leaf) -> Iterator[Solved]:
    if isinstance(node, Solved):
        yield node
        for branch in node.branches:
            yield from _walk(branch)


def minds(accord: Accord) -> dict[str, Mind]:
    """Return how each player of an accord weighs its own stakes."""
    return {
        code: Mind(
            (*(s.id for s in accord.stakes.values() if s.by == code), at_home(code)),
            player.discount,
            player.patience,
            player.doubt,
        )
        for code, player in accord.players.items()
    }


def _moments(
    accord: Accord, settled: Settings, played: tuple[str, ...]
) -> tuple[tuple[date, str], ...]:
    """Return when played choices are taken within the run, in order of days.

    A choice that ends a schedule and that no review decides is taken at each of its steps.
    """
    plan = Plan.of(accord)
    first = settled.first_month.astype("datetime64[D]")
    last = (settled.first_month + (settled.months or 0)).astype("datetime64[D]")
    found = []
    for id_ in played:
        days = list(plan.takings[id_].moments)
        for schedule in _ended_by(accord, id_) if not plan.takings[id_].reviewed else ():
            days += [edge for edge, _ in step_edges(schedule, accord.zone)]
        found += [(as_date(day), id_) for day in sorted(set(days)) if first <= day < last]
    return tuple(sorted(found, key=lambda pair: (pair[0], played.index(pair[1]))))


def _ended_by(accord: Accord, choice: str) -> tuple[Schedule, ...]:
    """Return the schedules that a choice ends for good."""
    return tuple(
        c
        for c in accord.clauses.values()
        if isinstance(c, Schedule)
        and c.common.until is not None
        and choice in {name.id for name in c.common.until.names()}
    )


def require_playable(accord: Accord, settled: Settings, played: tuple[str, ...]) -> None:
    """Refuse what cannot be played, everything at once; raises InputProblemsError."""
    moments = _moments(accord, settled, played)
    found = []
    for id_ in played:
        choice = accord.choices[id_]
        where = accord.at("choice", id_)
        for code in choice.by[:1]:
            if code not in accord.players or not any(s.by == code for s in accord.stakes.values()):
                message = f"the text does not say what {code} weighs"
                mend = f"add [player.{code}] and a [stake] by {code}, or supply the choice"
                found.append(Problem("E305", where, id_, message, mend))
        if not any(id_ == other for _, other in moments):
            message = "it is not taken on any day of the run"
            found.append(
                Problem("E305", where, id_, message, "supply it, or start the run earlier")
            )
        if len(choice.answers()) < 2:
            message = "it has one answer only"
            found.append(Problem("E305", where, id_, message, "list its options"))
    for stake in accord.stakes.values():
        if stake.measure not in BY_NAME:
            message = f"the model has no measure '{stake.measure}'"
            where = accord.at("stake", stake.id, "measure")
            found.append(
                Problem("E305", where, stake.id, message, did_you_mean(stake.measure, BY_NAME))
            )
    most = prod(
        len(accord.choices[id_].answers()) for _, id_ in moments if not _ended_by(accord, id_)
    )
    if most > MOST_COURSES:
        message = f"{most} courses of decisions are more than {MOST_COURSES}"
        found.append(
            Problem("E305", accord.at("choice"), "", message, "supply some of the choices")
        )
    if found:
        raise InputProblemsError(found)


def _void(accord: Accord, settled: Settings) -> tuple[float, str]:
    """Return the chance that a legislature undoes a schedule, with its origin."""
    voids = [
        id_
        for id_, c in accord.clauses.items()
        if isinstance(c, Procedure)
        and c.chambers
        and c.decided is None
        and any(isinstance(accord.clauses.get(e.clause), Schedule) for e in c.then)
    ]
    if not voids:
        return 0.0, phrase("no legislature in the text")
    found = legislature(accord, settled.choices, day=settled.start)
    stays = np.prod([1 - p.becomes for p in found.passages if p.clause in voids])
    origin = phrase(
        "procedure of {clauses}, from votes before {day}",
        clauses=", ".join(voids),
        day=settled.start,
    )
    return float(1 - stays), origin


@dataclass(slots=True)
class _Courses:
    """Runs whole courses of decisions, each once."""

    accord: Accord
    settled: Settings
    world: World
    leaves: dict[Made, Leaf] = field(default_factory=dict)
    breaches: dict[Made, FloatArray | None] = field(default_factory=dict)

    def leaf(self, made: Made) -> Leaf:
        """Return what a course of decisions is worth."""
        if made not in self.leaves:
            supplied = dict(self.settled.choices.supplied)
            for choice, day, answer in made:
                supplied[choice] = (*supplied.get(choice, ()), (day, answer))
            choices = replace(self.settled.choices, supplied=supplied, asked={})
            months = self.settled.months or 0
            dataset = unroll(self.accord, self.world, months, choices, ahead=False).dataset
            self.leaves[made] = Leaf(worths(self.accord, dataset))
            self.breaches[made] = self._breached(dataset)
        return self.leaves[made]

    def _breached(self, dataset: xr.Dataset) -> FloatArray | None:
        """Return by party the share of draws in which others owe it what they broke  [month]."""
        owed = [i for i, c in enumerate(self.accord.clauses.values()) if isinstance(c, Obligation)]
        codes = dataset["clause_state"].to_numpy()[:, :, owed]
        return np.asarray(codes == _BREACHED) if owed else None

    def owed(self, party: str, made: Made, month: int) -> float:
        """Return the share of draws in which a party is owed what others broke by then.

        Where the text holds no promise of others, all is still owed.
        """
        duties = [c for c in self.accord.clauses.values() if isinstance(c, Obligation)]
        others = [i for i, c in enumerate(duties) if party not in c.common.by]
        breached = self.breaches[made]
        if breached is None or not others:
            return 1.0
        return float(np.asarray(breached)[:, month, others].any(axis=1).mean())


@final
@dataclass(frozen=True, slots=True)
class _Growing:
    """The tree as it grows: after each decision the next, until a course is whole."""

    accord: Accord
    settled: Settings
    courses: _Courses
    moments: tuple[tuple[date, str], ...]
    void: float

    def node(self, made: Made, index: int) -> Node:
        """Return what comes after the decisions made so far."""
        while index < len(self.moments) and self._moot(made, self.moments[index][1]):
            index += 1
        if index == len(self.moments):
            return self.courses.leaf(made)
        day, id_ = self.moments[index]
        choice = self.accord.choices[id_]
        answers = choice.answers()
        after = [(*made, (id_, day, answer)) for answer in answers]
        branches = tuple(self.node(then, index + 1) for then in after)
        month = month_of(day, self.settled)
        audience = tuple(
            self._audience(choice, answer, then, month)
            for answer, then in zip(answers, after, strict=True)
        )
        undone = tuple(self.void if answer == choice.threatens else 0.0 for answer in answers)
        if answers[0] == choice.threatens:
            undone = (0.0,) * len(answers)
        return Decision(choice.by[0], id_, day, month, made, answers, branches, audience, undone)

    def _moot(self, made: Made, choice: str) -> bool:
        """Tell whether a choice has ended its schedule for good, and is not asked again."""
        ended = any(id_ == choice and answer is True for id_, _, answer in made)
        return ended and bool(_ended_by(self.accord, choice))

    def _audience(self, choice: Choice, answer: Answer, then: Made, month: int) -> float:
        """Return what backing down from a threat costs at home while something is owed."""
        if choice.threatens is None or answer == choice.threatens:
            return 0.0
        course = next(made for made in self.courses.leaves if made[: len(then)] == then)
        party = choice.by[0]
        return self.accord.players[party].audience * self.courses.owed(party, course, month)
