"""What an importer buys, from whom and on what terms: a table of products and ways to buy them."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, final

from entente import sheets
from entente.cases.lines.columns import READERS, Unreadable
from entente.problems import InputProblemsError, Place, Problem

MOST_LEAD: Final = 11
_MOST: Final = 1e12

# column -> what it holds; those of goods are read as `entente duty` reads them
GOODS: Final = ("hts", "origin", "preference", "goods", "base_rate_percent", "mode")
BY_PRODUCT: Final = (
    "need_units", "stock_units", "store_units", "store_usd", "short_usd", "elasticity",
)  # fmt: skip
BY_ROW: Final = (
    "price_usd", "freight_usd", "lead_months", "ordered_units", "most_units", "switch_usd",
    "bond_units", "bond_usd", "zone_units", "zone_usd", "claim_percent",
)  # fmt: skip
COLUMNS: Final = ("line_id", "product", "supplier", *GOODS, *BY_PRODUCT, *BY_ROW)
_REQUIRED: Final = ("line_id", "hts", "origin", "price_usd")
_NEEDED: Final = (*_REQUIRED, "need_units", "short_usd")
_CODES: Final = sheets.Codes(unreadable="E100", missing="E102", unknown="E101", ragged="E301")
_NOT_NEGATIVE: Final = frozenset((*BY_PRODUCT, *BY_ROW))


@final
@dataclass(frozen=True, slots=True)
class Row:
    """One way to buy one product.

    line     where the row stands in its file
    goods    the cells of GOODS that are given, as text
    numbers  the other cells that are given; need_units and ordered_units by month
    """

    line: int
    line_id: str
    product: str
    supplier: str
    goods: Mapping[str, str]
    numbers: Mapping[str, Any]

    def number(self, name: str, default: float = 0.0) -> float:
        """Return a number, or what an empty cell means."""
        return float(self.numbers.get(name, default))


@final
@dataclass(frozen=True, slots=True)
class Imports:
    """The rows of a file by product, in the order of the file; the first of a product is in use."""

    file: str
    rows: tuple[Row, ...]

    @property
    def products(self) -> dict[str, list[Row]]:
        """Return the ways to buy each product."""
        found: dict[str, list[Row]] = {}
        for row in self.rows:
            found.setdefault(row.product, []).append(row)
        return found


def read(path: str | Path) -> Imports:
    """Read IMPORTS.csv.

    Raises InputProblemsError with every bad cell by row and field.
    """
    sheet = sheets.read(path, _CODES)
    if wrong := sheet.header_problems(_NEEDED, [c for c in COLUMNS if c not in _NEEDED]):
        raise InputProblemsError(wrong)
    file = sheet.file
    rows, problems = [], list(sheet.ragged)
    for line, cells in sheet.rows:
        row, wrong = _row(file, line, cells)
        problems += wrong
        if row is not None:
            rows.append(row)
    problems += _together(file, rows)
    if not sheet.rows and not problems:
        problems.append(Problem("E301", Place(file, 1), "", "has no rows", "give a row a product"))
    if problems:
        raise InputProblemsError(sorted(problems, key=lambda p: (p.where.line, p.clause)))
    return Imports(file, tuple(rows))


def _row(file: str, line: int, cells: Mapping[str, str]) -> tuple[Row | None, list[Problem]]:
    problems: list[Problem] = []

    def wrong(name: str, message: str, mend: str) -> None:
        problems.append(Problem("E301", Place(file, line), name, message, mend))

    for name in _REQUIRED:
        if not cells.get(name):
            wrong(name, "is empty", "fill it in")
    goods = {name: cells[name] for name in GOODS if cells.get(name)}
    for name, text in goods.items():
        try:
            READERS[name](text)
        except Unreadable as fault:
            wrong(name, fault.message, fault.mend)
    numbers: dict[str, Any] = {}
    for name in (*BY_PRODUCT, *BY_ROW):
        if cells.get(name):
            try:
                numbers[name] = _READ.get(name, _amount)(cells[name])
            except Unreadable as fault:
                wrong(name, fault.message, fault.mend)
    if problems:
        return None, problems
    product = cells.get("product") or cells["line_id"]
    return Row(line, cells["line_id"], product, cells.get("supplier", ""), goods, numbers), []


def _amount(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 <= value <= _MOST:
        raise Unreadable(f"'{text}' is no amount", "write it as 1200 or 12.50")
    return value


def _months(text: str) -> float:
    value = _amount(text)
    if value != int(value) or value > MOST_LEAD:
        raise Unreadable(
            f"'{text}' is no number of months", f"write whole months, 0 to {MOST_LEAD}"
        )
    return value


def _by_month(text: str) -> tuple[float, ...]:
    return tuple(_amount(part.strip()) for part in text.split(";"))


def _elasticity(text: str) -> float:
    value = _amount(text)
    if not 1 < value <= 50:
        raise Unreadable(
            f"'{text}' cannot be: at an elasticity of 1 or less no price would be high enough",
            "write one above 1, or leave it empty where the price cannot rise",
        )
    return value


_READ: Final[Mapping[str, Callable[[str], Any]]] = {
    "lead_months": _months,
    "need_units": _by_month,
    "ordered_units": _by_month,
    "elasticity": _elasticity,
}


def _together(file: str, rows: Sequence[Row]) -> list[Problem]:
    """List what is wrong between rows: names given twice, products without a need."""
    problems = []
    seen: dict[str, int] = {}
    first: dict[str, Row] = {}
    for row in rows:
        place = Place(file, row.line)
        if row.line_id in seen:
            said = f"'{row.line_id}' names row {seen[row.line_id]} too"
            problems.append(Problem("E301", place, "line_id", said, "name each row apart"))
        seen.setdefault(row.line_id, row.line)
        if row.product not in first:
            first[row.product] = row
            problems += [
                Problem("E301", place, name, "is empty in the first row of a product", "fill it in")
                for name in ("need_units", "short_usd")
                if name not in row.numbers
            ]
            continue
        problems += [
            Problem("E301", place, name, f"differs from row {first[row.product].line}",
                    "give it once, in the product's first row")
            for name in BY_PRODUCT
            if name in row.numbers and row.numbers[name] != first[row.product].numbers.get(name)
        ]  # fmt: skip
    return problems
