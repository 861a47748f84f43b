"""An accord compiled for entry lines: its course under every reading, at every instant it changes.

A reading settles one open point, or one choice whose value is still `unspecified`; a line that
readings answer differently is flagged and never decided here.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import product
from typing import Final, TypeGuard, final

import numpy as np

from entente.accord.calendar import DateArray
from entente.accord.choices import Choices
from entente.accord.clauses import Exempt, Schedule
from entente.accord.course import Course, course
from entente.accord.document import Accord, expressions
from entente.accord.plan import may_be_unlawful
from entente.accord.readings import variants
from entente.accord.schema import Scalar
from entente.cases.duties.cuts import Cut, cuts_of
from entente.problems import InputProblemsError, NoSolutionError, Place, Problem, did_you_mean

BEFORE: Final = np.datetime64("1600-01-01", "s")  # before anything that an accord says
UNSPECIFIED: Final = "unspecified"
OPEN_POINT: Final = "open_point"
PRESET: Final = "preset"

# What each preset says of a term that a text leaves unspecified, by the choice that holds it. The
# first takes an announcement at its word: all goods, one rate. The second has the terms of
# executive order 14194 and its amendments: goods that originate are free, and so are those loaded
# before the order was signed.
PRESETS: Final[Mapping[str, Mapping[str, str]]] = {
    "as-announced-2019": {"preference_lifts_added": "no", "in_transit_before": "nothing"},
    "terms-of-2025": {"preference_lifts_added": "yes", "in_transit_before": "announced"},
}
_MOST_READINGS: Final = 64


@final
@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read an accord where its text leaves something open, and its courses.

    settled   (what is open, how it is read here, the flag where that decides)
    """

    settled: tuple[tuple[str, str, str], ...]
    collected: Course
    lawful: Course


@final
@dataclass(frozen=True, slots=True)
class Program:
    """An accord, as known on a day and with choices taken, ready for lines.

    edges    the instants from which something may stand otherwise, in order   [edge] [s]
    cuts     what is asked of an entry's facts
    asks     the file and line of every expression on which some duty can depend
    """

    accord: Accord
    duties: tuple[Schedule, ...]
    exempts: tuple[Exempt, ...]
    readings: tuple[Reading, ...]
    edges: DateArray
    cuts: Mapping[str, Cut]
    asks: frozenset[tuple[str, int]]

    @property
    def parties(self) -> frozenset[str]:
        """Return the parties that some duty names: those that set it and those it is on."""
        return frozenset(
            party for duty in self.duties for party in (*duty.common.by, *duty.common.on)
        )


def compiled(accord: Accord, choose: Sequence[str] = ()) -> Program:
    """Compile an accord for entry lines, with `ID=VALUE` choices taken and at most one preset.

    Raises InputProblemsError for a choice that cannot be, NoSolutionError where there are too many
    readings to compute.
    """
    choices = _chosen(accord, choose)
    relevant = _relevant(accord)
    duties = tuple(c for i, c in accord.clauses.items() if i in relevant and _is_duty(c))
    exempts = tuple(c for i, c in accord.clauses.items() if i in relevant and isinstance(c, Exempt))
    readings = tuple(_readings(accord, choices, relevant))
    cuts, daily = cuts_of(accord, relevant)
    points = [
        standing.now
        for reading in readings
        for run in (reading.collected, reading.lawful)
        for standing in run.standings
    ]
    plan = readings[0].collected.plan
    if daily:
        points += list(np.arange(plan.begin, plan.end, np.timedelta64(1, "D")))
    edges: DateArray = np.unique(np.array([BEFORE, *points, plan.end], "datetime64[s]"))
    asks = frozenset(
        (asked.where.file, asked.where.line)
        for id_ in relevant
        for asked in expressions(accord.clauses[id_])
    )
    return Program(accord, duties, exempts, readings, edges, cuts, asks)


def known_days(accord: Accord) -> list[date]:
    """Return the days on which something of an accord becomes known, in order."""
    days = {source.date for source in accord.sources.values()}
    days |= {day for id_ in accord.clauses if (day := accord.known_from(id_)) is not None}
    return sorted(days)


def _is_duty(clause: object) -> TypeGuard[Schedule]:
    return isinstance(clause, Schedule) and (clause.sets == "duty" or clause.sets[-5:] == "_duty")


def _relevant(accord: Accord) -> frozenset[str]:
    """Return the clauses on which some duty can depend."""
    found = {id_ for id_, clause in accord.clauses.items() if _is_duty(clause)}
    while True:
        more = {
            id_
            for id_, clause in accord.clauses.items()
            if id_ not in found and not found.isdisjoint(_touched(clause))
        }
        for id_ in found | more:
            clause = accord.clauses[id_]
            more |= {r.id for e in expressions(clause) for r in e.names() if r.id in accord.clauses}
        if more <= found:
            return frozenset(found)
        found |= more


