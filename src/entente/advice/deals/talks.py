"""A negotiation held in a folder: terms are read, deals are tried there, what is found is kept."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from entente.accord.document import Accord
from entente.advice.deals.kept import keep
from entente.advice.deals.negotiation import (
    Negotiation,
    before_signature,
    settled_for,
    sides_of,
    try_deals,
)
from entente.advice.deals.terms import read_terms
from entente.advice.deals.trials import Bench, shelf_in
from entente.lab.crew import Hands
from entente.lab.settings import Settings
from entente.lab.shelf import alone
from entente.lab.work import Progress

DEALS: Final = 128
DRAWS: Final = 500


def negotiate(
    accord: Accord,
    vary: Sequence[str],
    folder: Path,
    settings: Settings | None = None,
    *,
    against: Accord | None = None,
    deals: int = DEALS,
    hands: Hands | None = None,
    progress: Progress = lambda done: None,
) -> Negotiation:
    """Look for terms of an accord that both sides prefer to no deal.

    vary      terms to vary, as `ladder.steps=5:30`
    folder    where what was tried is kept, so that a negotiation that was cut short goes on
    settings  draws, months, start, seed and choices of every deal; by default 500 draws
    against   the text that holds without a deal; by default the accord as before it was signed

    Raises InputProblemsError where terms, sides or settings do not fit the accord, and what
    `Bench.trials` raises.
    """
    terms, sides = read_terms(vary, accord), sides_of(accord)
    without = before_signature(accord) if against is None else against
    settled = settled_for(accord, settings or Settings(DRAWS))
    with alone(folder):
        bench = Bench(accord, sides, settled, shelf_in(folder))
        found = try_deals(bench, accord, without, terms, deals, hands or Hands(), progress)
        keep(found, folder)
    return found
