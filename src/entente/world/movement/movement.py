"""People between the states of the corridor, month by month: observe, then answer the levers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple, Self, TypeAlias, final

import numpy as np

from entente.evidence import Cohorts, FloatArray, IntArray, Levers, Series
from entente.luck import Luck
from entente.places import GROUPS, Group
from entente.problems import NoSolutionError
from entente.world.movement.corridor.month import moved, spread_over, wandered
from entente.world.movement.corridor.routes import journey_months
from entente.world.movement.corridor.stages import Flow
from entente.world.movement.counted import at_the_border, flows_counted, stocks_counted
from entente.world.movement.levers.causes import shifted
from entente.world.movement.levers.cohorts import cohorts, places_met
from entente.world.movement.levers.compliance import Deployment, answer, days_in
from entente.world.movement.levers.diversion import diverted, held_up, stopped
from entente.world.movement.levers.levels import RETURN_SITES
from entente.world.movement.levers.rates import Outlook, by_group, rates
from entente.world.movement.past import Past, stocks
from entente.world.movement.waiting.offices import Offices
from entente.world.movement.waiting.queue import mean_wait, months_of_work
from entente.world.parameters import parameters
from entente.world.sources import BorderCounts, border_counts

Draws: TypeAlias = Mapping[str, FloatArray]
Measures: TypeAlias = Mapping[str, FloatArray]

# What parties can see each month, and in which unit: metrics may name these series.
SERIES: Final[Mapping[str, str]] = {
    "apprehensions": "persons/month",
    "encounters": "persons/month",
    "detentions_mexico": "persons/month",
    "asylum_claims_mexico": "persons/month",
    "asylum_pending_mexico": "persons",
    "return_to_wait": "persons/month",
    "waiting_returned": "persons",
    "waiting_metered": "persons",
    "guard_south": "persons",
    **{f"apprehensions_{group}": "persons/month" for group in GROUPS},
}

_PLEDGED: Final = "guard_south"
_WAITING: Final = ("asylum_pending_mexico", "waiting_metered", "waiting_returned")
_STOCKS_KNOWN: Final = np.datetime64("2019-06", "M")
_NEAR: Final = 2  # months from there within which they are taken as they are


@final
@dataclass(frozen=True, slots=True, eq=False)
class MovementState:
    """The corridor at the end of `month`, and what has been seen of it since the start.

    stocks       people by stage           [draw, stage, group, demographic, met]
    family       shares of those who set out                [draw, group, demographic]
    sectors      shares of arrivals                         [draw, sector]
    ports        log of admissions at ports, relative to the recent level       [draw]
    offices      who waits for a decision, and since when
    waited       mean time waited by those sent to wait, months                 [draw]
    deployment   forces at Mexico's southern border
    measures     the month's measures, by name              [draw, *axes]
    seen         what parties could see, by series, from the eve on     [draw, month]
    """

    month: np.datetime64  # [M]
    stocks: IntArray
    family: FloatArray
    sectors: FloatArray
    ports: FloatArray
    offices: Offices
    waited: FloatArray
    deployment: Deployment
    measures: Measures
    seen: Measures


@final
@dataclass(frozen=True, slots=True, eq=False)
class Movement:
    """People on the corridor over a block of draws, from `start` on.

    past      the record before the start
    given     the parameters drawn, by name                                [draw]
    usual     apprehensions without a programme of enforcement   [draw, month, group]
    effect    log effect of the known programme at each age      [draw, group, age]
    journey   months on the way                                  [draw, group]
    """

    start: np.datetime64  # [M]
    luck: Luck
    past: Past
    given: Draws
    usual: FloatArray
    effect: FloatArray
    journey: FloatArray

    @classmethod
    def open(
        cls,
        start: np.datetime64,
        months: int,
        luck: Luck,
        counts: BorderCounts | None = None,
        fixed: Mapping[str, float] | None = None,
    ) -> Self:
        """Prepare a run that knows the data of the months before `start` and no later one.

        Raises InputProblemsError where the record before the start is too short.
        """
        from entente.world.movement.pressure import TRANSIT_ENFORCEMENT, outlook

        past = Past.before(start, counts)
        seen = outlook(counts or border_counts(), start - 1, months, luck)
        effect = seen.effects[TRANSIT_ENFORCEMENT]
        return cls.given_outlook(start, luck, past, seen.usual, effect, fixed)

    @classmethod
    def given_outlook(
        cls,
        start: np.datetime64,
        luck: Luck,
        past: Past,
        usual: FloatArray,
        effect: FloatArray,
        fixed: Mapping[str, float] | None = None,
    ) -> Self:
        """Prepare a run with a forecast, or actual arrivals, supplied; axes as in the fields."""
        given = parameters(luck, fixed)
        journey = journey_months(past.km, past.sectors, given["movement.travel_speed"])
        return cls(start, luck, past, given, usual, effect, journey)

    def where(self, changes: Draws) -> Self:
        """Return the same run where causes of movement change; see `causes` [month, group]."""
        return replace(self, usual=shifted(self.usual, self.given, changes))

    @property
    def notes(self) -> tuple[str, ...]:
        """Say what a reader should know of how the run began."""
        apart = abs(int((self.start - _STOCKS_KNOWN).astype(int)))
        if apart <= _NEAR:
            return ()
        return (
            "Claims pending, waiting lists and people returned to wait begin as reported around "
            f"{_STOCKS_KNOWN}: no series gives them for {self.start}.",
        )

    def practice(self) -> Levers:
        """Return the levels that go on wherever and whenever an accord sets none."""
        return Levers(levels={RETURN_SITES: self.given["movement.wait_sites"]})

    def begin(self) -> MovementState:
        """Return the corridor on the eve of the first month."""
        draws = self.luck.draws
        people = stocks(self.past, self.given, self.journey)
        deployment = Deployment.before(self.given)
        odds = by_group(self.given, "movement.asylum_odds")
        offices = Offices.before(self.past, self.given, people, odds)
        counted = {
            **stocks_counted(people, deployment, self.given),
            **offices.measures(self.given, self.practice()),
        }
        return MovementState(
            month=self.start - 1,
            stocks=people,
            family=np.repeat(self.past.family[None], draws, axis=0),
            sectors=np.repeat(self.past.sectors[None], draws, axis=0),
            ports=np.zeros(draws),
            offices=offices,
            waited=self.given["movement.wait_waited"],
            deployment=deployment,
            measures=counted,
            seen={name: counted.get(name, np.full(draws, np.nan))[:, None] for name in SERIES},
        )

    def observe(self, state: MovementState) -> tuple[Mapping[str, Series], Cohorts]:
        """Return what parties can know after `state`, before publication lags.

        Arrests between ports reach back over the whole record; the other series begin on the eve of
        the run, stocks with what is there and flows with nothing reported.
        """
        draws = self.luck.draws
        series = {
            name: Series(self.start - 1, state.seen[name], unit) for name, unit in SERIES.items()
        }
        record = self.past.apprehensions.astype(np.float64)
        columns = {"apprehensions": record.sum(axis=1)} | {
            f"apprehensions_{group}": record[:, index] for index, group in enumerate(GROUPS)
        }
        known = len(record)
        for name, before in columns.items():
            since = state.seen[name][:, 1:].T
            whole = np.empty((known + len(since), draws))  # months first: they are read one by one
            whole[:known], whole[known:] = before[:, None], since
            series[name] = Series(self.past.first, whole.T, SERIES[name])
        return series, cohorts()

    def respond(
        self, state: MovementState, levers: Levers, luck: Luck, pull: FloatArray | None = None
    ) -> MovementState:
        """Answer one month of levers; people neither appear nor disappear (see `stages`).

        pull   log change of how many Mexicans set out, from what moves them beside levers   [draw]

        Raises NoSolutionError beyond the months for which the run was opened.
        """
        month, index = state.month + 1, self._index(state.month + 1)
        luck = luck.of("corridor", str(month))
        deployment = state.deployment.after(
            levers.pledges.get(_PLEDGED), month, self.given, opening=index == 0
        )
        drifted = self._drift(state, luck)
        chance = stopped(levers, self.luck.draws)
        ways = diverted(drifted.sectors, chance, self.given)
        offices, *closed = state.offices.hear(luck.of("offices"), self.given, levers)
        effect = np.exp(answer(self.effect, deployment) + _of(pull))
        outlook = self._outlook(self.usual[:, index] * effect, drifted, ways, chance, closed)
        asked = rates(self.given, month, outlook, deployment, levers)
        people, flows, transferred = moved(luck, asked, state.stocks)
        offices = offices.joined(flows, self.given)
        counted: dict[str, FloatArray] = {
            **stocks_counted(people, deployment, self.given),
            **offices.measures(self.given, levers),
            **flows_counted(flows, transferred),
            **self._placed(state, luck, ways, people, flows),
        }
        counted |= self._waits(state, counted, asked["quota"])
        return MovementState(
            month=month,
            stocks=people,
            family=drifted.family,
            sectors=drifted.sectors,
            ports=drifted.ports,
            offices=offices,
            waited=counted["returned_wait"],
            deployment=deployment,
            measures=counted,
            seen=_see(state, counted),
        )

    def _outlook(
        self,
        arrivals: FloatArray,
        drifted: "_Drifted",
        ways: FloatArray,
        chance: FloatArray,
        closed: Sequence[IntArray],
    ) -> Outlook:
        """Put together what the month would bring.

        arrivals   expected                                             [draw, group]
        ways       shares of sectors once people have turned            [draw, sector]
        chance     that a passage is stopped                            [draw, sector]
        closed     cases in Mexico and in US courts                     [draw, class] each
        """
        in_mexico, in_usa = closed
        return Outlook(
            arrivals=arrivals,
            ports=self.past.port_level * np.exp(drifted.ports),
            port_shares=self.past.port_mix.sum(axis=1),
            journey=self.journey,
            held_up=held_up(ways, chance),
            family=drifted.family,
            places_met=places_met(ways),
            closed_mexico=in_mexico,
            closed_usa=in_usa[:, :-1],
        )

    def _index(self, month: np.datetime64) -> int:
        """Return which month of the run this is."""
        index = int((month - self.start).astype(int))
        if index >= self.usual.shape[1]:
            raise NoSolutionError(f"movement was opened for {index} months; {month} lies beyond")
        return index

    def _placed(
        self, state: MovementState, luck: Luck, ways: FloatArray, people: IntArray, flows: IntArray
    ) -> Measures:
        """Count where people are met, where they wait to enter, and deaths since the start."""
        met = flows[:, Flow.APPREHENDED].sum(axis=(1, 2))
        odds = _one_in(self.given["movement.deaths_reported"])
        died = spread_over(luck.of("deaths"), odds, met)[:, 0]
        waiting = spread_over(luck.of("stranded"), ways, at_the_border(people))
        return {
            "apprehensions_sector": spread_over(luck.of("sector"), ways, met).astype(np.float64),
            "stranded": waiting.astype(np.float64),
            "deaths_border": died.astype(np.float64) + state.measures.get("deaths_border", 0.0),
        }

    def _waits(self, state: MovementState, counted: Measures, quota: IntArray) -> Measures:
        """Say how long people wait at ports and sent back, and all who wait in Mexico together."""
        joined = counted["return_to_wait"].sum(axis=1)
        stayed = counted["waiting_returned"] - joined
        then, now = (
            np.sum([measures[name] for name in _WAITING], axis=0)
            for measures in (state.measures, counted)
        )
        return {
            "metered_wait": months_of_work(counted["waiting_metered"], quota.astype(np.float64)),
            "returned_wait": mean_wait(state.waited, stayed, joined),
            "waiting_days": days_in(state.month + 1) * (then + now) / 2,
        }

    def _drift(self, state: MovementState, luck: Luck) -> "_Drifted":
        """Let shares and the ports' level wander for a month."""
        family = wandered(
            luck.of("family"), self.given["movement.family_concentration"], state.family
        )
        sectors = wandered(
            luck.of("sectors"), self.given["movement.sector_concentration"], state.sectors[:, None]
        )[:, 0]
        step = self.past.port_spread * luck.of("ports").normal()
        return _Drifted(family, sectors, state.ports + step)


class _Drifted(NamedTuple):
    """What wanders by itself, a month later; axes as in `MovementState`."""

    family: FloatArray
    sectors: FloatArray
    ports: FloatArray


def _of(pull: FloatArray | None) -> FloatArray:
    """Give Mexicans their log change, and others none [draw, group]."""
    moved = np.zeros((1 if pull is None else len(pull), len(GROUPS)))
    if pull is not None:
        moved[:, GROUPS.index(Group.MEX)] = pull
    return moved


def _one_in(per_ten_thousand: FloatArray) -> FloatArray:
    """Turn a rate [draw] into shares of those it meets and of the rest [draw, 2]."""
    share = per_ten_thousand / 10_000
    return np.stack([share, 1 - share], axis=1)


def _see(state: MovementState, counted: Measures) -> Measures:
    """Add the month to what could be seen, by series [draw, months]."""
    totals = {
        name: values.reshape(len(values), -1).sum(axis=1)
        for name, values in counted.items()
        if name in SERIES
    }
    for index, group in enumerate(GROUPS):
        totals[f"apprehensions_{group}"] = counted["apprehensions"][:, index]
    return {
        name: np.concatenate([before, totals[name][:, None]], axis=1)
        for name, before in state.seen.items()
    }
