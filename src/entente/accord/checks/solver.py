"""What the solver decides: whether conditions hold together in some case, which is tried again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, final

import numpy as np
import z3

from entente.accord.calendar import DateArray, Duration
from entente.accord.checks.cases import Answered, Demand
from entente.accord.checks.subject import Subject
from entente.accord.clauses.common import ASKED, FOUR_DATES, STATES, said_state
from entente.accord.expression.arrays import answer
from entente.accord.expression.facts import INTEGERS
from entente.accord.expression.faults import Truth
from entente.accord.expression.said import said
from entente.accord.expression.scope import Known, as_array, unknown
from entente.accord.expression.solving import CodeList, Key, NoExactForm, day_of
from entente.accord.expression.symbols import Kind, Symbols
from entente.accord.expression.terms import Terms
from entente.language import phrase

_MILLISECONDS: Final = 500  # for each question; then it is not decided
_DAYS: Final = (date(1900, 1, 1), date(2200, 1, 1))


def solve(subject: Subject, demands: Sequence[Demand]) -> Answered:
    """Decide whether demands can all be answered as asked, in one case."""
    return _Question(subject, demands).answered()


@dataclass(slots=True)
class _Question:
    subject: Subject
    demands: Sequence[Demand]
    terms: Terms = field(init=False)

    def __post_init__(self) -> None:
        self.terms = Terms(self.subject.accord.symbols(), _fixed(self.subject))

    def answered(self) -> Answered:
        """Decide; what the solver, a calendar or a float cannot hold is not decided."""
        try:
            return self._answered()
        except (OverflowError, ValueError, z3.Z3Exception):
            return Answered(None, why="its numbers or days are too large to try")

    def _answered(self) -> Answered:
        try:
            asked = [self.terms.holds(node, so) for node, so in self.demands]
        except NoExactForm as inexact:
            return Answered(None, why=f"{inexact} has no exact form")
        if self.terms.strict:
            exact = self._asked(asked, self.terms.strict)
            if exact.possible:
                return exact
        return self._asked(asked, ())

    def _asked(self, asked: Sequence[Any], strict: Sequence[Any]) -> Answered:
        """Ask the solver; with `strict`, only for cases of which all is said exactly."""
        solver = z3.Solver()
        solver.set("timeout", _MILLISECONDS)
        solver.add(*self.terms.ties, *self._bounds(), *strict)
        marks = [z3.Bool(f"demand {index}") for index in range(len(asked))]
        for mark, condition in zip(marks, asked, strict=True):
            solver.assert_and_track(condition, mark)
        found = solver.check()
        if found == z3.unsat:
            core = {str(mark) for mark in solver.unsat_core()}
            clash = tuple(i for i, mark in enumerate(marks) if str(mark) in core)
            return Answered(False, clash=clash)
        if found != z3.sat:
            return Answered(None, why="the solver comes to no end")
        return self._tried(self._short(solver))

    def _short(self, solver: z3.Solver) -> Any:
        """Return the case found, or one whose lists are no longer than what is asked of them.

        The solver is as ready to give a list thousands of entries, which nobody could read.
        """
        found = solver.model()
        lists = self.terms.lists.values()
        solver.add(*(list_.count <= len(list_.asked) + 1 for list_ in lists))
        return solver.model() if lists and solver.check() == z3.sat else found

    def _bounds(self) -> list[Any]:
        """Keep days within what a calendar holds, and whole numbers and counts from zero."""
        bounds = []
        for key, variable in self.terms.variables.items():
            kind = self._kind(key)
            if kind is Kind.DATE:
                first, last = (self.terms.literal(day) for day in _DAYS)
                bounds += [variable >= first, variable <= last]
            elif key[0] == "value" and key[1] in INTEGERS:
                bounds.append(variable >= 0)
        return bounds

    def _kind(self, key: Key) -> Kind:
        if key == ("today",):
            return Kind.DATE
        symbol = self.terms.symbols.values.get(key[1])
        return symbol.type.kind if key[0] == "value" and symbol else Kind.NUMBER

    def _tried(self, model: Any) -> Answered:
        """Read the model as a case, and try it by the array reading."""
        case = _Case(self.terms, self._read(model))
        for node, so in self.demands:
            found = answer(node, case)
            if found.fault.any() or bool(found.values.flat[0]) is not so:
                loose = f"{self.terms.loose[0]} has no exact form" if self.terms.loose else ""
                why = loose or "the case found does not come out when it is tried"
                return Answered(None, why=why)
        return Answered(True, words=tuple(case.words()), case=case)

    def _read(self, model: Any) -> dict[Key, Any]:
        values: dict[Key, Any] = {}
        texts = {code: text for text, code in self.terms.codes.items()}
        for key, variable in self.terms.variables.items():
            found = model.eval(variable, model_completion=True)
            if z3.is_bool(found):
                values[key] = z3.is_true(found)
            elif key[0] == "state":
                values[key] = STATES[found.as_long()]
            elif z3.is_int(found):
                values[key] = _code(texts, found)
            elif self._kind(key) is Kind.DATE:
                values[key] = day_of(_number(found))
            else:
                values[key] = _number(found)
        for id_, list_ in self.terms.lists.items():
            values["list", id_] = _members(list_, model, texts)
        return values


def _members(list_: CodeList, model: Any, texts: Mapping[int, str]) -> tuple[str, ...]:
    """Read a list: the codes that were asked about at their places, others between them."""

    def value(term: Any) -> Any:
        return model.eval(term, model_completion=True)

    inside = [code for code in list_.asked if z3.is_true(value(list_.inside(code)))]
    placed = {value(list_.place(code)).as_long(): _code(texts, value(code)) for code in inside}
    count = value(list_.count).as_long()
    return tuple(placed.get(place, f"OTHER_{place}") for place in range(count))


def _code(texts: Mapping[int, str], found: Any) -> str:
    return texts.get(found.as_long(), f"OTHER{found.as_long()}")


def _number(found: Any) -> float:
    if z3.is_algebraic_value(found):
        found = found.approx(12)
    return float(found.as_fraction())


def _fixed(subject: Subject) -> dict[Key, date]:
    """Return the days that the text states: of clauses and of sources."""
    accord = subject.accord
    days: dict[Key, date] = {
        ("date", name, id_): subject.day(moment)
        for id_, clause in accord.clauses.items()
        for name, moment in clause.common.dates().items()
        if name in FOUR_DATES
    }
    return days | {("date", "source", id_): source.date for id_, source in accord.sources.items()}


@final
@dataclass(frozen=True, slots=True)
class _Case:
    """A case as expressions read it: one value for everything that they ask."""

    terms: Terms
    values: Mapping[Key, Any]

    @property
    def today(self) -> DateArray:
        return as_array(self.values.get(("today",), date(2000, 1, 1))).astype("datetime64[D]")

    def value(self, name: str) -> Known:
        known = np.asarray(self.values.get(("known", name), True))
        symbols: Symbols = self.terms.symbols
        kind = symbols.values[name].type.kind
        for key in (("value", name), ("month", name, "0")):
            if key in self.values:
                return Known(as_array(self.values[key]), known)
        if ("list", name) in self.values:
            return Known(as_array(self.values["list", name])[None], known)
        return Known(unknown(kind).values, known)

    def state(self, function: str, clause: str) -> Truth:
        state = self.values.get(("state", clause), "in_force")
        return np.asarray(state in ASKED.get(function, (function,)))

    def date(self, function: str, clause: str) -> Known:
        return Known(as_array(self.terms.fixed["date", function, clause]), np.asarray(True))

    def series(self, function: str, metric: str, other: "Duration | str | None") -> Known:
        known = np.asarray(self.values.get(("known", metric), True))
        months = [v for k, v in self.values.items() if k[:2] == ("month", metric)]
        last = self.values["month", metric, "0"]
        if isinstance(other, str):
            found = last / self.values["month", other, "0"]
        elif function == "last" or other is None:
            found = last
        elif function in ("mean", "sum"):
            part = [self.values["month", metric, str(k)] for k in range(other.months)]
            found = sum(part) / (len(part) if function == "mean" else 1)
        else:
            before = self.values["month", metric, str(other.months)]
            found = before if function == "lag" else last / before - 1
        return Known(as_array(float(found)), known & bool(months))

    def words(self) -> list[str]:
        """Say the case, a fact at a time."""
        told = []
        for key, value in sorted(self.values.items()):
            unknown = not self.values.get(("known", *key[1:2]), True)
            if (
                key[0] == "entries"
                or (key[0] == "known" and value)
                or (key[0] != "known" and unknown)
            ):
                continue
            told.append(_said(key, value))
        return told


def _said(key: Key, value: Any) -> str:
    from entente.accord.expression.tree import Constant
    from entente.problems import Place

    match key:
        case ("known", name):
            return phrase("{fact} is not known", fact=name)
        case ("state", clause):
            return phrase("'{clause}' is {state}", clause=clause, state=said_state(value))
        case ("month", name, "0"):
            name = key[1]
        case ("month", name, back):
            name = f"{key[1]} {back} months before"
        case ("list", name):
            return f"{name} = [{', '.join(value)}]"
        case ("today",):
            name = "today"
        case _:
            name = key[1]
    return f"{name} = {said(Constant(value, Place('')))}"
