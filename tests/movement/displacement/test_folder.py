"""Folders are read robustly, and every mistake is told at once, with file and row."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from entente.problems import InputProblemsError
from entente.world.movement.displacement.folder import NEVER, Kind, read
from entente.world.movement.displacement.inflow import Source, inflow, shared_out, source_of
from entente.world.movement.displacement.network import lay_out

EXAMPLE = Path(__file__).parent / "example"


@pytest.fixture
def example(tmp_path: Path) -> Path:
    """Give a copy of the example that a test may spoil."""
    return Path(shutil.copytree(EXAMPLE, tmp_path / "example"))


def replace(file: Path, old: str, new: str) -> None:
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))


def test_the_example_is_read_whole() -> None:
    folder = read(EXAMPLE)
    assert [folder.spots[camp].name for camp in folder.camps] == ["Elms", "Glen", "Holt"]
    assert folder.spots[4].kind is Kind.HUB
    assert folder.days == 40 and folder.intensity.shape == (40, 8)
    assert folder.intensity[11:13, 1].tolist() == [0, 1]
    assert folder.closures[0].roads == (7,)
    assert folder.warnings == ()


def test_the_folder_may_be_named_by_its_input_csv() -> None:
    assert read(EXAMPLE / "input_csv").spots == read(EXAMPLE).spots


def test_line_ends_quotes_blanks_and_strange_files_do_not_matter(example: Path) -> None:
    tables = example / "input_csv"
    for file in tables.iterdir():
        file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    replace(tables / "routes.csv", "Arden,Brook,55,0", '"Arden", "Brook" , 55,')
    replace(tables / "locations.csv", "town,,9000", " town ,, 9000,extra")
    (tables / "notes.txt").write_text("anything")
    (tables / "demographics_age.csv").write_bytes(b"\xff\xfe")
    (tables / "registration_corrections.csv").write_bytes(b"")
    (example / "source_data" / "glen.csv").write_text(
        "#Date,Count\n\n2030-03-01 , 0\t\n2030-03-16,600.0\n2030-04-01,\n2030-04-09,1700\n"
    )
    folder = read(example)
    assert folder.spots == read(EXAMPLE).spots
    assert folder.roads == read(EXAMPLE).roads
    assert folder.register(6).daily(40)[15] == 600
    assert [Path(problem.where.file).name for problem in folder.warnings] == [
        "demographics_age.csv"  # named, so that nobody thinks it counts
    ]


def test_optional_files_may_be_missing(example: Path) -> None:
    tables = example / "input_csv"
    for name in ("closures.csv", "registration_corrections.csv", "conflicts.csv"):
        (tables / name).unlink()
    folder = read(example)
    assert folder.closures == ()
    assert [problem.code for problem in folder.warnings] == ["W411"]
    assert folder.intensity[11:13, 1].tolist() == [0, 1]  # from the conflict day of the zone


def test_every_mistake_is_told_at_once_with_file_and_row(example: Path) -> None:
    tables = example / "input_csv"
    replace(tables / "routes.csv", "Arden,Cairn,95,0", "Arden,Carn,95,0")
    replace(tables / "routes.csv", "Arden,Dell,105,0", "Arden,Dell,far,0")
    replace(tables / "locations.csv", "town,,9000", "village,,9000")
    replace(tables / "closures.csv", "country,", "county,")
    replace(tables / "sim_period.csv", "2030-03-01", "March")
    (example / "source_data" / "holt.csv").unlink()
    replace(example / "source_data" / "elms.csv", "2030-03-21,2600", "2030-03-21,-5")
    with pytest.raises(InputProblemsError) as caught:
        read(example)
    places = {(Path(p.where.file).name, p.where.line) for p in caught.value.problems if p.is_error}
    assert places == {
        ("routes.csv", 3),
        ("routes.csv", 4),
        ("locations.csv", 4),
        ("closures.csv", 2),
        ("sim_period.csv", 1),
        ("holt.csv", 0),
        ("elms.csv", 3),
    }
    told = str(caught.value)
    assert "no place named 'Carn'; mend: did you mean 'Cairn'?" in told


@pytest.mark.parametrize("name", ["locations.csv", "routes.csv", "sim_period.csv"])
def test_a_missing_table_is_named(example: Path, name: str) -> None:
    (example / "input_csv" / name).unlink()
    with pytest.raises(InputProblemsError, match=f"{name}: E400 no such file"):
        read(example)


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputProblemsError, match="no such folder"):
        read(tmp_path / "nowhere")


def test_conflict_in_an_unknown_place_is_an_error_and_peace_there_a_warning(example: Path) -> None:
    conflicts = example / "input_csv" / "conflicts.csv"
    replace(conflicts, "Cairn", "Carn")
    assert [problem.code for problem in read(example).warnings] == ["W407"]
    replace(conflicts, "5,1,0,0", "5,1,0,1")
    with pytest.raises(InputProblemsError, match="Carn"):
        read(example)


def test_too_few_days_of_conflict_are_an_error(example: Path) -> None:
    replace(example / "input_csv" / "sim_period.csv", "40", "41")
    with pytest.raises(InputProblemsError, match="40 rows of days"):
        read(example)


def test_a_correction_scales_what_was_registered_before(example: Path) -> None:
    counts = read(example).register(5).daily(40)
    assert counts[[0, 20, 30, 39]].tolist() == [110, 2400, 2400, 3300]


def test_closures_shut_what_they_name(example: Path) -> None:
    closures = example / "input_csv" / "closures.csv"
    rows = ["location,Elms,Borealis,0,5", "link,Arden,Dell,3,", "camp,Glen,,2,4"]
    closures.write_text("\n".join(rows) + "\n")
    folder = read(example)
    assert [closure.last for closure in folder.closures] == [5, NEVER, 4]
    network = lay_out(folder)
    names = [spot.name for spot in folder.spots]
    shut = [
        {(names[network.tail[arc]], names[network.head[arc]])
         for arc in range(network.tail.size) if not network.open[day, arc]}
        for day in range(6)
    ]  # fmt: skip
    elms, dell = {("Ford", "Elms"), ("Elms", "Ford")}, {("Arden", "Dell"), ("Dell", "Arden")}
    assert shut == [
        elms, elms, elms | {("Ford", "Glen")}, elms | dell | {("Ford", "Glen")}, elms | dell, dell
    ]  # fmt: skip


def test_a_marker_is_passed_through_and_never_reached(example: Path) -> None:
    replace(example / "input_csv" / "locations.csv", "forwarding_hub", "marker")
    network = lay_out(read(example))
    arcs = set(zip(network.tail.tolist(), network.head.tolist(), network.km.tolist(), strict=True))
    assert {(3, 5, 85.0), (3, 6, 105.0), (5, 6, 100.0), (6, 5, 100.0)} <= arcs
    assert not any(4 in (tail, head) for tail, head, _ in arcs)


def test_newcomers_are_the_rises_of_the_chosen_series(example: Path) -> None:
    folder = read(example)
    camps, total = inflow(folder, Source.CAMPS), inflow(folder, Source.TOTAL)
    assert camps.newcomers[0] == total.newcomers[0] == 0
    assert camps.newcomers.sum() == 3300 + 1700 + 1500 - 110
    assert total.newcomers.sum() == 7000 - 120
    assert camps.opening.tolist() == [110, 0, 0] and total.opening.tolist() == [120, 0, 0]


def test_a_camp_that_shows_only_its_first_day_calls_for_the_total(example: Path) -> None:
    assert source_of(read(example)) is Source.CAMPS
    (example / "source_data" / "glen.csv").write_text("2030-03-01,0\n")
    assert source_of(read(example)) is Source.TOTAL
    replace(example / "source_data" / "data_layout.csv", "total,total.csv\n", "")
    folder = read(example)
    with pytest.raises(InputProblemsError, match="no total among the series"):
        inflow(folder, Source.TOTAL)


def test_sharing_out_keeps_the_total() -> None:
    assert shared_out(100, np.array([1, 2, 4])).tolist() == [14, 29, 57]
    assert shared_out(0, np.array([3, 4])).tolist() == [0, 0]
