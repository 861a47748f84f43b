"""Every command and every line of Python in the documentation does what the page says."""

import doctest
from pathlib import Path
from typing import Any

import pytest
from pages import ROOT, Block, blocks, commands, run

WRITTEN = ROOT / "docs" / "reference" / "python.md"  # the rest of that folder is generated
PAGES = sorted(
    [ROOT / "README.md", WRITTEN, *ROOT.glob("docs/*.md"), *ROOT.glob("docs/[gmn]*/*.md")]
)
LOOSE = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_a_page_does_what_it_says(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    names: dict[str, Any] = {}
    for block in blocks(page):
        _do(block, page, names)


def _do(block: Block, page: Path, names: dict[str, Any]) -> None:
    """Write a file, run commands or run Python, and compare what is seen with what is shown."""
    where = f"{page.relative_to(ROOT)}:{block.line}"
    if block.kind.startswith("file "):
        path = Path(block.kind.removeprefix("file "))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(block.body, encoding="utf-8")
    elif block.kind == "console":
        for command, shown in commands(block.body):
            _same(where, command, shown, run(command))
    elif block.body.startswith(">>>"):
        example = doctest.DocTestParser().get_doctest(block.body, names, where, where, block.line)
        told: list[str] = []
        runner = doctest.DocTestRunner(optionflags=LOOSE)
        runner.run(example, out=told.append, clear_globs=False)
        names.update(example.globs)
        assert not runner.failures, "".join(told)
    else:
        exec(compile(block.body, where, "exec"), names)


def _same(where: str, command: str, shown: str, seen: str) -> None:
    """Fail with both texts; where a page shows no output, only failure counts."""
    wanted = shown.strip() or ("" if "[exit" in seen else seen)
    same = doctest.OutputChecker().check_output(f"{wanted.strip()}\n", f"{seen.strip()}\n", LOOSE)
    assert same, f"{where}: {command}\nshown:\n{wanted}\nseen:\n{seen}"
