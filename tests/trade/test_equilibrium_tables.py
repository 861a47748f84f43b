"""Tables as people bring them: gzipped or not, every problem named with its file and row."""

import gzip
import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from small_worlds import save, schedule, tariff_file, world, write

from entente.cli.equilibrium import command
from entente.problems import InputProblemsError
from entente.world.sources import folder as data_folder
from entente.world.trade.equilibrium import (
    MEASURES,
    Model,
    equilibrium,
    mirrored,
    read_tables,
    solve_many,
    wages,
)


@pytest.fixture
def folder(tmp_path):
    return write(world(2), tmp_path)


def problems(folder):
    with pytest.raises(InputProblemsError) as caught:
        read_tables(folder)
    return [str(problem) for problem in caught.value.problems]


def append(path, line):
    path.write_text(path.read_text() + line + "\n")


def test_what_is_written_is_read_back(folder):
    tables, read = world(2), read_tables(folder)
    assert read.countries == tables.countries
    for name in ("trade", "tariff", "inputs", "labour", "theta", "traded", "deficit"):
        assert getattr(read, name) == pytest.approx(getattr(tables, name)), name
    assert read.warnings == ()


def test_a_gzipped_table_and_a_byte_order_mark_are_read_all_the_same(folder):
    plain = read_tables(folder)
    path = folder / "trade.csv"
    (folder / "trade.csv.gz").write_bytes(gzip.compress(b"\xef\xbb\xbf" + path.read_bytes()))
    path.unlink()
    assert np.array_equal(read_tables(folder).trade, plain.trade)


def test_final_demand_may_be_given(folder):
    tables = read_tables(folder)
    rows = [(c, s, 1 / len(tables.sectors)) for c in tables.countries for s in tables.sectors]
    save(folder / "final_demand.csv", ["country", "sector", "share"], rows)
    assert read_tables(folder).final == pytest.approx(1 / 3)


def test_every_problem_of_every_file_is_listed_at_once(folder):
    lines = len((folder / "trade.csv").read_text().splitlines())
    append(folder / "trade.csv", "C00,C01,s00,5")
    append(folder / "trade.csv", "C00,ZZZ,s00,-5")
    append(folder / "trade.csv", "C00,C01,s02,5")
    append(folder / "trade.csv", "C00,C01")
    append(folder / "deficit.csv", "C00,x")
    found = problems(folder)
    assert any(
        f"trade.csv:{lines + 1}: E805 C00 C01 s00" in line or "E805" in line for line in found
    )
    assert any(f"trade.csv:{lines + 2}: E806" in line and "ZZZ" in line for line in found)
    assert any(f"trade.csv:{lines + 2}: E804" in line for line in found)
    assert any(f"trade.csv:{lines + 3}: E809 s02 is not traded" in line for line in found)
    assert any(f"trade.csv:{lines + 4}: E803 2 cells" in line for line in found)
    assert any("deficit.csv:6: E803" in line for line in found)
    assert any("deficit.csv:6: E805" in line for line in found)


def test_shares_that_do_not_make_up_output_are_named_with_their_row(folder):
    path = folder / "value_added.csv"
    lines = path.read_text().splitlines()
    lines[4] = "C01,s00,0.95"
    path.write_text("\n".join(lines) + "\n")
    (line,) = problems(folder)
    assert line.startswith("value_added.csv:5: E808 C01 s00: value added and inputs make up 1.")


def test_a_missing_file_and_a_missing_column_are_named(folder):
    (folder / "theta.csv").unlink()
    assert problems(folder) == [f"theta.csv: E801 no such file in {folder}"]
    write(world(2), folder)
    (folder / "tariff.csv").write_text("importer,exporter,rate\n")
    (line,) = problems(folder)
    assert "tariff.csv:1: E802 no column 'sector'" in line


def test_deficits_that_do_not_sum_to_zero_are_refused(folder):
    path = folder / "deficit.csv"
    path.write_text(path.read_text().replace("C00,", "C00,9"))
    assert any("E811 deficits sum to" in line for line in problems(folder))


def test_a_tiny_negative_input_is_kept_with_a_warning_and_a_large_one_refused(folder):
    tables = read_tables(folder)
    path = folder / "input_output.csv"
    lines = path.read_text().splitlines()
    country, using, supplying, _ = lines[1].split(",")
    assert (country, using, supplying) == ("C00", "s00", "s00")
    lines[1] = "C00,s00,s00,-0.0005"
    path.write_text("\n".join(lines) + "\n")
    value = folder / "value_added.csv"
    rows = value.read_text().splitlines()
    rows[1] = f"C00,s00,{float(tables.labour[0, 0] + tables.inputs[0, 0, 0] + 0.0005)}"
    value.write_text("\n".join(rows) + "\n")
    (warning,) = read_tables(folder).warnings
    assert warning.code == "W804"
    path.write_text(path.read_text().replace("-0.0005", "-0.05"))
    assert any("input_output.csv:2: E804" in line for line in problems(folder))


