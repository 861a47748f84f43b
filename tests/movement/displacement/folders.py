"""Writing small Flee-format folders for tests."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path

START = date(2030, 1, 1)


def write(
    folder: Path,
    places: Sequence[tuple[str, str, str, int]],
    roads: Sequence[tuple[str, str, float]],
    series: Mapping[str, Mapping[int, int]],
    *,
    days: int = 20,
    closures: Sequence[str] = (),
    struck: Mapping[str, int] | None = None,
    total: Mapping[int, int] | None = None,
) -> Path:
    """Write places (name, country, type, population), roads, day: count series; return the folder.

    `struck` gives the first day of conflict by place; by default every conflict zone from day 0.
    """
    tables, sources = folder / "input_csv", folder / "source_data"
    tables.mkdir(parents=True, exist_ok=True)
    sources.mkdir(exist_ok=True)
    header = "#name,region,country,latitude,longitude,location_type,conflict_date,population\n"
    rows = [f"{name},,{land},0,0,{kind},0,{people}\n" for name, land, kind, people in places]
    (tables / "locations.csv").write_text(header + "".join(rows))
    ways = [f"{a},{b},{km},0\n" for a, b, km in roads]
    (tables / "routes.csv").write_text("#name1,name2,distance,forced_redirection\n" + "".join(ways))
    (tables / "closures.csv").write_text(
        "#closure_type,name1,name2,closure_start,closure_end\n"
        + "".join(f"{c}\n" for c in closures)
    )
    struck = struck or {name: 0 for name, _, kind, _ in places if kind == "conflict_zone"}
    lines = [",".join(["#Day", *struck])]
    lines += [
        ",".join([str(day), *(str(int(day >= first)) for first in struck.values())])
        for day in range(days)
    ]
    (tables / "conflicts.csv").write_text("\n".join(lines) + "\n")
    (tables / "sim_period.csv").write_text(f"StartDate,{START}\nLength,{days}\n")
    (tables / "registration_corrections.csv").write_text("")
    layout = "".join(f"{name},{name}.csv\n" for name in series)
    (sources / "data_layout.csv").write_text(("total,total.csv\n" if total else "") + layout)
    for name, counts in [*series.items(), *([("total", total)] if total else [])]:
        (sources / f"{name}.csv").write_text(
            "".join(f"{START + timedelta(day)},{count}\n" for day, count in counts.items())
        )
    return folder
