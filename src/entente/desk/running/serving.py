"""How gunicorn serves the desk: `gunicorn -c python:entente.desk.running.serving`.

Two processes of four threads suit two cores; WEB_CONCURRENCY and GUNICORN_CMD_ARGS change it.
"""

import os
from pathlib import Path
from shutil import rmtree
from typing import Any

# The measures of all processes lie in one folder; it must be named before any of them is made.
_HOME = Path(os.environ.get("ENTENTE_DESK_HOME", "entente-desk")).absolute()
_MEASURES = Path(os.environ.get("PROMETHEUS_MULTIPROC_DIR", str(_HOME / "measures")))

wsgi_app = "entente.desk.wsgi"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = 4
raw_env = [f"PROMETHEUS_MULTIPROC_DIR={_MEASURES}"]
preload_app = True  # what all processes read is held once
timeout = 60
graceful_timeout = 30
# A process is renewed now and then, each at another time, so that no leak lasts.
max_requests, max_requests_jitter = 50_000, 5_000
limit_request_line = 4094
control_socket_disable = True  # nobody talks to it, and the file system may be read-only


def on_starting(server: Any) -> None:
    """Begin the counts anew."""
    rmtree(_MEASURES, ignore_errors=True)
    _MEASURES.mkdir(parents=True)


def child_exit(server: Any, worker: Any) -> None:
    """Forget the gauges of a process that ended; its counts stay."""
    from prometheus_client import multiprocess

    multiprocess.mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]
