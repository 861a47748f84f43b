"""Answers for classes of entries over all readings and times of day, put into words."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, TypeAlias, final

import numpy as np

from entente.accord.calendar import DateArray
from entente.accord.value import FLAG
from entente.cases.answers import Answers, Facts, answers
from entente.cases.lines import MICRO
from entente.cases.program import Program

MISSING: Final = "MISSING"
TIME_OF_DAY: Final = "time_of_day"
REFUNDABLE: Final = "refundable"
_TIME: Final = "at"

Way: TypeAlias = tuple[
    tuple[str, str, str], ...
]  # (what is settled, how, the flag where it decides)
Span: TypeAlias = tuple[int, int]  # the first and the last edge of a line's moment


@final
@dataclass(frozen=True, slots=True)
class Told:
    """What one class of lines is told.

    rate, lawful   percent (money for each unit where `money`), FLAG or MISSING
    terms          each rate in millionths of a percent, summed after rounding; empty if not priced
    """

    rate: str
    lawful: str
    terms: tuple[int, ...]
    priced: bool
    clause: str
    flags: tuple[str, ...]
    readings: str
    why: str


@final
@dataclass(frozen=True, slots=True)
class _Case:
    """What one class answers under one way of reading, from one basis."""

    total: float
    doubt: str | None
    terms: tuple[tuple[str, float], ...]
    lifted: str
    money: bool


def told(
    programs: Sequence[Program],
    edges: DateArray,
    facts: Facts,
    spans: Sequence[Span | None],
    lawful: Sequence[bool],
) -> list[Told]:
    """Answer for each class: what every accord adds to its duty, collected and lawful.

    edges    the instants at which any program may answer otherwise, in order   [edge] [s]
    spans    the first and last edge that a line's moment meets; None: no date
    lawful   whether the line asks for the lawful rate
    """
    found: list[tuple[dict[Way, _Case], dict[Way, _Case]]] = [({}, {}) for _ in spans]
    for edge in sorted({e for span in spans if span for e in range(span[0], span[1] + 1)}):
        here = [i for i, span in enumerate(spans) if span and span[0] <= edge <= span[1]]
        part = Facts({k: [v[i] for i in here] for k, v in facts.columns.items()}, len(here))
        for way, collected, legal in _ways(programs, edges[edge], part):
            for place, index in enumerate(here):
                span = spans[index]
                assert span is not None
                full = (*way, (_TIME, _clock(edges, edge, span), TIME_OF_DAY))
                found[index][0][full] = _case(collected, place)
                found[index][1][full] = _case(legal, place)
    return [
        _undated() if span is None else _told(*cases, lawful=asked)
        for span, cases, asked in zip(spans, found, lawful, strict=True)
    ]


def _clock(edges: DateArray, edge: int, span: Span) -> str:
    """Return the time of day from which a line's moment meets an edge."""
    return "00:00" if edge == span[0] else str(edges[edge])[11:16]


def _ways(
    programs: Sequence[Program], moment: np.datetime64, facts: Facts
) -> Iterable[tuple[Way, list[Answers], list[Answers]]]:
    """Yield the answers of all programs together under each way of reading them."""
    ways: list[tuple[Way, list[Answers], list[Answers]]] = [((), [], [])]
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
            ((*way, *settled), [*one, collected], [*two, legal])
            for way, one, two in ways
            for settled, collected, legal in own
        ]
    return ways


def _case(found: Sequence[Answers], index: int) -> _Case:
    terms: list[tuple[str, float]] = []
    total, doubt, lifted, money = 0.0, None, [], False
    for answer in found:
        own = [
            (id_, float(rate))
            for id_, rate in zip(answer.clauses, answer.rates[:, index], strict=True)
            if not np.isnan(rate)
        ]
        adding = abs(sum(rate for _, rate in own) - answer.total[index]) < 1e-9
        terms += own if adding else [max(own, key=lambda term: term[1])]
        total += float(answer.total[index])
        doubt = doubt or answer.doubt[index]
        lifted += [answer.lifted[index]] if answer.lifted[index] else []
        money |= bool(answer.money[index])
    return _Case(round(total, 9), doubt, tuple(terms), "; ".join(lifted), money)


def _undated() -> Told:
    return Told(MISSING, MISSING, (), False, "", (), "", "entry_date is not known")


def _told(collected: Mapping[Way, _Case], legal: Mapping[Way, _Case], *, lawful: bool) -> Told:
    charged, law = _rate(collected), _rate(legal)
    asked, rate = (legal, law) if lawful else (collected, charged)
    first = next(iter(asked.values()))
    flags = dict.fromkeys(flag for _, _, flag in _deciding(asked))
    flags |= dict.fromkeys(flag for _, _, flag in _deciding(legal))
    if any(collected[way].total != legal[way].total for way in collected):
        flags[REFUNDABLE] = None
    sure = rate not in (FLAG, MISSING)
    clauses = sorted({id_ for case in asked.values() for id_, _ in case.terms})
    return Told(
        rate,
        law,
        tuple(int(Decimal(repr(value)) * MICRO) for _, value in first.terms) if sure else (),
        sure and not first.money,
        ";".join(clauses),
        tuple(flags),
        _readings(asked) if rate == FLAG else "",
        _why(asked, rate),
    )


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
    unit = "a unit" if case.money else "%"
    parts = [f"{id_} sets {_number(value)} {unit}" for id_, value in case.terms]
    return "; ".join([*(parts or ["no duty is added"]), *([case.lifted] if case.lifted else [])])
