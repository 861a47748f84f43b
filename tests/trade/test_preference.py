"""Claims of preference: what the record of 2024 says, and what it cannot say."""

import csv
import gzip

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from entente.world.parameters import table
from entente.world.sources import rows as shipped
from entente.world.trade.preference import answering, inferred, recorded


def test_the_record_has_the_published_share_of_dutiable_goods_and_of_free_ones():
    record = recorded()
    assert record.national == pytest.approx(0.84, abs=0.005)
    whole = record.dutiable.sum() + record.free.sum()
    assert record.free.sum() / whole == pytest.approx(0.40, abs=0.01)
    assert inferred()[record.dutiable > 0] == pytest.approx(
        record.share[record.dutiable > 0], abs=1e-3
    )


@given(st.floats(0.7, 0.99), st.floats(0.7, 0.99))
def test_a_higher_share_raises_claims_in_every_chapter(one, other):
    low, high = sorted((one, other))
    assert (inferred(low) <= inferred(high) + 1e-12).all()
    assert ((inferred(low) >= 0) & (inferred(high) <= 1)).all()


def test_claims_that_answer_begin_at_the_record_and_rise_most_where_duty_was_low():
    record = recorded()
    before, after = answering(np.array(0.0)), answering(np.array(25.0))
    dutiable = record.dutiable > 0
    assert (before <= record.share + 1e-9)[dutiable].all()
    assert (after >= before - 1e-12).all()
    rise = (after - before) / np.maximum(before, 1e-9)
    cheap = dutiable & (record.ordinary < 2) & (record.share > 0.3) & (record.share < 0.9)
    dear = dutiable & (record.ordinary > 8)
    assert rise[cheap].mean() > rise[dear].mean()


def test_claims_line_by_line_account_for_the_duty_collected_in_2024(reference):
    """Ordinary duty on what was not claimed, beside what Census calculated, by value only."""

    def rows(name):
        raw = gzip.decompress((reference / "trade" / name).read_bytes()).decode("utf-8-sig")
        return list(csv.DictReader(raw.splitlines()))

    rate = {r["hts8"]: r["general"] for r in shipped("base-rates") if r["edition"] == "2025"}
    share = {
        r["hts10"]: float(r["claim_share_2024"] or 0)
        for r in rows("usmca_claim_share_mexico_hts10_2024.csv.gz")
    }
    reckoned = collected = 0.0
    for row in rows("us_imports_mexico_2024_hts10.csv.gz"):
        collected += float(row["calculated_duty_usd"])
        percent = rate.get(row["hts10"][:8], "?")
        if percent != "?" and "/" not in percent:
            unclaimed = 1 - share.get(row["hts10"], 0.0)
            reckoned += float(row["imports_usd"]) * unclaimed * float(percent) / 100
    assert collected == pytest.approx(1.25e9, rel=0.01)
    assert reckoned == pytest.approx(collected, rel=0.10)


def test_the_recorded_share_lies_within_the_range_of_the_parameter():
    given_ = table()["trade.claim_share"]
    assert given_.low < recorded().national < given_.high
    assert recorded().national == pytest.approx(given_.value, abs=0.001)
