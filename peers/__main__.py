"""Set entente beside its peers in one run: a table and a picture.

Example:  python -m peers --out peers-run --only duty --only queue
"""

import argparse
import os
import shlex
import subprocess
import sys
import tempfile
import timeit
from collections.abc import Mapping, Sequence
from pathlib import Path

from rich.progress import Progress

from entente.files import write_whole
from peers.limits import limits, said
from peers.measure import HERE, TURNS, measured
from peers.report import Row, markdown, picture, rows, table
from peers.works import Work, works

REFERENCE = Path(os.environ.get("ENTENTE_REFERENCE", HERE.parent.parent / "shared" / "data"))
ENVIRONMENT = HERE.parent / ".venv-peers" / "bin" / "python"
IMPORTS = (
    "openfisca_core.simulations", "policyengine_core.simulations", "gegravity", "simpy", "ciw",
    "mesa", "statsforecast", "pysd", "flee.flee", "polars", "pandas", "duckdb",
)  # fmt: skip


def main() -> None:
    """Read the command line, run every work and write what was found."""
    chosen = _arguments()
    todo = [
        work
        for work in works(chosen.reference)
        if not chosen.only or any(word in f"{work.name} {work.size}" for word in chosen.only)
    ]
    found: list[Row] = []
    machine = limits()
    with Progress(transient=True) as progress:
        for work in progress.track(todo, description="works"):
            progress.console.print(f"{work.name}, {work.size}")
            found += _one(work, chosen, machine)
            _write(chosen.out, found)
    sys.stdout.write(markdown(found) + "\n" + "; ".join(said(machine)) + ".\n")
    if not chosen.only:
        sys.stdout.write(_starting(chosen.python))


def _one(work: Work, chosen: argparse.Namespace, machine: Mapping[str, float]) -> list[Row]:
    with tempfile.TemporaryDirectory() as folder:
        found = measured(
            _commands(work, chosen.python, chosen.tool),
            work.lay(Path(folder)),
            Path(folder),
            rounds=work.rounds,
            once=work.once,
            turns=chosen.turns,
        )
        return list(rows(work, found, machine))


def _commands(work: Work, python: Path, more: Sequence[str]) -> Mapping[str, Sequence[str]]:
    """Give the command of each adapter, and of the tools that the user named for this work."""
    commands = {}
    for tool in work.tools:
        ours = tool.startswith("entente")
        program = sys.executable if ours else str(python)
        commands[tool] = [program, str(HERE / "adapters" / f"{tool}.py")]
    for named in more:
        where, _, command = named.partition("=")
        name, _, tool = where.partition("/")
        if name == work.name:
            commands[f"{tool}_{name}"] = shlex.split(command)
    return commands


def _starting(python: Path) -> str:
    """Time our command line's help beside what it takes to import each peer; seconds."""
    ours = [sys.executable, "-m", "entente", "--help"]
    commands = {"entente --help": ours} | {
        f"import {name}": [str(python), "-c", f"import {name}"] for name in IMPORTS
    }
    lines = ["", "| start | seconds |", "|---|---|"]
    for name, command in commands.items():
        lines.append(f"| {name} | {_fastest(command):.2f} |")
    return "\n".join(lines) + "\n"


def _fastest(command: Sequence[str]) -> float:
    def once() -> None:
        subprocess.run(command, check=True, capture_output=True)  # noqa: S603 - named above

    try:
        return min(timeit.repeat(once, number=1, repeat=TURNS))
    except (OSError, subprocess.CalledProcessError):
        return float("nan")


def _write(out: Path, found: Sequence[Row]) -> None:
    out.mkdir(parents=True, exist_ok=True)
    write_whole(out / "peers.csv", table(found))
    write_whole(out / "peers.md", markdown(found))
    if any(row.tool != "entente" for row in found):
        picture(found).save(out / "peers.svg")
        picture(found).save(out / "peers.png", scale_factor=2)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m peers",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--out", type=Path, default=Path("peers-run"), help="folder to write")
    parser.add_argument("--only", action="append", default=[], help="works whose name holds this")
    parser.add_argument("--python", type=Path, default=ENVIRONMENT, help="the peers' Python")
    parser.add_argument(
        "--reference",
        type=Path,
        default=REFERENCE if REFERENCE.is_dir() else None,
        help="folder of reference tables; without it, displacement is left out",
    )
    parser.add_argument(
        "--turns", type=int, default=TURNS, help="processes of each tool, in turn (default 3)"
    )
    parser.add_argument(
        "--tool",
        action="append",
        default=[],
        metavar="WORK/NAME=COMMAND",
        help="another tool: a command that takes a task file and prints what peers/clock.py prints",
    )
    return parser.parse_args()


if __name__ == "__main__":
    main()
