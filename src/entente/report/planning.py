"""What an importer's plan says: what to do now, what follows in each course, its worth."""

from collections.abc import Iterator
from typing import Any, Final

import numpy as np
import pandas as pd
from rich import box
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table as Grid
from rich.text import Text

from entente.advice.case import places
from entente.advice.contingency import Plan
from entente.advice.imports import Row
from entente.advice.tables import price_rise
from entente.language import counted, decimal, figures, marked, phrase
from entente.report import amounts, charts, words
from entente.report.figures.figure import Figure, all_values, figure
from entente.report.tables import Cell, Table, Value

_FEW: Final = 12
_SMALL: Final = 1e-3  # units below a thousandth of the need are the solver's


def content(plan: Plan, version: str) -> dict[str, Any]:
    """Gather the words, tables and the figure of the page."""
    case = plan.case
    products = len(case.imports.products)
    return {
        "title": counted(
            "Plan for {count} product, {period}",
            "Plan for {count} products, {period}",
            products,
            period=words.span(words.month(case.months[0]), words.month(case.months[-1])),
        ),
        "headline": headline(plan),
        "answer": answer(plan),
        "key_numbers": _key_numbers(plan),
        "now": now(plan),
        "sure": sure(plan),
        "left": _left(products - _FEW),
        "later": _later(plan),
        "figure": _figure(plan),
        "courses": _courses(plan),
        "worth": _worth(plan),
        "assumptions": _assumptions(plan),
        "version": version,
    }


def summary(plan: Plan) -> RenderableType:
    """Give the terminal what to do now, the cost of each course and what would change the plan."""
    parts: list[RenderableType] = [
        Text(headline(plan), style="bold"),
        Padding(Text(answer(plan)), (1, 0)),
        Text(phrase("Now, {month}", month=words.month(plan.case.months[0]))),
        *(Padding(Text(f"{p}: {said}"), (0, 0, 0, 2)) for p, said in now(plan)),
        *(Text(f"{when}: {said}") for when, said in sure(plan)[:_FEW]),
        _grid(_courses(plan)),
        *(Text(sentence) for sentence in _worth(plan)),
    ]
    if plan.assumptions:
        parts.append(_grid(_assumptions(plan)))
    return Group(*parts)


def _left(count: int) -> str:
    """Say how many products the page leaves to the table; empty for none."""
    if count <= 0:
        return ""
    return counted(
        "{count} more product: in plan.csv.", "{count} more products: in plan.csv.", count
    )


def _grid(table: Table) -> Grid:
    grid = Grid(box=box.SIMPLE_HEAD, pad_edge=False, title_justify="left")
    for index, head in enumerate(table.head):
        number = index in table.numeric
        grid.add_column(head, justify="right" if number else "left", ratio=None if number else 2)
    for row in table.rows:
        grid.add_row(*(cell if isinstance(cell, str) else cell.shown for cell in row))
    return grid


def headline(plan: Plan) -> str:
    """Say what the plan comes to in one line."""
    saved = plan.as_now.expected - plan.solution.expected
    if saved < 1e-4 * abs(plan.as_now.expected):
        return phrase("Nothing that you told us of beats going on as now")
    return phrase("The plan saves {amount} on average against going on as now", amount=_usd(saved))


def answer(plan: Plan) -> str:
    """Say what is expected and what the bad courses cost."""
    best, taste = plan.solution, plan.case.taste
    costs = {
        "expected": _usd(best.expected),
        "share": amounts.percentage(1 - taste.tail),
        "dearest": _usd(best.cvar),
        "as_now": _usd(plan.as_now.expected),
        "dearest_as_now": _usd(plan.as_now.cvar),
    }
    if not taste.aversion:
        return phrase(
            "Expected cost {expected}; the dearest {share} of draws average {dearest}. Going on as "
            "now: {as_now} and {dearest_as_now}.",
            **costs,
        )
    return phrase(
        "Expected cost {expected}; the dearest {share} of draws average {dearest}, which weighs "
        "{weight} in the plan. Going on as now: {as_now} and {dearest_as_now}.",
        weight=figures(taste.aversion),
        **costs,
    )


