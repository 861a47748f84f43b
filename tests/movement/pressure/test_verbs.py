"""The two verbs as a user meets them."""

import csv
import json

import pytest
from click.testing import CliRunner

from entente.cli import entente
from entente.problems import InputProblemsError

GROUPS = ["ALL", "GTM", "HND", "SLV", "MEX", "OTHER"]


def call(*arguments):
    return CliRunner().invoke(entente, [str(a) for a in arguments], catch_exceptions=False)


def table(path):
    with path.open() as handle:
        return list(csv.DictReader(handle))


def forecast(folder, *more):
    files = ("--out", folder / "q.csv", "--samples", folder / "s.csv")
    told = call("forecast", "--through", "2019-05", "--horizon", 2, "--draws", 40, *files, *more)
    assert told.exit_code == 0
    return told


def test_samples_hold_every_month_group_and_draw_and_groups_add_to_all(tmp_path):
    forecast(tmp_path)
    samples = table(tmp_path / "s.csv")
    assert list(samples[0]) == ["target_month", "group", "draw", "count"]
    count = {(r["target_month"], r["group"], int(r["draw"])): int(r["count"]) for r in samples}
    assert set(count) == {
        (m, g, d) for m in ("2019-06", "2019-07") for g in GROUPS for d in range(40)
    }
    for (m, g, d), total in count.items():
        if g == "ALL":
            assert total == sum(count[m, group, d] for group in GROUPS[1:])


def test_quantiles_rise_with_their_level(tmp_path):
    forecast(tmp_path)
    for row in table(tmp_path / "q.csv"):
        levels = [float(row[name]) for name in ("p05", "p10", "p25", "p50", "p75", "p90", "p95")]
        assert levels == sorted(levels)


def test_the_same_inputs_give_the_same_bytes_and_another_seed_does_not(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    (tmp_path / "c").mkdir()
    for folder, seed in (("a", 1), ("b", 1), ("c", 2)):
        forecast(tmp_path / folder, "--seed", seed)
    a, b, c = ((tmp_path / folder / "s.csv").read_bytes() for folder in "abc")
    assert a == b
    assert a != c


def test_a_users_own_file_gives_what_the_shipped_table_gives(tmp_path, reference):
    (tmp_path / "own").mkdir()
    forecast(tmp_path)
    forecast(tmp_path / "own", "--data", reference / "migration" / "observations.csv")
    assert (tmp_path / "q.csv").read_bytes() == (tmp_path / "own" / "q.csv").read_bytes()


def test_an_accord_that_pledges_forces_starts_enforcement(tmp_path):
    (tmp_path / "with").mkdir()
    forecast(tmp_path)
    told = forecast(tmp_path / "with", "--accord", "us-mexico-2019")
    assert "transit enforcement begins in 2019-06" in told.stderr
    without, under = (
        {(r["target_month"], r["group"]): float(r["p50"]) for r in table(folder / "q.csv")}
        for folder in (tmp_path, tmp_path / "with")
    )
    assert under["2019-07", "GTM"] < without["2019-07", "GTM"]
    assert under["2019-07", "MEX"] == without["2019-07", "MEX"]


@pytest.mark.parametrize(
    "wrong",
    [
        ["--through", "2019-13"],
        ["--through", "May 2019"],
        ["--through", "2019-05", "--draws", "0"],
        ["--through", "2019-05", "--choose", "alleviated=yes"],
        [],
    ],
)
def test_wrong_usage_is_two(wrong):
    assert call("forecast", *wrong).exit_code == 2


def test_a_month_that_the_data_lack_is_a_problem():
    with pytest.raises(InputProblemsError, match="no month 2031-01"):
        call("forecast", "--through", "2031-01")


def test_backtest_gives_scores_as_json_csv_and_a_table(tmp_path):
    years = ("backtest", "--from", "2012-01", "--to", "2012-03", "--horizons", "1,2", "--draws", 50)
    told = call(*years, "--json", "--out", tmp_path / "scores.csv")
    scores = json.loads(told.stdout)["scores"]
    assert {s["model"] for s in scores} >= {"entente", "random walk", "SARIMA"}
    assert {s["horizon"] for s in scores} == {1, 2}
    assert len(table(tmp_path / "scores.csv")) == len(scores)
    assert "1 months ahead, 3 origins" in call(*years).stdout


def test_backtest_draws_its_scores(tmp_path):
    asked = ("backtest", "--from", "2018-11", "--to", "2018-12", "--horizons", 1, "--draws", 20)
    assert call(*asked, "--picture", tmp_path / "scores.svg").exit_code == 0
    drawn = (tmp_path / "scores.svg").read_text()
    assert drawn.startswith("<svg")
    assert "calm, ALL, 1 month ahead, 2 origins" in drawn
    assert "SARIMA" in drawn
    assert call(*asked, "--picture", tmp_path / "scores.gif").exit_code == 2
    assert call(*asked, "--placebo", "2018-12", "--picture", tmp_path / "p.svg").exit_code == 2


@pytest.mark.parametrize(
    "wrong", [("--horizons", "0,1"), ("--horizons", "one"), ("--to", "2009-01")]
)
def test_backtest_refuses_what_cannot_be_meant(wrong):
    assert call("backtest", "--from", "2012-01", "--to", "2012-02", *wrong).exit_code == 2


@pytest.mark.parametrize("verb", ["forecast", "backtest"])
def test_help_ends_with_an_example(verb):
    assert f"Example:  entente {verb}" in call(verb, "--help").stdout
