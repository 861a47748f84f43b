"""An importer's plan under a run: what to do now, what each course of events costs, and why."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, final

import numpy as np

from entente.advice.assumptions import Assumption, moved
from entente.advice.case import Case, above, places, solved, today
from entente.advice.costs import Solution, Taste, cvar
from entente.advice.imports import Imports, Row
from entente.advice.needs import Needs
from entente.advice.programme import solve
from entente.advice.rates import Rates, rates
from entente.advice.tree import Tree, fewer
from entente.advice.waiting import value_of_waiting
from entente.evidence import FloatArray
from entente.grid import Grid, Tabled
from entente.outcome.courses import courses
from entente.outcome.run import Run
from entente.problems import InputProblemsError, NoSolutionError, Place, Problem
from entente.world.parameters import table

if TYPE_CHECKING:
    import pandas as pd

MOST_PATHS: Final = 50
MOST_MONTHS: Final = 12


@final
@dataclass(frozen=True, slots=True, eq=False)
class Plan(Tabled):
    """A plan and what it is worth.

    as_now       going on as now, with none of the plan's means but claims of preference
    stochastic   value of the stochastic solution: what it costs to decide today on the mean path
    perfect      expected value of perfect information
    waiting      what a month's right to wait in bond is worth today, a fraction of price, by row
    """

    case: Case
    solution: Solution
    as_now: Solution
    stochastic: float
    perfect: float
    waiting: tuple[float, ...]
    assumptions: tuple[Assumption, ...]

    def table(self) -> "pd.DataFrame":
        """Return every decision by month, by what has happened by then, and by row of the file."""
        import pandas as pd

        from entente.advice.tables import COLUMNS, rows

        return pd.DataFrame(rows(self), columns=COLUMNS)

    def grid(self) -> Grid:
        """Lay out what each course of events costs, and what it would cost to go on as now."""
        solution, now = self.solution, self.as_now
        head = ("course of events", "chance", "cost of the plan, USD", "cost as now, USD")
        chances = self.case.tree.chance
        rows = [
            (words, f"{chance:.0%}", f"{cost:,.0f}", f"{usual:,.0f}")
            for words, chance, cost, usual in zip(
                self.case.words, chances, solution.cost, now.cost, strict=True
            )
        ]
        expected = f"Expected cost {solution.expected:,.0f}, as now {now.expected:,.0f} USD"
        note = f"{expected}; {self.case.months[0]} to {self.case.months[-1]}."
        return Grid("what each course of events costs", head, rows, note)


def plan(
    imports: Imports,
    run: Run,
    taste: Taste | None = None,
    *,
    choose: Sequence[str] = (),
    months: int = MOST_MONTHS,
    most: int = MOST_PATHS,
    assumptions: bool = True,
) -> Plan:
    """Say what an importer should do now under a finished run, and what each course costs.

    imports      as `read_imports` gives them
    taste        how the buyer weighs money; by default by expected cost, at the usual interest
    choose       facts that decide rates, as ID=VALUE
    months, most how far it looks ahead, and how many courses of events it keeps apart
    assumptions  whether each assumption is moved, to say which would change what is done now

    Raises InputProblemsError where the file does not fit, NoSolutionError where no plan meets
    every limit.
    """
    weighed = taste or Taste(interest=table()["plan.interest"].value)
    case = case_of(imports, run, weighed, choose=choose, months=months, most=most)
    return contingency(case, assumptions=assumptions)


def case_of(
    imports: Imports,
    run: Run,
    taste: Taste,
    *,
    choose: Sequence[str] = (),
    months: int = MOST_MONTHS,
    most: int = MOST_PATHS,
) -> Case:
    """Gather what a plan needs from a file and a run: needs, courses of events, duties, tree."""
    found = courses(run)
    found.refuse(choose)
    planned = run.months[: min(months, MOST_MONTHS)]
    priced = rates(imports, found, planned, choose)
    needs = needs_of(imports, len(planned), priced)
    told = np.stack([found.told_apart((m + 1).astype("datetime64[s]")) for m in planned], axis=1)
    told[:, 0] = 0  # what is decided now is decided before anything is told apart
    kept, chance = fewer(found.shares, np.nan_to_num(priced.added) * _weights(imports), most)
    priced = Rates(priced.ordinary[kept], priced.added[kept])
    words = tuple(found.courses[index].words for index in kept)
    return Case(imports, planned, words, priced, Tree.of(chance, told[kept]), needs, taste)


def contingency(case: Case, *, assumptions: bool = True) -> Plan:
    """Plan: the best decisions over the tree, and what the tree is worth.

    Raises NoSolutionError where no plan meets every limit.
    """
    best = solved(case)
    return Plan(
        case,
        best,
        solved(replace(case, needs=_idle(case.needs), taste=replace(case.taste, bond=None))),
        _stochastic(case, best),
        _perfect(case, best),
        tuple(_waiting(case)),
        tuple(moved(case, best)) if assumptions else (),
    )


def needs_of(imports: Imports, months: int, priced: Rates) -> Needs:
    """Lay the rows of a file out as arrays of products and options.

    Raises InputProblemsError where months given one by one are too few.
    """
    firsts = [rows[0] for rows in imports.products.values()]
    size = len(firsts), max(len(rows) for rows in imports.products.values())
    need = np.array([_monthly(imports, row, "need_units", months, 0.0) for row in firsts])

    def product(name: str, empty: float = 0.0) -> FloatArray:
        return np.array([row.number(name, empty) for row in firsts])

    def option(name: str, empty: float = 0.0) -> FloatArray:
        out = np.full(size, empty)
        for place, row in zip(places(imports), imports.rows, strict=True):
            out[place] = row.number(name, empty)
        return out

    exists = np.zeros(size, np.bool_)
    ordered = np.zeros((*size, months))
    claiming = np.full(size, np.nan)
    for place, row in zip(places(imports), imports.rows, strict=True):
        exists[place] = True
        usual = need[place[0]] if place[1] == 0 else np.zeros(months)
        given = _monthly(imports, row, "ordered_units", months, None)
        ordered[place] = usual if given is None else given
        if row.goods.get("preference", "none") != "none":
            claiming[place] = row.number("claim_percent") / 100 * row.number("price_usd")
    price = option("price_usd")
    base = [priced.ordinary[0, 0, index, 0] for index, p in enumerate(places(imports)) if p[1] == 0]
    landed = price[:, 0] * (1 + np.array(base)) + option("freight_usd")[:, 0]
    return Needs(
        need, product("stock_units"), product("store_units"), product("store_usd"),
        product("short_usd"), product("elasticity", np.nan), landed, exists, price,
        option("freight_usd"), option("lead_months").astype(np.int64), ordered,
        option("most_units", np.inf), option("switch_usd"), option("bond_units"),
        option("bond_usd"), option("zone_units"), option("zone_usd"), claiming,
    )  # fmt: skip


def _monthly(
    imports: Imports, row: Row, name: str, months: int, empty: float | None
) -> FloatArray | None:
    given = row.numbers.get(name)
    if given is None:
        return None if empty is None else np.full(months, empty)
    if len(given) == 1:
        return np.full(months, given[0])
    if name == "ordered_units":
        given = (*given, *[0.0] * months)
    if len(given) < months:
        said = f"names {len(given)} months of {months}"
        mend = "give one number for every month, or as many as are planned, split by ';'"
        raise InputProblemsError([Problem("E301", Place(imports.file, row.line), name, said, mend)])
    return np.array(given[:months])


def _weights(imports: Imports) -> FloatArray:
    """Return what a month of each row is worth, to weigh how far courses lie apart [row, 1]."""
    firsts = {name: rows[0] for name, rows in imports.products.items()}
    return np.array(
        [
            [row.number("price_usd") * float(np.mean(firsts[row.product].numbers["need_units"]))]
            for row in imports.rows
        ]
    )


def _idle(needs: Needs) -> Needs:
    """Take away all means but claims: no store beyond today's stock, bond, zone, new supplier."""
    first = np.zeros(needs.shape, np.bool_)
    first[:, 0] = True
    none = np.zeros(needs.shape)
    return replace(
        needs, store=np.minimum(needs.store, needs.stock), bond=none, zone=none,
        exists=first & needs.exists,
        elasticity=np.full(needs.shape[0], np.nan),
    )  # fmt: skip


