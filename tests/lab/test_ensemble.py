"""An accord and a world taken in turn: luck is shared, draws are named, idle text is idle."""

import errno
import json
from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from pinned import PINNED, pinned

from entente.accord.choices import Choices
from entente.accord.text import parse, read
from entente.lab.settings import Settings
from entente.outcome.compare import WHOLE_PERIOD, compare
from entente.outcome.simulate import simulate
from entente.problems import InputProblemsError, OutputError

SHORT = Settings(draws=24, months=4)
THREAT = "us-mexico-2019@2019-05-31"


def accord_of(text: str):
    found = parse(text, "changed.toml")
    assert not found.problems, found.problems
    return found.accord


@pytest.fixture(scope="module")
def deal():
    return simulate(read("us-mexico-2019"), SHORT)


@pytest.fixture(scope="module")
def threat():
    return simulate(read(THREAT), SHORT)


def world_of(dataset: xr.Dataset) -> xr.Dataset:
    """Leave the law's own states out."""
    return dataset.drop_vars(["clause_state", "clause"])


def test_the_same_seed_gives_the_same_bytes(deal):
    again = simulate(read("us-mexico-2019"), SHORT)
    assert again.record["outcome"] == deal.record["outcome"]
    assert again.dataset.identical(deal.dataset)


def test_another_seed_gives_other_luck(deal):
    other = simulate(read("us-mexico-2019"), Settings(draws=24, months=4, seed=2))
    assert other.record["outcome"] != deal.record["outcome"]


def test_twice_the_draws_keep_the_first_half(deal):
    twice = simulate(read("us-mexico-2019"), Settings(draws=48, months=4))
    assert twice.dataset.isel(draw=slice(24)).identical(deal.dataset)


def test_more_months_keep_the_first_ones(deal):
    longer = simulate(read("us-mexico-2019"), Settings(draws=24, months=6))
    assert longer.dataset.isel(month=slice(4)).identical(deal.dataset)


def test_the_order_of_clauses_does_not_matter(deal):
    text = read("us-mexico-2019").text
    head, *blocks = text.split("\n[clause.")
    last, rest = blocks[-1].split("\n[open]")
    shuffled = [*reversed(blocks[:-1])]
    turned = "\n[clause.".join([head, last, *shuffled]) + "\n[open]" + rest
    found = simulate(accord_of(turned), SHORT)
    assert world_of(found.dataset).identical(world_of(deal.dataset))


def test_an_idle_clause_changes_nothing(deal):
    idle = """
[clause.idle]
kind = "trigger"
when = "apprehensions > 100000000"
then = ["suspended(ladder)"]
basis = "assumed"
source = "declaration"
[open]"""
    found = simulate(accord_of(read("us-mexico-2019").text.replace("\n[open]", idle)), SHORT)
    assert world_of(found.dataset).identical(world_of(deal.dataset))


def test_the_threat_without_a_deal_climbs_the_ladder(threat):
    """Announced on 30 May 2019: 5 % from 10 June is 3.5 % of June, weighted by days; then 10 ..."""
    rates = threat.dataset["duty_rate"].to_numpy()
    assert np.allclose(rates, [[3.5, 10, 15, 20]])


def test_the_deal_holds_the_duty_off_with_the_choices_of_history():
    accord = read("us-mexico-2019")
    made = ["resumed=false", "alleviated=false", "insufficient=false"]
    run = simulate(accord, Settings(24, 6, choices=Choices.parse(made, accord)))
    assert (run.dataset["duty_rate"] == 0).all()
    assert (run.dataset["duty_revenue"] == 0).all()


def test_paired_accords_share_luck_until_the_law_parts_them(deal, threat):
    """Before the Guard is deployed and a duty is paid, nothing of a draw's luck may differ."""
    june = {name: deal.dataset[name].isel(month=0) for name in ("port_encounters",)}
    for name, ours in june.items():
        assert np.array_equal(ours, threat.dataset[name].isel(month=0))


def test_an_accord_against_itself_differs_by_exactly_zero(deal):
    again = simulate(read("us-mexico-2019"), SHORT)
    numbers = compare([deal, again]).differences[["difference", "p05", "p50", "p95"]]
    assert (numbers.fillna(0) == 0).all(axis=None)


def test_the_deal_brings_fewer_apprehensions_than_the_threat_alone(deal, threat):
    rows = compare([threat, deal]).differences
    whole = rows[(rows.month == WHOLE_PERIOD) & (rows.measure == "apprehensions")]
    assert whole[whole.group == "ALL"].p50.item() < 0


def test_runs_with_different_luck_cannot_be_compared(deal):
    other = simulate(read("us-mexico-2019"), Settings(draws=24, months=4, seed=2))
    with pytest.raises(InputProblemsError, match="seed is 2 here and 1"):
        compare([deal, other])


def test_a_run_may_not_leave_the_horizon():
    with pytest.raises(InputProblemsError, match="leave the horizon"):
        simulate(read("us-mexico-2019"), Settings(draws=2, months=40))


def test_a_disk_that_fills_under_the_draws_of_a_run_is_told_and_what_stood_there_stays(
    deal, tmp_path, monkeypatch
):
    (tmp_path / "outcome.nc").write_bytes(b"as before")

    def full(self: Path, content: bytes) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_bytes", full)
        with pytest.raises(OutputError, match=r"outcome.nc: cannot write: No space left"):
            deal.save(tmp_path)
    assert (tmp_path / "outcome.nc").read_bytes() == b"as before"
    assert len(list(tmp_path.iterdir())) == 1


def test_the_pinned_run_has_not_moved():
    """`tests/pinned.json` changes only in a commit that says why; `pinned.py` writes it."""
    kept = json.loads(PINNED.read_text())
    now = pinned()
    assert now.keys() == kept.keys()
    for name, values in kept.items():
        assert now[name] == pytest.approx(values, rel=1e-3), name
