"""Laws and twins of the two rule books: nobody is lost, and closures act downstream and later."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chi2_contingency

from entente.luck import Luck
from entente.world.movement.displacement.displace import Displacement, displace
from entente.world.movement.displacement.folder import Folder, read
from entente.world.movement.displacement.inflow import Source
from entente.world.movement.displacement.rules import ENTENTE, FLEE, EntenteRules, FleeRules

from .folders import write

EXAMPLE = Path(__file__).parent / "example"
SURE = replace(ENTENTE, doubt_country=0.0, doubt_camp=0.0, doubt_origin=0.0)
BOOKS = pytest.mark.parametrize("rules", [ENTENTE, FLEE], ids=["entente", "flee"])


def adds_up(result: Displacement) -> bool:
    placed = result.in_camp.sum(axis=2) + result.on_road + result.elsewhere
    everything = min(result.in_camp.min(), result.on_road.min(), result.elsewhere.min())
    return bool((placed == result.entered).all()) and everything >= 0


@st.composite
def folders(draw: st.DrawFn, base: Path) -> Folder:
    """Make a connected map of zones, towns, hubs, markers and camps, with closures."""
    kinds = ["town", "forwarding_hub", "marker", "camp", "idpcamp", "conflict_zone"]
    size = draw(st.integers(3, 8))
    kind = ["conflict_zone", "camp", *(draw(st.sampled_from(kinds)) for _ in range(size - 2))]
    places = [
        (f"P{n}", draw(st.sampled_from("AB")) if n else "A", kind[n], draw(st.integers(0, 3000)))
        for n in range(size)
    ]
    roads = [
        (f"P{draw(st.integers(0, n - 1))}", f"P{n}", draw(st.integers(0, 500)))
        for n in range(1, size)
    ]
    closures = []
    for _ in range(draw(st.integers(0, 3))):
        first = draw(st.integers(0, 12))
        last = first + draw(st.integers(1, 8))
        a, b, _ = draw(st.sampled_from(roads))
        closures.append(
            draw(st.sampled_from([f"link,{a},{b}", f"location,{b},", "country,A,B", "camp,P1,"]))
            + f",{first},{last}"
        )
    series = {
        name: {0: draw(st.integers(0, 50)), 9: draw(st.integers(0, 5000)), 15: 4000}
        for name, _, what, _ in places
        if what in ("camp", "idpcamp")
    }
    return read(write(base, places, roads, series, days=16, closures=closures))


@BOOKS
@pytest.mark.parametrize("use_capacity", [False, True])
def test_nobody_is_lost_on_any_day_of_any_draw(
    rules: EntenteRules | FleeRules, use_capacity: bool, tmp_path_factory: pytest.TempPathFactory
) -> None:
    base = tmp_path_factory.mktemp("map")

    @given(folder=folders(base), seed=st.integers(0, 99))
    def conserved(folder: Folder, seed: int) -> None:
        luck = Luck(seed, 3)
        assert adds_up(displace(folder, luck, rules=rules, use_capacity=use_capacity))

    conserved()


@BOOKS
def test_twice_the_draws_give_the_same_first_half(rules: EntenteRules | FleeRules) -> None:
    folder = read(EXAMPLE)
    whole = displace(folder, Luck(7, 8), rules=rules).in_camp
    halves = [displace(folder, Luck(7, 4, first), rules=rules).in_camp for first in (0, 4)]
    odd = displace(folder, Luck(7, 3, 3), rules=rules).in_camp
    assert (whole == np.concatenate(halves)).all()
    assert (whole[3:6] == odd).all()


@BOOKS
def test_capacities_and_later_registrations_do_not_say_who_goes_where(
    rules: EntenteRules | FleeRules, tmp_path: Path
) -> None:
    places = [("Z", "A", "conflict_zone", 500), ("B", "B", "camp", 60), ("C", "C", "camp", 900)]
    roads = [("Z", "B", 100), ("Z", "C", 150)]
    total = {0: 10, 19: 2000}
    seen = {"B": {0: 10, 19: 1500}, "C": {0: 0, 19: 500}}
    unseen = {"B": {0: 10}, "C": {0: 0, 19: 77}}
    emptied = [(name, land, kind, 500 if name == "Z" else 0) for name, land, kind, _ in places]
    results = [
        displace(read(write(tmp_path / str(n), *made, total=total)), Luck(1, 5), rules=rules,
                 source=Source.TOTAL).in_camp
        for n, made in enumerate([(places, roads, seen), (emptied, roads, unseen)])
    ]  # fmt: skip
    assert (results[0] == results[1]).all()


@BOOKS
def test_a_closed_link_changes_counts_only_downstream_and_after_the_way(
    rules: EntenteRules | FleeRules, tmp_path: Path
) -> None:
    places = [
        ("Z", "A", "conflict_zone", 500),
        ("T", "A", "forwarding_hub", 0),
        ("C", "B", "camp", 0),
        ("Y", "A", "conflict_zone", 500),
        ("D", "D", "camp", 0),
    ]
    roads = [("Z", "T", 90), ("T", "C", 100), ("Y", "D", 60)]
    series = {"C": {0: 0, 29: 6000}, "D": {0: 0, 29: 3000}}
    open_, shut = (
        displace(
            read(write(tmp_path / name, places, roads, series, days=30, closures=closures)),
            Luck(3, 4),
            rules=rules,
        )
        for name, closures in (("open", []), ("shut", ["link,T,C,12,20"]))
    )
    assert (open_.in_camp[:, :, 1] == shut.in_camp[:, :, 1]).all()  # D is not downstream
    assert (open_.in_camp[:, :12, 0] == shut.in_camp[:, :12, 0]).all()
    if rules is ENTENTE:  # the peer's camps also lose people again
        assert (shut.in_camp[:, 12:20, 0] == shut.in_camp[:, 12:13, 0]).all()
    assert (open_.in_camp[:, 19, 0] > shut.in_camp[:, 19, 0]).all()
    assert (shut.in_camp[:, 29, 0] > shut.in_camp[:, 20, 0]).all()
    assert adds_up(shut)


def test_no_draw_passes_a_capacity_that_is_read(tmp_path: Path) -> None:
    places = [("Z", "A", "conflict_zone", 9), ("B", "B", "camp", 800), ("C", "C", "camp", 0)]
    series = {"B": {0: 0, 19: 3000}, "C": {0: 0, 19: 3000}}
    folder = read(write(tmp_path, places, [("Z", "B", 50), ("Z", "C", 300)], series))
    freely = displace(folder, Luck(1, 20)).in_camp
    held = displace(folder, Luck(1, 20), use_capacity=True).in_camp
    assert freely[:, -1, 0].max() > 1000
    # each day's choosers see the room of its morning, so one day's people may overshoot
    assert held[:, -1, 0].max() <= 1000 + 6000 / 19


def plain(folder: Folder, people: int, luck: np.random.Generator) -> tuple[int, ...]:
    """Move persons one by one who set out on day 1; return both camps' counts on days 4 and 6."""
    pull = [(10.0 + km) ** -2.5 for km in (100, 150)]
    share = pull[0] / sum(pull)
    legs = {0: [2, 1], 1: [4, 1]}  # days: 60 km on foot, 40 by road; 140 km on foot, 10 by road
    arrivals = [0, 0, 0, 0]
    for _ in range(people):
        camp = 0 if luck.random() < share else 1
        day = 1 + sum(legs[camp])
        arrivals[camp] += day <= 4
        arrivals[2 + camp] += day <= 6
    return tuple(arrivals)


