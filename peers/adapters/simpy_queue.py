"""SimPy: a station with many desks, person by person."""

import random

import simpy
from clock import timed


def prepare(task):
    """Nothing needs to be held."""

    def work():
        dice, waits = random.Random(1), []  # noqa: S311
        station = simpy.Environment()
        desks = simpy.Resource(station, capacity=task["desks"])

        def person():
            came = station.now
            with desks.request() as desk:
                yield desk
                waits.append(station.now - came)
                yield station.timeout(dice.expovariate(task["pace"]))

        def arrivals():
            for _ in range(task["people"]):
                yield station.timeout(dice.expovariate(task["arrivals"]))
                station.process(person())

        station.process(arrivals())
        station.run()
        return [sum(waits) / len(waits)]

    return work


timed(prepare)
