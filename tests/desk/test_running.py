"""Running the desk: mail over a real sink, settings fit for the open, health, PostgreSQL."""

import os
import re
import socket
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from django.urls import reverse

from conftest import PASSWORD

ROOT = Path(__file__).parents[2]


class Sink:
    """Keeps what is mailed to it."""

    def __init__(self) -> None:
        self.letters: list[str] = []

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        self.letters.append(envelope.content.decode())
        return "250 kept"


@pytest.fixture
def sink(settings):
    kept = Sink()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        host, port = free.getsockname()
    controller = Controller(kept, hostname=host, port=port)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = host, port
    yield kept
    controller.stop()


def test_the_code_of_a_reset_goes_out_over_smtp(client, person, sink):
    user = person("reader")
    client.post(reverse("account_reset_password"), {"email": user.email})
    (letter,) = sink.letters
    assert f"To: {user.email}" in letter
    assert re.search(r"[A-Z0-9]{4}-?[A-Z0-9]{4}", letter)
    assert PASSWORD not in letter


def _django(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    known = {**os.environ, "DJANGO_SETTINGS_MODULE": "entente.desk.settings", **environment}
    known.pop("DJANGO_ALLOW_ASYNC_UNSAFE", None)  # for the browser's driver in tests alone
    return subprocess.run(
        [sys.executable, "-m", "django", *words], env=known, capture_output=True, text=True
    )


def test_settings_for_the_open_pass_djangos_own_inspection(tmp_path):
    done = _django(
        "check", "--deploy", "--fail-level", "WARNING",
        ENTENTE_DESK_SECRET="x7" * 30 + "quite random #!", ENTENTE_DESK_HOSTS="desk.example.org",
        ENTENTE_DESK_HOME=str(tmp_path),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def test_the_tables_follow_the_models(tmp_path):
    done = _django("makemigrations", "--check", "--dry-run", ENTENTE_DESK_HOME=str(tmp_path))
    assert done.returncode == 0, done.stdout + done.stderr


def test_health_says_whether_the_desk_can_serve(client, db):
    assert client.get("/health").json() == {"status": "ok", "runs_under_way": 0}


@contextmanager
def _postgresql(folder: Path):
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


def test_briefs_comments_and_subscriptions_hold_on_postgresql():
    with (
        tempfile.TemporaryDirectory(prefix="entente-pg-") as folder,
        _postgresql(Path(folder)) as at,
    ):
        files = [f"tests/desk/test_{name}.py" for name in ("briefs", "members", "talk")]
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-n", "0", *files],
            cwd=ROOT, env={**os.environ, "DATABASE_URL": at}, capture_output=True, text=True,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout[-4000:]
