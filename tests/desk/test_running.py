"""Running the desk: mail over a real sink, settings fit for the open, health, PostgreSQL."""

import io
import json
import logging
import os
import re
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.db import DatabaseError
from django.urls import reverse
from servers import django, postgresql

from conftest import PASSWORD, mailed_code
from entente.desk.running import health
from entente.desk.running.lines import JsonLines, TextLines

ROOT = Path(__file__).parents[2]
NEW = "another long pass phrase 7"


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


def test_health_says_whether_the_desk_lives_and_can_serve(client, db):
    assert client.get("/healthz").content == b"ok\n"
    said = client.get("/readyz").json()
    idle = {"waiting": 0, "under_way": 0, "oldest_seconds": 0, "workers": 0}
    assert said == {"status": "no worker", "queue": idle}


def test_the_desk_is_not_ready_while_its_database_is_silent(client, db, monkeypatch):
    def silent():
        raise DatabaseError

    monkeypatch.setattr(health, "waiting", silent)
    assert client.get("/readyz").status_code == 503
    assert client.get("/healthz").status_code == 200


def test_measures_are_given_to_this_machine_or_to_who_shows_the_token(client, db, settings):
    client.get("/search/?q=secret-words")
    told = client.get("/metrics").content.decode()
    assert 'desk_request_seconds_count{method="GET",page="briefs:search",status="200"}' in told
    assert "desk_queue_waiting 0.0" in told
    assert "secret-words" not in told
    assert client.get("/metrics", REMOTE_ADDR="203.0.113.9").status_code == 404
    assert client.get("/metrics", headers={"x-forwarded-for": "127.0.0.1"}).status_code == 404
    settings.DESK_METRICS_TOKEN = "t0ken"
    assert client.get("/metrics").status_code == 404
    shown = {"authorization": "Bearer t0ken"}
    assert client.get("/metrics", REMOTE_ADDR="203.0.113.9", headers=shown).status_code == 200


@pytest.fixture
def logged():
    """Gather what the desk logs, as it is written."""
    lines = io.StringIO()
    handler = logging.StreamHandler(lines)
    handler.setFormatter(JsonLines())
    logging.getLogger("entente.desk").addHandler(handler)
    yield lambda: [json.loads(line) for line in lines.getvalue().splitlines()]
    logging.getLogger("entente.desk").removeHandler(handler)


def test_what_happens_to_accounts_is_logged_without_any_secret(client, person, logged):
    user = person("reader")
    login = {"login": user.email, "password": "wrong pass phrase 42"}
    client.post(reverse("account_login"), login)
    client.post(reverse("account_login"), login | {"password": PASSWORD})
    client.post(reverse("account_logout"))
    page = client.post(reverse("account_reset_password"), {"email": user.email})
    client.post(page.url, {"code": "AAAA-AAAA"})
    code = mailed_code()
    confirmed = client.post(page.url, {"code": code})
    client.post(confirmed.url, {"password1": NEW, "password2": NEW})
    TOTP.activate(user, generate_totp_secret())
    client.post(reverse("account_login"), login | {"password": NEW})
    client.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert [line["event"] for line in logged()] == [
        "sign-in refused", "signed in", "signed out", "code of a reset refused", "password reset",
        "second factor refused",
    ]  # fmt: skip
    assert all(line["from"] == "127.0.0.1" and line["time"] for line in logged())
    text = json.dumps(logged())
    assert not any(s in text for s in (PASSWORD, NEW, "wrong pass", code, user.email))


def test_a_line_break_in_what_is_logged_makes_no_line():
    record = logging.LogRecord("x", logging.INFO, "", 0, "one\nforged", None, None)
    for form in (JsonLines(), TextLines()):
        assert len(form.format(record).splitlines()) == 1


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