def now(plan: Plan) -> list[tuple[str, str]]:
    """Say for each product what to do in the first month; the dearest products only."""
    return [(name, _said(plan, product, 0)) for product, name in _dearest(plan)]


def sure(plan: Plan) -> list[tuple[str, str]]:
    """Say what is out of the ordinary in later months, while no course can be told apart."""
    case, found = plan.case, []
    for index in range(1, len(case.months)):
        nodes = np.unique(case.tree.node_of[:, index])
        if len(nodes) > 1:
            break
        for product, name in _dearest(plan):
            if _unusual(plan, product, int(nodes[0])):
                said = f"{name}: {_said(plan, product, int(nodes[0]))}"
                found.append((words.month(case.months[index]), said))
    return found if len(case.tree.chance) > 1 else []


def _unusual(plan: Plan, product: int, node: int) -> bool:
    """Tell whether more or less is ordered than needed, or goods are held anywhere."""
    made, needs = plan.solution.decisions, plan.case.needs
    need = float(needs.need[product, plan.case.tree.month[node]])
    held = sum(float(made[name][node, product].sum()) for name in ("bonded", "in_zone", "stock"))
    ordered = float(made["order"][node, product].sum())
    return held > _SMALL * need or abs(ordered - need) > 0.01 * need


def _dearest(plan: Plan) -> list[tuple[int, str]]:
    needs = plan.case.needs
    value = needs.need.mean(axis=1) * needs.price[:, 0]
    names = list(plan.case.imports.products)
    return [(int(index), names[index]) for index in np.argsort(-value, kind="stable")[:_FEW]]


def _said(plan: Plan, product: int, node: int) -> str:
    """Say what is done for a product at a node."""
    made, needs = plan.solution.decisions, plan.case.needs
    small = _SMALL * max(float(needs.need[product].max()), 1.0)
    said: list[str] = []
    for row, (owner, option) in zip(plan.case.imports.rows, places(plan.case.imports), strict=True):
        if owner == product:
            said += _of_row(plan, row, (node, product, option), small)
    if made["stock"][node, product] > small:
        kept = _units(made["stock"][node, product])
        said.append(phrase("keep {units} in store", units=kept))
    rise = float(price_rise(plan)[node, product])
    if rise > 1e-4:
        said.append(phrase("raise the price by {share} %", share=decimal(100 * rise, 1)))
    if made["short"][node, product] > small:
        short = _units(made["short"][node, product])
        said.append(phrase("leave {units} unsupplied", units=short))
    return ", ".join(said) or phrase("order nothing")


def _of_row(plan: Plan, row: Row, at: tuple[int, int, int], small: float) -> Iterator[str]:
    made = plan.solution.decisions
    if at[0] == 0 and made["open"][at] > 0.5:
        yield phrase("open {supplier}", supplier=row.supplier or row.line_id)
    order = marked("order {units} from {supplier}") if row.supplier else marked("order {units}")
    for name, verb in (
        ("order", order),
        ("claim", marked("claim preference on {units}")),
        ("bonded", marked("hold {units} in bond")),
        ("to_zone", marked("admit {units} to the zone")),
        ("from_zone", marked("take {units} out of the zone")),
    ):
        if made[name][at] > small:
            yield phrase(verb, units=_units(made[name][at]), supplier=row.supplier)