def test_counts_follow_the_law_of_persons_moved_one_by_one(tmp_path: Path) -> None:
    places = [("Z", "A", "conflict_zone", 5), ("T", "B", "town", 0), ("U", "C", "town", 0),
              ("B", "B", "camp", 0), ("C", "C", "camp", 0)]  # fmt: skip
    roads = [("Z", "T", 60), ("T", "B", 40), ("Z", "U", 140), ("U", "C", 10)]
    series = {"B": {0: 0, 1: 6}, "C": {0: 0}}
    folder = read(write(tmp_path, places, roads, series, days=8))
    rules = replace(SURE, unrest=0.0)
    draws = 4000
    fast = displace(folder, Luck(5, draws), rules=rules, source=Source.CAMPS).in_camp
    counted = [tuple(row) for row in fast[:, [4, 6]].reshape(draws, 4).tolist()]
    generator = np.random.default_rng(5)
    walked = [plain(folder, 6, generator) for _ in range(draws)]
    outcomes = sorted(set(counted) | set(walked))
    table = np.array([[rows.count(o) for o in outcomes] for rows in (counted, walked)])
    common = table[:, table.sum(axis=0) >= 20]
    assert common.sum() > 1.9 * draws
    assert chi2_contingency(common).pvalue > 0.001


def test_flee_people_walk_35_km_a_day_at_first_and_must_pass_the_length(tmp_path: Path) -> None:
    places = [("Z", "A", "conflict_zone", 5), ("B", "B", "camp", 0)]
    series = {"B": {0: 0, 1: 1000}}
    rules = replace(FLEE, camp_chance=0.0)
    for km, day in ((34, 1), (35, 2), (70, 3), (100, 3)):
        folder = read(write(tmp_path / str(km), places, [("Z", "B", km)], series, days=6))
        counts = displace(folder, Luck(1, 1), rules=rules).in_camp[0, :, 0]
        assert counts.tolist() == [0] * day + [1000] * (6 - day)


