"""What entry lines cost under accords, to the cent: lines to classes, classes to answers, amounts.

The engine that holds the lines only joins and multiplies integers: each different cell is read
once, lines that no clause and no fee can tell apart share a key, and each key is answered once.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any, TypeAlias, final

from entente.accord.document import Accord
from entente.cases.customs.tariff import EDITIONS, strange_from
from entente.cases.duties.programs import Programs
from entente.cases.lines import keys
from entente.cases.lines.amounts import USD, charged, guarded, reckoned, summed
from entente.cases.lines.book import Book
from entente.cases.lines.classes import Told, told
from entente.cases.lines.classing import Classing
from entente.cases.lines.columns import READERS, Goods, Unreadable, number
from entente.cases.lines.table import Dictionary, EntryTable
from entente.grid import Grid, Shown
from entente.problems import InputProblemsError, Problem

Expr: TypeAlias = Any  # an Ibis table; Ibis gives no types to check against


@final
@dataclass(frozen=True)
class Priced(Shown):
    """Priced lines in the order of their file, and what was wrong with others.

    good       the lines that are priced, as they were given
    cents      what the lines pay in whole cents, as an Ibis table
    rows       the output columns as an Ibis table, in any order; amounts in USD to the cent
    refundable whether some line may pay what is not lawful
    rejected   a problem for each cell or row that could not be read; the row has no price
    warnings   cells that were mended
    """

    source: EntryTable
    good: Expr
    cents: Expr
    rows: Expr
    refundable: bool
    rejected: tuple[Problem, ...]
    warnings: tuple[Problem, ...]

    @property
    def table(self) -> Expr:
        """Return the output columns in the order of the lines."""
        return self.source.store.in_order(self.rows)

    @cached_property
    def totals(self) -> Mapping[str, Any]:
        """Sum the amounts: lines, lines without a total, and USD by column of the output."""
        found = self.source.store.rows(summed(self.cents))[0]
        return found | {name: Decimal(found[name]).scaleb(-2) for name in USD}

    def arrow(self) -> Any:
        """Return the output columns of every priced line as a pyarrow.Table."""
        return self.source.store.arrow(self.table)

    def grid(self) -> Grid:
        """Lay out the totals of the priced lines."""
        note = f"{len(self.rejected)} cells could not be read" if self.rejected else ""
        return Grid("totals of the lines, USD", ("total", "amount"), self.totals.items(), note)

    def texts(self, *names: str) -> Expr:
        """Return columns of the priced lines as text, in their order; an empty cell is ''."""
        rows = self.good.select(*self.source.store.order(self.good), *names)
        cells = {name: rows[name].cast("string").fill_null("").strip() for name in names}
        return self.source.store.in_order(rows.mutate(**cells))

    def write(self, file: Path) -> None:
        """Write the table as CSV, with no cell that a spreadsheet would run, or as Parquet."""
        rows = self.rows if file.suffix == ".parquet" else guarded(self.rows)
        self.source.store.write(self.source.store.in_order(rows), file)

    @cached_property
    def refused(self) -> int:
        """Return how many rows have no price, listed or not."""
        if not self.rejected:
            return 0
        whole = self.source.table
        counted = self.source.store.rows(whole.aggregate(lines=whole.count()))
        return int(counted[0]["lines"]) - self.lines + len(self.source.broken)

    @cached_property
    def twice(self) -> tuple[Problem, ...]:
        """List the lines that have the id of an earlier one."""
        return self.source.twice()

    @cached_property
    def lines(self) -> int:
        """Return how many lines are priced."""
        counted = self.source.store.rows(self.good.aggregate(lines=self.good.count()))
        return int(counted[0]["lines"])


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
    programs = Programs.of(accords, as_of, choose)
    read = lines.dictionaries(READERS)
    read["choices"] = _compiled(programs, read["choices"], read["as_of"])
    classing = Classing(programs, programs.cuts(chapter98=len(read["chapter98"].values) > 1))
    read |= lines.dictionaries(dict.fromkeys(classing.valued(), number))
    faults = [*read.values(), *_strange(read["hts"], classing.at_home)]
    found = lines.survey(faults)
    parts = classing.parts(lines, read)
    answers = _answers(keys.occurring(lines, parts, found.wrong), parts, classing)
    book = Book(answers, found.most, "quantity" in lines.columns)
    meanings = book.meanings(read["hts"], read["base_rate_percent"], read["unit"])
    table = keys.keyed(lines, parts, found.wrong, meanings)
    cents = reckoned(lines, table, book)
    rejected = () if found.wrong is None else lines.rejected(faults)
    return Priced(
        lines,
        lines.table if found.wrong is None else lines.table.filter(~found.wrong),
        cents,
        charged(lines, cents, book),
        book.basis("legal") != book.basis("charged"),
        tuple(sorted((*lines.broken, *rejected), key=lambda problem: problem.where)),
        lines.mended(read["hts"]),
    )


def _compiled(programs: Programs, choices: Dictionary, as_of: Dictionary) -> Dictionary:
    """Compile the accords for every day and choice that lines name; fault choices that fail."""
    values, faults = {}, dict(choices.faults)
    for cell, text in choices.values.items():
        try:
            for day in as_of.values.values():
                programs.of_group(programs.known(day), text or "")
            values[cell] = text
        except InputProblemsError as failure:
            said = "; ".join(problem.message for problem in failure.problems)
            faults[cell] = Unreadable(said, failure.problems[0].mend)
    return Dictionary("choices", values, faults)


def _strange(numbers: Dictionary, at_home: bool) -> Iterator[Dictionary]:
    """Yield what is wrong with tariff numbers that no edition of the tariff at home has.

    A line that gives its rate itself needs none: its number may be of an edition not held.
    """
    if not at_home:
        return
    held = ", ".join(EDITIONS)
    faults = {}
    for cell, value in numbers.values.items():
        known = strange_from(value.digits) if isinstance(value, Goods) else None
        if known is not None:
            begins = f"; some begin with {value.digits[:known]}" if known else ""
            said = f"no tariff number of the editions held ({held}) is {value.digits}{begins}"
            faults[cell] = Unreadable(said, "mend it, or give its rate in base_rate_percent")
    yield Dictionary("hts", numbers.values, faults, unless="base_rate_percent")


def _answers(asked: Sequence[int], parts: keys.Parts, classing: Classing) -> dict[int, Told]:
    """Answer every key, group by group of what was known and chosen."""
    held = keys.stands_of(parts, asked)
    groups: dict[tuple[int, str], list[int]] = {}
    for index, group in enumerate(zip(held["as_of"], held["choices"], strict=True)):
        groups.setdefault(group, []).append(index)
    found: dict[int, Told] = {}
    for group, places in groups.items():
        classes = classing.classes({c: [v[i] for i in places] for c, v in held.items()})
        answers = told(classing.programs.of_group(*group), classing.edges, classes)
        found |= dict(zip([asked[i] for i in places], answers, strict=True))
    return dict(sorted(found.items()))
