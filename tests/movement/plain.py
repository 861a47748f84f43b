"""Plain twins: the same generator with Python's integers, and the same month person by person."""

from collections import Counter
from itertools import product

import numpy as np

from entente.places import DEMOGRAPHICS, GROUPS
from entente.world.movement.corridor.cells import RATES
from entente.world.movement.corridor.stages import STAGES, Stage

LOW = 2**32 - 1


def philox(counter: tuple[int, ...], key: tuple[int, int]) -> tuple[int, ...]:
    """Scramble a counter of four 32-bit words, as Salmon et al. 2011 print it."""
    a, b, c, d = counter
    k0, k1 = key
    for _ in range(10):
        p0, p1 = 0xD2511F53 * a, 0xCD9E8D57 * c
        a, b, c, d = (p1 >> 32) ^ b ^ k0, p1 & LOW, (p0 >> 32) ^ d ^ k1, p0 & LOW
        k0, k1 = (k0 + 0x9E3779B9) & LOW, (k1 + 0xBB67AE85) & LOW
    return a, b, c, d


def uniforms(key: np.ndarray, draw: int, purpose: int, count: int) -> list[float]:
    """Throw the first numbers of a purpose, one at a time."""
    out: list[float] = []
    step = purpose << 16
    words = int(key[0]) & LOW, int(key[0]) >> 32
    while len(out) < count:
        counter = step & LOW, draw & LOW, draw >> 32, int(key[1]) & LOW
        a, b, c, d = philox(counter, words)
        out += [((hi << 32 | lo) >> 11) * 2.0**-53 + 2.0**-54 for hi, lo in ((a, b), (c, d))]
        step += 1
    return out[:count]


def quiet(draws: int) -> np.ndarray:
    """Give rates under which nothing happens to anybody."""
    rates = np.zeros(draws, dtype=RATES)
    rates["journey"] = 0.5
    rates["family"] = 1 / len(DEMOGRAPHICS)
    rates["held_still"] = rates["held_new"] = 0.5
    rates["places"] = 1e6
    return rates


def nobody(draws: int) -> np.ndarray:
    """Give an empty ledger."""
    return np.zeros((draws, STAGES, len(GROUPS), len(DEMOGRAPHICS), 2), dtype=np.int64)


class Persons:
    """People of one group and demographic, moved through a month one at a time.

    rate   of that group, numbers only, under the names of the kernel's rates
    """

    def __init__(self, rate: dict[str, float], dice: np.random.Generator) -> None:
        self.rate, self.dice = rate, dice
        self.done: Counter[tuple[Stage, int]] = Counter()
        self.heard: Counter[str] = Counter()
        self.moving: list[int] = []
        self.freed: list[int] = []
        self.met_now = 0

    def month(self, people: list[tuple[Stage, int]]) -> Counter[tuple[Stage, int]]:
        """Give where everyone is a month later: (stage, met before) -> people."""
        for stage, met in self.dice.permutation(people).tolist():
            self.wait(Stage(stage), met)
        self.travel(sum(stage is Stage.IN_TRANSIT for stage, _ in people))
        for met in self.freed:
            if self.chance("returned"):
                self.go_home(Stage.RETURNED_BY_MEXICO, met)
            else:
                self.done[Stage.IN_TRANSIT, met] += 1
        for _ in range(self.met_now):
            self.receive()
        return self.done

    def chance(self, name: str) -> bool:
        return bool(self.dice.random() < self.rate[name])

    def turn(self, office: str) -> bool:
        """Say whether an office still takes a case this month; the line is in chance order."""
        self.heard[office] += 1
        return self.heard[office] <= self.rate[office]

    def decide(self, met: int) -> None:
        """Close a claim in Mexico: granted, refused, or withdrawn to travel on."""
        u = self.dice.random()
        if u < self.rate["granted"]:
            self.done[Stage.PROTECTED_MEXICO, met] += 1
        elif u < self.rate["granted"] + self.rate["refused"]:
            self.done[Stage.REFUSED, met] += 1
        else:
            self.moving.append(met)

    def go_home(self, stage: Stage, met: int) -> None:
        again = self.chance("again")
        self.done[Stage(self.dice.integers(3)) if again else stage, met] += 1

    def wait(self, stage: Stage, met: int) -> None:
        """Decide for those not on the way."""
        if stage in (Stage.TRIES_NEXT, Stage.IN_TRANSIT):
            self.moving.append(met)
        elif stage in (Stage.TRIES_IN_TWO, Stage.TRIES_IN_THREE):
            self.done[Stage(stage - 1), met] += 1
        elif stage is Stage.DETAINED and not self.chance("held_still"):
            self.freed.append(met)
        elif stage is Stage.IN_COURT and self.turn("closed_usa"):
            safe = self.chance("court_granted")
            self.done[Stage.PROTECTED_USA if safe else Stage.REFUSED, met] += 1
        elif stage is Stage.ASYLUM and self.turn("closed_mexico"):
            self.decide(met)
        elif stage is Stage.SENT_TO_WAIT and self.chance("wait_ending"):
            safe = self.chance("wait_relief")
            self.done[Stage.PROTECTED_USA if safe else Stage.REFUSED, met] += 1
        else:
            self.done[stage, met] += 1

    def travel(self, before: int) -> None:
        """Let people set out, then take each of those on the way through the month."""
        rate, onward = self.rate, self.rate["arrivals"]
        mean = (before + rate["journey"] * onward) / 2
        detained = rate["detention"] / rate["journey"] * mean
        claiming = rate["claims"] / rate["journey"] * mean
        leaving = onward + detained + claiming
        let_go = (1 - rate["returned"]) * (len(self.freed) + (1 - rate["held_new"]) * detained)
        staying = max(rate["journey"] * onward - let_go, 0)
        needed = leaving + staying - len(self.moving)
        self.moving += [0] * int(max(needed, 0) + self.dice.random())
        for met in self.moving:
            u = self.dice.random() * len(self.moving)
            if u < onward:
                self.met_now += 1
            elif u < onward + detained:
                self.hold(met)
            else:
                self.done[Stage.ASYLUM if u < leaving else Stage.IN_TRANSIT, met] += 1

    def hold(self, met: int) -> None:
        if self.chance("held_new"):
            self.done[Stage.DETAINED, met] += 1
        else:
            self.freed.append(met)

    def receive(self) -> None:
        """Decide for a person encountered at the US border."""
        if self.chance("wait_share"):
            self.done[Stage.SENT_TO_WAIT, 1] += 1
        elif self.chance("sent_home"):
            self.go_home(Stage.RETURNED_BY_USA, 1)
        else:
            barred = self.chance("barred")
            self.done[Stage.IN_COURT_BARRED if barred else Stage.IN_COURT, 1] += 1


CELLS = tuple(product(Stage, (0, 1)))
