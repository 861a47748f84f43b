"""Real processes for the tests of running the desk: commands, and a PostgreSQL of our own."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

# What people would miss, and the digest of each file that is kept for them.
_HELD = """
import json
from hashlib import sha256
from django.conf import settings
from entente.desk.briefs.models import Brief
from entente.desk.ledgers.models import Ledger
from entente.desk.people.models import User
from entente.desk.studio.models import Job
from entente.desk.talk.models import Comment
asked = {User: "email", Brief: "slug", Comment: "text", Job: "key", Ledger: "key"}
held = {m.__name__: sorted(map(str, m.objects.values_list(n, flat=True))) for m, n in asked.items()}
held["files"] = {
    str(f.relative_to(settings.MEDIA_ROOT)): sha256(f.read_bytes()).hexdigest()
    for f in sorted(settings.MEDIA_ROOT.rglob("*")) if f.is_file()
}
print(json.dumps(held))
"""
_PEOPLED = """
from entente.desk.briefs.models import Brief
from entente.desk.ledgers.models import Ledger
from entente.desk.people.models import User
from entente.desk.studio.models import Job
from entente.desk.talk.models import Comment
user = User.objects.create_user("one@example.org", "a long pass phrase 42", name="One")
brief = Brief.objects.create(slug="a-brief", title="A brief", author=user, state="published")
revision = brief.revisions.create(number=1, headline="h", page="<body>p</body>", record={"seed": 1})
Comment.objects.create(brief=brief, author=user, text="Kept.")
for made, file in ((Job(owner=user, state="done"), "run.nc"), (Ledger(owner=user), "lines.csv")):
    made.save()
    made.folder.mkdir(parents=True)
    (made.folder / file).write_bytes(b"of value" * 1000)
"""


def peopled(**environment: str) -> dict[str, Any]:
    """Make tables and a person with brief, comment, run and ledger; say what is held."""
    for words in (("migrate", "-v0"), ("createcachetable",), ("shell", "-v0", "-c", _PEOPLED)):
        done = django(*words, **environment)
        assert done.returncode == 0, done.stderr
    return held(**environment)


def held(**environment: str) -> dict[str, Any]:
    """Say what a desk holds."""
    done = django("shell", "-v0", "-c", _HELD, **environment)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def django(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command of the desk in a process of its own."""
    known = {**os.environ, "DJANGO_SETTINGS_MODULE": "entente.desk.settings", **environment}
    known.pop("DJANGO_ALLOW_ASYNC_UNSAFE", None)  # for the browser's driver in tests alone
    return subprocess.run(
        [sys.executable, "-m", "django", *words], env=known, capture_output=True, text=True
    )


class PostgreSQL:
    """A PostgreSQL server of our own, on a socket in a folder."""

    def __init__(self, folder: Path) -> None:
        homes = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
        if not homes:
            _absent("PostgreSQL absent: apt-get install postgresql")
        folder.chmod(0o777)
        self.tools, self.folder, self.held = homes[-1], folder, folder / "held"
        self.at = f"postgresql://desk@{str(folder).replace('/', '%2F')}/postgres"
        self._tool("initdb", "-D", str(self.held), "-U", "desk", "-A", "trust", "-E", "UTF8")

    def start(self) -> None:
        options = f"-c listen_addresses='' -c unix_socket_directories={self.folder} -c fsync=off"
        log = str(self.folder / "log")
        self._tool("pg_ctl", "-D", str(self.held), "-w", "-l", log, "-o", options, "start")

    def stop(self) -> None:
        self._tool("pg_ctl", "-D", str(self.held), "-w", "-m", "immediate", "stop")

    def kill(self) -> None:
        """Kill the server and the processes that it has for its guests."""
        first = int((self.held / "postmaster.pid").read_text().split()[0])
        guests = children(first)
        for pid in (first, *guests):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in (first, *guests)))

    def _tool(self, name: str, *words: str) -> None:
        as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        subprocess.run([*as_user, str(self.tools / name), *words], check=True, capture_output=True)


@contextmanager
def postgresql(folder: Path) -> Iterator[str]:
    """Run a PostgreSQL server of our own; give its address."""
    server = PostgreSQL(folder)
    server.start()
    try:
        yield server.at
    finally:
        server.stop()


def _absent(word: str) -> None:
    if os.environ.get("ENTENTE_REQUIRE_ALL") == "1":
        pytest.fail(word)
    pytest.skip(word)


def children(parent: int) -> list[int]:
    """List the processes that a process started."""
    listed = Path(f"/proc/{parent}/task/{parent}/children").read_text()
    return [int(pid) for pid in listed.split()]


def until(holds: Callable[[], Any], seconds: float = 60, pause: float = 0.1) -> Any:
    """Wait for something to hold; give what it gave."""
    end = time.monotonic() + seconds
    while not (found := holds()):
        assert time.monotonic() < end, f"not within {seconds} s"
        time.sleep(pause)
    return found
