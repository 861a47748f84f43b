"""The machine's limit: uniform numbers a second from the generator that runs use, on one core."""

from clock import timed

from entente.luck import Luck


def prepare(task):
    """Nothing needs to be held."""
    luck = Luck(1, task["numbers"] // 4).of("limit")
    return lambda: [luck.uniform(4).mean()]


timed(prepare)
