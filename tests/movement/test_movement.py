"""The facade: what is seen, what the levers do, and the year 2019 as it was."""

import csv
from dataclasses import replace
from datetime import date
from functools import cache

import numpy as np
import pytest

from entente.evidence import Assignment, Lever, Levers, Pledge
from entente.luck import Luck
from entente.places import DEMOGRAPHICS, GROUPS, SECTORS, Group
from entente.problems import InputProblemsError, NoSolutionError
from entente.world import sources
from entente.world.measures import BY_NAME, RECEIVING
from entente.world.movement.corridor.stages import Stage
from entente.world.movement.levers.cohorts import cohorts
from entente.world.movement.movement import SERIES, Movement, MovementState
from entente.world.movement.past import Past

JUNE = np.datetime64("2019-06", "M")
JANUARY = np.datetime64("2019-01", "M")
SITES = Lever("return_to_wait_sites", "USA", "MEX")
# Sites open, mean over the month's days (DHS opening dates).
OPEN_2019 = (0.1, 1.0, 1.6, 3.0, 3.0, 3.0, 4.2, 5.0, 5.0, 5.1, 6.0, 6.0)


@cache
def _actual(start: np.datetime64, months: int, draws: int, seed: int = 1) -> Movement:
    """Open a run on the arrivals that were, with no effect of anything on them."""
    table = sources.border_counts()
    first = int((start - table.first).astype(int))
    usual = np.repeat(table.counts[first : first + months].astype(float)[None], draws, axis=0)
    effect = np.zeros((draws, len(GROUPS), 6))
    return Movement.given_outlook(start, Luck(seed, draws), Past.before(start), usual, effect)


def _run(movement: Movement, levers: list[Levers]) -> list[MovementState]:
    states = [movement.begin()]
    for lever in levers:
        states.append(movement.respond(states[-1], lever, movement.luck))
    return states


def _pledge(draws: int, level: float = 6000.0) -> dict[str, Pledge]:
    return {"guard_south": Pledge(np.full(draws, level), date(2019, 6, 7), date(2019, 7, 22))}


def _assigned(draws: int, quantity: str, outcome: str, nationality: str) -> dict[str, Assignment]:
    who = np.array([n == nationality for n in cohorts().columns["nationality"]])
    shares = np.zeros((draws, len(who), 2))
    shares[:, who, 1] = 1
    shares[:, ~who, 0] = 1
    return {quantity: Assignment(("USA", outcome), shares)}


def test_a_run_carries_the_people_and_the_record_that_history_left():
    movement = _actual(JUNE, 3, 20)
    state = movement.begin()
    assert state.month == JUNE - 1
    series, _ = movement.observe(state)
    assert set(series) == set(SERIES)
    seen = series["apprehensions"]
    assert seen.month_at(seen.values.shape[1] - 1) == JUNE - 1
    assert (seen.values[:, -1] == 132_856).all()
    assert (series["apprehensions_GTM"].values[:, -1] == 45_020).all()
    assert series["guard_south"].first == JUNE - 1
    assert (state.stocks[:, Stage.PROTECTED_MEXICO :] == 0).all()


def test_each_month_adds_what_happened_to_what_can_be_seen():
    movement = _actual(JUNE, 3, 20)
    states = _run(movement, [Levers()] * 3)
    series, who = movement.observe(states[-1])
    for name in ("apprehensions", "detentions_mexico", "guard_south"):
        for back, state in zip((-1, -2, -3), reversed(states[1:]), strict=True):
            total = state.measures[name].reshape(20, -1).sum(axis=1)
            assert (series[name].values[:, back] == total).all()
    assert len(who.names) == len(GROUPS) * len(DEMOGRAPHICS) * 3
    assert all(len(column) == len(who.names) for column in who.columns.values())


def test_measures_carry_their_declared_axes_and_reconcile():
    state = _run(_actual(JUNE, 1, 20), [Levers()])[-1]
    for name, values in state.measures.items():
        axes = BY_NAME[name].axes
        assert values.shape[0] == 20, name
        assert values.ndim == 1 + len(axes), name
        assert np.isfinite(values).all(), name
    m = state.measures
    total = m["apprehensions"].sum(axis=1)
    assert (m["apprehensions_sector"].sum(axis=1) == total).all()
    assert (m["apprehensions_demographic"].sum(axis=1) == total).all()
    assert (m["encounters"] == total + m["port_encounters"]).all()
    assert (m["distinct_persons"] < m["encounters"]).all()


def test_twice_the_draws_give_the_same_first_half():
    levers = Levers()
    small, large = (_run(_actual(JUNE, 3, draws), [levers] * 3)[-1] for draws in (15, 30))
    assert (large.stocks[:15] == small.stocks).all()
    for name, values in small.measures.items():
        assert (large.measures[name][:15] == values).all(), name