def _touched(clause: object) -> set[str]:
    touched = {effect.clause for effect in getattr(clause, "then", ())}
    return touched.union(getattr(clause, "what", ()), getattr(clause, "from_clauses", ()))


def _chosen(accord: Accord, choose: Sequence[str]) -> Choices:
    presets = [text.partition("=")[2].strip() for text in choose if _id(text) == PRESET]
    problems = [_no_preset(name) for name in presets if name not in PRESETS]
    if problems:
        raise InputProblemsError(problems)
    own = [text for text in choose if _id(text) != PRESET]
    said = {_id(text).partition("@")[0] for text in own}
    for name in presets:
        own += [
            f"{id_}={value}"
            for id_, value in PRESETS[name].items()
            if id_ not in said and _open(accord, id_, value)
        ]
    return Choices.parse(own, accord)


def _id(text: str) -> str:
    return text.partition("=")[0].strip()


def _open(accord: Accord, id_: str, value: str) -> bool:
    choice = accord.choices.get(id_)
    return choice is not None and UNSPECIFIED in choice.options and value in choice.options


def _no_preset(name: str) -> Problem:
    message = f"no preset is named '{name}'"
    return Problem("E103", Place("--choose"), "", message, did_you_mean(name, PRESETS))


def _readings(accord: Accord, choices: Choices, relevant: frozenset[str]) -> Iterator[Reading]:
    """Yield a reading for each way to settle what is open and can touch a duty."""
    settled = accord
    for point in accord.opens.values():
        touched = {*point.clauses, *(clause for clause, _ in point.targets())}
        if point.chosen is None and point.readings and relevant.isdisjoint(touched):
            settled = settled.reading(point.id, point.readings[0])
    terms = _unspecified(accord, choices, relevant)
    versions = list(variants(settled))
    ways = list(product(*(options for _, options in terms)))
    if len(ways) * len(versions) > _MOST_READINGS:
        raise NoSolutionError(f"{len(ways) * len(versions)} readings; settle some by --choose")
    for points, version in versions:
        opened = tuple((point, str(value), OPEN_POINT) for point, value in points.items())
        cached: dict[tuple[Scalar, ...], tuple[Course, Course]] = {}
        for way in ways:
            taken = {id_: ((None, value),) for (id_, _), value in zip(terms, way, strict=True)}
            read = replace(choices, supplied={**choices.supplied, **taken})
            # A choice that only exemptions ask leaves the course of events alone.
            moving = tuple(
                value
                for (id_, _), value in zip(terms, way, strict=True)
                if _moves(accord, id_, relevant)
            )
            if moving not in cached:
                run = course(version, read)
                apart = may_be_unlawful(version)
                cached[moving] = run, course(version, read, lawful=True) if apart else run
            run, legal = cached[moving]
            collected = _with(run, read)
            lawful = collected if legal is run else _with(legal, read)
            terms_read = tuple(
                (id_, str(value), UNSPECIFIED) for (id_, _), value in zip(terms, way, strict=True)
            )
            yield Reading((*opened, *terms_read), collected, lawful)


def _with(run: Course, choices: Choices) -> Course:
    return replace(run, world=replace(run.world, choices=choices))


def _unspecified(
    accord: Accord, choices: Choices, relevant: frozenset[str]
) -> list[tuple[str, tuple[Scalar, ...]]]:
    """Return the choices that stay `unspecified` and can touch a duty, with their options."""
    found = []
    for id_, choice in accord.choices.items():
        supplied = choices.supplied.get(id_, ((None, choice.silence),))
        unsettled = all(value == UNSPECIFIED for _, value in supplied)
        options = tuple(option for option in choice.options if option != UNSPECIFIED)
        if unsettled and options and any(_asks(accord, c, id_) for c in relevant):
            found.append((id_, options))
    return found


def _moves(accord: Accord, choice: str, relevant: frozenset[str]) -> bool:
    return any(
        _asks(accord, id_, choice)
        for id_ in relevant
        if not isinstance(accord.clauses[id_], Exempt)
    )


def _asks(accord: Accord, clause: str, choice: str) -> bool:
    asked = accord.clauses[clause]
    named = {r.id for e in expressions(asked) for r in e.names()}
    return choice in named or getattr(asked, "judged", None) == choice


def undecided(program: Program, run: Course, edge: np.datetime64) -> tuple[Problem, ...]:
    """Return what could not be judged by an instant, where some duty depends on it."""
    return tuple(
        problem
        for problem in run.at(edge).undecided
        if (problem.where.file, problem.where.line) in program.asks
    )
