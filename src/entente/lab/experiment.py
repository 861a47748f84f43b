"""A plan of runs: accords, choices, parameters and seeds whose every combination is run once."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import product
from pathlib import Path
from typing import Any, Final, final

import numpy as np

from entente.accord.choices import Choices
from entente.accord.document import Accord
from entente.accord.marks import marks_of
from entente.accord.schema import (
    Field,
    Reading,
    Scalar,
    list_of,
    one_or_more,
    parts_of,
    table_of,
)
from entente.accord.schema import Path as Spot
from entente.accord.shapes import (
    day,
    number,
    one_of,
    scalar,
    slug,
    text,
)
from entente.accord.text import text_of, toml_problem
from entente.accord.usable import usable
from entente.lab.settings import Settings
from entente.problems import (
    InputProblemsError,
    Place,
    Problem,
    did_you_mean,
    in_reading_order,
)
from entente.world.measures import BY_NAME
from entente.world.parameters import table

METHODS: Final = ("tornado", "morris", "sobol")


@final
@dataclass(frozen=True, slots=True)
class Sensitivity:
    """What a plan asks of the model's assumptions.

    parameters   names in parameters.toml
    methods      of METHODS;   samples   trajectories (morris), base points (sobol, a power of 2)
    measure      the answer is its total, in the middle draw, at `month` or over the whole run
    at_most      if given, the answer is the share of draws in which the total is at most this
    """

    parameters: Sequence[str]
    measure: str
    methods: Sequence[str] = ("tornado",)
    samples: int = 0
    month: str = ""
    at_most: float | None = None


@final
@dataclass(frozen=True, slots=True)
class Point:
    """One run of a plan: an accord and settled settings."""

    accord: Accord
    settings: Settings


@final
@dataclass(frozen=True, slots=True)
class Plan:
    """A plan as read, with its accords; `text` is the file's."""

    name: str
    accords: Sequence[Accord]
    settings: Settings
    seeds: Sequence[int]
    measures: Sequence[str]
    choices: Mapping[str, Sequence[Scalar]]
    parameters: Mapping[str, Sequence[float]]
    sensitivity: Sensitivity | None
    file: str
    text: str
    marks: Mapping[Spot, Any] = field(default_factory=dict, repr=False)

    def points(self) -> tuple[Point, ...]:
        """List every combination; raises InputProblemsError with every one that cannot be run."""
        return self._of(list(_combined(self.parameters)))

    def bases(self) -> tuple[Point, ...]:
        """List the combinations without the parameters' grid: what a sensitivity varies."""
        return self._of([{}])

    def _of(self, grid: Sequence[Mapping[str, float]]) -> tuple[Point, ...]:
        found: list[Point] = []
        problems: list[Problem] = []
        for accord, seed in product(self.accords, self.seeds):
            held = {id_: answers for id_, answers in self.choices.items() if id_ in accord.choices}
            for chosen in _combined(held):
                try:
                    settled = self._settled(accord, seed, chosen)
                except InputProblemsError as refused:
                    problems += [self._here(problem, chosen) for problem in refused.problems]
                    continue
                found += [Point(accord, replace(settled, fixed=fixed)) for fixed in grid]
        if problems:
            raise InputProblemsError(in_reading_order(problems))
        return tuple(found)

    def _settled(self, accord: Accord, seed: int, chosen: Mapping[str, Scalar]) -> Settings:
        told = [f"{id_}={_plain(value)}" for id_, value in chosen.items()]
        choices = Choices.parse(told, accord)
        return replace(self.settings, seed=seed, choices=choices).settled(accord)

    def _here(self, problem: Problem, chosen: Mapping[str, Scalar]) -> Problem:
        """Address a refused choice, or months beyond a horizon, to the plan."""
        named = next((id_ for id_ in chosen if f"'{id_}'" in problem.message), None)
        named = named or next((id_ for id_ in chosen if problem.message.startswith(id_)), None)
        reading = Reading(self.file, self.marks)
        path: Spot = ("choices", named) if named else ("months",)
        where = reading.at(path) if path in self.marks else reading.at(("draws",))
        return replace(problem, where=where)


