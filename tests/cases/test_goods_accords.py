"""The accords on goods, replayed line by line against their fact sheets."""

import csv
import gzip

import pytest
from lines_of import known, rates

EMERGENCY = "us-ieepa-2025-26"
METALS = "us-section-301-232"


@pytest.mark.parametrize(
    ("year", "washer", "part", "limit"),
    [
        (2018, ("20", "50"), "50", 50_000), (2019, ("18", "45"), "45", 70_000),
        (2020, ("16", "40"), "40", 90_000), (2021, ("15", "35"), "35", 110_000),
        (2022, ("14", "30"), "30", 130_000),
    ],
)  # fmt: skip
def test_washers_and_their_parts_by_the_running_count_of_each_year(
    tmp_path, year, washer, part, limit
):
    days = (f"{year}-02-07", f"{year + 1}-02-06")
    lines = [
        {"origin": "KOR", "entry_date": day, "goods": goods, "quantity": count}
        for goods, most in (("washer", 1_200_000), ("washer_part", limit))
        for day in days
        for count in (most, most + 1)
    ]
    assert rates(tmp_path, lines, "us-washers-2018") == [*washer, *washer, "0", part, "0", part]


def test_washers_of_canada_and_after_the_last_year_are_free(tmp_path):
    line = {"goods": "washer", "quantity": 2_000_000}
    lines = [
        line | {"origin": "CAN", "entry_date": "2019-05-01"},
        line | {"origin": "KOR", "entry_date": "2018-02-06"},
        line | {"origin": "KOR", "entry_date": "2023-02-07"},
    ]
    assert rates(tmp_path, lines, "us-washers-2018") == ["0", "0", "0"]


@pytest.mark.parametrize(
    ("day", "quota", "above"),
    [
        ("2018-02-07", "2.5", "30"), ("2019-02-06", "2.5", "30"), ("2019-02-07", "2.5", "25"),
        ("2020-02-07", "2.5", "20"), ("2021-02-07", "2.5", "15"), ("2022-02-07", "5", "14.75"),
        ("2024-07-31", "5", "14.25"), ("2024-08-01", "12.5", "14.25"), ("2026-02-06", "12.5", "14"),
    ],
)  # fmt: skip
def test_solar_cells_are_free_to_the_last_gigawatt_of_the_quota(tmp_path, day, quota, above):
    line = {"origin": "MYS", "entry_date": day, "goods": "cell"}
    lines = [line | {"quantity": amount} for amount in (quota, f"{quota.partition('.')[0]}.75")]
    module = line | {"goods": "module"}
    assert rates(tmp_path, [*lines, module], "us-solar-2018") == ["0", above, above]


def test_the_larger_solar_quota_reaches_back_only_for_those_who_know_of_it(tmp_path):
    line = {"origin": "MYS", "entry_date": "2024-08-05", "goods": "cell", "quantity": "6"}
    lines = [line | {"as_of": day} for day in ("2024-08-11", "2024-08-12", "")]
    assert rates(tmp_path, lines, "us-solar-2018") == ["14.25", "0", "0"]
    after = line | {"entry_date": "2026-02-07", "quantity": "20"}
    assert rates(tmp_path, [after], "us-solar-2018") == ["0"]


@pytest.mark.parametrize(
    ("price", "duty"),
    [
        (110, "0"),
        (90, "0"),
        (89, "0.3"),
        (60, "9"),
        (40, "19"),
        (25, "29.5"),
        (10, "43"),
        (0, "52"),
    ],
)
def test_the_special_safeguard_by_price_takes_each_band_of_the_gap(tmp_path, price, duty):
    line = {"origin": "BRA", "entry_date": "2025-05-01", "goods": "ssg", "base_rate_percent": 12}
    assert rates(tmp_path, [line | {"trigger_price": 100, "price": price}], "wto-ssg") == [duty]


def test_the_special_safeguard_by_volume_is_a_third_of_the_duty_and_ends_that_by_price(tmp_path):
    line = {
        "origin": "BRA", "entry_date": "2025-05-01", "goods": "ssg", "base_rate_percent": "12",
        "trigger_price": "100", "price": "60",
    }  # fmt: skip
    invoked = "volume_exceeded@2025-04-01=true;volume_exceeded@2026-01-01=false"
    lines = [
        line | {"choices": invoked},
        line | {"choices": invoked, "entry_date": "2025-03-31"},
        line | {"choices": invoked, "entry_date": "2026-01-01"},
        line | {"choices": f"{invoked};en_route=true"},
        line | {"goods": "other"},
    ]
    assert rates(tmp_path, lines, "wto-ssg") == ["4", "9", "9", "9", "0"]


def test_emergency_duties_spare_what_was_under_way_by_every_mode(tmp_path):
    line = {"origin": "CHN", "entry_date": "2025-02-10", "hts": "87032301"}
    lines = [
        line | {"mode": "air", "loaded_date": "2025-01-31"},
        line | {"mode": "vessel", "loaded_date": "2025-02-01"},
        line | {"mode": "truck", "final_mode_date": "2025-01-31"},
        line | {"mode": "vessel"},
    ]
    assert rates(tmp_path, lines, EMERGENCY) == ["0", "10", "0", "10"]


def test_goods_under_way_to_the_united_states_had_until_a_minute_past_midnight_on_7_march(tmp_path):
    line = {"origin": "CHN", "hts": "87032301", "mode": "vessel", "loaded_date": "2025-01-31"}
    days = ("2025-03-04", "2025-03-06", "2025-03-07", "2025-03-07T00:00:59", "2025-03-07T00:01:00")
    lines = [line | {"entry_date": day} for day in days]
    assert rates(tmp_path, lines, EMERGENCY) == ["0", "0", "FLAG", "0", "20"]


