"""Placebos in time, and counterfactuals on the same draws."""

import json

import numpy as np
import pytest
from click.testing import CliRunner

from entente.cli import entente
from entente.luck import Luck
from entente.places import GROUPS, Group
from entente.problems import InputProblemsError
from entente.world.movement.pressure import TRANSIT_ENFORCEMENT, forecast, outlook
from entente.world.movement.pressure.backtest import months_between
from entente.world.movement.pressure.interventions import EPISODES
from entente.world.movement.pressure.placebo import FEWEST, Placebo, _clear, placebo
from entente.world.sources import border_counts

JUNE = np.datetime64("2019-06", "M")
MONTHS = 6


def _month(text: str) -> np.datetime64:
    return np.datetime64(text, "M")


@pytest.fixture(scope="module")
def ranked() -> dict[str, Placebo]:
    origins = months_between(_month("2013-01"), _month("2018-12"))
    earlier = months_between(_month("2006-01"), _month("2012-12"))
    found = placebo(border_counts(), JUNE, MONTHS, earlier + origins, Luck(1, 300))
    return {row.group: row for row in found}


def test_the_fall_of_2019_is_larger_than_any_where_nothing_began(ranked):
    for group in ("ALL", "GTM", "HND", "SLV"):
        assert ranked[group].placebos >= FEWEST
        assert ranked[group].p_lower == 1 / (1 + ranked[group].placebos)


def test_mexicans_whom_the_accord_did_not_touch_show_nothing(ranked):
    assert ranked["MEX"].p_both > 0.2


def test_placebos_do_not_leave_their_bands_more_often_than_one_in_five(ranked):
    """Overlapping windows count for few, so three in ten is within chance of two."""
    for row in ranked.values():
        assert row.outside80 < 0.3, row.group


def test_no_placebo_window_meets_an_intervention():
    counts = border_counts()
    clear = [eve for eve in counts.months if _clear(counts, eve, JUNE, MONTHS)]
    assert len(clear) > 100
    for eve in clear:
        for began in (JUNE, *(episode.began for episode in EPISODES)):
            assert not eve + 1 - MONTHS < began <= eve + MONTHS


def test_too_few_placebos_and_unknown_months_are_refused():
    counts = border_counts()
    few = months_between(_month("2010-01"), _month("2010-12"))
    for began, code in ((JUNE, "E632"), (_month("2030-01"), "E630")):
        with pytest.raises(InputProblemsError) as refused:
            placebo(counts, began, MONTHS, few, Luck(1, 10))
        assert refused.value.problems[0].code == code


def test_a_counterfactual_meets_the_same_luck_so_the_difference_is_the_levers():
    counts, origin, luck = border_counts(), _month("2019-05"), Luck(3, 100)
    ahead = outlook(counts, origin, 4, luck)
    effect = ahead.effects[TRANSIT_ENFORCEMENT][:, :, :4].transpose(0, 2, 1)
    np.testing.assert_allclose(
        ahead.under({TRANSIT_ENFORCEMENT: JUNE}) / ahead.under({}), np.exp(effect)
    )
    without, under = (
        forecast(counts, origin, 4, luck, begun).samples[:, :, 1 + GROUPS.index(Group.MEX)]
        for begun in ({}, {TRANSIT_ENFORCEMENT: JUNE})
    )
    assert (without == under).all()


def test_the_verb_gives_placebos_as_a_table_json_and_csv(tmp_path):
    asked = ["backtest", "--from", "2006-01", "--to", "2010-12", "--placebo", "2014-07",
             "--horizons", "3", "--draws", "100"]  # fmt: skip
    shown = CliRunner().invoke(entente, asked)
    assert shown.exit_code == 0
    assert "when nothing began" in " ".join(shown.stdout.split())
    told = json.loads(CliRunner().invoke(entente, [*asked, "--json"]).stdout)
    assert [row["group"] for row in told["placebos"]] == ["ALL", *GROUPS]
    out = tmp_path / "placebos.csv"
    CliRunner().invoke(entente, [*asked, "--out", str(out)])
    assert out.read_text().startswith("group,began,months,change,placebos,p_lower,p_both,outside80")
