"""What entry lines cost under accords, to the cent: lines to classes, classes to answers, amounts.

The engine that holds the table only joins and multiplies integers: each distinct cell is read once,
lines that no clause can tell apart share a key, and each key is answered once.
"""

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import reduce
from typing import Any, Final, final

import ibis
import numpy as np

from entente.accord.calendar import DateArray, local64
from entente.accord.document import Accord
from entente.cases.amounts import output
from entente.cases.answers import Facts
from entente.cases.classes import Span, Told, told
from entente.cases.cuts import Cut
from entente.cases.fees import limits
from entente.cases.lines import (
    MICRO,
    READERS,
    Goods,
    Unreadable,
    When,
    last_instant,
    local_moment,
    number,
)
from entente.cases.program import Program, compiled, known_days
from entente.cases.table import Dictionary, EntryTable, arrow
from entente.cases.words import OTHER, base_rate, word_of, words
from entente.problems import InputProblemsError, Place, Problem

_CLAIMS: Final = ("NAFTA", "USMCA")
_PARTNERS: Final = ("CAN", "MEX")
_HOME: Final = "USA"
_DEFAULTS: Final[Mapping[str, Any]] = {"preference": "none", "basis": "collected"}
_UNKNOWN: Final = ("not known",)  # the side of an empty cell


@final
@dataclass(frozen=True, slots=True)
class Priced:
    """Priced lines in the order of their file, and what was wrong with others.

    table      the output columns as an Ibis table; amounts in USD to the cent
    rejected   a problem for each cell or row that could not be read; the row has no price
    warnings   cells that were mended
    """

    table: Any
    lines: int
    rejected: tuple[Problem, ...]
    warnings: tuple[Problem, ...]


def duty(
    lines: EntryTable,
    accords: Sequence[Accord],
    *,
    as_of: date | None = None,
    choose: Sequence[str] = (),
) -> Priced:
    """Price entry lines under one or more accords; what several add is summed.

    as_of    what was known of the texts that day, for lines that name no day themselves
    choose   `ID=VALUE`, also `preset=NAME`; a line's own choices come after them

    Raises InputProblemsError where accords or choices cannot be used together.
    """
    return _Pricing(lines, tuple(accords), as_of, tuple(choose)).priced()


@dataclass(slots=True)
class _Column:
    """One part of a line's key: the code of each text, and one value that stands for each code."""

    name: str
    codes: Mapping[str, int]
    stands: list[Any]
    more: Mapping[str, list[Any]] = field(default_factory=dict)


