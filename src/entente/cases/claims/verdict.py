"""From what each reading answers to one row a claim: plain, FLAG with its readings, or MISSING.

Answers come as numbers; words are put together once for each combination of numbers that occurs.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, NamedTuple, TypeAlias, final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from entente.accord.document import Accord
from entente.accord.expression.faults import Truth
from entente.cases.claims.allocation import MISSING, Ground
from entente.cases.claims.answers import SAID, Answers
from entente.cases.claims.bench import SEVERAL, Bench, Found
from entente.cases.claims.law import Reading

Column: TypeAlias = Any  # a pyarrow.Array; pyarrow gives no types to check against
Integers: TypeAlias = NDArray[np.int64]

FLAG: Final = "FLAG"
OPEN_POINT: Final = "open_point"
TIME_OF_DAY: Final = "time_of_day"
OUTSIDE: Final = "outside_horizon"
_MARKS: Final = (OPEN_POINT, TIME_OF_DAY, OUTSIDE)
_SILENT: Final = "the text does not say which of several states answers"
_TEXT: Final = "text"  # the basis that needs no mark


@final
class _Turn(NamedTuple):
    """What a flagged claim turns on: its readings, why, and whether on the hour within a day."""

    readings: str
    why: str
    hourly: bool


def settled(found: Found, bench: Bench, ids: Column) -> Answers:
    """Put in words what a bench found of some claims."""
    words = bench.numbers.words
    open_, timed = _turns(found, bench.keys)
    silent = np.array([SEVERAL in word for word in words], np.bool_)[found.states[0]]
    flagged = open_ | timed | silent
    step = np.where(found.codes[0] < 0, -1 - found.codes[0], found.codes[0])
    state = np.where(flagged, bench.numbers.of(FLAG), found.states[0])
    lacks = np.where(found.states[0] == bench.numbers.of(MISSING), found.lacks, 0)
    told, turn = _told(found, bench, flagged)
    numbers = (state, step, lacks, turn, open_, timed, silent, found.outside)
    kinds, place = _kinds(numbers)
    rows = [_said(bench, told, *kind) for kind in kinds]
    said = {name: pa.array([row[n] for row in rows], pa.string()) for n, name in enumerate(SAID)}
    return Answers(ids, pa.table(said), place)


def _said(
    bench: Bench,
    told: Sequence[_Turn],
    state: int,
    step: int,
    lack: int,
    turn: int,
    *marks: int,
) -> tuple[str, ...]:
    """Say one answer; `marks` are whether it is open, timed, silent, and outside the horizon."""
    words, ground, turning = bench.numbers.words, bench.steps[step].ground, told[turn]
    open_, timed, silent, outside = marks
    held = open_ or silent, timed or (open_ and turning.hourly), outside
    flags = [name for name, holds in zip(_MARKS, held, strict=True) if holds]
    if ground.basis not in ("", _TEXT):
        flags.append(ground.basis)
    why = _lacked(words[lack], ground) if lack else ground.why
    return (
        words[state], ground.clause, "" if turn else ground.rule, ground.citation,
        ";".join(flags), turning.readings, turning.why if turn else why,
    )  # fmt: skip


def _lacked(lack: str, ground: Ground) -> str:
    at = f" at rule {ground.rule}" if ground.rule else ""
    return f"{MISSING} {lack.replace(' is not known', '')}{at}"


def _kinds(numbers: Sequence[NDArray[Any]]) -> tuple[list[tuple[int, ...]], Integers]:
    """Return the combinations of numbers that occur, and which of them each claim has."""
    place, first = _ranked(numbers[0])
    for each in numbers[1:]:
        own, seen = _ranked(each)
        place, first = _ranked(place * len(seen) + own)
    return [tuple(int(each[claim]) for each in numbers) for claim in first.tolist()], place


def _ranked(numbers: NDArray[Any]) -> tuple[Integers, Integers]:
    """Give what occurs numbers from 0, for each claim, and a claim where each occurs."""
    if not len(numbers):
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    whole = numbers.astype(np.int64)
    whole -= whole.min()
    claim = np.full(int(whole.max()) + 1, -1)
    claim[whole] = np.arange(len(whole))
    occurs = claim >= 0
    return (np.cumsum(occurs) - 1)[whole], claim[occurs]


def _turns(found: Found, keys: Sequence[tuple[int, int]]) -> tuple[Truth, Truth]:
    """Return which claims turn on an open point, and which on the time of day   [claim]."""
    open_, timed = (np.zeros(found.states.shape[1], np.bool_) for _ in range(2))
    for one, (reading, time) in enumerate(keys):
        for other, (its_reading, its_time) in enumerate(keys[:one]):
            if time == its_time:
                open_ |= found.states[one] != found.states[other]
            elif reading == its_reading:
                timed |= found.states[one] != found.states[other]
    return open_, timed


def _told(found: Found, bench: Bench, flagged: Truth) -> tuple[list[_Turn], Integers]:
    """Say what each flagged claim answers by reading, and what that turns on.

    returns  what is said, nothing at first, and which of it each claim is told   [claim]
    """
    rows = np.flatnonzero(flagged)
    words = bench.numbers.words
    teller = _Teller(bench.law, bench.keys, bench.accord)
    states, times = found.states[:, rows], found.times[:, rows]
    kinds, place = _kinds([*states, *times])
    told, turn = [_Turn("", "", hourly=False)], np.zeros(len(flagged), np.int64)
    for kind in kinds:
        both = kind[: len(bench.keys)], kind[len(bench.keys) :]
        clock = [None if number < 0 else words[number] for number in both[1]]
        told.append(teller.say([words[number] for number in both[0]], clock))
    turn[rows] = place + 1
    return told, turn


@final
@dataclass(frozen=True, slots=True)
class _Teller:
    """Says for flagged claims what every reading and time of day answers, and what it turns on."""

    law: Sequence[Reading]
    keys: Sequence[tuple[int, int]]
    accord: Accord

    def say(self, states: Sequence[str], times: Sequence[str | None]) -> _Turn:
        """Say what one claim turns on, from its states and times   [key]."""
        points = [point for point in self.law[0].settled if self._matters(point, states)]
        lines = dict.fromkeys(self._lines(points, states, times))
        if len(set(states)) == 1:
            return _Turn("; ".join(lines), _SILENT, hourly=False)
        about = [self.accord.opens[point].about for point in points]
        why = f"turns on: {'; '.join(about)}" if about else "the law changes within the day"
        hourly = bool(points) and all(_a_day_apart(self.accord, point) for point in points)
        return _Turn("; ".join(lines), why, hourly)

    def _lines(
        self, points: Sequence[str], states: Sequence[str], times: Sequence[str | None]
    ) -> Iterator[str]:
        for (reading, _), state, time in zip(self.keys, states, times, strict=True):
            if time is not None:
                settled = self.law[reading].settled
                label = [f"{point} = {settled[point]}" for point in points]
                said = ", ".join(filter(None, (*label, time)))
                yield ": ".join(filter(None, (said, state.replace(SEVERAL, " or "))))

    def _matters(self, point: str, states: Sequence[str]) -> bool:
        """Tell whether some answer turns on an open point, all others read alike."""
        by_rest: dict[tuple[str, ...], set[str]] = {}
        for (reading, time), state in zip(self.keys, states, strict=True):
            settled = self.law[reading].settled
            rest = (str(time), *(str(settled[other]) for other in settled if other != point))
            by_rest.setdefault(rest, set()).add(state)
        return any(len(found) > 1 for found in by_rest.values())


def _a_day_apart(accord: Accord, point: str) -> bool:
    """Tell whether the readings of an open point are neighbouring days: the hour is not known."""
    try:
        days = sorted(date.fromisoformat(str(value)) for value in accord.opens[point].readings)
    except ValueError:
        return False
    return (days[-1] - days[0]).days <= 1
