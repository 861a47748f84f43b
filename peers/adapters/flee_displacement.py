"""Flee: people displaced by a conflict, agent by agent."""

import contextlib
import io
from pathlib import Path

from clock import timed
from flee import InputGeography, flee, spawning
from flee.datamanager import handle_refugee_data
from flee.SimulationSettings import SimulationSettings


def prepare(task):
    """Name the files; reading them is a small part of the work."""
    conflict = Path(task["conflict"])
    inputs = conflict / "input_csv"

    def work():
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            return simulated(inputs, conflict / "source_data", task)

    return work


def simulated(inputs, registered, task):
    """Let every day pass and return the people in each camp at the end."""
    period = (inputs / "sim_period.csv").read_text(encoding="utf-8").split()
    start, days = period[0].split(",")[1], int(period[1].split(",")[1])
    SimulationSettings.ReadFromYML(task["settings"])
    SimulationSettings.ConflictInputFile = str(inputs / "conflicts.csv")
    world = flee.Ecosystem()
    map_ = InputGeography.InputGeography()
    map_.ReadLocationsFromCSV(str(inputs / "locations.csv"))
    map_.ReadLinksFromCSV(str(inputs / "routes.csv"))
    map_.ReadClosuresFromCSV(str(inputs / "closures.csv"))
    world, places = map_.StoreInputGeographyInEcosystem(world)
    people = handle_refugee_data.RefugeeTable(
        csvformat="generic", data_directory=str(registered), start_date=start,
        data_layout="data_layout.csv",
    )  # fmt: skip
    people.ReadL1Corrections(str(inputs / "registration_corrections.csv"))
    camps = world.get_camp_names()
    for camp in camps:
        spawning.add_initial_refugees(world, people, places[camp])
    for day in range(days):
        map_.AddNewConflictZones(world, day)
        spawning.spawn_daily_displaced(world, day, people)
        spawning.refresh_spawn_weights(world)
        world.enact_border_closures(day)
        world.evolve()
    return [places[camp].numAgents for camp in camps]


timed(prepare)
