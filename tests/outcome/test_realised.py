"""Statutory against realised: collections of 2025 beside 25 % in law."""

import csv

import pytest
from click.testing import CliRunner

from entente.cli import entente
from entente.places import CHAPTERS
from entente.world.trade.preference import recorded

# Two goods of chapter 85 from Mexico, dutiable and free; one from China, which cannot be claimed.
LINES = """\
line_id,entry_date,origin,hts,value_usd,preference,mode,base_rate_percent
a,2025-05-15,MEX,8544300000,100000,USMCA,truck,5
b,2025-06-15,MEX,8517130000,100000,none,truck,0
c,2025-05-15,CHN,8517130000,100000,none,vessel,0
"""


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    folder = tmp_path_factory.mktemp("realised")
    (folder / "lines.csv").write_text(LINES, encoding="utf-8")
    out = folder / "realised.csv"
    asked = ["duty", str(folder / "lines.csv"), "--accord", "us-ieepa-2025-26"]
    result = CliRunner().invoke(entente, [*asked, "--realised", str(out)])
    assert result.exit_code == 0, result.output
    rows = list(csv.DictReader(out.read_text().splitlines()))
    whole = {row["claims"]: row for row in rows if row["month"] == "all"}
    months = [row for row in rows if row["claims"] == "inferred" and row["month"] != "all"]
    return {"months": months, **whole}


def test_each_month_sets_what_is_collected_beside_the_law(table):
    months = table["months"]
    assert [(row["month"], row["origin"]) for row in months] == [
        ("2025-05", "MEX"), ("2025-06", "MEX"),
    ]  # fmt: skip
    share = recorded().share[CHAPTERS.index("85")]
    for row in months:
        assert float(row["collected_share"]) == pytest.approx(1 - share, abs=0.001)
        assert float(row["collected_low"]) < 1 - share < float(row["collected_high"])


def test_a_share_that_the_user_names_stands_for_that_of_the_table(tmp_path):
    (tmp_path / "lines.csv").write_text(LINES, encoding="utf-8")
    out = tmp_path / "realised.csv"
    asked = ["duty", str(tmp_path / "lines.csv"), "--accord", "us-ieepa-2025-26", "--claimed"]
    assert CliRunner().invoke(entente, [*asked, "0.5"]).exit_code == 2, "for --realised only"
    result = CliRunner().invoke(entente, [*asked, "0.5", "--realised", str(out)])
    assert result.exit_code == 0, result.output
    rows = list(csv.DictReader(out.read_text().splitlines()))
    named = next(row for row in rows if row["claims"] == "inferred")
    assert float(named["collected_share"]) > 0.3, "half of all goods, fewer claimed than recorded"
    assert named["collected_low"] == named["collected_high"] == named["collected_share"]


def test_in_law_all_pay_and_by_claims_few(table):
    assert list(table)[1:] == ["none", "recorded", "inferred", "answering"]
    assert float(table["none"]["added_percent"]) == pytest.approx(25)
    assert {row["lines"] for row in list(table.values())[1:]} == {"2"}, (
        "China's goods are not claimed"
    )


def test_free_goods_are_claimed_only_where_the_share_is_inferred(table):
    share = recorded().share[CHAPTERS.index("85")]
    assert float(table["recorded"]["added_percent"]) == pytest.approx(
        25 * (1 - share / 2), abs=0.01
    )
    assert float(table["inferred"]["added_percent"]) == pytest.approx(25 * (1 - share), abs=0.02)


def test_the_range_of_the_claim_rate_is_told(table):
    row = table["inferred"]
    low, middle, high = (float(row[n]) for n in ("added_low_usd", "added_usd", "added_high_usd"))
    assert low < middle < high
