"""Rebuild the shipped tables of entente from the files that the official sources publish.

Each table is a function from source rows to the project's own columns; what a table means, where it
comes from and what to beware of stands in src/entente/data/datapackage.json. Same files in, same
bytes out.
"""

import argparse
import csv
import gzip
import io
import re
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Final

import sample_data
from consumer_prices import consumer_prices, consumer_spending

from entente.files import write_whole
from entente.places import ALL, CHAPTERS, DEMOGRAPHICS, GROUPS, SECTORS
from entente.world.observations import ACCOMPANIED_MINOR

Row = Mapping[str, str]
Table = tuple[Sequence[str], Iterable[Sequence[object]]]  # header, rows

SHIPPED: Final = Path(__file__).parent.parent / "src" / "entente" / "data"

_SECTOR_NAMES: Final = (
    "Rio Grande Valley, TX",
    "Laredo, TX",
    "Del Rio, TX",
    "Big Bend, TX",
    "El Paso, TX",
    "Tucson, AZ",
    "Yuma, AZ",
    "El Centro, CA",
    "San Diego, CA",
)  # in the order of places.SECTORS
_VINTAGES: Final = {
    "OHSS KHSM release with data to 2024-11": "OHSS 2024-11",
    "CBP release of FY2019-FY2022": "CBP FY2019-22",
    "CBP release with data to 2025-08": "CBP 2025-08",
}
_PRODUCT_ORIGINS: Final = {"2010": "MEX", "1220": "CAN", "5700": "CHN"}  # Census country codes
_EUROPEAN_UNION: Final = "0003"  # a group whose members are listed too
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


def border_counts(observations: list[Row]) -> Table:
    """One row a month, series and group; the demographics side by side, empty where unpublished."""
    classes = (ALL, *DEMOGRAPHICS, ACCOMPANIED_MINOR)
    cells = {
        (r["series"], r["month"], r["group"], r["demographic"]): (r["count"], r["vintage"])
        for r in observations
    }
    keys = sorted({(series, month) for series, month, _, _ in cells})
    header = ("series", "month", "group", "total", *classes[1:], "vintage")
    return header, (
        (
            series,
            month,
            group,
            *(cells.get((series, month, group, d), ("",))[0] for d in classes),
            _VINTAGES[cells[series, month, group, ALL][1]],
        )
        for series, month in keys
        for group in (ALL, *GROUPS)
    )


def border_sectors(by_sector: list[Row]) -> Table:
    """One row a month, one column a sector."""
    code = dict(zip(_SECTOR_NAMES, SECTORS, strict=True))
    cells = {(r["month"], code[r["sector"]]): r["quantity"] for r in by_sector}
    months = sorted({month for month, _ in cells})
    return ("month", *SECTORS), ((m, *(cells[m, s] for s in SECTORS)) for m in months)


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
        if r["census_cty_code"] == _EUROPEAN_UNION:
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


def court_backlog(annual: list[Row]) -> Table:
    """One row a fiscal year; the part of the stock that the flows do not explain is kept."""
    out: list[tuple[object, ...]] = []
    before = None
    for r in annual:
        pending, received, completed = (
            int(r[name]) for name in ("pending_end_fy", "initial_receipts", "total_completions")
        )
        residual = "" if before is None else pending - before - received + completed
        out.append((r["fiscal_year"], pending, received, completed, residual))
        before = pending
    return ("fiscal_year", "pending", "receipts", "completions", "residual"), out


