"""What all tests share: hypothesis profiles, a closed network and the reference tables."""

import os
import shutil
import socket
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).parent.parent

settings.register_profile(
    "quick",
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("deep", settings.get_profile("quick"), max_examples=100)
settings.load_profile(os.environ.get("ENTENTE_HYPOTHESIS", "quick"))


# Tests that run the whole laboratory or whole accords; `make check` leaves them to `make test`.
SLOW = {
    "browser", "cases", "cli", "desk", "docs", "lab", "movement", "peers", "report",
    "test_replays.py", "trade",
}  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of slow folders."""
    for item in items:
        if SLOW & set(item.path.parts):
            item.add_marker("slow")


@pytest.fixture(scope="session")
def reference() -> Path:
    """Give the folder of reference tables that may be read but not shipped, or skip."""
    folder = Path(os.environ.get("ENTENTE_REFERENCE", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip("reference tables absent: set ENTENTE_REFERENCE to the folder that holds them")
    return folder


@pytest.fixture(scope="session")
def chromium() -> str:
    """Give the path of Chromium; without it skip, or fail where ENTENTE_REQUIRE_ALL is 1."""
    found = shutil.which("chromium")
    if found is None:
        word = "Chromium absent: apt-get install chromium"
        if os.environ.get("ENTENTE_REQUIRE_ALL") == "1":
            pytest.fail(word)
        pytest.skip(word)
    return found


@pytest.fixture(autouse=True)
def _closed_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse every connection that leaves this machine."""
    connect = socket.socket.connect

    def local_only(self: socket.socket, address: object) -> None:
        if self.family != socket.AF_UNIX and address[0] not in ("127.0.0.1", "::1", "localhost"):  # type: ignore[index]
            raise OSError(f"the tests' network is closed: {address}")
        connect(self, address)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", local_only)
