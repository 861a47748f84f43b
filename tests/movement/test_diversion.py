"""Diversion between routes, and what every month says of people."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from entente.evidence import Lever, Levers
from entente.places import DEMOGRAPHICS, SECTORS, Sector
from entente.world.movement.levers.diversion import ROUTES, diverted, held_up, stopped

from .test_movement import JUNE, _actual, _run

GIVEN = {
    "movement.diversion_within": np.array([0.3]),
    "movement.diversion_between": np.array([0.8]),
}
RGV, LRT, TCA = (SECTORS.index(s) for s in (Sector.RIO_GRANDE, Sector.LAREDO, Sector.TUCSON))


def _chance(**percent):
    named = {Lever(f"interdiction_{s}", "MEX", ""): np.array([p]) for s, p in percent.items()}
    return stopped(Levers(levels=named), 1)


def _slow(shares, chance, within, between):
    """Equation (4) with plain loops."""
    found, weight = {}, {}
    for number, route in enumerate(ROUTES):
        whole = sum(shares[SECTORS.index(s)] for s in route)
        part = {s: shares[SECTORS.index(s)] / whole * (1 - chance[SECTORS.index(s)]) ** (1 / within)
                for s in route}  # fmt: skip
        z = sum(part.values())
        weight[number] = whole * z ** (within / between)
        found |= {s: (number, value / z) for s, value in part.items()}
    total = sum(weight.values())
    return [weight[found[s][0]] / total * found[s][1] for s in SECTORS]


@given(seed=st.integers(0, 2**32 - 1), within=st.floats(0.1, 0.6), more=st.floats(1, 4))
def test_ways_divide_as_the_nested_logit_says(seed, within, more):
    dice = np.random.default_rng(seed)
    shares, chance = dice.dirichlet(np.ones(9)), dice.uniform(0, 0.6, 9)
    given_ = {"movement.diversion_within": np.array([within]),
              "movement.diversion_between": np.array([within * more])}  # fmt: skip
    got = diverted(shares[None], chance[None], given_)[0]
    np.testing.assert_allclose(got, _slow(shares, chance, within, within * more), rtol=1e-6)
    assert got.sum() == 1 or abs(got.sum() - 1) < 1e-9


def test_a_harder_way_loses_people_to_its_own_route_first():
    shares = np.full((1, 9), 1 / 9)
    got = diverted(shares, _chance(RGV=30.0), GIVEN)[0]
    assert got[RGV] < 1 / 9
    assert got[LRT] > got[TCA] > 1 / 9


def test_ways_that_are_all_as_hard_keep_their_shares():
    shares = np.array([[0.3, 0.1, 0.05, 0.05, 0.1, 0.2, 0.05, 0.05, 0.1]])
    everywhere = _chance(**{str(s): 40.0 for s in SECTORS})
    np.testing.assert_allclose(diverted(shares, everywhere, GIVEN), shares)
    assert held_up(shares, everywhere)[0] == 0.4 / 0.6
    assert diverted(shares, _chance(), GIVEN) is shares


def test_interdiction_on_the_gulf_shows_as_detentions_and_in_other_sectors():
    levers = Levers(levels={Lever("interdiction_RGV", "MEX", ""): np.full(60, 30.0)})
    usual, harder = (_run(_actual(JUNE, 2, 60), [lever] * 2)[-1].measures
                     for lever in (Levers(), levers))  # fmt: skip
    rgv = [m["apprehensions_sector"][:, RGV].mean() for m in (usual, harder)]
    assert rgv[1] < 0.8 * rgv[0]
    detained = [m["detentions_mexico"].sum() for m in (usual, harder)]
    assert detained[1] > 1.2 * detained[0]
    arrived = [m["apprehensions"].sum(axis=1).mean() for m in (usual, harder)]
    assert abs(arrived[1] / arrived[0] - 1) < 0.02


def test_what_befalls_people_adds_up_month_by_month():
    eve, *states = _run(_actual(JUNE, 3, 20), [Levers()] * 3)
    for before, state in zip([eve, *states], states, strict=False):
        m = state.measures
        met, persons = m["encounters"], m["distinct_persons"]
        np.testing.assert_allclose(m["repeat_share"], 100 * (1 - persons / met))
        stays = ("asylum_pending_mexico", "waiting_metered", "waiting_returned")
        waiting, then = (sum(at.measures[name] for name in stays) for at in (state, before))
        assert (m["waiting_demographic"].sum(axis=1) == waiting).all()
        assert (m["stranded"].sum(axis=1) == m["waiting_metered"] + m["waiting_returned"]).all()
        assert (m["waiting_days"] >= 30 * np.minimum(waiting, then)).all()
        returned = m["returns_mexico"].sum(axis=1) + m["returned_usa"].sum(axis=1)
        assert (m["returned_undecided"] == returned).all()
        assert m["returned_demographic"].shape == (20, len(DEMOGRAPHICS))
        assert (m["returned_demographic"].sum(axis=1) == returned).all()
        assert (m["detained_demographic"].sum(axis=1) == m["detained_mexico"]).all()
        sent = m["transferred"].sum(axis=1)
        assert (m["transferred_without_access"] + m["transfer_access"] == sent).all()


def test_deaths_on_record_are_a_floor_of_the_order_reported_for_2019():
    """IOM: 497 on the border in 2019, some 40 a month; here after three."""
    m = _run(_actual(JUNE, 3, 200), [Levers()] * 3)[-1].measures
    assert 30 < m["deaths_border"].mean() < 240
