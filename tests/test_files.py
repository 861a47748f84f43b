"""A file is written whole or not at all."""

import errno
from pathlib import Path

import pytest

from entente.files import whole, write_whole
from entente.problems import OutputError


def test_a_file_is_written_with_its_folders(tmp_path):
    write_whole(tmp_path / "deep" / "er" / "a.txt", "alleviated")
    assert (tmp_path / "deep" / "er" / "a.txt").read_text() == "alleviated"


def test_a_full_disk_in_the_middle_leaves_the_old_file_and_no_remains(tmp_path, monkeypatch):
    target = tmp_path / "a.txt"
    target.write_text("old")

    def fill_up(self, data):
        with self.open("wb") as half:
            half.write(data[: len(data) // 2])
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", fill_up)
    with pytest.raises(OutputError, match=r"a\.txt: cannot write: No space left on device"):
        write_whole(target, "new and longer")
    assert target.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["a.txt"]


def test_a_failure_of_the_writer_leaves_nothing(tmp_path):
    with pytest.raises(ZeroDivisionError), whole(tmp_path / "a.txt") as scratch:
        scratch.write_text("half")
        raise ZeroDivisionError
    assert list(tmp_path.iterdir()) == []


def test_an_unwritable_place_is_a_clear_error(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(OutputError, match="cannot write"):
        write_whole(tmp_path / "file" / "a.txt", "x")
