"""What would flip it: the least change of one input that alters what holds on a day, tried again.

Inputs are the choices, the day asked about, and the figures that sources state. Odds stay silent.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final, final

import numpy as np

from entente.accord.calendar import local64
from entente.accord.checks.subject import nodes
from entente.accord.choices import Choices
from entente.accord.clauses import Allocate, Obligation, Schedule, Trigger
from entente.accord.clauses.common import STATES, said_state
from entente.accord.course import course
from entente.accord.document import Accord, Choice, expressions
from entente.accord.expression import Kind
from entente.accord.expression.tree import Compare, Constant, Name
from entente.accord.expression.words import say_value
from entente.accord.figures import chosen, releases
from entente.accord.quantities import levers_of
from entente.accord.readings import Reading, readings
from entente.accord.reasons import Flip, said_quantity, say_amount
from entente.accord.schema import Scalar
from entente.accord.value import FLAG, answered, asked_of
from entente.evidence import Evidence
from entente.language import counted, phrase

_DAY: Final = timedelta(days=1)
_WIDEST: Final = 10.0  # a figure is tried from none to so many times itself
Results = Mapping[str, str]  # what is asked -> what holds


@final
@dataclass(frozen=True, slots=True)
class Question:
    """What holds under an accord on a day, to be asked again with one input changed."""

    accord: Accord
    on: date | datetime
    choices: Choices
    seen: Evidence | None = None

    def results(self, read: Sequence[Reading] | None = None) -> Results:
        """Return what every quantity is and how clauses stand, under all readings."""
        found = read if read is not None else readings(
            self.accord, self.choices, self.seen, through=self.on
        )  # fmt: skip
        return results(self.accord, found, self.on)

    def rough(self) -> Results:
        """Return the same under the reading that the file writes: quick, to see what matters."""
        run = course(self.accord, self.choices, self.seen, through=self.on)
        return results(self.accord, [Reading({}, run)], self.on)


def results(
    accord: Accord, read: Sequence[Reading], on: date | datetime, *, lawful: bool = False
) -> Results:
    """Say what every quantity is on a day, and the state of what is owed, fires or allocates."""
    told: dict[str, str] = {}
    for clause in accord.clauses.values():
        if isinstance(clause, Schedule):
            for lever in levers_of(clause):
                goods = max((p.strip("*") for p in clause.goods), default="")
                value = answered(read, asked_of(lever, goods), on, lawful=lawful).value
                unit = "" if value in (None, FLAG) else f" {phrase(str(clause.unit))}"
                told[said_quantity(*lever, goods)] = f"{say_amount(value)}{unit}"
        elif isinstance(clause, Obligation | Trigger | Allocate):
            told[clause.common.id] = _state(read, clause.common.id, on)
    return told


def _state(read: Sequence[Reading], clause: str, on: date | datetime) -> str:
    states = {
        STATES[run.at(local64(on, run.plan.accord.zone)).codes[0, run.plan.index(clause)]]
        for run in (reading.run for reading in read)
    }
    return said_state(states.pop()) if len(states) == 1 else FLAG


def flips(question: Question, read: Sequence[Reading]) -> tuple[Flip, ...]:
    """Return the least changes that alter some result of a day, by result, then input.

    read   the accord's readings over its whole horizon
    """
    now = question.results(read)
    found = [
        *_by_choice(question, now),
        *_by_day(question, read, now),
        *_by_figure(question, now),
    ]
    order = list(now)
    return tuple(sorted(found, key=lambda flip: (order.index(flip.result), flip.input)))


def _differing(now: Results, other: Results) -> Iterator[tuple[str, str, str]]:
    for label, value in now.items():
        if other[label] != value:
            yield label, value, other[label]


def _by_choice(question: Question, now: Results) -> Iterator[Flip]:
    """Try every other answer of each choice, from the first day on; of numbers the nearest."""
    rough = question.rough()
    for choice in question.accord.choices.values():
        taken, told = _taken(question, choice), set[str]()
        for other in _others(question.accord, choice, taken):
            supplied = {**question.choices.supplied, choice.id: ((None, other),)}
            asked = replace(question, choices=replace(question.choices, supplied=supplied))
            if asked.rough() == rough:
                continue
            for label, before, after in _differing(now, asked.results()):
                if label in told and choice.kind is Kind.NUMBER:
                    continue
                told.add(label)
                name = phrase("choice {choice}", choice=choice.id)
                yield Flip(label, name, say_value(taken), say_value(other), before, after)


def _taken(question: Question, choice: Choice) -> Scalar:
    given = [value for day, value in question.choices.supplied.get(choice.id, ())
             if day is None or np.datetime64(day) <= np.datetime64(question.on, "D")]  # fmt: skip
    return given[-1] if given else choice.silence


def _others(accord: Accord, choice: Choice, taken: Scalar) -> list[Scalar]:
    options: tuple[Scalar, ...] = (True, False) if choice.kind is Kind.TRUTH else choice.options
    if choice.kind is Kind.NUMBER and not options:
        options = tuple(_thresholds(accord, choice.id))
        return sorted(set(options) - {taken}, key=lambda other: abs(float(other) - float(taken)))
    return [option for option in options if option != taken]


def _thresholds(accord: Accord, choice: str) -> Iterator[float]:
    """Give the numbers that a choice is compared with, and those right beside them."""
    for clause in accord.clauses.values():
        for node in (node for e in expressions(clause) for node in nodes(e)):
            if not isinstance(node, Compare):
                continue
            for side, other in ((node.left, node.right), (node.right, node.left)):
                number = other.value if isinstance(other, Constant) else None
                if isinstance(side, Name) and side.id == choice and type(number) is float:
                    places = len(f"{number:.12g}".partition(".")[2])
                    step = 10.0**-places
                    yield from (round(number + beside, places) for beside in (-step, 0.0, step))


def _by_day(question: Question, read: Sequence[Reading], now: Results) -> Iterator[Flip]:
    """Find the nearest day before, and the nearest after, on which each result is another."""
    on = question.on.date() if isinstance(question.on, datetime) else question.on
    first, last = question.accord.horizon
    edges = sorted({s.now.astype("datetime64[D]").item() for r in read for s in r.run.standings})
    after = [edge for edge in edges if on < edge <= last]
    before = [edge - _DAY for edge in reversed(edges) if first <= edge - _DAY < on]
    for days in (before, after):
        open_ = dict(now)
        for day in days:
            for label, value, other in list(_differing(open_, results(question.accord, read, day))):
                yield Flip(label, _nearness(day - on), str(on), str(day), value, other)
                del open_[label]
            if not open_:
                break


def _nearness(distance: timedelta) -> str:
    if distance > timedelta(0):
        return counted("day ({count} day later)", "day ({count} days later)", distance.days)
    return counted("day ({count} day earlier)", "day ({count} days earlier)", -distance.days)


def _by_figure(question: Question, now: Results) -> Iterator[Flip]:
    """Find by bisection how little the last figure of a metric would have to differ."""
    accord, today = question.accord, question.on
    for metric in accord.metrics.values():
        known = {
            month: release
            for month, out in releases(accord, metric.id).items()
            if (release := chosen(metric, out, today)) is not None
        }
        if not known or (question.seen and metric.series in question.seen.series):
            continue
        month, release = max(known.items())
        key = f"{metric.id}@{month}"

        def told(value: float, source: str = release.source, key: str = key) -> Results:
            stated = accord.sources[source]
            says = {**stated.says, key: value}
            sources = {**accord.sources, source: replace(stated, says=says)}
            return replace(question, accord=replace(accord, sources=sources)).results()

        step = 0.0 if metric.unit.above not in (("person",), ("case",), ("claim",)) else 1.0
        for end in (0.0, release.value * _WIDEST):
            far = told(end)
            for label, before, _ in _differing(now, far):
                value = _boundary(lambda v, told=told: told(v), label, before,  # type: ignore[misc]
                                  release.value, end, step)  # fmt: skip
                changed = told(value)[label]
                name = phrase("figure {figure}", figure=key)
                yield Flip(label, name, say_value(release.value), say_value(value), before, changed)


def _boundary(
    told: Callable[[float], Results], label: str, value: str, near: float, far: float, step: float
) -> float:
    """Return the number nearest to `near` at which a result is no longer what it was."""
    while abs(far - near) > (step or abs(far) * 1e-6 or 1e-9):
        middle = (near + far) / 2
        middle = float(round(middle)) if step else middle
        if middle in (near, far):
            break
        near, far = (middle, far) if told(middle)[label] == value else (near, middle)
    return far
