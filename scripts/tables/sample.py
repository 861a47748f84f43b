"""A made-up importer for the guides: products and entry lines scaled from public totals of trade.

No firm is behind it. The tariff numbers, and how much of one is bought beside another, are those of
US imports from Mexico in 2024; units, prices, terms, suppliers and days are inventions by rule.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from tables.rows import Row, Table
from tables.tariff import base_rates

SHARE: Final = 2_000  # the importer buys one part in so many of what the country does
_EACH: Final = 4  # products of a chapter, its largest
_CLAIMS: Final = 0.5  # from this share of claims on, the importer can claim too
# chapter -> USD a unit, months from order to arrival, whether China is the other source
_CHAPTERS: Final = {
    "07": (1.2, 0, False), "08": (1.8, 0, False), "22": (6.0, 0, False), "39": (4.0, 1, True),
    "73": (9.0, 1, True), "84": (120.0, 1, True), "85": (60.0, 1, True), "87": (80.0, 1, False),
    "90": (45.0, 1, False), "94": (70.0, 1, True),
}  # fmt: skip
_COLUMNS: Final = (
    "line_id", "product", "supplier", "hts", "origin", "preference", "mode", "need_units",
    "stock_units", "store_units", "store_usd", "short_usd", "elasticity", "price_usd",
    "freight_usd", "lead_months", "switch_usd", "bond_units", "bond_usd", "claim_percent",
)  # fmt: skip
_MONTHS: Final = ("2019-06", "2019-07", "2019-08", "2019-09", "2019-10", "2019-11")


@dataclass(frozen=True)
class _Product:
    number: str
    name: str
    chapter: str
    units: float
    claimed: bool


def sample_imports(
    totals: list[Row], claims: list[Row], early: list[Row], late: list[Row]
) -> Table:
    """Give the made-up importer's products and the ways to buy them, as `entente plan` reads."""
    return _COLUMNS, _ways(_products(totals, claims, base_rates(early, late)))


def sample_lines(totals: list[Row], claims: list[Row], early: list[Row], late: list[Row]) -> Table:
    """Give half a year of the made-up importer's entry lines, as `entente duty` reads."""
    header = (
        "line_id", "entry_date", "origin", "hts", "value_usd", "preference", "mode", "supplier",
    )  # fmt: skip
    return header, _entries(_products(totals, claims, base_rates(early, late)))


def _products(totals: list[Row], claims: list[Row], rates: Table) -> list[_Product]:
    """Take each chapter's largest lines whose duty is a share of value in both editions."""
    known = {
        edition: {row[1] for row in rows if row[0] == edition and _by_value(row)}
        for rows in [list(rates[1])]
        for edition in ("2017", "2025")
    }
    share = {row["hts10"]: float(row["claim_share_2024"] or 0) for row in claims}
    found = []
    for chapter, (price, _, _) in _CHAPTERS.items():
        lines = sorted(
            (row for row in totals if row["hts10"].startswith(chapter)),
            key=lambda row: -float(row["imports_usd"]),
        )
        priced = [r for r in lines if all(r["hts10"][:8] in numbers for numbers in known.values())]
        found += [
            _Product(
                row["hts10"], f"{chapter}-{index}", chapter,
                max(round(float(row["imports_usd"]) / SHARE / 12 / price, -1), 10),
                share.get(row["hts10"], 0.0) >= _CLAIMS,
            )
            for index, row in enumerate(priced[:_EACH], 1)
        ]  # fmt: skip
    return found


def _by_value(row: Sequence[object]) -> bool:
    return all("/" not in str(rate) and rate != "?" for rate in (row[2], row[4]))


def _ways(products: list[_Product]) -> Iterator[Sequence[object]]:
    for number, one in enumerate(products):
        price, lead, other = _CHAPTERS[one.chapter]
        units, fresh = int(one.units), one.chapter in ("07", "08")
        bonded = number % 3 == 0 and not fresh
        yield (
            f"{one.name}-mx", one.name, f"Supplier {one.chapter}", one.number, "MEX",
            "NAFTA" if one.claimed else "none", "truck", units,
            0 if fresh else units // 2, 0 if fresh else 2 * units, round(price * 0.01, 4),
            round(price * 1.6, 2), 3 if one.chapter in ("22", "94") else "", price,
            round(price * 0.03, 4), lead, "", units if bonded else "",
            round(price * 0.008, 4) if bonded else "", 0.5 if one.claimed else "",
        )  # fmt: skip
        if other and number % 2:
            yield (
                f"{one.name}-cn", one.name, f"Supplier {one.chapter} overseas", one.number, "CHN",
                "none", "vessel", "", "", "", "", "", "", round(price * 0.98, 4),
                round(price * 0.08, 4), 2, 10_000, "", "", "",
            )  # fmt: skip


def _entries(products: list[_Product]) -> Iterator[Sequence[object]]:
    for count, month in enumerate(_MONTHS):
        for number, one in enumerate(products):
            price = _CHAPTERS[one.chapter][0]
            swing = 0.85 + 0.05 * ((3 * number + 2 * count) % 7)  # goods do not come evenly
            day = 1 + (5 * number + 7 * count) % 28
            yield (
                f"{month}-{one.name}", f"{month}-{day:02d}", "MEX", one.number,
                f"{one.units * price * swing:.2f}", "NAFTA" if one.claimed else "none", "truck",
                f"Supplier {one.chapter}",
            )  # fmt: skip
