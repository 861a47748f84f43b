"""Which assumption would change the plan: each moved alone, the plan made again."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Final, final

import numpy as np

from entente.advice.case import Case, above, solved, today
from entente.advice.costs import Solution
from entente.language import marked
from entente.problems import NoSolutionError

_NOTABLE: Final = 1e-3  # share of the cost beyond which decisions are said to be others
_INTEREST: Final = (2.5, 8.5)  # percent a year, the range of plan.interest
_ODDS: Final = ((0.5, marked("half as likely")), (2.0, marked("twice as likely")))
_HALF_OR_DOUBLE: Final = ((0.5, marked("half")), (2.0, marked("double")))
_MOST_LIKELY: Final = 0.99

# what is scaled, how it is called, by what
_SCALED: Final = (
    (
        ("store_cost", "bond_cost", "zone_cost"),
        marked("what a month in store, bond or zone costs"),
        ((0.5, marked("half")), (1.5, marked("half as much again"))),
    ),
    (("short",), marked("the loss from a unit not supplied"), _HALF_OR_DOUBLE),
    (("claiming",), marked("what a claim of preference costs"), _HALF_OR_DOUBLE),
    (("opening",), marked("the cost of a new supplier"), _HALF_OR_DOUBLE),
)


@final
@dataclass(frozen=True, slots=True)
class Assumption:
    """One assumption moved, all others as they are.

    regret   what today's decisions of the plan would cost beyond the best ones then, USD
    """

    name: str
    moved: str
    regret: float
    changes: bool


def moved(case: Case, best: Solution) -> Iterator[Assumption]:
    """Move one assumption at a time and ask what today's decisions would then cost too much."""
    for name, how, other in _others(case):
        try:
            then = solved(other)
            kept = solved(other, today(best))
            regret, whole = above(kept.objective, then.objective), abs(then.objective)
        except NoSolutionError:
            regret, whole = float("inf"), 1.0
        yield Assumption(name, how, regret, regret > _NOTABLE * whole)


def _others(case: Case) -> Iterator[tuple[str, str, Case]]:
    if len(case.tree.chance) > 1:
        for factor, how in _ODDS:
            yield marked("courses other than the likeliest"), how, _likelier(case, factor)
    for fields, name, factors in _SCALED:
        values = {field: getattr(case.needs, field) for field in fields}
        if any((np.nan_to_num(value) > 0).any() for value in values.values()):
            for factor, how in factors:
                scaled: dict[str, Any] = {f: value * factor for f, value in values.items()}
                yield name, how, replace(case, needs=replace(case.needs, **scaled))
    for rate in _INTEREST:
        taste = replace(case.taste, interest=rate)
        yield marked("interest"), f"{rate:g} % a year", replace(case, taste=taste)


def _likelier(case: Case, factor: float) -> Case:
    """Make all courses but the likeliest likelier or less likely."""
    chance = case.tree.chance.copy()
    modal = int(chance.argmax())
    others = np.delete(np.arange(len(chance)), modal)
    chance[others] *= min(factor, _MOST_LIKELY / chance[others].sum())
    chance[modal] = 1 - chance[others].sum()
    return replace(case, tree=replace(case.tree, chance=chance))
