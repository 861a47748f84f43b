"""The two offices that decide on cases: whose turn it is, and how long people have waited.

Mexico's asylum office keeps a line by nationality; the US immigration courts keep one more row, for
cases that began before the run or away from the border.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Self, TypeAlias, final

import numpy as np

from entente.evidence import FloatArray, IntArray, Levers
from entente.luck import Luck
from entente.world.movement.corridor.stages import Flow, Stage
from entente.world.movement.levers.levels import level, whole
from entente.world.movement.past import Past
from entente.world.movement.waiting.line import joined, serve, waited
from entente.world.movement.waiting.queue import months_of_work
from entente.world.sources import CourtBacklog, court_backlog

Draws: TypeAlias = Mapping[str, FloatArray]

# Months waited that are told apart; the last cell of a line holds all who have waited longer.
_IN_ASYLUM: Final = 61
_IN_COURT: Final = 121
_FAR: Final = 240  # months back to which receipts are followed


@final
@dataclass(frozen=True, slots=True, eq=False)
class Offices:
    """People and cases in line at a month's end, by months waited.

    asylum   claims in Mexico                                  [draw, group, age]
    court    US cases; the last row did not begin in the run   [draw, group + 1, age]
    """

    asylum: IntArray
    court: IntArray

    @classmethod
    def before(cls, past: Past, given: Draws, people: IntArray, claims: FloatArray) -> Self:
        """Lay out the lines on the eve of a run.

        Nothing says how long those waiting have waited: claims and receipts of past months are
        followed as if each month the same share of those still waiting had been closed.

        people   the ledger                   [draw, stage, group, demographic, met]
        claims   claims for each arrival, on any scale                [draw, group]
        """
        draws = len(people)
        back = past.apprehensions[: -_IN_ASYLUM - 1 : -1].T.astype(np.float64)  # [group, age]
        back = np.pad(back, ((0, 0), (0, _IN_ASYLUM - back.shape[1])))
        leaving = given["movement.asylum_closing"][:, None, None]
        weights = claims[:, :, None] * back * np.exp(-leaving * np.arange(_IN_ASYLUM))
        waiting = people[:, Stage.ASYLUM].sum(axis=(2, 3))
        court = np.zeros((draws, people.shape[2] + 1, _IN_COURT), dtype=np.int64)
        start = past.first + len(past.apprehensions)
        court[:, -1] = _over_ages(
            np.rint(past.court), ages_of_cases(court_backlog(), start, past.court)
        )
        return cls(_over_ages(waiting, weights), court)

    def hear(self, luck: Luck, given: Draws, levers: Levers) -> tuple[Self, IntArray, IntArray]:
        """Close a month's cases: the lines left, closed in Mexico and in US courts [draw, class].

        Levers: `asylum_decisions`, cases a month; `court_judges`, each of whom completes
        `court_pace`; and, for either office, the percent of its work given to those who have waited
        longest (`asylum_oldest_first`, `court_oldest_first`) or came last (`..._newest_first`).
        """
        asylum = serve(
            luck.of("asylum"),
            self.asylum,
            whole(level(levers, "asylum_decisions", given["movement.asylum_decisions"])),
            *_order(levers, "asylum", len(self.asylum)),
        )
        judges = level(levers, "court_judges", given["movement.court_judges"])
        court = serve(
            luck.of("court"),
            self.court,
            whole(judges * given["movement.court_pace"]),
            *_order(levers, "court", len(self.court)),
        )
        left = type(self)(asylum, court)
        closed = (
            self.asylum.sum(axis=2) - asylum.sum(axis=2),
            self.court.sum(axis=2) - court.sum(axis=2),
        )
        return left, *closed

    def joined(self, flows: IntArray, given: Draws) -> Self:
        """Let the month's newcomers join; flows [draw, flow, group, demographic]."""
        released = flows[:, Flow.RELEASED].sum(axis=2)
        others = whole(given["movement.court_receipts"])[:, None]
        return type(self)(
            joined(self.asylum, flows[:, Flow.CLAIMED].sum(axis=2)),
            joined(self.court, np.concatenate([released, others], axis=1)),
        )

    def measures(self, given: Draws, levers: Levers) -> Mapping[str, FloatArray]:
        """Return how many wait and for how long: months, of those still in line [draw]."""
        asylum, court = self.asylum.sum(axis=1), self.court.sum(axis=1)
        pending = court.sum(axis=1).astype(np.float64)
        closing = level(levers, "asylum_decisions", given["movement.asylum_decisions"])
        judges = level(levers, "court_judges", given["movement.court_judges"])
        half, most = zip(*(waited(line, 0.5, 0.9) for line in (asylum, court)), strict=True)
        return {
            "court_queue": pending,
            "asylum_wait_mexico": months_of_work(asylum.sum(axis=1).astype(np.float64), closing),
            "asylum_waited_median": half[0],
            "asylum_waited_p90": most[0],
            "court_wait": months_of_work(pending, judges * given["movement.court_pace"]),
            "court_waited_median": half[1],
            "court_waited_p90": most[1],
        }


def ages_of_cases(held: CourtBacklog, start: np.datetime64, pending: float) -> FloatArray:
    """Return how long pending US cases have waited, as shares of them [age].

    Receipts of each month before the start, a twelfth of their fiscal year's, shrink each month by
    the one share that leaves as many as are pending.
    """
    ago = np.arange(_FAR)
    year = np.floor(1970 + (start.astype("datetime64[M]").astype(int) - 1 - ago + 3) / 12)
    row = np.clip(year - held.first_year, 0, len(held.receipts) - 1).astype(np.int64)
    receipts = held.receipts[row] / 12
    low, high = 0.0, 1.0
    for _ in range(60):
        kept = (low + high) / 2
        low, high = (low, kept) if (receipts * kept**ago).sum() > pending else (kept, high)
    left = receipts * low**ago
    shares = np.append(left[: _IN_COURT - 1], left[_IN_COURT - 1 :].sum())
    return np.asarray(shares / shares.sum())


def _over_ages(total: FloatArray | IntArray, weights: FloatArray) -> IntArray:
    """Spread totals [...] over ages by weights [..., age], whole and exact."""
    reached = weights.cumsum(axis=-1)
    share = reached / np.maximum(reached[..., -1:], 1e-300)
    so_far = np.rint(np.asarray(total)[..., None] * share)
    return np.asarray(np.diff(so_far, axis=-1, prepend=0.0).astype(np.int64))


def _order(levers: Levers, office: str, draws: int) -> tuple[FloatArray, FloatArray]:
    """Return the shares of an office's work that go to the oldest and to the newest [draw]."""
    none = np.zeros(draws)
    oldest, newest = (
        np.clip(level(levers, f"{office}_{end}_first", none) / 100, 0.0, 1.0)
        for end in ("oldest", "newest")
    )
    return oldest, newest
