"""What two accords differ in: by their words, clause by clause, and by the law on a day."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from math import isnan, nan
from typing import TYPE_CHECKING, Any, Final, final

from entente.accord.clauses import KINDS, Allocate, Schedule
from entente.accord.clauses.common import plain_clause
from entente.accord.document import Accord
from entente.accord.text import ALL_TABLES

if TYPE_CHECKING:
    from entente.accord.choices import Choices
    from entente.accord.course import Course
    from entente.accord.timeline import Interval

DAY: Final = timedelta(days=1)


@final
@dataclass(frozen=True, slots=True)
class Change:
    """One thing that differs: `before` is None where it was added, `after` where it was removed."""

    table: str  # accord, source, metric, choice, clause or open
    id: str
    field: str  # empty: the whole entry
    before: Any
    after: Any

    def __str__(self) -> str:
        subject = f"{self.table} {self.id}".strip()
        if not self.field:
            return f"{subject}: {'added' if self.before is None else 'removed'}"
        if self.before is None:
            return f"{subject}: {self.field} added, {_said(self.after)}"
        if self.after is None:
            return f"{subject}: {self.field} removed, was {_said(self.before)}"
        return f"{subject}: {self.field} from {_said(self.before)} to {_said(self.after)}"


def text_difference(before: Accord, after: Accord) -> tuple[Change, ...]:
    """List what was added, removed or changed, by id and field; order in the file is nothing.

    Lists of names are compared as they stand, since the order of rules and steps has meaning.
    """
    return tuple(_changes(before.plain(), after.plain()))


def _changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    for key in dict.fromkeys((*before, *after)):
        old, new = before.get(key), after.get(key)
        if key not in ALL_TABLES:
            if old != new:
                yield Change("accord", "", key, old, new)
            continue
        for id_ in sorted({*(old or {}), *(new or {})}):
            yield from _rows(key, id_, (old or {}).get(id_), (new or {}).get(id_))


def _rows(
    table: str, id_: str, before: Mapping[str, Any] | None, after: Mapping[str, Any] | None
) -> Iterator[Change]:
    if before is None or after is None:
        yield Change(table, id_, "", before, after)
        return
    for field in dict.fromkeys((*before, *after)):
        if before.get(field) != after.get(field):
            yield Change(table, id_, field, before.get(field), after.get(field))


def _said(value: object) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_said(item)}" for key, item in value.items()) + " }"
    if isinstance(value, list):
        return f"[{', '.join(map(_said, value))}]"
    if isinstance(value, float):
        return f"{value:.12g}"
    if isinstance(value, bool):
        return str(value).lower()
    return value.isoformat() if isinstance(value, date) else str(value)


@final
@dataclass(frozen=True, slots=True)
class Witness:
    """The first day on which two accords set a quantity differently, and what each sets.

    `goods` is the goods code for which they differ, `*` for all. Of an allocation, `before` and
    `after` name the clauses whose rules are in force.
    """

    quantity: str
    by: str
    on: str
    goods: str
    date: date
    before: Any
    after: Any

    def __str__(self) -> str:
        who = f" by {self.by}" if self.by else ""
        whom = f" on {self.on}" if self.on else ""
        goods = f" for goods {self.goods}" if self.goods not in ("", "*") else ""
        values = f"{_said(self.before)} before, {_said(self.after)} after"
        return f"{self.quantity}{who}{whom}{goods}: from {self.date}, {values}"


def law_difference(
    before: Accord, after: Accord, choices: "Choices | None" = None
) -> tuple[Witness, ...]:
    """Give the first day on which each quantity differs, in order of time.

    Looked for on every breakpoint of both timelines; odds are silent, and what the choices leave
    open stays with the outcomes. Schedules are compared by value, allocations by the rules in
    force: equal rules are equal for every case, unequal ones may still agree on some.
    """
    from entente.accord.readings import readings
    from entente.accord.timeline import timeline_of

    read = readings(before, choices), readings(after, choices)
    lines = timeline_of(before, read[0]), timeline_of(after, read[1])
    days = sorted(
        {_day(moment) for line in lines for row in line for moment in (row.from_, row.to)}
    )
    runs = tuple({reading.label: reading.run for reading in of_accord} for of_accord in read)
    found = [
        *(_scheduled(runs, days, lever) for lever in _levers(before, after)),
        *(_allocated((before, after), lines, days, name) for name in _allocations(before, after)),
    ]
    first = [witness for witness in found if witness is not None]
    return tuple(sorted(first, key=lambda w: (w.date, w.quantity, w.by, w.on, w.goods)))


def _day(moment: date) -> date:
    return moment.date() if isinstance(moment, datetime) else moment


def _levers(*accords: Accord) -> list[tuple[str, str, str, str]]:
    """Return (quantity, by, on, goods) of everything that a schedule of some accord sets."""
    found = {
        (clause.sets, by, on, goods)
        for accord in accords
        for clause in accord.clauses.values()
        if isinstance(clause, Schedule)
        for by in clause.common.by or ("",)
        for on in clause.common.on or ("",)
        for goods in clause.goods or ("",)
    }
    return sorted(found)


def _scheduled(
    runs: "tuple[dict[str, Course], ...]", days: list[date], lever: tuple[str, str, str, str]
) -> Witness | None:
    for day in days:
        old, new = (
            {reading: _value(run, day, lever) for reading, run in of_accord.items()}
            for of_accord in runs
        )
        if set(old.values()) != set(new.values()):
            return Witness(*lever, day, _settled(old), _settled(new))
    return None


def _value(run: "Course", day: date, lever: tuple[str, str, str, str]) -> float | None:
    """Return what schedules set at the start of a day, or None."""
    from entente.accord.calendar import local64
    from entente.accord.quantities import folded, levers_of, matched, parts

    quantity, by, on, goods = lever
    now = local64(day, run.plan.accord.zone)
    standing = replace(run.at(now), now=now)
    meant = [
        part
        for part in parts(standing, run.world)
        if part.clause.sets == quantity
        and any((mover.by, mover.on) == (by, on) for mover in levers_of(part.clause))
    ]
    group = matched(meant, "" if goods == "*" else goods)
    amount = float(folded(run.plan, group)[0]) if group else nan
    adds = any(part.clause.common.combine == "add" for part in meant)
    return (0.0 if adds else None) if isnan(amount) else amount


def _settled(values: Mapping[str, float | None]) -> Any:
    """Return the value, or each reading's where they differ."""
    return next(iter(values.values())) if len(set(values.values())) == 1 else dict(values)