def asylum(applications: list[Row], decisions: list[Row], since: int = 2013) -> Table:
    """One row a year, origin, state of asylum, level and unit; new applications, decisions beside.

    Persons and cases are never added, nor one level (immigration service, court) to another.
    """
    sums: dict[tuple[str, ...], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for r in applications:
        if int(r["year"]) >= since and r["app_type"] == "N":
            sums[_asylum_key(r, r["app_pc"])]["applications"] += int(r["applied"] or 0)
    for r in decisions:
        if int(r["year"]) >= since and r["dec_level"] != "AR":
            held = sums[_asylum_key(r, r["dec_pc"])]
            for field in ("recognized", "other", "rejected", "closed"):
                held[field] += int(r[f"dec_{field}"] or 0)
    fields = ("applications", "recognized", "other", "rejected", "closed")
    return ("year", "origin", "asylum", "level", "unit", *fields), (
        (*key, *(sums[key].get(f, "") for f in fields)) for key in sorted(sums)
    )


def _asylum_key(row: Row, unit: str) -> tuple[str, ...]:
    units = {"P": "persons", "C": "cases"}
    return row["year"], row["coo_iso"], row["coa_iso"], row["dec_level"], units[unit]


def return_to_wait(published: list[Row]) -> Table:
    """One row a month and measure, of what cbp.gov printed; the split by office where it did."""
    names = {
        "enrolments": "enrolments",
        "cases referred to USCIS for MPP fear assessment": "fear_referrals",
    }
    return ("month", "measure", "border_patrol", "ports", "total"), (
        (r["period"], names[r["measure"]], r["usbp"], r["ofo"], r["total"])
        for r in sorted(published, key=lambda r: (r["measure"], r["period"]))
        if "://www.cbp.gov/" in r["source_url"]
    )


def corridor_nodes(nodes: list[Row]) -> Table:
    """One row a place; a crossing names its sector by the code of places.SECTORS."""
    code = {
        name.rpartition(",")[0].replace(" ", "").replace("RioGrandeValley", "RGV"): sector
        for name, sector in zip(_SECTOR_NAMES, SECTORS, strict=True)
    }
    return ("id", "name", "country", "latitude", "longitude", "role", "sector"), (
        (
            r["id"],
            r["name"],
            r["country"],
            r["lat"],
            r["lon"],
            "crossing" if r["role"].startswith("sector_") else r["role"].partition("_")[0],
            code[r["role"].removeprefix("sector_")] if r["role"].startswith("sector_") else "",
        )
        for r in nodes
    )


def corridor_links(links: list[Row]) -> Table:
    """One row a link, two-way."""
    return ("from", "to", "great_circle_km", "road_km"), (
        (r["from"], r["to"], r["great_circle_km"], r["approx_road_km_x1.3"]) for r in links
    )


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


def sample_imports(
    totals: list[Row], claims: list[Row], early: list[Row], late: list[Row]
) -> Table:
    """Give a made-up importer's products and the ways to buy them."""
    return sample_data.sample_imports(totals, claims, base_rates(early, late))


def sample_lines(totals: list[Row], claims: list[Row], early: list[Row], late: list[Row]) -> Table:
    """Give half a year of a made-up importer's entry lines."""
    return sample_data.sample_lines(totals, claims, base_rates(early, late))


def same_columns(table: list[Row], columns: Sequence[str]) -> Table:
    """Keep a table that already has the project's layout, sorted by its key."""
    return columns, sorted(tuple(r[c] for c in columns) for r in table)


def read(path: Path) -> list[Row]:
    """Read a CSV file, plain or gzipped, every field as text."""
    raw = path.read_bytes()
    if raw[:2] == b"\x1f\x8b":
        raw = gzip.decompress(raw)
    return list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"))))


def written(table: Table) -> str:
    """Lay a table out as CSV with plain line ends."""
    header, body = table
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(body)
    return out.getvalue()


_WORLD: Final = {
    "trade.csv.gz": ("exporter", "importer", "sector", "value"),
    "tariff.csv": ("importer", "exporter", "sector", "rate"),
    "tariff_ustr_2025.csv": ("importer", "exporter", "sector", "rate"),
    "tariff_ustr_2025_mirror.csv": ("importer", "exporter", "sector", "rate"),
    "input_output.csv": ("country", "using_sector", "supplying_sector", "share"),
    "value_added.csv": ("country", "sector", "share"),
    "theta.csv": ("sector", "theta", "tradable"),
    "deficit.csv": ("country", "value"),
}

Recipe = tuple[Callable[..., Table], tuple[str, ...]]  # how, and from which source files

_FROM_MIGRATION: Final[Mapping[str, Recipe]] = {
    "border_counts.csv": (border_counts, ("observations.csv",)),
    "border_sectors.csv": (border_sectors, ("usbp_sw_monthly_sector.csv",)),
    "return_to_wait.csv": (return_to_wait, ("mpp_monthly.csv",)),
    "court_backlog.csv": (court_backlog, ("eoir_backlog_annual.csv",)),
    "asylum.csv": (
        asylum,
        (
            "unhcr_asylum_applications_corridor_annual.csv",
            "unhcr_asylum_decisions_corridor_annual.csv",
        ),
    ),
    "corridor_nodes.csv": (corridor_nodes, ("corridor_nodes.csv",)),
    "corridor_links.csv": (corridor_links, ("corridor_links.csv",)),
}
_TARIFFS: Final = (
    "usitc_tariff_database_2017_extract.csv.gz",
    "hts_2025_basic_edition.csv.gz",
)
_SAMPLE: Final = (
    "us_imports_mexico_2024_hts10.csv.gz",
    "usmca_claim_share_mexico_hts10_2024.csv.gz",
    *_TARIFFS,
)
_IMPORTS: Final = "us_imports_monthly_hs2_by_partner_2013_2019.csv.gz"
_BEA: Final = "bea_io_2024_summary"
_FROM_TRADE: Final[Mapping[str, Recipe]] = {
    "us_imports_mexico.csv.gz": (imports_from_mexico, (_IMPORTS,)),
    "us_imports_by_origin.csv": (imports_by_origin, (_IMPORTS,)),
    "us_state_imports_mexico.csv": (
        state_imports,
        ("us_state_imports_from_mexico_2018_partial.csv",),
    ),
    "us_imports_hs6.csv.gz": (imports_by_product, ("us_imports_2024_hs6_by_partner.csv.gz",)),
    "consumer_spending.csv": (consumer_spending, (f"{_BEA}/pce_bridge.csv",)),
    "consumer_prices.csv.gz": (
        consumer_prices,
        (
            f"{_BEA}/pce_bridge.csv",
            f"{_BEA}/bea_use_import.csv",
            f"{_BEA}/bea_commodity_use_totals.csv",
            f"{_BEA}/bea_industry_output.csv",
            f"{_BEA}/bea_requirements_domestic.csv",
            "us_imports_2024_hs6_by_partner.csv.gz",
        ),
    ),
    "goods_words.csv": (goods_words, ("fentanyl_carveout_products.csv",)),
    "base_rates.csv.gz": (base_rates, _TARIFFS),
    "preference_claims.csv": (preference_claims, _SAMPLE),
    "sample_imports.csv": (sample_imports, _SAMPLE),
    "sample_lines.csv": (sample_lines, _SAMPLE),
    "sigma_by_chapter.csv": (
        sigma_by_chapter,
        ("elasticities/broda_weinstein_us_median_sigma_by_hs2.csv",),
    ),
    **{
        f"world-2023/{name}": (
            lambda table, columns=columns: same_columns(table, columns),
            (f"world-2023/{name}",),
        )
        for name, columns in _WORLD.items()
    },
}


def build(migration: Path | None, trade: Path | None, out: Path) -> list[Path]:
    """Rebuild the tables whose source folders are given; return the files written."""
    done = []
    for folder, recipes in ((migration, _FROM_MIGRATION), (trade, _FROM_TRADE)):
        if folder is None:
            continue
        for name, (recipe, sources) in recipes.items():
            text = written(recipe(*(read(folder / source) for source in sources)))
            raw = text.encode()
            write_whole(out / name, gzip.compress(raw, 9, mtime=0) if name.endswith(".gz") else raw)
            done.append(out / name)
    return done


def main() -> None:
    """Read the command line and rebuild."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="Example:  python scripts/build_data.py --migration M --trade T\n\n"
        "Files wanted in the folder of --migration:\n  "
        + "\n  ".join(sorted({s for _, sources in _FROM_MIGRATION.values() for s in sources}))
        + "\nFiles wanted in the folder of --trade (plain or gzipped as named):\n  "
        + "\n  ".join(sorted({s for _, sources in _FROM_TRADE.values() for s in sources})),
    )
    parser.add_argument("--migration", type=Path, help="folder with the border and asylum files")
    parser.add_argument("--trade", type=Path, help="folder with the import files and elasticities")
    parser.add_argument("--out", type=Path, default=SHIPPED, help="default: the package's tables")
    chosen = parser.parse_args()
    if not (chosen.migration or chosen.trade):
        parser.error("name at least one source folder with --migration or --trade")
    for path in build(chosen.migration, chosen.trade, chosen.out):
        sys.stdout.write(f"{path}\n")


if __name__ == "__main__":
    main()
