"""`run` and `compare` as a person meets them: files, words, and what happens when it goes wrong."""

import errno
import json
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

from entente import files
from entente.cli import entente, main
from entente.outcome.run import Run

SHORT = ["--draws", "12", "--months", "3"]
COLUMNS = [
    "month", "measure", "place", "group",
    "mean", "p05", "p10", "p25", "p50", "p75", "p90", "p95",
]  # fmt: skip


def invoke(*arguments: object):
    return CliRunner().invoke(entente, [str(a) for a in arguments])


def called(monkeypatch: pytest.MonkeyPatch, *arguments: object) -> int:
    """Call the program itself and return its exit code."""
    monkeypatch.setattr("sys.argv", ["entente", *map(str, arguments)])
    with pytest.raises(SystemExit) as ended:
        main()
    return int(ended.value.code or 0)


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("runs") / "deal"
    result = invoke("run", "us-mexico-2019", *SHORT, "--out", out)
    assert result.exit_code == 0, result.output
    return out


def test_a_run_leaves_a_brief_tables_outcome_and_record(folder):
    files = {str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file()}
    assert files == {
        "brief.html", "outcome.nc", "run.json", "accord.toml",
        "tables/monthly.csv", "tables/targets.csv", "tables/clauses.csv", "tables/past.csv",
    }  # fmt: skip
    record = json.loads((folder / "run.json").read_text())
    assert (record["seed"], record["draws"], record["months"]) == (1, 12, 3)
    assert {"accord", "digest", "data", "version", "seconds", "outcome"} <= record.keys()


def test_the_monthly_table_keeps_its_columns_and_its_order(folder):
    table = pd.read_csv(folder / "tables" / "monthly.csv", dtype={"group": str})
    assert list(table.columns) == COLUMNS
    assert sorted(table["month"].unique()) == ["2019-06", "2019-07", "2019-08"]
    quantiles = table[COLUMNS[5:]].dropna()
    assert (quantiles.diff(axis=1).iloc[:, 1:] >= 0).all(axis=None)


def test_no_published_count_of_people_lies_between_1_and_9(folder):
    table = pd.read_csv(folder / "tables" / "monthly.csv", dtype={"group": str})
    people = table[table["measure"].isin(["apprehensions", "transferred", "return_to_wait"])]
    shown = people[COLUMNS[4:]]
    assert not ((shown > 0) & (shown < 10)).any(axis=None)


def test_the_same_command_writes_the_same_bytes(folder, tmp_path):
    invoke("run", "us-mexico-2019", *SHORT, "--out", tmp_path / "again")
    for path in folder.rglob("*"):
        if path.is_file() and path.name not in ("run.json", "brief.html"):
            again = tmp_path / "again" / path.relative_to(folder)
            assert path.read_bytes() == again.read_bytes(), path.name
    ours, theirs = (json.loads((f / "run.json").read_text()) for f in (folder, tmp_path / "again"))
    del ours["seconds"], theirs["seconds"]
    assert ours == theirs


def test_a_finished_run_can_be_read_back(folder):
    run = Run.load(folder)
    assert run.label == "us-mexico-2019"
    assert run.dataset.sizes["draw"] == 12


def test_machines_may_read_the_record(tmp_path):
    result = invoke("run", "us-mexico-2019", *SHORT, "--out", tmp_path / "r", "--json")
    assert json.loads(result.stdout)["draws"] == 12


def test_two_accords_and_a_folder_compare_draw_by_draw(folder, tmp_path):
    result = invoke("compare", folder, "us-mexico-2019@2019-05-31", "--out", tmp_path / "c")
    assert result.exit_code == 0, result.output
    table = pd.read_csv(tmp_path / "c" / "tables" / "differences.csv")
    assert set(table["other"]) == {"us-mexico-2019@2019-05-31"}
    assert (tmp_path / "c" / "compare.html").stat().st_size > 10_000


def test_one_accord_alone_cannot_be_compared(monkeypatch):
    assert called(monkeypatch, "compare", "us-mexico-2019") == 2


def test_an_unknown_accord_exits_3_with_the_nearest_name(monkeypatch, capsys):
    assert called(monkeypatch, "run", "us-mexico-2091") == 3
    assert "did you mean 'us-mexico-2019'?" in capsys.readouterr().err


def test_every_wrong_choice_is_told_at_once(monkeypatch, capsys):
    choices = ["--choose", "resumd=true", "--choose", "resumed=7"]
    assert called(monkeypatch, "run", "us-mexico-2019", *choices) == 3
    told = capsys.readouterr().err
    assert "no choice is named 'resumd'" in told
    assert "resumed cannot be '7'" in told


def test_a_faulty_accord_exits_3_with_file_line_and_column(monkeypatch, capsys, tmp_path):
    file = tmp_path / "mine.toml"
    file.write_text('accord = "mine"\nlanguage = 1\nparty = ["USA"]\n')
    assert called(monkeypatch, "run", file) == 3
    assert f"{file}:3:1: E101" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["eu-turkey-2016", "us-washers-2018", "us-colombia-2025"])