def test_flee_people_weigh_camps_by_ten_km_more_than_their_distance(tmp_path: Path) -> None:
    places = [("Z", "A", "conflict_zone", 5), ("B", "B", "camp", 0), ("C", "B", "camp", 0)]
    series = {"B": {0: 0, 1: 30_000}, "C": {0: 0}}
    roads = [("Z", "B", 90), ("Z", "C", 190)]
    folder = read(write(tmp_path, places, roads, series, days=9))
    rules = replace(FLEE, camp_chance=0.0)
    counts = displace(folder, Luck(1, 50), rules=rules, source=Source.CAMPS).in_camp[:, -1]
    assert counts.sum(axis=1).tolist() == [30_000] * 50
    # 2/100 against 2/200: two thirds to the nearer camp
    assert abs(counts[:, 0].mean() - 20_000) < 4 * np.sqrt(30_000 * 2 / 9 / 50)


def test_flee_people_end_where_the_linear_chain_says(tmp_path: Path) -> None:
    """Rival: shares absorbed B = N R, N = (I - Q)^-1, where camps keep all and places pass on."""
    places = [("Z", "A", "conflict_zone", 5), ("T", "A", "town", 0), ("U", "A", "town", 0),
              ("B", "B", "camp", 0), ("C", "C", "camp", 0)]  # fmt: skip
    roads = [("Z", "T", 40), ("Z", "U", 90), ("T", "U", 60), ("T", "B", 120), ("U", "C", 30)]
    folder = read(write(tmp_path, places, roads, {"B": {0: 0, 1: 40_000}, "C": {0: 0}}, days=120))
    rules = replace(FLEE, camp_chance=0.0)
    score = {"Z": rules.conflict_weight, "B": rules.camp_weight, "C": rules.camp_weight}
    names = [place[0] for place in places]
    weight = np.zeros((5, 5))
    for one, other, km in roads:
        for start, end in ((one, other), (other, one)):
            weight[names.index(start), names.index(end)] = score.get(end, 1.0) / (10 + km)
    chance = weight / weight.sum(axis=1, keepdims=True)
    visits = np.linalg.inv(np.eye(3) - chance[:3, :3])
    ends = (visits @ chance[:3, 3:])[0]
    counts = displace(folder, Luck(1, 30), rules=rules).in_camp[:, -1]
    assert counts.sum() > 0.999 * 30 * 40_000
    shares = counts.sum(axis=0) / counts.sum()
    np.testing.assert_allclose(shares, ends, atol=4 * np.sqrt(0.25 / (30 * 40_000)))


def test_flee_people_pass_through_a_town_when_the_day_is_young(tmp_path: Path) -> None:
    places = [("Z", "A", "conflict_zone", 5), ("T", "A", "town", 0), ("B", "B", "camp", 0)]
    roads = [("Z", "T", 20), ("T", "B", 30)]
    folder = read(write(tmp_path, places, roads, {"B": {0: 0, 1: 5000}}, days=3))
    result = displace(folder, Luck(1, 5), rules=replace(FLEE, camp_chance=0.0))
    # 20 km on foot, then on at once: to the camp, or back to the zone and out again
    assert (result.in_camp[:, 1, 0] > 4500).all()
    loose = replace(FLEE, camp_chance=0.0, avoid_short_stints=False)
    assert (displace(folder, Luck(1, 5), rules=loose).in_camp[:, 1, 0] < 4000).all()
