"""What would flip an entry line's added duty: one column at a time, the least change, tried again.

Dates go to the nearest days on which an accord may answer otherwise; numbers to the bounds that an
accord names, and shares a hundredth at a time; codes and words to those that an accord names.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final, TypeAlias, final

import pyarrow as pa

from entente.accord.document import Accord
from entente.accord.expression import Kind
from entente.accord.expression.facts import GOODS
from entente.accord.reasons import Flip, said_flips
from entente.cases.duties.cuts import Cut
from entente.cases.duties.programs import Programs
from entente.cases.lines.columns import MODES, NONE, PREFERENCES, READERS, day
from entente.cases.lines.duty import duty
from entente.cases.lines.passed import passed_over
from entente.cases.lines.table import EntryTable
from entente.grid import Told
from entente.language import listing, phrase
from entente.problems import InputProblemsError, Place, Problem, did_you_mean

Line: TypeAlias = dict[str, str]  # cells as they were given; an empty one is not known
_Tried: TypeAlias = tuple[str, float, Line]  # column, how far it was moved, the line then

_DAYS: Final = 800  # a day other than that of entry is moved at most so far either way
_WORDS: Final = {"preference": PREFERENCES, "mode": MODES, "final_mode": MODES}
_ASSUMED: Final = {"preference": NONE}  # what an empty cell means; other empty cells stay so
_ANSWER: Final = (
    "additional_rate",
    "additional_duty",
    "lawful_rate",
    "clause",
    "flags",
    "readings",
    "why",
)


@final
@dataclass(frozen=True, slots=True)
class LineExplanation(Told):
    """One line's answer as `duty` gives it, why not by other duties, and what flips it."""

    accords: tuple[str, ...]
    answer: Mapping[str, Any]
    others: tuple[str, ...]
    flips: tuple[Flip, ...]

    def lines(self) -> Iterator[str]:
        """Say the answer, why other duties do not decide, and the flips, one sentence a line."""
        told = {key: value for key, value in self.answer.items() if value not in (None, "")}
        yield phrase(
            "line {line} under {accords}: additional_rate {rate}",
            line=told.pop("line_id"),
            accords=listing(self.accords),
            rate=told.pop("additional_rate"),
        )
        yield from (f"  {key}: {value}" for key, value in told.items())
        yield from ("  " + phrase("not: {reason}", reason=why) for why in self.others)
        yield from said_flips(self.flips)


def explain_line(
    lines: EntryTable,
    line_id: str,
    accords: Sequence[Accord],
    *,
    as_of: date | None = None,
    choose: Sequence[str] = (),
) -> LineExplanation:
    """Price one line of a table and find the least change of each column that alters its rate.

    Facts that are not known stay so, apart from the preference, which an empty cell leaves
    unclaimed. Ties are listed; what flips is priced again.

    Raises InputProblemsError where no line has the id, or where it cannot be read.
    """
    line = _line(lines, line_id)

    def answered(tried: list[Line]) -> list[dict[str, Any]]:
        names = dict.fromkeys(name for each in tried for name in each)  # a change may add a column
        columns = {name: [each.get(name, "") for each in tried] for name in names}
        found = duty(EntryTable.of(pa.table(columns)), accords, as_of=as_of, choose=choose)
        rows: list[dict[str, Any]] = found.table.to_pyarrow().to_pylist()
        return rows if len(rows) == len(tried) else _refused(found.rejected)

    (now,) = answered([line])
    tried = list(_changed(line, Programs.of(accords, _known(line, as_of), choose)))
    states = [row["additional_rate"] for row in answered([each for *_, each in tried])]
    least: dict[str, float] = {}
    other = [t for t, state in zip(tried, states, strict=True) if state != now["additional_rate"]]
    for column, distance, _ in other:
        least[column] = min(distance, least.get(column, distance))
    picked = [(c, each) for c, distance, each in other if distance == least[c]]
    again = answered([each for _, each in picked]) if picked else []
    flips = tuple(
        Flip("additional_rate", column, *_moved(line, each, column), now["additional_rate"],
             row["additional_rate"])
        for (column, each), row in zip(picked, again, strict=True)
        if row["additional_rate"] != now["additional_rate"]
    )  # fmt: skip
    answer = {"line_id": line_id} | {key: now[key] for key in _ANSWER}
    why = tuple(passed_over(line, now, accords, as_of=_known(line, as_of), choose=choose))
    return LineExplanation(tuple(a.label for a in accords), answer, why, flips)


