"""Shipped tables as arrays: published figures come out to the unit."""

import numpy as np
import pytest

from entente.places import CHAPTERS, GROUPS, SECTORS, Group, Sector
from entente.problems import InputProblemsError
from entente.world import sources
from entente.world.sources import APPREHENSIONS, EXPULSIONS, PORTS, SERIES, rows

FY2019 = ("2018-10", "2019-09")


def months(counts, first, last):
    """Cut a series to the months from `first` to `last`."""
    wanted = (counts.months >= np.datetime64(first)) & (counts.months <= np.datetime64(last))
    return counts.total[wanted]


def test_fiscal_year_2019_has_851_508_apprehensions():
    found = months(sources.border_counts(), *FY2019)
    assert found.tolist() == [
        51005, 51857, 50751, 47979, 66883, 92833, 99273, 132856, 94902, 71978, 50684, 40507,
    ]  # fmt: skip
    assert found.sum() == 851_508


def test_fiscal_year_2020_begins_as_printed():
    found = months(sources.border_counts(), "2019-10", "2020-09")
    assert found.tolist() == [
        35402, 33524, 32853, 29205, 30077, 30389, 16182, 21593, 30836, 38536, 47283, 54771,
    ]  # fmt: skip


def test_may_2019_has_144_116_encounters_between_and_at_ports():
    between = months(sources.border_counts(), "2019-05", "2019-05")
    at_ports = months(sources.border_counts(PORTS), "2019-05", "2019-05")
    assert (between.item(), at_ports.item()) == (132_856, 11_260)
    assert between.item() + at_ports.item() == 144_116


def test_fiscal_year_2019_has_977_509_encounters():
    both = [
        months(sources.border_counts(series), *FY2019).sum() for series in (APPREHENSIONS, PORTS)
    ]
    assert sum(both) == 977_509


def test_imports_from_mexico_in_2018_are_344_87_billion_of_which_vehicles_92_8():
    imports = sources.imports_from_mexico()
    start = int((np.datetime64("2018-01") - imports.first).astype(int))
    year = imports.value[start : start + 12]
    assert round(year.sum() / 1e9, 2) == 344.87
    assert round(year[:, CHAPTERS.index("87")].sum() / 1e9, 1) == 92.8
    assert imports.value.shape == imports.duty.shape == (84, len(CHAPTERS))


@pytest.mark.parametrize("series", SERIES)
def test_groups_add_to_all_in_every_month(series):
    held = sources.border_counts(series)
    everyone = [
        int(r["total"])
        for r in rows("border-counts")
        if (r["series"], r["group"]) == (series, "ALL")
    ]
    np.testing.assert_array_equal(held.total, everyone)


def test_demographics_add_to_all_from_october_2011():
    counts = sources.border_counts()
    published = counts.months >= np.datetime64("2011-10")
    np.testing.assert_array_equal(
        counts.demographics[published].sum(axis=1), counts.total[published]
    )
    assert np.isnan(counts.demographics[~published]).all()


@pytest.mark.parametrize("series", [APPREHENSIONS, EXPULSIONS])
def test_the_cross_of_groups_and_demographics_has_both_margins(series):
    counts = sources.border_counts(series)
    exact = counts.months >= np.datetime64("2018-10")
    np.testing.assert_array_equal(counts.cross[exact].sum(axis=2), counts.counts[exact])
    np.testing.assert_array_equal(counts.cross[exact].sum(axis=1), counts.demographics[exact])


def test_ports_miss_their_total_by_the_accompanied_minors():
    ports = sources.border_counts(PORTS)
    minors = [
        int(r["accompanied_minor"])
        for r in rows("border-counts")
        if (r["series"], r["group"]) == (PORTS, "ALL")
    ]
    np.testing.assert_array_equal(ports.total - ports.demographics.sum(axis=1), minors)


def test_expulsions_are_a_part_of_apprehensions():
    part, whole = sources.border_counts(EXPULSIONS), sources.border_counts()
    assert part.last == whole.last
    assert (part.counts <= whole.counts[-len(part.counts) :]).all()


def test_sectors_add_to_the_south_west_within_rounding():
    by_sector, whole = sources.sector_counts(), sources.border_counts()
    assert by_sector.counts.shape == (len(whole.counts), len(SECTORS))
    assert by_sector.first == whole.first
    assert np.abs(by_sector.counts.sum(axis=1) - whole.total).max() <= 60


def test_a_cut_series_ends_with_its_month_and_keeps_its_digest():
    counts = sources.border_counts()
    early = counts.through("2019-05")
    assert early.last == np.datetime64("2019-05")
    assert early.total[-1] == 132_856
    assert early.digest() != counts.digest() == sources.border_counts().through("2022-12").digest()


@pytest.mark.parametrize("month", ["1999-09", "2023-01"])
def test_a_month_outside_the_series_is_refused(month):
    with pytest.raises(InputProblemsError, match="runs from 1999-10 to 2022-12"):
        sources.border_counts().through(month)


