"""Answers for classes of entries over all readings and times of day, put into words."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final, TypeAlias, final

import numpy as np

from entente.accord.calendar import DateArray
from entente.accord.value import FLAG
from entente.cases.answers import Answers, Facts, answers
from entente.cases.classing import Classes, Span
from entente.cases.lines import MICRO
from entente.cases.program import Program
from entente.cases.stack import Shares, Term, stacked
from entente.cases.treatment import DE_MINIMIS, DE_MINIMIS_USD, Treatment

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

_Found: TypeAlias = list[tuple[Program, Answers]]
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


def told(programs: Sequence[Program], edges: DateArray, classes: Classes) -> list[Told]:
    """Answer for each class: what every accord adds to its duty, collected and lawful.

    edges    the instants at which any program may answer otherwise, in order   [edge] [s]
    """
    spans, facts = classes.spans, classes.facts
    found: list[tuple[dict[Way, _Case], dict[Way, _Case]]] = [({}, {}) for _ in spans]
    for edge in sorted({e for span in spans if span for e in range(span.first, span.last + 1)}):
        here = [i for i, span in enumerate(spans) if span and span.first <= edge <= span.last]
        part = Facts({k: [v[i] for i in here] for k, v in facts.columns.items()}, len(here))
        for way, collected, legal in _ways(programs, edges[edge], part):
            for place, index in enumerate(here):
                span = spans[index]
                assert span is not None
                full = (*way, (_TIME, _clock(edges, edge, span), TIME_OF_DAY))
                shares = _shares(part, place)
                found[index][0][full] = _case(collected, place, shares)
                found[index][1][full] = _case(legal, place, shares)
    return [
        _undated(classes.undated[i]) if span is None else _told(*cases, classes, i)
        for i, (span, cases) in enumerate(zip(spans, found, strict=True))
    ]


def _shares(facts: Facts, place: int) -> Shares:
    def share(name: str) -> float | None:
        values = facts.columns.get(name)
        value = None if values is None else values[place]
        return None if value is None else float(value)

    return share


def _clock(edges: DateArray, edge: int, span: Span) -> str:
    """Return the time of day from which a line's moment meets an edge."""
    return "00:00" if edge == span.first else str(edges[edge])[11:16]


def _ways(programs: Sequence[Program], moment: np.datetime64, facts: Facts) -> Iterable[_Answered]:
    """Yield the answers of all programs together under each way of reading them."""
    ways: list[_Answered] = [((), [], [])]
    for program in programs:
        own = [
            (
                reading.settled,
                answers(program, reading.collected, moment, facts, lawful=False),
                answers(program, reading.lawful, moment, facts, lawful=True),
            )
            for reading in program.readings
        ]
        ways = [
            ((*way, *settled), [*one, (program, collected)], [*two, (program, legal)])
            for way, one, two in ways
            for settled, collected, legal in own
        ]
    return ways


def _case(found: Sequence[tuple[Program, Answers]], index: int, shares: Shares) -> _Case:
    duties: list[tuple[Schedule, float]] = []
    bases: dict[str, str | None] = {}
    doubt, lifted, money = None, [], False
    for program, answer in found:
        duties += [
            (duty, float(rate))
            for duty, rate in zip(program.duties, answer.rates[:, index], strict=True)
            if not np.isnan(rate)
        ]
        bases |= {duty.common.id: duty.common.basis for duty in program.duties}
        doubt = doubt or answer.doubt[index]
        lifted += [answer.lifted[index]] if answer.lifted[index] else []
        money |= bool(answer.money[index])
    terms, lacks = stacked(duties, shares)
    total = round(float(sum(term.effective for term in terms)), 9)
    marks = tuple(sorted({str(bases[term.clause]) for term in terms if term.effective} & MARKS))
    return _Case(total, doubt or lacks, terms, "; ".join(lifted), money, marks)


def _undated(column: str) -> Told:
    why = f"{column} is not known"
    return Told(MISSING, MISSING, None, None, None, False, "", (FEES_UNKNOWN,), "", why, None, None)


def _told(
    collected: Mapping[Way, _Case], legal: Mapping[Way, _Case], classes: Classes, index: int
) -> Told:
    charged, law = _rate(collected), _rate(legal)
    lawful, treated = classes.lawful[index], classes.treatments[index]
    asked, rate = (legal, law) if lawful else (collected, charged)
    flags = dict.fromkeys(flag for _, _, flag in _deciding(asked))
    flags |= dict.fromkeys(flag for _, _, flag in _deciding(legal))
    flags |= dict.fromkeys(mark for case in asked.values() for mark in case.marks)
    if any(collected[way].total != legal[way].total for way in collected):
        flags[REFUNDABLE] = None
    if treated is not None and treated.small and _is_small(classes.facts, index):
        flags[DE_MINIMIS] = None
    if classes.foreign[index] is None:
        flags[FOREIGN_UNKNOWN] = None
    if treated is None or None in (treated.least, treated.processing, treated.harbor):
        flags[FEES_UNKNOWN] = None
    return Told(
        rate,
        law,
        _priced(asked, rate),
        _priced(collected, charged),
        _priced(legal, law),
        next(iter(asked.values())).money,
        ";".join(sorted({term.clause for case in asked.values() for term in case.terms})),
        tuple(flags),
        _readings(asked) if rate == FLAG else "",
        _why(asked, rate),
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
