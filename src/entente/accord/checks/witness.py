"""A case that the solver found: read from its model, tried by the array reading, and told."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import chain, count
from typing import Any, Final, final

import numpy as np
import z3

from entente.accord.calendar import DateArray, Duration
from entente.accord.clauses.common import ASKED, STATES, said_state
from entente.accord.document import Accord
from entente.accord.expression import facts
from entente.accord.expression.faults import Truth
from entente.accord.expression.lists import Lists
from entente.accord.expression.said import said
from entente.accord.expression.scope import Known, as_array, unknown
from entente.accord.expression.solving import Ground, Key, day_of
from entente.accord.expression.symbols import Kind, Symbols
from entente.accord.expression.tree import Constant
from entente.language import counted, phrase
from entente.places import countries
from entente.problems import Place

_HIDDEN: Final = ("entries", "entry", "loose")  # keys that stand for no fact of their own


@final
@dataclass(frozen=True, slots=True)
class Witness:
    """A case as expressions read it: one value for everything that they ask."""

    symbols: Symbols
    fixed: Mapping[Key, date]
    doubted: frozenset[str]  # the facts of which it matters whether they are known
    values: Mapping[Key, Any]

    @property
    def today(self) -> DateArray:
        """Return the day of the case."""
        return as_array(self.values.get(("today",), date(2000, 1, 1))).astype("datetime64[D]")

    def value(self, name: str) -> Known:
        """Return a fact, a choice or a metric's last figure."""
        keys = (("value", name), ("month", name, "0"), ("list", name))
        key = next((key for key in keys if key in self.values), ("known", name))
        known = np.asarray(self.values.get(("known", name), key in self.values))
        kind = self.symbols.values[name].type
        if kind.kind is not Kind.LIST:
            plain = unknown(kind.kind).values if key[0] == "known" else as_array(self.values[key])
            return Known(plain, known)
        entries = as_array(self.values[key] if known and key[0] == "list" else ())
        blank = unknown(kind.of or Kind.CODE).values
        return Known(Lists.of_tuples(entries[None], known)._replace(blank=blank), known)

    def state(self, function: str, clause: str) -> Truth:
        """Return whether a clause is in a state."""
        state = self.values.get(("state", clause), "in_force")
        return np.asarray(state in ASKED.get(function, (function,)))

    def date(self, function: str, clause: str) -> Known:
        """Return a date that the text states."""
        return Known(as_array(self.fixed["date", function, clause]), np.asarray(True))

    def series(self, function: str, metric: str, other: "Duration | str | None") -> Known:
        """Return a metric over its months."""
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

    def facts(self) -> frozenset[str]:
        """Return the facts, choices and metrics of which the case says a value."""
        kinds = ("value", "month", "list")
        return frozenset(
            key[1]
            for key in self.values
            if key[0] in kinds and self.values.get(("known", key[1]), True)
        )

    def fewer(self) -> "Iterator[Witness]":
        """Give the cases with one entry less of what is listed."""
        groups: dict[str, list[str]] = {}
        for key in self.values:
            if key[0] == "list":
                groups.setdefault(self.symbols.group(key[1]), []).append(key[1])
        for names in groups.values():
            for place in range(max(len(self.values["list", name]) for name in names)):
                values = dict(self.values)
                for name in names:
                    entries = values["list", name]
                    values["list", name] = (*entries[:place], *entries[place + 1 :])
                yield replace(self, values=values)

    def without(self, name: str) -> "Witness":
        """Return the case in which a fact is not known."""
        return replace(self, values={**self.values, ("known", name): False})

    def words(self) -> tuple[str, ...]:
        """Say the case, a fact at a time; last what is not known."""
        told = []
        for key, value in sorted(self.values.items(), key=lambda f: (f[0][0] == "known", f[0])):
            known = self.values.get(("known", *key[1:2]), True)
            if known if key[0] == "known" else not known:
                continue
            if key[0] != "known" or key[1] in self.doubted:
                told.append(_said(key, value))
        return tuple(told)


