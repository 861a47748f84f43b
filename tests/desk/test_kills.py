"""Killed without warning, the desk comes back by itself and nothing that it held is lost.

A real web server, a real queue and a real PostgreSQL; each is killed by SIGKILL.
"""

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import psycopg
import pytest
from servers import PostgreSQL, children, django, held, peopled, until

_ASK = """
from django_q.tasks import async_task
from entente.accord.text import text_of
from entente.desk.people.models import User
from entente.desk.studio import work
from entente.desk.studio.models import Job
asked = {"draws": 2000, "months": 8, "seed": 1, "choose": ["resumed=true"]}
text = text_of("us-mexico-2019")
one, two = (
    Job.objects.create(owner=User.objects.get(), name="x", accord=text, settings=asked)
    for _ in range(2)
)
work.run(one.pk)
print(one.folder)
async_task("entente.desk.studio.work.run", two.pk)
"""


class Desk:
    """Its processes and what they need to know."""

    def __init__(self, home: Path, server: PostgreSQL) -> None:
        self.home, self.server, self.started = home, server, []
        self.environment = {
            "ENTENTE_DESK_HOME": str(home), "DATABASE_URL": server.at, "ENTENTE_DESK_LONGEST": "20",
        }  # fmt: skip
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]

    def starts(self, *words: str) -> tuple[subprocess.Popen[bytes], Path]:
        """Start a process; give it and where its log is."""
        known = {
            **os.environ, "DJANGO_SETTINGS_MODULE": "entente.desk.settings", **self.environment
        }  # fmt: skip
        log = self.home / f"log-{len(self.started)}"
        with log.open("wb") as out:
            process = subprocess.Popen(
                [sys.executable, "-m", *words], env=known, stdout=out, stderr=out
            )
        self.started.append(process)
        return process, log

    def serves(self) -> subprocess.Popen[bytes]:
        """Start the web server and wait until it answers."""
        place = f"127.0.0.1:{self.port}"
        web, _ = self.starts("gunicorn", "-c", "python:entente.desk.running.serving", "-b", place)
        until(lambda: self.get("/healthz") == 200)
        return web

    def get(self, path: str) -> int:
        """Ask for a page; 0 where nobody answers."""
        try:
            with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)) as asked:
                asked.request("GET", path)
                return asked.getresponse().status
        except (OSError, http.client.HTTPException):
            return 0


@pytest.fixture(scope="module")
def desk():
    with (
        tempfile.TemporaryDirectory(prefix="entente-pg-") as folder,
        tempfile.TemporaryDirectory(prefix="entente-desk-") as home,
    ):
        server = PostgreSQL(Path(folder))
        server.start()
        made = Desk(Path(home), server)
        try:
            peopled(**made.environment)
            django("collectstatic", "--no-input", "-v0", **made.environment)
            yield made
        finally:
            for process in made.started:
                process.terminate()
                process.wait()
            server.stop()


def test_a_web_process_that_is_killed_is_replaced_and_the_page_is_there(desk):
    web = desk.serves()
    assert desk.get("/briefs/a-brief/") == 200
    first = until(lambda: len(children(web.pid)) == 2 and children(web.pid))
    os.kill(first[0], signal.SIGKILL)
    assert desk.get("/briefs/a-brief/") == 200, "the other process answers meanwhile"
    until(lambda: len(children(web.pid)) == 2 and first[0] not in children(web.pid))
    assert {desk.get("/briefs/a-brief/") for _ in range(8)} == {200}


def test_postgresql_killed_and_started_again_has_lost_nothing(desk):
    if not desk.started:
        desk.serves()
    before = held(**desk.environment)
    assert [len(before[what]) for what in ("Comment", "Job", "Ledger")] == [1, 1, 1]
    desk.server.kill()
    assert desk.get("/readyz") == 503
    assert desk.get("/healthz") == 200
    desk.server.start()
    until(lambda: desk.get("/readyz") == 200)
    assert {desk.get("/briefs/a-brief/") for _ in range(8)} == {200}
    assert held(**desk.environment) == before


def test_a_worker_killed_in_the_middle_of_a_run_leaves_it_to_another_with_the_same_digest(desk):
    asked = django("shell", "-v0", "-c", _ASK, **desk.environment)
    assert asked.returncode == 0, asked.stderr
    undisturbed = Path(asked.stdout.split()[-1])
    _, log = desk.starts("django", "qcluster")
    worker = until(lambda: re.search(r"ready for work at (\d+)", log.read_text()))
    with psycopg.connect(desk.server.at, autocommit=True) as asks:
        until(lambda: 0 < state(asks)[1] < 2000, pause=0.01)
        os.kill(int(worker[1]), signal.SIGKILL)
        assert state(asks)[0] == "running"
        until(lambda: state(asks)[0] == "done", 90)
        redone = undisturbed.with_name(str(state(asks)[2]))
    assert tables(redone) == tables(undisturbed)
    assert names(redone) == names(undisturbed), "done once, and no remains of the first try"


def tables(folder: Path) -> dict[str, str]:
    """Give the digest of each table of a run."""
    found = {f.name: sha256(f.read_bytes()).hexdigest() for f in (folder / "tables").glob("*.csv")}
    assert found
    return found


def state(asks):
    """Give the newest run's state, draws done and key."""
    return asks.execute("SELECT state, draws_done, key FROM studio_job ORDER BY id DESC").fetchone()


def names(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())
