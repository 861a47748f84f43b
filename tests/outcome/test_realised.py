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
b,2025-05-15,MEX,8517130000,100000,none,truck,0
c,2025-05-15,CHN,8517130000,100000,none,vessel,0
"""


@pytest.fixture(scope="module")
def table(tmp_path_factory) -> dict[str, dict[str, str]]:
    folder = tmp_path_factory.mktemp("realised")
    (folder / "lines.csv").write_text(LINES, encoding="utf-8")
    out = folder / "realised.csv"
    asked = ["duty", str(folder / "lines.csv"), "--accord", "us-ieepa-2025-26"]
    result = CliRunner().invoke(entente, [*asked, "--realised", str(out)])
    assert result.exit_code == 0, result.output
    return {row["claims"]: row for row in csv.DictReader(out.read_text().splitlines())}


def test_in_law_all_pay_and_by_claims_few(table):
    assert list(table) == ["none", "recorded", "inferred", "answering"]
    assert float(table["none"]["added_percent"]) == pytest.approx(25)
    assert {row["lines"] for row in table.values()} == {"2"}, "China's goods are not claimed"


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
