"""The outlines of the map: cut to its window, and made again from the same file."""

import json
import runpy
from pathlib import Path

import pytest

from entente.world.sources import rows

SCRIPT = Path(__file__).parents[2] / "scripts" / "build_outlines.py"


@pytest.fixture(scope="module")
def builder():
    return runpy.run_path(str(SCRIPT))


def test_a_square_over_the_corner_is_cut_to_the_window(builder):
    atlas = {
        "transform": {"scale": [1, 1], "translate": [0, 0]},
        "arcs": [[[-121, 34], [4, 0], [0, 4], [-4, 0], [0, -4]]],  # steps, as TopoJSON has them
        "objects": {"countries": {"geometries": [
            {"type": "Polygon", "id": "840", "arcs": [[0]]},
            {"type": "Polygon", "id": "999", "arcs": [[0]]},
        ]}},
    }  # fmt: skip
    lines = builder["table"](atlas).splitlines()
    assert lines[0] == "ring,point,country,longitude,latitude"
    corners = {tuple(line.split(",")[3:]) for line in lines[1:]}
    assert corners == {
        ("-119.00", "34.00"), ("-117.00", "34.00"), ("-117.00", "36.00"), ("-119.00", "36.00"),
    }  # fmt: skip
    assert {line.split(",")[2] for line in lines[1:]} == {"USA"}


def test_the_script_writes_what_it_says(builder, tmp_path, monkeypatch):
    atlas = {"transform": {"scale": [1, 1], "translate": [0, 0]}, "arcs": [],
             "objects": {"countries": {"geometries": []}}}  # fmt: skip
    (tmp_path / "atlas.json").write_text(json.dumps(atlas))
    out = tmp_path / "outlines.csv"
    words = ["build_outlines.py", str(tmp_path / "atlas.json"), "--out", str(out)]
    monkeypatch.setattr("sys.argv", words)
    builder["main"]()
    assert out.read_text() == "ring,point,country,longitude,latitude\n"


def test_the_shipped_outlines_lie_inside_the_window(builder):
    west, east, south, north = builder["WINDOW"]
    for row in rows("outlines"):
        assert west <= float(row["longitude"]) <= east
        assert south <= float(row["latitude"]) <= north
