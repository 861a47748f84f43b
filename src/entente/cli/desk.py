"""`entente desk`: the web desk on this machine."""

import os
import signal
import subprocess
import sys
import time

import click

from entente.problems import EntenteError


@click.command(epilog="Example:  entente desk --port 8000")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--host", default="127.0.0.1", show_default=True)
def command(port: int, host: str) -> None:
    """Serve the web desk with one worker: bring its tables up to date, then web server and queue.

    Without ENTENTE_DESK_SECRET it is a demonstration with accounts and a published brief, for this
    machine only. `src/entente/desk/settings.py` lists what the environment may set.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "entente.desk.settings")
    try:
        import django
        from django.conf import settings
        from django.core.management import call_command

        django.setup()
    except ImportError as absent:
        raise EntenteError("the desk needs: pip install 'entente[desk]'") from absent
    settings.HOME.mkdir(parents=True, exist_ok=True)
    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    if settings.DEMO:
        call_command("demo")
    _serve(f"{host}:{port}")


def _serve(address: str) -> None:
    """Run the queue beside the web server until either ends, or this process is told to."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    web = ("gunicorn", "-c", "python:entente.desk.running.serving", "--bind", address)
    both: list[subprocess.Popen[bytes]] = []
    try:
        both.extend(
            subprocess.Popen([sys.executable, "-m", *words])  # noqa: S603
            for words in (("django", "qcluster"), web)
        )
        click.echo(f"the desk is at http://{address}", err=True)
        while all(process.poll() is None for process in both):
            time.sleep(0.5)
    finally:
        for process in both:
            process.terminate()
        for process in both:
            process.wait()
