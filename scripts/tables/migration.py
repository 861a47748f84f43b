"""People at the border, in the courts and on the corridor."""

from collections import defaultdict
from typing import Final

from entente.places import ALL, DEMOGRAPHICS, GROUPS, SECTORS
from entente.world.observations import ACCOMPANIED_MINOR
from tables.rows import Row, Table

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
