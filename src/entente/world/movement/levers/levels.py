"""What a text sets for a quantity of the corridor, or the practice that goes on."""

from functools import reduce
from typing import Final

import numpy as np

from entente.evidence import FloatArray, IntArray, Lever, Levers

# Quantities of a schedule that the corridor obeys; where none is set, practice goes on as it was:
#   return_to_wait_sites   sites that return people to wait
#   transfer_capacity      people a state receives in a month, by the state on which it is set
#   port_admissions        people admitted from the ports' lists in a month
#   detention_places       places in Mexican migration detention
#   asylum_decisions       asylum cases closed in Mexico in a month
#   interdiction_RGV, ...  percent of passages on the way to a sector that are stopped, beside usual
#   court_judges           judges of the US immigration courts
#   asylum_oldest_first, asylum_newest_first, court_oldest_first, court_newest_first
#                          percent of an office's work for one end of its line; else any case

# The lever under which the practice of returning people to wait goes on where no text sets one.
RETURN_SITES: Final = Lever("return_to_wait_sites", "USA", "MEX")


def level(levers: Levers, quantity: str, practice: FloatArray) -> FloatArray:
    """Return what the text sets for a quantity, the most where several do; else practice [draw].

    A level that is NaN in a draw sets nothing there.
    """
    asked = {lever: v for lever, v in levers.levels.items() if lever.quantity == quantity}
    if len(asked) > 1:
        asked.pop(RETURN_SITES, None)  # practice under its own name, beside what a text names
    most = reduce(np.fmax, asked.values(), np.full_like(practice, np.nan))
    return np.where(np.isnan(most), practice, most)


def whole(values: FloatArray) -> IntArray:
    """Round to whole people or cases, at least none."""
    return np.maximum(np.floor(values + 0.5), 0.0).astype(np.int64)