def test_section_122_spares_what_a_vessel_carried_to_the_end(tmp_path):
    line = {"origin": "DEU", "entry_date": "2026-02-27", "hts": "87032301", "mode": "vessel"}
    loaded = line | {"loaded_date": "2026-02-23"}
    lines = [
        loaded,
        loaded | {"final_mode": "truck"},
        loaded | {"mode": "air"},
        loaded | {"entry_date": "2026-02-28T00:00:59"},
        loaded | {"entry_date": "2026-02-28T00:01:00"},
        line | {"loaded_date": "2026-02-24"},
    ]
    assert rates(tmp_path, lines, EMERGENCY) == ["0", "10", "10", "0", "10", "10"]


def test_canada_pays_more_from_august_and_what_was_rerouted_pays_instead(tmp_path):
    line = {"origin": "CAN", "entry_date": "2025-08-02", "hts": "87032301", "transshipped": "no"}
    lines = [
        line,
        line | {"transshipped": "yes"},
        line | {"goods": "energy"},
        line | {"goods": "potash"},
        line | {"goods": "potash", "entry_date": "2025-03-05"},
        line | {"preference": "USMCA", "transshipped": "yes"},
    ]
    assert rates(tmp_path, lines, EMERGENCY) == ["35", "40", "10", "10", "25", "0"]


def test_a_letter_to_mexico_is_no_duty_and_the_first_relief_was_to_end_in_april(tmp_path):
    line = {"origin": "MEX", "entry_date": "2025-09-01", "hts": "87032301", "preference": "none"}
    may = line | {"entry_date": "2025-05-01", "preference": "USMCA"}
    lines = [line, line | {"as_of": "2025-07-20"}, may, may | {"as_of": "2025-03-20"}]
    assert rates(tmp_path, lines, EMERGENCY) == ["25", "25", "0", "25"]


def test_an_automobile_pays_its_own_duty_and_not_that_on_its_country_nor_its_steel(tmp_path):
    line = {"origin": "MEX", "entry_date": "2025-04-10", "preference": "none"}
    steel, car = {"hts": "72081015"}, {"hts": "87032301"}
    lines = [
        line | car,
        line | car | {"preference": "USMCA", "us_content_share": "0.4"},
        line | car | {"preference": "USMCA"},
        line | steel,
        line | steel | {"preference": "USMCA"},
        line | steel | {"origin": "CHN"},
    ]
    found = rates(tmp_path, lines, METALS, EMERGENCY)
    assert found == ["25", "15", "MISSING", "25", "25", "52.5"]


def test_metal_content_pays_on_its_share_and_leaves_the_rest_to_section_122(tmp_path):
    line = {"origin": "DEU", "hts": "87081030", "steel_share": "0.35", "aluminum_share": "0.2"}
    lines = [line | {"entry_date": day} for day in ("2025-04-10", "2025-06-04T00:01:00")]
    lines += [line | {"entry_date": day} for day in ("2026-03-01", "2026-04-06")]
    assert rates(tmp_path, lines, METALS, EMERGENCY) == ["13.75", "27.5", "32", "50"]


def test_steel_of_the_neighbours_came_under_the_duty_and_left_it_again(tmp_path):
    line = {"origin": "MEX", "hts": "72081015"}
    days = ("2018-05-31", "2018-06-01T00:01:00", "2019-05-19", "2019-05-20", "2025-03-13")
    found = rates(tmp_path, [line | {"entry_date": day} for day in days], METALS)
    assert found == ["0", "25", "25", "0", "25"]


def test_goods_under_chapter_98_are_free_of_section_301(tmp_path):
    line = {"origin": "CHN", "entry_date": "2020-03-01", "hts": "02032920", "us_content_share": "0"}
    lines = [line, line | {"chapter98": "9802.00.80"}]
    assert rates(tmp_path, lines, METALS) == ["25", "0"]


def test_list_3_goods_exported_before_the_rise_kept_ten_percent_for_a_while(tmp_path):
    line = {"origin": "CHN", "hts": "02032920", "export_date": "2019-05-09"}
    days = ("2019-05-09", "2019-05-10", "2019-06-14", "2019-06-15")
    found = rates(tmp_path, [line | {"entry_date": day} for day in days], METALS)
    assert found == ["10", "10", "10", "25"]


def test_each_six_digit_mean_of_section_301_is_that_of_the_reference(reference):
    file = reference / "trade" / "us_section301_china_added_rate_hs6_2018_2020.csv.gz"
    with gzip.open(file, "rt") as table:
        rows = list(csv.DictReader(table))
    days = [column for column in rows[0] if column != "hs6"]
    ours = {
        code: clause
        for id_, clause in known(METALS).clauses.items()
        if id_.startswith("hs6")
        for code in clause.goods
    }
    for row in rows:
        means = [float(row[day]) - float(row[days[0]] or 0) for day in days[1:]]
        if (
            max(means) > 25.01
        ):  # no rate of those years is above 25: the reference counts these twice
            means = [mean / 2 for mean in means]
        clause = ours.get(row["hs6"])
        for day, mean in zip(days[1:], means, strict=True):
            steps = [] if clause is None else [s.value for s in clause.steps if str(s.first) <= day]
            assert (steps[-1] if steps else 0) == pytest.approx(mean, abs=0.006)