def read_plan(name: str) -> Plan:
    """Read a plan's TOML; raises InputProblemsError with every fault of it at its place."""
    if not Path(name).is_file():
        mend = "give the path of a plan in TOML"
        raise InputProblemsError([Problem("E100", Place(name), "", "no such file", mend)])
    content = text_of(name)
    try:
        values = tomllib.loads(content)
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as wrong:
        raise InputProblemsError([toml_problem(content, name, wrong)]) from wrong
    reading = Reading(name, marks_of(content, name))
    found, _ = parts_of(reading, (), values, _PLAN, Place(name, 1, 1))
    sensitivity = found["sensitivity"]
    if sensitivity is not None:
        _check_sensitivity(reading, sensitivity, found["measures"] or ())
    accords = _accords(reading, found["accords"] or ())
    _check_choices(reading, found["choices"], accords)
    if reading.problems:
        raise InputProblemsError(in_reading_order(reading.problems))
    settings = Settings(found["draws"], found["months"], found["start"])
    plan = Plan(
        found["experiment"],
        accords,
        settings,
        found["seeds"],
        found["measures"],
        found["choices"],
        found["parameters"],
        sensitivity,
        name,
        content,
        reading.marks,
    )
    _check_months(plan)
    return plan


def _check_months(plan: Plan) -> None:
    """Refuse accords whose own horizons give different months, and a question about another."""
    reading = Reading(plan.file, plan.marks)
    spans = {(point.settings.first_month, point.settings.months or 0) for point in plan.points()}
    if len(spans) > 1:
        message, mend = "these accords would run over different months", "add start and months"
        reading.say("E302", reading.at(("accords",)), message, mend)
    first, months = min(spans)
    asked = plan.sensitivity.month if plan.sensitivity else ""
    if asked and np.datetime64(asked, "M") not in first + np.arange(months):
        message = f"{asked} is no month of these runs, {first} to {first + months - 1}"
        reading.say("E302", reading.at(("sensitivity", "month")), message, "name one of them")
    if reading.problems:
        raise InputProblemsError(in_reading_order(reading.problems))


def _accords(reading: Reading, names: Sequence[str]) -> list[Accord]:
    """Read the accords; the faults of one are told at their place in its own file."""
    found = []
    for index, name in enumerate(names):
        try:
            found.append(usable(name))
        except InputProblemsError as refused:
            where = reading.at(("accords", index))
            reading.say("E112", where, f"'{name}' cannot be used", "see what its own text says")
            reading.problems += refused.problems
    return found


def _check_choices(reading: Reading, tried: Mapping[str, Any], accords: Sequence[Accord]) -> None:
    """Refuse a choice that no accord has; an accord that lacks one is run without it."""
    known = {id_ for accord in accords for id_ in accord.choices}
    for id_ in tried:
        if known and id_ not in known:
            where = reading.key(("choices", id_))
            mend = did_you_mean(id_, known)
            reading.say("E103", where, f"no choice of these accords is named '{id_}'", mend)


def _check_sensitivity(reading: Reading, asked: Sensitivity, kept: Sequence[str]) -> None:
    at = ("sensitivity",)
    if asked.measure not in kept:
        others = f", or {did_you_mean(asked.measure, kept)}" if kept else ""
        mend = f"add it to measures{others}"
        reading.say("E112", reading.at((*at, "measure")), "the plan does not keep it", mend)
    sampled = [method for method in asked.methods if method != "tornado"]
    if sampled and asked.samples < 2:
        mend = "add samples = 16"
        reading.say("E102", reading.at(at), f"{sampled[0]} needs 'samples', 2 or more", mend)
    if "sobol" in asked.methods and asked.samples & (asked.samples - 1):
        where = reading.at((*at, "samples"))
        reading.say("E111", where, "for sobol, samples is a power of 2", "write 16, 32 or 64")