def _stochastic(case: Case, best: Solution) -> float:
    """Return what deciding today on the mean path costs: first-month decisions kept, rest best."""
    chance = case.tree.chance
    if len(chance) == 1:
        return 0.0
    mean = Tree.of(np.ones(1), np.zeros((1, case.needs.months), np.int64))
    path = np.einsum("s,s...->...", chance, np.nan_to_num(case.by_course, nan=np.inf))
    path = np.where(np.isfinite(path), path, np.nan)
    decided = solve(case.needs, mean, path, case.taste)
    try:
        kept = solved(case, today(decided))
    except NoSolutionError:
        return float("inf")
    return above(kept.objective, best.objective)


def _perfect(case: Case, best: Solution) -> float:
    """Return what it would be worth to know today which course comes."""
    fan = Tree.fan(case.tree.chance, case.needs.months)
    known = solve(case.needs, fan, case.at_nodes(fan), replace(case.taste, aversion=0.0))
    tail = cvar(known.cost, case.tree.chance, case.taste.tail)
    return above(best.objective, known.expected + case.taste.aversion * tail)


def _waiting(case: Case) -> Iterator[float]:
    added = case.tree.at_nodes(np.nan_to_num(case.rates.added))
    for index, place in enumerate(places(case.imports)):
        carrying = case.needs.bond_cost[place] / case.needs.price[place]
        yield float(value_of_waiting(case.tree, added[:, index, 0], carrying)[0])