def _line(lines: EntryTable, line_id: str) -> Line:
    """Return the cells of a line by column, as text."""
    rows = lines.table.to_pyarrow().to_pylist()
    named = [r for r in rows if str(r["line_id"] or "").strip() == line_id]
    if not named:
        known = [str(row["line_id"]) for row in rows]
        problem = Problem("E103", Place("--line"), "", f"no line is named '{line_id}'",
                          did_you_mean(line_id, known))  # fmt: skip
        raise InputProblemsError([problem])
    cells = {name: named[0][name] for name in lines.columns}
    return {name: "" if cell is None else str(cell).strip() for name, cell in cells.items()}


def _refused(rejected: Sequence[Problem]) -> list[dict[str, Any]]:
    raise InputProblemsError(list(rejected))


def _known(line: Line, as_of: date | None) -> date | None:
    return day(line["as_of"]) if line.get("as_of") else as_of


def _moved(line: Line, changed: Line, column: str) -> tuple[str, str]:
    if column.startswith("choice "):
        return "as taken", changed["choices"].rpartition("=")[2]
    return line.get(column) or _ASSUMED.get(column, ""), changed[column]


def _changed(line: Line, programs: Programs) -> Iterator[_Tried]:
    """Give a column, how far it was moved, and the line with that cell changed."""
    programs.of_group(programs.known(None), line.get("choices", ""))
    cuts = programs.cuts(chapter98=bool(line.get("chapter98")))
    for column in ("preference", *(name for name in line if name != "preference")):
        cell = line.get(column) or _ASSUMED.get(column, "")
        if cell and column in _TRIED:
            for distance, value in _others(column, cell, cuts.get(column, Cut()), programs):
                yield column, distance, {**line, column: value}
    for accord in programs.accords:
        for choice in accord.choices.values():
            options = ("true", "false") if choice.kind is Kind.TRUTH else choice.options
            for option in options:
                taken = ";".join(filter(None, [line.get("choices", ""), f"{choice.id}={option}"]))
                yield phrase("choice {choice}", choice=choice.id), 1, {**line, "choices": taken}


_TRIED: Final = frozenset({*READERS, "quantity"})


def _others(column: str, cell: str, cut: Cut, programs: Programs) -> Iterator[tuple[float, str]]:
    kind = GOODS[column].type.kind if column in GOODS else None
    if column == "entry_date":
        yield from _days(READERS[column](cell), programs)
    elif column in _WORDS or column == "goods" or column == "origin":
        here = READERS[column](cell)
        words = _WORDS.get(column) or tuple(sorted(cut.codes))
        yield from ((1, word) for word in words if word != here and word in _readable(column, word))
    elif kind is Kind.TRUTH:
        yield 1, "no" if READERS[column](cell) else "yes"
    elif kind is Kind.DATE:
        own = day(cell)
        yield from (
            (n, str(own + sign * timedelta(n))) for n in range(1, _DAYS) for sign in (-1, 1)
        )
    elif column.endswith("_share"):
        own_ = float(cell)
        yield from ((abs(n / 100 - own_), f"{n / 100:g}") for n in range(101) if n / 100 != own_)
    elif column == "quantity":
        near = {edge + step for edge in cut.edges for step in (-1, 0, 1)}
        yield from ((abs(n - float(cell)), f"{n:.15g}") for n in sorted(near)
                    if n >= 0 and n != float(cell))  # fmt: skip


def _readable(column: str, word: str) -> tuple[str, ...]:
    """Return a word where the column can hold it: not every code that an accord names can be."""
    try:
        READERS[column](word)
    except ValueError:
        return ()
    return (word,)


def _days(here: date | datetime, programs: Programs) -> Iterator[tuple[float, str]]:
    """Give the days on which an accord changes, and the days beside them."""
    own = here.date() if isinstance(here, datetime) else here
    edges = {edge.astype("datetime64[D]").item() for edge in programs.edges()[1:]}
    days = {edge + timedelta(step) for edge in edges for step in (-1, 0, 1)}
    yield from ((abs((when - own).days), str(when)) for when in sorted(days - {own}))
