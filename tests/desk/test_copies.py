"""A copy of the desk: made, the desk destroyed, brought back, nothing missing."""

import tarfile
import tempfile
from pathlib import Path
from shutil import rmtree

import pytest
from servers import django, held, peopled, postgresql

from entente.desk.running import copies


def _refusal(*words: str, **at: str) -> str:
    done = django(*words, **at)
    assert done.returncode == 1, done.stdout
    return done.stderr


def test_a_desk_on_sqlite_comes_back_whole(tmp_path):
    home, copy = tmp_path / "home", tmp_path / "copy.tar.gz"
    at = {"ENTENTE_DESK_HOME": str(home), "DATABASE_URL": ""}
    home.mkdir()
    before = peopled(**at)
    assert django("backup", str(copy), **at).returncode == 0
    assert copy.stat().st_mode & 0o077 == 0, "its owner alone may read it"
    assert "--replace" in _refusal("restore", str(copy), **at)
    rmtree(home)
    home.mkdir()
    assert django("restore", str(copy), **at).returncode == 0
    assert held(**at) == before
    assert [len(before[what]) for what in ("Comment", "Job", "Ledger", "files")] == [1, 1, 1, 2]


def test_a_desk_on_postgresql_comes_back_whole(tmp_path):
    copy = tmp_path / "copy.tar.gz"
    at = {"ENTENTE_DESK_HOME": str(tmp_path / "home")}
    for turn in ("first", "second"):
        with (
            tempfile.TemporaryDirectory(prefix="entente-pg-") as folder,
            postgresql(Path(folder)) as at["DATABASE_URL"],
        ):
            if turn == "first":
                before = peopled(**at)
                done = django("backup", str(copy), **at)
                rmtree(tmp_path / "home")
            else:
                done = django("restore", str(copy), **at)
                assert held(**at) == before
            assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("record", "why"),
    [
        ('{"engine": "sqlite", "tables": [], "sha256": "0"}', "not what was written"),
        ('{"engine": "sqlite"}', "not a copy of a desk"),
        (None, "not a whole copy of a desk"),
    ],
)
def test_what_is_no_whole_copy_changes_nothing(tmp_path, settings, record, why):
    settings.MEDIA_ROOT = tmp_path / "kept"
    copy = tmp_path / "copy.tar.gz"
    with tarfile.open(copy, "w:gz") as tape:
        for name, text in (("record.json", record or "{}"), ("database", "no database")):
            (tmp_path / name).write_text(text)
            tape.add(tmp_path / name, name)
    if record is None:
        copy.write_bytes(copy.read_bytes()[:60])
    with pytest.raises(copies.CopyError, match=why):
        copies.restore(copy, replace=True)
    assert not settings.MEDIA_ROOT.exists()


def test_a_path_in_a_copy_leads_nowhere(tmp_path):
    copy = tmp_path / "copy.tar.gz"
    (tmp_path / "evil").write_text("x")
    with tarfile.open(copy, "w:gz") as tape:
        tape.add(tmp_path / "evil", "../../evil")
    with pytest.raises(copies.CopyError):
        copies.restore(copy, replace=True)
