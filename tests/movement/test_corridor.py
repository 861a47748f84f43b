"""The corridor's ledger: nobody disappears, and counts obey the law of single persons."""

import os
import subprocess
import sys
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from entente.luck import Luck
from entente.places import DEMOGRAPHICS, GROUPS, Demographic, Group
from entente.world.movement.corridor.cells import RATES
from entente.world.movement.corridor.month import moved, spread_over, wandered
from entente.world.movement.corridor.stages import STAGES, Flow, Stage

from . import plain

HND = GROUPS.index(Group.HND)
MEX = GROUPS.index(Group.MEX)
ADULT = DEMOGRAPHICS.index(Demographic.SINGLE_ADULT)
ALONE = DEMOGRAPHICS.index(Demographic.UNACCOMPANIED_CHILD)


def _wild(seed: int, draws: int) -> tuple[np.ndarray, np.ndarray]:
    """Give any rates and any ledger, of any size from nobody to a million."""
    dice = np.random.default_rng(seed)
    rates = plain.quiet(draws)
    for name in RATES.names or ():
        kind, shape = RATES[name].base.kind, rates[name].shape
        scale = 10 ** dice.uniform(-1, 4)
        rates[name] = dice.integers(0, 3000, shape) if kind == "i" else dice.random(shape) * scale
    for name in ("held_still", "held_new", "returned", "again", "wait_share", "wait_ending",
                 "wait_relief", "sent_home", "barred", "court_granted",
                 "leaves_list", "transfer_access"):  # fmt: skip
        rates[name] = dice.random(rates[name].shape)
    rates["journey"] = dice.uniform(0.1, 2, rates["journey"].shape)
    ended = dice.dirichlet(np.ones(3), rates["granted"].shape)
    rates["granted"], rates["refused"] = ended[..., 0], ended[..., 1]
    rates["family"] = dice.dirichlet(np.ones(len(DEMOGRAPHICS)), rates["family"].shape[:2])
    rates["transfer"] = dice.dirichlet(np.ones(5), rates["transfer"].shape[:3])[..., :4]
    rates["may_transfer"] = dice.dirichlet(np.ones(5), rates["transfer"].shape[:3])[..., :4]
    people = dice.integers(0, int(10 ** dice.uniform(0.1, 4)), plain.nobody(draws).shape)
    return rates, people


@given(seed=st.integers(0, 2**32 - 1))
def test_people_are_conserved_to_the_integer_under_any_rates(seed):
    rates, people = _wild(seed, draws=3)
    start, departed = people.sum(axis=(1, 4)), 0
    for month in range(4):
        people, flows, _ = moved(Luck(seed, 3).of(str(month)), rates, people)
        departed = departed + flows[:, Flow.DEPARTED]
        assert (people >= 0).all()
        assert (start + departed == people.sum(axis=(1, 4))).all()


@given(seed=st.integers(0, 2**32 - 1))
def test_events_reconcile_with_persons(seed):
    rates, people = _wild(seed, draws=2)
    after, flows, transferred = moved(Luck(seed, 2), rates, people)
    met = flows[:, Flow.APPREHENDED] + flows[:, Flow.AT_PORT]
    given_a_way = sum(
        flows[:, flow]
        for flow in (Flow.TRANSFERRED, Flow.SENT_TO_WAIT, Flow.RELEASED, Flow.RETURNED_BY_USA)
    )
    assert (met == given_a_way).all()
    assert (flows[:, Flow.FIRST_MET] <= met).all()
    assert (transferred.sum(axis=1) == flows[:, Flow.TRANSFERRED].sum(axis=(1, 2))).all()
    assert (transferred <= rates["transfer_places"]).all()
    assert (flows[:, Flow.BEGAN_APPLICATION] <= flows[:, Flow.TRANSFERRED]).all()
    joined = after[:, Stage.TRANSFERRED] - people[:, Stage.TRANSFERRED]
    assert (joined.sum(axis=3) == flows[:, Flow.TRANSFERRED]).all()


@given(seed=st.integers(0, 2**32 - 1))
def test_capacities_are_never_exceeded(seed):
    rates, people = _wild(seed, draws=3)
    after, flows, _ = moved(Luck(seed, 3), rates, people)
    held_before = people[:, Stage.DETAINED].sum(axis=(1, 2, 3))
    held = after[:, Stage.DETAINED].sum(axis=(1, 2, 3))
    assert (held <= np.maximum(held_before, rates["places"])).all()
    assert (flows[:, Flow.AT_PORT].sum(axis=(1, 2)) <= rates["quota"]).all()


