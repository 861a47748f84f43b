"""What a ledger of entry lines is exposed to: duties by month, chapter, supplier and course.

Each distinct course of a run is priced once, by the same engine that prices lines under a text, and
weighs as many draws as took it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from entente.accord.document import Accord
from entente.cases.lines.columns import Goods, Unreadable, hts
from entente.cases.lines.duty import Priced, duty
from entente.cases.lines.table import EntryTable
from entente.evidence import FloatArray, IntArray
from entente.files import harmless
from entente.outcome.courses import Courses, of_accord
from entente.outcome.run import Run
from entente.problems import Problem

COLUMNS: Final = (
    "by", "key", "label", "share", "lines", "unpriced", "value_usd", "ordinary_usd",
    "added_mean", "added_p05", "added_p50", "added_p95", "expected_usd", "chance_pays",
)  # fmt: skip
_QUANTILES: Final = (0.05, 0.5, 0.95)
_UNKNOWN: Final = "not known"
_CENTS: Final = 100.0


@final
@dataclass(frozen=True, eq=False)
class Exposure:
    """What lines may cost.

    table      one row for all lines, each month, chapter, supplier, day of entry and course
               (COLUMNS): value and duties in USD; ordinary_usd is ordinary duty and fees, the same
               in every course; added_... the added duty over draws; expected_usd both together;
               chance_pays how likely a dollar of these goods is to meet an added duty
    rejected   a problem for each cell or row that could not be read
    """

    table: pd.DataFrame
    rejected: tuple[Problem, ...]
    warnings: tuple[Problem, ...]


def exposure(
    path: str,
    accords: Sequence[Accord],
    run: Run | None = None,
    *,
    as_of: date | None = None,
    choose: Sequence[str] = (),
    backend: str = "duckdb",
) -> Exposure:
    """Price the lines of a file under accords, and with a run under each course its draws took.

    run   made of one of the accords; the others stand as their texts do

    Raises InputProblemsError where the run is of none of the accords, or has already decided what
    is chosen.
    """
    from entente.outcome.courses import courses

    if run is None:
        return _exposed(_Ledger.read(path, backend), [_Way(accords, as_of, tuple(choose))])
    ours = [accord for accord in accords if accord.name == run.accord.name]
    for accord in ours or accords[:1]:
        of_accord(run, accord)
    found = courses(run)
    found.refuse(choose)
    ways = [
        _Way(
            [course.accord if accord in ours else accord for accord in accords],
            as_of,
            (*course.choose, *choose),
            course.share,
            course.words,
        )
        for course in found.courses
    ]
    return _exposed(_Ledger.read(path, backend), ways, found)


def as_csv(table: pd.DataFrame) -> str:
    """Write an exposure as CSV: dollars to the cent, shares to a ten-thousandth."""
    out = table.copy()
    for name in ("key", "label"):
        out[name] = out[name].map(harmless)
    shares = ("share", "chance_pays")
    decimals = {name: 4 if name in shares else 2 for name in COLUMNS[3:]}
    return out.round(decimals).to_csv(index=False, lineterminator="\n")


@final
@dataclass(frozen=True, slots=True)
class _Way:
    """One set of texts to price under."""

    accords: Sequence[Accord]
    as_of: date | None
    choose: tuple[str, ...]
    share: float = 1.0
    words: str = "as the text stands"


@dataclass(slots=True)
class _Ledger:
    """A file of lines, and what totals are taken by.

    row, line   the place and name of every row that could be taken   [row]
    """

    path: str
    backend: str
    keys: Mapping[str, NDArray[Any]] = field(default_factory=dict)
    value: FloatArray = field(default_factory=lambda: np.zeros(0))

    @classmethod
    def read(cls, path: str, backend: str) -> "_Ledger":
        return cls(path, backend)

    def priced(self, way: _Way) -> tuple[Priced, FloatArray]:
        """Price every good line: ordinary and added duty and fees in cents   [amount, row]."""
        lines = EntryTable.read(self.path, self.backend)
        found = duty(lines, way.accords, as_of=way.as_of, choose=way.choose)
        if not self.keys:
            self._take(found)
        names = ("base_duty", "fees", "additional_duty")
        amounts = found.table.select(
            *(found.table[name].cast("float64").name(name) for name in names)
        )
        amounts = found.source.store.arrow(amounts)
        columns = [amounts[name].to_numpy(zero_copy_only=False) for name in names]
        return found, np.rint(np.array(columns, np.float64) * _CENTS)

    def _take(self, found: Priced) -> None:
        """Keep of each good line what totals are taken by."""
        wanted = ("entry_date", "hts", "supplier", "value_usd")
        here = [name for name in wanted if name in found.source.columns]
        rows = found.source.store.arrow(found.texts("line_id", *here))
        empty = np.full(len(rows), "", object)
        text = {
            name: rows[name].to_numpy(zero_copy_only=False) if name in here else empty
            for name in wanted
        }
        self.value = pd.to_numeric(text["value_usd"], errors="coerce").astype(np.float64)
        day = pd.Series(text["entry_date"]).str[:10].to_numpy(object)
        self.keys = {
            "all": np.full(len(day), "", object),
            "month": pd.Series(day).str[:7].to_numpy(object),
            "chapter": pd.Series(text["hts"]).map(_chapters(text["hts"])).to_numpy(object),
            **({"supplier": text["supplier"]} if "supplier" in here else {}),
            "day": day,
        }


def _chapters(texts: NDArray[Any]) -> Mapping[str, str]:
    """Read the chapter of each distinct tariff number."""
    found = {}
    for text in set(texts.tolist()):
        try:
            number: Goods | None = hts(text) if text else None
        except Unreadable:  # its row was rejected and is not here
            number = None
        found[text] = number.digits[:2] if number else ""
    return found


def _exposed(ledger: _Ledger, ways: Sequence[_Way], found: Courses | None = None) -> Exposure:
    priced, amounts = zip(*(ledger.priced(way) for way in ways), strict=True)
    ordinary = amounts[0][0] + amounts[0][1]
    added = np.stack([amount[2] for amount in amounts])  # [course, row]
    known = ~np.isnan(ordinary) & ~np.isnan(added).any(axis=0) & ~np.isnan(ledger.value)
    if found is not None:
        known &= ledger.keys["day"].astype(str) < str(found.end)[:10]
    of = np.zeros(1, np.int64) if found is None else found.of
    shares = np.array([way.share for way in ways])
    sums = _Sums(np.where(known, ordinary, 0), np.where(known, added, 0), known, ledger.value)
    rows = [row for by, keys in ledger.keys.items() for row in sums.rows(by, keys, shares, of)]
    rows += sums.by_course(ways)
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    return Exposure(table, priced[0].rejected, priced[0].warnings)


@final
@dataclass(frozen=True, slots=True)
class _Sums:
    """Amounts in cents, 0 where a line is not priced.

    ordinary [row], added [course, row], known [row], value in USD [row]
    """

    ordinary: FloatArray
    added: FloatArray
    known: NDArray[np.bool_]
    value: FloatArray

    def rows(
        self, by: str, keys: NDArray[Any], shares: FloatArray, of: IntArray
    ) -> Iterator[tuple[Any, ...]]:
        """Yield a row for each key, in order."""
        names, group = np.unique(
            np.where(keys == "", _UNKNOWN if by != "all" else "", keys).astype(str),
            return_inverse=True,
        )

        def total(of_each: Any) -> FloatArray:
            return np.asarray(np.bincount(group, of_each, len(names)), np.float64)

        value = total(np.where(self.known, self.value, 0.0))
        ordinary = total(self.ordinary) / _CENTS
        by_course = np.stack([total(row) for row in self.added]) / _CENTS  # [course, key]
        paying = np.stack([total(self.value * (row > 0)) for row in self.added])
        mean = shares @ by_course
        low, middle, high = np.quantile(by_course[of], _QUANTILES, axis=0)
        chance = np.divide(shares @ paying, value, np.zeros(len(names)), where=value > 0)
        counts, left = total(np.ones(len(group))), total(~self.known)
        for i, name in enumerate(names.tolist()):
            yield (
                by, name, "", 1.0, int(counts[i] - left[i]), int(left[i]), value[i], ordinary[i],
                mean[i], low[i], middle[i], high[i], ordinary[i] + mean[i], chance[i],
            )  # fmt: skip

    def by_course(self, ways: Sequence[_Way]) -> Iterator[tuple[Any, ...]]:
        """Yield a row for each course: what all lines cost in it."""
        value = float(self.value[self.known].sum())
        ordinary = self.ordinary.sum() / _CENTS
        lines = int(self.known.sum())
        for number, (way, added) in enumerate(zip(ways, self.added, strict=True), 1):
            amount = added.sum() / _CENTS
            paying = float(self.value[self.known & (added > 0)].sum())
            yield (
                "course", str(number), way.words, way.share, lines, len(added) - lines, value,
                ordinary, amount, amount, amount, amount, ordinary + amount,
                paying / value if value else 0.0,
            )  # fmt: skip
