"""entente: a station with many desks, person by person."""

from clock import timed

from entente.luck import Luck
from entente.world.movement.waiting.station import waits


def prepare(task):
    """Nothing needs to be held."""
    return lambda: [
        waits(Luck(1, 1), task["people"], task["arrivals"], task["pace"], task["desks"]).mean()
    ]


timed(prepare)
