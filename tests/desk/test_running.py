"""Running the desk: mail over a real sink, settings fit for the open, health, PostgreSQL."""

import os
import re
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from django.urls import reverse
from servers import django, postgresql

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


def test_settings_for_the_open_pass_djangos_own_inspection(tmp_path):
    done = django(
        "check", "--deploy", "--fail-level", "WARNING",
        ENTENTE_DESK_SECRET="x7" * 30 + "quite random #!", ENTENTE_DESK_HOSTS="desk.example.org",
        ENTENTE_DESK_HOME=str(tmp_path),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def test_the_tables_follow_the_models(tmp_path):
    done = django("makemigrations", "--check", "--dry-run", ENTENTE_DESK_HOME=str(tmp_path))
    assert done.returncode == 0, done.stdout + done.stderr


def test_health_says_whether_the_desk_can_serve(client, db):
    assert client.get("/health").json() == {"status": "ok", "runs_under_way": 0}


def test_briefs_comments_and_subscriptions_hold_on_postgresql():
    with (
        tempfile.TemporaryDirectory(prefix="entente-pg-") as folder,
        postgresql(Path(folder)) as at,
    ):
        files = [f"tests/desk/test_{name}.py" for name in ("briefs", "members", "talk")]
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-n", "0", *files],
            cwd=ROOT, env={**os.environ, "DATABASE_URL": at}, capture_output=True, text=True,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout[-4000:]
