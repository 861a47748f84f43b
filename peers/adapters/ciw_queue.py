"""Ciw: a station with many desks, person by person."""

import ciw
from clock import timed


def prepare(task):
    """Describe the network; the work simulates until the time in which that many people come."""
    network = ciw.create_network(
        arrival_distributions=[ciw.dists.Exponential(task["arrivals"])],
        service_distributions=[ciw.dists.Exponential(task["pace"])],
        number_of_servers=[task["desks"]],
    )

    def work():
        ciw.seed(1)
        simulation = ciw.Simulation(network)
        simulation.simulate_until_max_time(task["people"] / task["arrivals"])
        waits = [record.waiting_time for record in simulation.get_all_records()]
        return [sum(waits) / len(waits)]

    return work


timed(prepare)
