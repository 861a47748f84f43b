"""Imports by partner, chapter and product, and how they answer prices."""

from collections import defaultdict
from typing import Final

from entente.places import CHAPTERS
from tables.rows import Row, Table

_PRODUCT_ORIGINS: Final = {"2010": "MEX", "1220": "CAN", "5700": "CHN"}  # Census country codes
EUROPEAN_UNION: Final = "0003"  # a group whose members are listed too
_PARTNERS: Final = {
    "TOTAL FOR ALL COUNTRIES": "WLD",
    "BRAZIL": "BRA",
    "CANADA": "CAN",
    "CHINA": "CHN",
    "FRANCE": "FRA",
    "GERMANY": "DEU",
    "INDIA": "IND",
    "IRELAND": "IRL",
    "ISRAEL": "ISR",
    "ITALY": "ITA",
    "JAPAN": "JPN",
    "KOREA, SOUTH": "KOR",
    "MALAYSIA": "MYS",
    "MEXICO": "MEX",
    "SAUDI ARABIA": "SAU",
    "SINGAPORE": "SGP",
    "SWITZERLAND": "CHE",
    "TAIWAN": "TWN",
    "THAILAND": "THA",
    "UNITED KINGDOM": "GBR",
    "VIETNAM": "VNM",
}
_STATES: Final = {
    "United States": "US",
    "Texas": "US-TX",
    "Michigan": "US-MI",
    "California": "US-CA",
    "Illinois": "US-IL",
    "Ohio": "US-OH",
    "Arizona": "US-AZ",
    "Tennessee": "US-TN",
    "North Carolina": "US-NC",
    "Florida": "US-FL",
    "Georgia": "US-GA",
    "Arkansas": "US-AR",
    "Nevada": "US-NV",
}


def imports_from_mexico(monthly: list[Row]) -> Table:
    """One row a month and chapter; a month without trade, which Census leaves out, is written 0."""
    cells = {
        (r["month"], r["hs2"]): (r["imports_usd"], r["calculated_duty_usd"])
        for r in monthly
        if r["partner"] == "MEXICO"
    }
    months = sorted({month for month, _ in cells})
    return ("month", "chapter", "imports_usd", "duty_usd"), (
        (m, c, *cells.get((m, c), (0, 0))) for m in months for c in CHAPTERS
    )


def imports_by_origin(monthly: list[Row], year: str = "2018") -> Table:
    """One row an origin and chapter, the twelve months added."""
    sums: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for r in monthly:
        if r["month"].startswith(year):
            held = sums[_PARTNERS[r["partner"]], r["hs2"]]
            held[0] += int(r["imports_usd"])
            held[1] += int(r["calculated_duty_usd"])
    return ("origin", "chapter", "imports_usd", "duty_usd"), (
        (origin, c, *sums[origin, c])
        for origin in _PARTNERS.values()
        for c in CHAPTERS
        if (origin, c) in sums
    )


def imports_by_product(by_partner: list[Row]) -> Table:
    """One row a six-digit product and origin; all but three partners are added up as OTHER."""
    sums: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for r in by_partner:
        if r["census_cty_code"] == EUROPEAN_UNION:
            continue
        held = sums[r["hs6"], _PRODUCT_ORIGINS.get(r["census_cty_code"], "OTHER")]
        held[0] += round(float(r["imports_usd"]))
        held[1] += round(float(r["calculated_duty_usd"]))
    return ("product", "origin", "imports_usd", "duty_usd"), (
        (product, origin, *sums[product, origin])
        for product, origin in sorted(sums)
        if sums[product, origin][0] > 0
    )


def sigma_by_chapter(medians: list[Row]) -> Table:
    """One row a chapter."""
    return ("chapter", "sigma", "products"), ((r["hs2"], r["median"], r["count"]) for r in medians)


def state_imports(partial: list[Row]) -> Table:
    """One row a state that was found; the others are missing, not zero."""
    return ("state", "imports_usd", "precision"), (
        (_STATES[r["state"]], r["imports_from_mexico_2018_usd"], r["precision"]) for r in partial
    )