def _said(key: Key, value: Any) -> str:
    match key:
        case ("known", name):
            return counted("{fact} is not known", "{fact} are not known", 1, fact=name)
        case ("state", clause):
            return phrase("'{clause}' is {state}", clause=clause, state=said_state(value))
        case ("list", name):
            return f"{name} = [{', '.join(map(_plain, value))}]"
        case ("month", name, back) if back != "0":
            name = f"{name} {back} months before"
        case ("today",):
            name = "today"
        case _:
            name = key[1]
    return f"{name} = {said(Constant(value, Place('')))}"


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else said(Constant(value, Place(""))).strip("'")


def options_of(accord: Accord, name: str) -> tuple[str, ...]:
    """Return the words or codes that a fact or a choice may be; none where it may be any."""
    if name in accord.choices:
        return tuple(map(str, accord.choices[name].options))
    if name in facts.STATES:
        return tuple(sorted(countries()))
    return facts.WORDS.get(name, ())


@final
@dataclass(slots=True)
class Model:
    """A model of the solver, read as values; codes of which nothing is said get a name.

    names   the codes that have a text, by number
    others  texts for those that have none, by what may stand there and by number
    """

    accord: Accord
    ground: Ground
    model: Any
    names: dict[int, str] = field(init=False)
    others: dict[tuple[tuple[str, ...], int], str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.names = {code: text for text, code in self.ground.codes.items()}

    def witness(self, met: Mapping[Key, object]) -> Witness:
        """Read what some parts turn on."""
        values: dict[Key, Any] = {}
        for key in met:
            if key[0] == "list":
                values[key] = self._entries(key[1])
            elif key[0] not in _HIDDEN:
                values[key] = self._read(key, self.ground.variables[key])
        return Witness(self.ground.symbols, self.ground.fixed, self.ground.doubted, values)

    def _read(self, key: Key, variable: Any) -> Any:
        found = self._value(variable)
        if z3.is_bool(found):
            return z3.is_true(found)
        if key[0] == "state":
            return STATES[found.as_long()]
        if z3.is_int(variable):
            return self._code(key[1], found.as_long())
        symbol = self.ground.symbols.values.get(key[1]) if key[1:] else None
        kinds = (symbol.type.kind, symbol.type.of) if symbol else (Kind.DATE,)
        number = _number(found)
        return day_of(number) if Kind.DATE in kinds else number

    def _value(self, term: Any) -> Any:
        return self.model.eval(term, model_completion=True)

    def _entries(self, name: str) -> tuple[Any, ...]:
        ground = self.ground
        group = ground.symbols.group(name)
        if group in ground.rooms:
            many = self._value(ground.variables["entries", group]).as_long()
            keys = [("entry", name, str(index)) for index in range(many)]
            return tuple(self._read(key, ground.entry(name, n).value) for n, key in enumerate(keys))
        list_ = ground.lists[name]
        inside = [c for c in list_.asked if z3.is_true(self._value(list_.inside(c)))]
        placed = {
            self._value(list_.place(code)).as_long(): self._value(code).as_long() for code in inside
        }
        many = self._value(list_.count).as_long()
        # Of the other places nothing is said: each holds a code that is nowhere else.
        return tuple(
            self._code(name, placed[n] if n in placed else -1 - len(self.others))
            for n in range(many)
        )

    def _code(self, name: str, code: int) -> str:
        """Return a code's text, for one of which nothing is said another that may stand there."""
        if code in self.names:
            return self.names[code]
        options = options_of(self.accord, name)
        if (options, code) not in self.others:
            taken = {*self.names.values(), *self.others.values()}
            texts = (text for text in self._texts(name, options) if text not in taken)
            self.others[options, code] = next(texts)
        return self.others[options, code]

    def _texts(self, name: str, options: tuple[str, ...]) -> Iterator[str]:
        first = self.accord.parties if name in facts.STATES else ()
        others = (f"another {number}" if number > 1 else "another" for number in count(1))
        return chain(first, options, others)


def _number(found: Any) -> float:
    if z3.is_algebraic_value(found):
        found = found.approx(12)
    return float(found.as_fraction())
