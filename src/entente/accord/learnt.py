"""What was learnt later: results for a day that were others as known on the day itself."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime

from entente.accord.document import Accord
from entente.accord.flip import Question, Results, results
from entente.accord.plan import may_be_unlawful
from entente.accord.readings import Reading, readings
from entente.accord.reasons import Learnt
from entente.language import phrase


def learnt(question: Question, read: Sequence[Reading]) -> Iterator[Learnt]:
    """Give the results that something known only after the day has changed for it.

    Lawful results stand beside those collected where they can differ: what is void from the
    beginning was collected, and never was due.
    """
    on = question.on.date() if isinstance(question.on, datetime) else question.on
    later = [day for day in _known_days(question.accord) if day > on]
    if not later:
        return
    yield from _changed(
        question, on, later, results(question.accord, read, question.on), lawful=False
    )
    if may_be_unlawful(question.accord):
        yield from _changed(question, on, later, _asked(question, None, lawful=True), lawful=True)


def _changed(
    question: Question, on: date, later: Sequence[date], now: Results, *, lawful: bool
) -> Iterator[Learnt]:
    then = _asked(question, on, lawful=lawful)
    for label, before in then.items():
        if label in now and now[label] != before:
            since = later[bisect_left(later, True, key=lambda day: _asked(
                question, day, lawful=lawful).get(label) == now[label])]  # fmt: skip
            name = phrase("{quantity} (lawful)", quantity=label) if lawful else label
            yield Learnt(name, str(on), before, str(since), now[label])


def _asked(question: Question, as_of: date | None, *, lawful: bool) -> Results:
    accord = question.accord if as_of is None else question.accord.known(as_of)
    chosen = {i: v for i, v in question.choices.supplied.items() if i in accord.choices}
    choices = replace(question.choices, supplied=chosen)
    through = None if lawful else question.on
    found = readings(accord, choices, question.seen, lawful=lawful, through=through)
    return results(accord, found, question.on, lawful=lawful)


def _known_days(accord: Accord) -> list[date]:
    """Return the days on which something of an accord becomes known."""
    days = {day for id_ in accord.clauses if (day := accord.known_from(id_)) is not None}
    days |= {source.date for source in accord.sources.values() if source.says}
    return sorted(days)
