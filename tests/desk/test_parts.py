"""What the desk is made of: its parts, the times in which they are renewed, its container."""

import importlib
import re
import shlex
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from servers import until

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "scripts"))
script = importlib.import_module("parts")

CONTAINER = (ROOT / "Containerfile").read_text()


def test_every_locked_part_is_in_the_inventory_with_its_digests():
    lock = script.LOCK.read_text()
    bill = script.bill()
    told = [(part["name"], part["version"]) for part in bill["components"]]
    assert told == re.findall(r"^([a-z0-9.-]+)==(\S+)", lock, re.M)
    digests = [one["content"] for part in bill["components"] for one in part["hashes"]]
    assert digests == re.findall(r"sha256:(\w+)", lock)
    refs = {part["bom-ref"] for part in bill["components"]} | {"entente"}
    assert {d["ref"] for d in bill["dependencies"]} == refs
    assert {ref for d in bill["dependencies"] for ref in d["dependsOn"]} < refs
    licensed = [part for part in bill["components"] if "licenses" in part]
    assert len(licensed) > 0.9 * len(told)


def test_the_audit_asks_of_every_lock_that_is_installed():
    recipe = re.search(r"^audit:.*\n((?:\t.*\n)+)", (ROOT / "Makefile").read_text(), re.M)[1]
    asked = re.search(r"for lock in ([\w ]+);", recipe)[1].split()
    assert {f"{name}.txt" for name in asked} == {
        f.name for f in (ROOT / "requirements").glob("*.txt") if f.name != "peers.txt"
    }, "peers are never served"
    assert "--strict" in recipe


def test_the_times_in_which_parts_are_renewed_are_stated():
    page = (ROOT / "docs" / "desk-security.md").read_text()
    table = page.split("## Parts, and the time")[1].split("## ")[0]
    days = [int(n) for n in re.findall(r"(\d+) days", table)]
    assert days == sorted(days), "the graver, the sooner"
    assert re.findall(r"CVSS (\d)", table) == ["9", "7", "4"], "every grade has its time"


def test_no_history_of_the_source_is_in_the_container_or_served(client, db):
    left_out = (ROOT / ".containerignore").read_text().split()
    assert {".git", "entente-desk"} <= set(left_out)
    for place in ("/.git/config", "/static/../.git/config", "/.env"):
        assert client.get(place).status_code == 404


def test_the_container_installs_from_the_lock_alone_and_is_no_administrator():
    installs = re.findall(r"pip install (.*)$", CONTAINER, re.M)
    assert len(installs) == 2
    assert all("--require-hashes" in line or "--no-deps" in line for line in installs)
    for copied, _ in re.findall(r"^COPY (?!--from)(\S+) (\S+)$", CONTAINER, re.M):
        assert (ROOT / copied).exists()
    python = re.search(r"python:3\.(\d+)", CONTAINER)[1]
    assert f'>=3.{python}"' in (ROOT / "pyproject.toml").read_text()
    assert re.findall(r"^USER (\w+)$", CONTAINER, re.M) == ["desk"]


def test_what_the_container_starts_serves_a_desk(tmp_path, free_port):
    """The commands of the container's file, in this environment and in a folder of their own."""
    start = re.search(r'^CMD \["sh", "-c", "(.*)"\]$', CONTAINER, re.M)[1]
    health = re.search(r"HEALTHCHECK .* CMD (\[.*\])$", CONTAINER, re.M)[1]
    words = ["env", f"PATH={Path(sys.executable).parent}:/usr/bin:/bin",
             "ENTENTE_DESK_SECRET=" + "x7" * 30, "ENTENTE_DESK_HOSTS=desk.example.org",
             f"ENTENTE_DESK_HOME={tmp_path}", "DJANGO_SETTINGS_MODULE=entente.desk.settings",
             f"PYTHONPATH={ROOT / 'src'}"]  # fmt: skip
    served = start.replace("0.0.0.0:8000", f"127.0.0.1:{free_port}")
    assert served != start
    desk = subprocess.Popen([*words, "sh", "-c", served], cwd=tmp_path, stderr=subprocess.DEVNULL)
    asks = [*words, *shlex.split(health.strip("[]").replace(",", " ")), str(free_port)]
    try:
        until(lambda: subprocess.run(asks, cwd=tmp_path).returncode == 0, 240, 1)
    finally:
        desk.send_signal(signal.SIGTERM)
        desk.wait(30)
    assert (tmp_path / "static" / "page.css").exists()


@pytest.fixture
def free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return asked.getsockname()[1]
