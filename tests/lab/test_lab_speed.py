"""How long a run takes: the world's opening, the month loop, the tables, the page, the start-up."""

import subprocess
import sys
from functools import partial

import numpy as np
import pytest

from entente.accord.choices import Choices
from entente.accord.text import read
from entente.lab.blocks import blocks, run_block
from entente.lab.ensemble import unroll
from entente.lab.settings import Settings
from entente.luck import Luck
from entente.outcome.simulate import simulate
from entente.outcome.store import files_of
from entente.outcome.tables import monthly
from entente.report.pages import brief
from entente.world.baseline import World
from entente.world.movement.corridor.month import spread_over
from entente.world.movement.movement import Movement

DEAL = "us-mexico-2019"
START = np.datetime64("2019-06")


@pytest.fixture(scope="module")
def run():
    return simulate(read("us-mexico-2019"), Settings(2000, 18))


def test_opening_the_world_for_2000_draws(benchmark):
    benchmark.pedantic(lambda: World.open(START, 18, Luck(1, 2000)), rounds=3)


@pytest.mark.parametrize("draws", [500, 1000, 2000, 4000])
def test_eighteen_months_of_the_2019_accord(benchmark, draws):
    accord, world = read("us-mexico-2019"), World.open(START, 18, Luck(1, draws))
    unroll(accord, world, 1, Choices())
    benchmark.pedantic(lambda: unroll(accord, world, 18, Choices()), rounds=2)


def test_the_monthly_table_of_2000_draws(benchmark, run):
    benchmark.pedantic(lambda: monthly(run.dataset), rounds=2)


def test_the_brief_of_2000_draws(benchmark, run):
    benchmark.pedantic(lambda: brief(run), rounds=2)


def test_the_help_of_the_command_line(benchmark):
    command = [sys.executable, "-m", "entente", "--help"]
    benchmark.pedantic(lambda: subprocess.run(command, check=True, capture_output=True), rounds=5)


def test_a_block_of_draws_packed_into_chunks(benchmark):
    block = blocks(1000)[0]
    found, _ = run_block(read(DEAL), Settings(1000, 2).settled(read(DEAL)), block)
    benchmark.pedantic(lambda: files_of(found.dataset, block, 10_000), rounds=3)


def test_the_machines_limit_a_million_uniform_numbers(benchmark):
    luck = Luck(1, 250_000).of("limit")
    benchmark.pedantic(lambda: luck.uniform(4), rounds=5)


def test_the_machines_limit_a_million_exact_binomials(benchmark):
    luck, shares = Luck(1, 250_000).of("limit"), np.full((250_000, 5), 0.2)
    people = np.full(250_000, 10_000)
    benchmark.pedantic(lambda: spread_over(luck, shares, people), rounds=3, warmup_rounds=1)


def test_a_month_of_1000_draws_of_people(benchmark):
    movement = Movement.open(START, 2, Luck(1, 1000).of("movement"))
    state, levers = movement.begin(), movement.practice()
    month = partial(movement.respond, state, levers, Luck(1, 1000).of("month"))
    benchmark.pedantic(month, rounds=5, warmup_rounds=1)


def test_the_machines_limit_a_triad_through_memory(benchmark):
    left, right = np.ones(10_000_000), np.ones(10_000_000)
    out = np.empty_like(left)
    benchmark.pedantic(lambda: np.add(left, np.multiply(right, 3.0, out=out), out=out), rounds=5)
