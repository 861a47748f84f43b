"""Chains of production: what dearer imports do to consumer prices."""

import csv

import numpy as np
import pytest

from entente.places import CHAPTERS
from entente.world.trade.prices import all_spending, consumer_prices, responses

CARS = CHAPTERS.index("87")


def test_no_dearer_imports_are_no_dearer_purchases():
    assert np.all(consumer_prices(np.zeros((2, len(CHAPTERS)))) == 0.0)


def test_no_price_rises_by_more_than_the_imports_it_is_made_of():
    risen = consumer_prices(np.ones(len(CHAPTERS)))
    assert np.all((risen >= 0) & (risen < 0.5))
    assert 0.03 < all_spending(risen) < 0.12  # imports are about a tenth of what consumers buy


def test_dearer_vehicles_and_parts_are_felt_in_new_cars_first_and_in_repairs_too():
    rise = np.zeros(len(CHAPTERS))
    rise[CARS] = 1.0
    risen = dict(zip(responses().categories, consumer_prices(rise), strict=True))
    assert max(risen, key=risen.__getitem__) == "New motor vehicles"
    assert 0 < risen["Motor vehicle maintenance and repair"] < risen["New motor vehicles"]


def read(path):
    with path.open() as file:
        return {row.pop("bea_code"): row for row in csv.DictReader(file)}


def test_the_shipped_response_of_hospitals_is_that_of_plain_loops(reference):
    """One category followed by hand: a service that imports nothing itself."""
    folder = reference / "trade" / "bea_io_2024_summary"
    use, output = read(folder / "bea_use_import.csv"), read(folder / "bea_industry_output.csv")
    needs, totals = (
        read(folder / f"{name}.csv")
        for name in ("bea_requirements_domestic", "bea_commodity_use_totals")
    )
    imported, home = (float(totals["622"][f"{side}_total"]) for side in ("import", "domestic"))
    made = 0.0
    for industry, row in output.items():
        for commodity in totals:
            cell = float(use.get(commodity, {}).get(industry) or 0) / float(row["output"])
            if commodity in GOODS:
                made += float(needs[industry]["622"]) * cell
    expected = (imported * ("622" in GOODS) + home * made) / (imported + home)
    at = responses().categories.index("Hospitals")
    assert responses().response[at].sum() == pytest.approx(expected, rel=0.02)


GOODS = {
    "111CA", "113FF", "211", "212", "22", "311FT", "313TT", "315AL", "321", "322", "323", "324",
    "325", "326", "327", "331", "332", "333", "334", "335", "3361MV", "3364OT", "337", "339",
}  # fmt: skip
