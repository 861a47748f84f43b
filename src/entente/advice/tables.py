"""A plan as rows: every decision by month, by what has happened by then, and by row of the file."""

import csv
import io
from collections.abc import Iterator
from typing import Any, Final

import numpy as np

from entente.advice.case import places
from entente.advice.contingency import Plan
from entente.files import harmless

COLUMNS: Final = (
    "month", "courses", "chance", "line_id", "product", "supplier", "order_units", "enter_units",
    "claim_units", "to_zone_units", "from_zone_units", "bonded_units", "in_zone_units", "open",
    "stock_units", "short_units", "unsold_units", "price_rise_percent",
)  # fmt: skip
_BY_OPTION: Final = ("order", "enter", "claim", "to_zone", "from_zone", "bonded", "in_zone", "open")


def rows(plan: Plan) -> Iterator[tuple[Any, ...]]:
    """Yield a row for each node of the tree and each row of the file, in order of months.

    courses   the numbers of the courses that cannot be told apart by then
    What belongs to a product stands in its first row.
    """
    case, decisions = plan.case, plan.solution.decisions
    chance = case.tree.probability
    rise = price_rise(plan)
    for node in range(case.tree.nodes):
        month = int(case.tree.month[node])
        here = np.flatnonzero(case.tree.node_of[:, month] == node) + 1
        head = (str(case.months[month]), ";".join(map(str, here)), round(float(chance[node]), 4))
        for row, (product, option) in zip(case.imports.rows, places(case.imports), strict=True):
            own = [_units(decisions[name][node, product, option]) for name in _BY_OPTION]
            tail: tuple[Any, ...] = ("",) * 4
            if option == 0:
                tail = (
                    _units(decisions["stock"][node, product]),
                    _units(decisions["short"][node, product]),
                    _units(decisions["less"][node, product].sum()),
                    round(100 * float(rise[node, product]), 2),
                )
            yield (*head, row.line_id, row.product, row.supplier, *own, *tail)


def price_rise(plan: Plan) -> np.ndarray:
    """Return by what share each product's price rises where less is sold   [node, product]."""
    needs, tree = plan.case.needs, plan.case.tree
    need = needs.need[:, tree.month].T
    unsold = plan.solution.decisions["less"].sum(axis=2)
    share = np.divide(unsold, need, np.zeros_like(unsold), where=need > 0)
    exponent = np.nan_to_num(1 / needs.elasticity)
    return np.asarray((1 - share) ** -exponent - 1)


def as_csv(plan: Plan) -> str:
    """Write a plan as CSV."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in rows(plan):
        writer.writerow([harmless(c) if isinstance(c, str) else c for c in row])
    return out.getvalue()


def as_json(plan: Plan) -> dict[str, Any]:
    """Give the figures of a plan for machines; money in USD, discounted to today."""
    best, now, case = plan.solution, plan.as_now, plan.case
    return {
        "months": [str(month) for month in case.months],
        "expected_cost": round(best.expected, 2),
        "cvar": round(best.cvar, 2),
        "tail": case.taste.tail,
        "aversion": case.taste.aversion,
        "objective": round(best.objective, 2),
        "expected_cost_as_now": round(now.expected, 2),
        "value_of_stochastic_solution": _money(plan.stochastic),
        "value_of_perfect_information": _money(plan.perfect),
        "courses": [
            {
                "course": number + 1, "words": words, "chance": round(float(chance), 4),
                "cost": round(float(best.cost[number]), 2),
                "duty": round(float(best.duty[number]), 2),
                "cost_as_now": round(float(now.cost[number]), 2),
            }
            for number, (words, chance) in enumerate(zip(case.words, case.tree.chance, strict=True))
        ],
        "assumptions": [
            {
                "assumption": a.name, "moved": a.moved, "regret": _money(a.regret),
                "changes": a.changes,
            }
            for a in plan.assumptions
        ],
    }  # fmt: skip


def _units(value: float) -> float:
    return round(float(value), 3) + 0.0


def _money(value: float) -> float | None:
    return round(value, 2) if np.isfinite(value) else None