def test_an_accord_of_other_states_is_refused_with_what_the_world_holds(
    monkeypatch, capsys, tmp_path, name
):
    assert called(monkeypatch, "run", name, "--out", tmp_path / "run") == 3
    assert not (tmp_path / "run").exists()
    told = capsys.readouterr().err
    assert "E303 parties: the shipped world holds the United States, Mexico" in told


def test_months_beyond_the_horizon_exit_3(monkeypatch, capsys):
    assert called(monkeypatch, "run", "us-mexico-2019", "--months", "99") == 3
    assert "leave the horizon" in capsys.readouterr().err


def test_an_unwritable_output_is_a_clear_error(monkeypatch, capsys, tmp_path):
    (tmp_path / "file").write_text("in the way")
    out = tmp_path / "file" / "run"
    assert called(monkeypatch, "run", "us-mexico-2019", *SHORT, "--out", out) == 3
    assert "cannot write" in capsys.readouterr().err


def test_a_disk_that_fills_leaves_no_half_written_file(monkeypatch, tmp_path):
    settle, done = files._settle, []

    def full_at_the_third(scratch: Path, target: Path) -> None:
        done.append(target)
        if len(done) == 3:
            raise OSError(errno.ENOSPC, "No space left on device")
        settle(scratch, target)

    monkeypatch.setattr(files, "_settle", full_at_the_third)
    assert called(monkeypatch, "run", "us-mexico-2019", *SHORT, "--out", tmp_path / "r") == 3
    left = {p for p in (tmp_path / "r").rglob("*") if p.is_file()}
    assert left == set(done[:2])
    assert not (tmp_path / "r" / "run.json").exists(), "the record vouches for a whole run only"


def test_stopping_says_so_and_exits_130(monkeypatch, capsys):
    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("entente.lab.ensemble.unroll", stop)
    assert called(monkeypatch, "run", "us-mexico-2019", *SHORT) == 130
    assert "stopped" in capsys.readouterr().err


def test_wrong_usage_exits_2(monkeypatch):
    assert called(monkeypatch, "run", "us-mexico-2019", "--draws", "none") == 2


def test_stopping_in_the_middle_keeps_what_is_done_and_the_same_command_goes_on(
    monkeypatch, capsys, tmp_path, folder
):
    from entente.lab import blocks
    from entente.outcome import simulate

    block = simulate._block_files

    def stop_at_the_second(accord, settled, which):
        if which.number:
            raise KeyboardInterrupt
        return block(accord, settled, which)

    asked = ["run", "us-mexico-2019", *SHORT, "--out", str(tmp_path / "r")]
    monkeypatch.setattr(blocks, "BLOCK", 6)
    with monkeypatch.context() as patch:
        patch.setattr(simulate, "_block_files", stop_at_the_second)
        assert called(monkeypatch, *asked) == 130
    told = capsys.readouterr().err
    assert "1 of 2 parts are kept, and the same command goes on from there" in told
    assert not (tmp_path / "r" / "run.json").exists()
    monkeypatch.setattr(simulate, "_block_files", lambda a, s, b: block(a, s, b) if b.number else 0)
    assert invoke(*asked).exit_code == 0
    ours, theirs = (Run.load(f).record["outcome"] for f in (folder, tmp_path / "r"))
    assert ours == theirs


def test_two_runs_may_not_write_one_folder_at_once(monkeypatch, capsys, tmp_path):
    from entente.lab.shelf import alone

    with alone(tmp_path / "r"):
        assert called(monkeypatch, "run", "us-mexico-2019", *SHORT, "--out", tmp_path / "r") == 3
    assert "is in use by process" in capsys.readouterr().err


def test_a_run_can_be_made_again_from_its_folder_alone(folder):
    result = invoke("run", "--again", folder)
    assert result.exit_code == 0, result.output
    assert "made again, the same in every number" in result.stdout


def test_a_run_that_does_not_come_out_again_exits_3_with_what_differs(
    monkeypatch, capsys, folder, tmp_path
):
    import shutil

    import xarray as xr

    changed = tmp_path / "changed"
    shutil.copytree(folder, changed)
    with xr.open_dataset(folder / "outcome.nc", engine="h5netcdf") as held:
        dataset = held.load()
    dataset["court_queue"][3, 1] += 1
    dataset.to_netcdf(changed / "outcome.nc", engine="h5netcdf")
    record = json.loads((changed / "run.json").read_text())
    record["versions"]["numpy"], record["seed"] = "1.0", 2
    (changed / "run.json").write_text(json.dumps(record))
    (changed / "accord.toml").write_text((folder / "accord.toml").read_text() + "# more\n")
    assert called(monkeypatch, "run", "--again", changed) == 3
    told = capsys.readouterr().err
    assert "not as then: numpy: 1.0 then," in told
    assert "accord.toml: not the text that was run" in told
    assert "the draws in the folder: not those that its record vouches for" in told
    assert "apprehensions: other numbers in 12 of 12 draws" in told
    assert "tables/monthly.csv: other figures" in told
    assert not list(changed.glob("unfinished*"))


def test_a_run_made_again_takes_everything_from_its_record(monkeypatch, capsys, folder):
    assert called(monkeypatch, "run", "--again", folder, "--seed", 2) == 2
    assert "leave out --seed" in capsys.readouterr().err
    assert called(monkeypatch, "run") == 2
