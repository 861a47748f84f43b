"""What a unit of each row pays in each month of each course of events, by the engine of `duty`."""

import csv
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any, Final, final

import numpy as np

from entente.accord.calendar import DateArray
from entente.accord.document import Accord
from entente.advice.imports import GOODS, Imports, Row
from entente.cases.lines.duty import duty
from entente.cases.lines.table import EntryTable
from entente.evidence import FloatArray
from entente.outcome.courses import Courses
from entente.problems import InputProblemsError, Place, Problem

NONE: Final = "none"
_DAY: Final = np.timedelta64(1, "D")
_KEY: Final = "line_id"
_AMOUNTS: Final = ("base_duty", "fees", "additional_duty")


@final
@dataclass(frozen=True, slots=True, eq=False)
class Rates:
    """Duties and fees as fractions of customs value, by way of entry: without a claim, with one.

    ordinary   ordinary duty and fees     [course, month, row, way]; NaN: nothing can be claimed
    added      added duty                 [course, month, row, way]
    """

    ordinary: FloatArray
    added: FloatArray


@final
@dataclass(frozen=True, slots=True)
class _Asked:
    """One line to price: a row of the file, entered on a day in one way."""

    row: int
    day: np.datetime64
    way: int


def rates(imports: Imports, found: Courses, months: DateArray, choose: Sequence[str] = ()) -> Rates:
    """Price every row on every stretch of equal law, and average over the days of each month.

    A row is priced as if its need of a month were one entry, so that fees meet their limits.

    Raises InputProblemsError for rows whose duty is not known, or turns on a term left open.
    """
    shape = (len(found.courses), len(months), len(imports.rows), 2)
    ordinary, added = np.full(shape, np.nan), np.full(shape, np.nan)
    ordinary[..., 0] = added[..., 0] = 0.0
    known: dict[tuple[bytes, np.datetime64], FloatArray] = {}
    values = [_value(row, imports.products[row.product][0]) for row in imports.rows]
    for number, course in enumerate(found.courses):
        stretches = list(_stretches(found, number, months))
        new = [s for s in stretches if (s[2], s[1]) not in known]
        if new:
            days = [day for _, day, _, _ in new]
            priced = _priced(imports, values, course.accord, (*course.choose, *choose), days)
            known |= {(s[2], s[1]): priced[index] for index, s in enumerate(new)}
        total = np.zeros((len(months), len(imports.rows), 2, 2))
        for month, day, states, weight in stretches:
            total[month] += weight * known[states, day]
        ordinary[number], added[number] = total[..., 0], total[..., 1]
    return Rates(ordinary, added)


def _stretches(
    found: Courses, number: int, months: DateArray
) -> Iterator[tuple[int, np.datetime64, bytes, float]]:
    """Cut months where a course changes: month, a day of the stretch, its law, its share."""
    changes = found.instants.astype("datetime64[D]")
    whole = np.where(found.instants > changes, changes + _DAY, changes)
    for index, month in enumerate(months):
        first = month.astype("datetime64[D]")
        last = (month + 1).astype("datetime64[D]")
        cuts = np.unique([first, *whole[(whole > first) & (whole < last)], last])
        for start, end in pairwise(cuts):
            at = int(np.searchsorted(whole, start, "right")) - 1
            states = found.states[number, max(at, 0)].tobytes()
            yield index, start, states, float((end - start) / (last - first))


def _priced(
    imports: Imports,
    values: Sequence[float],
    accord: Accord,
    choose: Sequence[str],
    days: Sequence[np.datetime64],
) -> FloatArray:
    """Price each row on each day, both ways   [day, row, way, ordinary or added]."""
    asked = [
        _Asked(index, day, way)
        for day in days
        for index, row in enumerate(imports.rows)
        for way in ((0, 1) if row.goods.get("preference", NONE) != NONE else (0,))
    ]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "lines.csv"
        with path.open("w", encoding="utf-8", newline="") as out:
            writer = csv.writer(out)
            writer.writerow([_KEY, "entry_date", "value_usd", *GOODS])
            for number, one in enumerate(asked):
                row = imports.rows[one.row]
                writer.writerow([number, one.day, values[one.row], *_goods(row, one.way)])
        found = duty(EntryTable.read(path), [accord], choose=choose)
        _all_read(imports, asked, found.rejected)
        priced = found.table.to_pyarrow()
    amounts = np.array(
        [priced[name].cast("float64").to_numpy(zero_copy_only=False) for name in _AMOUNTS]
    )
    _all_known(imports, asked, priced, amounts)
    place = {day: index for index, day in enumerate(days)}
    rates = np.full((len(days), len(imports.rows), 2, 2), np.nan)
    for index, one in enumerate(asked):
        base, fees, more = amounts[:, index]
        rates[place[one.day], one.row, one.way] = (
            (base + fees) / values[one.row],
            more / values[one.row],
        )
    return rates


def _goods(row: Row, way: int) -> list[str]:
    goods: Mapping[str, str] = {**row.goods, **({} if way else {"preference": NONE})}
    return [goods.get(name, "") for name in GOODS]


def _value(row: Row, first: Row) -> float:
    """Return the value of one entry: a month's need at the row's price, in whole dollars."""
    return max(round(row.number("price_usd") * float(np.mean(first.numbers["need_units"]))), 1)


def _all_read(imports: Imports, asked: Sequence[_Asked], rejected: Sequence[Problem]) -> None:
    """Refuse rows that the engine cannot read, each once."""
    rows = {imports.rows[asked[p.where.line - 2].row].line: p for p in rejected}
    if rows:
        raise InputProblemsError(
            [replace(rows[line], where=Place(imports.file, line)) for line in sorted(rows)]
        )


def _all_known(imports: Imports, asked: Sequence[_Asked], priced: Any, amounts: FloatArray) -> None:
    """Refuse rows that cannot be priced, each once, with what the engine says of them."""
    problems: dict[int, Problem] = {}
    for index in np.flatnonzero(np.isnan(amounts).any(axis=0)).tolist():
        row = imports.rows[asked[index].row]
        flags = str(priced["flags"][index])
        field = "base_rate_percent" if "base_rate_unknown" in flags else "hts"
        mend = "give base_rate_percent" if field != "hts" else _mend(flags)
        if "fees_unknown" in flags:
            field, mend = "mode", "give the mode: vessel, air, rail or truck"
        said = f"its duty is not known ({flags or priced['additional_rate'][index]})"
        problems.setdefault(
            row.line, Problem("E301", Place(imports.file, row.line), field, said, mend)
        )
    if problems:
        raise InputProblemsError([problems[line] for line in sorted(problems)])


def _mend(flags: str) -> str:
    if "unspecified" in flags:
        return "the text leaves this open: settle it with --choose preset=NAME"
    return "give the facts of the goods that the accord asks"
