"""What is on record of the corridor before a run begins, and the stocks it leaves behind.

Stocks that no series gives (claims pending, people waiting) are those reported around June 2019.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Self, TypeAlias, final

import numpy as np

from entente.evidence import FloatArray, IntArray
from entente.places import DEMOGRAPHICS, GROUPS, Demographic, Group, Sector
from entente.problems import InputProblemsError, Place, Problem
from entente.world import sources
from entente.world.movement.corridor.routes import distances
from entente.world.movement.corridor.stages import STAGES, Stage
from entente.world.movement.levers.rates import abroad, by_group, mexicans_else, sent_home, stay

Draws: TypeAlias = Mapping[str, FloatArray]

_RECENT: Final = 3  # months whose mean counts as recent
_MONTH: Final = 30  # days, for the stocks at the start
_MEXICANS: Final = GROUPS.index(Group.MEX)
_ALONE: Final = DEMOGRAPHICS.index(Demographic.UNACCOMPANIED_CHILD)


@final
@dataclass(frozen=True, slots=True, eq=False)
class Past:
    """The record of the months before the start; none of it is later.

    first           first month of the record [M]
    apprehensions   events between ports                            [month, group]
    recent          the same, mean of the last three months         [group, demographic]
    ports           events at ports of entry                        [month]
    port_mix        shares of the last three months                 [group, demographic]
    sectors         shares of last month                            [sector]
    km              shortest ways                                   [group, sector]
    court           cases pending in US immigration court
    """

    first: np.datetime64
    apprehensions: IntArray
    recent: FloatArray
    ports: FloatArray
    port_mix: FloatArray
    sectors: FloatArray
    km: FloatArray
    court: float

    @classmethod
    def before(cls, start: np.datetime64, counts: sources.BorderCounts | None = None) -> Self:
        """Gather the record before `start`; raises InputProblemsError where it is too short."""
        between = counts or sources.border_counts()
        at_ports = sources.border_counts(sources.PORTS)
        known = _months_until(between, start), _months_until(at_ports, start)
        problems = [
            _too_short(series, start)
            for series, months in zip((between, at_ports), known, strict=True)
            if months < _RECENT or np.isnan(series.cross[months - _RECENT : months]).any()
        ]
        if problems:
            raise InputProblemsError(problems)
        recent = between.cross[known[0] - _RECENT : known[0]].mean(axis=0)
        mix = at_ports.cross[known[1] - _RECENT : known[1]].mean(axis=0)
        return cls(
            first=between.first,
            apprehensions=between.counts[: known[0]],
            recent=recent,
            ports=at_ports.total[: known[1]].astype(np.float64),
            port_mix=mix / mix.sum(),
            sectors=_sectors(start),
            km=distances(*_corridor()),
            court=_court(start),
        )

    @property
    def family(self) -> FloatArray:
        """Return the recent shares by family status of each group [group, demographic]."""
        least = np.maximum(self.recent, 1e-6)
        return np.asarray(least / least.sum(axis=1, keepdims=True))

    @property
    def port_level(self) -> float:
        """Return recent events at ports of entry, a month."""
        return float(self.ports[-_RECENT:].mean())

    @property
    def port_spread(self) -> float:
        """Return the usual change of that level from month to month (sd of logs)."""
        return float(np.diff(np.log(np.maximum(self.ports, 1.0)))[-12:].std())


def stocks(past: Past, given: Draws, journey: FloatArray) -> IntArray:
    """Return the people in the ledger on the eve of the first month.

    Flows are taken as steady: people on the way, held and about to try again follow from last
    month's arrivals. Cases of people released earlier are counted in court, not in the ledger.

    journey   months [draw, group]
    returns   people [draw, stage, group, demographic, met]
    """
    p = {name.removeprefix("movement."): values for name, values in given.items()}
    arrivals = past.apprehensions[-1].astype(np.float64)  # [group]
    family, mix = past.family, past.port_mix
    ports = past.port_level * mix.sum(axis=1)
    people = np.zeros((len(journey), STAGES, len(GROUPS), len(DEMOGRAPHICS), 2))
    met = np.stack([1 - p["encountered_before"], p["encountered_before"]], axis=1)

    def put(stage: Stage, count: FloatArray) -> None:
        people[:, stage] += count[..., None] * met[:, None, None, :]

    put(Stage.IN_TRANSIT, (journey * (arrivals + ports))[:, :, None] * family)
    held = abroad(p["detention_odds"] * stay(p["detention_days"], _MONTH)[1]) * arrivals
    most = p["detention_places"] * p["detention_overcrowding"]
    held *= np.minimum(1.0, most / np.maximum(held.sum(axis=1), 1.0))[:, None]
    put(Stage.DETAINED, held[:, :, None] * family)
    claims = by_group(p, "asylum_odds") * past.apprehensions[-12:].sum(axis=0)
    put(Stage.ASYLUM, _split(p["asylum_pending"], claims)[:, :, None] * family)
    put(Stage.METERED, p["metered_waiting"][:, None, None] * mix)
    may_wait = arrivals[:, None] * family
    may_wait[_MEXICANS] = 0
    may_wait[:, _ALONE] = 0
    wait = p["wait_waiting"][:, None, None] * may_wait / max(may_wait.sum(), 1.0)
    people[:, Stage.SENT_TO_WAIT, :, :, 1] = wait
    again = mexicans_else(p["again_mexican"], p["again_other"])[:, :, None] / 3
    home = sent_home(p) * (arrivals[:, None] * family)
    for wait_more, stage in enumerate((Stage.TRIES_NEXT, Stage.TRIES_IN_TWO, Stage.TRIES_IN_THREE)):
        people[:, stage, :, :, 1] = again * home * (3 - wait_more)
    return np.rint(people).astype(np.int64)


def _split(total: FloatArray, weights: FloatArray) -> FloatArray:
    """Split totals [draw] in proportion to weights [draw, group]."""
    return np.asarray(total[:, None] * weights / weights.sum(axis=1, keepdims=True))


def _months_until(series: sources.BorderCounts, start: np.datetime64) -> int:
    return max(int((start - series.first).astype(int)), 0) if start <= series.last + 1 else 0


def _too_short(series: sources.BorderCounts, start: np.datetime64) -> Problem:
    return Problem(
        "E630",
        Place(series.series),
        "",
        f"a run from {start} needs groups by family status in the {_RECENT} months before",
        f"the series runs from {series.first} to {series.last}; crosses from 2018-10",
    )


def _sectors(start: np.datetime64) -> FloatArray:
    table = sources.sector_counts()
    last = min(int((start - table.first).astype(int)), len(table.counts)) - 1
    counts = np.maximum(table.counts[last].astype(np.float64), 1.0)
    return np.asarray(counts / counts.sum())


def _corridor() -> tuple[list[tuple[str, str, float]], dict[str, Sector]]:
    nodes, links = sources.corridor()
    return (
        [(*link.ends, link.road_km) for link in links],
        {node.id: node.sector for node in nodes if node.sector is not None},
    )


def _court(start: np.datetime64) -> float:
    """Return cases pending at the start, linear between the ends of fiscal years."""
    held = sources.court_backlog()
    years = held.first_year + np.arange(len(held.pending))
    fiscal = 1970 + (start.astype("datetime64[M]").astype(int) + 3) / 12 - 1
    return float(np.interp(fiscal, years, held.pending))
