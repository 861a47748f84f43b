"""The corridor's map: a picture a month, chosen without a script, never finer than a sector."""

import re

import pytest
from made_up_run import made_up_run

from entente.places import SECTORS
from entente.report.maps import corridor_map
from entente.report.pages import brief
from entente.report.reading import Reading


@pytest.fixture(scope="module")
def drawn(run):
    return corridor_map(Reading(run))


def test_each_month_has_its_picture_and_one_of_them_shows(run, page, drawn):
    assert len(drawn.frames) == run.dataset.sizes["month"]
    buttons = re.findall(r'<input type="radio"[^>]*name="corridor-map"[^>]*>', page)
    assert len(buttons) == len(drawn.frames)
    assert sum("checked" in button for button in buttons) == 1


def test_a_picture_has_a_circle_for_each_sector_three_countries_and_mexico(drawn):
    for frame in drawn.frames:
        for picture in (frame.wide, frame.narrow):
            assert picture.count("<circle") == len(SECTORS) + 4


def test_a_circle_has_the_area_of_its_number(drawn):
    row = drawn.table.rows[drawn.first]
    by_head = dict(zip(drawn.table.head, row, strict=True))
    shown = re.findall(r' r="([\d.]+)"', drawn.frames[drawn.first].wide)
    values = [
        by_head[f"Set out: {name}"].middle for name in ("Guatemala", "Honduras", "El Salvador")
    ]
    ratios = [float(r) ** 2 / value for r, value in zip(shown[:3], values, strict=True)]
    assert max(ratios) == pytest.approx(min(ratios), rel=0.05)


def test_a_count_of_one_to_nine_people_is_never_drawn_as_a_number():
    few = made_up_run()
    few.dataset["apprehensions_sector"][:] = 4
    frame = corridor_map(Reading(few)).frames[0]
    assert "San Diego &lt;10" in frame.wide
    assert "San Diego &lt;10" in re.search(r'aria-label="([^"]*)"', frame.wide)[1]


def test_a_run_without_sectors_has_no_map(run):
    assert corridor_map(Reading(run.without("apprehensions_sector"))) is None
    assert "corridor-map" not in brief(run.without("apprehensions_sector"))
