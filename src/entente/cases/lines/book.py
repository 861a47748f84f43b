"""The answers of a run as small tables to join lines to: classes, rates, flags."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, final

from entente.cases.customs.fees import HARBOR, PROCESSING
from entente.cases.customs.tariff import UNKNOWN, UNSPECIFIED, Rate, rate_of
from entente.cases.customs.treatment import Treatment
from entente.cases.lines.classes import FEES_UNKNOWN, Told
from entente.cases.lines.columns import MICRO
from entente.cases.lines.keys import Meanings
from entente.cases.lines.table import Dictionary
from entente.cases.store import Columns

# What a line may lack, each a bit of the number of its flags.
LACKS: Final = (
    "base_rate_unknown", "base_rate_unspecified", "quantity_unknown", "value_unknown",
)  # fmt: skip
QUANTITY_UNKNOWN: Final = 4
VALUE_UNKNOWN: Final = 8
_BELOW: Final = 10_000  # answers have four decimals of a percent more than rates
_PART: Final = 10_000
_EXACT_IN_FLOATS: Final = 2**53
_NOWHERE: Final = Treatment(None, None, None, None, None, small=False)


@final
@dataclass(slots=True)
class Book:
    """What each class is told, by key.

    most       a number of dollars that no line's value exceeds
    counted    whether lines have quantities
    """

    answers: Mapping[int, Told]
    most: int
    counted: bool
    sets: dict[tuple[str, ...], int] = field(default_factory=dict)
    numbers: dict[Rate, int] = field(default_factory=lambda: {UNKNOWN: 0})

    @property
    def fine(self) -> bool:
        """Whether some answer has more decimals than rates have."""
        return any(
            term % _BELOW
            for told in self.answers.values()
            if not told.money
            for terms in (told.asked, told.charged, told.legal)
            for term in terms or ()
        )

    def in_floats(self, rate: int) -> bool:
        """Whether floats hold a rate's share of every line without rounding."""
        return self.most * rate + MICRO < _EXACT_IN_FLOATS

    def highest(self, basis: str) -> int:
        """Return the highest rate that some class is told, in millionths of a percent."""
        terms = (t for told in self.answers.values() for t in getattr(told, basis) or (0,))
        return max(terms, default=0) // _BELOW + 1

    def highest_ordinary(self) -> int:
        """Return the highest ordinary rate, in millionths of a percent."""
        return max(rate.percent or 0 for rate in self.numbers)

    def columns(self) -> list[int]:
        """Return the columns of the tariff that some class meets."""
        told = (t.treatment for t in self.answers.values())
        return sorted({t.column for t in told if t is not None and t.column is not None})

    def foreign_parts(self) -> bool:
        """Whether some class pays duty on a part of its value."""
        return any(told.foreign != 1 for told in self.answers.values())

    def vessels(self) -> bool:
        """Whether the harbor fee may be due on some class, or may not be known."""
        return any(t.treatment is None or t.treatment.harbor != 0 for t in self.answers.values())

    def money(self) -> bool:
        """Whether some class is told money for each unit."""
        return any(told.money for told in self.answers.values())

    def by_quantity(self) -> bool:
        """Whether some line may pay an ordinary duty by its quantity."""
        return self.counted and any(rate.dollars for rate in self.numbers)

    def basis(self, basis: str) -> str:
        """Return which terms hold for a basis: those asked for, where no class differs."""
        same = all(getattr(told, basis) == told.asked for told in self.answers.values())
        return "asked" if same else basis

    def count(self, basis: str) -> int:
        """Return how many rates one class has at most, and one at least."""
        told = (getattr(t, basis) or () for t in self.answers.values() if not t.money)
        return max(max(map(len, told), default=0), 1)

    def meanings(self, hts: Dictionary, given: Dictionary, unit: Dictionary) -> Meanings:
        """Return the numbers of the ordinary rates that a line's cells mean."""
        found: dict[str, dict[str, list[Any]]] = {"hts": {}, "base_rate_percent": {}, "unit": {}}
        if any(value is not None for value in given.values.values()):
            found["base_rate_percent"]["given"] = [
                None if v is None else self._number(Rate(v, 0, "", percent_text(v)))
                for v in given.values.values()
            ]
        for column in self.columns():
            digits = [value.digits if value else None for value in hts.values.values()]
            rates = [rate_of(number, column) for number in digits]
            found["hts"][f"rate{column}"] = [self._number(rate) for rate, _ in rates]
            found["hts"][f"preferred{column}"] = [int(preferred) for _, preferred in rates]
        if self.by_quantity():
            found["unit"]["unit_held"] = list(unit.values.values())
        return found

    def _number(self, rate: Rate) -> int:
        return self.numbers.setdefault(rate, len(self.numbers))

    def classes(self) -> Columns:
        """Return a row for each class."""
        told = list(self.answers.values())
        treated = [t.treatment or _NOWHERE for t in told]
        columns: dict[str, list[Any]] = {
            "class_key": list(self.answers),
            "tariff_column": [t.column for t in treated],
            **_fees(treated),
            "foreign": [None if t.foreign is None else round(t.foreign * _PART) for t in told],
            "money": [t.money for t in told],
            "flagset": [self.sets.setdefault(t.flags, len(self.sets)) for t in told],
            "rate_told": [t.rate for t in told],
            "lawful_told": [t.lawful for t in told],
            "clause_told": [t.clause for t in told],
            "readings_told": [t.readings for t in told],
            "why_told": [t.why for t in told],
        }
        for basis in sorted({self.basis(name) for name in ("asked", "charged", "legal")}):
            columns |= self._terms(basis, [getattr(t, basis) for t in told])
        return columns

    def _terms(self, basis: str, terms: Sequence[tuple[int, ...] | None]) -> dict[str, list[Any]]:
        """Return rates by place, null where a class is not priced."""
        columns: dict[str, list[Any]] = {
            f"{basis}_by_unit": [None if part is None else sum(part) for part in terms]
        }
        for n in range(self.count(basis)):
            values = [None if p is None else p[n] if n < len(p) else 0 for p in terms]
            columns[f"{basis}{n}"] = [None if v is None else v // _BELOW for v in values]
            columns[f"{basis}{n}_below"] = [None if v is None else v % _BELOW for v in values]
        return columns

    def rates(self) -> Columns:
        """Return a row for each ordinary rate."""
        held = list(self.numbers)
        return {
            "rate_number": list(self.numbers.values()),
            "percent": [self._percent(rate) for rate in held],
            "dollars_by": [rate.dollars for rate in held],
            "unit_by": [rate.unit for rate in held],
            "lacks": [self._lacks(rate) for rate in held],
            "rate_text": [rate.text if rate.percent is not None else None for rate in held],
        }

    def _percent(self, rate: Rate) -> int | None:
        return None if rate.dollars and not self.counted else rate.percent

    def _lacks(self, rate: Rate) -> int:
        if rate.percent is None:
            return 2 if rate.text == UNSPECIFIED else 1
        return QUANTITY_UNKNOWN if rate.dollars and not self.counted else 0

    def flags(self) -> Columns:
        """Return a row for each set of flags, with all that a line may lack."""
        size = 2 ** len(LACKS)
        numbers, texts = [], []
        for flags, number in self.sets.items():
            for bits in range(size):
                lacks = [lack for bit, lack in enumerate(LACKS) if bits >> bit & 1]
                own = [f for f in flags if f != FEES_UNKNOWN or not bits & VALUE_UNKNOWN]
                numbers.append(number * size + bits)
                texts.append(";".join((*own, *lacks)))
        return {"flag_number": numbers, "flags_told": texts}


def _fees(treated: Sequence[Treatment]) -> dict[str, list[Any]]:
    """Return rates and limits of fees, all nothing where a class is free, null where not known."""
    rates = {None: None, "": 0, "whole": PROCESSING, "foreign": PROCESSING}
    return {
        "processing": [None if t.least is None else rates[t.processing] for t in treated],
        "least": [0 if t.processing == "" else t.least for t in treated],
        "most": [0 if t.processing == "" else t.most for t in treated],
        "on_foreign": [t.processing == "foreign" for t in treated],
        "harbor": [None if t.harbor is None else t.harbor * HARBOR for t in treated],
    }


def percent_text(micro: int) -> str:
    """Write millionths of a percent as percent.

    >>> percent_text(4_900_000)
    '4.9'
    """
    return f"{micro / MICRO:.6f}".rstrip("0").rstrip(".")
