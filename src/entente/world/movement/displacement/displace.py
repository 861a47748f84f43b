"""Running a folder: newcomers, rules and luck in, people in camps by draw and day out."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

import numpy as np

from entente.evidence import IntArray
from entente.grid import Grid, Tabled
from entente.luck import Luck
from entente.problems import InputProblemsError, Place, Problem
from entente.world.movement.displacement.folder import Folder
from entente.world.movement.displacement.inflow import Source, inflow, source_of
from entente.world.movement.displacement.network import lay_out
from entente.world.movement.displacement.rules import ENTENTE, FLEE, EntenteRules, FleeRules

if TYPE_CHECKING:
    import pandas as pd


class Book(StrEnum):
    """The two rule books."""

    ENTENTE = "entente"
    FLEE = "flee"


RULES: Final[Mapping[Book, EntenteRules | FleeRules]] = {Book.ENTENTE: ENTENTE, Book.FLEE: FLEE}


@dataclass(frozen=True, slots=True)
class Displacement(Tabled):
    """People by draw and day, and what was read to get there; every count in persons.

    camps       names, in file order
    in_camp     [draw, day, camp], at the end of the day
    on_road     [draw, day];  elsewhere    [draw, day], at places that are no camp
    entered     [day], opening and newcomers so far; equals the sum of the three above
    """

    camps: tuple[str, ...]
    in_camp: IntArray
    on_road: IntArray
    elsewhere: IntArray
    entered: IntArray
    source: Source

    def table(self) -> "pd.DataFrame":
        """Return persons by day and camp: day, camp, count (the mean over draws), p05, p95."""
        import pandas as pd

        low, high = np.quantile(self.in_camp, [0.05, 0.95], axis=0)  # [day, camp] each
        days, camps = low.shape
        return pd.DataFrame(
            {
                "day": np.repeat(np.arange(days), camps),
                "camp": list(self.camps) * days,
                "count": self.in_camp.mean(axis=0).ravel(),
                "p05": low.ravel(),
                "p95": high.ravel(),
            }
        )

    def grid(self) -> Grid:
        """Lay out who is in which camp on the last day."""
        return Grid.of("persons on the last day", self.table().tail(len(self.camps)))


def displace(
    folder: Folder,
    luck: Luck,
    *,
    rules: EntenteRules | FleeRules = ENTENTE,
    source: Source | None = None,
    use_capacity: bool = False,
) -> Displacement:
    """Simulate a Flee-format folder as counts (notes on movement, section c).

    `source` None takes the registrations of the camps, or their total where a camp shows only its
    first day. Without `use_capacity` nothing of the capacity column is read; what camps published
    after day 0 never says who goes where.

    Raises InputProblemsError where nobody could ever set out, or the source is not there.
    """
    people = inflow(folder, source or source_of(folder))
    network = lay_out(folder)
    if not network.tail.size:
        where = Place(str(folder.path))
        raise InputProblemsError([Problem("E431", where, "", "no road to walk", "add a route")])
    if isinstance(rules, FleeRules):
        from entente.world.movement.displacement.peer import wander

        counts = wander(folder, network, people, rules, luck, use_capacity=use_capacity)
    else:
        from entente.world.movement.displacement.journeys import travel

        counts = travel(folder, network, people, rules, luck, use_capacity=use_capacity)
    return Displacement(
        camps=tuple(folder.spots[camp].name for camp in folder.camps),
        in_camp=counts[0],
        on_road=counts[1],
        elsewhere=counts[2],
        entered=counts[3],
        source=people.source,
    )
