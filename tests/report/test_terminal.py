"""The summary in the terminal reads well narrow and without colour."""

import io

from made_up_run import DRAWS
from rich.console import Console

from entente.report.terminal import summary


def printed(run, width):
    paper = io.StringIO()
    Console(width=width, no_color=True, file=paper).print(summary(run))
    return paper.getvalue()


def test_it_fits_narrow_terminals(run):
    for width in (40, 60, 100):
        text = printed(run, width)
        assert max(map(len, text.splitlines())) <= width
        assert "\x1b" not in text


def test_it_names_the_chance_of_each_target(run):
    text = " ".join(printed(run, 100).split())
    assert "at most 50,000 apprehensions a month by 5 September 2019 61 % of draws" in text
    assert f"1 of {DRAWS} draws" in text
