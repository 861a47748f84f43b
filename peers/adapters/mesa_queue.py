"""Mesa: a station with many desks, person by person, by its discrete-event scheduler."""

import heapq
import random

import mesa
from clock import timed


class Person(mesa.Agent):
    """Waits for the desk that is free first."""

    def step(self):
        """Come, and take the desk that is free first."""
        model = self.model
        model.now += model.dice.expovariate(model.arrivals)
        start = max(model.now, model.free[0])
        model.waits.append(start - model.now)
        heapq.heapreplace(model.free, start + model.dice.expovariate(model.pace))


class Station(mesa.Model):
    """Desks and when each is free."""

    def __init__(self, task):
        super().__init__(seed=1)
        self.dice, self.now, self.waits = random.Random(1), 0.0, []  # noqa: S311
        self.arrivals, self.pace = task["arrivals"], task["pace"]
        self.free = [0.0] * task["desks"]
        Person.create_agents(self, task["people"])

    def step(self):
        """Let everyone come in turn."""
        self.agents.do("step")


def prepare(task):
    """Nothing needs to be held."""

    def work():
        station = Station(task)
        station.step()
        return [sum(station.waits) / len(station.waits)]

    return work


timed(prepare)
