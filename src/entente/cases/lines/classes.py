"""Answers for classes of entries over all readings and times of day, put into words."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, TypeAlias, final

import numpy as np

from entente.accord.calendar import DateArray
from entente.accord.value import FLAG
from entente.cases.customs.treatment import DE_MINIMIS, DE_MINIMIS_USD, Treatment
from entente.cases.duties.answers import Answers, answers
from entente.cases.duties.facts import Facts
from entente.cases.duties.program import Program
from entente.cases.duties.reach import Reach
from entente.cases.duties.stack import Term, stacked
from entente.cases.lines.classing import Classes, Span
from entente.cases.lines.columns import MICRO
from entente.evidence import FloatArray

if TYPE_CHECKING:
    from entente.accord.clauses import Schedule

MISSING: Final = "MISSING"
TIME_OF_DAY: Final = "time_of_day"
REFUNDABLE: Final = "refundable"
FEES_UNKNOWN: Final = "fees_unknown"
FOREIGN_UNKNOWN: Final = "foreign_value_unknown"
FINE: Final = 10**10
MARKS: Final = frozenset({"reported", "assumed"})  # what a duty may rest on, besides a text
_TIME: Final = "at"

Way: TypeAlias = tuple[
    tuple[str, str, str], ...
]  # (what is settled, how, the flag where it decides)

_Reached: TypeAlias = Sequence[tuple[Program, Reach]]
_Found: TypeAlias = tuple[tuple[Program, Answers], ...]
_Answered: TypeAlias = tuple[Way, _Found, _Found]  # as collected, as lawful


@final
@dataclass(frozen=True, slots=True)
class Told:
    """What one class of lines is told.

    rate, lawful   percent (money for each unit where `money`), FLAG or MISSING
    asked          each rate of the basis that was asked for, summed after rounding, in units of
                   10**-10 percent (10**-6 of money for each unit); None where it is not priced
    charged, legal likewise as collected and as lawful
    foreign        the share of the value that pays duty; None is not known
    """

    rate: str
    lawful: str
    asked: tuple[int, ...] | None
    charged: tuple[int, ...] | None
    legal: tuple[int, ...] | None
    money: bool
    clause: str
    flags: tuple[str, ...]
    readings: str
    why: str
    treatment: Treatment | None
    foreign: float | None


@final
@dataclass(frozen=True, slots=True)
class _Case:
    """What one class answers under one way of reading, from one basis."""

    total: float
    doubt: str | None
    terms: tuple[Term, ...]
    lifted: str
    money: bool
    marks: tuple[str, ...]


_Both: TypeAlias = tuple[Way, _Case, _Case]  # as collected, as lawful


def told(programs: Sequence[Program], edges: DateArray, classes: Classes) -> list[Told]:
    """Answer for each class: what every accord adds to its duty, collected and lawful.

    edges    the instants at which any program may answer otherwise, in order   [edge] [s]

    Classes that meet the same duties at the same rates share what is said of them.
    """
    spans, facts = classes.spans, classes.facts
    found: list[list[_Both]] = [[] for _ in spans]
    cases = _Cases(programs)
    reached = [(program, Reach.of(program, facts)) for program in programs]
    for edge in sorted({e for span in spans if span for e in range(span.first, span.last + 1)}):
        here = [i for i, span in enumerate(spans) if span and span.first <= edge <= span.last]
        part, reaching = facts.take(here), [(p, reach.take(here)) for p, reach in reached]
        times = [_clock(edges, edge, spans[index]) for index in here]
        for way, collected, legal in _ways(reaching, edges[edge], part):
            full = {time: (*way, (_TIME, time, TIME_OF_DAY)) for time in set(times)}
            asked = cases.of(collected, part)
            lawful = asked if legal is collected else cases.of(legal, part)
            for index, time, one, other in zip(here, times, asked, lawful, strict=True):
                found[index].append((full[time], one, other))
    said: dict[object, _Said] = {}
    return [
        _undated(classes.undated[i]) if span is None else _told(own, classes, i, said)
        for i, (span, own) in enumerate(zip(spans, found, strict=True))
    ]


def _clock(edges: DateArray, edge: int, span: Span | None) -> str:
    """Return the time of day from which a line's moment meets an edge."""
    assert span is not None
    return "00:00" if edge == span.first else str(edges[edge])[11:16]


