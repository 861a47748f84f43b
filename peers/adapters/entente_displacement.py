"""entente: people displaced by a conflict, one draw, by its own rules or Flee's."""

from pathlib import Path

from clock import timed

from entente.luck import Luck
from entente.world.movement.displacement.displace import RULES, Book, displace
from entente.world.movement.displacement.folder import read


def prepare(task):
    """Read the folder once; the work simulates every day."""
    folder = read(Path(task["conflict"]))
    rules = RULES[Book(task.get("rules", "entente"))]

    def work():
        found = displace(folder, Luck(1, 1).of("displacement"), rules=rules)
        return found.in_camp[0, -1]

    return work


timed(prepare)
