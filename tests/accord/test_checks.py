"""Every code has a faulty accord, told at its line, and a clean twin that is silent."""

from pathlib import Path

import pytest

from entente.accord.checks import check

FIXTURES = Path(__file__).parent / "fixtures"
CODES = sorted(p.stem for p in FIXTURES.glob("????.toml"))


@pytest.mark.parametrize("code", CODES)
def test_a_fault_has_one_code_at_its_line(code: str) -> None:
    path = FIXTURES / f"{code}.toml"
    lines = path.read_text().splitlines()
    (line,) = [number for number, text in enumerate(lines, 1) if "# <--" in text]
    assert [(p.code, p.where.line) for p in check(path)] == [(code, line)]


@pytest.mark.parametrize("code", CODES)
def test_its_clean_twin_is_silent(code: str) -> None:
    assert check(FIXTURES / f"{code}-clean.toml") == ()