def test_without_pressure_or_people_nothing_happens():
    after, flows, transferred = moved(Luck(1, 5), plain.quiet(5), plain.nobody(5))
    assert not after.any()
    assert not flows.any()
    assert not transferred.any()


def test_any_split_of_the_draws_gives_the_same_people():
    rates, people = _wild(11, draws=8)
    luck = Luck(5, 8).of("2019-07")
    whole = moved(luck, rates, people)
    parts = [
        moved(Luck(5, 4, first, luck.name), rates[part], people[part])
        for first, part in ((0, slice(4)), (4, slice(4, 8)))
    ]
    for index in range(3):
        assert (whole[index] == np.concatenate([part[index] for part in parts])).all()


def test_luck_stays_with_its_purpose_when_another_part_of_the_month_changes():
    rates, people = _wild(3, draws=50)
    changed = rates.copy()
    changed["closed_usa"] = 0
    one, other = (moved(Luck(2, 50), r, people) for r in (rates, changed))
    assert (one[1][:, Flow.DETAINED] == other[1][:, Flow.DETAINED]).all()
    assert (one[1][:, Flow.APPREHENDED] == other[1][:, Flow.APPREHENDED]).all()
    assert (one[1][:, Flow.CLOSED_IN_COURT] != other[1][:, Flow.CLOSED_IN_COURT]).any()


def test_expected_arrivals_are_the_forecast_however_much_is_interdicted():
    for detention in (0.0, 0.2, 1.0):
        rates = plain.quiet(400)
        rates["arrivals"][:, HND] = 3000.0
        rates["detention"][:, HND] = detention
        rates["claims"][:, HND] = 0.1
        rates["returned"] = 0.7
        people = plain.nobody(400)
        for month in range(4):
            people, flows, _ = moved(Luck(1, 400).of(str(month)), rates, people)
            arrived = flows[:, Flow.APPREHENDED].sum(axis=(1, 2))
            assert abs(arrived.mean() - 3000) < 4 * np.sqrt(3000 / 400)
        detained = flows[:, Flow.DETAINED].sum(axis=(1, 2)).mean()
        assert detained == pytest.approx(3000 * detention, rel=0.02, abs=1e-9)


def test_a_full_detention_lets_people_pass_and_fewer_set_out():
    rates = plain.quiet(100)
    rates["arrivals"][:, HND] = 3000.0
    rates["detention"][:, HND] = 0.5
    rates["places"] = 100.0
    people, flows, _ = moved(Luck(1, 100), rates, plain.nobody(100))
    assert (people[:, Stage.DETAINED].sum(axis=(1, 2, 3)) <= 100).all()
    assert flows[:, Flow.DETAINED].sum(axis=(1, 2)).mean() == pytest.approx(200, rel=0.05)
    assert flows[:, Flow.APPREHENDED].sum(axis=(1, 2)).mean() == pytest.approx(3000, rel=0.01)


def test_mexicans_and_children_alone_are_not_returned_to_wait():
    rates = plain.quiet(50)
    rates["arrivals"] = 500.0
    rates["wait_share"], rates["wait_places"] = 1.0, 1e6
    _, flows, _ = moved(Luck(1, 50), rates, plain.nobody(50))
    waiting = flows[:, Flow.SENT_TO_WAIT]
    assert not waiting[:, MEX].any()
    assert not waiting[:, :, ALONE].any()
    assert (waiting[:, HND, ADULT] == flows[:, Flow.APPREHENDED, HND, ADULT]).all()


def test_counts_follow_the_law_of_single_persons():
    """Ten thousand draws of each; chi-square on the joint count of the three fullest cells."""
    draws = 10_000
    start = {Stage.IN_TRANSIT: 4, Stage.TRIES_NEXT: 1, Stage.TRIES_IN_THREE: 1,
             Stage.DETAINED: 3, Stage.IN_COURT: 3, Stage.SENT_TO_WAIT: 2,
             Stage.ASYLUM: 2}  # fmt: skip
    rate = {
        "arrivals": 4.0, "journey": 0.6, "detention": 0.5, "claims": 0.3, "held_still": 0.3,
        "held_new": 0.5, "returned": 0.7, "again": 0.4, "closed_usa": 2, "closed_mexico": 1,
        "court_granted": 0.4, "granted": 0.3, "refused": 0.4,
        "wait_ending": 0.5, "wait_relief": 0.3, "wait_share": 0.3, "sent_home": 0.4, "barred": 0.5,
    }  # fmt: skip
    rates = plain.quiet(draws)
    rates["wait_places"] = 1e6
    rates["family"][:] = np.eye(len(DEMOGRAPHICS))[ADULT]
    for name, value in rate.items():
        rates[name][(...,) if rates[name].ndim == 1 else (slice(None), HND)] = value
    people = plain.nobody(draws)
    for stage, count in start.items():
        people[:, stage, HND, ADULT, 0] = count
    after, _, _ = moved(Luck(7, draws), rates, people)
    counted = after[:, :, HND, ADULT].reshape(draws, STAGES * 2)
    dice = np.random.default_rng(1)
    everyone = [(stage, 0) for stage, count in start.items() for _ in range(count)]
    results = [plain.Persons(rate, dice).month(everyone) for _ in range(draws)]
    persons = np.array([[result[cell] for cell in plain.CELLS] for result in results])
    for index in range(STAGES * 2):
        assert _same_law(counted[:, [index]], persons[:, [index]]), plain.CELLS[index]
    joint = [plain.CELLS.index((stage, met)) for stage, met in
             ((Stage.IN_TRANSIT, 0), (Stage.DETAINED, 0), (Stage.IN_COURT, 1))]  # fmt: skip
    assert _same_law(counted[:, joint], persons[:, joint])


