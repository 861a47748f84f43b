"""How the program ends where the machine, and not the input, is at fault."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from entente.cli import main

FULL = Path("/dev/full")
PROGRAM = [sys.executable, "-c", "from entente.cli import main; main()"]


def ended(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr("sys.argv", ["entente", *arguments])
    with pytest.raises(SystemExit) as stop:
        main()
    return int(stop.value.code or 0)


@pytest.mark.parametrize("verb", [["accords"], ["data"], ["check", "us-mexico-2019"]])
def test_a_reader_that_has_had_enough_is_no_failure(verb):
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run([*PROGRAM, *verb], stdout=writer, stderr=subprocess.PIPE, check=False)
    os.close(writer)
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.skipif(not FULL.exists(), reason="needs /dev/full")
def test_output_onto_a_full_disk_is_told_in_one_sentence():
    with FULL.open("w") as full:
        done = subprocess.run(
            [*PROGRAM, "accords"], stdout=full, stderr=subprocess.PIPE, check=False
        )
    assert done.returncode == 3
    assert done.stderr == b"cannot read or write: No space left on device\n"


def test_more_draws_than_memory_holds_are_refused_in_one_sentence(monkeypatch, capsys):
    def too_much(*_: object, **__: object) -> None:
        raise MemoryError

    monkeypatch.setattr("entente.lab.ensemble.unroll", too_much)
    arguments = ["run", "us-mexico-2019", "--draws", "5", "--months", "1"]
    assert ended(monkeypatch, *arguments) == 3
    assert capsys.readouterr().err == "not enough memory for this; ask for fewer draws or months\n"
