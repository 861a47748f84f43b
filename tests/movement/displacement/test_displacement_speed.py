"""How long displaced people take to move; the number of people must not matter."""

from pathlib import Path

import pytest

from entente.luck import Luck
from entente.world.movement.displacement.displace import displace
from entente.world.movement.displacement.folder import read

EXAMPLE = Path(__file__).parent / "example"


def test_a_draw_of_mali_2012(benchmark, reference):
    folder = read(reference / "migration" / "conflicts" / "mali2012")
    displace(folder, Luck(1, 1))
    benchmark(lambda: displace(folder, Luck(1, 1)))


@pytest.mark.parametrize("times", [1, 10, 100])
def test_twenty_draws_as_the_number_of_people_grows(benchmark, tmp_path, times):
    for path in EXAMPLE.rglob("*.csv"):
        copy = tmp_path / path.relative_to(EXAMPLE)
        copy.parent.mkdir(parents=True, exist_ok=True)
        rows = path.read_text().splitlines()
        series = path.parent.name == "source_data" and path.name != "data_layout.csv"
        copy.write_text("\n".join(grown(row, times) if series else row for row in rows) + "\n")
    folder = read(tmp_path)
    displace(folder, Luck(1, 1))
    benchmark(lambda: displace(folder, Luck(1, 20)))


def grown(row: str, times: int) -> str:
    """Multiply the count of a `date,count` row."""
    day, _, count = row.partition(",")
    return f"{day},{int(float(count)) * times}" if count.strip() else row
