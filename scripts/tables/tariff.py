"""Ordinary duties by tariff number, the claims of preference beside them, and words for goods."""

import re
from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from tables.rows import Row, Table

_SAFEGUARDS: Final = {
    "84501100": "washer",
    "84502000": "washer",
    "84509020": "washer_part",
    "84509060": "washer_part",
    "8541406025": "cell",
    "8541420010": "cell",
}  # 9903.45, notes 17 and 18


def goods_words(carved_out: list[Row]) -> Table:
    """Give the tariff numbers from which a word for goods is read, as lists of rates do."""
    words = {row["hts8"]: row["category"].partition("_")[0] for row in carved_out}
    return ("prefix", "goods"), sorted({**words, **_SAFEGUARDS}.items())


def base_rates(lines_2017: list[Row], lines_2025: list[Row]) -> Table:
    """Give each edition's ordinary duties by tariff number of eight digits, as short formulas.

    Of a line with several rates in a year, the last. NAFTA goods of 2017 are marked CA and MX,
    USMCA goods of 2025 S; S+ marks those of Canada where farm goods differ. Numbers without a rate
    of their own, as in chapters 98 and 99, are there with none.
    """
    early = {row["hts8"]: ("", "", "", "") for row in lines_2017} | {
        row["hts8"]: (
            _rate(row["mfn_text_rate"]),
            _special(row["mfn_text_rate"], row["col1_special_text"], ("CA",)),
            _special(row["mfn_text_rate"], row["col1_special_text"], ("MX",)),
            "",
        )
        for row in sorted(lines_2017, key=lambda row: row["begin_effect_date"])
        if row["mfn_text_rate"]
    }
    late: dict[str, tuple[str, str, str, str]] = {}
    for row in lines_2025:
        general, special = row["General Rate of Duty"], row["Special Rate of Duty"]
        digits = row["HTS Number"].replace(".", "")
        if len(digits) < 8:
            continue
        late.setdefault(digits[:8], ("", "", "", ""))
        if general:
            late[digits[:8]] = (
                _rate(general),
                _special(general, special, ("S+", "S")),
                _special(general, special, ("S", "S+")),
                _rate(row["Column 2 Rate of Duty"]),
            )
    return ("edition", "hts8", "general", "canada", "mexico", "column_2"), (
        (edition, code, *rates)
        for edition, table in (("2017", early), ("2025", late))
        for code, rates in sorted(table.items())
    )


_PERCENT: Final = re.compile(r"([\d.]+)%")
_BY_UNIT: Final = re.compile(r"(\$?)([\d.]+)\s*(¢|cents)?\s*(?:/\s*|(?=each))([a-z0-9. ]+)")
_UNITS: Final = {
    "each": "no", "kg": "kg", "clean kg": "clean_kg", "liter": "liter", "pf.liter": "pf_liter",
    "pf. liter": "pf_liter", "bbl": "bbl", "m2": "m2", "m3": "m3", "t": "t", "doz.": "doz",
    "pr.": "pr", "gross": "gross", "1000": "thousand",
}  # fmt: skip


def _rate(text: str) -> str:
    """Write a tariff's rate as `percent`, `dollars/unit` or both joined by +; ? for other texts."""
    if text.strip() == "Free":
        return "0"
    percent, amount = "", ""
    for part in (part.strip() for part in text.split("+")):
        share, by_unit = _PERCENT.fullmatch(part), _BY_UNIT.fullmatch(part)
        if share and not percent:
            percent = _plain(Decimal(share[1]))
        elif by_unit and not amount and by_unit[4].strip() in _UNITS:
            if bool(by_unit[1]) == bool(by_unit[3]):
                return "?"
            dollars = Decimal(by_unit[2]) / (1 if by_unit[1] else 100)
            amount = f"{_plain(dollars)}/{_UNITS[by_unit[4].strip()]}"
        else:
            return "?"
    return "+".join(filter(None, (amount, percent))) or "?"


def _special(general: str, special: str, codes: Sequence[str]) -> str:
    """Return the rate of the programmes named; where none is listed, the general rate."""
    listed = {
        code.strip(): rate
        for rate, named in reversed(re.findall(r"([^()]*)\(([^)]*)\)", special))
        for code in named.split(",")
    }
    return _rate(next((listed[code] for code in codes if code in listed), general))


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"


def preference_claims(
    totals: list[Row], claims: list[Row], early: list[Row], late: list[Row]
) -> Table:
    """Give imports from Mexico by chapter: dutiable and free, and what of the dutiable is claimed.

    A line is free where the 2025 tariff says so; lines that it does not have are left out. The
    ordinary duty is averaged over lines that pay a share of their value.
    """
    _, rates = base_rates(early, late)
    general = {row[1]: str(row[2]) for row in rates if row[0] == "2025" and row[2]}
    share = {row["hts10"]: Decimal(row["claim_share_2024"] or 0) for row in claims}
    sums: dict[str, list[Decimal]] = defaultdict(lambda: [Decimal(0)] * 5)
    for row in totals:
        rate, value = general.get(row["hts10"][:8]), Decimal(row["imports_usd"])
        if rate is None:
            continue
        held = sums[row["hts10"][:2]]
        if rate == "0":
            held[1] += value
            continue
        held[0] += value
        held[2] += value * share.get(row["hts10"], Decimal(0))
        if rate != "?" and "/" not in rate:
            held[3] += value
            held[4] += value * Decimal(rate)
    header = ("chapter", "dutiable_usd", "free_usd", "share", "ordinary_percent")
    return header, (
        (
            chapter, f"{dutiable:.0f}", f"{free:.0f}",
            f"{claimed / dutiable:.4f}" if dutiable else "",
            f"{paid / by_value:.4f}" if by_value else "",
        )
        for chapter, (dutiable, free, claimed, by_value, paid) in sorted(sums.items())
    )  # fmt: skip
