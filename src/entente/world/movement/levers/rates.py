"""What the levers of a month mean for the corridor: the text's words turned into `Rates`."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias, final

import numpy as np

from entente.evidence import Assignment, FloatArray, IntArray, Levers
from entente.places import DEMOGRAPHICS, GROUPS, Demographic, Group
from entente.world.measures import RECEIVING
from entente.world.movement.corridor.cells import RATES, Rates
from entente.world.movement.levers.cohorts import over_places
from entente.world.movement.levers.compliance import Deployment, days_in
from entente.world.movement.levers.levels import level, whole

Draws: TypeAlias = Mapping[str, FloatArray]

# Allocations that the corridor obeys: who must be sent to a responsible state, and who may claim.
# Allocations of any other quantity say who may be sent where, none being owed.
_OWED: Final = "responsibility"
_ELIGIBILITY: Final = "eligibility"

_MEXICANS: Final = GROUPS.index(Group.MEX)
_ALONE: Final = DEMOGRAPHICS.index(Demographic.UNACCOMPANIED_CHILD)


@final
@dataclass(frozen=True, slots=True)
class Outlook:
    """What the month would bring before the levers act on people already on the way.

    arrivals       people apprehended between ports, expected          [draw, group]
    ports          people admitted at ports with no change of practice [draw]
    port_shares    of those, by group; sums to 1                       [group]
    journey        months                                              [draw, group]
    held_up        stopped on the way for each arrival, beside usual   [draw]
    family         shares of those who set out     [draw, group, demographic]
    places_met     where people are met, shares                        [draw, place]
    closed_mexico  asylum cases whose turn it is, in Mexico            [draw, group]
    closed_usa     the same in US courts, of those released            [draw, group]
    """

    arrivals: FloatArray
    ports: FloatArray
    port_shares: FloatArray
    journey: FloatArray
    held_up: FloatArray
    family: FloatArray
    places_met: FloatArray
    closed_mexico: IntArray
    closed_usa: IntArray


def rates(
    given: Draws, month: np.datetime64, outlook: Outlook, deployment: Deployment, levers: Levers
) -> Rates:
    """Give the rates of a month; what each is, `cells.RATES` says."""
    p = {name.removeprefix("movement."): values for name, values in given.items()}
    asked = np.zeros(len(outlook.ports), dtype=RATES)
    _ask_on_the_way(asked, p, month, outlook, deployment, levers)
    _ask_of_asylum(asked, p, outlook)
    _ask_at_the_border(asked, p, outlook, levers)
    _ask_of_transfers(asked, p, outlook, levers)
    return asked


def _ask_on_the_way(
    asked: Rates,
    p: Draws,
    month: np.datetime64,
    outlook: Outlook,
    deployment: Deployment,
    levers: Levers,
) -> None:
    """Say who arrives, who joins the ports' lists, and what Mexico detains and returns."""
    surge = 1 + (p["detention_surge"] - 1) * deployment.strength * deployment.in_force
    joining = outlook.ports + p["metered_growth"]
    asked["arrivals"] = outlook.arrivals
    asked["to_ports"] = joining[:, None] * outlook.port_shares
    asked["journey"] = outlook.journey
    asked["family"] = outlook.family
    asked["detention"] = abroad(p["detention_odds"] * surge + outlook.held_up)
    asked["places"] = (
        level(levers, "detention_places", p["detention_places"]) * p["detention_overcrowding"]
    )
    asked["held_still"], asked["held_new"] = stay(p["detention_days"], days_in(month))
    asked["returned"] = p["detention_returned"]
    asked["again"] = mexicans_else(p["again_mexican"], p["again_other"])


def _ask_of_asylum(asked: Rates, p: Draws, outlook: Outlook) -> None:
    """Say who claims asylum in Mexico, and how its office and the US courts decide."""
    asked["claims"] = by_group(p, "asylum_odds")
    asked["closed_mexico"] = outlook.closed_mexico
    asked["granted"] = by_group(p, "asylum_granted")
    asked["refused"] = np.repeat(p["asylum_refused"][:, None], len(GROUPS), axis=1)
    asked["closed_usa"] = outlook.closed_usa
    asked["court_granted"] = p["court_granted"]


