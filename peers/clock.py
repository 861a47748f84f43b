"""What every adapter does alike: read its task, do the work, then do it again against the clock.

Only the standard library is used, for each tool runs in an environment of its own.
"""

import json
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any


def timed(prepare: Callable[[dict[str, Any]], Callable[[], Sequence[float]]]) -> None:
    """Run an adapter: `adapter.py TASK.json` prints what each round took, its answer and memory.

    prepare   takes the task and returns the work, whose answer is a list of numbers; what the task
              calls held in memory is read by `prepare`, for every tool alike

    A task of no rounds is too long to repeat: its first time is the one that counts.
    """
    task = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    work = prepare(task)
    first, answer = _once(work)
    rounds = [_once(work)[0] for _ in range(task["rounds"])] or [first]
    seconds, processor = zip(*rounds)  # noqa: B905 - for Pythons older than ours too
    found = {"seconds": seconds, "processor": processor, "first": first[0]}
    found |= {"answer": answer, "megabytes": _most_memory()}
    sys.stdout.write("\n" + json.dumps(found) + "\n")


def _most_memory() -> float:
    """Return the most memory that this process has held, MB (Linux)."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def _once(work: Callable[[], Sequence[float]]) -> tuple[tuple[float, float], list[float]]:
    """Return the seconds by the clock and on the processor, all cores together, and the answer."""
    start, used = time.perf_counter(), time.process_time()
    answer = work()
    taken = time.perf_counter() - start, time.process_time() - used
    return taken, [float(number) for number in answer]
