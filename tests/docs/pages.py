"""Pages of the documentation read as scripts: files to write, commands to run, Python to try."""

import contextlib
import io
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
_FENCE = re.compile(
    r"^(?P<fence>`{3,})(?P<kind>[^\n`]*)\n(?P<body>.*?)^(?P=fence)[ \t]*$", re.DOTALL | re.MULTILINE
)
_CAPTION = re.compile(r"\A:caption: (?P<name>\S+)\n+")
_SHELL = re.compile(r"[|<>$*;&]")


class Block(NamedTuple):
    """A fenced block: console, python, or a file with its name in `kind`."""

    kind: str
    body: str
    line: int


def blocks(page: Path) -> Iterator[Block]:
    """List the blocks of a page that are run or written, in order."""
    text = page.read_text(encoding="utf-8")
    for found in _FENCE.finditer(text):
        kind, body = found["kind"].strip(), found["body"]
        line = text.count("\n", 0, found.start()) + 1
        caption = _CAPTION.match(body)
        if kind.startswith("{code-block}") and caption:
            yield Block(f"file {caption['name']}", body[caption.end() :], line)
        elif kind.startswith("{code-cell}"):
            yield Block("python", body, line)
        elif kind in ("console", "python"):
            yield Block(kind, body, line)


def commands(body: str) -> Iterator[tuple[str, str]]:
    """Part a console block into commands and the output shown; a line ending in \\ goes on."""
    for part in re.split(r"^\$ ", body, flags=re.MULTILINE)[1:]:
        lines = part.split("\n")
        last = next(i for i, line in enumerate(lines) if not line.endswith("\\"))
        yield (
            " ".join(line.rstrip("\\").strip() for line in lines[: last + 1]),
            "\n".join(lines[last + 1 :]),
        )


def run(command: str) -> str:
    """Run a command in the current folder; gives what a reader sees, and its code if it failed."""
    if command.startswith("entente ") and not _SHELL.search(command):
        return _in_process(shlex.split(command)[1:])
    done = subprocess.run(
        ["bash", "-c", f'PATH="{Path(sys.executable).parent}:$PATH"; {command}'],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.stdout + _code(done.returncode)


def _in_process(arguments: list[str]) -> str:
    """Run a verb here, which saves loading every library once a command."""
    from entente.cli import main

    seen, before = io.StringIO(), sys.argv
    sys.argv, code = ["entente", *arguments], 0
    try:
        with contextlib.redirect_stdout(seen), contextlib.redirect_stderr(seen):
            main()
    except SystemExit as ended:
        code = int(ended.code or 0)
    finally:
        sys.argv = before
    return seen.getvalue() + _code(code)


def _code(code: int) -> str:
    return f"[exit {code}]\n" if code else ""
