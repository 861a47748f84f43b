"""Load the desk on this machine: a brief's page by sixteen readers, then at a steady rate.

    python scripts/load.py            6 seconds each; prints a line a measure

Serves a demonstration desk in a temporary folder on a free loopback port, with a worker that runs
an accord meanwhile. Nothing outside this machine is reached. CPU seconds are those of the web
server's processes, so that a busy machine can be told from a slow page.
"""

import http.client
import os
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import closing, contextmanager
from pathlib import Path
from statistics import quantiles

READERS, SECONDS, RATE = 16, 6.0, 100
_TICK = os.sysconf("SC_CLK_TCK")
_RUN = """
from entente.accord.text import text_of
from entente.desk.people.models import User
from entente.desk.studio.models import Job
from django_q.tasks import async_task
asked = {"draws": 5000, "months": 18, "seed": 1, "choose": []}
owner = User.objects.get(email="analyst@example.org")
job = Job.objects.create(owner=owner, name="load", accord=text_of("us-mexico-2019"), settings=asked)
async_task("entente.desk.studio.work.run", job.pk)
"""


@contextmanager
def desk(home: Path, port: int):
    """Serve a demonstration desk with its worker; give the process."""
    environment = {
        **os.environ,
        "ENTENTE_DESK_HOME": str(home),
        "DJANGO_SETTINGS_MODULE": "entente.desk.settings",
    }
    environment.pop("ENTENTE_DESK_SECRET", None)
    words = [sys.executable, "-m", "entente", "desk", "--port", str(port)]
    with (home / "log").open("w") as log:
        served = subprocess.Popen(words, env=environment, stdout=log, stderr=log)  # noqa: S603
        try:
            _until_ready(port)
            asked = [sys.executable, "-m", "django", "shell", "-v0", "-c", _RUN]
            subprocess.run(  # noqa: S603
                asked,
                env=environment,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                check=True,
            )
            yield served
        finally:
            served.terminate()
            served.wait()


def _until_ready(port: int) -> None:
    for _ in range(240):
        try:
            if _get(http.client.HTTPConnection("127.0.0.1", port), "/healthz")[0] == 200:
                return
        except OSError:
            time.sleep(0.5)
    raise SystemExit("the desk did not start within two minutes")


def _get(connection: http.client.HTTPConnection, path: str) -> tuple[int, int]:
    connection.request("GET", path)
    answer = connection.getresponse()
    return answer.status, len(answer.read())


def ask(port: int, path: str, gap: float) -> list[tuple[float, int]]:
    """Have every reader ask, `gap` seconds apart; give seconds and status of each answer."""
    found: list[tuple[float, int]] = []
    began = time.perf_counter()

    def reader(place: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        due = began + gap * place / READERS
        while due < began + SECONDS:
            time.sleep(max(0.0, due - time.perf_counter()))
            asked = due if gap else time.perf_counter()  # a late start counts as waiting
            try:
                status, _ = _get(connection, path)
            except (OSError, http.client.HTTPException):
                connection.close()
                status = 0
            done = time.perf_counter()
            found.append((done - asked, status))
            due = due + gap if gap else done

    readers = [threading.Thread(target=reader, args=(place,)) for place in range(READERS)]
    for one in readers:
        one.start()
    for one in readers:
        one.join()
    return found


def web_processes(served: subprocess.Popen) -> list[int]:
    """List the processes of gunicorn below the desk's."""
    below = {
        int(stat.parent.name): int(stat.read_text().rsplit(")", 1)[1].split()[1])
        for stat in Path("/proc").glob("[0-9]*/stat")
    }
    found = [
        pid
        for pid, parent in below.items()
        if parent == served.pid and b"gunicorn" in Path(f"/proc/{pid}/cmdline").read_bytes()
    ]
    return found + [pid for pid, parent in below.items() if parent in found]


def spent(pids: list[int]) -> float:
    """Add up the seconds of CPU of some processes."""
    stats = (Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split() for pid in pids)
    return sum(int(stat[11]) + int(stat[12]) for stat in stats) / _TICK


def memory(pids: list[int]) -> float:
    """Add up the proportional share of memory of some processes, MB."""
    lines = (
        line for pid in pids for line in Path(f"/proc/{pid}/smaps_rollup").read_text().split("\n")
    )
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def report(name: str, found: list[tuple[float, int]], cpu: float) -> None:
    """Print a measure."""
    cuts = quantiles([seconds * 1000 for seconds, _ in found], n=100)
    errors = sum(status != 200 for _, status in found)
    _say(
        f"{name}: {len(found) / SECONDS:.0f} requests/s, p50 {cuts[49]:.1f} ms, "
        f"p99 {cuts[98]:.1f} ms, {errors} errors, {1000 * cpu / len(found):.2f} ms of CPU a request"
    )


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")


def main() -> None:
    """Measure."""
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as home, desk(Path(home), port) as served:
        path = _first_brief(port)
        _, size = _get(http.client.HTTPConnection("127.0.0.1", port), path)
        pids = web_processes(served)
        _say(f"{path}: {size:,} bytes; load of the machine {os.getloadavg()[0]:.1f}")
        for name, gap in ((f"{READERS} readers", 0.0), (f"{RATE} a second", READERS / RATE)):
            before = spent(pids)
            found = ask(port, path, gap)
            report(name, found, spent(pids) - before)
        _say(f"web processes: {memory(pids):.0f} MB; load {os.getloadavg()[0]:.1f}")


def _first_brief(port: int) -> str:
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.request("GET", "/")
    return re.findall(r'href="(/briefs/[\w-]+/)"', connection.getresponse().read().decode())[0]


if __name__ == "__main__":
    main()