def test_an_unknown_country_in_the_schedule_is_a_problem_with_its_row(folder, tmp_path):
    path = tmp_path / "new.csv"
    header = ["importer", "exporter", "sector", "rate"]
    save(path, header, [("C00", "C01", "s00", 0.1), ("C00", "C1", "s00", -0.1)])
    with pytest.raises(InputProblemsError) as caught:
        equilibrium(folder, path)
    assert [problem.code for problem in caught.value.problems] == ["E804", "E806"]
    assert {problem.where.line for problem in caught.value.problems} == {3}


def test_many_schedules_give_what_each_gives_alone(folder, tmp_path):
    tables = read_tables(folder)
    paths = [tmp_path / "one.csv", tmp_path / "two.csv"]
    for seed, path in enumerate(paths):
        tariff_file(tables, schedule(tables, seed), path)
    both = solve_many(folder, paths, "observed")
    for path, result in zip(paths, both, strict=True):
        alone = equilibrium(folder, path, "observed")
        assert list(alone.rows()) == list(result.rows())


HEADER = ["importer", "exporter", "sector", "rate"]


def test_a_row_may_name_a_group_or_everyone_and_the_narrower_row_prevails(folder, tmp_path):
    save(folder / "groups.csv", ["group", "country"], [("PACT", "C00"), ("PACT", "C01")])
    rows = [
        ("*", "*", "*", 0.3),
        ("PACT", "PACT", "*", 0.0),
        ("C02", "PACT", "s01", 0.2),
        ("C02", "C00", "s01", 0.1),
    ]
    save(tmp_path / "new.csv", HEADER, rows)
    model = Model.read(folder)
    rates = model.schedule(tmp_path / "new.csv")  # [sector, exporter, importer]
    expected = np.full((4, 4), 0.3)
    np.fill_diagonal(expected, 0.0)
    expected[:2, :2] = 0.0
    assert np.array_equal(rates[0], expected)
    expected[0, 2], expected[1, 2] = 0.1, 0.2
    assert np.array_equal(rates[1], expected)
    assert not rates[2].any()  # not traded


def test_two_rows_of_equal_reach_that_disagree_are_named(folder, tmp_path):
    groups = [("A", "C00"), ("A", "C01"), ("B", "C01"), ("B", "C02")]
    save(folder / "groups.csv", ["group", "country"], groups)
    save(tmp_path / "new.csv", HEADER, [("C03", "A", "s00", 0.1), ("C03", "B", "s00", 0.2)])
    with pytest.raises(InputProblemsError, match=r"new\.csv:3: E805 sets another rate than line 2"):
        Model.read(folder).schedule(tmp_path / "new.csv")


def test_a_group_of_strangers_and_one_named_as_a_country_are_refused(folder):
    save(folder / "groups.csv", ["group", "country"], [("C00", "C01"), ("PACT", "C9")])
    found = problems(folder)
    assert any("groups.csv:2: E806" in line for line in found)
    assert any("groups.csv:3: E806 unknown country 'C9'" in line for line in found)


def test_the_shipped_answer_in_kind_is_the_mirror_of_the_shipped_duties():
    model = Model.read("world-2023")
    duties, mirror = model.schedules(["tariff_ustr_2025", "tariff_ustr_2025_mirror"])
    assert np.array_equal(mirrored(model.tables.tariff, duties), mirror)


def test_the_verb_solves_several_schedules_and_answers_in_kind(folder, tmp_path):
    tables = world(2)
    for seed in (1, 2):
        tariff_file(tables, schedule(tables, seed), tmp_path / f"new{seed}.csv")
    arguments = [str(folder), "--retaliate", "C01", "--horizon", "short"]
    for seed in (1, 2):
        arguments += ["--tariffs", str(tmp_path / f"new{seed}.csv")]
    shown = CliRunner().invoke(command, arguments, catch_exceptions=False)
    lines = [line.split(",") for line in shown.stdout.splitlines()]
    assert lines[0] == ["schedule", "country", "measure", "value"]
    assert [line[0] for line in lines[1:]].count("new2") == (len(lines) - 1) / 2
    model = Model.read(folder, horizon="short")
    rates = mirrored(model.tables.tariff, model.schedule(tmp_path / "new2.csv"), [1])
    alone = [repr(value) for *_, value in model.under(rates).rows()]
    assert [line[3] for line in lines[1:] if line[0] == "new2"] == alone


