"""How consumer prices answer import prices by chapter, from the input-output tables of the BEA.

A commodity c costs more by its own imports and by imports in what makes it at home (The Budget Lab
at Yale, tariff model notes):

    dP_c = share_M(c) tau_c + share_D(c) sum over k, c' of L_D(k, c) B_M(c', k) tau_c'

B_M imported inputs per unit of the output of an industry k, L_D the domestic requirements (an
inverse as published). A category of spending weighs its commodities by producers' value over
purchasers' value: trade and transport margins stay the same in dollars. A commodity's tau weighs
chapters by US imports; the chapters of each commodity are our reading, below.
"""

from collections import defaultdict
from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tables.rows import Row, Table
from tables.trade import EUROPEAN_UNION

_LEAST: Final = 1e-5  # responses below it are left out

# Commodity of the first digits of a code; the longest that fits holds.
_COMMODITY: Final[Mapping[str, str]] = {
    **dict.fromkeys(("01", "06", "07", "08", "10", "12", "4001"), "111CA"),
    **dict.fromkeys(("03",), "113FF"),
    **dict.fromkeys(("02", "04", "05", "09", "11", *map(str, range(13, 25))), "311FT"),
    **dict.fromkeys(("25", "26", "2701", "2702", "2703", "2704"), "212"),
    **dict.fromkeys(("2709", "2711"), "211"),
    "2716": "22",
    "27": "324",
    **dict.fromkeys((*map(str, range(28, 39)), *map(str, range(3901, 3915)), "4002"), "325"),
    **dict.fromkeys(("39", "40"), "326"),
    **dict.fromkeys(("41", "42", "43", "61", "62", "64", "65"), "315AL"),
    **dict.fromkeys(("44", "45"), "321"),
    **dict.fromkeys(("47", "48"), "322"),
    "49": "323",
    **dict.fromkeys((*map(str, range(50, 61)), "63"), "313TT"),
    **dict.fromkeys(("68", "69", "70"), "327"),
    **dict.fromkeys(
        (*map(str, range(7106, 7113)), "72", "74", "75", "76", "78", "79", "80", "81"), "331"
    ),
    **dict.fromkeys(("7304", "7305", "7306"), "331"),
    **dict.fromkeys(("73", "7610", "7615", "82", "83", "93"), "332"),
    "84": "333",
    **dict.fromkeys(("8471", "8473", "8517", "8518", "8519", "8534", "90", "91"), "334"),
    **dict.fromkeys((*map(str, range(8521, 8530)), *map(str, range(8540, 8544))), "334"),
    **dict.fromkeys(("8415", "8418", "8450", "8451", "85", "9405"), "335"),
    **dict.fromkeys(("8407", "8408", "8409", "8512", "87", "940120"), "3361MV"),
    **dict.fromkeys(("86", "88", "89", "8711", "8712", "8713", "8716"), "3364OT"),
    "94": "337",
    **dict.fromkeys(("46", "66", "67", "71", "92", "95", "96"), "339"),
    **dict.fromkeys((*map(str, range(9001, 9005)), *map(str, range(9018, 9023))), "339"),
}


def consumer_spending(bridge: list[Row]) -> Table:
    """One row a category of consumer spending, in the order of the accounts."""
    spent: dict[str, int] = defaultdict(int)
    for row in bridge:
        spent[row["pce_category"]] += round(float(row["purchasers_value"]) * 1e6)
    return ("category", "spending_usd"), spent.items()


def consumer_prices(
    bridge: list[Row],
    use_import: list[Row],
    use_totals: list[Row],
    output: list[Row],
    requirements: list[Row],
    by_product: list[Row],
) -> Table:
    """One row a category and chapter: its price in percent for one percent on the chapter."""
    industries = [row["bea_code"] for row in output]
    commodities = [row["bea_code"] for row in use_totals]
    made = np.array([float(row["output"]) for row in output])
    inputs = _matrix(use_import, commodities, industries) / made  # B_M [c', k]
    needs = _matrix(requirements, industries, commodities)  # L_D [k, c]
    imported = _column(use_totals, "import_total")
    total = imported + _column(use_totals, "domestic_total")
    share = np.divide(imported, total, out=np.zeros_like(total), where=total > 0)
    response = np.diag(share) + (1 - share)[:, None] * (inputs @ needs).T  # [c, c']
    weight, chapters = _chapters(by_product, commodities)  # [c', chapter]
    categories = list(dict.fromkeys(row["pce_category"] for row in bridge))
    made_of = np.zeros((len(categories), len(commodities)))
    paid = np.zeros(len(categories))
    for row in bridge:
        at = categories.index(row["pce_category"])
        paid[at] += float(row["purchasers_value"])
        if row["bea_code"] in commodities:
            made_of[at, commodities.index(row["bea_code"])] += float(row["producers_value"])
    found = (made_of / paid[:, None]) @ response @ weight
    return ("category", "chapter", "response"), (
        (categories[i], chapters[j], f"{found[i, j]:.5f}")
        for i, j in np.argwhere(found >= _LEAST).tolist()
    )


def _chapters(
    by_product: list[Row], commodities: list[str]
) -> tuple[NDArray[np.float64], list[str]]:
    """Weigh each commodity's chapters by US imports; [commodity, chapter]."""
    chapters = sorted({row["hs6"][:2] for row in by_product})
    weight = np.zeros((len(commodities), len(chapters)))
    for row in by_product:
        commodity = _commodity(row["hs6"])
        if commodity is not None and row["census_cty_code"] != EUROPEAN_UNION:
            cell = commodities.index(commodity), chapters.index(row["hs6"][:2])
            weight[cell] += float(row["imports_usd"])
    total = weight.sum(axis=1, keepdims=True)
    return np.divide(weight, total, out=np.zeros_like(weight), where=total > 0), chapters


def _commodity(code: str) -> str | None:
    return next((_COMMODITY[code[:n]] for n in (6, 4, 2) if code[:n] in _COMMODITY), None)


def _matrix(rows: list[Row], index: list[str], columns: list[str]) -> NDArray[np.float64]:
    by_code = {row["bea_code"]: row for row in rows}
    return np.array(
        [[float(by_code.get(i, {}).get(c) or 0) for c in columns] for i in index], np.float64
    )


def _column(rows: list[Row], name: str) -> NDArray[np.float64]:
    return np.array([float(row[name] or 0) for row in rows])