def _ask_at_the_border(asked: Rates, p: Draws, outlook: Outlook, levers: Levers) -> None:
    """Say who is admitted at ports, sent back to wait, sent home, released or barred."""
    asked["quota"] = whole(level(levers, "port_admissions", outlook.ports))
    asked["leaves_list"] = p["metered_leaving"]
    asked["wait_places"] = level(levers, "return_to_wait_sites", p["wait_sites"]) * p["wait_rate"]
    asked["wait_share"] = p["wait_share"]
    asked["wait_ending"] = p["wait_ending"]
    asked["wait_relief"] = p["wait_relief"]
    asked["sent_home"] = sent_home(p)
    asked["barred"] = _barred(levers.assignments.get(_ELIGIBILITY), outlook.places_met)


def _ask_of_transfers(asked: Rates, p: Draws, outlook: Outlook, levers: Levers) -> None:
    """Say who is owed or may be sent to another state, and what places it has."""
    allowed = levers.assignments.keys() - {_OWED, _ELIGIBILITY}
    asked["transfer"] = receiving({_OWED}, levers, outlook.places_met)
    asked["may_transfer"] = receiving(allowed, levers, outlook.places_met)
    asked["transfer_places"] = transfer_places(levers, p["transfer_places"])
    asked["transfer_access"] = p["transfer_access"]


def stay(days: FloatArray, length: int) -> tuple[FloatArray, FloatArray]:
    """Return what share is held at a month's end, of those held at its start and of newcomers.

    Stays are exponential; newcomers arrive evenly over the month of `length` days.

    days   mean stay [draw]
    """
    still = np.exp(-length / days)
    return still, days / length * (1 - still)


def transfer_places(levers: Levers, usual: FloatArray) -> IntArray:
    """Return the places of each receiving state, whole people [draw, state]."""
    places = np.repeat(usual[:, None], len(RECEIVING), axis=1)
    for lever, value in levers.levels.items():
        if lever.quantity == "transfer_capacity" and lever.on in RECEIVING:
            places[:, RECEIVING.index(lever.on)] = np.where(np.isnan(value), usual, value)
    return whole(places)


def receiving(quantities: Collection[str], levers: Levers, places_met: FloatArray) -> FloatArray:
    """Return the share of people whom allocations of these quantities give to each receiving state.

    Any other answer, such as the state where the claim is or a fact not known, moves nobody. Where
    several allocations name different states for the same people, each has its part.

    returns   [draw, group, demographic, state]
    """
    shares = np.zeros((len(places_met), len(GROUPS), len(DEMOGRAPHICS), len(RECEIVING)))
    for quantity in sorted(set(quantities) & levers.assignments.keys()):
        assignment = levers.assignments[quantity]
        for outcome, state in enumerate(assignment.outcomes):
            if state in RECEIVING:
                given_to = over_places(assignment.shares[:, :, outcome], places_met)
                shares[..., RECEIVING.index(state)] += given_to
    whole = shares.sum(axis=3, keepdims=True)
    return np.asarray(shares / np.maximum(whole, 1.0))


def sent_home(p: Mapping[str, FloatArray]) -> FloatArray:
    """Return the share of people encountered who are returned at once.

    Children alone are referred to court, but for those from Mexico (8 USC 1232).

    returns   [draw, group, demographic]
    """
    draws = len(p["released_share"])
    shares = np.empty((draws, len(GROUPS), len(DEMOGRAPHICS)))
    shares[:] = 1 - p["released_share"][:, None, None]
    shares[:, :, _ALONE] = 0
    shares[:, _MEXICANS, :] = 1 - p["released_mexican"][:, None]
    return shares


def by_group(p: Mapping[str, FloatArray], word: str) -> FloatArray:
    """Gather a parameter of which each group has its own; zero for Mexicans [draw, group]."""
    zero = np.zeros_like(p[f"{word}_other"])
    return np.stack(
        [zero if group is Group.MEX else p[f"{word}_{group.lower()}"] for group in GROUPS], axis=1
    )


def abroad(values: FloatArray) -> FloatArray:
    """Give values to every group but Mexicans, who are at home in Mexico [draw, group]."""
    return mexicans_else(np.zeros_like(values), values)


def mexicans_else(mexicans: FloatArray, others: FloatArray) -> FloatArray:
    """Give one value to Mexicans and another to every other group [draw, group]."""
    return np.stack([mexicans if g is Group.MEX else others for g in GROUPS], axis=1)


def _barred(assignment: Assignment | None, places_met: FloatArray) -> FloatArray:
    if assignment is None or "BARRED" not in assignment.outcomes:
        return np.zeros((len(places_met), len(GROUPS), len(DEMOGRAPHICS)))
    outcome = assignment.outcomes.index("BARRED")
    return over_places(assignment.shares[:, :, outcome], places_met)
