"""Dates: decisions at the wrong time (E109, E114), order (E117, W210), days in UTC (W211)."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from itertools import pairwise
from typing import Final

import numpy as np

from entente.accord.calendar import add, as_date, month_days, zone_named
from entente.accord.checks.subject import Subject
from entente.accord.clauses import Clause, Obligation, Procedure, Review, Schedule, Trigger
from entente.accord.expression import Expression
from entente.accord.expression.tree import Call, Compare, Constant, Logic, Node
from entente.accord.schema import Moment, Path
from entente.problems import Problem

_FLIP: Final = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}


def check(subject: Subject) -> Iterator[Problem]:
    """Give E109, E114, E117, W210 and W211."""
    for clause in subject.clauses():
        if isinstance(clause, Review):
            yield from _unpublished(subject, clause)
        yield from _after_sunset(subject, clause)
        yield from _order(subject, clause)
        yield from _days(subject, clause)


def _unpublished(subject: Subject, review: Review) -> Iterator[Problem]:
    on = subject.fixed(review.at)
    for index, read in enumerate(review.reads):
        metric = subject.accord.metrics.get(read.metric)
        if on is None or metric is None or read.month is None or metric.lag.unit == "bd":
            continue
        last = as_date(month_days(read.month)[1] - np.timedelta64(1, "D"))
        try:
            published = add(last, metric.lag)
        except OverflowError:
            published = date.max
        if published > on:
            message = f"reads {read.plain()}, published on {published}, but decides on {on}"
            mend = f"read an earlier month, or review on {published} or later"
            yield subject.problem("E109", review, ("reads", index), message, mend)


def _after_sunset(subject: Subject, clause: Clause) -> Iterator[Problem]:
    ends = [m for m in (clause.common.expires, subject.accord.sunset) if m is not None]
    if not ends:
        return
    end = min(subject.day(moment) for moment in ends)
    for path, day in _moments(subject, clause):
        if day >= end:
            message = f"{path[0]} falls on {day}, and the clause ends on {end}"
            yield subject.problem("E114", clause, path, message, "move one of the two dates")


def _moments(subject: Subject, clause: Clause) -> Iterator[tuple[Path, date]]:
    """Give the fixed days on which a clause acts."""
    asked: list[tuple[Path, Expression | None]] = [(("from",), clause.common.from_)]
    if isinstance(clause, Review):
        asked.append((("at",), clause.at))
    if isinstance(clause, Obligation):
        asked.append((("due",), clause.due))
        asked += [(("stages", i, "due"), stage.due) for i, stage in enumerate(clause.stages)]
    for path, expression in asked:
        day = subject.fixed(expression)
        if day is not None:
            yield path, day
    if isinstance(clause, Trigger):
        earliest = _earliest(subject, clause.when.tree)
        if earliest is not None:
            yield ("when",), earliest


def _earliest(subject: Subject, node: Node) -> date | None:
    """Return the first day on which a condition on `today` may hold, if it names one."""
    match node:
        case Logic(word="and", parts=parts):
            days = [day for part in parts if (day := _earliest(subject, part)) is not None]
            return max(days, default=None)
        case Compare(sign=sign, left=left, right=right):
            if isinstance(right, Call) and right.function == "today":
                left, right, sign = right, left, _FLIP[sign]  # type: ignore[assignment]
            is_today = isinstance(left, Call) and left.function == "today"
            if is_today and sign in (">", ">=", "=="):
                return subject.fixed(Expression("", "date", right, right.at))
    return None


def _order(subject: Subject, clause: Clause) -> Iterator[Problem]:
    """Give E117 for dates out of order, W210 for effect before anyone could know."""
    common = clause.common
    given = common.dates()
    if not _retroactive(subject, clause):
        for (name, moment), (later, after) in pairwise(given.items()):
            if _before(subject, after, moment):
                message = f"{later} {after} comes before {name} {moment}"
                mend = "mend a date, or say in a note that it is retroactive"
                yield subject.problem("E117", clause, (later,), message, mend)
                return
    start = common.effective or common.applied
    if start and common.expires and _empty(subject, start, common.expires):
        message = f"expires {common.expires}, not after it takes effect on {start}"
        yield subject.problem("E117", clause, ("expires",), message, "mend a date")
    known = subject.accord.known_from(common.id)
    if start is not None and known is not None and subject.day(start) < known:
        field = "effective" if common.effective else "applied"
        message = f"in effect on {start}, known on {known}"
        yield subject.problem("W210", clause, (field,), message, "")


def _empty(subject: Subject, start: Moment, end: Moment) -> bool:
    """Whether nothing lies between two moments; a day and an instant in it may bound some hours."""
    hours = isinstance(start, datetime) is not isinstance(end, datetime)
    same_day = subject.day(start) == subject.day(end)
    return not _before(subject, start, end) and not (hours and same_day)


def _retroactive(subject: Subject, clause: Clause) -> bool:
    """Whether the clause's note, or a source of it, says that it reaches back."""
    sources = subject.accord.sources
    titles = [sources[id_].title for id_ in clause.common.source if id_ in sources]
    return any("retroactiv" in words.lower() for words in (clause.common.note, *titles))


def _before(subject: Subject, first: Moment, second: Moment) -> bool:
    """Compare moments; a bare day against an instant is compared by the day."""
    if isinstance(first, datetime) and isinstance(second, datetime):
        return _instant(subject, first) < _instant(subject, second)
    return subject.day(first) < subject.day(second)


def _instant(subject: Subject, moment: datetime) -> datetime:
    zoned = moment if moment.tzinfo else moment.replace(tzinfo=zone_named(subject.accord.zone))
    return zoned.astimezone(UTC)


def _days(subject: Subject, clause: Clause) -> Iterator[Problem]:
    for path, moment in _instants(clause):
        if isinstance(moment, datetime):
            here, there = subject.day(moment), _instant(subject, moment).date()
            if here != there:
                message = f"{named(path)} is on {here} in {subject.accord.zone}, on {there} in UTC"
                mend = "write the offset if the text means UTC"
                yield subject.problem("W211", clause, path, message, mend)


def named(path: Path) -> str:
    """Name a field by its path."""
    return ".".join(str(part) for part in path)


def _instants(clause: Clause) -> Iterator[tuple[Path, Moment]]:
    """Give every day or instant that a clause writes out."""
    for name, moment in clause.common.dates().items():
        yield (name,), moment
    if clause.common.expires is not None:
        yield ("expires",), clause.common.expires
    if isinstance(clause, Procedure) and clause.decided is not None:
        yield ("decided",), clause.decided
    if isinstance(clause, Schedule):
        for index, step in enumerate(clause.steps):
            yield ("steps", index, 0), step.first
    for expression, path in _dated(clause):
        if isinstance(expression.tree, Constant) and isinstance(expression.tree.value, datetime):
            yield path, expression.tree.value


def _dated(clause: Clause) -> Iterator[tuple[Expression, Path]]:
    if isinstance(clause, Review) and clause.at is not None:
        yield clause.at, ("at",)
    if isinstance(clause, Obligation):
        yield clause.due, ("due",)