@dataclass(slots=True)
class _Pricing:
    lines: EntryTable
    accords: tuple[Accord, ...]
    as_of: date | None
    choose: tuple[str, ...]
    days: list[date] = field(default_factory=list)
    programs: dict[tuple[int, str], tuple[Program, ...]] = field(default_factory=dict)
    edges: DateArray = field(default_factory=lambda: np.array([], "datetime64[s]"))
    cuts: dict[str, Cut] = field(default_factory=dict)

    def priced(self) -> Priced:
        self._one_clock()
        self.days = sorted({known for accord in self.accords for known in known_days(accord)})
        self._program(self._known(self.as_of), "")  # wrong choices are told before lines are read
        read = {c: self.lines.dictionary(c, reader) for c, reader in READERS.items()}
        read["choices"] = self._with_programs(read["choices"], read["as_of"])
        self._survey()
        if "value_usd" in self.cuts:
            read["value_usd"] = self.lines.dictionary("value_usd", number)
        columns = [self._column(dictionary) for dictionary in read.values()]
        rejected = self.lines.rejected(read.values())
        keyed = self._keyed(columns, {problem.where.line - 1 for problem in rejected})
        answers = self._answers(keyed, columns)
        return Priced(
            output(keyed, answers, self._home_rules()),
            self.lines.count(),
            tuple(sorted((*self.lines.broken, *rejected), key=lambda p: p.where.line)),
            self.lines.mended(read["hts"]),
        )

    def _one_clock(self) -> None:
        zones = sorted({accord.zone for accord in self.accords})
        if len(zones) > 1:
            said = f"the accords keep different clocks: {', '.join(zones)}"
            raise InputProblemsError([Problem("E111", Place("--accord"), "", said, "price apart")])

    def _home_rules(self) -> bool:
        """Whether the lines enter the United States, whose fees and ordinary duty are known."""
        setters = [
            duty.common.by
            for programs in self.programs.values()
            for program in programs
            for duty in program.duties
        ]
        return any(not by or _HOME in by for by in setters)

    def _known(self, day: date | None) -> int:
        """Return how many of the days on which something becomes known have come; -1: all."""
        day = day or self.as_of
        return -1 if day is None else bisect_right(self.days, day)

    def _program(self, known: int, text: str) -> tuple[Program, ...]:
        if (known, text) not in self.programs:
            chosen = [*self.choose, *(part.strip() for part in text.split(";") if part.strip())]
            _belong(chosen, self.accords)
            shown = self.days[known - 1] if known > 0 else date.min
            self.programs[known, text] = tuple(
                compiled(
                    accord if known < 0 else accord.known(shown),
                    [choice for choice in chosen if _is_of(choice, accord)],
                )
                for accord in self.accords
            )
        return self.programs[known, text]

    def _with_programs(self, choices: Dictionary, as_of: Dictionary) -> Dictionary:
        """Compile the accords for every day and choice that lines name; fault choices that fail."""
        days = {self._known(day) for day in as_of.values.values()}
        values, faults = {}, dict(choices.faults)
        for text in choices.values:
            try:
                for known in days:
                    self._program(known, text)
                values[text] = text
            except InputProblemsError as failure:
                told = "; ".join(problem.message for problem in failure.problems)
                faults[text] = Unreadable(told, failure.problems[0].mend)
        return Dictionary("choices", values, faults)

    def _survey(self) -> None:
        """Gather the instants and the differences between lines that any program can see."""
        programs = [program for group in self.programs.values() for program in group]
        self.edges = np.unique(np.concatenate([program.edges for program in programs]))
        for program in programs:
            for name, cut in program.cuts.items():
                whole = self.cuts.setdefault(name, Cut())
                whole.codes |= cut.codes
                whole.edges |= cut.edges
                whole.whole |= cut.whole
        origins = self.cuts.setdefault("origin", Cut())
        origins.codes |= {party for program in programs for party in program.parties}

    def _column(self, read: Dictionary) -> _Column:
        """Give each text of a column the code of what sets it apart, and what amounts need."""
        special: Mapping[str, Callable[[Any], object]] = {
            "as_of": self._known,
            "choices": lambda text: text or "",
            "entry_date": self._span,
            "basis": lambda basis: basis,
            "hts": self._goods_side,
        }
        side = special.get(read.column, self._side(read.column))
        codes: dict[str, int] = {}
        places: dict[object, int] = {}
        stands: list[Any] = []
        for text, found in read.values.items():
            value = _DEFAULTS.get(read.column) if found is None else found
            apart = side(value)
            if apart not in places:
                places[apart] = len(stands)
                stands.append(apart if read.column in ("as_of", "choices", "entry_date") else value)
            codes[text] = places[apart]
        return _Column(read.column, codes, stands, self._more(read))

    def _side(self, column: str) -> Callable[[Any], object]:
        cut = self.cuts.get(column)

        def side(value: Any) -> object:
            if cut is None:
                return _UNKNOWN
            if column == "base_rate_percent" and value is not None:
                value = value / MICRO
            return _UNKNOWN if value is None else (cut.side(value),)

        return side

    def _span(self, found: When | None) -> Span | None:
        if found is None:
            return None
        zone = self.accords[0].zone
        moment = local_moment(found, zone)
        ends = local64(moment, zone), local64(last_instant(moment), zone)
        first, last = (int(np.searchsorted(self.edges, end, "right")) - 1 for end in ends)
        return first, last

    def _goods_side(self, found: Goods | None) -> object:
        if found is None:
            return _UNKNOWN
        programs = (program for group in self.programs.values() for program in group)
        matched = {
            p for program in programs for p in program.prefixes if found.digits.startswith(p)
        }
        word = self._word(found) if "goods" in self.cuts else None
        cut = self.cuts.get("hts")
        return frozenset(matched), word, None if cut is None else cut.side(found.digits)

    def _word(self, found: Goods | None) -> str | None:
        """Read a word for the goods; unknown where an accord names one that no table has."""
        word = None if found is None else word_of(found.digits)
        strange = self.cuts["goods"].codes - {*words().values(), OTHER}
        return None if word == OTHER and strange else word

    def _more(self, read: Dictionary) -> Mapping[str, list[Any]]:
        """Return what amounts need of a column beside the answer, by text."""
        values = list(read.values.values())
        match read.column:
            case "base_rate_percent":
                return {"given": values}
            case "hts":
                rates = [None if v is None else base_rate(v.digits) for v in values]
                return {"listed": rates}
            case "entry_date":
                fees = [None if v is None else limits(last_instant(v).date()) for v in values]
                return {
                    "least": [None if fee is None else fee.least for fee in fees],
                    "most": [None if fee is None else fee.most for fee in fees],
                }
            case "mode":
                return {"vessel": [None if v is None else int(v == "vessel") for v in values]}
            case "preference":
                return {"claimed": [int(v in _CLAIMS) for v in values]}
            case "origin":
                return {
                    "partner": [None if v is None else int(v in _PARTNERS) for v in values],
                    "home": [None if v is None else int(v == _HOME) for v in values],
                }
            case _:
                return {}

    def _keyed(self, columns: Sequence[_Column], rejected: set[int]) -> Any:
        """Join to each good line its key and what amounts need; kept by the engine."""
        table = self.lines.table
        if rejected:
            bad = ibis.memtable(arrow({"row": sorted(rejected)}))
            table = table.anti_join(bad, "row")
        fixed, weighed = 0, []
        for column, weight in zip(columns, _weights(columns), strict=True):
            texts, codes = list(column.codes), list(column.codes.values())
            if len(texts) <= 1:
                fixed += codes[0] * weight if codes else 0
                constants = {name: _constant(values) for name, values in column.more.items()}
                table = table.mutate(**constants)
            elif len(column.stands) > 1 or column.more:
                code = f"{column.name}_code"
                table = self.lines.joined(
                    table, column.name, {column.name: texts, code: codes, **column.more}
                )
                weighed.append((code, weight))
        key = ibis.literal(fixed, "int64")
        for code, weight in weighed:
            key = key + table[code].cast("int64") * ibis.literal(weight, "int64")
        has_value = "value_usd" in self.lines.columns
        dollars = self.lines.dollars(table) if has_value else ibis.null("int64")
        wanted = [name for column in columns for name in column.more]
        kept = table.select(
            "row", "line_id", key=key, dollars=dollars,
            **{name: table[name].cast("int64") for name in wanted},
        )  # fmt: skip
        return self.lines.engine.create_table("keyed", kept, temp=True)

    def _answers(self, keyed: Any, columns: Sequence[_Column]) -> dict[int, Told]:
        """Answer every key that occurs, group by group of what was known and chosen."""
        keys = np.sort(keyed.select("key").distinct().to_pyarrow().column(0).to_numpy())
        held: dict[str, list[Any]] = {}
        for column, weight in zip(columns, _weights(columns), strict=True):
            codes = keys // weight % max(len(column.stands), 1)
            held[column.name] = [column.stands[code] for code in codes.tolist()]
        groups: dict[tuple[int, str], list[int]] = {}
        for index, group in enumerate(zip(held["as_of"], held["choices"], strict=True)):
            groups.setdefault(group, []).append(index)
        found: dict[int, Told] = {}
        for group, indices in groups.items():
            part = {name: [values[i] for i in indices] for name, values in held.items()}
            spans, lawful = part["entry_date"], [basis == "lawful" for basis in part["basis"]]
            facts = self._facts(part, len(indices))
            rows = told(self._program(*group), self.edges, facts, spans, lawful)
            found |= dict(zip(keys[indices].tolist(), rows, strict=True))
        return found

    def _facts(self, part: Mapping[str, list[Any]], size: int) -> Facts:
        columns = {name: list(values) for name, values in part.items() if name != "entry_date"}
        if "goods" in self.cuts:
            columns["goods"] = [
                self._word(number) if word is None else word
                for word, number in zip(part["goods"], part["hts"], strict=True)
            ]
        columns["hts"] = [None if v is None else v.digits for v in part["hts"]]
        columns["base_rate_percent"] = [
            None if v is None else v / MICRO for v in part["base_rate_percent"]
        ]
        return Facts(columns, size)


def _weights(columns: Sequence[_Column]) -> list[int]:
    """Return what each column's code counts in a key."""
    sizes = [max(len(column.stands), 1) for column in columns]
    return reduce(lambda found, size: [*found, found[-1] * size], sizes[:-1], [1])


def _constant(values: Sequence[Any]) -> Any:
    found = values[0] if values else None
    return ibis.null("int64") if found is None else ibis.literal(found, "int64")


def _is_of(choice: str, accord: Accord) -> bool:
    id_ = choice.partition("=")[0].partition("@")[0].strip()
    return id_ == "preset" or id_ in accord.choices


def _belong(chosen: Sequence[str], accords: Sequence[Accord]) -> None:
    """Raise InputProblemsError for choices that no accord knows or that no accord can take."""
    from entente.accord.choices import Choices

    lost = [choice for choice in chosen if not any(_is_of(choice, a) for a in accords)]
    if lost:
        Choices.parse(lost, accords[0])