def _later(plan: Plan) -> Table:
    """Set the next months beside each other, in the likeliest course and in the dearest."""
    case = plan.case
    likely = int(case.tree.chance.argmax())
    dear = int(np.argmax(plan.solution.cost))
    shown = list(dict.fromkeys([likely, dear]))
    lines: list[tuple[Cell, ...]] = []
    groups = []
    for product, name in _dearest(plan)[: _FEW // 2]:
        months = [
            (
                words.month(month),
                *(_said(plan, product, int(case.tree.node_of[s, index])) for s in shown),
            )
            for index, month in enumerate(case.months)
        ]
        lines += months
        groups.append((len(months), name))
    heads = [f"{case.words[s]} ({amounts.percentage(case.tree.chance[s])})" for s in shown]
    return Table(
        "months",
        phrase("What the plan does month by month, in the likeliest and in the dearest course"),
        (phrase("Month"), *heads), tuple(lines), tuple(groups),
    )  # fmt: skip


def _courses(plan: Plan) -> Table:
    case, best, as_now = plan.case, plan.solution, plan.as_now
    lines = tuple(
        (
            case.words[index],
            Value(float(case.tree.chance[index]), "share"),
            Value(float(best.duty[index]), "USD"),
            Value(float(best.cost[index]), "USD"),
            Value(float(as_now.cost[index]), "USD"),
        )
        for index in range(len(case.words))
    )
    return Table(
        "courses",
        phrase(
            "Each course of events: its share of draws, duties and fees paid under the plan, what "
            "all purchases cost, and what going on as now would"
        ),
        (
            phrase("Added duty"),
            phrase("Draws"),
            phrase("Duties"),
            phrase("Cost"),
            phrase("As now"),
        ),
        lines,
    )


def _worth(plan: Plan) -> list[str]:
    known = phrase(
        "To know today which course comes would be worth {amount}.", amount=_usd(plan.perfect)
    )
    if not np.isfinite(plan.stochastic):
        mean = phrase(
            "Deciding today on the average course alone leaves no way to meet every need."
        )
        return [mean, known]
    mean = phrase(
        "Deciding today on the average course alone would cost {amount} more.",
        amount=_usd(plan.stochastic),
    )
    return [mean, known]


def _assumptions(plan: Plan) -> Table:
    lines = tuple(
        (
            f"{phrase(a.name)}: {phrase(a.moved)}",
            phrase("yes") if a.changes else phrase("no"),
            Value(a.regret, "USD") if np.isfinite(a.regret) else phrase("no plan"),
        )
        for a in plan.assumptions
    )
    return Table(
        "assumptions",
        phrase(
            "Each assumption moved alone: whether today's decisions would be others, and what "
            "keeping to them would then cost"
        ),
        (
            phrase("Assumption"),
            phrase("Other decisions today"),
            phrase("Cost of keeping to these"),
        ),
        lines,
    )


def _figure(plan: Plan) -> Figure:
    """Draw what is entered month by month in the likeliest and the dearest course."""
    case, made = plan.case, plan.solution.decisions
    value = ((made["enter"] + made["claim"] + made["to_zone"]) * case.needs.price).sum(axis=(1, 2))
    need = (case.needs.need * case.needs.price[:, :1]).sum(axis=0)
    likely, dear = int(case.tree.chance.argmax()), int(np.argmax(plan.solution.cost))
    names = {phrase("likeliest course"): likely, phrase("dearest course"): dear}
    if likely == dear:
        names = {phrase("the plan"): likely}
    frame = pd.DataFrame(
        [
            {"month": pd.Timestamp(str(month)), "name": name, "value": float(amount)}
            for name, path in (
                *((n, value[case.tree.node_of[s]]) for n, s in names.items()),
                ("need", need),
            )
            for month, amount in zip(case.months, path, strict=True)
        ]
    )
    series = [*(value[case.tree.node_of[s]] for s in names.values()), need]
    table = Table(
        "entered",
        phrase("Customs value entered by month"),
        (phrase("Month"), *names, phrase("need")),
        tuple(
            (words.month(month), *(Value(float(path[index]), "USD") for path in series))
            for index, month in enumerate(case.months)
        ),
    )
    return figure(
        "entered",
        phrase("When goods are entered"),
        phrase("Customs value entered or admitted in each month; dashed: what is needed."),
        all_values(phrase("Customs value entered by month")),
        table,
        lambda width: charts.paths(frame, width),
    )


def _key_numbers(plan: Plan) -> list[dict[str, str]]:
    best, tail = plan.solution, amounts.percentage(1 - plan.case.taste.tail)
    return [
        {"value": _usd(best.expected), "what": phrase("expected cost of all purchases")},
        {
            "value": _usd(best.cvar),
            "what": phrase("average of the dearest {share} of draws", share=tail),
        },
        {
            "value": _usd(plan.as_now.expected - best.expected),
            "what": phrase("saved on average"),
        },
        {"value": _usd(plan.perfect), "what": phrase("worth of knowing which course comes")},
    ]


def _usd(value: float) -> str:
    return amounts.quantity(value, "USD")


def _units(value: float) -> str:
    return phrase("{count} units", count=decimal(value, 0 if value >= 10 else 1))
