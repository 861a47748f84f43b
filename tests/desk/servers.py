"""Real processes for the tests of running the desk: commands, and a PostgreSQL of our own."""

import json
import os
import subprocess
import sys
from contextlib import contextmanager
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
    known = {**os.environ, "DJANGO_SETTINGS_MODULE": "entente.desk.settings", **environment}
    known.pop("DJANGO_ALLOW_ASYNC_UNSAFE", None)  # for the browser's driver in tests alone
    return subprocess.run(
        [sys.executable, "-m", "django", *words], env=known, capture_output=True, text=True
    )


@contextmanager
def postgresql(folder: Path):
    """Run a PostgreSQL server of our own on a socket in a folder; give its address."""
    homes = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if not homes:
        word = "PostgreSQL absent: apt-get install postgresql"
        if os.environ.get("ENTENTE_REQUIRE_ALL") == "1":
            pytest.fail(word)
        pytest.skip(word)
    folder.chmod(0o777)
    as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []

    def tool(name: str, *words: str) -> None:
        subprocess.run([*as_user, str(homes[-1] / name), *words], check=True, capture_output=True)

    held = folder / "held"
    tool("initdb", "-D", str(held), "-U", "desk", "-A", "trust", "-E", "UTF8")
    options = f"-c listen_addresses='' -c unix_socket_directories={folder} -c fsync=off"
    tool("pg_ctl", "-D", str(held), "-w", "-l", str(folder / "log"), "-o", options, "start")
    try:
        yield f"postgresql://desk@{str(folder).replace('/', '%2F')}/postgres"
    finally:
        tool("pg_ctl", "-D", str(held), "-w", "-m", "immediate", "stop")