def test_problems_of_every_schedule_come_together(folder, tmp_path):
    for name in ("one", "two"):
        save(tmp_path / f"{name}.csv", HEADER, [("C00", "nobody", "s00", 0.1)])
    arguments = ["--tariffs", str(tmp_path / "one.csv"), "--tariffs", str(tmp_path / "two.csv")]
    refused = CliRunner().invoke(command, [str(folder), *arguments]).exception
    assert [problem.where.file for problem in refused.problems] == ["one.csv", "two.csv"]


def test_nobody_unknown_can_answer_in_kind(folder):
    arguments = [str(folder), "--tariffs", str(folder / "tariff.csv"), "--retaliate", "C9"]
    refused = CliRunner().invoke(command, arguments).exception
    assert refused.exit_code == 3


def test_short_run_elasticities_are_the_tables_own_where_given(folder):
    scaled = Model.read(folder, horizon="short").economy.theta
    assert (scaled < Model.read(folder).economy.theta).all()
    save(folder / "theta_short.csv", ["sector", "theta"], [("s00", 1.25)])
    own = Model.read(folder, horizon="short").economy.theta
    assert own[0] == 1.25
    assert own[1] == Model.read(folder).economy.theta[1]


def test_a_shipped_world_and_a_schedule_beside_its_tables_are_found_by_name():
    found = CliRunner().invoke(command, ["world-2023", "--tariffs", "tariff_ustr_2025"])
    at = Path(str(data_folder() / "world-2023"))
    paths = [str(at), "--tariffs", str(at / "tariff_ustr_2025.csv")]
    assert found.exit_code == 0
    assert found.stdout == CliRunner().invoke(command, paths).stdout


@pytest.mark.parametrize(
    ("arguments", "mend"),
    [
        (["world-2032", "--tariffs", "tariff_ustr_2025"], "did you mean 'world-2023'?"),
        (["world-2023", "--tariffs", "tariff_ustr_2015"], "did you mean 'tariff_ustr_2025'?"),
    ],
)
def test_a_name_that_is_nearly_right_is_mended(arguments, mend):
    refused = CliRunner().invoke(command, arguments).exception
    assert isinstance(refused, InputProblemsError)
    (problem,) = refused.problems
    assert (problem.code, problem.mend) == ("E801", mend)


def test_the_verb_writes_country_measure_value(folder, tmp_path):
    tariff_file(world(2), schedule(world(2)), tmp_path / "new.csv")
    arguments = [str(folder), "--tariffs", str(tmp_path / "new.csv")]
    shown = CliRunner().invoke(command, arguments, catch_exceptions=False)
    assert shown.exit_code == 0
    lines = shown.stdout.splitlines()
    assert lines[0] == "country,measure,value"
    assert len(lines) == 1 + 4 * (len(MEASURES) + 3)
    out = tmp_path / "out.csv"
    kept = CliRunner().invoke(command, [*arguments, "--out", str(out)], catch_exceptions=False)
    assert kept.stdout == ""
    assert out.read_text() == shown.stdout
    result = Model.read(folder).under(schedule(world(2)))
    assert float(lines[1].split(",")[2]) == pytest.approx(result.welfare_exact[0])


def test_the_verb_speaks_json(folder, tmp_path):
    tariff_file(world(2), schedule(world(2)), tmp_path / "new.csv")
    shown = CliRunner().invoke(
        command, [str(folder), "--tariffs", str(tmp_path / "new.csv"), "--json"]
    )
    record = json.loads(shown.stdout)
    assert record["residuals"]["factors"] < 1e-10
    assert record["rows"][0].keys() == {"country", "measure", "value"}


def test_without_a_change_the_verb_prints_only_zeros(folder):
    shown = CliRunner().invoke(
        command, [str(folder), "--tariffs", str(folder / "tariff.csv"), "--deficits", "observed"]
    )
    values = {line.split(",")[2] for line in shown.stdout.splitlines()[1:]}
    assert values == {"0.0"}


def test_an_unsolved_world_exits_4_and_writes_nothing(folder, tmp_path, monkeypatch):
    monkeypatch.setattr(wages, "_STEPS", 1)
    tariff_file(world(2), schedule(world(2)), tmp_path / "new.csv")
    out = tmp_path / "out.csv"
    shown = CliRunner().invoke(
        command, [str(folder), "--tariffs", str(tmp_path / "new.csv"), "--out", str(out)]
    )
    assert shown.exception.exit_code == 4
    assert not out.exists()