def test_cached_arrays_cannot_be_written():
    with pytest.raises(ValueError, match="read-only"):
        sources.border_counts().counts[0, 0] = 1


def test_the_world_is_mexico_and_everyone_else():
    trade = sources.imports_by_origin()
    assert trade.origins[0] == "WLD"
    assert len(trade.origins) == 21
    world, mexico = (trade.value[:, trade.origins.index(o)].sum() for o in ("WLD", "MEX"))
    np.testing.assert_allclose(trade.others.sum() * 12 + mexico, world)
    assert (trade.others >= 0).all()
    assert trade.duty.shape == (len(CHAPTERS), 2)
    partners = trade.value[:, 1:].sum(axis=1)
    assert (partners <= trade.value[:, 0]).all()


def test_the_year_by_origin_agrees_with_the_months_from_mexico():
    monthly, trade = sources.imports_from_mexico(), sources.imports_by_origin()
    start = int((np.datetime64("2018-01") - monthly.first).astype(int))
    mexico = trade.origins.index("MEX")
    np.testing.assert_array_equal(
        monthly.value[start : start + 12].sum(axis=0), trade.value[:, mexico]
    )
    np.testing.assert_array_equal(
        monthly.duty[start : start + 12].sum(axis=0), trade.collected[:, mexico]
    )


def test_every_chapter_has_an_elasticity_above_one():
    sigma, products = sources.sigma_by_chapter()
    assert sigma.shape == products.shape == (len(CHAPTERS),)
    assert (sigma > 1).all()
    assert (products >= 1).all()
    assert sigma[CHAPTERS.index("87")] == 3.518


def test_courts_had_a_million_cases_pending_in_2019():
    courts = sources.court_backlog()
    year = 2019 - courts.first_year
    assert (courts.pending[year], courts.receipts[year], courts.completions[year]) == (
        1_087_201,
        546_248,
        276_970,
    )


def test_reported_figures_name_their_body():
    figures = rows("reported-figures")
    waiting = [f for f in figures if f["measure"] == "waiting_metered"]
    (spring,) = [f for f in waiting if f["period"] == "2019-05"]
    assert (float(spring["value"]), spring["unit"]) == (18_700, "persons")
    assert "Strauss" in spring["source"]
    sent = {float(f["value"]) for f in figures if f["measure"] == "transferred"}
    assert sent == {939, 945}


def test_an_unknown_series_or_table_is_answered_with_the_known_ones():
    with pytest.raises(InputProblemsError, match="border-counts"):
        sources.rows("border-count")
    with pytest.raises(InputProblemsError, match="did you mean"):
        sources.border_counts("usbp_apprehension_sw")


def test_enrolments_add_to_what_cbp_printed():
    assert sum(sources.return_to_wait().values()) == 12_211


def test_the_corridor_leads_to_all_nine_sectors():
    nodes, links = sources.corridor()
    assert {node.sector for node in nodes} - {None} == set(Sector)
    assert (len(nodes), len(links)) == (31, 37)
    reached, edge = {"SPS"}, {"SPS"}
    while edge:
        edge = {b for link in links for a, b in (link.ends, link.ends[::-1]) if a in edge} - reached
        reached |= edge
    assert reached == {node.id for node in nodes}


def test_recorded_votes_meet_the_rule_they_were_put_under():
    from entente.world.politics.tally import Threshold

    for row in rows("legislature-votes"):
        yea, nay = int(row["yea"]), int(row["nay"])
        agreed = yea >= Threshold.parse(row["rule"]).needed(yea + nay)
        assert agreed == (row["agreed"] == "yes"), row


def test_policy_events_are_in_the_order_of_their_days():
    days = [row["date"] for row in rows("policy-events")]
    assert days == sorted(days)


def test_states_are_a_part_of_the_nation():
    states = {row["state"]: int(row["imports_usd"]) for row in rows("us-state-imports-mexico")}
    assert states.pop("US") > sum(states.values())
    assert "US-TX" in states


def test_groups_come_in_the_order_of_places():
    counts = sources.border_counts()
    may = int(np.flatnonzero(counts.months == np.datetime64("2019-05")).item())
    held = {
        r["group"]: int(r["total"])
        for r in rows("border-counts")
        if (r["series"], r["month"]) == (APPREHENSIONS, "2019-05")
    }
    assert counts.counts[may].tolist() == [held[group] for group in GROUPS]
    assert held[Group.HND] == counts.counts[may, 1]


def test_world_trade_balances_with_its_deficits():
    net: dict[str, float] = {}
    for row in rows("world-2023-trade"):
        value = float(row["value"])
        net[row["importer"]] = net.get(row["importer"], 0.0) + value
        net[row["exporter"]] = net.get(row["exporter"], 0.0) - value
    for row in rows("world-2023-deficit"):
        assert net[row["country"]] == pytest.approx(float(row["value"]), abs=1.0)
    assert len(net) == 194
