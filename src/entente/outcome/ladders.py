"""How the target of a ladder weighs each of its steps: give way, or hold?"""

from collections.abc import Iterator, Mapping
from datetime import date

import numpy as np

from entente.accord.calendar import as_date, local64
from entente.accord.clauses import Obligation, Schedule
from entente.accord.document import Accord
from entente.accord.govern import DUTY
from entente.evidence import FloatArray
from entente.lab.settings import Settings
from entente.world.politics.threat import Rung, concessions
from entente.world.politics.tree import Answer, Leaf, Made, Solved, Worths

_HELD, _GIVEN = "not", "on time"


def rungs(
    accord: Accord,
    settled: Settings,
    tree: Solved,
    courses: Mapping[Made, Worths],
    void: float,
) -> dict[str, tuple[Rung, ...] | None]:
    """Weigh every step of every ladder whose target is a player.

    None where it cannot be weighed: no played threat carries the ladder out, or no played choice of
    the target says whether its promise is kept, so what giving way costs is not known.

    courses   what each whole course of decisions is worth, by stake and month
    void      chance that a legislature undoes the ladder
    """
    found: dict[str, tuple[Rung, ...] | None] = {}
    for id_, clause in accord.clauses.items():
        target = clause.common.on[0] if clause.common.on else ""
        ladder = isinstance(clause, Schedule) and clause.sets == DUTY and len(clause.steps) > 1
        if isinstance(clause, Schedule) and ladder and target in accord.players:
            found[id_] = _weighed(accord, settled, tree, courses, void, clause)
    return found


def month_of(day: date, settled: Settings) -> int:
    """Return the number of a day's month in a run."""
    return int((np.datetime64(day, "M") - settled.first_month).astype(int))


def _weighed(
    accord: Accord,
    settled: Settings,
    tree: Solved,
    courses: Mapping[Made, Worths],
    void: float,
    ladder: Schedule,
) -> tuple[Rung, ...] | None:
    by, target = ladder.common.by[0], ladder.common.on[0]
    carry = {
        i: c.threatens for i, c in accord.choices.items() if by in c.by and c.threatens is not None
    }
    drop: dict[str, Answer] = {
        i: next(a for a in accord.choices[i].answers() if a != threat)
        for i, threat in carry.items()
    }
    keep = [
        c.kept for c in accord.clauses.values()
        if isinstance(c, Obligation) and c.kept is not None and target in c.common.by
    ]  # fmt: skip
    held: dict[str, Answer] = dict.fromkeys(keep, _HELD)
    given: dict[str, Answer] = dict.fromkeys(keep, _GIVEN)
    carried = _course(courses, carry | held)
    dropped = _course(courses, drop | held)
    kept = _course(courses, drop | given)
    asked = {choice for made in courses for choice, _, _ in made}
    if not asked & set(keep) or carried is None or dropped is None or kept is None:
        return None
    loss, giving = (_less(accord, target, dropped, other) for other in (carried, kept))
    if not loss.any():
        return None
    player = accord.players[target]
    steps = [(day, rate, month_of(day, settled)) for day, rate in _steps(accord, ladder)]
    inside = [step for step in steps if 0 <= step[2] < loss.size]
    executed = _will(tree, carry, held) * (1 - void)
    return concessions(inside, loss, giving, executed, player.discount, player.patience)


def _steps(accord: Accord, ladder: Schedule) -> Iterator[tuple[date, float]]:
    for step in ladder.steps:
        yield as_date(local64(step.first, accord.zone)), step.value


def _course(courses: Mapping[Made, Worths], wanted: Mapping[str, Answer | None]) -> Worths | None:
    """Return the course in which every decision on the wanted choices fell as wanted."""
    for made, worths in courses.items():
        if all(wanted.get(choice, answer) == answer for choice, _, answer in made) and (
            set(wanted) & {choice for choice, _, _ in made}
        ):
            return worths
    return None


def _less(accord: Accord, party: str, base: Worths, other: Worths) -> FloatArray:
    """Return how much less the other course is worth to a party   US dollars a month [month]."""
    own = [stake.id for stake in accord.stakes.values() if stake.by == party]
    return np.asarray(np.sum([base[id_] - other[id_] for id_ in own], axis=0))


def _will(
    node: Solved | Leaf, carry: Mapping[str, Answer | None], held: Mapping[str, Answer]
) -> float:
    """Return the chance that a threat is carried out once its target has held out. P_will."""
    if isinstance(node, Leaf):
        return 0.0
    decision, odds = node.decision, node.odds
    if decision.choice in held and held[decision.choice] in decision.answers:
        return _will(node.branches[decision.answers.index(held[decision.choice])], carry, held)
    chances = [float(p) * _will(branch, carry, held)
               for p, branch in zip(odds, node.branches, strict=True)]  # fmt: skip
    threat = carry.get(decision.choice)
    if threat is None:
        return sum(chances)
    at = decision.answers.index(threat)
    return float(odds[at]) + sum(chances) - chances[at]
