"""From what cells mean to classes of lines: what accords, tariff and fees can tell apart."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, TypeAlias, final

import numpy as np

from entente.accord.calendar import DateArray, local64
from entente.cases.customs.treatment import CLAIMS, Treatment, era, governing, treatment
from entente.cases.customs.words import OTHER, word_of, words
from entente.cases.duties.cuts import Cut
from entente.cases.duties.facts import Facts
from entente.cases.duties.programs import Programs
from entente.cases.lines.columns import (
    AMOUNTS,
    MICRO,
    NONE,
    Goods,
    When,
    last_instant,
    local_moment,
)
from entente.cases.lines.keys import Grades, Part, Parts
from entente.cases.lines.table import Dictionary, EntryTable

_DEFAULTS: Final[Mapping[str, Any]] = {
    "preference": NONE, "basis": "collected", "chapter98": NONE, "ftz_status": NONE,
}  # fmt: skip
_DATES: Final = ("entry_date", "warehouse_withdrawal_date", "ftz_admission_date")
_UNKNOWN: Final = ("not known",)  # the side of an empty cell

Side: TypeAlias = Callable[[Any], object]


@final
@dataclass(frozen=True, slots=True)
class Span:
    """A moment as far as accords and customs can tell: its first and last edge, and a day in it."""

    first: int
    last: int
    day: date


@final
@dataclass(frozen=True, slots=True)
class Classes:
    """Classes of lines that nothing can tell apart   [class].

    spans       the moment that fixes the rate; None where its date is not known
    undated     the column of that date
    treatments  what customs makes of each; None where its date is not known
    foreign     the share of the value that pays duty, by chapter 98; None is not known
    """

    facts: Facts
    spans: Sequence[Span | None]
    undated: Sequence[str]
    lawful: Sequence[bool]
    treatments: Sequence[Treatment | None]
    foreign: Sequence[float | None]


@dataclass(slots=True)
class Classing:
    """What sets lines apart under some programs, and what stands for those that it does not."""

    programs: Programs
    cuts: Mapping[str, Cut]
    edges: DateArray = field(init=False)
    reach: Mapping[str, tuple[int, ...]] = field(init=False)
    at_home: bool = field(init=False)

    def __post_init__(self) -> None:
        self.edges = self.programs.edges()
        self.reach = self.programs.reach
        self.at_home = self.programs.at_home()

    def valued(self) -> list[str]:
        """Return the amounts of which every value may matter."""
        return [name for name in AMOUNTS if name in self.cuts and self.cuts[name].whole]

    def parts(self, lines: EntryTable, read: Mapping[str, Dictionary]) -> Parts:
        """Return what sets lines apart: by each different cell, or by where an amount lies."""
        found: list[Part | Grades] = [self._part(dictionary) for dictionary in read.values()]
        for name in AMOUNTS:
            cut = self.cuts.get(name)
            if name not in read and cut is not None and cut.edges and name in lines.columns:
                found.append(Grades(name, sorted(cut.edges)))
        return found

    def _part(self, read: Dictionary) -> Part:
        """Give each cell of a column the code of what sets it apart, and what amounts need."""
        side = self._side(read.column)
        places: dict[object, int] = {}
        stands: list[Any] = []
        codes: dict[Any, int] = {}
        values = {c: _DEFAULTS.get(read.column) if v is None else v for c, v in read.values.items()}
        for cell, value in values.items():
            apart = side(value)
            if apart not in places:
                places[apart] = len(stands)
                stands.append(self._stand(read.column, value, apart))
            codes[cell] = places[apart]
        return Part(read.column, codes, stands)

    def _stand(self, column: str, value: Any, apart: object) -> Any:
        if column in _DATES:
            return None if value is None else self._span(value)
        return apart if column in ("as_of", "choices") else value

    def _side(self, column: str) -> Side:
        special: Mapping[str, Side] = {
            "as_of": self.programs.known,
            "choices": lambda text: text or "",
            "basis": lambda basis: basis,
            "hts": self._goods,
            "preference": lambda claimed: (self._cut("preference", claimed), claimed in CLAIMS),
            "mode": lambda mode: (mode and mode == "vessel", self._cut("mode", mode)),
            **dict.fromkeys(_DATES, self._moment),
        }
        return special.get(column, lambda value: self._cut(column, value))

    def _cut(self, column: str, value: Any) -> object:
        cut = self.cuts.get(column)
        if cut is None:
            return _UNKNOWN
        if column == "base_rate_percent" and value is not None:
            value = value / MICRO
        return _UNKNOWN if value is None else (cut.side(value),)

    def _moment(self, found: When | None) -> object:
        if found is None:
            return None
        span = self._span(found)
        return span.first, span.last, era(span.day)

    def _span(self, found: When) -> Span:
        zone = self.programs.zone
        moment = local_moment(found, zone)
        last = last_instant(moment)
        ends = local64(moment, zone), local64(last, zone)
        first_edge, last_edge = (int(np.searchsorted(self.edges, e, "right")) - 1 for e in ends)
        return Span(first_edge, last_edge, last.date())

    def _goods(self, found: Goods | None) -> object:
        if found is None:
            return _UNKNOWN
        matched = frozenset(
            {
                place: length
                for length in range(1, len(found.digits) + 1)
                for place in self.reach.get(found.digits[:length], ())
            }.items()
        )
        word = self._word(found) if "goods" in self.cuts else None
        cut = self.cuts.get("hts")
        return matched, word, None if cut is None else cut.side(found.digits)

    def _word(self, found: Goods | None) -> str | None:
        """Read a word for the goods; unknown where an accord names one that no table has."""
        word = None if found is None else word_of(found.digits)
        strange = self.cuts["goods"].codes - {*words().values(), OTHER}
        return None if word == OTHER and strange else word

    def classes(self, held: Mapping[str, Sequence[Any]]) -> Classes:
        """Return classes from the values that stand for them, by column   [class]."""
        size = len(held["hts"])
        each = [{name: values[i] for name, values in held.items()} for i in range(size)]
        moments = [governing(facts) for facts in each]
        treatments = [
            None if span is None else treatment(facts, span.day, self.at_home)
            for facts, (_, span) in zip(each, moments, strict=True)
        ]
        return Classes(
            self._facts(held, size),
            [span for _, span in moments],
            [column for column, _ in moments],
            [facts["basis"] == "lawful" for facts in each],
            treatments,
            [_foreign(facts) for facts in each],
        )

    def _facts(self, held: Mapping[str, Sequence[Any]], size: int) -> Facts:
        columns = {name: list(values) for name, values in held.items() if name not in _DATES}
        if "goods" in self.cuts:
            columns["goods"] = [
                self._word(number) if word is None else word
                for word, number in zip(held["goods"], held["hts"], strict=True)
            ]
        columns["hts"] = [None if v is None else v.digits for v in held["hts"]]
        columns["final_mode"] = [
            mode if final is None else final
            for mode, final in zip(held["mode"], held["final_mode"], strict=True)
        ]
        columns["base_rate_percent"] = [
            None if v is None else v / MICRO for v in held["base_rate_percent"]
        ]
        return Facts(columns, size)


def _foreign(facts: Mapping[str, Any]) -> float | None:
    if facts["chapter98"] == NONE:
        return 1.0
    domestic = facts["us_content_share"]
    return None if domestic is None else round(1.0 - float(domestic), 4)