def _ways(reached: _Reached, moment: np.datetime64, facts: Facts) -> Iterable[_Answered]:
    """Yield the answers of all programs together under each way of reading them."""
    ways: list[_Answered] = [((), (), ())]
    for program, reach in reached:
        own: list[tuple[Way, Answers, Answers]] = []
        for reading in program.readings:
            run = reading.collected
            asked = answers(program, run, moment, facts, reach, lawful=False)
            legal = asked
            if reading.lawful is not run:
                legal = answers(program, reading.lawful, moment, facts, reach, lawful=True)
            own.append((reading.settled, asked, legal))
        ways = [_also(program, way, more) for way in ways for more in own]
    return ways


def _also(program: Program, way: _Answered, more: tuple[Way, Answers, Answers]) -> _Answered:
    settled, before, lawful = way
    own, asked, legal = more
    found = (*before, (program, asked))
    same = before is lawful and asked is legal
    return (*settled, *own), found, found if same else (*lawful, (program, legal))


@final
@dataclass(frozen=True, slots=True)
class _Cases:
    """Cases of classes; the same duties at the same rates on the same content are one case."""

    programs: Sequence[Program]
    known: dict[object, _Case] = field(default_factory=dict)

    def of(self, found: _Found, facts: Facts) -> list[_Case]:
        """Return the case of each class   [class]."""
        shares = {str(d.share) for program in self.programs for d in program.duties if d.share}
        named = {name: facts.columns.get(name, (None,) * facts.size) for name in sorted(shares)}
        rows = [
            (
                answer.duty.T.tolist(),
                _sets(answer.rates),
                answer.doubt.tolist(),
                answer.lifted.tolist(),
                answer.money.tolist(),
            )
            for _, answer in found
        ]
        cases = []
        for place in range(facts.size):
            own = tuple(
                (tuple(duty[place]), tuple(rates[place]), doubt[place], lifted[place], money[place])
                for duty, rates, doubt, lifted, money in rows
            )
            content = {name: values[place] for name, values in named.items()}
            key = own, tuple(content.values())
            if key not in self.known:
                self.known[key] = _case(self.programs, own, content)
            cases.append(self.known[key])
        return cases


def _sets(rates: FloatArray) -> list[list[float | None]]:
    """Return what duties set by class; None, which equals itself, where nothing   [class][slot]."""
    whole = rates.T.astype(object)
    whole[np.isnan(rates.T)] = None
    found: list[list[float | None]] = whole.tolist()
    return found


_Own: TypeAlias = tuple[
    tuple[tuple[int, ...], tuple[float | None, ...], str | None, str, bool], ...
]  # by program: places of duties, their rates, doubt, what exemptions did, whether it is money


def _case(programs: Sequence[Program], own: _Own, content: Mapping[str, Any]) -> _Case:
    duties: list[tuple[Schedule, float]] = []
    bases: dict[str, str | None] = {}
    doubt, told, by_unit = None, [], False
    for program, (places, rates, lacks, lifted, money) in zip(programs, own, strict=True):
        set_ = [(program.duties[p], r) for p, r in zip(places, rates, strict=True) if r is not None]
        duties += set_
        bases |= {duty.common.id: duty.common.basis for duty, _ in set_}
        doubt = doubt or lacks
        told += [lifted] if lifted else []
        by_unit |= money
    terms, lacks = stacked(duties, lambda name: _share(content.get(name)))
    total = round(float(sum(term.effective for term in terms)), 9)
    marks = tuple(sorted({str(bases[term.clause]) for term in terms if term.effective} & MARKS))
    return _Case(total, doubt or lacks, terms, "; ".join(told), by_unit, marks)


def _share(value: Any) -> float | None:
    return None if value is None else float(value)


def _undated(column: str) -> Told:
    why = f"{column} is not known"
    return Told(MISSING, MISSING, None, None, None, False, "", (FEES_UNKNOWN,), "", why, None, None)


@final
@dataclass(frozen=True, slots=True)
class _Said:
    """What classes of the same cases are told alike, whatever customs makes of them."""

    rate: str
    law: str
    asked: tuple[int, ...] | None
    charged: tuple[int, ...] | None
    legal: tuple[int, ...] | None
    money: bool
    clause: str
    flags: Mapping[str, None]
    readings: str
    why: str


