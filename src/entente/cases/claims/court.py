"""The court that decides claims, each by the text of the accord as it was known to that claim."""

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from typing import Any, Final, TypeAlias, final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from entente.accord.calendar import DateArray
from entente.accord.choices import Choices
from entente.accord.clauses import Allocate
from entente.accord.document import Accord
from entente.accord.expression.faults import Truth
from entente.cases.claims.answers import Answers
from entente.cases.claims.bench import Bench
from entente.cases.claims.block import Block, first_day
from entente.cases.claims.cells import NEVER
from entente.cases.claims.law import quantity, readings
from entente.cases.claims.table import longest_lists
from entente.cases.claims.verdict import settled
from entente.problems import InputProblemsError, Problem

Table: TypeAlias = Any  # a pyarrow.Table; pyarrow gives no types to check against
Decide: TypeAlias = Callable[[], Answers]

_DATED: Final = "asked_on or application_date"
_GENERAL: Final = -1  # the text as the whole table knows it


@final
class Court:
    """Takes tables of claims, one after the other, and says what decides each.

    The law is worked out when it is first asked for, and for the days that were asked about.
    Raises InputProblemsError where the accord allocates nothing.
    """

    def __init__(
        self, accord: Accord, choices: Choices, as_of: date | None, sets: str | None
    ) -> None:
        self._accord, self._choices = accord, choices
        self._sets = quantity(accord, choices, sets)
        self._general = accord if as_of is None else accord.known(as_of)
        self._edges = sorted(
            {accord.known_from(id_) or date.min for id_ in accord.clauses}
            | {source.date for source in accord.sources.values()}
        )
        self._texts: dict[int, _Text] = {}

    def ready(self) -> None:
        """Work out the law that claims without an `as_of` of their own go by, here and once.

        Raises InputProblemsError where two of its clauses clash.
        """
        self._text(_GENERAL).ready()

    def case(self, claims: Table) -> Decide:
        """Return what decides claims, on any thread.

        Raises InputProblemsError where two clauses of a text clash.
        """
        version = self._versions(claims)
        kinds = np.unique(version).tolist() or [_GENERAL]
        if len(kinds) == 1:
            return self._text(kinds[0]).case(claims)
        groups = [np.flatnonzero(version == kind) for kind in kinds]
        cases = [
            (rows, self._text(kind).case(claims.take(pa.array(rows))))
            for kind, rows in zip(kinds, groups, strict=True)
        ]
        return partial(_joined, claims, cases)

    def _versions(self, claims: Table) -> NDArray[np.int64]:
        """Return the number of the text that was known to each claim   [claim]."""
        if "as_of" not in claims.column_names:
            return np.full(claims.num_rows, _GENERAL)
        own = claims["as_of"].combine_chunks()
        days = own.cast(pa.int32()).fill_null(0).to_numpy(zero_copy_only=False)
        known = own.is_valid().to_numpy(zero_copy_only=False)
        edges = [(edge - date(1970, 1, 1)).days for edge in self._edges]
        return np.where(known, np.searchsorted(edges, days, "right"), _GENERAL)

    def _text(self, version: int) -> "_Text":
        if version not in self._texts:
            known = self._general
            if version != _GENERAL:
                known = self._accord.known(self._edges[version - 1] if version else date.min)
            self._texts[version] = _Text(known, self._choices, self._sets)
        return self._texts[version]


@final
class _Text:
    """One text of an accord, and the bench that decides by it for the days asked about so far."""

    def __init__(self, accord: Accord, choices: Choices, sets: str) -> None:
        self.accord, self.choices, self.sets = accord, choices, sets
        self.group = [
            c for c in accord.clauses.values() if isinstance(c, Allocate) and c.sets == sets
        ]
        frozen = _frozen(self.group)
        self.dated = (frozen,) if frozen else ("asked_on", "application_date")
        self.named = frozen or _DATED
        self.days = accord.horizon
        self.bench: Bench | None = None

    def ready(self) -> None:
        """Work out the law of the days that the text itself names."""
        self._bench(np.zeros(0, "datetime64[D]"))

    def case(self, claims: Table) -> Decide:
        """Return what decides claims."""
        today, known = first_day(claims, self.dated, NEVER)
        return partial(_decided, self._bench(today[known]), today, known, claims)

    def _bench(self, today: DateArray) -> Bench:
        """Return a bench that knows the law of some days, and of their whole years."""
        first, last = self.days
        if len(today):
            first = min(first, date(today.min().item().year, 1, 1))
            last = max(last, date(today.max().item().year, 12, 31))
        if self.bench is None or (first, last) != self.days:
            self.days = first, last
            law = readings(self.accord, self.choices, self.sets, self.days)
            self.bench = Bench(law, self.group, self.accord, self.named)
        return self.bench


def _decided(bench: Bench, today: DateArray, known: Truth, claims: Table) -> Answers:
    """Decide claims that share one text."""
    block = Block.of_table(claims, today, bench.numbers)
    found = bench.decide(block, known, longest_lists(claims))
    return settled(found, bench, claims["claim_id"].combine_chunks())


def _joined(claims: Table, cases: Sequence[tuple[NDArray[np.int64], Decide]]) -> Answers:
    """Decide claims that go by several texts."""
    ids = claims["claim_id"].combine_chunks()
    return Answers.joined(ids, [(rows, decide()) for rows, decide in cases])


def _frozen(group: Sequence[Allocate]) -> str | None:
    """Return the column whose date fixes the facts; raise E105 where clauses name several."""
    named = {clause.frozen_at: clause for clause in group if clause.frozen_at}
    if len(named) > 1:
        common = group[-1].common
        message = f"clauses on {group[0].sets} freeze at {' and '.join(sorted(map(str, named)))}"
        problem = Problem("E105", common.where, common.id, message, "name one column")
        raise InputProblemsError([problem])
    return next(iter(named), None)
