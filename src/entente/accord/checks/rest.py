"""Checks of calendars: named but not there, years without days of rest, uncounted business days."""

from collections.abc import Iterator
from dataclasses import fields

from entente.accord.calendar import Duration
from entente.accord.checks.subject import Subject, uncounted
from entente.accord.clauses import Allocate, Clause
from entente.accord.rest import Calendar
from entente.problems import Problem, did_you_mean

_LACKING = "business days need a named calendar"


def check(subject: Subject) -> Iterator[Problem]:
    """Give E103, E104 and E111 for calendars, and for lengths that need one."""
    for calendar in subject.accord.calendars.values():
        yield from _silent(subject, calendar)
    for metric in subject.accord.metrics.values():
        if uncounted(metric.lag):
            where = subject.accord.at("metric", metric.id, "lag")
            mend = "count in days; a metric has no calendar"
            yield Problem("E111", where, metric.id, _LACKING, mend)
    for clause in subject.clauses():
        yield from _of_clause(subject, clause)


def _silent(subject: Subject, calendar: Calendar) -> Iterator[Problem]:
    """Give E104 for years of the horizon in which a calendar of dates lists none."""
    accord = subject.accord
    if subject.broken_ids("accord") or not calendar.silent_years(accord.horizon):
        return
    years = calendar.silent_years(accord.horizon)
    where = accord.at("calendar", calendar.id, "holidays")
    message = f"'{calendar.id}' lists no day of rest in {', '.join(map(str, years))}"
    mend = 'list them, or write days of every year as "12-25"'
    yield Problem("E104", where, calendar.id, message, mend)


def _of_clause(subject: Subject, clause: Clause) -> Iterator[Problem]:
    named, known = clause.common.calendar, subject.accord.calendars
    if named is not None and named not in known:
        if named not in subject.broken_ids("calendar"):
            message = f"no calendar named '{named}'"
            mend = did_you_mean(named, known)
            yield subject.problem("E103", clause, ("calendar",), message, mend)
        return
    for each in fields(clause):
        length = getattr(clause, each.name)
        if isinstance(length, Duration) and uncounted(length):
            mend = "count in days, or name the clause's calendar"
            yield subject.problem("E111", clause, (each.name,), _LACKING, mend)
    for index, clock in enumerate(clause.clocks if isinstance(clause, Allocate) else ()):
        if uncounted(clock.length):
            mend = "count in days, or name the clause's calendar"
            yield subject.problem("E111", clause, ("clocks", index, "length"), _LACKING, mend)
