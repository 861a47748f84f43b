"""Statutory against realised: what a duty in law brings in, once preference is claimed.

Each line is priced twice, without a claim and with one; what is collected is the mean of the two,
weighed by the share of its chapter on which preference is claimed.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import product
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from entente.accord.document import Accord
from entente.cases.lines.columns import Unreadable, country, hts
from entente.cases.lines.duty import Priced, duty
from entente.cases.lines.table import EntryTable
from entente.evidence import FloatArray
from entente.places import CHAPTERS
from entente.problems import Problem
from entente.world.parameters import table as parameters
from entente.world.trade.preference import answering, inferred, recorded

COLUMNS: Final = (
    "claims", "meaning", "lines", "unpriced", "value_usd", "claimed_share", "ordinary_usd",
    "added_usd", "added_low_usd", "added_high_usd", "added_percent", "month", "origin",
    "collected_share", "collected_low", "collected_high",
)  # fmt: skip
ALL: Final = "all"
PARTNERS: Final = ("CAN", "MEX")
_AMOUNTS: Final = ("base_duty", "additional_duty")
_SINCE: Final = "2020-07-01"  # the USMCA enters into force; before, NAFTA
_MEANINGS: Final = {
    "none": "nobody claims: the rate in law on everything",
    "recorded": "as recorded in 2024, when nobody gained by claiming on goods free of duty",
    "inferred": "the share of a chapter's dutiable goods, on its free goods too",
    "answering": "claims answer what they save",
}


def realised(
    path: str,
    accords: Sequence[Accord],
    choose: Sequence[str] = (),
    backend: str = "duckdb",
    national: float | None = None,
) -> tuple[pd.DataFrame, tuple[Problem, ...]]:
    """Return what goods of a file from Canada and Mexico would pay under four readings of claims.

    national   the share claimed over all goods where it pays; by default trade.claim_share, with
               its range

    Rows are for the whole file, then for each month and origin. The file's own claims are set
    aside. added_low_usd and added_high_usd are what the inferred shares give at the ends of the
    range; collected_share sets what is collected beside the rate in law on everything. Shares are
    those of imports from Mexico; they stand in for Canada's.
    """
    lines = EntryTable.read(path, backend)
    held = lines.store.arrow(lines.store.in_order(lines.table))
    plain, priced = _priced(lines, held, accords, choose, claimed=False)
    claimed, _ = _priced(lines, held, accords, choose, claimed=True)
    names = [n for n in ("hts", "origin", "value_usd", "entry_date") if n in lines.columns]
    text = priced.source.store.arrow(priced.texts(*names)).to_pydict()
    cells = {n: text.get(n, [""] * plain.shape[1]) for n in (*names, "entry_date")}
    chapter, origin = _facts(cells["hts"], cells["origin"])
    month = np.array([cell[:7] for cell in cells["entry_date"]], object)
    value = np.array([float(cell or "nan") for cell in cells["value_usd"]])
    known = ~np.isnan(plain).any(axis=0) & ~np.isnan(claimed).any(axis=0)
    rows: list[tuple[Any, ...]] = []
    for named_month, named_origin, lines_of in _scopes(month, origin):
        here = lines_of & known
        part = _Part(plain[:, here], claimed[:, here], value[here], chapter[here], national)
        left = int((lines_of & ~known).sum())
        rows += [
            (name, _MEANINGS[name], len(part.value), left, *figures, named_month, named_origin,
             *shares)
            for name, figures, shares in part.rows()
        ]  # fmt: skip
    return pd.DataFrame(rows, columns=list(COLUMNS)), priced.rejected


def _scopes(month: Any, origin: Any) -> Iterator[tuple[str, str, Any]]:
    """Yield which lines are summed: all of the partners', then each month's of each partner."""
    yield ALL, ALL, origin != ""
    for named, partner in product(sorted(set(month[origin != ""])), PARTNERS):
        here = (month == named) & (origin == partner)
        if here.any():
            yield named, partner, here


def _priced(
    lines: EntryTable,
    held: pa.Table,
    accords: Sequence[Accord],
    choose: Sequence[str],
    *,
    claimed: bool,
) -> tuple[FloatArray, Priced]:
    """Price lines as if all or none were claimed, USD   [amount, good row]."""
    names = [name for name in lines.columns if name != "preference"]
    word = pa.array(["none"] * held.num_rows, pa.string())
    if claimed:
        days = pc.fill_null(pc.cast(held["entry_date"], pa.string()), "")
        word = pc.if_else(pc.greater_equal(days, _SINCE), "USMCA", "NAFTA")
    read = EntryTable.of(held.select(names).append_column("preference", word))
    read = replace(read, ledger=lines.ledger, rejects=lines.rejects)
    found = duty(read, accords, choose=choose)
    table = found.table.select(*(found.table[n].cast("float64").name(n) for n in _AMOUNTS))
    amounts = table.to_pyarrow()
    columns = [amounts[name].to_numpy(zero_copy_only=False) for name in _AMOUNTS]
    return np.array(columns, np.float64), found


def _facts(numbers: Sequence[str], origins: Sequence[str]) -> tuple[Any, Any]:
    """Return each line's chapter, as its place, and which partner it is from, if any   [row]."""
    chapters = {text: _chapter(text) for text in set(numbers)}
    partners = {text: _partner(text) for text in set(origins)}
    places = np.array([chapters[text] for text in numbers], np.int64)
    return places, np.array([partners[text] for text in origins], object)