def test_more_sites_send_more_people_to_wait_and_none_sends_nobody():
    movement = _actual(JUNE, 2, 60)
    sent = [
        _run(movement, [Levers(levels={SITES: np.full(60, n)})] * 2)[-1]
        .measures["return_to_wait"].sum(axis=1)
        for n in (0.0, 3.0, 7.0)
    ]  # fmt: skip
    assert (sent[0] == 0).all()
    assert sent[0].mean() < sent[1].mean() < sent[2].mean()
    silent = _run(movement, [Levers()] * 2)[-1].measures["return_to_wait"].sum(axis=1)
    assert (silent == sent[1]).all()  # three sites were open in May 2019


def test_practice_goes_on_beside_a_text_that_names_its_own_lever():
    movement = _actual(JUNE, 1, 20)
    practice = movement.practice()
    silent = _run(movement, [Levers()])[-1]
    assert (_run(movement, [practice])[-1].stocks == silent.stocks).all()
    none = {Lever("return_to_wait_sites", "MEX", "USA"): np.zeros(20)}
    ended = _run(movement, [Levers(levels={**practice.levels, **none})])[-1]
    assert not ended.measures["return_to_wait"].any()


def test_a_run_far_from_the_reported_stocks_says_so():
    assert _actual(JUNE, 1, 5).notes == ()
    assert "2019-06" in _actual(JANUARY, 12, 300).notes[0]


def test_people_are_transferred_as_far_as_there_are_places():
    movement = _actual(JUNE, 1, 40)
    capacity = Lever("transfer_capacity", "GTM", "GTM")
    levers = Levers(
        levels={capacity: np.full(40, 500.0)},
        assignments=_assigned(40, "responsibility", "GTM", "HND"),
    )
    month = _run(movement, [levers])[-1].measures
    assert (month["transferred"][:, RECEIVING.index("GTM")] == 500).all()
    assert month["transferred"].sum() == 500 * 40
    assert (month["transfer_shortfall"] > 10_000).all()
    assert (month["transfer_access"] < 100).all()
    free = replace(levers, levels={capacity: np.full(40, 1e6)})
    month = _run(movement, [free])[-1].measures
    assert (month["transfer_shortfall"] == 0).all()
    assert (month["transferred"].sum(axis=1) > 25_000).all()


def test_a_transfer_that_is_only_allowed_is_never_owed():
    movement = _actual(JUNE, 1, 40)
    levers = Levers(
        levels={Lever("transfer_capacity", "GTM", "GTM"): np.full(40, 500.0)},
        assignments=_assigned(40, "transfer_gtm", "GTM", "HND"),
    )
    month = _run(movement, [levers])[-1].measures
    assert (month["transferred"].sum(axis=1) == 500).all()
    assert (month["transfer_shortfall"] == 0).all()
    both = replace(
        levers,
        assignments={**levers.assignments, **_assigned(40, "responsibility", "GTM", "SLV")},
    )
    month = _run(movement, [both])[-1].measures
    assert (month["transferred"].sum(axis=1) == 500).all()
    assert (month["transfer_shortfall"] > 5_000).all()


def test_an_answer_that_is_no_receiving_state_moves_nobody():
    movement = _actual(JUNE, 1, 10)
    levers = Levers(assignments=_assigned(10, "responsibility", "MISSING", "HND"))
    month = _run(movement, [levers])[-1].measures
    assert not month["transferred"].any()
    assert not month["transfer_shortfall"].any()


def test_a_bar_lowers_protection_and_nothing_else():
    movement = _actual(JUNE, 8, 200)
    barred = Levers(assignments=_assigned(200, "eligibility", "BARRED", "GTM"))
    free, bound = (
        sum(state.measures["protected_usa"] for state in _run(movement, [levers] * 8)[1:])
        for levers in (Levers(), barred)
    )
    assert bound.mean() < 0.9 * free.mean()


def test_a_bar_in_one_state_binds_where_people_are_met():
    movement = _actual(JUNE, 1, 50)
    places = np.array([place == "US-CA" for place in cohorts().columns["place"]])
    shares = np.zeros((50, len(places), 2))
    shares[:, places, 1] = 1
    shares[:, ~places, 0] = 1
    levers = Levers(assignments={"eligibility": Assignment(("NOT_BARRED", "BARRED"), shares)})
    state = _run(movement, [levers])[-1]
    barred = state.stocks[:, Stage.IN_COURT_BARRED].sum(axis=(1, 2, 3))
    free = state.stocks[:, Stage.IN_COURT].sum(axis=(1, 2, 3))
    west = state.sectors[:, SECTORS.index("ELC")] + state.sectors[:, SECTORS.index("SDC")]
    np.testing.assert_allclose(barred / (barred + free), west, atol=0.02)


