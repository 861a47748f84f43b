"""The builder makes every shipped table again from the files of the official sources."""

import gzip
import subprocess
import sys
from pathlib import Path

import pytest

from entente.world.sources import folder, resources

BUILT = "built by scripts/build_data.py"
SCRIPT = Path(__file__).parents[2] / "scripts" / "build_data.py"


def run(*arguments):
    return subprocess.run(
        [sys.executable, str(SCRIPT), *map(str, arguments)], capture_output=True, text=True
    )


def content(raw):
    """Unzip: how a table is packed depends on the zlib at hand, what it says does not."""
    return gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw


@pytest.fixture(scope="module")
def built(reference, tmp_path_factory):
    out = tmp_path_factory.mktemp("built")
    done = run("--migration", reference / "migration", "--trade", reference / "trade", "--out", out)
    assert done.returncode == 0, done.stderr
    return out


def test_every_table_is_rebuilt_to_the_byte(built):
    for resource in resources().values():
        if resource["kept"] != BUILT:
            continue
        shipped = (folder() / resource["path"]).read_bytes()
        again = (built / resource["path"]).read_bytes()
        assert content(again) == content(shipped), resource["path"]


def test_nothing_else_is_built(built):
    made = {str(path.relative_to(built)) for path in built.rglob("*") if path.is_file()}
    assert made == {r["path"] for r in resources().values() if r["kept"] == BUILT}


def test_the_builder_asks_for_a_source():
    asked = run()
    assert asked.returncode == 2
    assert "--migration or --trade" in asked.stderr


def test_the_builder_says_which_files_it_wants():
    said = run("--help").stdout
    assert "observations.csv" in said
    assert "Example:" in said