def test_at_zero_load_people_end_where_the_linear_chain_says():
    """Rival: shares absorbed B = N R, N = (I - Q)^-1, of detention and trying again after it."""
    still, returned, again = 0.3, 0.7, 0.4
    third = returned * again / 3
    live = [[still, *(3 * [(1 - still) * third])], [0, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0]]
    ends = [[(1 - still) * (1 - returned), (1 - still) * returned * (1 - again)],
            [1, 0], [0, 0], [0, 0]]  # fmt: skip
    shares = (np.linalg.inv(np.eye(4) - np.array(live)) @ np.array(ends))[0]
    rates = plain.quiet(400)
    rates["held_still"], rates["returned"] = still, returned
    rates["again"][:, HND] = again
    people = plain.nobody(400)
    people[:, Stage.DETAINED, HND, ADULT, 0] = 1000
    for month in range(40):
        people, _, _ = moved(Luck(6, 400).of(str(month)), rates, people)
    ended = people[:, [Stage.IN_TRANSIT, Stage.RETURNED_BY_MEXICO], HND, ADULT].sum(axis=2)
    assert (ended.sum(axis=1) == 1000).all()
    error = np.sqrt(shares * (1 - shares) / 400_000)
    assert (np.abs(ended.mean(axis=0) / 1000 - shares) < 4 * error).all()


def _same_law(one: np.ndarray, other: np.ndarray) -> bool:
    """Compare two samples of count vectors [draw, cell]; rare outcomes are pooled."""
    tallies = [Counter(map(tuple, sample.tolist())) for sample in (one, other)]
    outcomes = sorted(set(tallies[0]) | set(tallies[1]))
    table = np.array([[tally[outcome] for outcome in outcomes] for tally in tallies])
    common = table.sum(axis=0) >= 20
    pooled = np.c_[table[:, common], table[:, ~common].sum(axis=1)]
    pooled = pooled[:, pooled.sum(axis=0) > 0]
    return pooled.shape[1] < 2 or stats.chi2_contingency(pooled).pvalue > 1e-4


_PLAIN = """
import numpy as np
from entente.luck import Luck
from entente.world.movement.corridor.cells import RATES
from entente.world.movement.corridor.month import moved
with np.load({path!r}) as saved, np.errstate(over="ignore"):
    rates = saved["rates"].view(np.recarray)
    for name, got in zip(("people", "flows", "sent"), moved(Luck(9, 2), rates, saved["before"])):
        assert (got == saved[name]).all(), name
"""


def test_the_compiled_month_is_its_plain_python(tmp_path):
    rates, people = _wild(21, draws=2)
    after, flows, sent = moved(Luck(9, 2), rates, people)
    path = str(tmp_path / "month.npz")
    np.savez(path, rates=rates, before=people, people=after, flows=flows, sent=sent)
    run = subprocess.run(
        [sys.executable, "-c", _PLAIN.format(path=path)],
        env={**os.environ, "NUMBA_DISABLE_JIT": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr


def test_spread_people_add_up_and_shares_wander_around_themselves():
    luck = Luck(3, 4000)
    shares = np.tile([0.5, 0.3, 0.2], (4000, 1))
    out = spread_over(luck, shares, np.full(4000, 1000))
    assert (out.sum(axis=1) == 1000).all()
    np.testing.assert_allclose(out.mean(axis=0), [500, 300, 200], rtol=0.01)
    later = wandered(luck, np.full(4000, 474.0), shares[:, None])[:, 0]
    np.testing.assert_allclose(later.mean(axis=0), [0.5, 0.3, 0.2], atol=0.002)
    np.testing.assert_allclose(later.sum(axis=1), 1.0)