def _count(reading: Reading, path: Spot, value: object) -> int | None:
    """Read a whole number above zero."""
    if isinstance(value, int) and not isinstance(value, bool) and value > 0:
        return value
    reading.wrong(path, "a whole number above zero", value)
    return None


def _seed(reading: Reading, path: Spot, value: object) -> int | None:
    """Read a seed: a whole number, zero or more."""
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    reading.wrong(path, "a whole number", value)
    return None


def _parameter(reading: Reading, path: Spot, value: object) -> str | None:
    """Read the name of a parameter that has a range."""
    if isinstance(value, str) and value in table():
        row = table()[value]
        if row.distribution != "fixed" and row.low < row.high:
            return value
        reading.say("E111", reading.at(path), f"{value} is not in doubt: it has no range")
        return None
    mend = did_you_mean(str(value), table())
    reading.say("E103", reading.at(path), f"no parameter is named '{value}'", mend)
    return None


def _month(reading: Reading, path: Spot, value: object) -> str | None:
    """Read a month in quotes."""
    try:
        if isinstance(value, str):
            date.fromisoformat(f"{value}-01")
            return value
    except ValueError:
        pass
    reading.wrong(path, 'a month such as "2019-09"', value)
    return None


def _choices(reading: Reading, path: Spot, value: object) -> Mapping[str, Sequence[Scalar]] | None:
    """Read the answers to try for each choice."""
    if not isinstance(value, dict):
        reading.wrong(path, "a table of choices", value, "write resumed = [true, false]")
        return None
    each = one_or_more(scalar)
    return {id_: each(reading, (*path, id_), answers) or () for id_, answers in value.items()}


def _parameters(reading: Reading, path: Spot, value: object) -> Mapping[str, Any] | None:
    """Read the values to try for each parameter, within its range."""
    if not isinstance(value, dict):
        reading.wrong(path, "a table of parameters", value, 'write "movement.x" = [1, 2]')
        return None
    found = {}
    for name, tried in value.items():
        here = (*path, name)
        values = one_or_more(number)(reading, here, tried) or ()
        if _parameter(reading, here, name) is None:
            continue
        row = table()[name]
        for index, one in enumerate(values):
            if not row.low <= one <= row.high:
                told = f"{one:g} lies outside the range of {name}, {row.low:g} to {row.high:g}"
                reading.say("E111", reading.at((*here, index)), told)
        found[name] = values
    return found


_SENSITIVITY: Final[Mapping[str, Field]] = {
    "parameters": Field(list_of(_parameter), "E102", default=()),
    "measure": Field(one_of(*BY_NAME), "E102"),
    "methods": Field(one_or_more(one_of(*METHODS)), default=("tornado",)),
    "samples": Field(_count, default=0),
    "month": Field(_month, default=""),
    "at_most": Field(number),
}
_PLAN: Final[Mapping[str, Field]] = {
    "experiment": Field(slug, "E102"),
    "accords": Field(one_or_more(text), "E102"),
    "draws": Field(_count, "E102"),
    "measures": Field(one_or_more(one_of(*BY_NAME)), "E102"),
    "months": Field(_count),
    "start": Field(day),
    "seeds": Field(one_or_more(_seed), default=(1,)),
    "choices": Field(_choices, default={}),
    "parameters": Field(_parameters, default={}),
    "sensitivity": Field(table_of(_SENSITIVITY, Sensitivity)),
}


def _combined(options: Mapping[str, Sequence[Any]]) -> Iterator[dict[str, Any]]:
    """Give every combination of one option each, the last name turning fastest."""
    for picked in product(*options.values()):
        yield dict(zip(options, picked, strict=True))


def _plain(value: Scalar) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
