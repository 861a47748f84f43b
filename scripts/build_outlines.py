"""Rebuild the outlines of the corridor's map from Natural Earth's countries at 1:50 million.

Reads `countries-50m.json`, the TopoJSON edition of Natural Earth in the npm package `world-atlas`,
cuts every country to the window of the map and keeps a hundredth of a degree. Same file in, same
bytes out.
"""

import argparse
import csv
import io
import json
from collections.abc import Callable, Iterator
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any, Final

from entente.files import write_whole

Point = tuple[float, float]  # longitude, latitude
Inside = Callable[[Point], float]  # how far inside the edge a point lies; negative outside

SHIPPED: Final = Path(__file__).parent.parent / "src" / "entente" / "data" / "outlines.csv"
WINDOW: Final = (-119.0, -82.0, 11.8, 36.0)  # west, east, south, north
_COUNTRIES: Final = {
    "084": "BLZ",
    "192": "CUB",
    "222": "SLV",
    "320": "GTM",
    "340": "HND",
    "484": "MEX",
    "558": "NIC",
    "840": "USA",
}  # ISO 3166-1 numeric to alpha-3


def rings(atlas: dict[str, Any]) -> Iterator[tuple[str, list[Point]]]:
    """Give every outer ring of the countries that the map shows."""
    arcs = [_degrees(arc, atlas["transform"]) for arc in atlas["arcs"]]
    for country in atlas["objects"]["countries"]["geometries"]:
        if country.get("id") not in _COUNTRIES:
            continue
        many = country["type"] == "MultiPolygon"
        for polygon in country["arcs"] if many else [country["arcs"]]:
            yield _COUNTRIES[country["id"]], _joined(polygon[0], arcs)


def _degrees(arc: list[list[int]], transform: dict[str, list[float]]) -> list[Point]:
    """Turn an arc's steps on the file's grid into degrees (TopoJSON 1.0, section 2.1.3)."""
    (kx, ky), (dx, dy) = transform["scale"], transform["translate"]
    xs, ys = (accumulate(steps) for steps in zip(*arc, strict=True))
    return [(x * kx + dx, y * ky + dy) for x, y in zip(xs, ys, strict=True)]


def _joined(numbers: list[int], arcs: list[list[Point]]) -> list[Point]:
    """Join arcs into a ring; a negative number runs its arc backwards."""
    ring: list[Point] = []
    for number in numbers:
        ring += (arcs[number] if number >= 0 else arcs[~number][::-1])[:-1]
    return ring


def clipped(ring: list[Point]) -> list[Point]:
    """Cut a ring to the window, edge by edge (Sutherland and Hodgman 1974)."""
    west, east, south, north = WINDOW
    edges: tuple[Inside, ...] = (
        lambda p: p[0] - west,
        lambda p: east - p[0],
        lambda p: p[1] - south,
        lambda p: north - p[1],
    )
    for inside in edges:
        ring = list(_cut(ring, inside))
    return ring


def _cut(ring: list[Point], inside: Inside) -> Iterator[Point]:
    for a, b in pairwise([*ring[-1:], *ring]):
        if inside(a) * inside(b) < 0:
            share = inside(a) / (inside(a) - inside(b))
            yield (a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1]))
        if inside(b) >= 0:
            yield b


def table(atlas: dict[str, Any]) -> str:
    """Lay the rings out as CSV: ring, point, country, longitude, latitude."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("ring", "point", "country", "longitude", "latitude"))
    kept = [(country, cut) for country, ring in rings(atlas) if len(cut := clipped(ring)) > 3]
    for number, (country, ring) in enumerate(sorted(kept)):
        points = dict.fromkeys((f"{x:.2f}", f"{y:.2f}") for x, y in ring)
        writer.writerows((number, place, country, *at) for place, at in enumerate(points))
    return out.getvalue()


def main() -> None:
    """Read the command line and rebuild."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="Example:  python scripts/build_outlines.py countries-50m.json",
    )
    parser.add_argument("atlas", type=Path, help="countries-50m.json of world-atlas 2.0.2")
    parser.add_argument("--out", type=Path, default=SHIPPED, help="default: the shipped table")
    chosen = parser.parse_args()
    write_whole(chosen.out, table(json.loads(chosen.atlas.read_text(encoding="utf-8"))))


if __name__ == "__main__":
    main()
