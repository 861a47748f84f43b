"""The derived trade parameters are what their stated tables give."""

import csv
import gzip
from collections import defaultdict

import numpy as np
import pytest

from entente.world.parameters import table
from entente.world.sources import imports_from_mexico


@pytest.fixture(scope="module")
def months():
    """Imports from Mexico 2013 to 2018, USD [month, chapter], of chapters that always trade."""
    imports = imports_from_mexico()
    assert imports.first == np.datetime64("2013-01")
    value = imports.value[:72]
    return value[:, value.min(axis=0) > 0]


def value_of(name):
    return table()[f"trade.{name}"].value


def slope(size, spread):
    exponent, constant = np.polyfit(np.log(size / 1e9), np.log(spread), 1)
    return np.exp(constant), exponent


def test_yearly_growth_and_its_spread(months):
    growth = np.diff(np.log(months.reshape(6, 12, -1).sum(axis=(1, 2))))
    assert growth.mean() == pytest.approx(value_of("growth"), abs=0.001)
    assert growth.std(ddof=1) == pytest.approx(value_of("growth_spread"), abs=0.001)


def test_a_chapters_own_growth_strays_less_the_larger_it_is(months):
    years = months.reshape(6, 12, -1).sum(axis=1)
    own = np.diff(np.log(years), axis=0)
    own = own - np.diff(np.log(years.sum(axis=1)))[:, None]
    at_one, exponent = slope(years[-1], own.std(axis=0, ddof=1))
    assert at_one == pytest.approx(value_of("chapter_spread"), rel=0.1)
    assert exponent == pytest.approx(value_of("chapter_slope"), abs=0.05)


def test_a_month_strays_from_its_season_less_the_larger_its_chapter(months):
    kernel = np.r_[0.5, np.ones(11), 0.5] / 12
    centred = np.array([np.convolve(column, kernel, "valid") for column in months.T]).T
    season = np.log(months[6:-6] / centred).reshape(5, 12, -1)
    stray = (season - season.mean(axis=0)).reshape(60, -1)
    at_one, exponent = slope(months[-12:].sum(axis=0), stray.std(axis=0) * np.sqrt(5 / 4))
    assert at_one == pytest.approx(value_of("month_spread"), rel=0.1)
    assert exponent == pytest.approx(value_of("month_slope"), abs=0.05)


def test_the_spread_of_substitution_within_a_chapter(reference):
    path = reference / "trade" / "elasticities" / "broda_weinstein_2006_us_hts10_sigma.csv.gz"
    chapters = defaultdict(list)
    with gzip.open(path, "rt") as file:
        for code, sigma in list(csv.reader(file))[1:]:
            if float(sigma) > 1:
                chapters[code.zfill(10)[:2]].append(np.log(float(sigma) - 1))
    spread = [
        (np.quantile(logs, 0.75) - np.quantile(logs, 0.25)) / 1.349
        for logs in chapters.values()
        if len(logs) >= 30
    ]
    assert np.median(spread) == pytest.approx(value_of("sigma_spread"), abs=0.02)
