"""Run each tool as a process of its own, in turn with the others, and keep what it took."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TypedDict

HERE = Path(__file__).parent
TURNS = 3  # processes of each tool, in turn, so that a busy spell meets all alike


class Said(TypedDict):
    """What an adapter prints; see `clock`."""

    seconds: list[float]
    processor: list[float]
    answer: list[float]
    megabytes: float


@dataclass(frozen=True)
class Taken:
    """What one tool took for one work.

    warm       seconds of each repetition, by turn      [turn, round]
    whole      seconds of each process from its start   [turn]
    answer     the numbers it gave
    megabytes  the most memory it held
    processor  seconds on all cores together, median of all repetitions
    """

    tool: str
    warm: tuple[tuple[float, ...], ...]
    whole: tuple[float, ...]
    answer: tuple[float, ...]
    megabytes: float
    processor: float

    @property
    def seconds(self) -> float:
        """Return the median of all repetitions."""
        return median(second for turn in self.warm for second in turn)


def measured(
    tools: Mapping[str, Sequence[str]],
    task: Mapping[str, object],
    folder: Path,
    *,
    rounds: int,
    once: Sequence[str] = (),
    turns: int = TURNS,
) -> list[Taken]:
    """Measure tools on one task in turn; a tool that fails is told on stderr and left out.

    tools    the command of each, to which the task's file is added
    rounds   repetitions in each turn
    once     tools that do it a single time in all
    """
    runs: dict[str, list[tuple[float, Said]]] = {tool: [] for tool in tools}
    for turn in range(turns):
        for tool, command in tools.items():
            if turn and tool in once:
                continue
            file = folder / f"{tool}.json"
            asked = {**task, "rounds": 0 if tool in once else rounds}
            file.write_text(json.dumps(asked), encoding="utf-8")
            found = _run(tool, [*command, str(file)])
            if found is not None:
                runs[tool].append(found)
    return [_taken(tool, found) for tool, found in runs.items() if found]


def _run(tool: str, command: Sequence[str]) -> tuple[float, Said] | None:
    start = time.perf_counter()
    try:
        done = subprocess.run(  # noqa: S603 - the adapters of this folder, or what the user named
            command, capture_output=True, text=True, check=False, env=_environment()
        )
    except OSError as absent:
        sys.stderr.write(f"{tool} is not here: {absent}\n")
        return None
    whole = time.perf_counter() - start
    lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
    if done.returncode or not lines:
        last = (done.stderr.strip() or "no answer").splitlines()[-1]
        sys.stderr.write(f"{tool} failed: {last}\n")
        return None
    return whole, json.loads(lines[-1])


def _environment() -> Mapping[str, str]:
    """Let adapters find the clock, and leave each library its own number of threads."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join((str(HERE), str(HERE.parent / "src")))}


def _taken(tool: str, found: list[tuple[float, Said]]) -> Taken:
    told = [said for _, said in found]
    return Taken(
        tool,
        tuple(tuple(said["seconds"]) for said in told),
        tuple(whole for whole, _ in found),
        tuple(told[0]["answer"]),
        max(said["megabytes"] for said in told),
        median(second for said in told for second in said["processor"]),
    )
