"""A metric over time as solver terms: its months, counted back from the last that is known."""

from functools import reduce
from typing import Any

from entente.accord.calendar import Duration
from entente.accord.expression.said import said
from entente.accord.expression.solving import Ground, NoExactForm, Term, any_of
from entente.accord.expression.symbols import Kind
from entente.accord.expression.tree import Call, Constant, Name, Node


def series(ground: Ground, node: Call) -> Term:
    """Write a series by its months, counted back from the last that is known."""
    metric = id_of(node.arguments[0])
    last, *_ = _months(ground, metric, 1)
    fault = ground.unknown(metric)
    if node.function == "last":
        return Term(last, fault)
    if node.function == "share":
        other = id_of(node.arguments[1])
        below = _months(ground, other, 1)[0]
        return Term(last / below, any_of(fault, ground.unknown(other), below == 0))
    period = node.arguments[1]
    assert isinstance(period, Constant)
    assert isinstance(period.value, Duration)
    months = _months(ground, metric, period.value.months + (node.function in ("lag", "change")))
    if node.function in ("mean", "sum"):
        total = reduce(lambda a, b: a + b, months)
        return Term(total / len(months) if node.function == "mean" else total, fault)
    if node.function == "lag":
        return Term(months[-1], fault)
    return Term(last / months[-1] - 1, any_of(fault, months[-1] == 0))


def _months(ground: Ground, metric: str, count: int) -> list[Any]:
    return [ground.variable(("month", metric, str(k)), Kind.NUMBER) for k in range(count)]


def id_of(node: Node) -> str:
    """Return the name that a part is; raises NoExactForm where it is none."""
    if not isinstance(node, Name):
        raise NoExactForm(said(node))
    return node.id