def _said(found: Sequence[_Both], *, lawful: bool) -> _Said:
    collected = {way: case for way, case, _ in found}
    legal = {way: case for way, _, case in found}
    charged, law = _rate(collected), _rate(legal)
    asked, rate = (legal, law) if lawful else (collected, charged)
    flags = dict.fromkeys(flag for _, _, flag in _deciding(asked))
    flags |= dict.fromkeys(flag for _, _, flag in _deciding(legal))
    flags |= dict.fromkeys(mark for case in asked.values() for mark in case.marks)
    if any(collected[way].total != legal[way].total for way in collected):
        flags[REFUNDABLE] = None
    return _Said(
        rate,
        law,
        _priced(asked, rate),
        _priced(collected, charged),
        _priced(legal, law),
        next(iter(asked.values())).money,
        ";".join(sorted({term.clause for case in asked.values() for term in case.terms})),
        flags,
        _readings(asked) if rate == FLAG else "",
        _why(asked, rate),
    )


def _told(found: Sequence[_Both], classes: Classes, index: int, known: dict[object, _Said]) -> Told:
    treated, lawful = classes.treatments[index], classes.lawful[index]
    key = lawful, tuple((way, id(one), id(other)) for way, one, other in found)
    if key not in known:
        known[key] = _said(found, lawful=lawful)
    said = known[key]
    flags = [*said.flags]
    if treated is not None and treated.small and _is_small(classes.facts, index):
        flags.append(DE_MINIMIS)
    if classes.foreign[index] is None:
        flags.append(FOREIGN_UNKNOWN)
    if treated is None or None in (treated.least, treated.processing, treated.harbor):
        flags.append(FEES_UNKNOWN)
    return Told(
        said.rate,
        said.law,
        said.asked,
        said.charged,
        said.legal,
        said.money,
        said.clause,
        tuple(flags),
        said.readings,
        said.why,
        treated,
        classes.foreign[index],
    )


def _is_small(facts: Facts, index: int) -> bool:
    value = facts.columns.get("value_usd", (None,) * facts.size)[index]
    return value is not None and value <= DE_MINIMIS_USD


def _priced(cases: Mapping[Way, _Case], rate: str) -> tuple[int, ...] | None:
    if rate in (FLAG, MISSING):
        return None
    first = next(iter(cases.values()))
    scale = MICRO if first.money else FINE
    return tuple(int(term.effective * scale) for term in first.terms if term.effective)


def _rate(cases: Mapping[Way, _Case]) -> str:
    if any(case.doubt for case in cases.values()):
        return MISSING
    totals = {case.total for case in cases.values()}
    return _number(totals.pop()) if len(totals) == 1 else FLAG


def _number(value: float) -> str:
    return f"{Decimal(repr(round(value, 6))).normalize():f}"


def _deciding(cases: Mapping[Way, _Case]) -> list[tuple[str, str, str]]:
    """Return what the answer turns on: a setting that alone changes it, others held."""
    found: list[tuple[str, str, str]] = []
    if len({case.total for case in cases.values()}) == 1:
        return found
    for place in range(len(next(iter(cases)))):
        seen: dict[Way, float] = {}
        for way, case in cases.items():
            others = (*way[:place], *way[place + 1 :])
            if seen.setdefault(others, case.total) != case.total:
                found.append(way[place])
                break
    return found


def _readings(cases: Mapping[Way, _Case]) -> str:
    deciding = {name for name, _, _ in _deciding(cases)}
    rows: dict[str, str] = {}
    for way, case in cases.items():
        parts = [f"{n} {v}" if n == _TIME else f"{n} = {v}" for n, v, _ in way if n in deciding]
        rows[", ".join(parts)] = _number(case.total)
    return "; ".join(f"{name}: {value}" for name, value in rows.items())


def _why(cases: Mapping[Way, _Case], rate: str) -> str:
    if rate == MISSING:
        return next(case.doubt for case in cases.values() if case.doubt) or ""
    told = dict.fromkeys(map(_reason, cases.values()))
    return " | ".join(told)


def _reason(case: _Case) -> str:
    parts = [
        f"{term.clause} sets {_number(term.rate)} {'a unit' if term.money else '%'}"
        + (f" on {term.share.normalize():f} of the value" if term.share != 1 else "")
        for term in case.terms
    ]
    return "; ".join([*(parts or ["no duty is added"]), *([case.lifted] if case.lifted else [])])
