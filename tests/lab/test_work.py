"""Jobs are done once and kept whole, whatever dies, fills up or is pressed in the middle."""

import errno
import json
import os
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import jobs
import pytest

from entente.lab.crew import CrewLostError, Hands
from entente.lab.shelf import Shelf, alone
from entente.lab.work import Job, StoppedError, work
from entente.problems import InputProblemsError, OutputError

WHOLE = {f"{n}.txt": f"part {n}" for n in range(4)}


def kept(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in sorted((folder / "out").iterdir())}


def counted(made: list[int]) -> list[Job]:
    """Give the plain jobs, noting in `made` which are done."""

    def letters(number: int) -> dict[str, bytes]:
        made.append(number)
        return jobs.letters(number)

    return [Job(f"key{n}", partial(letters, n)) for n in range(4)]


def test_work_is_done_once_and_found_done_the_next_time(tmp_path):
    made: list[int] = []
    work(counted(made), Shelf(tmp_path))
    work(counted(made), Shelf(tmp_path))
    assert made == [0, 1, 2, 3]
    assert kept(tmp_path) == WHOLE


def test_progress_counts_what_was_kept_and_what_is_done(tmp_path):
    work(jobs.plain(2), Shelf(tmp_path))
    told: list[float] = []
    work(jobs.plain(4), Shelf(tmp_path), progress=told.append)
    assert told == [2, 3, 4]


@pytest.mark.parametrize("harm", ["changed", "cut short", "lost", "receipt torn"])
def test_a_file_that_is_not_as_it_was_made_is_made_again(tmp_path, harm):
    work(jobs.plain(), Shelf(tmp_path))
    path = tmp_path / "out" / "2.txt"
    if harm == "changed":
        path.write_text("part 3")
    elif harm == "cut short":
        path.write_text("par")
    elif harm == "lost":
        path.unlink()
    else:
        (tmp_path / "receipts" / "key2.json").write_text('{"out/2.txt": "')
    made: list[int] = []
    work(counted(made), Shelf(tmp_path))
    assert made == [2]
    assert kept(tmp_path) == WHOLE


def test_a_clock_that_jumps_changes_nothing(tmp_path, monkeypatch):
    work(jobs.plain(), Shelf(tmp_path))
    for path in tmp_path.rglob("*"):
        os.utime(path, (4_000_000_000, 4_000_000_000))
    monkeypatch.setattr(time, "time", lambda: 0.0)
    made: list[int] = []
    work(counted(made), Shelf(tmp_path))
    assert made == []


def test_a_disk_that_fills_keeps_whole_parts_and_says_how_to_go_on(tmp_path, monkeypatch):
    write = Path.write_bytes

    def full(self: Path, content: bytes) -> int:
        if self.name == "2.txt":
            write(self, content[:3])
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(self, content)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_bytes", full)
        with pytest.raises(OutputError, match=r"No space left.*2 of 4 parts are kept"):
            work(jobs.plain(), Shelf(tmp_path))
    assert not (tmp_path / "out" / "2.txt").exists()
    made: list[int] = []
    work(counted(made), Shelf(tmp_path))
    assert made == [2, 3]
    assert kept(tmp_path) == WHOLE


def test_stopping_keeps_what_is_done_and_says_how_to_go_on(tmp_path):
    stopping = [Job(f"key{n}", partial(jobs.stopping, n)) for n in range(4)]
    with pytest.raises(StoppedError, match=r"2 of 4 parts are kept, and the same command goes on"):
        work(stopping, Shelf(tmp_path))
    made: list[int] = []
    work(counted(made), Shelf(tmp_path))
    assert made == [2, 3]


def test_a_worker_killed_in_the_middle_is_replaced_and_nothing_is_done_twice(tmp_path):
    marks = tmp_path / "marks"
    marks.mkdir()
    dying = [Job(f"key{n}", partial(jobs.dying_once, n, marks)) for n in (0, 1)]
    work([*dying, *jobs.plain()[2:]], Shelf(tmp_path / "shelf"), Hands(workers=2))
    assert kept(tmp_path / "shelf") == WHOLE
    assert len(list((tmp_path / "shelf" / "receipts").iterdir())) == 4


def test_workers_that_always_die_end_the_work_with_what_is_kept(tmp_path):
    work(jobs.plain(1), Shelf(tmp_path))
    every = [*jobs.plain(1), Job("bad", jobs.always_dying)]
    with pytest.raises(
        CrewLostError, match=r"workers died 3 times at one job.*1 of 2 parts are kept"
    ):
        work(every, Shelf(tmp_path), Hands(workers=2))


CLIENT = """
import sys
from functools import partial
from pathlib import Path
import jobs
from entente.lab.crew import Hands
from entente.lab.shelf import Shelf, alone
from entente.lab.work import Job, work
if __name__ == "__main__":
    folder = Path(sys.argv[1])
    every = [Job(f"key{n}", partial(jobs.slow, n)) for n in range(40)]
    with alone(folder):
        work(every, Shelf(folder), Hands(int(sys.argv[2])), lambda done: print(done, flush=True))
"""


def client(tmp_path: Path, workers: int) -> subprocess.Popen[str]:
    script = tmp_path / "client.py"
    script.write_text(CLIENT)
    told = {**os.environ, "PYTHONPATH": os.pathsep.join([str(Path(__file__).parent), *sys.path])}
    return subprocess.Popen(
        [sys.executable, str(script), str(tmp_path / "shelf"), str(workers)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=told, start_new_session=True,
    )  # fmt: skip


def until(running: subprocess.Popen[str], line: str) -> None:
    assert running.stdout is not None
    for told in running.stdout:
        if told.strip() == line:
            return
    raise AssertionError(running.stderr.read() if running.stderr else "")


def test_a_client_killed_in_the_middle_leaves_whole_parts_no_lock_and_no_workers(tmp_path):
    running = client(tmp_path, workers=2)
    until(running, "3.0")
    shelf = tmp_path / "shelf"
    with pytest.raises(OutputError, match=r"is in use by process \d+ on"), alone(shelf):
        pass
    os.kill(running.pid, signal.SIGKILL)
    running.communicate(timeout=20)  # ends only when its workers, who hold the pipe, have ended
    done = len(list((tmp_path / "shelf" / "receipts").glob("key*")))
    assert 3 <= done < 40
    told: list[float] = []
    with alone(tmp_path / "shelf"):
        work(jobs.plain(40), Shelf(tmp_path / "shelf"), progress=told.append)
    assert told[0] == done
    assert kept(tmp_path / "shelf") == {f"{n}.txt": f"part {n}" for n in range(40)}


def test_a_shelf_is_held_by_one_at_a_time_and_let_go(tmp_path):
    told = "wait for it or choose another folder"
    with alone(tmp_path), pytest.raises(OutputError, match=told), alone(tmp_path):
        pass
    with alone(tmp_path):
        pass
    assert list(tmp_path.iterdir()) == []


def test_what_a_job_refuses_in_a_worker_is_told_as_if_it_were_here(tmp_path):
    refusing = [Job("bad", jobs.refusing)]
    with pytest.raises(InputProblemsError) as told:
        work(refusing, Shelf(tmp_path), Hands(workers=2))
    assert told.value.problems == (jobs.REFUSED,)


def test_a_receipt_names_every_file_with_its_digest(tmp_path):
    work(jobs.plain(1), Shelf(tmp_path))
    told = json.loads((tmp_path / "receipts" / "key0.json").read_text())
    assert told.keys() == {"out/0.txt"}
    assert len(told["out/0.txt"]) == 64