def _chapter(text: Any) -> int:
    try:
        return CHAPTERS.index(hts(str(text)).digits[:2])
    except (Unreadable, ValueError):
        return 0


def _partner(text: Any) -> str:
    try:
        found = country(str(text))
    except Unreadable:
        return ""
    return found if found in PARTNERS else ""


class _Part:
    """Lines priced both ways: ordinary and added duty in USD   [amount, line]."""

    def __init__(
        self, plain: FloatArray, claimed: FloatArray, value: FloatArray, chapter: Any,
        national: float | None,
    ) -> None:  # fmt: skip
        self.plain, self.claimed, self.value, self.chapter = plain, claimed, value, chapter
        self.national = national

    def rows(self) -> Iterator[tuple[str, tuple[float, ...], tuple[float, ...]]]:
        """Yield each reading of claims, its figures, and its shares of the duty in law."""
        given, free = parameters()["trade.claim_share"], self.plain[0] == 0
        rate = 100 * np.divide(
            self.plain[1] - self.claimed[1], self.value, np.zeros_like(self.value),
            where=self.value > 0,
        )  # fmt: skip
        typical = float(self.value @ rate / self.value.sum()) if self.value.sum() else 0.0
        shares = {
            "none": np.zeros(len(self.value)),
            "recorded": np.where(free, 0.0, recorded().share[self.chapter]),
            "inferred": inferred(self.national)[self.chapter],
            "answering": answering(np.asarray(typical))[self.chapter],
        }
        in_law = float(self.plain[1].sum())
        for name, share in shares.items():
            ordinary, added = self._collected(share)
            ends = (added, added)
            if name == "inferred" and self.national is None:
                most, least = inferred(given.high), inferred(given.low)
                ends = (
                    self._collected(most[self.chapter])[1],
                    self._collected(least[self.chapter])[1],
                )
            whole = float(self.value.sum())
            figures = (
                whole, float(share @ self.value) / whole if whole else 0.0, ordinary, added,
                *ends, 100 * added / whole if whole else 0.0,
            )  # fmt: skip
            parts = tuple(usd / in_law if in_law else float("nan") for usd in (added, *ends))
            yield name, figures, parts

    def _collected(self, share: FloatArray) -> tuple[float, float]:
        """Return ordinary and added duty where a share of each line is claimed."""
        sums = ((1 - share) * self.plain + share * self.claimed).sum(axis=1)
        return float(sums[0]), float(sums[1])
