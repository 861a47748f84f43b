"""A Dask cluster that loses a worker goes on by itself; one that loses its scheduler is told."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import jobs
import pytest

from entente.lab import crew
from entente.lab.crew import CrewLostError, Hands
from entente.lab.shelf import Shelf
from entente.lab.work import Job, work

dask = pytest.importorskip("dask")
pytest.importorskip("distributed")

WHOLE = {f"{n}.txt": f"part {n}" for n in range(8)}


def started(folder: Path, *arguments: str) -> subprocess.Popen[bytes]:
    told = {**os.environ, "PYTHONPATH": os.pathsep.join([str(Path(__file__).parent), *sys.path])}
    command = [sys.executable, "-m", *arguments, "--scheduler-file", str(folder / "where.json")]
    with (folder / "log.txt").open("ab") as log:
        return subprocess.Popen(command, stdout=log, stderr=log, env=told, cwd=folder)


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[tuple[str, int]]:
    """Give the address of a scheduler with one worker, and the scheduler's process."""
    home = ("--host", "127.0.0.1")
    leads = started(tmp_path, "distributed.cli.dask_scheduler", "--port", "0", "--no-show", *home)
    works = started(tmp_path, "distributed.cli.dask_worker", "--nthreads", "1", *home)
    try:
        for _ in range(200):
            if (tmp_path / "where.json").exists():
                break
            time.sleep(0.1)
        yield json.loads((tmp_path / "where.json").read_text())["address"], leads.pid
    finally:
        for process in (works, leads):
            process.terminate()
            process.wait(20)


def test_a_cluster_survives_its_worker_and_keeps_what_it_did_before_its_scheduler_dies(
    cluster, tmp_path, monkeypatch
):
    monkeypatch.setattr(crew, "_PATIENCE", 2)
    dask.config.set({"distributed.comm.timeouts.connect": "1s"})
    address, leads = cluster
    shelf = Shelf(tmp_path / "shelf")
    dying = [Job("key0", partial(jobs.dying_once, 0, tmp_path))]
    work([*dying, *jobs.plain(3)[1:]], shelf, Hands(cluster=address))
    assert (tmp_path / "met-0").exists(), "the worker was killed and its job done again"

    def kill_the_scheduler(done: float) -> None:
        if done == 5:
            os.kill(leads, signal.SIGKILL)

    slow = [Job(f"key{n}", partial(jobs.slow, n)) for n in range(8)]
    with pytest.raises(CrewLostError, match=r"scheduler is gone; [567] of 8 parts are kept"):
        work(slow, shelf, Hands(cluster=address), kill_the_scheduler)
    work(jobs.plain(8), shelf)
    found = {path.name: path.read_text() for path in (tmp_path / "shelf" / "out").iterdir()}
    assert found == WHOLE
