"""What helps a person write: the JSON Schema, a starter file, and mends that keep comments."""

import json
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from click.testing import CliRunner, Result

from entente.accord.blueprint import json_schema
from entente.accord.checks import check, check_text
from entente.accord.mending import mended
from entente.accord.starter import starter
from entente.accord.text import shipped, text_of

EDITOR = jsonschema.Draft7Validator(json_schema())
START = starter("harbour")


def run(*arguments: str) -> Result:
    from entente.cli import entente

    return CliRunner().invoke(entente, list(arguments))


def as_editor_sees(text: str) -> Any:
    """Read a TOML text with its dates as texts, as TOML language servers hand them on."""

    def plain(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: plain(item) for key, item in value.items()}
        if isinstance(value, list):
            return [plain(item) for item in value]
        return value.isoformat() if isinstance(value, date) else value

    return plain(tomllib.loads(text))


@pytest.mark.parametrize("name", sorted(shipped()))
def test_the_schema_takes_every_shipped_accord(name: str) -> None:
    jsonschema.Draft7Validator.check_schema(json_schema())
    assert [e.message for e in EDITOR.iter_errors(as_editor_sees(text_of(name)))] == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("language = 1", "language = 2"),
        ('parties  = ["USA", "MEX"]', 'partys = ["USA", "MEX"]'),
        ('kind = "review"', 'kind = "revue"'),
        ('lag = "9d"', "lag = 9"),
        ("latch = true", 'latch = "true"'),
        ('goods = ["87"]', "goods = [87]"),
        ("odds = 0.2", "odds = 2"),
        ('combine = "add"', 'combin = "add"'),
    ],
)
def test_the_schema_refuses_what_the_reader_refuses(old: str, new: str) -> None:
    assert old in START
    changed = START.replace(old, new)
    assert any(p.is_error for p in check_text(changed, "a.toml"))
    assert not EDITOR.is_valid(as_editor_sees(changed))


def test_the_verb_schema_prints_what_the_library_has(tmp_path: Path) -> None:
    assert json.loads(run("schema").stdout) == json_schema()
    written = tmp_path / "accord.schema.json"
    assert run("schema", "--out", str(written)).exit_code == 0
    assert json.loads(written.read_text()) == json_schema()


def test_a_starter_checks_clean_and_is_never_written_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from entente.problems import InputProblemsError, OutputError

    monkeypatch.chdir(tmp_path)
    assert run("new", "harbour").exit_code == 0
    assert check(tmp_path / "harbour.toml") == ()
    (tmp_path / "harbour.toml").write_text("mine")
    assert isinstance(run("new", "harbour").exception, OutputError)
    assert (tmp_path / "harbour.toml").read_text() == "mine"
    assert isinstance(run("new", "My Harbour").exception, InputProblemsError)


FAULTS = [
    ("effective = 2019-07-01", 'effective = "2019-07-01"'),
    ("odds = 0.2", 'odds = "0.2"'),
    ('by = "MEX"', 'by = "mex"'),
    ('goods = ["87"]', "goods = [87]"),
    ('combine = "add"', 'combin = "add"'),
    ("latch = true", 'latch = "true"'),
    ("latch = true", "latch = True"),
    ('by = "MEX"', "by = mex"),
    ('when = "displeased"', 'when = "displeased == True && 1 == 1"'),
    ("due = \"'2019-10-15'\"", 'due = "2019-10-15"'),
]


@pytest.mark.parametrize(("old", "new"), FAULTS)
def test_a_slip_of_notation_is_mended_and_comments_stay(old: str, new: str) -> None:
    broken = START.replace(old, new)
    assert any(p.is_error for p in check_text(broken, "a.toml"))
    whole, mends = mended(broken, "a.toml")
    assert not any(p.is_error for p in check_text(whole, "a.toml"))
    assert mends
    comments = [line for line in START.splitlines() if line.startswith("#")]
    assert [line for line in whole.splitlines() if line.startswith("#")] == comments


def test_what_is_clean_is_left_byte_for_byte() -> None:
    for name in shipped():
        assert mended(text_of(name), name) == (text_of(name), ())


def test_what_needs_a_judgement_is_left_alone() -> None:
    lost = START.replace("in_force(second)", "in_force(third)")
    assert mended(lost, "a.toml") == (lost, ())
    for broken in ("accord =\n", 'by "USA"\n', "steps = [[2019-06-10 5]]\n"):
        assert mended(broken, "a.toml") == (broken, ())


def test_the_verb_check_mends_a_file_in_place(tmp_path: Path) -> None:
    path = tmp_path / "harbour.toml"
    path.write_text(START.replace('by = "MEX"', 'by = "mex"  # the other side'))
    told = run("check", "--fix", str(path))
    assert (told.exit_code, told.stdout) == (0, "")
    assert told.stderr == f'mended {path}:42:6: E119 "mex" -> "MEX"\n'
    assert 'by = "MEX"  # the other side' in path.read_text()
    assert run("check", "--fix", "us-mexico-2019").exit_code == 2