def test_a_programme_raises_detentions_and_leaves_arrivals_to_the_forecast():
    movement = _actual(JUNE, 2, 200)
    idle = _run(movement, [Levers()] * 2)[-1].measures
    busy = _run(movement, [Levers(pledges=_pledge(200))] * 2)[-1].measures
    assert busy["detentions_mexico"].sum() > 1.15 * idle["detentions_mexico"].sum()
    assert busy["apprehensions"].sum() == pytest.approx(idle["apprehensions"].sum(), rel=0.002)
    assert busy["departures"].sum() > idle["departures"].sum()


def test_a_run_beyond_its_months_or_before_the_record_is_refused():
    movement = _actual(JUNE, 1, 5)
    states = _run(movement, [Levers()])
    with pytest.raises(NoSolutionError, match="2019-07"):
        movement.respond(states[-1], Levers(), movement.luck)
    with pytest.raises(InputProblemsError, match="family status"):
        Past.before(np.datetime64("2015-01", "M"))
    with pytest.raises(InputProblemsError):
        Past.before(np.datetime64("2031-01", "M"))


def test_a_run_opens_on_the_forecast_and_knows_no_later_month():
    luck = Luck(1, 30)
    movement = Movement.open(JUNE, 4, luck)
    table = sources.border_counts()
    known = replace(
        table,
        **{
            name: getattr(table, name)[: int((JUNE - table.first).astype(int))]
            for name in ("counts", "demographics", "cross")
        },
    )
    blind = Movement.open(JUNE, 4, luck, known)
    for opened in (movement, blind):
        assert opened.usual.shape == (30, 4, len(GROUPS))
    one, other = (_run(m, [Levers(pledges=_pledge(30))] * 4)[-1] for m in (movement, blind))
    assert (one.stocks == other.stocks).all()


def test_detentions_of_2019_come_out_month_by_month(reference):
    """Rival: INM's monthly detentions of Central Americans (bulletin of September 2019)."""
    with (reference / "migration" / "inm_mexico_detentions_returns.csv").open() as file:
        reported = {
            row["period"]: float(row["value"])
            for row in csv.DictReader(file)
            if row["group"] == "Central America" and row["measure"] == "detention_events"
        }
    states = _year_2019()
    central = [GROUPS.index(g) for g in (Group.GTM, Group.HND, Group.SLV)]
    ours = {
        str(state.month): state.measures["detentions_mexico"][:, central].sum(axis=1).mean()
        for state in states
    }
    months = [period for period in reported if period in ours]
    assert len(months) == 7
    for month in months:
        assert ours[month] == pytest.approx(reported[month], rel=0.25), month
    nine = sum(list(ours.values())[:9])
    assert nine == pytest.approx(reported["2019-01..2019-09"], rel=0.1)


def test_returns_to_wait_and_claims_of_2019_come_out_over_the_year():
    """Rival: CBP, 55,800 enrolments; COMAR, 70,310 applications in 2019."""
    states = _year_2019()
    for name, reported in (("return_to_wait", 55_800), ("asylum_claims_mexico", 70_310)):
        total = sum(state.measures[name].sum(axis=1).mean() for state in states)
        assert total == pytest.approx(reported, rel=0.25), name


@cache
def _year_2019() -> list[MovementState]:
    draws = 300
    movement = _actual(JANUARY, 12, draws)
    levers = [
        Levers(
            levels={SITES: np.full(draws, sites)},
            pledges=_pledge(draws) if month >= 5 else {},
        )
        for month, sites in enumerate(OPEN_2019)
    ]
    return _run(movement, levers)[1:]


def test_most_sector_shares_of_the_summer_of_2019_come_out():
    """Rival: OHSS apprehensions by sector, June to August 2019, from shares of May.

    El Paso, Yuma and Del Rio miss: no series says how groups divide over sectors before October
    2019, so a sector cannot empty because the group that used it stopped coming.
    """
    states = _run(_actual(JUNE, 3, 300), [Levers()] * 3)[1:]
    ours = sum(state.measures["apprehensions_sector"].mean(axis=0) for state in states)
    table = sources.sector_counts()
    first = int((JUNE - table.first).astype(int))
    reported = table.counts[first : first + 3].sum(axis=0)
    ratio = (ours / ours.sum()) / (reported / reported.sum())
    close = {sector for sector, r in zip(SECTORS, ratio, strict=True) if 0.75 < r < 1.25}
    assert len(close) >= 6
    assert "RGV" in close