def _allocations(*accords: Accord) -> list[str]:
    return sorted({c.sets for a in accords for c in a.clauses.values() if isinstance(c, Allocate)})


def _allocated(
    accords: tuple[Accord, Accord],
    lines: "tuple[tuple[Interval, ...], ...]",
    days: list[date],
    quantity: str,
) -> Witness | None:
    """Compare the rules in force, without their marks of origin."""
    for day in days:
        old, new = (
            _rules(accord, line, day, quantity) for accord, line in zip(accords, lines, strict=True)
        )
        if old != new:
            return Witness(quantity, "", "", "", day, _ids(old), _ids(new))
    return None


def _rules(
    accord: Accord, line: "tuple[Interval, ...]", day: date, quantity: str
) -> dict[str, Any]:
    found = {}
    for row in line:
        clause = accord.clauses[row.clause]
        holds = _day(row.from_) <= day < max(_day(row.to), _day(row.from_) + DAY)
        acts = row.state in ("in_force", "triggered", "suspended") and holds
        if acts and isinstance(clause, Allocate) and clause.sets == quantity:
            table = plain_clause(clause, KINDS["allocate"][1])
            words = {key: table.get(key) for key in ("rules", "clocks", "otherwise")}
            found[f"{row.clause} {row.state} {' '.join(row.places)}".strip()] = words
    return found


def _ids(rules: Mapping[str, Any]) -> str:
    return ", ".join(sorted(rules)) or "nothing"
