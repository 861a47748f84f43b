"""Promised levels: in what share of draws each is met when a review reads it."""

from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple, TypeAlias

import numpy as np
import pandas as pd

from entente.accord.choices import Choices
from entente.accord.clauses import Obligation, Review
from entente.accord.document import Accord, Metric
from entente.accord.expression.tree import Compare, Constant, Name
from entente.accord.plan import Plan, fixed_day, review_days
from entente.accord.published import Published, released
from entente.accord.standing import Moment, World
from entente.evidence import Series
from entente.lab.ensemble import Ensemble
from entente.world.measures import BY_NAME

COLUMNS: Final = (
    "clause",
    "party",
    "threshold",
    "measure",
    "by_date",
    "month_read",
    "probability",
    "basis",
)
Row: TypeAlias = Sequence[Any]
_MET: Final = COLUMNS.index("probability")


class _Promise(NamedTuple):
    """An obligation to bring one measured quantity to a level."""

    clause: Obligation
    metric: Metric
    level: float


def counted(found: Ensemble) -> list[Row]:
    """Return a row for each promised level and each day on which it is reviewed or falls due.

    A row is as in COLUMNS, with the number of the block's draws that meet the level by the last
    month published by then, `month_read`. Days before the promise, and days on which no month of
    the run is published yet, have no row.
    """
    plan = found.ledger.plan
    rows = [
        _row(found, promise, day)
        for promise in _promises(found.accord)
        for day in _days(plan, promise)
    ]
    return [row for row in rows if row is not None]


def targets(parts: Sequence[Sequence[Row]], draws: int) -> pd.DataFrame:
    """Join the rows that `counted` gave for every block of draws; counts become probabilities."""
    table = pd.DataFrame(parts[0], columns=list(COLUMNS))
    met = np.array([[row[_MET] for row in part] for part in parts], dtype=np.int64)
    return table.assign(probability=met.sum(axis=0) / draws)


def _promises(accord: Accord) -> Iterator[_Promise]:
    for clause in accord.clauses.values():
        if not isinstance(clause, Obligation) or clause.must is None:
            continue
        match clause.must.tree:
            case (
                Compare(left=Name(id=name), right=Constant(value=float(level)))
                | Compare(left=Constant(value=float(level)), right=Name(id=name))
            ):
                metric = accord.metrics.get(name)
                if metric is not None and metric.series in BY_NAME:
                    yield _Promise(clause, metric, level)


def _days(plan: Plan, promise: _Promise) -> list[np.datetime64]:
    """Return the days of the accord's reviews and the due day, from the promise on."""
    accord, start = plan.accord, plan.lives[promise.clause.common.id].start
    days = {fixed_day(accord, promise.clause.due)}
    for clause in accord.clauses.values():
        if isinstance(clause, Review):
            days |= set(review_days(accord, clause, plan.lives, plan.end))
    return sorted(day for day in days if not np.isnat(day) and not day < start)


def _row(found: Ensemble, promise: _Promise, day: np.datetime64) -> Row | None:
    """Read a promise on a day as the accord itself would."""
    series = found.seen.series[promise.metric.series]
    month = _last_known(promise.metric, series, day)
    opening = found.dataset["month"].to_numpy()[0].astype("datetime64[M]")
    if month is None or month < opening:
        return None
    published = Published(found.accord, found.seen)
    reading = World(found.ledger.plan, published, Choices(), None)
    must = promise.clause.must
    assert must is not None
    met = must.answer(Moment(reading, day, found.ledger.codes)).values
    common = promise.clause.common
    return (
        common.id,
        " ".join(common.by),
        promise.level,
        promise.metric.series,
        str(day.astype("datetime64[D]")),
        str(month),
        int(np.broadcast_to(met, found.seen.draws).sum()),
        common.basis,
    )


def _last_known(metric: Metric, series: Series, day: np.datetime64) -> np.datetime64 | None:
    months = series.first + np.arange(series.values.shape[1]).astype("timedelta64[M]")
    known = months[released(metric, months) <= day.astype("datetime64[D]")]
    return known[-1] if known.size else None
