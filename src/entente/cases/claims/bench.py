"""The bench that decides claims: steps by number, what governs on which day, and each answer.

Claims on whose days the law is the same are decided together. Every acting clause gives a number,
that of the first of its steps that holds or is not known; what a step brings is read only for the
claims that it decides.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias, final

import numpy as np
from numpy.typing import NDArray

from entente.accord.clauses import Allocate
from entente.accord.document import Accord
from entente.accord.expression.entry_values import Read
from entente.accord.expression.faults import SOUND, Truth
from entente.accord.expression.lists import Lists
from entente.accord.expression.sharing import Sharing
from entente.cases.claims.allocation import MISSING, Ground, Scribe, Try, met_in
from entente.cases.claims.block import Block, Numbers, Reader
from entente.cases.claims.law import Acting, Given, Reading, Regime, Stretch
from entente.problems import Place

Codes: TypeAlias = NDArray[np.int32]  # step numbers, or -1 - number where it is not known [claim]

SEVERAL: Final = ";"  # joins the states between which a text does not choose
_FEW: Final = 3  # entries; claims with longer lists are read apart
_UNDATED: Final = -1
_NOWHERE: Final = Place("")


@final
@dataclass(frozen=True, slots=True)
class Found:
    """What every reading and time of day gives; the first key is the plain answer.

    codes    the step that decides                                [key, claim]
    states   the number of what it brings                         [key, claim]
    times    the number of the time from which it governs, -1 where the day has none  [key, claim]
    lacks    the number of what is missing to answer, 0 where nothing is              [claim]
    outside  whether the day lies outside the accord's horizon    [claim]
    """

    codes: NDArray[np.int32]
    states: NDArray[np.int32]
    times: NDArray[np.int32]
    lacks: NDArray[np.int32]
    outside: Truth


@final
class Bench:
    """The law of one quantity, ready to decide blocks of claims.

    keys     by reading and by regime within the day
    steps    what may decide, by number
    numbers  of codes, of what is missing and of times of day
    """

    def __init__(
        self, law: Sequence[Reading], group: Sequence[Allocate], accord: Accord, dated: str
    ) -> None:
        self.law, self.group, self.accord, self.dated = law, group, accord, dated
        self.numbers = Numbers()
        self.keys = [(n, i) for n, reading in enumerate(law) for i in range(_most(reading))]
        self.steps: list[Try] = []
        self._shared = Sharing(self.numbers.of)
        self._scribe = Scribe(accord, self.numbers)
        self._places: dict[tuple[object, ...], int] = {}
        self._undated = self._number(
            Try.missing(Ground("", "", "", "", ""), f"{dated} is not known")
        )
        self._edges = sorted({s.first for reading in law for s in reading.stretches})
        self._spans = [[_at(reading, edge) for reading in law] for edge in self._edges]
        regimes = [r for reading in law for s in reading.stretches for _, r in s.regimes]
        self._regimes = {
            id(r): _Governing.of(r, self._number, self._scribe, group) for r in regimes
        }
        self._missing = self.numbers.of(MISSING)

    def __reduce__(self) -> tuple[Any, ...]:
        """Travel to other machines as what it was made of."""
        return Bench, (self.law, self.group, self.accord, self.dated)

    def decide(self, block: Block, dated: Truth, longest: NDArray[np.int64]) -> Found:
        """Decide every claim of a block.

        dated     whether a claim has a day              [claim]
        longest   the length of its longest list         [claim]
        """
        size = (len(self.keys), block.size)
        begin, end = (np.datetime64(day, "D") for day in self.accord.horizon)
        outside = dated & ((block.today < begin) | (block.today > end))
        found = Found(
            np.full(size, self._undated, np.int32),
            np.full(size, self._missing, np.int32),
            np.zeros(size, np.int32),
            np.full(block.size, self.numbers.of(self.steps[self._undated].lacks), np.int32),
            outside,
        )
        for place, (_, index) in enumerate(self.keys):
            found.times[place] = -1 if index else 0
        span = np.searchsorted(np.array(self._edges), block.today, "right") - 1
        alike = np.where(dated, 2 * span + (longest > _FEW), _UNDATED)
        for number in np.unique(alike).tolist():
            if number != _UNDATED:
                rows = np.flatnonzero(alike == number)
                part = block if len(rows) == block.size else block.take(rows)
                self._decide(part, self._spans[number // 2], rows, found)
        return found

    def _decide(
        self, block: Block, span: Sequence[Stretch], rows: NDArray[np.int64], found: Found
    ) -> None:
        """Decide claims on whose days the law is the same; `span` says it by reading."""
        hearing = _Hearing(block, self.steps, self._shared, self.numbers)
        for place, (number, index) in enumerate(self.keys):
            several = span[number].regimes
            time, regime = several[min(index, len(several) - 1)]
            codes = hearing.governed(self._regimes[id(regime)])
            found.codes[place, rows] = codes
            if len(several) > max(index, 1):
                found.times[place, rows] = self.numbers.of(f"from {time}")
            if not place:
                first, states = codes, np.full(block.size, self._missing, np.int32)
                lacks = np.zeros(block.size, np.int32)
                hearing.tell(np.arange(block.size), codes, states, lacks)
                found.states[0, rows], found.lacks[rows] = states, lacks
            else:
                other, none = states.copy(), np.zeros(block.size, np.int32)
                differs = np.flatnonzero(codes != first)
                other[differs] = self._missing
                hearing.tell(differs, codes[differs], other, none)
                found.states[place, rows] = other

    def _number(self, step: Try) -> int:
        """Give a step its number, the same for steps that read alike."""
        key = (step.ground, step.given, *step.key)
        if key not in self._places:
            self._places[key] = len(self.steps)
            self.steps.append(step)
        return self._places[key]


@final
@dataclass(frozen=True, slots=True)
class _Governing:
    """A regime by the numbers of its steps.

    acting     what each clause tries in order, where alone it acts, and where it rests
    unplaced   for each the step that says that the place is missing
    otherwise  the step where none acts
    """

    acting: tuple[tuple[Acting, tuple[int, ...]], ...]
    unplaced: tuple[int, ...]
    otherwise: int

    @classmethod
    def of(
        cls, regime: Regime, number: Any, scribe: Scribe, group: Sequence[Allocate]
    ) -> "_Governing":
        """Give the steps of a regime their numbers."""
        acting = tuple((a, tuple(number(t) for t in scribe.tries(a))) for a in regime.acting)
        because = "the place of entry decides"
        unplaced = tuple(
            number(Try.missing(scribe.ground(a.clause, "where", "", because), "place is not known"))
            for a in regime.acting
        )
        clause = next((c for c in group if c.otherwise is not None), None)
        return cls(acting, unplaced, number(scribe.otherwise(clause, "; ".join(_idle(regime)))))


def _idle(regime: Regime) -> Iterator[str]:
    """Say why no clause acts."""
    for id_, state, since in regime.idle:
        yield f"{id_} is {state.replace('_', ' ')}{f' since {since}' if since else ''}"
    for acting in regime.acting:
        if acting.resting:
            yield f"{acting.clause.common.id} rests in {', '.join(acting.resting)}"
    for acting in regime.acting:
        if acting.inside:
            yield f"{acting.clause.common.id} acts in {', '.join(acting.inside)} only"


@final
@dataclass(slots=True)
class _Hearing:
    """Claims that are being decided under one law."""

    block: Block
    steps: Sequence[Try]
    shared: Sharing
    numbers: Numbers
    _readers: dict[Given, Reader] = field(default_factory=dict)
    _ruled: dict[tuple[int, ...], Codes] = field(default_factory=dict)

    def governed(self, regime: _Governing) -> Codes:
        """Let the strongest clause that acts where a claim is decide, else what holds then."""
        codes = np.full(self.block.size, regime.otherwise, np.int32)
        for (acting, numbers), unplaced in reversed(
            list(zip(regime.acting, regime.unplaced, strict=True))
        ):
            own = self._first(numbers)
            if acting.inside or acting.resting:
                place, known = self.block.fact("place")
                here = np.ones((), np.bool_)
                if acting.inside:
                    here = here & met_in(place, acting.inside, self.numbers)
                if acting.resting:
                    here = here & ~met_in(place, acting.resting, self.numbers)
                own = np.where(known, np.where(here, own, codes), np.int32(unplaced))
            codes = own
        return codes

    def _first(self, numbers: tuple[int, ...]) -> Codes:
        """Return the number of the first step that holds, or the code of one not known."""
        if numbers not in self._ruled:
            codes = np.zeros(self.block.size, np.int32)
            for number in reversed(numbers):
                step = self.steps[number]
                if step.holds is None:
                    codes[:] = number
                    continue
                value, fault = step.holds(self._reader(step.given))
                np.copyto(codes, number, where=np.asarray(value, np.bool_))
                if fault is not SOUND:
                    np.copyto(codes, -1 - number, where=fault != 0)
            self._ruled[numbers] = codes
        return self._ruled[numbers]

    def tell(
        self, rows: NDArray[np.int64], codes: Codes, states: Codes, lacks: NDArray[np.int32]
    ) -> None:
        """Write the states that steps bring to some claims, and what is missing to say so."""
        for code in np.unique(codes).tolist():
            chosen = rows[codes == code]
            if code < 0:
                step = self.steps[-1 - code]
                assert step.holds is not None
                reader = self._reader(step.given)
                self._lack(step.holds(reader)[1], chosen, chosen, reader, lacks)
                continue
            step = self.steps[code]
            if step.to is None:
                lacks[chosen] = self.numbers.of(step.lacks)
                continue
            block = self.block if len(chosen) == self.block.size else self.block.take(chosen)
            reader = Reader.over(block, step.given, self.shared, self.numbers)
            value, fault = self._said(step.to(reader), reader)
            sound = np.broadcast_to(fault == 0, len(chosen))
            states[chosen[sound]] = np.broadcast_to(value, len(chosen))[sound]
            self._lack(fault, np.arange(len(chosen)), chosen, reader, lacks)

    def _lack(
        self,
        fault: NDArray[np.int16],
        within: NDArray[np.int64],
        chosen: NDArray[np.int64],
        reader: Reader,
        lacks: NDArray[np.int32],
    ) -> None:
        faults = np.broadcast_to(fault, reader.block.size)[within]
        for code in np.unique(faults[faults != 0]).tolist():
            lacks[chosen[faults == code]] = self.numbers.of(reader.reason(code))

    def _said(self, read: Read, reader: Reader) -> Read:
        """Return an outcome as one code: values of a list joined, none of them a fault."""
        values, fault = read
        if not isinstance(values, Lists):
            return values, fault
        empty = np.broadcast_to((values.counts == 0) & (fault == 0), reader.block.size)
        nothing = reader.evaluator.fault(empty, "no entry fits", _NOWHERE)
        first = np.broadcast_to(values.first()[0], reader.block.size).copy()
        many = np.flatnonzero(np.broadcast_to(values.counts, reader.block.size) > 1)
        if many.size:
            first[many] = self._joined(values, many, reader.block.size)
        return first, np.where(fault != 0, fault, nothing)

    def _joined(self, values: Lists, many: NDArray[np.int64], size: int) -> Codes:
        """Give each list of several codes a number of its own   [many]."""
        told = [np.where(entry.there, entry.values, 0) for entry in values.entries]
        table = np.array([np.broadcast_to(codes, size)[many] for codes in told])
        kinds, place = np.unique(table, axis=1, return_inverse=True)
        words = self.numbers.words
        texts = [SEVERAL.join(words[n] for n in kind if n) for kind in kinds.T.tolist()]
        return np.array([self.numbers.of(text) for text in texts], np.int32)[place.ravel()]

    def _reader(self, given: Given) -> Reader:
        if given not in self._readers:
            self._readers[given] = Reader.over(self.block, given, self.shared, self.numbers)
        return self._readers[given]


def _most(reading: Reading) -> int:
    return max(len(stretch.regimes) for stretch in reading.stretches)


def _at(reading: Reading, day: np.datetime64) -> Stretch:
    return [stretch for stretch in reading.stretches if stretch.first <= day][-1]
