"""What the reading over arrays is given, and what it gives: values and what is missing, by case."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple, Protocol, final

import numpy as np

from entente.accord.calendar import DateArray, Duration
from entente.accord.expression.faults import Array, Faults, Truth
from entente.accord.expression.symbols import Kind
from entente.problems import Place, Problem


class Known(NamedTuple):
    """Values and where they are known; both broadcast over the scope's axes.

    Lists come as `Lists`, or as an array of tuples.
    """

    values: Any
    known: Truth


class Scope(Protocol):
    """Where names get their values: the evidence of a month, a timeline, a case."""

    @property
    def today(self) -> DateArray:
        """Return the date for which the expression is read   [...]."""

    def value(self, name: str) -> Known:
        """Return the value of a metric, choice, fact or source."""

    def state(self, function: str, clause: str) -> Truth:
        """Return whether a clause is in the state that `in_force`, `met` ... asks for."""

    def date(self, function: str, clause: str) -> Known:
        """Return one of a clause's four dates."""

    def series(self, function: str, metric: str, other: "Duration | str | None") -> Known:
        """Return a metric over time: `last`, `lag`, `mean`, ...; `share` takes two metrics."""


@dataclass(frozen=True, slots=True)
class Within:
    """A scope that stands within another and asks it all that it does not answer by itself."""

    scope: Scope

    @property
    def today(self) -> DateArray:
        """Return the date of the scope around."""
        return self.scope.today

    def value(self, name: str) -> Known:
        """Return what the scope around holds by that name."""
        return self.scope.value(name)

    def state(self, function: str, clause: str) -> Truth:
        """Return whether a clause is in a state."""
        return self.scope.state(function, clause)

    def date(self, function: str, clause: str) -> Known:
        """Return one of a clause's four dates."""
        return self.scope.date(function, clause)

    def series(self, function: str, metric: str, other: "Duration | str | None") -> Known:
        """Return a metric over time."""
        return self.scope.series(function, metric, other)


class Fault(NamedTuple):
    """Why a case has no answer, and where in the text."""

    reason: str
    at: Place


@final
@dataclass(frozen=True, slots=True)
class Answer:
    """An expression's values by case.

    values   anything where a case has a fault                       [...]
    fault    0, or one more than the index into `faults`             [...]
    """

    values: Array
    fault: Faults
    faults: tuple[Fault, ...]

    def reason(self, index: int) -> Fault | None:
        """Return the fault of one case by its flat index, or None."""
        code = int(self.fault.flat[index])
        return self.faults[code - 1] if code else None


def joined(found: Answer) -> Answer:
    """Turn lists of codes into texts, joined by ';'; an empty list is a fault."""
    empty = (_length(found.values) == 0) & (found.fault == 0)
    reason = Fault("no entry fits", Place(""))
    fault = np.where(empty, len(found.faults) + 1, found.fault).astype(np.int16)
    return Answer(_text(found.values), fault, (*found.faults, reason))


def missing(found: Answer) -> list[Problem]:
    """Name what the cases of an answer lack, one problem for each missing thing."""
    problems = []
    for code, fault in enumerate(found.faults, 1):
        cases = np.flatnonzero(found.fault == code)
        if cases.size:
            of = f" in {cases.size} of {found.fault.size} cases" if found.fault.size > 1 else ""
            problems.append(Problem("MISSING", fault.at, "", f"{fault.reason}{of}"))
    return problems


_measure = np.frompyfunc(lambda items: len(items or ()), 1, 1)
_text = np.frompyfunc(lambda items: ";".join(map(str, items or ())), 1, 1)


def _length(items: Array) -> Array:
    return np.asarray(_measure(items), dtype=np.int64)


def as_array(value: object) -> Array:
    """Return one value as an array without axes; a code stays an object, a date a datetime64."""
    match value:
        case datetime():
            return np.asarray(np.datetime64(value, "s"))
        case date():
            return np.asarray(np.datetime64(value, "D"))
        case bool() | float():
            return np.asarray(value)
        case int():  # the number of a code
            return np.asarray(value, np.int32)
    whole = np.empty((), object)
    whole[()] = value
    return whole


def unknown(kind: Kind) -> Known:
    """Return a value that is not known, with a stand-in that its type can be read with   []."""
    stand_in: object = {
        Kind.TRUTH: False,
        Kind.NUMBER: 0.0,
        Kind.DATE: date(1970, 1, 1),
        Kind.LIST: (),
    }.get(kind, "")
    return Known(as_array(stand_in), np.zeros((), np.bool_))
